"""Run a query in one tenant, check one, cancel one."""

import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction

import huntline
from huntline.hunting import keeping, queries
from huntline.hunting.canonical import canonical
from huntline.hunting.errors import Finding, HuntCancelled, HuntNotFound, QueryInvalid, RunIdUsed
from huntline.hunting.execution import Answer, columns_of, compile_query, execute, limit_of, window_of
from huntline.hunting.functions import Functions, frozen
from huntline.hunting.models import HuntRun, Purpose, RunState, SavedHunt
from huntline.hunting.reach import reach_of
from huntline.hunting.results import Column, HuntResult, Window, finding_of, render_of
from huntline.hunting.watching import Gone, watched
from huntline.identity import Permission, TenantScope
from huntline.identity.queries import tenant_within
from huntline.identity.services import note_crossing
from huntline.kernel import HuntlineError, new_id, now
from huntline.kql.result import CompiledQuery
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import SCHEMA_VERSION

# How long cancelling looks for a run that is recorded and has not reached the engine yet.
_PATIENCE: Final = 2.0
_PAUSE: Final = 0.05
# A run cannot last longer than its limit and this; what still says so was left by a process that died.
_GRACE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Started:
    """A run that is recorded, and what the engine shall do for it."""

    scope: TenantScope
    run: HuntRun
    compiled: CompiledQuery

    @property
    def window(self) -> Window:
        """Its time bound."""
        return Window(self.run.window_start, self.run.window_end)


def run(
    scope: TenantScope,
    query: str,
    *,
    run_id: uuid.UUID | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    max_rows: int | None = None,
    gone: Gone | None = None,
) -> HuntResult:
    """Run a query in the scope's one tenant and return its first rows, at most `max_rows` (default and most: HUNTLINE_HUNT_ROWS).

    run_id: chosen by the caller, who can cancel by it. start, end: the time window; a row belongs to it when start <= Timestamp < end;
    by default the last 30 days, or as far back as the query itself looks. The run is in the history as soon as it starts, and its
    rows are kept for a while for evidence. gone: says that nobody waits for the answer any more; the run is cancelled then.

    No database transaction is held while the engine works. Raises QueryInvalid, WindowInvalid, LimitInvalid, RunIdUsed; and what the
    engine raises (TooMany with `query_time_limit`, `query_memory_limit` or `query_size_limit`; Conflict with `query_cancelled`;
    Unavailable).
    """
    asked_at = now()
    functions = queries.functions_open_to(scope)
    started = begin(
        scope,
        query,
        run_id=run_id or new_id(),
        window=window_of(query, start, end, asked_at, functions=functions),
        asked_at=asked_at,
        max_rows=limit_of(max_rows),
        functions=functions,
    )
    with watched(gone, lambda: get_engine().cancel(str(started.run.pk))):
        return carry_out(started)


@dataclass(frozen=True, slots=True)
class Question:
    """What a query returns, and which hunting tables it reads."""

    columns: tuple[Column, ...]
    tables: tuple[str, ...]


def question(scope: TenantScope, query: str) -> Question:
    """Compile a query without running it, and say what it returns. Raises QueryInvalid."""
    moment, functions = now(), queries.functions_open_to(scope)
    window = window_of(query, None, None, moment, functions=functions)
    compiled = compile_query(scope, query, window=window, at=moment, functions=functions)
    return Question(columns_of(compiled), tuple(compiled.tables))


def run_unattended(scope: TenantScope, query: str, *, window: Window, max_rows: int, by_provider: bool) -> HuntResult:
    """Run a query that nobody waits for, in the scope's one tenant. by_provider: whose hunt it is; a customer sees its own in the history.

    Raises as `run`.
    """
    started = begin(
        scope,
        query,
        run_id=new_id(),
        window=window,
        asked_at=now(),
        max_rows=max_rows,
        functions=queries.functions_open_to(scope),
        scheduled=True,
        by_provider=by_provider,
    )
    return carry_out(started)


def check(scope: TenantScope, query: str) -> list[Finding]:
    """Return what is wrong with a query, and what is only worth a warning, without running it."""
    asked_at = now()
    functions = queries.functions_open_to(scope)
    window = window_of(query, None, None, asked_at, functions=functions)
    try:
        compiled = compile_query(scope, query, window=window, at=asked_at, functions=functions)
    except QueryInvalid as invalid:
        errors = invalid.detail["errors"]
        return list(errors) if isinstance(errors, list) else []
    return [finding_of(warning) for warning in compiled.warnings]


def cancel(scope: TenantScope, run_id: uuid.UUID) -> RunState:
    """Stop a run, also from another process, and return its state as it is now; a run that has ended stays as it is.

    The run itself records that it was cancelled. Raises HuntNotFound.
    """
    found = list(queries.runs_within(scope).filter(run_id=run_id))
    if not found:
        raise HuntNotFound
    running = [row for row in found if row.state == RunState.RUNNING]
    mine = HuntRun.objects.within(scope)
    mine.filter(pk__in=[row.pk for row in running], state=RunState.RUNNING).update(cancel_asked=True)
    for row in running:
        _stop(scope, row)
    return RunState(mine.filter(pk=found[0].pk).values_list("state", flat=True).get())


