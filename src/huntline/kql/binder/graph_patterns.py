"""graph-match and graph-shortest-paths.

A pattern becomes joins: an edge is the relation of edges, joined where it shares a node with what is there already; an edge of variable
length is a relation of paths. A node takes part by its identity alone, and by its row only where a property is asked for. A condition
over one node or edge is put where that node or edge comes in, and decides from which end a path is walked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import combinations

from huntline.kql import patterns, syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.combination import option
from huntline.kql.binder.graphs import graph_of
from huntline.kql.binder.naming import NameMaker
from huntline.kql.binder.operators import add_columns, again, named_scalars, operator
from huntline.kql.binder.scalars import bind_condition
from huntline.kql.binder.state import Element, ElementFunction, Graph, Relation, Row, State
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import apply, convert, to_strict_json
from huntline.kql.functions.operators import logical
from huntline.kql.plan import (
    Aggregate,
    Column,
    Concat,
    Constant,
    Elementwise,
    Extend,
    Filter,
    Hops,
    Join,
    Paths,
    Plan,
    Scalar,
    SortOrder,
    Windowed,
)
from huntline.kql.sql import template
from huntline.kql.traversal import transform
from huntline.kql.types import BOOL, JSON, LONG, PLAIN, STRING, Form, KqlType, array_of

_K = KqlType
_TEXTS = (_K.STRING, _K.GUID, _K.DYNAMIC)
_LONGEST = 32
"""Hops of a path that are accepted."""
_CYCLES = ("all", "none", "unique_edges")
_FUNCTIONS = {
    "map": "arrayMap({0}, {1})",
    "all": "arrayAll({0}, {1})",
    "any": "arrayExists({0}, {1})",
}


@dataclass(slots=True)
class _Node:
    """A node of the pattern: the column of its identity, and its row where a property of it is asked for."""

    name: str
    identity: Column | None = None
    row: Relation | None = None
    key: Column | None = None
    conditions: list[Scalar] = field(default_factory=list)


@dataclass(slots=True)
class _Asked:
    """A property of the hops of a path: its column, the column that stands for one element, the array of all."""

    source: Column
    element: Column
    array: Column


@dataclass(slots=True)
class _Edge:
    """An edge of the pattern, read as leading from its left node to its right one.

    For one of variable length, `hops` and `inner` hold what is asked of its hops and of the nodes between its ends, by the number of the
    column; `nodes` are the rows of those nodes.
    """

    name: str
    written: patterns.PatternEdge
    left: str
    right: str
    plan: Plan
    source: Column
    target: Column
    identity: Column
    fields: Mapping[str, Column]
    conditions: list[Scalar] = field(default_factory=list)
    hops: dict[int, _Asked] = field(default_factory=dict)
    inner: dict[int, _Asked] = field(default_factory=dict)
    nodes: Relation | None = None
    node: Column | None = None
    length: Column | None = None
    identities: Column | None = None
    between: Column | None = None

    @property
    def variable(self) -> bool:
        """Whether it stands for several hops."""
        return self.written.most is not None


@special("all", "inner_nodes", "labels", "map", "node_degree_in", "node_degree_out", "node_id")
def _only_in_patterns(_state: State, node: syntax.Call, _row: Row) -> Scalar:
    raise Failure("row_context", node.start, node.end, name=node.name)


@operator(patterns.GraphMatch)
def _graph_match(state: State, relation: Relation, node: patterns.GraphMatch) -> Relation:
    name = "graph-shortest-paths" if node.shortest else "graph-match"
    pattern = _Pattern(state, graph_of(relation, node, name), node, name)
    return pattern.bind()


class _Pattern:
    """Binds one pattern."""

    def __init__(self, state: State, graph: Graph, node: patterns.GraphMatch, name: str) -> None:
        self.state = state
        self.graph = graph
        self.node = node
        self.name = name
        self.nodes: dict[str, _Node] = {}
        self.edges: dict[str, _Edge] = {}
        self.owners: dict[int, str] = {}
        self.rest: list[Scalar] = []
        self.cycles = self._cycles()

    def _cycles(self) -> str:
        if self.node.shortest:
            chosen = option(self.node.options, "output")
            if chosen is not None and chosen.value not in ("any", "all"):
                raise Failure(
                    "bad_option", chosen.start, chosen.end, operator=self.name, value=chosen.value, option="output"
                )
            return "none"
        chosen = option(self.node.options, "cycles")
        if chosen is not None and chosen.value not in _CYCLES:
            raise Failure(
                "bad_option", chosen.start, chosen.end, operator=self.name, value=chosen.value, option="cycles"
            )
        return chosen.value if chosen is not None else "unique_edges"

    def bind(self) -> Relation:
        """Return the rows of the matches."""
        self._read()
        row = self._row()
        self.rest = self._conditions(row)
        items = named_scalars(self.state, self.node.columns, row, NameMaker())
        relation = self._joined()
        conditions = [*self.rest, *self._apart()]
        plan: Plan = Filter(relation, logical("and", conditions)) if conditions else relation
        if self.node.shortest:
            plan = self._shortest(plan)
        maker = NameMaker()
        plan, fields = add_columns(self.state, plan, {}, [(maker.unique(name), scalar) for name, scalar in items])
        return Relation(plan, fields)

    # What is written

    def _read(self) -> None:
        sequences = self.node.sequences
        if self.node.shortest and (len(sequences) > 1 or not any(edge.most is not None for edge in sequences[0].edges)):
            reason = "the pattern must be one sequence with an edge of variable length, such as (a)-[e*1..5]->(b)"
            raise Failure("invalid_value", sequences[0].start, sequences[-1].end, operator=self.name, reason=reason)
        for position, sequence in enumerate(sequences):
            names = [item.name or f"$n{position}.{i}" for i, item in enumerate(sequence.nodes)]
            for name, item in zip(names, sequence.nodes, strict=True):
                if name in self.edges:
                    raise Failure("duplicate_name", item.start, item.end, name=name)
                self.nodes.setdefault(name, _Node(name))
            for i, edge in enumerate(sequence.edges):
                name = edge.name or f"$e{position}.{i}"
                if name in self.edges or name in self.nodes:
                    raise Failure("duplicate_name", edge.start, edge.end, name=name)
                self.edges[name] = self._edge(name, edge, names[i], names[i + 1])

    def _edge(self, name: str, written: patterns.PatternEdge, left: str, right: str) -> _Edge:
        if written.most is not None and not 0 <= written.least <= written.most <= _LONGEST:
            raise Failure("path_length", written.start, written.end, limit=_LONGEST)
        plan, columns = self._identified()
        if written.direction == "any":
            plan, columns = self._both_ways(plan, columns)
        source, target, identity = (columns.pop(key) for key in ("$source", "$target", "$identity"))
        if written.direction == "left":
            source, target = target, source
        return _Edge(name, written, left, right, plan, source, target, identity, columns)

    def _identified(self) -> tuple[Plan, dict[str, Column]]:
        """Return the edges with an identity: two edges with the same values are told apart by their number among them."""
        graph, state = self.graph, self.state
        names = {"$source": graph.source, "$target": graph.target, **graph.edges.fields}
        copy = again(state, Relation(graph.edges.plan, names))
        texts = [to_strict_json(column) for column in copy.fields.values()]
        holes = ", ".join(f"{{{i}}}" for i in range(len(texts)))
        hashed = apply("hash", template(f"hex(sipHash128({holes}))"), STRING, *texts, nullable=False)
        digest, number = state.column(STRING, nullable=False), state.column(LONG, nullable=False)
        count = apply("row_number", template("row_number()"), LONG, nullable=False)
        counted = Windowed(Extend(copy.plan, ((digest, hashed),)), ((number, count),), (digest,), (), "")
        joined = apply("identity", template("concat({0}, toString({1}))"), STRING, digest, number, nullable=False)
        identity = state.column(STRING, nullable=False)
        return Extend(counted, ((identity, joined),)), {**copy.fields, "$identity": identity}

    def _both_ways(self, plan: Plan, columns: dict[str, Column]) -> tuple[Plan, dict[str, Column]]:
        """Return the edges in both directions; one from a node to itself is one way, not two."""
        back = again(self.state, Relation(plan, columns))
        turned = {**back.fields, "$source": back.fields["$target"], "$target": back.fields["$source"]}
        proper = apply("!=", template("({0} != {1})"), BOOL, turned["$source"], turned["$target"], nullable=False)
        both = {name: self.state.column(column.type, nullable=column.nullable) for name, column in columns.items()}
        inputs = (
            (plan, tuple(columns.values())),
            (Filter(back.plan, proper), tuple(turned[name] for name in columns)),
        )
        return Concat(tuple(both.values()), inputs), both

    # Names and functions

    def _row(self) -> Row:
        elements: dict[str, Element] = {name: self._node_property(name) for name in self.nodes}
        elements |= {name: self._edge_property(name) for name in self.edges}
        functions: dict[str, ElementFunction] = {
            "map": self._over,
            "all": self._over,
            "any": self._over,
            "inner_nodes": self._misplaced,
            "node_id": self._node_id,
            "node_degree_in": self._degree,
            "node_degree_out": self._degree,
            "labels": self._labels,
        }
        return Row({}, self.name, elements=elements, functions=functions)

    def _unresolved(self, place: syntax.Node, name: str, known: Mapping[str, Column]) -> Failure:
        meant = nearest(name, known)
        return Failure("unresolved_column", place.start, place.end, operator=self.name, name=name, replacement=meant)

    def _row_of_node(self, name: str) -> Relation:
        """Return the row of a node, which takes part in the match from now on."""
        node = self.nodes[name]
        if node.row is None:
            copy = again(
                self.state, Relation(self.graph.nodes.plan, {"$node": self.graph.node, **self.graph.nodes.fields})
            )
            columns = dict(copy.fields)
            node.key = columns.pop("$node")
            node.row = Relation(copy.plan, columns)
            self.owners |= {column.number: name for column in (node.key, *columns.values())}
        return node.row

    def _node_property(self, name: str) -> Element:
        def value(member: syntax.Member) -> Scalar:
            known = self._row_of_node(name).fields
            if member.name not in known:
                raise self._unresolved(member, member.name, known)
            return known[member.name]

        return value

    def _edge_property(self, name: str) -> Element:
        def value(member: syntax.Member) -> Scalar:
            edge = self.edges[name]
            column = edge.fields.get(member.name)
            if column is None:
                raise self._unresolved(member, member.name, edge.fields)
            if edge.variable:
                return self._mapped(edge, "map", self._element(edge, column, inner=False), inner=False)
            self.owners[column.number] = name
            return column

        return value

    def _element(self, edge: _Edge, column: Column, *, inner: bool) -> Column:
        """Return the column that stands for a property of one hop, or of one inner node, of a path."""
        known = edge.inner if inner else edge.hops
        if column.number not in known:
            kind = PLAIN[column.type.kql]
            array = self.state.column(array_of(kind.kql), nullable=False)
            known[column.number] = _Asked(column, self.state.column(kind, nullable=column.nullable), array)
        return known[column.number].element

    def _over(self, node: syntax.Call, row: Row) -> Scalar:
        """`map`, `all`, `any` over the hops or the inner nodes of a path."""
        if len(node.arguments) != 2:
            raise Failure(
                "argument_count", node.start, node.end, name=node.name, expected="2", found=len(node.arguments)
            )
        edge, inner = self._path_argument(node)
        body = self._body(edge, node.arguments[1], row, inner=inner, condition=node.name != "map")
        return self._mapped(edge, node.name, body, inner=inner)

    def _path_argument(self, node: syntax.Call) -> tuple[_Edge, bool]:
        first = node.arguments[0]
        inner = isinstance(first, syntax.Call) and first.name == "inner_nodes" and len(first.arguments) == 1
        place = first.arguments[0] if isinstance(first, syntax.Call) and inner else first
        edge = self.edges.get(place.name) if isinstance(place, syntax.Name) else None
        if edge is None or not edge.variable:
            reason = "it must be an edge of variable length, or inner_nodes() of one"
            raise Failure("argument_value", first.start, first.end, name=node.name, position=1, reason=reason)
        return edge, inner

    def _body(self, edge: _Edge, node: syntax.Expression, row: Row, *, inner: bool, condition: bool) -> Scalar:
        """Bind an expression over one hop or inner node. What it does not name is not carried along."""
        columns = self._inner_nodes(edge).fields if inner else edge.fields
        drafts = {
            name: self.state.column(PLAIN[column.type.kql], nullable=column.nullable)
            for name, column in columns.items()
        }
        inside = replace(row, fields=drafts)
        if inner:
            inside.functions = {**(row.functions or {}), **self._inner_functions(edge)}
        body = bind_condition(self.state, node, inside) if condition else self.state.bind_scalar(node, inside)
        sources = {draft.number: columns[name] for name, draft in drafts.items()}

        def visit(scalar: Scalar) -> Scalar:
            if isinstance(scalar, Column) and scalar.number in sources:
                return self._element(edge, sources[scalar.number], inner=inner)
            return scalar

        found: Scalar = transform(body, visit)
        return found

    def _inner_nodes(self, edge: _Edge) -> Relation:
        if edge.nodes is None:
            copy = again(
                self.state, Relation(self.graph.nodes.plan, {"$node": self.graph.node, **self.graph.nodes.fields})
            )
            columns = dict(copy.fields)
            edge.node = columns.pop("$node")
            edge.nodes = Relation(copy.plan, columns)
        return edge.nodes

    def _mapped(self, edge: _Edge, name: str, body: Scalar, *, inner: bool) -> Scalar:
        known = edge.inner if inner else edge.hops
        used = _numbers(body)
        elements = tuple((item.element, item.array) for item in known.values() if item.element.number in used)
        if not elements:
            array = self._between(edge) if inner else self._identities(edge)
            elements = ((self.state.column(STRING, nullable=False), array),)
        pattern = template(_FUNCTIONS[name])
        if name != "map":
            truth = apply("true", template("ifNull({0}, false)"), BOOL, body, nullable=False) if body.nullable else body
            return Elementwise(BOOL, nullable=False, elements=elements, body=truth, sql=pattern)
        kind = body.type
        element = kind.element if kind.form is Form.SCALAR and kind.element is not None else kind.kql
        value = to_strict_json(body) if element is _K.DYNAMIC else convert(body, PLAIN[element]) or body
        return Elementwise(array_of(element), nullable=False, elements=elements, body=value, sql=pattern)

    def _between(self, edge: _Edge) -> Column:
        if edge.between is None:
            edge.between = self.state.column(array_of(_K.STRING), nullable=False)
        return edge.between

    def _identities(self, edge: _Edge) -> Column:
        if edge.identities is None:
            edge.identities = self.state.column(array_of(_K.STRING), nullable=False)
        return edge.identities

    def _misplaced(self, node: syntax.Call, _row: Row) -> Scalar:
        raise Failure("row_context", node.start, node.end, name=node.name)

    def _node_argument(self, node: syntax.Call) -> str:
        first = node.arguments[0] if len(node.arguments) == 1 else node
        name = first.name if isinstance(first, syntax.Name) else ""
        if name not in self.nodes:
            reason = "it must be a node of the pattern"
            raise Failure("argument_value", first.start, first.end, name=node.name, position=1, reason=reason)
        return name

    def _node_id(self, node: syntax.Call, _row: Row) -> Scalar:
        name = self._node_argument(node)
        self._row_of_node(name)
        key = self.nodes[name].key
        if key is None:
            raise Failure("internal", node.start, node.end)
        return key

    def _labels(self, node: syntax.Call, _row: Row) -> Scalar:
        """A graph of make-graph has no labels."""
        if len(node.arguments) > 1:
            raise Failure(
                "argument_count", node.start, node.end, name=node.name, expected="1", found=len(node.arguments)
            )
        return Constant(JSON, [])

    def _degree(self, node: syntax.Call, _row: Row) -> Scalar:
        name = self._node_argument(node)
        row = self._row_of_node(name)
        known = self.nodes[name]
        if known.key is None:
            raise Failure("internal", node.start, node.end)
        plan, degree = self._with_degree(row.plan, known.key, node.name)
        known.row = Relation(plan, row.fields)
        self.owners[degree.number] = name
        return degree

    def _inner_functions(self, edge: _Edge) -> dict[str, ElementFunction]:
        def degree(node: syntax.Call, row: Row) -> Scalar:
            if node.arguments:
                return self._degree(node, row)
            nodes = self._inner_nodes(edge)
            if edge.node is None:
                raise Failure("internal", node.start, node.end)
            plan, column = self._with_degree(nodes.plan, edge.node, node.name)
            edge.nodes = Relation(plan, nodes.fields)
            return self._element(edge, column, inner=True)

        return {"node_degree_in": degree, "node_degree_out": degree}

    def _with_degree(self, plan: Plan, key: Column, name: str) -> tuple[Plan, Column]:
        """Return rows of nodes with the number of edges that lead to each, or from each."""
        end = self.graph.target if name == "node_degree_in" else self.graph.source
        edges = again(self.state, Relation(self.graph.edges.plan, {"end": end}))
        group, count = self.state.column(STRING, nullable=False), self.state.column(LONG, nullable=True)
        counted = apply("count", template("toNullable(toInt64(count()))"), LONG, nullable=True)
        counts = Aggregate(edges.plan, ((group, edges.fields["end"]),), ((count, counted),))
        degree = self.state.column(LONG, nullable=False)
        whole = apply("degree", template("ifNull({0}, 0)"), LONG, count, nullable=False)
        return Extend(Join("leftouter", plan, counts, ((key, group),)), ((degree, whole),)), degree

    # Conditions

    def _conditions(self, row: Row) -> list[Scalar]:
        """Bind the conditions; those over one node or edge go to it, the others are returned."""
        rest: list[Scalar] = []
        for part in _parts(self.node.predicate):
            edge = self._every_hop(part)
            if edge is not None:
                edge.conditions.append(self._hop_condition(edge, part, row))
                continue
            condition = bind_condition(self.state, part, row)
            owners = {self.owners.get(number, "") for number in _numbers(condition)}
            owner = next(iter(owners)) if len(owners) == 1 else ""
            if owner in self.nodes:
                self.nodes[owner].conditions.append(condition)
            elif owner in self.edges:
                self.edges[owner].conditions.append(condition)
            else:
                rest.append(condition)
        return rest

    def _every_hop(self, part: syntax.Expression) -> _Edge | None:
        """Return the path of which every hop must meet a condition: `all(path, condition)`, or one over its properties."""
        if isinstance(part, syntax.Call) and part.name == "all" and len(part.arguments) == 2:
            first = part.arguments[0]
            return self._path(first) if isinstance(first, syntax.Name) else None
        if isinstance(part, syntax.Call) and part.name in ("any", "map"):
            return None
        named = {item.target.name for item in _members(part) if isinstance(item.target, syntax.Name)}
        paths = [name for name in named if name in self.edges and self.edges[name].variable]
        return self.edges[paths[0]] if len(paths) == 1 and named == {paths[0]} else None

    def _path(self, node: syntax.Name) -> _Edge | None:
        edge = self.edges.get(node.name)
        return edge if edge is not None and edge.variable else None

    def _hop_condition(self, edge: _Edge, part: syntax.Expression, row: Row) -> Scalar:
        if isinstance(part, syntax.Call) and part.name == "all":
            return bind_condition(self.state, part.arguments[1], replace(row, fields=dict(edge.fields)))

        def value(member: syntax.Member) -> Scalar:
            if member.name not in edge.fields:
                raise self._unresolved(member, member.name, edge.fields)
            return edge.fields[member.name]

        elements = {**(row.elements or {}), edge.name: value}
        return bind_condition(self.state, part, replace(row, elements=elements))

    # Joins

    def _joined(self) -> Plan:
        """Return the nodes and edges of the pattern put together."""
        plan: Plan | None = None
        waiting = list(self.edges.values())
        if not waiting:
            return self._lone_node()
        while waiting:
            edge = next((item for item in waiting if plan is None or self._touches(item)), None)
            if edge is None:
                first = self.node.sequences[0]
                raise Failure("graph_parts", first.start, self.node.sequences[-1].end, operator=self.name)
            waiting.remove(edge)
            self.state.spend(edge.written, 10 * (edge.written.most or 1))
            plan = self._with_edge(plan, edge)
        if plan is None:
            raise Failure("internal", self.node.start, self.node.end)
        return plan

    def _lone_node(self) -> Plan:
        name, *others = self.nodes
        if others:
            first = self.node.sequences[0]
            raise Failure("graph_parts", first.start, self.node.sequences[-1].end, operator=self.name)
        row = self._row_of_node(name)
        self.nodes[name].identity = self.nodes[name].key
        return self._filtered(row.plan, self.nodes[name].conditions)

    def _touches(self, edge: _Edge) -> bool:
        return any(self.nodes[name].identity is not None for name in (edge.left, edge.right))

    @staticmethod
    def _filtered(plan: Plan, conditions: list[Scalar]) -> Plan:
        return Filter(plan, logical("and", conditions)) if conditions else plan

    def _with_edge(self, plan: Plan | None, edge: _Edge) -> Plan:
        if edge.variable:
            edges, left, right = self._paths(edge)
        else:
            edges, left, right = self._filtered(edge.plan, edge.conditions), edge.source, edge.target
        ends = {edge.left: left, edge.right: right}
        if edge.left == edge.right:
            edges = Filter(edges, apply("==", template("({0} = {1})"), BOOL, left, right, nullable=False))
        known = [(self.nodes[name].identity, column) for name, column in ends.items()]
        keys = tuple((identity, column) for identity, column in known if identity is not None)
        plan = edges if plan is None else Join("inner", plan, edges, keys)
        for name, column in ends.items():
            node = self.nodes[name]
            if node.identity is not None:
                continue
            node.identity = column
            if node.row is not None and node.key is not None:
                plan = Join("inner", plan, self._filtered(node.row.plan, node.conditions), ((column, node.key),))
        return plan

    def _paths(self, edge: _Edge) -> tuple[Plan, Column, Column]:
        """Return the paths of an edge of variable length, walked from the end over which there are conditions."""
        left, right = self.nodes[edge.left], self.nodes[edge.right]
        backwards = bool(right.conditions) and not left.conditions
        source, target = (edge.target, edge.source) if backwards else (edge.source, edge.target)
        plan = self._filtered(edge.plan, edge.conditions)
        if edge.nodes is not None and edge.node is not None:
            plan = Join("inner", plan, edge.nodes.plan, ((target, edge.node),))
        start, end = self.state.column(STRING, nullable=False), self.state.column(STRING, nullable=False)
        edge.length = self.state.column(LONG, nullable=False)
        paths = Paths(
            Hops(plan, source, target, edge.identity),
            self._starts(right if backwards else left),
            edge.written.least,
            edge.written.most or 1,
            self.cycles,
            one_each=self._one_each(edge),
            backwards=backwards,
            start=start,
            end=end,
            length=edge.length,
            identities=self._identities(edge),
            between=self._between(edge),
            carried=tuple((item.array, item.source) for item in edge.hops.values()),
            inner=tuple((item.array, item.source) for item in edge.inner.values()),
        )
        return paths, start, end

    def _starts(self, node: _Node) -> tuple[Plan, Column] | None:
        if not node.conditions or node.row is None or node.key is None:
            return None
        copy = again(self.state, Relation(self._filtered(node.row.plan, node.conditions), {"key": node.key}))
        return copy.plan, copy.fields["key"]

    # What must not occur twice

    def _apart(self) -> list[Scalar]:
        """Return the conditions that no edge, or with `cycles=none` no node, occurs twice in a match."""
        if self.cycles == "unique_edges":
            return [
                found for one, other in combinations(self.edges.values(), 2) for found in self._other_edge(one, other)
            ]
        if self.cycles == "none":
            return self._other_nodes()
        return []

    def _other_edge(self, one: _Edge, other: _Edge) -> list[Scalar]:
        if not one.variable and not other.variable:
            return [apply("!=", template("({0} != {1})"), BOOL, one.identity, other.identity, nullable=False)]
        if one.variable and other.variable:
            arrays = (self._identities(one), self._identities(other))
            return [apply("apart", template("(NOT hasAny({0}, {1}))"), BOOL, *arrays, nullable=False)]
        path, edge = (one, other) if one.variable else (other, one)
        return [
            apply("apart", template("(NOT has({0}, {1}))"), BOOL, self._identities(path), edge.identity, nullable=False)
        ]

    def _other_nodes(self) -> list[Scalar]:
        if len(self.edges) >= len(self.nodes):
            return [Constant(BOOL, value=False)]  # the pattern itself is a cycle
        paths = [edge for edge in self.edges.values() if edge.variable]
        empty = {frozenset((edge.left, edge.right)) for edge in paths if edge.written.least == 0}
        found: list[Scalar] = []
        for one, other in combinations(self.nodes.values(), 2):
            if (
                frozenset((one.name, other.name)) not in empty
                and one.identity is not None
                and other.identity is not None
            ):
                found.append(apply("!=", template("({0} != {1})"), BOOL, one.identity, other.identity, nullable=False))
        for edge in paths:
            for name, node in self.nodes.items():
                if name not in (edge.left, edge.right) and node.identity is not None:
                    parts = (self._between(edge), node.identity)
                    found.append(apply("apart", template("(NOT has({0}, {1}))"), BOOL, *parts, nullable=False))
        for one_path, other_path in combinations(paths, 2):
            arrays = (self._between(one_path), self._between(other_path))
            found.append(apply("apart", template("(NOT hasAny({0}, {1}))"), BOOL, *arrays, nullable=False))
        return found

    # Shortest paths

    def _one_each(self, edge: _Edge) -> bool:
        """Say whether one path for each pair of ends is enough on the way: nothing is asked of the path as a whole."""
        chosen = option(self.node.options, "output")
        single = self.node.shortest and len(self.edges) == 1 and edge.written.least <= 1
        return single and not self.rest and (chosen is None or chosen.value == "any")

    def _shortest(self, plan: Plan) -> Plan:
        """Return the shortest of the paths that lead from one node to another; one of them, always the same, or all."""
        sequence = self.node.sequences[0]
        first, *_, last = list(self.nodes.values()) if len(self.nodes) > 1 else [*self.nodes.values()] * 2
        lengths: list[Scalar] = [edge.length for edge in self.edges.values() if edge.length is not None]
        total, texts = self.state.column(LONG, nullable=False), self.state.column(STRING, nullable=False)
        holes = " + ".join(f"{{{i}}}" for i in range(len(lengths)))
        betweens = [self._between(edge) for edge in self.edges.values() if edge.variable]
        shown = ", ".join(f"toString({{{i}}})" for i in range(len(betweens)))
        identities = [self._identities(edge) for edge in self.edges.values() if edge.variable]
        plan = Extend(
            plan,
            (
                (total, apply("length", template(f"({holes})"), LONG, *lengths, nullable=False)),
                (texts, apply("way", template(f"concat({shown}, '')"), STRING, *betweens, nullable=False)),
            ),
        )
        ends = tuple(node.identity for node in (first, last) if node.identity is not None)
        chosen = option(self.node.options, "output")
        position = self.state.column(LONG, nullable=False)
        if chosen is not None and chosen.value == "all":
            number = apply("rank", template("rank()"), LONG, nullable=False)
            order: tuple[SortOrder, ...] = (SortOrder(total, descending=False, nulls_first=True),)
        else:
            number = apply("row_number", template("row_number()"), LONG, nullable=False)
            order = tuple(SortOrder(key, descending=False, nulls_first=True) for key in (total, texts, *identities))
        ranked = Windowed(plan, ((position, number),), ends, order, "")
        self.state.spend(sequence)
        return Filter(ranked, apply("first", template("({0} = 1)"), BOOL, position, nullable=False))


def _numbers(scalar: Scalar) -> set[int]:
    """Return the numbers of the columns of a scalar."""
    found: set[int] = set()

    def visit(node: Scalar) -> Scalar:
        if isinstance(node, Column):
            found.add(node.number)
        return node

    transform(scalar, visit)
    return found


def _parts(predicate: syntax.Expression | None) -> tuple[syntax.Expression, ...]:
    """Return what `and` holds together."""
    if predicate is None:
        return ()
    if isinstance(predicate, syntax.Logical) and predicate.operator == "and":
        return tuple(part for operand in predicate.operands for part in _parts(operand))
    return (predicate,)


def _members(node: object) -> Iterator[syntax.Member]:
    """Yield every `name.property` of an expression."""
    if isinstance(node, syntax.Member):
        yield node
    if isinstance(node, tuple):
        for item in node:
            yield from _members(item)
    elif isinstance(node, syntax.Node):
        for item in fields(node):
            yield from _members(getattr(node, item.name))
