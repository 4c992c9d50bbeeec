"""What the binder knows while it works: the surroundings, the names in force, the row at hand."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from huntline.kql import syntax
from huntline.kql.diagnostics import Diagnostic, Failure, Severity
from huntline.kql.plan import Column, Plan, Scalar, SortOrder
from huntline.kql.result import Render
from huntline.kql.source import Limits, Source
from huntline.kql.symbols import Catalog, ColumnSymbol, Scope, Window
from huntline.kql.types import ValueType


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


@dataclass(frozen=True, slots=True)
class Partition:
    """The rows of a subquery that runs once for each row of an outer relation (mv-apply, partition).

    `row` tells the outer rows apart, `kept` are their columns: operators that gather rows do so within one outer row.
    """

    row: Column
    kept: Mapping[str, Column]


@dataclass(frozen=True, slots=True, eq=False)
class LetValue:
    """`let name = expression`: bound again wherever it is named, in the names that were in force at the `let`."""

    expression: syntax.Expression
    names: "Names"


@dataclass(frozen=True, slots=True, eq=False)
class LetFunction:
    """`let name = (parameters) { body }`. `origin` is '' for one of the query itself, else where it comes from."""

    declaration: syntax.LetFunction
    names: "Names"
    origin: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class BoundScalar:
    """A scalar that is already bound: an argument of a function."""

    scalar: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class BoundTable:
    """A relation that is already bound: the input of an mv-apply, what `as` named. It may be read once or twice."""

    build: Callable[[], Relation]


Binding = LetValue | LetFunction | BoundScalar | BoundTable


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The names in force at a place, innermost first."""

    own: dict[str, Binding] = field(default_factory=dict)
    outer: "Names | None" = None

    def find(self, name: str) -> Binding | None:
        """Return what a name stands for, or None."""
        names: Names | None = self
        while names is not None:
            found = names.own.get(name)
            if found is not None:
                return found
            names = names.outer
        return None

    def all(self) -> set[str]:
        """Return every name in force."""
        inherited = self.outer.all() if self.outer is not None else set()
        return inherited | set(self.own)

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
    windows: list[WindowNeed] | None = None
    relation: Relation | None = None
    elements: "Mapping[str, Element] | None" = None
    """What a name in front of a dot stands for besides columns: the steps of scan."""


Element = Callable[[syntax.Member], Scalar]
"""Gives the value of `name.property`, or raises a Failure."""


ALIASES: Mapping[str, str] = {
    "TimeGenerated": "Timestamp",
    "TimeGenerated1": "Timestamp1",
    "AccountUPN": "AccountUpn",
    "AccountSID": "OnPremSid",
    "ISP": "Isp",
    "UserType": "Type",
}
"""Names of columns in the unified portal that mean a column of the hunting tables, where a relation has no column of that name."""


def find_column(fields: Mapping[str, Column], name: str) -> Column | None:
    """Return the column of a name, or of the name that it is another word for."""
    column = fields.get(name)
    if column is None and name in ALIASES:
        column = fields.get(ALIASES[name])
    return column


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
        self.render: Render | None = None
        self.active: list[object] = []
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
        self.warnings.append(failure.diagnostic(self.source, Severity.WARNING))

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


def _unset(*_arguments: object) -> Any:
    raise RuntimeError("the binder has not been put together")
