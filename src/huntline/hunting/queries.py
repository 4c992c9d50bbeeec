"""Reads of runs, saved hunts and evidence; and the hunting tables as the portal's editor wants them.

A customer's people see what their own organisation ran and captured. What the provider's people ran in a customer's tenant stays with
the provider; of what they captured a customer sees what was released, with as much of the query as was disclosed.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.db.models import Window as WindowExpression
from django.db.models.functions import RowNumber

from huntline.hunting.errors import EvidenceNotFound, HuntNotFound, SavedHuntNotFound
from huntline.hunting.models import (
    Disclosure,
    Evidence,
    EvidenceRelease,
    EvidenceRerun,
    HuntRun,
    Purpose,
    SavedHunt,
    SavedKind,
    ScheduledHunt,
    ScheduledTurn,
)
from huntline.hunting.results import Window
from huntline.identity import SubjectKind, TenantScope
from huntline.identity.models import TenantKind, TenantQuerySet
from huntline.kernel import Page, PageRequest
from huntline.kql.symbols import FunctionSymbol


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Evidence as a reader may see it. query, query_sha256, sql_sha256 are None, parameters and functions empty where they are withheld."""

    id: uuid.UUID
    query: str | None
    query_sha256: str | None
    parameters: dict[str, object]
    functions: list[dict[str, str]]
    window: Window
    asked_at: datetime
    schema_version: str
    engine_version: str
    compiler_version: str
    sql_sha256: str | None
    columns: list[dict[str, str]]
    rows: list[list[object]]
    rows_sha256: str
    row_count: int
    truncated: bool
    techniques: list[str]
    note: str
    captured_at: datetime
    captured_by: str
    disclosure: str | None


def is_of_provider(scope: TenantScope) -> bool:
    """Whether the bearer is the provider in a customer's tenant, or the system itself."""
    return scope.crosses or scope.subject.kind is SubjectKind.SYSTEM


def runs_within(scope: TenantScope) -> TenantQuerySet[HuntRun]:
    """Return the runs that the bearer may see."""
    runs = HuntRun.objects.within(scope)
    return runs if is_of_provider(scope) else runs.filter(by_provider=False)


def find_run(scope: TenantScope, hunt_id: uuid.UUID) -> HuntRun:
    """Return a hunt's run; a re-run is none, since its query may be withheld. Raises HuntNotFound."""
    run = runs_within(scope).filter(pk=hunt_id, purpose=Purpose.HUNT).first()
    if run is None:
        raise HuntNotFound
    return run


def history_within(scope: TenantScope, page: PageRequest) -> Page[HuntRun]:
    """Return the hunts that the bearer may see, newest first; re-runs of evidence are shown with the evidence."""
    runs = runs_within(scope).filter(purpose=Purpose.HUNT).defer("parameters_json", "columns", "tables")
    return Page(list(runs[page.offset : page.offset + page.size]), runs.count(), page)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a report may know of a run: neither the text of its query nor the name under which the provider keeps it.

    reach: by table the stretches [start, end, whole] in which it looked; None for runs of before that was kept. `question` is the same
    for runs of the same query by the same side, and is for grouping only: it tells of a text that may be withheld.
    """

    question: str
    by_provider: bool
    person: str
    scheduled: bool
    title: str
    text: str
    techniques: list[str]
    started: datetime
    asked_at: datetime
    window: Window
    tables: list[str]
    reach: dict[str, list[tuple[datetime, datetime, bool]]] | None
    state: str
    rows: int | None
    truncated: bool


def runs_of_period(scope: TenantScope, start: datetime, end: datetime) -> list[RunFacts]:
    """Return all hunts in the scope's tenant that started in the period, the first one first, in one query.

    This goes past what the bearer may read of runs, which is why it returns facts and no rows.
    """
    rows = HuntRun.objects.within(scope).filter(purpose=Purpose.HUNT, started__gte=start, started__lt=end)
    named = rows.order_by("started", "id").values_list(
        "query_sha256", "by_provider", "subject_name", "scheduled", "report_title", "report_text", "techniques", "started",
        "asked_at", "window_start", "window_end", "tables", "reach", "state", "row_count", "truncated",
    )  # fmt: skip
    return [
        RunFacts(*row[:9], Window(row[9], row[10]), row[11], _reach_of(row[12]), *row[13:])
        for row in named.iterator(chunk_size=2000)
    ]


def disclosed_queries(scope: TenantScope) -> dict[str, str]:
    """Return the queries of the provider's hunts that the scope's customer may read in full, by their SHA-256."""
    rows = EvidenceRelease.objects.within(scope).filter(disclosure=Disclosure.FULL, evidence__by_provider=True)
    return dict(rows.values_list("evidence__query_sha256", "evidence__query"))


def _reach_of(
    stored: dict[str, list[tuple[str, str, bool]]] | None,
) -> dict[str, list[tuple[datetime, datetime, bool]]] | None:
    if stored is None:
        return None
    return {
        table: [(datetime.fromisoformat(start), datetime.fromisoformat(end), whole) for start, end, whole in reaches]
        for table, reaches in stored.items()
    }


def saved_hunts_open_to(scope: TenantScope) -> TenantQuerySet[SavedHunt]:
    """Return the tenant's saved hunts; for the provider's people also those of the provider's library."""
    if not is_of_provider(scope):
        return SavedHunt.objects.within(scope).select_related("tenant")
    both = SavedHunt.objects.unscoped("the provider's library is shared over all tenants among the provider's people")
    return both.filter(Q(tenant__kind=TenantKind.PROVIDER) | Q(tenant_id__in=scope.tenants)).select_related("tenant")


