"""The whole way from a text to a query that can run."""

import json
import logging
from datetime import datetime
from hashlib import sha256

from huntline.kql.binder import SavedFunctions, State, bind
from huntline.kql.diagnostics import Diagnostics, Failure
from huntline.kql.emit import emit
from huntline.kql.literals import datetime_ticks
from huntline.kql.parser import parse
from huntline.kql.plan import Answer
from huntline.kql.result import CompiledQuery, ResultColumn
from huntline.kql.rewrite import rewrite
from huntline.kql.source import Limits, Source
from huntline.kql.symbols import Catalog, Scope, Window

_DEFAULTS = Limits()
_LOG = logging.getLogger(__name__)


def compile(  # noqa: A001 - the package's door reads `kql.compile`
    text: str,
    *,
    catalog: Catalog,
    scope: Scope,
    now: datetime,
    limits: Limits = _DEFAULTS,
    window: Window | None = None,
) -> CompiledQuery | Diagnostics:
    """Compile a query text, or say what is wrong with it.

    Args:
        text: the query.
        catalog: the tables it may name.
        scope: whose rows it may read; at least one tenant.
        now: what `now()` and `ago()` go by, aware.
        limits: how large a text may be.
        window: a bound on time for every table that has a time column.

    Returns:
        The query, or at least one diagnostic. No text makes this raise.

    Raises:
        ValueError: the scope is empty or `now` has no time zone.
    """
    if not scope.tenant_ids:
        raise ValueError("a query needs a scope with at least one tenant")
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    source = Source(text)
    try:
        return _compile(source, catalog, scope, now=now, limits=limits, window=window)
    except Failure as failure:
        return Diagnostics([failure.diagnostic(source)])
    except RecursionError:
        return Diagnostics([Failure("nested_too_deep", 0, 1, limit=limits.nesting).diagnostic(source)])
    except Exception:  # noqa: BLE001 - logged below, and the caller gets a diagnostic
        # A fault of ours must not take the caller down with a text that somebody typed; the tests let none of these pass.
        _LOG.exception("a query could not be compiled")
        return Diagnostics([Failure("internal", 0, 1).diagnostic(source)])


def _compile(
    source: Source, catalog: Catalog, scope: Scope, *, now: datetime, limits: Limits, window: Window | None
) -> CompiledQuery | Diagnostics:
    program, failures = parse(source, limits)
    if failures or program is None:
        return Diagnostics(failure.diagnostic(source) for failure in failures)
    state = State(
        source=source,
        catalog=catalog,
        scope=scope,
        limits=limits,
        now=datetime_ticks(now),
        window=window,
        names=SavedFunctions(catalog, limits).outermost,
    )
    try:
        plan, fields = bind(state, program)
    except Failure as failure:
        return _found(source, limits, [*state.failures, failure])
    if state.failures:
        return _found(source, limits, state.failures)
    plan = rewrite(plan)
    sql, parameters = emit(plan, tuple(fields.values()), length=limits.plan_size * 20)
    return CompiledQuery(
        sql=sql,
        parameters=parameters,
        columns=tuple(ResultColumn(name, column.type.kql) for name, column in fields.items()),
        warnings=tuple(state.warnings),
        render=state.render,
        tables=tuple(state.tables),
        functions=tuple(state.functions.values()),
        text_hash=sha256(source.text.encode("utf-8", "surrogatepass")).hexdigest(),
        sql_hash=sha256(json.dumps([sql, parameters], default=str).encode("utf-8", "surrogatepass")).hexdigest(),
        plan=Answer(plan, tuple(fields.items())),
    )


def _found(source: Source, limits: Limits, failures: list[Failure]) -> Diagnostics:
    """Return what is wrong, each once; the last one is left out where it only follows from a name that has no meaning."""
    *earlier, last = failures
    follows = any(last.start <= one.start and one.end <= last.end and last is not one for one in earlier)
    kept = earlier if follows else failures
    return Diagnostics(dict.fromkeys(failure.diagnostic(source) for failure in kept[: limits.diagnostics]))
