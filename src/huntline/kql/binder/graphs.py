"""make-graph, and what turns a graph back into tables: graph-to-table, graph-mark-components.

A graph is two relations that the binder keeps together. Nodes are known by texts, so that the nodes of two tables and the ends of edges
meet whatever their types; the properties keep theirs.
"""

from huntline.kql import patterns, syntax
from huntline.kql.binder.combination import concat, option
from huntline.kql.binder.operators import GRAPH_OPERATORS, again, bind_operators, known_column, operator
from huntline.kql.binder.sources import bind_table
from huntline.kql.binder.state import BoundTable, Graph, Relation, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert, to_strict_json
from huntline.kql.plan import (
    Aggregate,
    Column,
    Components,
    Concat,
    Constant,
    Extend,
    Hops,
    Join,
    Plan,
    Scalar,
    Windowed,
)
from huntline.kql.plan import SortOrder as Key
from huntline.kql.sql import template
from huntline.kql.types import LONG, PLAIN, STRING, KqlType, ValueType

_K = KqlType
_TEXTS = (_K.STRING, _K.GUID, _K.DYNAMIC)
_HASH = template("reinterpret(xxHash64({0}), 'Int64')")


def graph_of(relation: Relation, node: syntax.Node, name: str) -> Graph:
    """Return the graph that an operator is given.

    Raises:
        Failure: it is given a table.
    """
    if relation.graph is None:
        raise Failure("graph_expected", node.start, node.start + len(name), operator=name)
    return relation.graph


@operator(patterns.MakeGraph)
def _make_graph(state: State, relation: Relation, node: patterns.MakeGraph) -> Relation:
    part = None if node.partition is None else known_column(relation, node.partition, "make-graph")
    source = _identity(known_column(relation, node.source, "make-graph"), part)
    target = _identity(known_column(relation, node.target, "make-graph"), part)
    ends = (state.column(STRING, nullable=False), state.column(STRING, nullable=False))
    plan = Extend(relation.plan, ((ends[0], source), (ends[1], target)))
    edges = _plain(state, Relation(plan, relation.fields))
    tables = [_given_nodes(state, item, node.partition) for item in node.nodes]
    label = option(node.options, "with_node_id")
    ids = [item.column.name for item in node.nodes if isinstance(item.column, syntax.Name)]
    name = label.value if label is not None else ids[0] if ids else ""
    known = tables[0][0].fields[name] if ids else known_column(relation, node.source, "make-graph")
    nodes, column = _merged(state, tables, _bare_nodes(state, edges, node, name, PLAIN[known.type.kql]))
    graph = Graph(nodes, column, edges, ends[0], ends[1])
    made = Relation(edges.plan, {}, graph=graph)
    if node.partition is None:
        return made
    return bind_operators(state, made, node.operators)


def _plain(state: State, relation: Relation) -> Relation:
    """Return the rows with their columns in plain forms, as they are carried along a path."""
    definitions: list[tuple[Column, Scalar]] = []
    fields: dict[str, Column] = {}
    for name, column in relation.fields.items():
        fields[name] = column
        value = convert(column, PLAIN[column.type.kql])
        if value is not None and value is not column:
            fields[name] = state.column_like(value)
            definitions.append((fields[name], value))
    return Relation(Extend(relation.plan, tuple(definitions)) if definitions else relation.plan, fields)


def _identity(column: Column, part: Column | None) -> Scalar:
    """Return the text by which a node is known; in a graph with parts, each part has nodes of its own."""
    text = convert(column, STRING) or column
    if part is None:
        return text
    both = template("concat({0}, ' ', {1})")
    return apply("node", both, STRING, to_strict_json(part), text, nullable=False)


def _given_nodes(
    state: State, item: patterns.GraphNodes, partition: syntax.Expression | None
) -> tuple[Relation, Column]:
    """Return the rows of a table of nodes, and the text by which each is known."""
    table = bind_table(state, item.table)
    part = None if partition is None else known_column(table, partition, "make-graph")
    column = state.column(STRING, nullable=False)
    identity = _identity(known_column(table, item.column, "make-graph"), part)
    return Relation(Extend(table.plan, ((column, identity),)), table.fields), column


def _bare_nodes(
    state: State, edges: Relation, node: patterns.MakeGraph, name: str, kind: ValueType
) -> tuple[Relation, Column]:
    """Return the ends of the edges, with what the edges call them as their only property, if it has a name."""
    identity = state.column(STRING, nullable=False)
    columns = [identity]
    fields: dict[str, Column] = {}
    sides: list[tuple[Plan, tuple[Scalar, ...]]] = []
    for position in range(2):
        copy = again(state, edges)
        part = None if node.partition is None else known_column(copy, node.partition, "make-graph")
        end = known_column(copy, (node.source, node.target)[position], "make-graph")
        plain = convert(end, PLAIN[end.type.kql]) or end
        values: tuple[Scalar, ...] = (_identity(end, part),)
        if name:
            if position == 0:
                fields[name] = state.column(kind, nullable=kind.kql not in _TEXTS)
                columns.append(fields[name])
            values = (*values, convert(plain, kind) or Constant(kind, "" if kind.kql in (_K.STRING, _K.GUID) else None))
        if part is not None and node.partition is not None:
            label = getattr(node.partition, "name", "")
            if position == 0:
                fields[label] = state.column(PLAIN[part.type.kql], nullable=part.type.kql not in _TEXTS)
                columns.append(fields[label])
            values = (*values, convert(part, PLAIN[part.type.kql]) or part)
        sides.append((copy.plan, values))
    return Relation(Concat(tuple(columns), tuple(sides)), fields), identity


