"""The graph operators: make-graph, graph-match, graph-shortest-paths, graph-to-table, graph-mark-components."""

from abc import abstractmethod

from huntline.kql import lexer, patterns
from huntline.kql.diagnostics import Failure
from huntline.kql.parser.expressions import integer
from huntline.kql.parser.patterns import PatternParser
from huntline.kql.syntax import Expression, Operator, Option, Options

_BEYOND = 2**63
"""Stands for a number of edges that is longer than any number."""
_EDGES = (("-->", "right"), ("<--", "left"), ("--", "any"))
_NAMED_EDGES = {("-[", "]->"): "right", ("<-[", "]-"): "left", ("-[", "]-"): "any"}


class GraphParser(PatternParser):
    """Reads the operators that make graphs and look into them."""

    @abstractmethod
    def subquery(self) -> tuple[Operator, ...]:
        """Read `operator | operator ... )` behind its opening bracket."""

    def read_make_graph(self, start: int) -> Operator:
        """Read `make-graph source --> target with nodes on id`."""
        source = self.pattern()
        if not self.glued("-->"):
            raise self.unexpected("'-->'")
        target = self.pattern()
        options = self._settings(("with_node_id",))
        nodes: list[patterns.GraphNodes] = []
        if self.take("with"):
            nodes.append(self._graph_nodes())
            while self.take(","):
                nodes.append(self._graph_nodes())
        options += self._settings(("with_node_id",))
        partition: Expression | None = None
        operators: tuple[Operator, ...] = ()
        if self.take("partitioned"):
            self.expect("-")
            self._expect_word("by")
            partition = self.pattern()
            self.expect("(")
            operators = self.subquery()
        return patterns.MakeGraph(start, self.end(), source, target, tuple(nodes), options, partition, operators)

    def _graph_nodes(self) -> patterns.GraphNodes:
        start = self.start()
        self.enter()
        table = self._table_operand()
        self.leave()
        self._expect_word("on")
        column = self.pattern()
        return patterns.GraphNodes(start, self.end(), table, column)

    def _settings(self, names: tuple[str, ...]) -> Options:
        """Read `name = value` pairs of the given names."""
        found: list[Option] = []
        while self.is_name() and self.texts[self.at] in names and self.peek() == "=":
            start, name = self.start(), self.word()
            self.at += 1
            found.append(Option(name, self.name("a name"), start, self.end()))
        return tuple(found)

    def read_graph_match(self, start: int) -> Operator:
        """Read `graph-match cycles=all patterns where ... project ...`."""
        return self._match(start, ("cycles",), shortest=False)

    def read_shortest_paths(self, start: int) -> Operator:
        """Read `graph-shortest-paths output=all pattern where ... project ...`."""
        return self._match(start, ("output",), shortest=True)

    def _match(self, start: int, names: tuple[str, ...], *, shortest: bool) -> Operator:
        options = self._settings(names)
        sequences = [self._sequence()]
        while self.take(","):
            sequences.append(self._sequence())
        predicate = self.expression() if self.take("where") else None
        self._expect_word("project")
        columns = self.named_expressions()
        return patterns.GraphMatch(start, self.end(), options, shortest, tuple(sequences), predicate, columns)

    def _sequence(self) -> patterns.PatternSequence:
        start = self.start()
        nodes = [self._pattern_node()]
        edges: list[patterns.PatternEdge] = []
        while (edge := self._pattern_edge()) is not None:
            edges.append(edge)
            nodes.append(self._pattern_node())
        return patterns.PatternSequence(start, self.end(), tuple(nodes), tuple(edges))

    def _pattern_node(self) -> patterns.PatternNode:
        start = self.start()
        self.expect("(")
        name = None if self.here(")") else self.name("the name of a node")
        self.expect(")")
        return patterns.PatternNode(start, self.end(), name)

    def _pattern_edge(self) -> patterns.PatternEdge | None:
        start = self.start()
        for arrow, direction in _EDGES:
            if self.glued(arrow):
                return patterns.PatternEdge(start, self.end(), None, direction, 1, None)
        opened = next((arrow for arrow in ("-[", "<-[") if self.glued(arrow)), None)
        if opened is None:
            return None
        name = self.name() if self.is_name() or self.at_bracketed_name() else None
        least, most = self._bounds(start) if self.take("*") else (1, None)
        closed = next((arrow for arrow in ("]->", "]-") if self.glued(arrow)), "")
        direction = _NAMED_EDGES.get((opened, closed), "")
        if not direction:
            raise self.unexpected("']->'" if opened == "-[" else "']-'")
        return patterns.PatternEdge(start, self.end(), name, direction, least, most)

    def _unbounded(self, start: int) -> Failure:
        """Return the failure of an edge without both bounds, up to the end of its arrow."""
        closed = self.glued("]->") or self.glued("]-")
        return Failure("path_unbounded", start, self.end() if closed else self.ends[self.at])

    def _bounds(self, start: int) -> tuple[int, int]:
        """Read `least..most` behind the `*` of an edge."""
        found: list[int] = []
        for _ in range(2):
            if self.kinds[self.at] != lexer.LONG:
                raise self._unbounded(start)
            number = integer(self.texts[self.at])
            found.append(_BEYOND if number is None else number)
            self.at += 1
            if not found[1:] and not self.take(".."):
                raise self._unbounded(start)
        return found[0], found[1]

    def read_graph_to_table(self, start: int) -> Operator:
        """Read `graph-to-table nodes as name, edges as name`."""
        tables = [self._graph_table()]
        while self.take(","):
            tables.append(self._graph_table())
        return patterns.GraphToTable(start, self.end(), tuple(tables))

    def _graph_table(self) -> patterns.GraphTable:
        start = self.start()
        kind = self.word_of(("nodes", "edges"), "'nodes' or 'edges'")
        names = ("with_node_id",) if kind == "nodes" else ("with_source_id", "with_target_id")
        options = self._settings(names)
        name = self.name() if self.take("as") else None
        options += self._settings(names)
        return patterns.GraphTable(start, self.end(), kind, name, options)

    def read_components(self, start: int) -> Operator:
        """Read `graph-mark-components kind=weak with_component_id=name`."""
        options = self._settings(("kind", "with_component_id"))
        return patterns.GraphComponents(start, self.end(), options)
