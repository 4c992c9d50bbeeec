"""Ask the question of frozen evidence again, and say how the answer differs."""

import uuid
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.hunting import queries
from huntline.hunting.canonical import Difference, compare
from huntline.hunting.errors import EvidenceNotRunnable, QueryInvalid
from huntline.hunting.functions import thawed
from huntline.hunting.models import Evidence, EvidenceRerun, HuntRun, Purpose
from huntline.hunting.results import HuntResult, Window
from huntline.hunting.services.runs import begin, carry_out
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.kernel import new_id

# Rows that the answer shows of each kind; the counts are of all.
MOST_SHOWN: Final = 1000

_VERSIONS: Final = ("schema_version", "engine_version", "compiler_version", "sql_sha256")


@dataclass(frozen=True, slots=True)
class Rerun:
    """A re-run as it was recorded, and the rows by which it differs.

    truncated: one of the two answers was cut at its limit, so that rows can differ though no data changed. compared: `whole` answers,
    or only the `chosen` rows where the first answer was too large to be kept.
    """

    record: EvidenceRerun
    result: HuntResult
    difference: Difference
    truncated: bool
    compared: str


def rerun(scope: TenantScope, evidence_id: uuid.UUID, *, run_id: uuid.UUID | None = None) -> Rerun:
    """Run the evidence's query again, with its window, its limit and its `now()`, and return the difference.

    The re-run is recorded and audited. Raises EvidenceNotFound; where the query no longer compiles EvidenceNotRunnable, without saying
    more of a query that is not the caller's to read; what the engine raises.
    """
    evidence = queries.find_evidence(scope, evidence_id)
    try:
        started = begin(
            scope.narrowed_to(evidence.tenant_id),
            evidence.query,
            run_id=run_id or new_id(),
            window=Window(evidence.window_start, evidence.window_end),
            asked_at=evidence.asked_at,
            max_rows=evidence.max_rows,
            purpose=Purpose.RERUN,
            functions=thawed(evidence.functions),
        )
    except QueryInvalid as invalid:
        raise EvidenceNotRunnable(evidence.compiler_version) from invalid
    result = carry_out(started)
    difference = compare(evidence.rows, bytes(evidence.row_digests), result.rows, shown=MOST_SHOWN)
    whole = bool(evidence.row_digests) or not evidence.row_count
    return Rerun(
        record=_record(scope, evidence, started.run, difference),
        result=result,
        difference=difference,
        truncated=evidence.truncated or result.truncated,
        compared="whole" if whole else "chosen",
    )


@transaction.atomic
def _record(scope: TenantScope, evidence: Evidence, run: HuntRun, difference: Difference) -> EvidenceRerun:
    then = {name: getattr(evidence, name) for name in _VERSIONS} | {"columns": evidence.columns}
    now_ = {name: getattr(run, name) for name in _VERSIONS} | {"columns": run.columns}
    again = EvidenceRerun(
        tenant_id=evidence.tenant_id,
        evidence=evidence,
        run_id=run.pk,
        ran_by_id=scope.subject.id,
        ran_by=scope.subject.name,
        same=difference.is_empty and then["columns"] == now_["columns"],
        added_count=difference.added_count,
        removed_count=difference.removed_count,
        versions={name: [then[name], now_[name]] for name in then if then[name] != now_[name]},
    )
    again.save()
    record(
        "evidence.rerun",
        actor=actor_of(scope.subject),
        tenant_id=evidence.tenant_id,
        object_type="evidence",
        object_id=evidence.pk,
        detail={"same": again.same, "added": again.added_count, "removed": again.removed_count},
    )
    return again
