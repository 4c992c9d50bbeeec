"""The syntax tree: what was written, with its place, before names and types are known.

A tabular and a scalar expression share one domain (`Expression`), because KQL does not tell them apart by their writing.
"""

from dataclasses import dataclass

from huntline.kql.types import KqlType


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that was written; `start` and `end` are offsets into the text, `end` exclusive."""

    start: int
    end: int


Expression = Node


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant. `value` is None for a null; datetimes and timespans are ticks of 100 ns; dynamics are Python JSON values."""

    type: KqlType
    value: object


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name on its own: a column, a table, a let."""

    name: str


@dataclass(frozen=True, slots=True)
class Star(Node):
    """`*`, or a name with `*` in it (`Device*`), in places that take patterns."""

    pattern: str = "*"


@dataclass(frozen=True, slots=True)
class TypeOf(Node):
    """`typeof(long)`; more than one column for `typeof(a:long, b:string)`."""

    type: KqlType


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`name(arguments)`."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class NamedArgument(Node):
    """`name = value` among the arguments of a call."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Member(Node):
    """`target.name` or `target.['name']` or `target["name"]`."""

    target: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`target[index]` with anything but a constant string."""

    target: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`-operand` or `+operand`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`left operator right`, operators by their KQL spelling."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Logical(Node):
    """`a and b and c`, flat, because hunters write hundreds of them."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`left in (items)`, and `in~ !in !in~ has_any has_all`.

    `literals` is set instead of `items` for a long list of string constants.
    """

    operator: str
    left: Expression
    items: tuple[Expression, ...]
    literals: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between (low .. high)`."""

    negated: bool
    value: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Pipe(Node):
    """`source | operators`."""

    source: Expression
    operators: tuple["Operator", ...]


@dataclass(frozen=True, slots=True)
class NamedExpression(Node):
    """`expression`, `name = expression` or `(a, b) = expression`."""

    names: tuple[str, ...]
    expression: Expression
    tupled: bool = False


@dataclass(frozen=True, slots=True)
class ColumnDeclaration(Node):
    """`name: type`."""

    name: str
    type: KqlType


@dataclass(frozen=True, slots=True)
class Option:
    """`name = value` before an operator's own part (`kind=inner`, `withsource=T`)."""

    name: str
    value: str
    start: int
    end: int


Operator = Node
Options = tuple[Option, ...]


# Sources


