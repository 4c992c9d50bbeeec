"""From a text to rows: compile in a scope, run in the engine. Nothing here touches the database or holds a transaction."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings

from huntline import kql
from huntline.hunting.canonical import canonical
from huntline.hunting.errors import Finding, LimitInvalid, QueryInvalid, WindowInvalid
from huntline.hunting.functions import Functions, LibraryCatalog
from huntline.hunting.lookback import earliest_compared
from huntline.hunting.results import BLOCK_ROWS, Column, JsonRow, JsonRows, Window, finding_of, gather
from huntline.hunting.turns import turn
from huntline.identity import TenantScope
from huntline.kql.diagnostics import Diagnostics
from huntline.kql.result import CompiledQuery
from huntline.kql.source import Limits as TextLimits
from huntline.kql.symbols import Window as CompilerWindow
from huntline.kql.values import decode_rows
from huntline.telemetry.engine import Limits, get_engine
from huntline.telemetry.engine.limits import MIB

DEFAULT_WINDOW: Final = timedelta(days=30)
_WORD: Final = re.compile(r"\w+")
# What not every database holds: NUL, and half of a surrogate pair.
_UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of the engine. seconds: from sending the query until its last row."""

    rows: JsonRows
    truncated: bool
    seconds: float


def window_of(
    query: str, start: datetime | None, end: datetime | None, at: datetime, *, functions: Functions
) -> Window:
    """Return the window asked for. Raises WindowInvalid.

    Without an end it ends at the present moment. Without a start it starts thirty days before its end, or where the query's own
    comparisons with Timestamp, or those of functions that it names, look further back.
    """
    if any(moment is not None and moment.tzinfo is None for moment in (start, end)):
        raise WindowInvalid
    last = end or at
    first = start or min(last - DEFAULT_WINDOW, *_compared(query, at, functions), last)
    if first >= last:
        raise WindowInvalid
    return Window(first.astimezone(UTC), last.astimezone(UTC))


def _compared(query: str, at: datetime, functions: Functions) -> Iterator[datetime]:
    """Yield how far the texts look back that a query is made of: its own, and those of functions that are named in it or in them."""
    texts, named = [query], set[str]()
    while texts:
        text = texts.pop()
        found = earliest_compared(text, at)
        if found is not None:
            yield found
        new = (set(_WORD.findall(text)) & functions.keys()) - named
        named |= new
        texts += [functions[name].body for name in new]


def limit_of(max_rows: int | None) -> int:
    """Return how many rows a run may answer. Raises LimitInvalid."""
    most: int = settings.HUNTLINE_HUNT_ROWS
    if max_rows is not None and not 1 <= max_rows <= most:
        raise LimitInvalid(most)
    return max_rows or most


def compile_query(
    scope: TenantScope, query: str, *, window: Window, at: datetime, functions: Functions
) -> CompiledQuery:
    """Compile for the scope's tenants; `at` is what `now()` and `ago()` mean, `functions` may be called. Raises QueryInvalid."""
    unwritable = _UNWRITABLE.search(query)
    if unwritable:
        raise _unwritable(query, *unwritable.span())
    compiled = kql.compile(
        query,
        catalog=LibraryCatalog(functions),
        scope=scope,
        limits=TextLimits(),
        now=at,
        window=CompilerWindow(window.start, window.end),
    )
    if isinstance(compiled, Diagnostics):
        raise QueryInvalid([finding_of(item) for item in compiled], compiled.message)
    # Escapes in a text or a quoted name make such characters too.
    written = (canonical(compiled.parameters), *(column.name for column in compiled.columns))
    if any(map(_UNWRITABLE.search, written)):
        raise _unwritable(query, 0, len(query))
    return compiled


def columns_of(compiled: CompiledQuery) -> tuple[Column, ...]:
    """Return the answer's columns."""
    return tuple(Column(column.name, column.type.value) for column in compiled.columns)


def execute(compiled: CompiledQuery, *, tenants: Sequence[str], query_id: str, max_rows: int) -> Answer:
    """Run a compiled query and return at most `max_rows` rows; one more is asked for, to know whether there are more.

    Raises HuntsBusy, and what the engine raises: TooMany, Conflict (`query_cancelled`), Invalid (`query_failed`), Unavailable.
    """
    limits = Limits(
        seconds=settings.HUNTLINE_HUNT_SECONDS,
        memory_bytes=settings.HUNTLINE_HUNT_MEMORY_MIB * MIB,
        together_bytes=settings.HUNTLINE_HUNTS_MEMORY_MIB * MIB,
        rows=max_rows + 1,
        take=max_rows + 1,
    )
    started = time.monotonic()
    with (
        turn(",".join(tenants)),
        get_engine().run(compiled, tenants=tenants, limits=limits, query_id=query_id) as found,
    ):
        slices = (block[at : at + BLOCK_ROWS] for block in found for at in range(0, len(block), BLOCK_ROWS))
        rows = gather(_first(max_rows, (decode_rows(compiled.columns, rows) for rows in slices)))
    return Answer(rows, truncated=found.stats.rows > max_rows, seconds=time.monotonic() - started)


def _first(most: int, pieces: Iterator[list[JsonRow]]) -> Iterator[list[JsonRow]]:
    """Yield the first `most` rows and read on to the end, which is one row later: a query that is read whole leaves its connection good."""
    left = most
    for piece in pieces:
        yield piece[:left]
        left -= min(left, len(piece))


def _unwritable(query: str, start: int, end: int) -> QueryInvalid:
    before = query[:start]
    message = "Syntax error: a query cannot hold the character NUL or half of a surrogate pair."
    finding: Finding = {
        "code": "bad_character",
        "severity": "error",
        "message": message,
        "start": start,
        "end": end,
        "line": before.count("\n") + 1,
        "column": start - (before.rfind("\n") + 1) + 1,
        "fix": None,
    }
    return QueryInvalid([finding], f"Fix syntax errors in your query.\n{message}")
