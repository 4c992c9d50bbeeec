"""Run one query in several tenants: each with its own scope, its own run in the history, and its own outcome."""

import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Final

import structlog

from huntline.hunting.errors import HuntCancelled
from huntline.hunting.execution import Answer, columns_of, limit_of, window_of
from huntline.hunting.queries import functions_open_to
from huntline.hunting.results import (
    AcrossResult,
    Column,
    HuntResult,
    JsonRows,
    TenantOutcome,
    finding_of,
    prefix,
    render_of,
)
from huntline.hunting.services.runs import Started, begin, fail, finish, refuse_if_cancelled, work
from huntline.hunting.watching import Gone, watched
from huntline.identity import TenantScope
from huntline.identity.errors import TenantNotFound
from huntline.identity.models import Tenant
from huntline.identity.queries import customers_within
from huntline.kernel import HuntlineError, new_id, now
from huntline.telemetry.engine import get_engine

log = structlog.get_logger(__name__)

# Tenants in the engine at the same time: a hunt over many tenants must not take all of its connections.
_AT_ONCE: Final = 4
_TENANT_COLUMNS: Final = (Column("TenantId", "string"), Column("TenantName", "string"))


def run_across(
    scope: TenantScope,
    query: str,
    *,
    tenants: Sequence[str] | None = None,
    run_id: uuid.UUID | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    max_rows: int | None = None,
    gone: Gone | None = None,
) -> AcrossResult:
    """Run a query in several of the scope's tenants (by slug; None: all) and return their rows together.

    Each tenant has an equal share of `max_rows`, so that one with many rows does not hide the others; an outcome says where there were
    more. What goes wrong in one tenant is in its outcome; the others' rows are good. The provider's look into each tenant is in
    that tenant's audit record.

    Raises TenantNotFound, QueryInvalid, WindowInvalid, LimitInvalid, RunIdUsed; HuntCancelled when every tenant was cancelled.
    """
    asked_at = now()
    chosen = _choose(scope, tenants)
    window = window_of(query, start, end, asked_at, functions=functions_open_to(scope))
    share = max(1, limit_of(max_rows) // len(chosen))
    one_id = run_id or new_id()
    begun: list[Started] = []
    try:
        for tenant in chosen:
            one = scope.narrowed_to(tenant.pk)
            functions = functions_open_to(one)
            begun.append(
                begin(one, query, run_id=one_id, window=window, asked_at=asked_at, max_rows=share, functions=functions)
            )
    except BaseException as error:
        for started in begun:
            fail(started, error)
        raise
    with watched(gone, lambda: [get_engine().cancel(str(started.run.pk)) for started in begun]):
        ended = dict(_work_on(begun))
    outcomes: list[TenantOutcome] = []
    blocks: list[bytes] = []
    count = 0
    for tenant, started in zip(chosen, begun, strict=True):
        result = ended[started.run.pk]
        outcomes.append(_outcome(tenant, started, result, first_row=count))
        if isinstance(result, HuntResult):
            rows = prefix(result.rows, (tenant.slug, tenant.name))
            blocks += rows.blocks
            count += len(rows)
    if all(outcome.error and outcome.error["code"] == "query_cancelled" for outcome in outcomes):
        raise HuntCancelled
    compiled = begun[0].compiled
    return AcrossResult(
        run_id=one_id,
        columns=_TENANT_COLUMNS + tuple(map(_beside_ours, columns_of(compiled))),
        rows=JsonRows(blocks, count),
        limit_per_tenant=share,
        per_tenant=tuple(outcomes),
        warnings=tuple(finding_of(warning) for warning in compiled.warnings),
        render=render_of(compiled.render),
        window=window,
    )


def _choose(scope: TenantScope, slugs: Sequence[str] | None) -> list[Tenant]:
    within = customers_within(scope)
    if slugs is None:
        return within
    by_slug = {tenant.slug: tenant for tenant in within}
    unknown = next((slug for slug in slugs if slug not in by_slug), None)
    if unknown is not None or not slugs:
        raise TenantNotFound(unknown or "")
    return [by_slug[slug] for slug in dict.fromkeys(slugs)]


def _work_on(begun: Sequence[Started]) -> Iterator[tuple[uuid.UUID, HuntResult | BaseException]]:
    """Yield how each run ended. The engine works in threads; the database is used in this one only."""
    waiting = list(reversed(begun))
    running: dict[Future[Answer], Started] = {}
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="hunt") as threads:
        while waiting or running:
            while waiting and len(running) < _AT_ONCE:
                started = waiting.pop()
                try:
                    refuse_if_cancelled(started)
                    running[threads.submit(work, started)] = started
                except HuntCancelled as cancelled:
                    yield started.run.pk, _failed(started, cancelled)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                started = running.pop(future)
                error = future.exception()
                yield started.run.pk, _failed(started, error) if error else finish(started, future.result())


def _failed(started: Started, error: BaseException) -> BaseException:
    fail(started, error)
    if not isinstance(error, HuntlineError):
        log.error("hunt_failed", hunt=str(started.run.pk), exc_info=error)
    return error


def _outcome(tenant: Tenant, started: Started, result: HuntResult | BaseException, *, first_row: int) -> TenantOutcome:
    good = result if isinstance(result, HuntResult) else None
    return TenantOutcome(
        tenant=tenant.slug,
        name=tenant.name,
        hunt_id=started.run.pk,
        first_row=first_row,
        row_count=good.row_count if good else 0,
        truncated=good.truncated if good else False,
        duration_ms=started.run.duration_ms or 0,
        error=None if isinstance(result, HuntResult) else _error(result),
    )


def _error(error: BaseException) -> dict[str, str]:
    if isinstance(error, HuntlineError):
        return {"code": error.code, "message": error.message}
    return {"code": "internal", "message": "Something went wrong on our side; the error was logged."}


def _beside_ours(column: Column) -> Column:
    """Give the query's own TenantId the name that a join would give it."""
    taken = {ours.name for ours in _TENANT_COLUMNS}
    return Column(column.name + "1", column.type) if column.name in taken else column