@dataclass(frozen=True, slots=True)
class DataTable(Node):
    """`datatable (columns) [values]`, values row by row."""

    columns: tuple[ColumnDeclaration, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ExternalData(Node):
    """`externaldata (columns) [addresses] with (...)`."""

    columns: tuple[ColumnDeclaration, ...]


@dataclass(frozen=True, slots=True)
class Print(Node):
    """`print expressions`."""

    expressions: tuple[NamedExpression, ...]


@dataclass(frozen=True, slots=True)
class Range(Node):
    """`range name from low to high step step`."""

    name: str
    low: Expression
    high: Expression
    step: Expression


@dataclass(frozen=True, slots=True)
class Union(Node):
    """`union tables`; as an operator its input is the first table."""

    options: Options
    tables: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Search(Node):
    """`search in (tables) predicate`."""

    options: Options
    tables: tuple[Expression, ...]
    predicate: Expression


@dataclass(frozen=True, slots=True)
class FindColumn(Node):
    """`name: type` behind find's project; a name of None is `pack_all()`, the columns that are not named."""

    name: str | None
    type: KqlType | None = None


@dataclass(frozen=True, slots=True)
class Find(Node):
    """`find in (tables) where predicate project columns`; columns of None are `project-smart`."""

    options: Options
    tables: tuple[Expression, ...]
    predicate: Expression
    columns: tuple[FindColumn, ...] | None


# Operators


@dataclass(frozen=True, slots=True)
class Where(Node):
    """`where predicate`."""

    predicate: Expression


@dataclass(frozen=True, slots=True)
class Extend(Node):
    """`extend a = x, ...`; also `serialize` with expressions."""

    expressions: tuple[NamedExpression, ...]


@dataclass(frozen=True, slots=True)
class Serialize(Node):
    """`serialize`, with or without columns to add."""

    expressions: tuple[NamedExpression, ...]


@dataclass(frozen=True, slots=True)
class Project(Node):
    """`project a, b = x, ...`."""

    expressions: tuple[NamedExpression, ...]


@dataclass(frozen=True, slots=True)
class ProjectSelection(Node):
    """`project-away` and `project-keep`: `columns` are names or patterns."""

    keep: bool
    columns: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ProjectByNames(Node):
    """`project-by-names "a", dynamic(["b", "c*"])`: constants that hold names or patterns."""

    names: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ProjectRename(Node):
    """`project-rename new = old, ...`."""

    expressions: tuple[NamedExpression, ...]


@dataclass(frozen=True, slots=True)
class ReorderColumn(Node):
    """A name or pattern of `project-reorder` with `asc`, `desc` or nothing."""

    column: Expression
    direction: str | None


@dataclass(frozen=True, slots=True)
class ProjectReorder(Node):
    """`project-reorder a, Device* asc`."""

    columns: tuple[ReorderColumn, ...]


@dataclass(frozen=True, slots=True)
class Summarize(Node):
    """`summarize aggregates by keys`."""

    aggregates: tuple[NamedExpression, ...]
    keys: tuple[NamedExpression, ...]


@dataclass(frozen=True, slots=True)
class Join(Node):
    """`join kind=... (right) on conditions`."""

    options: Options
    right: Expression
    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Lookup(Node):
    """`lookup kind=... (right) on conditions`."""

    options: Options
    right: Expression
    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Distinct(Node):
    """`distinct columns` or `distinct *`."""

    expressions: tuple[NamedExpression, ...]


@dataclass(frozen=True, slots=True)
class SortKey(Node):
    """An expression to sort by. `nulls_first` is None where nothing was written."""

    expression: NamedExpression
    descending: bool
    nulls_first: bool | None


@dataclass(frozen=True, slots=True)
class Sort(Node):
    """`sort by keys`."""

    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Top(Node):
    """`top count by keys`."""

    count: Expression
    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Take(Node):
    """`take count`; also `limit` and `sample`."""

    count: Expression


@dataclass(frozen=True, slots=True)
class Sample(Node):
    """`sample count`."""

    count: Expression


@dataclass(frozen=True, slots=True)
class SampleDistinct(Node):
    """`sample-distinct count of column`."""

    count: Expression
    column: NamedExpression


@dataclass(frozen=True, slots=True)
class Count(Node):
    """`count`, or `count as name`."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Expansion(Node):
    """`name = expression to typeof(type)` of mv-expand and mv-apply."""

    expression: NamedExpression
    type: KqlType | None


@dataclass(frozen=True, slots=True)
class MvExpand(Node):
    """`mv-expand bagexpansion=... with_itemindex=i a, b to typeof(string) limit n`."""

    options: Options
    expansions: tuple[Expansion, ...]
    limit: Expression | None


@dataclass(frozen=True, slots=True)
class MvApply(Node):
    """`mv-apply a, b limit n on (subquery)`."""

    options: Options
    expansions: tuple[Expansion, ...]
    limit: Expression | None
    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True)
class ParseStar(Node):
    """`*` in a parse pattern."""


@dataclass(frozen=True, slots=True)
class ParseColumn(Node):
    """`name: type` in a parse pattern."""

    name: str
    type: KqlType


ParsePart = Node


@dataclass(frozen=True, slots=True)
class Parse(Node):
    """`parse kind=... expression with pattern`; `filters` for parse-where. Literals of the pattern are `Literal`."""

    filters: bool
    options: Options
    flags: str
    expression: Expression
    parts: tuple[ParsePart, ...]


@dataclass(frozen=True, slots=True)
class ParseKv(Node):
    """`parse-kv expression as (columns) with (options)`."""

    expression: Expression
    columns: tuple[ColumnDeclaration, ...]
    properties: tuple[NamedArgument, ...]


@dataclass(frozen=True, slots=True)
class MakeSeries(Node):
    """`make-series aggregates on axis from a to b step s by keys`."""

    aggregates: tuple[tuple[NamedExpression, Expression | None], ...]
    axis: NamedExpression
    low: Expression | None
    high: Expression | None
    step: Expression
    keys: tuple[NamedExpression, ...]
    options: Options = ()
    inclusive: bool = False
    """Whether it was written `in range(low, high, step)`: its points are bins, and `high` is one of them."""


@dataclass(frozen=True, slots=True)
class TopNestedLevel(Node):
    """`top-nested count of expression with others = x by aggregate`."""

    count: Expression | None
    expression: NamedExpression
    others: Expression | None
    aggregate: NamedExpression
    descending: bool


@dataclass(frozen=True, slots=True)
class TopNested(Node):
    """`top-nested ... , top-nested ...`."""

    levels: tuple[TopNestedLevel, ...]


@dataclass(frozen=True, slots=True)
class TopHitters(Node):
    """`top-hitters count of expression by weight`."""

    count: Expression
    expression: NamedExpression
    weight: Expression | None


@dataclass(frozen=True, slots=True)
class RenderOperator(Node):
    """`render kind with (properties)`."""

    kind: str
    properties: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Invoke(Node):
    """`invoke function(arguments)`."""

    call: Call


@dataclass(frozen=True, slots=True)
class Evaluate(Node):
    """`evaluate plugin(arguments) : (columns)`."""

    call: Call
    columns: tuple[ColumnDeclaration, ...] | None
    options: Options


@dataclass(frozen=True, slots=True)
class As(Node):
    """`as name`."""

    name: str


@dataclass(frozen=True, slots=True)
class GetSchema(Node):
    """`getschema`."""


@dataclass(frozen=True, slots=True)
class Consume(Node):
    """`consume`."""


@dataclass(frozen=True, slots=True)
class Partition(Node):
    """`partition by column (subquery)`, or `{ query }` with a source of its own."""

    column: Expression
    operators: tuple[Operator, ...]
    query: Expression | None = None


@dataclass(frozen=True, slots=True)
class Opaque(Node):
    """An operator that is read to its end and no further: `what` names it for the diagnostic."""

    what: str


# Statements


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """A parameter of a function: scalar (`type`) or tabular (`columns`; empty for `(*)`)."""

    name: str
    type: KqlType | None
    columns: tuple[ColumnDeclaration, ...]
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Let(Node):
    """`let name = value`."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class LetFunction(Node):
    """`let name = (parameters) { statements }`."""

    name: str
    parameters: tuple[Parameter, ...]
    body: "Program"


@dataclass(frozen=True, slots=True)
class SetStatement(Node):
    """`set name = value`; without a value it switches something on."""

    name: str
    value: Expression | None = None


@dataclass(frozen=True, slots=True)
class DeclareParameters(Node):
    """`declare query_parameters (name: type = default, ...)`."""

    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class OpaqueStatement(Node):
    """A statement that is recognised and not supported: alias, restrict, pattern."""

    what: str


@dataclass(frozen=True, slots=True)
class ExpressionStatement(Node):
    """A tabular expression to be answered."""

    expression: Expression


Statement = Node


@dataclass(frozen=True, slots=True)
class Program(Node):
    """The statements of a text, or of a function's body."""

    statements: tuple[Statement, ...]
