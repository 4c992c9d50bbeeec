"""The plan: what is to be computed, with every name resolved and every type known.

`Scan` is the only leaf that reads telemetry, and it cannot be made without a scope. Names live in the binder: a plan knows columns by
their number, so that projecting and renaming cost nothing and no column is ever ambiguous.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from huntline.kql.sql import Sql, Template
from huntline.kql.symbols import ColumnSymbol, Scope, TableSymbol, Window
from huntline.kql.types import ValueType

# Scalars


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation. `symbol` is set for a column that comes straight from a table."""

    type: ValueType
    nullable: bool
    number: int
    symbol: ColumnSymbol | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """A value known at compile time: None for null; ticks for datetime and timespan; Python JSON for dynamic."""

    type: ValueType
    value: object

    @property
    def nullable(self) -> bool:
        """Whether it is a null."""
        return self.value is None


Builder = Callable[["Apply", Sequence[Sql]], Sql]


@dataclass(frozen=True, slots=True)
class Apply:
    """A function or operator over scalars. `name` is its KQL name, by which passes know it; `sql` says what it becomes."""

    type: ValueType
    nullable: bool
    name: str
    sql: "Template | Builder"
    arguments: tuple["Scalar", ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A way into a JSON value: constant names and indexes, or computed ones.

    `extract` is the ClickHouse type that the value is read as, or None for its JSON text.
    """

    type: ValueType
    base: "Scalar"
    steps: tuple["str | int | Scalar", ...]
    extract: str | None = None

    @property
    def nullable(self) -> bool:
        """Whether a missing value is NULL and not ''."""
        return self.extract is not None and self.extract.startswith("Nullable")


@dataclass(frozen=True, slots=True)
class ScalarQuery:
    """The value in the first row of a one-column relation, null where there is none."""

    type: ValueType
    nullable: bool
    plan: "Plan"
    column: Column


@dataclass(frozen=True, slots=True)
class InQuery:
    """Whether a value is among those of a one-column relation."""

    type: ValueType
    value: "Scalar"
    plan: "Plan"
    column: Column
    negated: bool
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Elementwise:
    """A scalar over the elements of arrays that go side by side.

    `elements` are the columns by which the body refers to an element, each with the array that it comes from; there is at least one.
    `sql` has a hole for the function over an element and one for all arrays.
    """

    type: ValueType
    nullable: bool
    elements: tuple[tuple[Column, Column], ...]
    body: "Scalar"
    sql: Template


Scalar = Column | Constant | Apply | Path | ScalarQuery | InQuery | Elementwise

# Relations


@dataclass(frozen=True, slots=True)
class Scan:
    """The rows of a hunting table that the scope may see."""

    table: TableSymbol
    scope: Scope
    columns: tuple[Column, ...]
    """One for each column of the table, and one more for the ingestion time where the table has it."""
    window: Window | None


@dataclass(frozen=True, slots=True)
class Inline:
    """Rows that stand in the query: `values` column by column, plain Python values."""

    columns: tuple[Column, ...]
    values: tuple[tuple[object, ...], ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Counting:
    """The numbers `low`, `low + step`, ... up to `high`: the rows of `range`."""

    column: Column
    low: Scalar
    high: Scalar
    step: Scalar


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows for which the predicate is true."""

    input: "Plan"
    predicate: Scalar


@dataclass(frozen=True, slots=True)
class Extend:
    """The rows with further columns."""

    input: "Plan"
    definitions: tuple[tuple[Column, Scalar], ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One row for each combination of the keys; without keys exactly one row."""

    input: "Plan"
    keys: tuple[tuple[Column, Scalar], ...]
    aggregates: tuple[tuple[Column, Scalar], ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Rows of two relations whose keys are equal. `kind` is a KQL kind, `innerunique` already resolved to `inner`."""

    kind: str
    left: "Plan"
    right: "Plan"
    keys: tuple[tuple[Column, Column], ...]


@dataclass(frozen=True, slots=True)
class FirstOfKey:
    """One row for each combination of the keys, always the same one for the same data."""

    input: "Plan"
    keys: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Concat:
    """The rows of several relations; each gives a scalar for every column."""

    columns: tuple[Column, ...]
    inputs: tuple[tuple["Plan", tuple[Scalar, ...]], ...]


@dataclass(frozen=True, slots=True)
class SortOrder:
    """A key to sort by."""

    key: Scalar
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Sort:
    """The rows in an order."""

    input: "Plan"
    keys: tuple[SortOrder, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """The first rows."""

    input: "Plan"
    count: int


@dataclass(frozen=True, slots=True)
class Expand:
    """A row for each element of the arrays, which go side by side; `index` counts from 0."""

    input: "Plan"
    arrays: tuple[tuple[Column, Scalar], ...]
    index: Column | None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """The rows with their position in the order they come in, from 0."""

    input: "Plan"
    column: Column


@dataclass(frozen=True, slots=True)
class Windowed:
    """The rows with columns computed over their neighbours in an order.

    The templates of the definitions have `{w}`-free SQL; the emitter adds `OVER (PARTITION BY ... ORDER BY ...)`.
    """

    input: "Plan"
    definitions: tuple[tuple[Column, Scalar], ...]
    partition: tuple[Scalar, ...]
    order: tuple[SortOrder, ...]
    frame: str


@dataclass(frozen=True, slots=True)
class SequenceStep:
    """A step of `Sequences`.

    `assignments` has a value for each declared column. `remembered` are the columns by which conditions and assignments refer to the
    row that last matched the step, each with the column of the input, or the declared column, whose value it holds.
    """

    name: str
    output: str
    condition: Scalar
    assignments: tuple[Scalar, ...]
    remembered: tuple[tuple[Column, Column], ...]


@dataclass(frozen=True, slots=True)
class Sequences:
    """The rows of `scan`: a row for each match of a row of the input with a step.

    The rows are taken in an order, within each combination of the partition's values by themselves. Further columns: `declared` with
    their defaults; `match`, the number of the sequence from 0; `number`, the place of the input's row; `step`, that of the step from 1;
    `series`, which counts the rows that matched a step one after the other.
    """

    input: "Plan"
    order: tuple[SortOrder, ...]
    partition: tuple[Column, ...]
    declared: tuple[tuple[Column, Constant], ...]
    match: Column
    number: Column
    step: Column
    series: Column
    steps: tuple[SequenceStep, ...]


@dataclass(frozen=True, slots=True)
class Hops:
    """What a path is made of: edges, each read as leading from `source` to `target`."""

    plan: "Plan"
    source: Column
    target: Column
    identity: Column


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of a graph, `least` to `most` hops long: a row for each, with its ends and arrays over its hops.

    Paths begin at the nodes of `starts` (texts), or anywhere. `cycles` says what may occur twice: `all` anything, `unique_edges` a node,
    `none` nothing. With `one_each` only one path of each length leads from one node to another. `carried` are the arrays, one element a
    hop, each with the column of the hops that it is made from; `inner` the same for the nodes between the ends. A path that was walked
    from its end to its start (`backwards`) has its arrays turned round.
    """

    hops: Hops
    starts: "tuple[Plan, Column] | None"
    least: int
    most: int
    cycles: str
    one_each: bool
    backwards: bool
    start: Column
    end: Column
    length: Column
    identities: Column
    between: Column
    carried: tuple[tuple[Column, Column], ...]
    inner: tuple[tuple[Column, Column], ...]


@dataclass(frozen=True, slots=True)
class Components:
    """The nodes of a graph, each with the least node (texts) of the component that it belongs to."""

    nodes: "Plan"
    node: Column
    hops: Hops
    strong: bool
    member: Column
    least: Column


Plan = (
    Scan
    | Inline
    | Counting
    | Filter
    | Extend
    | Aggregate
    | Join
    | FirstOfKey
    | Concat
    | Sort
    | Limit
    | Expand
    | Number
    | Windowed
    | Sequences
    | Paths
    | Components
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole of a query: its plan, and the columns that it answers under their names, in their order."""

    input: Plan
    columns: tuple[tuple[str, Column], ...]