def begin(
    scope: TenantScope,
    query: str,
    *,
    run_id: uuid.UUID,
    window: Window,
    asked_at: datetime,
    max_rows: int,
    functions: Functions,
    purpose: Purpose = Purpose.HUNT,
    scheduled: bool = False,
    by_provider: bool | None = None,
) -> Started:
    """Compile, and record the run as running. Raises QueryInvalid (nothing is recorded then), RunIdUsed."""
    compiled = compile_query(scope, query, window=window, at=asked_at, functions=functions)
    saved = queries.saved_as(scope, query) if purpose == Purpose.HUNT else None
    row = HuntRun(
        tenant_id=scope.tenant,
        run_id=run_id,
        purpose=purpose,
        query=query,
        query_sha256=compiled.text_hash,
        saved_hunt=saved,
        scheduled=scheduled,
        **_words_of(saved, scope),
        reach=_reach(query, window, asked_at, compiled, functions),
        subject_kind=scope.subject.kind,
        subject_id=scope.subject.id,
        subject_name=scope.subject.name,
        by_provider=queries.is_of_provider(scope) if by_provider is None else by_provider,
        window_start=window.start,
        window_end=window.end,
        asked_at=asked_at,
        max_rows=max_rows,
        columns=[{"name": column.name, "type": column.type} for column in columns_of(compiled)],
        tables=list(compiled.tables),
        functions=frozen(compiled.functions),
        parameters_json=canonical(compiled.parameters),
        sql_sha256=compiled.sql_hash,
        schema_version=str(SCHEMA_VERSION),
        engine_version=f"ClickHouse {get_engine().version}",
        compiler_version=huntline.__version__,
    )
    try:
        with transaction.atomic():
            _settle_lost_runs()
            row.save(force_insert=True)
            if scope.crosses:
                what = f"{purpose} {row.pk} query sha256 {compiled.text_hash}"
                note_crossing(scope, tenant_within(scope), Permission.HUNT_RUN, what)
    except IntegrityError as error:
        if HuntRun.objects.within(scope).filter(run_id=run_id).exists():
            raise RunIdUsed from error
        raise
    return Started(scope, row, compiled)


def carry_out(started: Started) -> HuntResult:
    """Run what was begun and record how it ended. Raises what the engine raises."""
    try:
        refuse_if_cancelled(started)
        answer = work(started)
    except BaseException as error:
        fail(started, error)
        raise
    return finish(started, answer)


def work(started: Started) -> Answer:
    """Let the engine work. Does not touch the database: any thread may call this."""
    return execute(
        started.compiled,
        tenants=started.scope.tenant_ids,
        query_id=str(started.run.pk),
        max_rows=started.run.max_rows,
    )


def finish(started: Started, answer: Answer) -> HuntResult:
    """Record the end of a run, keep its rows for a while, and return the result."""
    row = started.run
    row.state = RunState.DONE
    row.duration_ms = int(answer.seconds * 1000)
    row.row_count = len(answer.rows)
    row.truncated = answer.truncated
    # Evidence is captured from hunts only: the rows of a re-run would show a query that may be withheld.
    blocks = keeping.packed(row, answer.rows) if row.purpose == Purpose.HUNT else []
    with transaction.atomic():
        keeping.keep(started.scope, row, blocks)
        row.save(update_fields=["state", "duration_ms", "row_count", "truncated", "kept_rows", "kept_until"])
    return HuntResult(
        id=row.pk,
        run_id=row.run_id,
        columns=columns_of(started.compiled),
        rows=answer.rows,
        limit=row.max_rows,
        truncated=answer.truncated,
        duration_ms=row.duration_ms,
        warnings=tuple(finding_of(warning) for warning in started.compiled.warnings),
        render=render_of(started.compiled.render),
        window=started.window,
    )


def fail(started: Started, error: BaseException) -> None:
    """Record why a run has no answer."""
    row = started.run
    row.error_code = error.code if isinstance(error, HuntlineError) else "internal"
    row.state = RunState.CANCELLED if row.error_code == "query_cancelled" else RunState.FAILED
    row.duration_ms = max(0, int((now() - row.started).total_seconds() * 1000))
    row.save(update_fields=["state", "error_code", "duration_ms"])


def refuse_if_cancelled(started: Started) -> None:
    """Raise HuntCancelled when somebody cancelled it before the engine had it."""
    if HuntRun.objects.within(started.scope).filter(pk=started.run.pk, cancel_asked=True).exists():
        raise HuntCancelled


def _words_of(saved: SavedHunt | None, scope: TenantScope) -> dict[str, Any]:
    """Return what the customer may read of a hunt: what was written for reports, or the name of one that is the customer's own."""
    if saved is None:
        return {}
    own = saved.tenant_id == scope.tenant
    return {
        "report_title": saved.report_title or (saved.name if own else ""),
        "report_text": saved.report_text or (saved.description if own else ""),
        "techniques": saved.techniques,
    }


def _reach(
    query: str, window: Window, at: datetime, compiled: CompiledQuery, functions: Functions
) -> dict[str, list[list[object]]]:
    found = reach_of(query, window, at, tables=compiled.tables, functions=functions)
    return {
        table: [[one.start.isoformat(), one.end.isoformat(), one.whole] for one in reaches]
        for table, reaches in found.items()
    }


def _stop(scope: TenantScope, row: HuntRun) -> None:
    """Kill the query in the engine; look for it a little while, since it may be on its way there."""
    deadline = time.monotonic() + _PATIENCE
    running = HuntRun.objects.within(scope).filter(pk=row.pk, state=RunState.RUNNING)
    while not get_engine().cancel(str(row.pk)) and running.exists() and time.monotonic() < deadline:
        time.sleep(_PAUSE)


def _settle_lost_runs() -> None:
    """Mark runs as failed that a process left behind when it died."""
    longest = timedelta(seconds=settings.HUNTLINE_HUNT_SECONDS) + _GRACE
    lost = HuntRun.objects.unscoped("whoever runs next tidies up after a process that died, in any tenant")
    lost.filter(state=RunState.RUNNING, started__lt=now() - longest).update(
        state=RunState.FAILED, error_code="interrupted"
    )