def saved_hunts_within(scope: TenantScope, page: PageRequest) -> Page[SavedHunt]:
    """Return the saved hunts that the bearer may see, by name."""
    rows = saved_hunts_open_to(scope)
    return Page(list(rows[page.offset : page.offset + page.size]), rows.count(), page)


def functions_open_to(scope: TenantScope) -> dict[str, FunctionSymbol]:
    """Return the saved functions that the bearer may call; among the provider's people its library goes before what a tenant keeps.

    A customer who saves a function by the name of one of the provider's must not change what the provider's hunts find there.
    """
    rows = saved_hunts_open_to(scope).filter(kind=SavedKind.FUNCTION)
    ordered = sorted(rows, key=lambda row: row.tenant.kind == TenantKind.PROVIDER)
    return {row.name: FunctionSymbol(row.name, row.parameters, row.query, row.description) for row in ordered}


def find_saved_hunt(scope: TenantScope, saved_hunt_id: uuid.UUID) -> SavedHunt:
    """Return a saved hunt. Raises SavedHuntNotFound."""
    found = saved_hunts_open_to(scope).filter(pk=saved_hunt_id).first()
    if found is None:
        raise SavedHuntNotFound
    return found


def saved_as(scope: TenantScope, query: str) -> SavedHunt | None:
    """Return the saved hunt whose query is this very text; the provider's library goes before what a tenant keeps."""
    rows = saved_hunts_open_to(scope).filter(kind=SavedKind.QUERY, query=query)
    ordered = sorted(rows, key=lambda row: (row.tenant.kind != TenantKind.PROVIDER, row.created))
    return ordered[0] if ordered else None


def schedules_of_provider(scope: TenantScope) -> TenantQuerySet[ScheduledHunt]:
    """Return the provider's schedules with their saved hunts, oldest first; for anybody else none."""
    rows = ScheduledHunt.objects.unscoped("the provider's schedules are shared among the provider's people")
    return (rows if is_of_provider(scope) else rows.none()).select_related("saved_hunt")


def latest_turns(scope: TenantScope) -> dict[uuid.UUID, list[ScheduledTurn]]:
    """Return the newest turn of each schedule in each customer of the scope, with tenant and run, by schedule; in one query."""
    place = WindowExpression(RowNumber(), partition_by=[F("schedule_id"), F("tenant_id")], order_by=F("slot").desc())
    rows = ScheduledTurn.objects.within(scope).annotate(place=place).filter(place=1).select_related("tenant", "run")
    found: dict[uuid.UUID, list[ScheduledTurn]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.tenant.name):
        found[row.schedule_id].append(row)
    return found


def evidence_within(scope: TenantScope) -> TenantQuerySet[Evidence]:
    """Return the evidence that the bearer may see, newest first."""
    rows = Evidence.objects.within(scope)
    return rows if is_of_provider(scope) else rows.filter(Q(by_provider=False) | Q(release__isnull=False))


def find_evidence(scope: TenantScope, evidence_id: uuid.UUID) -> Evidence:
    """Return evidence. Raises EvidenceNotFound."""
    (found,) = find_all_evidence(scope, [evidence_id])
    return found


