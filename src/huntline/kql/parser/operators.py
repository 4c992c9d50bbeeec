"""The tabular operators, one method each, and one table that says which word starts which."""

from collections.abc import Callable
from typing import ClassVar

from huntline.kql import lexer, syntax
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.parser.expressions import ARITHMETIC
from huntline.kql.parser.graphs import GraphParser
from huntline.kql.parser.patterns import PatternParser
from huntline.kql.parser.summaries import SummaryParser
from huntline.kql.parser.table_operators import TableOperatorParser
from huntline.kql.syntax import Expression, NamedExpression, Operator
from huntline.kql.types import KqlType


class OperatorParser(SummaryParser):
    """Reads what stands behind a `|`."""

    def operators(self) -> tuple[Operator, ...]:
        """Read `| operator` as often as it comes."""
        found: list[Operator] = []
        while self.take("|"):
            found.append(self.operator())
        return tuple(found)

    def operator(self) -> Operator:
        """Read one operator.

        Raises:
            Failure: no operator has that name, or it is written wrongly.
        """
        start = self.start()
        if not self.is_name():
            raise self.unexpected("a query operator")
        word = self.texts[self.at]
        reader = self.READERS.get(word)
        if reader is None:
            if word in _UNSUPPORTED:
                return self._opaque(start, word)
            raise Failure(
                "unknown_operator", start, self.ends[self.at], name=word, replacement=nearest(word, self.READERS)
            )
        self.at += 1
        return reader(self, start)

    def _opaque(self, start: int, word: str) -> Operator:
        """Step over an operator that is known and not compiled, up to the next operator of the same level."""
        depth = 0
        while self.kinds[self.at] != lexer.END:
            text = self.texts[self.at]
            if text in ("(", "[", "{"):
                depth += 1
            elif text in (")", "]", "}"):
                depth -= 1
            if depth < 0 or (depth == 0 and text in ("|", ";")):
                break
            self.at += 1
        return syntax.Opaque(start, self.end(), f"the operator '{word}'")

    def _where(self, start: int) -> Operator:
        self.options()
        predicate = self.expression()
        return syntax.Where(start, self.end(), predicate)

    def _extend(self, start: int) -> Operator:
        return syntax.Extend(start, self.end(), self.named_expressions())

    def _project(self, start: int) -> Operator:
        if self._at_end():
            return syntax.Project(start, self.end(), ())
        return syntax.Project(start, self.end(), self.named_expressions())

    def _project_away(self, start: int) -> Operator:
        return syntax.ProjectSelection(start, self.end(), keep=False, columns=self._patterns())

    def _project_keep(self, start: int) -> Operator:
        return syntax.ProjectSelection(start, self.end(), keep=True, columns=self._patterns())

    def _project_by_names(self, start: int) -> Operator:
        names = [self.expression()]
        while self.take(","):
            names.append(self.expression())
        return syntax.ProjectByNames(start, self.end(), tuple(names))

    def _project_rename(self, start: int) -> Operator:
        return syntax.ProjectRename(start, self.end(), self.named_expressions())

    def _project_reorder(self, start: int) -> Operator:
        columns: list[syntax.ReorderColumn] = []
        while True:
            begin = self.start()
            column = self.pattern()
            direction = None
            if self.is_name() and self.texts[self.at] in ("asc", "desc", "granny-asc", "granny-desc"):
                direction = self.word()
            columns.append(syntax.ReorderColumn(begin, self.end(), column, direction))
            if not self.take(","):
                break
        return syntax.ProjectReorder(start, self.end(), tuple(columns))

    def _summarize(self, start: int) -> Operator:
        self.options()
        aggregates: tuple[NamedExpression, ...] = ()
        if not self.here("by") and not self._at_end():
            aggregates = self.named_expressions()
        keys: tuple[NamedExpression, ...] = ()
        if self.take("by"):
            self.options(hints_only=True)
            keys = self.named_expressions()
        return syntax.Summarize(start, self.end(), aggregates, keys)

    def _distinct(self, start: int) -> Operator:
        self.options()
        return syntax.Distinct(start, self.end(), self.named_expressions())

    def _sort(self, start: int) -> Operator:
        self.options()
        self.expect("by")
        keys = self.sort_keys()
        return syntax.Sort(start, self.end(), keys)

    def _top(self, start: int) -> Operator:
        self.options()
        count = self.expression()
        self.expect("by")
        keys = self.sort_keys()
        return syntax.Top(start, self.end(), count, keys)

    def _take(self, start: int) -> Operator:
        self.options()
        count = self.expression()
        return syntax.Take(start, self.end(), count)

    def _sample(self, start: int) -> Operator:
        count = self.expression()
        return syntax.Sample(start, self.end(), count)

    def _sample_distinct(self, start: int) -> Operator:
        count = self.expression()
        self.expect("of")
        column = self.named_expression()
        return syntax.SampleDistinct(start, self.end(), count, column)

    def _count(self, start: int) -> Operator:
        name = self.name() if self.take("as") else None
        return syntax.Count(start, self.end(), name)

    def _expansions(self) -> tuple[syntax.Expansion, ...]:
        found: list[syntax.Expansion] = []
        while True:
            start = self.start()
            expression = self.named_expression()
            kind = None
            if self.take("to"):
                self._expect_word("typeof")
                self.expect("(")
                kind = self.type_name()
                self.expect(")")
            found.append(syntax.Expansion(start, self.end(), expression, kind))
            if not self.take(","):
                return tuple(found)

    def _mv_expand(self, start: int) -> Operator:
        options = self.options()
        expansions = self._expansions()
        limit = self.expression() if self.take("limit") else None
        return syntax.MvExpand(start, self.end(), options, expansions, limit)

    def _mv_apply(self, start: int) -> Operator:
        options = self.options()
        expansions = self._expansions()
        limit = self.expression() if self.take("limit") else None
        self.expect("on")
        self.expect("(")
        operators = self.subquery()
        return syntax.MvApply(start, self.end(), options, expansions, limit, operators)

    def subquery(self) -> tuple[Operator, ...]:
        """Read `operator | operator ... )` behind its opening bracket."""
        self.enter()
        first = self.operator()
        rest = self.operators()
        self.leave()
        self.expect(")")
        return (first, *rest)

    def _parse(self, start: int) -> Operator:
        return self._parse_pattern(start, filters=False)

    def _parse_where(self, start: int) -> Operator:
        return self._parse_pattern(start, filters=True)

    def _parse_pattern(self, start: int, *, filters: bool) -> Operator:
        options = self.options()
        flags = next((option.value for option in options if option.name == "flags"), "")
        expression = self._unary()
        self.expect("with")
        parts: list[syntax.ParsePart] = []
        while not self._at_end():
            begin = self.start()
            if self.take("*"):
                parts.append(syntax.ParseStar(begin, self.end()))
            elif self.kinds[self.at] == lexer.STRING:
                value = lexer.string_value(self.texts[self.at], begin)
                self.at += 1
                parts.append(syntax.Literal(begin, self.end(), KqlType.STRING, value))
            else:
                if parts and not isinstance(parts[-1], syntax.Literal):
                    raise self.unexpected("a string between two columns")
                name = self.name("a column name, '*' or a string")
                kind = self.type_name() if self.take(":") else KqlType.STRING
                parts.append(syntax.ParseColumn(begin, self.end(), name, kind))
            self.take(",")
        return syntax.Parse(start, self.end(), filters, options, flags, expression, tuple(parts))

    def _parse_kv(self, start: int) -> Operator:
        expression = self._unary()
        self.expect("as")
        columns = self.column_declarations()
        properties: list[syntax.NamedArgument] = []
        if self.take("with"):
            self.expect("(")
            while not self.take(")"):
                argument = self.argument()
                if isinstance(argument, syntax.NamedArgument):
                    properties.append(argument)
                if not self.take(","):
                    self.expect(")")
                    break
        return syntax.ParseKv(start, self.end(), expression, columns, tuple(properties))

    def _make_series(self, start: int) -> Operator:
        options = self.options()
        aggregates: list[tuple[NamedExpression, Expression | None]] = []
        while True:
            aggregate = self.named_expression()
            default: Expression | None = None
            if self.take("default"):
                self.expect("=")
                default = self.expression()
            aggregates.append((aggregate, default))
            if not self.take(","):
                break
        self.expect("on")
        axis = self._axis()
        low = high = None
        if inclusive := self.take("in"):
            self._expect_word("range")
            self.expect("(")
            low, high, step = self._series_range()
        else:
            low = self.expression() if self.take("from") else None
            high = self.expression() if self.take("to") else None
            self._expect_word("step")
            step = self.expression()
        keys = self.named_expressions() if self.take("by") else ()
        return syntax.MakeSeries(start, self.end(), tuple(aggregates), axis, low, high, step, keys, options, inclusive)

    def _axis(self) -> NamedExpression:
        """Read the axis of a series, behind which `in range(...)` may stand."""
        start = self.start()
        names: tuple[str, ...] = ()
        if self.is_name() and self.peek() == "=":
            names = (self.word(),)
            self.at += 1
        value = self.expression(ARITHMETIC)
        return NamedExpression(start, value.end, names, value)

    def _series_range(self) -> tuple[Expression, Expression, Expression]:
        low = self.expression()
        self.expect(",")
        high = self.expression()
        self.expect(",")
        step = self.expression()
        self.expect(")")
        return low, high, step

    def _top_nested(self, start: int) -> Operator:
        levels: list[syntax.TopNestedLevel] = []
        begin = start
        while True:
            count = None if self.here("of") else self.expression()
            self._expect_word("of")
            expression = self.named_expression()
            others = None
            if self.take("with"):
                self._expect_word("others")
                self.expect("=")
                others = self.expression()
            self._expect_word("by")
            aggregate = self.named_expression()
            descending = True
            if self.is_name() and self.texts[self.at] in ("asc", "desc"):
                descending = self.word() == "desc"
            levels.append(syntax.TopNestedLevel(begin, self.end(), count, expression, others, aggregate, descending))
            if not self.take(","):
                return syntax.TopNested(start, self.end(), tuple(levels))
            begin = self.start()
            self._expect_word("top-nested")

    def _top_hitters(self, start: int) -> Operator:
        count = self.expression()
        self._expect_word("of")
        expression = self.named_expression()
        weight = self.expression() if self.take("by") else None
        return syntax.TopHitters(start, self.end(), count, expression, weight)

    def _render(self, start: int) -> Operator:
        kind = self.word_of(_CHARTS, "a kind of chart")
        properties: list[tuple[str, object]] = []
        bracketed = False
        if self.take("with"):
            self.expect("(")
            bracketed = True
        while self.is_name() and not self._at_end():
            name = self.word()
            self.expect("=")
            properties.append((name, self._render_value()))
            self.take(",")
        if bracketed:
            self.expect(")")
        return syntax.RenderOperator(start, self.end(), kind, tuple(properties))

    def _render_value(self) -> object:
        """Read a value of a chart's property: a constant, a name, or several names."""
        if self.kinds[self.at] == lexer.STRING:
            return self.string()
        negative = self.take("-")
        values = [("-" if negative else "") + self._render_word()]
        while self.here(",") and self.kinds[self.at + 1] == lexer.NAME and self.texts[self.at + 2] != "=":
            self.at += 1
            values.append(self._render_word())
        return values[0] if len(values) == 1 else tuple(values)

    def _render_word(self) -> str:
        if self.at_bracketed_name():
            return self.name()
        if self._at_end() or self.kinds[self.at] == lexer.PUNCTUATION:
            raise self.unexpected("a value")
        self.at += 1
        return self.texts[self.at - 1]

    def _invoke(self, start: int) -> Operator:
        begin = self.start()
        call = self._postfix(self._primary())
        if not isinstance(call, syntax.Call):
            raise Failure("syntax", begin, self.end(), expected="a function call", found=f"'{self.texts[self.at - 1]}'")
        return syntax.Invoke(start, self.end(), call)

    def _evaluate(self, start: int) -> Operator:
        options = self.options()
        begin = self.start()
        call = self._primary()
        if not isinstance(call, syntax.Call):
            raise Failure("syntax", begin, self.end(), expected="a plugin call", found=f"'{self.texts[self.at - 1]}'")
        columns = None
        if self.take(":"):
            columns = self._result_columns()
        return syntax.Evaluate(start, self.end(), call, columns, options)

    def _result_columns(self) -> tuple[syntax.ColumnDeclaration, ...]:
        """Read `(name: type, ..., *)`."""
        if self.peek() == "*":
            self.at += 2
            self.take(",")
            self.at -= 1
            self.texts[self.at] = "("
        return self.column_declarations()

    def _as(self, start: int) -> Operator:
        self.options()
        name = self.name()
        return syntax.As(start, self.end(), name)

    def _getschema(self, start: int) -> Operator:
        return syntax.GetSchema(start, self.end())

    def _consume(self, start: int) -> Operator:
        self.options()
        return syntax.Consume(start, self.end())

    def _serialize(self, start: int) -> Operator:
        self.options()
        expressions = () if self._at_end() else self.named_expressions()
        return syntax.Serialize(start, self.end(), expressions)

    def _partition(self, start: int) -> Operator:
        self.options()
        self._expect_word("by")
        column = self.pattern()
        if self.take("{"):
            self.enter()
            query = self.pipe()
            self.leave()
            self.expect("}")
            return syntax.Partition(start, self.end(), column, (), query)
        self.expect("(")
        operators = self.subquery()
        return syntax.Partition(start, self.end(), column, operators)

    READERS: ClassVar[dict[str, Callable[["OperatorParser", int], Operator]]] = {
        "as": _as,
        "consume": _consume,
        "count": _count,
        "distinct": _distinct,
        "evaluate": _evaluate,
        "extend": _extend,
        "facet": SummaryParser.read_facet,
        "filter": _where,
        "find": TableOperatorParser.read_find,
        "fork": SummaryParser.read_fork,
        "getschema": _getschema,
        "graph-mark-components": GraphParser.read_components,
        "graph-match": GraphParser.read_graph_match,
        "graph-shortest-paths": GraphParser.read_shortest_paths,
        "graph-to-table": GraphParser.read_graph_to_table,
        "invoke": _invoke,
        "join": TableOperatorParser.read_join,
        "limit": _take,
        "lookup": TableOperatorParser.read_lookup,
        "make-graph": GraphParser.read_make_graph,
        "make-series": _make_series,
        "mv-apply": _mv_apply,
        "mvapply": _mv_apply,
        "mv-expand": _mv_expand,
        "mvexpand": _mv_expand,
        "order": _sort,
        "parse": _parse,
        "parse-kv": _parse_kv,
        "parse-where": _parse_where,
        "partition": _partition,
        "project": _project,
        "project-away": _project_away,
        "project-by-names": _project_by_names,
        "project-keep": _project_keep,
        "project-rename": _project_rename,
        "project-reorder": _project_reorder,
        "reduce": SummaryParser.read_reduce,
        "render": _render,
        "sample": _sample,
        "sample-distinct": _sample_distinct,
        "scan": PatternParser.read_scan,
        "search": TableOperatorParser.read_search,
        "serialize": _serialize,
        "sort": _sort,
        "summarize": _summarize,
        "take": _take,
        "top": _top,
        "top-hitters": _top_hitters,
        "top-nested": _top_nested,
        "union": TableOperatorParser.read_union,
        "where": _where,
    }


_CHARTS = frozenset(
    {
        "table", "list", "barchart", "piechart", "ladderchart", "timechart", "linechart", "anomalychart", "pivotchart", "areachart",
        "stackedareachart", "scatterchart", "timepivot", "columnchart", "timeline", "3Dchart", "card", "treemap", "plotly", "graph",
        "sankey",
    }
)  # fmt: skip
_UNSUPPORTED = frozenset({"assert-schema", "execute-and-cache", "graph-where-edges", "graph-where-nodes"})