def _merged(
    state: State, tables: list[tuple[Relation, Column]], ends: tuple[Relation, Column]
) -> tuple[Relation, Column]:
    """Return one row for each node: what the tables say of it, put together; for one that no table has, its name alone."""
    hidden = "$node"
    inputs = [
        (f"{i}", Relation(table.plan, {hidden: column, **table.fields})) for i, (table, column) in enumerate(tables)
    ]
    inputs.append(("ends", Relation(ends[0].plan, {hidden: ends[1], **ends[0].fields})))
    rows = concat(state, inputs)
    node = state.column(STRING, nullable=False)
    fields: dict[str, Column] = {}
    values: list[tuple[Column, Scalar]] = []
    for name, column in rows.fields.items():
        if name == hidden:
            continue
        # A property that two tables give differently may be either: always the greater one.
        plain = convert(column, PLAIN[column.type.kql]) or column
        texts = plain.type.kql in _TEXTS
        greatest = apply(
            "max", template("max({0})" if texts else "maxOrNull({0})"), plain.type, plain, nullable=not texts
        )
        fields[name] = state.column_like(greatest)
        values.append((fields[name], greatest))
    plan = Aggregate(rows.plan, ((node, rows.fields[hidden]),), tuple(values))
    return Relation(plan, fields), node


# graph-to-table


@operator(patterns.GraphToTable)
def _graph_to_table(state: State, relation: Relation, node: patterns.GraphToTable) -> Relation:
    graph = graph_of(relation, node, "graph-to-table")
    found = [_table(state, graph, item) for item in node.tables]
    for item, table in zip(node.tables, found, strict=True):
        if item.name is not None:
            state.later[item.name] = BoundTable(lambda table=table: again(state, table))  # type: ignore[misc]
    if len(found) > 1:
        second = node.tables[1]
        state.warn(Failure("one_table", second.start, second.end, operator="graph-to-table"))
    return found[0]


def _table(state: State, graph: Graph, item: patterns.GraphTable) -> Relation:
    table = graph.nodes if item.kind == "nodes" else graph.edges
    columns = (
        {"with_node_id": graph.node}
        if item.kind == "nodes"
        else {"with_source_id": graph.source, "with_target_id": graph.target}
    )
    fields: dict[str, Column] = {}
    definitions: list[tuple[Column, Scalar]] = []
    for name, column in columns.items():
        chosen = option(item.options, name)
        if chosen is None:
            continue
        if chosen.value in table.fields:
            raise Failure("duplicate_column", chosen.start, chosen.end, operator="graph-to-table", name=chosen.value)
        fields[chosen.value] = state.column(LONG, nullable=False)
        definitions.append((fields[chosen.value], apply("hash", _HASH, LONG, column, nullable=False)))
    plan = Extend(table.plan, tuple(definitions)) if definitions else table.plan
    return again(state, Relation(plan, fields | dict(table.fields)))


# graph-mark-components


@operator(patterns.GraphComponents)
def _mark_components(state: State, relation: Relation, node: patterns.GraphComponents) -> Relation:
    graph = graph_of(relation, node, "graph-mark-components")
    kind = option(node.options, "kind")
    if kind is not None and kind.value not in ("weak", "strong"):
        raise Failure(
            "bad_option", kind.start, kind.end, operator="graph-mark-components", value=kind.value, option="kind"
        )
    label = option(node.options, "with_component_id")
    name = label.value if label is not None else "ComponentId"
    if name in graph.nodes.fields:
        place = label or node
        raise Failure("duplicate_column", place.start, place.end, operator="graph-mark-components", name=name)
    member, least = state.column(STRING, nullable=False), state.column(STRING, nullable=False)
    every = again(state, Relation(graph.nodes.plan, {"node": graph.node}))
    edges = again(state, Relation(graph.edges.plan, {"source": graph.source, "target": graph.target}))
    hops = Hops(edges.plan, edges.fields["source"], edges.fields["target"], edges.fields["source"])
    strong = kind is not None and kind.value == "strong"
    parts: Plan = Components(every.plan, every.fields["node"], hops, strong, member=member, least=least)
    number = state.column(LONG, nullable=False)
    rank = apply("rank", template("dense_rank()"), LONG, nullable=False)
    parts = Windowed(parts, ((number, rank),), (), (Key(least, descending=False, nulls_first=True),), "")
    component = state.column(LONG, nullable=False)
    from_zero = apply("component", template("(toInt64({0}) - 1)"), LONG, number, nullable=False)
    parts = Extend(parts, ((component, from_zero),))
    plan = Join("inner", graph.nodes.plan, parts, ((graph.node, member),))
    nodes = Relation(plan, {**graph.nodes.fields, name: component})
    return Relation(relation.plan, {}, graph=Graph(nodes, graph.node, graph.edges, graph.source, graph.target))


GRAPH_OPERATORS.update({patterns.GraphToTable, patterns.GraphComponents, patterns.GraphMatch})
