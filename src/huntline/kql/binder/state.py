"""What the binder knows while it works: the surroundings, the names in force, the row at hand."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from huntline.kql import patterns, syntax
from huntline.kql.diagnostics import Diagnostic, Failure, Inside, Severity
from huntline.kql.plan import Apply, Column, Plan, Scalar, SortOrder
from huntline.kql.result import Render
from huntline.kql.source import Limits, Source
from huntline.kql.sql import template
from huntline.kql.symbols import Catalog, ColumnSymbol, FunctionSymbol, Scope, Window
from huntline.kql.types import JSON, ValueType


@dataclass(frozen=True, slots=True)
class Relation:
    """A plan together with the names of its columns, in their order.

    `order` is the order of the rows where the query has fixed one (sort, serialize, range): an empty tuple stands for the order
    in which the rows come.
    """

    plan: Plan
    fields: Mapping[str, Column]
    order: tuple[SortOrder, ...] | None = None
    partition: "Partition | None" = None
    opened: "tuple[Column, str, str, syntax.Node] | None" = None
    """A bag whose properties are columns besides `fields`: its column, the prefix of their names, its name, the operator."""
    graph: "Graph | None" = None
    """A graph, behind make-graph: then the rest of this is without meaning."""


@dataclass(frozen=True, slots=True)
class Partition:
    """The rows of a subquery that runs once for each row of an outer relation (mv-apply, partition).

    `row` tells the outer rows apart, `kept` are their columns: operators that gather rows do so within one outer row.
    """

    row: Column
    kept: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph: a row for each node, a row for each edge.

    Nodes are known by texts: `node` of the nodes, `source` and `target` of the edges. The names of the relations are the properties.
    """

    nodes: Relation
    node: Column
    edges: Relation
    source: Column
    target: Column


@dataclass(frozen=True, slots=True, eq=False)
class LetValue:
    """`let name = expression`: bound again wherever it is named, in the names that were in force at the `let`."""

    expression: syntax.Expression
    names: "Names"


@dataclass(frozen=True, slots=True, eq=False)
class LetFunction:
    """`let name = (parameters) { body }`. `origin` is None for one of the query itself."""

    declaration: syntax.LetFunction
    names: "Names"
    origin: "Origin | None" = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a function comes from that the query does not declare: its text, and the line in it where the body begins."""

    text: Source
    first: int
    symbol: FunctionSymbol | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BoundScalar:
    """A scalar that is already bound: an argument of a function."""

    scalar: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class BoundTable:
    """A relation that is already bound: the input of an mv-apply, what `as` named. It may be read once or twice."""

    build: Callable[[], Relation]


@dataclass(frozen=True, slots=True, eq=False)
class PatternBinding:
    """`declare pattern`: its expressions are bound in the names that were in force there."""

    declaration: patterns.DeclarePattern
    names: "Names"


Binding = LetValue | LetFunction | BoundScalar | BoundTable | PatternBinding


class Library(Protocol):
    """Saved functions by name."""

    def find(self, name: str) -> LetFunction | None:
        """Return the function of that exact name, or None."""
        ...

    def names(self) -> Iterable[str]:
        """Return the names of all."""
        ...


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a function with an origin, among the calls that lead to where the binder is."""

    name: str
    origin: Origin
    start: int
    end: int


DEEPEST_CALLS = 16
"""Saved functions inside each other."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The names in force at a place, innermost first."""

    own: dict[str, Binding] = field(default_factory=dict)
    outer: "Names | None" = None
    library: "Library | None" = None
    """Behind the outermost names: functions that are looked up when they are first named."""

    def find(self, name: str) -> Binding | None:
        """Return what a name stands for, or None."""
        names: Names | None = self
        while names is not None:
            found = names.own.get(name)
            if found is not None:
                return found
            if names.library is not None:
                return names.library.find(name)
            names = names.outer
        return None

    def all(self) -> set[str]:
        """Return every name in force."""
        inherited = self.outer.all() if self.outer is not None else set()
        listed = set() if self.library is None else set(self.library.names())
        return inherited | listed | set(self.own)

    def having(self, name: str, binding: Binding) -> "Names":
        """Return these names with one more."""
        return Names({name: binding}, self)


@dataclass(frozen=True, slots=True)
class WindowNeed:
    """A column over neighbouring rows that an expression asks for; `frame` is the ROWS clause, or '' for none."""

    column: Column
    scalar: Scalar
    frame: str
    partition: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class LookupNeed:
    """A value for each subtable, from rows that are told apart likewise: `toscalar(P | count)` where `as P` named the subtables."""

    plan: Plan
    row: Column


@dataclass(slots=True)
class Row:
    """What a scalar expression may refer to.

    `operator` is named in diagnostics. `aggregating` says that aggregate functions may stand here. `order` is as in `Relation`.
    `windows` collects the columns over neighbouring rows (row_number, prev) that the expression needs.
    """

    fields: Mapping[str, Column]
    operator: str
    aggregating: bool = False
    left: Mapping[str, Column] | None = None
    right: Mapping[str, Column] | None = None
    order: tuple[SortOrder, ...] | None = None
    windows: list[WindowNeed | LookupNeed] | None = None
    relation: Relation | None = None
    elements: "Mapping[str, Element] | None" = None
    """What a name in front of a dot stands for besides columns: the steps of scan, the nodes and edges of a pattern."""
    functions: "Mapping[str, ElementFunction] | None" = None
    """Functions that only an expression of this operator may call, in front of all others."""
    around: "Row | None" = None
    """Inside an aggregate, the row of its operator: columns over neighbouring rows are asked for there."""