def find_all_evidence(scope: TenantScope, evidence_ids: Sequence[uuid.UUID]) -> list[Evidence]:
    """Return evidence in the order asked for. Raises EvidenceNotFound when one is missing."""
    found = evidence_within(scope).filter(pk__in=evidence_ids).select_related("release").in_bulk()
    if len(found) < len(set(evidence_ids)):
        raise EvidenceNotFound
    return [found[evidence_id] for evidence_id in evidence_ids]


def list_evidence(scope: TenantScope, page: PageRequest) -> Page[EvidenceView]:
    """Return the evidence that the bearer may see, newest first, in two queries."""
    rows = evidence_within(scope)
    shown = rows.select_related("release").defer("row_digests")[page.offset : page.offset + page.size]
    return Page([_view(scope, row, getattr(row, "release", None)) for row in shown], rows.count(), page)


def view_evidence(scope: TenantScope, evidence: Evidence) -> EvidenceView:
    """Return evidence as the scope's bearer may see it."""
    return _view(scope, evidence, EvidenceRelease.objects.within(scope).filter(evidence=evidence).first())


def _view(scope: TenantScope, evidence: Evidence, release: EvidenceRelease | None) -> EvidenceView:
    disclosure = None if release is None else Disclosure(release.disclosure)
    open_to_all = is_of_provider(scope) or not evidence.by_provider
    with_query = open_to_all or disclosure is Disclosure.FULL
    with_hash = with_query or disclosure is Disclosure.HASH
    return EvidenceView(
        id=evidence.pk,
        query=evidence.query if with_query else None,
        query_sha256=evidence.query_sha256 if with_hash else None,
        parameters=evidence.parameters if with_query else {},
        functions=evidence.functions if with_query else [],
        window=Window(evidence.window_start, evidence.window_end),
        asked_at=evidence.asked_at,
        schema_version=evidence.schema_version,
        engine_version=evidence.engine_version,
        compiler_version=evidence.compiler_version,
        sql_sha256=evidence.sql_sha256 if with_hash else None,
        columns=evidence.columns,
        rows=evidence.rows,
        rows_sha256=evidence.rows_sha256,
        row_count=evidence.row_count,
        truncated=evidence.truncated,
        techniques=evidence.techniques,
        note=evidence.note if open_to_all else "",
        captured_at=evidence.captured_at,
        captured_by=evidence.captured_by,
        disclosure=disclosure,
    )


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Evidence (without its rows) with as much of it as its customer may see. query, query_sha256, sql_sha256 are None where withheld."""

    evidence: Evidence
    query: str | None
    query_sha256: str | None
    sql_sha256: str | None
    note: str


def disclosed_evidence(scope: TenantScope, evidence_ids: Collection[uuid.UUID]) -> list[Disclosed]:
    """Return what the customer may see of evidence, whoever bears the scope: for what leaves the provider's hands. One query.

    Evidence that was never released to the customer is left out. Read the rows of one by `rows_of_evidence`.
    """
    seen = Q(by_provider=False) | Q(release__isnull=False)
    rows = Evidence.objects.within(scope).filter(seen, pk__in=evidence_ids).select_related("release")
    return [_disclosed(row) for row in rows.defer("rows_json", "row_digests", "parameters_json")]


def _disclosed(evidence: Evidence) -> Disclosed:
    own = not evidence.by_provider
    disclosure = None if own else Disclosure(evidence.release.disclosure)
    with_query = own or disclosure is Disclosure.FULL
    with_hash = with_query or disclosure is Disclosure.HASH
    return Disclosed(
        evidence,
        query=evidence.query if with_query else None,
        query_sha256=evidence.query_sha256 if with_hash else None,
        sql_sha256=evidence.sql_sha256 if with_hash else None,
        note=evidence.note if own else "",
    )


def rows_of_evidence(scope: TenantScope, evidence_id: uuid.UUID) -> str:
    """Return the frozen rows as the canonical JSON that was hashed. Raises EvidenceNotFound."""
    found = evidence_within(scope).filter(pk=evidence_id).values_list("rows_json", flat=True).first()
    if found is None:
        raise EvidenceNotFound
    return found


def reruns_of(scope: TenantScope, evidence: Evidence, page: PageRequest) -> Page[EvidenceRerun]:
    """Return how often the question of some evidence was asked again, newest first."""
    rows = EvidenceRerun.objects.within(scope).filter(evidence=evidence)
    return Page(list(rows[page.offset : page.offset + page.size]), rows.count(), page)
