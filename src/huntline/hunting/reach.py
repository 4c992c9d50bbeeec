"""How far into each table a query reaches by its times: what a report may say was looked at.

A query reads a table inside the run's window, and often inside less: `where Timestamp > ago(1d)`. Every place where a table stands is
followed to it, through `let`, joins, unions and saved functions, and what bounds its `Timestamp` there is taken off. A condition on
the time that cannot be told beforehand (`hourofday(Timestamp) < 6`, a bound that another query finds) leaves a reach that is not
`whole`: part of it was looked at, and nobody can say which. Conditions on anything else narrow what a hunt finds, not where it looks; so
does a comparison with another column (`Timestamp between (Downloaded .. (Downloaded + 30m))`), which relates rows to each other.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from huntline.hunting.functions import Functions
from huntline.hunting.results import Window
from huntline.kql.parser import parse
from huntline.kql.source import Limits, Source
from huntline.kql.syntax import (
    Between,
    Binary,
    Call,
    ExpressionStatement,
    Find,
    Let,
    LetFunction,
    Literal,
    Logical,
    Name,
    Node,
    Opaque,
    Pipe,
    Program,
    Search,
    Star,
    Union,
    Where,
)
from huntline.kql.types import KqlType
from huntline.telemetry.schema import TIME
from huntline.telemetry.times import EPOCH

_LOWER: Final = frozenset({">", ">="})
_UPPER: Final = frozenset({"<", "<="})
_TURNED: Final = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "=="}
_MICROSECOND: Final = 10  # ticks
_DEEPEST: Final = 50
_PARAMETER: Final = re.compile(r"(\w+)\s*:")


@dataclass(frozen=True, slots=True)
class Reach:
    """A stretch of time of a table: start <= Timestamp < end. whole: all of it, not a part that cannot be told."""

    start: datetime
    end: datetime
    whole: bool = True

    def narrowed(self, start: datetime | None, end: datetime | None, *, whole: bool = True) -> "Reach":
        """Return what is left inside these bounds (None: no bound)."""
        return Reach(max(self.start, start or self.start), min(self.end, end or self.end), self.whole and whole)


@dataclass(frozen=True, slots=True)
class _Place:
    """What names mean where a node stands. depth: how many names were followed to come here."""

    lets: Mapping[str, Node]
    depth: int = 0

    def within(self, program: Program) -> "_Place":
        """Return the place inside a text or a body with statements of its own."""
        own = {one.name: one for one in program.statements if isinstance(one, Let | LetFunction)}
        return _Place({**self.lets, **own}, self.depth + 1)

    def with_parameters(self, names: Iterable[str]) -> "_Place":
        """Return the place inside a function with these parameters, whose values nobody knows here."""
        return _Place({**self.lets, **{name: Opaque(0, 0, "parameter") for name in names}}, self.depth)


class _Walk:
    """One query, followed from its last statement."""

    def __init__(self, window: Window, at: datetime, tables: Sequence[str], functions: Functions) -> None:
        self.all = Reach(window.start, window.end)
        self.at = at.astimezone(UTC)
        self.tables = frozenset(tables)
        self.functions = functions
        self.found: dict[str, list[Reach]] = {name: [] for name in tables}

    def program(self, program: Program, place: _Place, reach: Reach) -> None:
        inside = place.within(program)
        for statement in program.statements:
            if isinstance(statement, ExpressionStatement):
                self.visit(statement.expression, inside, reach)

    def visit(self, node: Node, place: _Place, reach: Reach) -> None:
        """Follow a node to the tables under it, which are read inside `reach`."""
        if isinstance(node, Pipe):
            self._pipe(node, place, reach)
        elif isinstance(node, Name):
            self._name(node.name, place, reach)
        elif isinstance(node, Star):
            self._note(self.tables, reach)
        elif isinstance(node, Call):
            self._call(node, place, reach)
        elif isinstance(node, Search | Find):
            self._note(self.tables, self._where(node.predicate, place, reach))
        elif isinstance(node, Union):
            for table in node.tables:
                self.visit(table, place, reach)
        else:
            for part in _parts(node):
                self.visit(part, place, self.all)

    def _pipe(self, pipe: Pipe, place: _Place, reach: Reach) -> None:
        for operator in pipe.operators:
            if isinstance(operator, Where):
                reach = self._where(operator.predicate, place, reach)
        self.visit(pipe.source, place, reach)
        for operator in pipe.operators:
            if isinstance(operator, Union):
                self.visit(operator, place, reach)
            else:
                self._under(operator, place)

    def _under(self, node: Node, place: _Place) -> None:
        """Follow the queries inside an operator: the right side of a join, the list of an `in`. What the pipe bounds, bounds no other."""
        for part in _parts(node):
            if isinstance(part, Pipe | Union | Search | Find) or (
                isinstance(part, Name) and self._is_tabular(part.name, place)
            ):
                self.visit(part, place, self.all)
            else:
                self._under(part, place)

    def _is_tabular(self, name: str, place: _Place) -> bool:
        """A name of a table, or of something that may hold one; of a column nothing comes when it is followed."""
        return name in self.tables or name in place.lets

    def _name(self, name: str, place: _Place, reach: Reach) -> None:
        bound = place.lets.get(name)
        if isinstance(bound, Let) and place.depth < _DEEPEST:
            rest = {key: value for key, value in place.lets.items() if key != name}
            self.visit(bound.value, _Place(rest, place.depth + 1), reach)
        elif name in self.tables:
            self._note([name], reach)

    def _call(self, call: Call, place: _Place, reach: Reach) -> None:
        bound = place.lets.get(call.name)
        if place.depth >= _DEEPEST:
            return
        if isinstance(bound, LetFunction):
            rest = {key: value for key, value in place.lets.items() if key != call.name}
            inside = _Place(rest, place.depth + 1).with_parameters(one.name for one in bound.parameters)
            self.program(bound.body, inside, reach)
        elif call.name in self.functions:
            function = self.functions[call.name]
            body = _parsed(function.body)
            if body is not None:
                inside = _Place({}, place.depth + 1).with_parameters(_PARAMETER.findall(function.parameters))
                self.program(body, inside, reach)
        for argument in call.arguments:  # materialize(T | …), union-like functions, toscalar(…)
            self.visit(argument, place, reach)

    def _note(self, tables: Sequence[str] | frozenset[str], reach: Reach) -> None:
        for name in tables:
            if reach.start < reach.end:
                self.found[name].append(reach)

    def _where(self, predicate: Node, place: _Place, reach: Reach) -> Reach:
        """Return what a condition leaves."""
        if isinstance(predicate, Logical) and predicate.operator == "and":
            for operand in predicate.operands:
                reach = self._where(operand, place, reach)
            return reach
        if not any(_is_time(node) for node in _walk(predicate)) or _relates(predicate, place):
            return reach
        bounds = self._bounds(predicate, place)
        return reach.narrowed(*bounds) if bounds else reach.narrowed(None, None, whole=False)

    def _bounds(self, predicate: Node, place: _Place) -> tuple[datetime | None, datetime | None] | None:
        """Return the bounds that a comparison of Timestamp with known moments sets; None where it is anything else."""
        if isinstance(predicate, Between) and not predicate.negated and _is_column(predicate.value):
            low, high = self._moment(predicate.low, place), self._moment(predicate.high, place)
            span = self._span(predicate.high, place)
            if low is not None and high is None and span is not None:
                high = low + span
            return (low, high) if low is not None and high is not None else None
        if not isinstance(predicate, Binary) or predicate.operator not in _TURNED:
            return None
        operator, left, right = predicate.operator, predicate.left, predicate.right
        if _is_column(right):
            operator, left, right = _TURNED[operator], right, left
        moment = self._moment(right, place) if _is_column(left) else None
        if moment is None:
            return None
        return (moment if operator not in _UPPER else None, moment if operator not in _LOWER else None)

    def _moment(self, node: Node, place: _Place) -> datetime | None:
        """Return the moment that an expression of literals means; None where it is not one."""
        try:
            return self._evaluated(node, place)
        except OverflowError:
            return None

    def _evaluated(self, node: Node, place: _Place) -> datetime | None:
        if isinstance(node, Name):
            bound, rest = _followed(node.name, place)
            return self._evaluated(bound, rest) if bound else None
        if isinstance(node, Literal):
            is_moment = node.type is KqlType.DATETIME and isinstance(node.value, int)
            return EPOCH + timedelta(microseconds=int(str(node.value)) // _MICROSECOND) if is_moment else None
        if isinstance(node, Binary) and node.operator in {"+", "-"}:
            moment, span = self._evaluated(node.left, place), self._span(node.right, place)
            if moment is None or span is None:
                return None
            return moment + span if node.operator == "+" else moment - span
        if isinstance(node, Call):
            return self._called(node, place)
        return None

    def _called(self, call: Call, place: _Place) -> datetime | None:
        first = call.arguments[0] if call.arguments else None
        if call.name == "startofday" and first is not None and len(call.arguments) == 1:
            moment = self._evaluated(first, place)
            return moment.replace(hour=0, minute=0, second=0, microsecond=0) if moment else None
        if call.name == "now" and first is None:
            return self.at
        span = self._span(first, place) if first is not None else None
        if call.name not in {"ago", "now"} or span is None:
            return None
        return self.at - span if call.name == "ago" else self.at + span

    def _span(self, node: Node, place: _Place) -> timedelta | None:
        if isinstance(node, Name):
            bound, rest = _followed(node.name, place)
            return self._span(bound, rest) if bound else None
        if isinstance(node, Literal) and node.type is KqlType.TIMESPAN and isinstance(node.value, int):
            return timedelta(microseconds=node.value // _MICROSECOND)
        return None


def reach_of(
    query: str, window: Window, at: datetime, *, tables: Sequence[str], functions: Functions
) -> dict[str, list[Reach]]:
    """Return where in each of `tables` (those that the compiled query reads) the query looks inside the run's window.

    at: what `now()` means. A table that the text does not show, such as one behind a wildcard of a function, has the whole window, and
    not `whole` where anything in the texts compares times.
    """
    walk = _Walk(window, at, tables, functions)
    program = _parsed(query)
    if program is not None:
        walk.program(program, _Place({}), walk.all)
    for name in [name for name, reaches in walk.found.items() if not reaches]:
        if program is None or not _names(program, name):
            timed = program is None or any(_is_time(node) for node in _walk(program))
            walk.found[name].append(walk.all.narrowed(None, None, whole=not timed))
    return walk.found


def _relates(predicate: Node, place: _Place) -> bool:
    """Whether a condition compares the time with another column."""
    if isinstance(predicate, Between):
        sides: tuple[Node, ...] = (predicate.value, predicate.low, predicate.high)
    elif isinstance(predicate, Binary):
        sides = (predicate.left, predicate.right)
    else:
        return False
    others = [side for side in sides if not any(_is_time(node) for node in _walk(side))]
    return any(isinstance(node, Name) and node.name not in place.lets for side in others for node in _walk(side))


def _followed(name: str, place: _Place) -> tuple[Node | None, _Place]:
    bound = place.lets.get(name)
    if not isinstance(bound, Let) or place.depth >= _DEEPEST:
        return None, place
    rest = {key: value for key, value in place.lets.items() if key != name}
    return bound.value, _Place(rest, place.depth + 1)


def _names(program: Program, table: str) -> bool:
    return any(isinstance(node, Name) and node.name == table for node in _walk(program))


def _is_column(node: Node) -> bool:
    return isinstance(node, Name) and node.name == TIME


def _is_time(node: Node) -> bool:
    return _is_column(node) or (isinstance(node, Call) and node.name == "ingestion_time")


def _parsed(text: str) -> Program | None:
    try:
        program, _failures = parse(Source(text), Limits())
    except RecursionError:
        return None
    return program


def _parts(node: Node) -> Iterator[Node]:
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        yield from (part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, Node))


def _walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += _parts(found)
