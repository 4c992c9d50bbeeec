"""Freeze rows that a run showed, and release what the provider froze to the customer."""

import uuid
from collections.abc import Sequence
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.hunting import keeping, queries
from huntline.hunting.canonical import canonical, digests_of, sha256
from huntline.hunting.errors import EvidenceTooLarge, HuntNotDone, RowsForgotten, RowsNotChosen
from huntline.hunting.models import Disclosure, Evidence, EvidenceRelease, HuntRun, RunState
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.kernel import now

MOST_ROWS: Final = 1000
MOST_MIB: Final = 4

# From nothing to everything: a release can be widened, and what was shown cannot be taken back.
_WIDTH: Final = {Disclosure.NONE: 0, Disclosure.HASH: 1, Disclosure.FULL: 2}


@transaction.atomic
def capture_evidence(
    scope: TenantScope, hunt_id: uuid.UUID, rows: Sequence[int], *, note: str = "", techniques: Sequence[str] = ()
) -> Evidence:
    """Freeze rows of a finished run, chosen by their index (the first is 0), and return the evidence.

    Of an answer without rows, no row is chosen: that nothing was found can be evidence too. The rows are those that the run showed; it
    does not run again. Raises HuntNotFound, HuntNotDone, RowsNotChosen, RowsForgotten, EvidenceTooLarge.
    """
    run = queries.find_run(scope, hunt_id)
    _refuse_bad_choice(run, rows)
    chosen = canonical(keeping.rows_at(scope, run, rows))
    if len(chosen.encode()) > MOST_MIB * 1024 * 1024:
        raise EvidenceTooLarge(MOST_ROWS, MOST_MIB)
    evidence = Evidence(
        tenant_id=run.tenant_id,
        run_id=run.pk,
        query=run.query,
        query_sha256=sha256(run.query),
        parameters_json=run.parameters_json,
        window_start=run.window_start,
        window_end=run.window_end,
        asked_at=run.asked_at,
        max_rows=run.max_rows,
        schema_version=run.schema_version,
        engine_version=run.engine_version,
        compiler_version=run.compiler_version,
        sql_sha256=run.sql_sha256,
        tables=run.tables,
        functions=run.functions,
        columns=run.columns,
        rows_json=chosen,
        rows_sha256=sha256(chosen),
        row_count=run.row_count or 0,
        truncated=run.truncated,
        row_digests=digests_of(keeping.all_rows(scope, run) or ()),
        techniques=list(techniques),
        note=note,
        by_provider=queries.is_of_provider(scope),
        captured_by_id=scope.subject.id,
        captured_by=scope.subject.name,
    )
    evidence.save()
    record(
        "evidence.captured",
        actor=actor_of(scope.subject),
        tenant_id=evidence.tenant_id,
        object_type="evidence",
        object_id=evidence.pk,
        detail={"rows": len(rows), "rows_sha256": evidence.rows_sha256, "query_sha256": evidence.query_sha256},
    )
    return evidence


@transaction.atomic
def release_evidence(scope: TenantScope, evidence_ids: Sequence[uuid.UUID], disclosure: Disclosure) -> None:
    """Let the customer see this evidence and ask its question again, with as much of the query as `disclosure` says.

    Releasing again can only show more. Raises EvidenceNotFound.
    """
    for evidence in queries.find_all_evidence(scope, evidence_ids):
        release = EvidenceRelease.objects.within(scope).filter(evidence=evidence).first()
        if release is not None and _WIDTH[Disclosure(release.disclosure)] >= _WIDTH[disclosure]:
            continue
        if release is None:
            release = EvidenceRelease(tenant_id=evidence.tenant_id, evidence=evidence)
        release.disclosure, release.released_at, release.released_by = disclosure, now(), scope.subject.name
        release.save()
        record(
            "evidence.released",
            actor=actor_of(scope.subject),
            tenant_id=evidence.tenant_id,
            object_type="evidence",
            object_id=evidence.pk,
            detail={"disclosure": disclosure},
        )


def _refuse_bad_choice(run: HuntRun, rows: Sequence[int]) -> None:
    if run.state != RunState.DONE:
        raise HuntNotDone(run.state)
    count = run.row_count or 0
    if len(set(rows)) < len(rows) or not all(0 <= row < count for row in rows) or bool(rows) != bool(count):
        raise RowsNotChosen(count)
    if len(rows) > MOST_ROWS:
        raise EvidenceTooLarge(MOST_ROWS, MOST_MIB)
    if any(row >= run.kept_rows for row in rows):
        raise RowsForgotten(run.kept_rows, keeping.LIFETIME)
