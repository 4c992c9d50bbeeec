"""How far back a query itself looks: `Timestamp > ago(90d)` must not be cut by a window that nobody asked for."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from huntline.kql.parser import parse
from huntline.kql.source import Limits, Source
from huntline.kql.syntax import Between, Binary, Call, Let, Literal, Name, Node
from huntline.kql.types import KqlType
from huntline.telemetry.schema import TIME
from huntline.telemetry.times import EPOCH

_COMPARISONS: Final = frozenset({"<", "<=", ">", ">=", "=="})
_MICROSECOND: Final = 10  # ticks


def earliest_compared(query: str, at: datetime) -> datetime | None:
    """Return the start of the earliest day that the query compares Timestamp with; None where it does not, or is no query.

    `at` is the query's now. Known are datetime literals, `ago(...)` and `now(...)` of a literal, and names that `let` gives to
    these. The day begins at midnight UTC, because `bin` and `startofday` are written round such moments.
    """
    try:
        program, _failures = parse(Source(query), Limits())
    except RecursionError:
        return None
    if program is None:
        return None
    lets = {node.name: node.value for node in _walk(program) if isinstance(node, Let)}
    moments = [
        moment
        for sides in map(_compared, _walk(program))
        if any(isinstance(node, Name) and node.name == TIME for side in sides for node in _walk(side))
        for side in sides
        for moment in _moments(side, lets, at)
    ]
    return min(moments).replace(hour=0, minute=0, second=0, microsecond=0) if moments else None


def _compared(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Binary) and node.operator in _COMPARISONS:
        return (node.left, node.right)
    if isinstance(node, Between):
        return (node.value, node.low, node.high)
    return ()


def _moments(side: Node, lets: Mapping[str, Node], at: datetime) -> Iterator[datetime]:
    for node in _walk(side):
        if isinstance(node, Literal) and node.type is KqlType.DATETIME:
            yield from _since(EPOCH, node.value)
        elif isinstance(node, Call) and node.name in {"ago", "now"} and node.arguments:
            (span, *_), sign = node.arguments, -1 if node.name == "ago" else 1
            yield from _since(at.astimezone(UTC), _ticks(span, lets), sign)
        elif isinstance(node, Name) and node.name in lets:
            # Without the name itself: a let that refers to itself ends here.
            yield from _moments(lets[node.name], {name: lets[name] for name in lets if name != node.name}, at)


def _ticks(span: Node, lets: Mapping[str, Node]) -> object:
    named = lets.get(span.name) if isinstance(span, Name) else span
    return named.value if isinstance(named, Literal) and named.type is KqlType.TIMESPAN else None


def _since(origin: datetime, ticks: object, sign: int = 1) -> Iterator[datetime]:
    if isinstance(ticks, int):
        try:
            yield origin + sign * timedelta(microseconds=ticks // _MICROSECOND)
        except OverflowError:
            yield EPOCH


def _walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        for field in dataclasses.fields(found):
            value = getattr(found, field.name)
            waiting += [part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, Node)]