Element = Callable[[syntax.Member], Scalar]
"""Gives the value of `name.property`, or raises a Failure."""
ElementFunction = Callable[[syntax.Call, Row], Scalar]
"""Binds a call, or raises a Failure."""


ALIASES: Mapping[str, str] = {
    "TimeGenerated": "Timestamp",
    "TimeGenerated1": "Timestamp1",
    "AccountUPN": "AccountUpn",
    "AccountSID": "OnPremSid",
    "ISP": "Isp",
    "UserType": "Type",
}
"""Names of columns in the unified portal that mean a column of the hunting tables, where a relation has no column of that name."""


_TIMES = ("TimeGenerated", "Timestamp")


def known_name(fields: Mapping[str, Column], name: str) -> str:
    """Return the name under which a column stands among others: its own, or that of which it is another word.

    The word for the time goes either way and inside of names: `max_Timestamp` may mean `max_TimeGenerated`.
    """
    if name in fields:
        return name
    sentinel, defender = _TIMES
    others = (ALIASES.get(name, name), name.replace(sentinel, defender), name.replace(defender, sentinel))
    return next((other for other in others if other in fields), name)


def find_column(fields: Mapping[str, Column], name: str) -> Column | None:
    """Return the column of a name, or of the name that it is another word for."""
    column = fields.get(name)
    return column if column is not None else fields.get(known_name(fields, name))


_MISSING = Apply(JSON, nullable=True, name="missing", sql=template("''"), arguments=())


class State:
    """One run of the binder."""

    def __init__(
        self,
        *,
        source: Source,
        catalog: Catalog,
        scope: Scope,
        limits: Limits,
        now: int,
        window: Window | None,
        names: Names,
    ) -> None:
        self.source = source
        self.catalog = catalog
        self.scope = scope
        self.limits = limits
        self.now = now
        self.window = window
        self.names = names
        self.warnings: list[Diagnostic] = []
        self.tables: list[str] = []
        self.later: dict[str, Binding] = {}
        """Names that a statement gives to those behind it."""
        self.render: Render | None = None
        self.settings: dict[str, Scalar] = {}
        self.active: list[object] = []
        self.calls: tuple[Called, ...] = ()
        self.functions: dict[str, FunctionSymbol] = {}
        self.failures: list[Failure] = []
        self.bind_scalar: Callable[[syntax.Expression, Row], Scalar] = _unset
        self.bind_table: Callable[[syntax.Expression], Relation] = _unset
        self.is_table: Callable[[syntax.Expression], bool] = bool
        self.bind_operators: Callable[[Relation, tuple[syntax.Operator, ...]], Relation] = _unset
        self._number = 0
        self._parts = 0

    def column(self, kind: ValueType, *, nullable: bool, symbol: ColumnSymbol | None = None) -> Column:
        """Return a new column."""
        self._number += 1
        return Column(kind, nullable, self._number, symbol)

    def column_like(self, scalar: Scalar) -> Column:
        """Return a new column for the values of a scalar."""
        return self.column(scalar.type, nullable=scalar.nullable)

    def spend(self, node: syntax.Node, parts: int = 1) -> None:
        """Count parts of the plan.

        Raises:
            Failure: the query has grown too large.
        """
        self._parts += parts
        if self._parts > self.limits.plan_size:
            raise Failure("too_complex", node.start, node.end, limit=self.limits.plan_size)

    def warn(self, failure: Failure) -> None:
        """Add a warning."""
        self._place(failure)
        self.warnings.append(failure.diagnostic(self.source, Severity.WARNING))

    def missed(self, failure: Failure) -> Scalar:
        """Note that a name has no meaning and return a value in its place, so that what else is wrong is found too."""
        self._place(failure)
        self.failures.append(failure)
        if len(self.failures) >= self.limits.diagnostics:
            raise failure
        return _MISSING

    @contextmanager
    def within(self, names: Names, what: object = None) -> Iterator[None]:
        """Let other names be in force for a while; `what` guards against a name that refers to itself."""
        before = self.names
        self.names = names
        self.active.append(what)
        try:
            yield
        finally:
            self.names = before
            self.active.pop()

    @contextmanager
    def entering(self, names: Names, function: LetFunction, node: syntax.Call) -> Iterator[None]:
        """Let a function's names be in force while its body is bound.

        Raises:
            Failure: saved functions are nested too deep.
        """
        calls = self.calls
        if function.origin is not None:
            if len(calls) >= DEEPEST_CALLS:
                raise Failure("functions_too_deep", node.start, node.end, limit=DEEPEST_CALLS)
            if function.origin.symbol is not None:
                self.functions[node.name] = function.origin.symbol
            calls = (*calls, Called(node.name, function.origin, node.start, node.end))
        with self.within(names, function), self.counting_from(calls):
            yield

    @contextmanager
    def counting_from(self, calls: tuple[Called, ...]) -> Iterator[None]:
        """Say in whose text the places of nodes count for a while: what fails is marked with it."""
        before, self.calls = self.calls, calls
        try:
            yield
        except Failure as failure:
            self._place(failure)
            raise
        finally:
            self.calls = before

    def _place(self, failure: Failure) -> None:
        if failure.inside is not None:
            return
        if not self.calls:
            failure.inside = "query"
            return
        first, last = self.calls[0], self.calls[-1]
        failure.inside = Inside(last.name, last.origin.text, last.origin.first, first.start, first.end)


def _unset(*_arguments: object) -> Any:
    raise RuntimeError("the binder has not been put together")
