"""The syntax of what looks for patterns: `scan` in ordered rows, the graph operators in graphs."""

from dataclasses import dataclass

from huntline.kql.syntax import ColumnDeclaration, Expression, NamedExpression, Node, Operator, Options, SortKey


@dataclass(frozen=True, slots=True)
class Declared(Node):
    """A column of `declare (...)` with its default."""

    column: ColumnDeclaration
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Assignment(Node):
    """`column = value` behind the `=>` of a step."""

    column: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Step(Node):
    """`step name output=all: condition => assignments;`."""

    name: str
    output: str
    condition: Expression
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Scan(Node):
    """`scan with_match_id=id order by keys partition by columns declare (columns) with (steps)`."""

    options: Options
    order: tuple[SortKey, ...]
    partition: tuple[Expression, ...]
    declared: tuple[Declared, ...]
    steps: tuple[Step, ...]


# Graphs


@dataclass(frozen=True, slots=True)
class GraphNodes(Node):
    """`table on column` of make-graph."""

    table: Expression
    column: Expression


@dataclass(frozen=True, slots=True)
class MakeGraph(Node):
    """`make-graph source --> target with nodes on id partitioned-by column (operators)`."""

    source: Expression
    target: Expression
    nodes: tuple[GraphNodes, ...]
    options: Options
    partition: Expression | None
    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True)
class PatternNode(Node):
    """`(name)` or `()`."""

    name: str | None


@dataclass(frozen=True, slots=True)
class PatternEdge(Node):
    """`-[name*least..most]->`; `direction` is `right`, `left` or `any`. Without `most` it is one edge."""

    name: str | None
    direction: str
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class PatternSequence(Node):
    """Nodes with an edge between each two: one edge less than nodes."""

    nodes: tuple[PatternNode, ...]
    edges: tuple[PatternEdge, ...]


@dataclass(frozen=True, slots=True)
class GraphMatch(Node):
    """`graph-match cycles=all patterns where predicate project columns`; `shortest` for graph-shortest-paths."""

    options: Options
    shortest: bool
    sequences: tuple[PatternSequence, ...]
    predicate: Expression | None
    columns: tuple[NamedExpression, ...]


@dataclass(frozen=True, slots=True)
class GraphTable(Node):
    """`nodes as name with_node_id=id` or `edges as name with_source_id=id with_target_id=id`."""

    kind: str
    name: str | None
    options: Options


@dataclass(frozen=True, slots=True)
class GraphToTable(Node):
    """`graph-to-table nodes, edges`."""

    tables: tuple[GraphTable, ...]


@dataclass(frozen=True, slots=True)
class GraphComponents(Node):
    """`graph-mark-components kind=weak with_component_id=name`."""

    options: Options


# The pattern statement


@dataclass(frozen=True, slots=True)
class PatternCase(Node):
    """`("value", "value").["path"] = { expression }`."""

    values: tuple[str, ...]
    path: str | None
    expression: Expression


@dataclass(frozen=True, slots=True)
class DeclarePattern(Node):
    """`declare pattern name = (arguments)[path] { cases }`; without cases it is only declared."""

    name: str
    arguments: tuple[str, ...]
    path: str | None
    cases: tuple[PatternCase, ...]
