"""Sources, operators and statements as they are written, each operator on a line of its own."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from huntline.kql import patterns, summaries, syntax
from huntline.kql.printing.expressions import at, columns, expression, joined, operand, pattern, tabular
from huntline.kql.printing.texts import Unprintable, name, text


def print_program(program: syntax.Program) -> str:
    """Return the text of a tree.

    Raises:
        Unprintable: the tree holds an operator or a statement that the parser only steps over.
    """
    return ";\n".join(map(_statement, program.statements))


def _statement(node: syntax.Statement) -> str:
    if isinstance(node, syntax.ExpressionStatement):
        return expression(node.expression)
    if isinstance(node, syntax.Let):
        return f"let {name(node.name)} = {expression(node.value)}"
    if isinstance(node, syntax.LetFunction):
        return f"let {name(node.name)} = ({_parameters(node.parameters)}) {{\n{print_program(node.body)}\n}}"
    if isinstance(node, syntax.SetStatement):
        return f"set {node.name}" + ("" if node.value is None else f" = {operand(node.value)}")
    if isinstance(node, syntax.DeclareParameters):
        return f"declare query_parameters({_parameters(node.parameters)})"
    if isinstance(node, patterns.DeclarePattern):
        return _declared_pattern(node)
    raise Unprintable(type(node).__name__)


def _parameters(nodes: Iterable[syntax.Parameter]) -> str:
    return ", ".join(map(_parameter, nodes))


def _parameter(node: syntax.Parameter) -> str:
    if node.type is None:
        return f"{name(node.name)}: {columns(node.columns) if node.columns else '(*)'}"
    default = "" if node.default is None else f" = {expression(node.default)}"
    return f"{name(node.name)}: {node.type}{default}"


def _options(options: syntax.Options) -> str:
    return "".join(f" {option.name}=[{text(option.value)}]" for option in options)


def _table(node: syntax.Expression) -> str:
    """Return a table among others."""
    return pattern(node) if isinstance(node, syntax.Star | syntax.Name) else operand(node)


def _tables(nodes: Iterable[syntax.Expression]) -> str:
    return ", ".join(map(_table, nodes))


def _piped(operators: Iterable[syntax.Operator]) -> str:
    return "\n| ".join(map(operator, operators))


def _by(nodes: tuple[syntax.Node, ...]) -> str:
    return f" by {joined(nodes)}" if nodes else ""


def _sort_key(node: syntax.SortKey) -> str:
    nulls = "" if node.nulls_first is None else f" nulls {'first' if node.nulls_first else 'last'}"
    return f"{expression(node.expression)} {'desc' if node.descending else 'asc'}{nulls}"


def _sort_keys(nodes: Iterable[syntax.SortKey]) -> str:
    return ", ".join(map(_sort_key, nodes))


def _optional(word: str, node: syntax.Expression | None) -> str:
    return "" if node is None else f" {word} {expression(node)}"


def _expansion(node: syntax.Expansion) -> str:
    return expression(node.expression) + ("" if node.type is None else f" to typeof({node.type})")


def _expansions(nodes: Iterable[syntax.Expansion]) -> str:
    return ", ".join(map(_expansion, nodes))


def _parse_part(node: syntax.ParsePart) -> str:
    if isinstance(node, syntax.ParseStar):
        return "*"
    return f"{name(node.name)}: {node.type}" if isinstance(node, syntax.ParseColumn) else expression(node)


def _parse(node: syntax.Parse) -> str:
    word = "parse-where" if node.filters else "parse"
    return f"{word}{_options(node.options)} {operand(node.expression)} with {' '.join(map(_parse_part, node.parts))}"


def _parse_kv(node: syntax.ParseKv) -> str:
    properties = f" with ({joined(node.properties)})" if node.properties else ""
    return f"parse-kv {operand(node.expression)} as {columns(node.columns)}{properties}"


def _make_series(node: syntax.MakeSeries) -> str:
    aggregates = ", ".join(
        expression(aggregate) + ("" if default is None else f" default={expression(default)}")
        for aggregate, default in node.aggregates
    )
    bounds = f"{_optional('from', node.low)}{_optional('to', node.high)} step {expression(node.step)}"
    if node.inclusive and node.low is not None and node.high is not None:
        bounds = f" in range({expression(node.low)}, {expression(node.high)}, {expression(node.step)})"
    axis = "".join(f"{name(label)} = " for label in node.axis.names) + at(node.axis.expression, 4)
    return f"make-series{_options(node.options)} {aggregates} on {axis}{bounds}{_by(node.keys)}"


def _top_nested(node: syntax.TopNested) -> str:
    return ", ".join(map(_top_nested_level, node.levels))


def _top_nested_level(node: syntax.TopNestedLevel) -> str:
    count = "" if node.count is None else f"{expression(node.count)} "
    others = "" if node.others is None else f" with others = {expression(node.others)}"
    direction = "desc" if node.descending else "asc"
    return f"top-nested {count}of {expression(node.expression)}{others} by {expression(node.aggregate)} {direction}"


def _render(node: syntax.RenderOperator) -> str:
    shown = []
    for key, value in node.properties:
        if isinstance(value, tuple):
            first, *rest = map(str, value)
            words = [first if re.fullmatch(r"-?\w+", first) else name(first), *rest]
            shown.append(f"{key}={', '.join(words)}")
        else:
            shown.append(f"{key}={text(str(value))}")
    return f"render {node.kind}" + (f" with ({', '.join(shown)})" if shown else "")


def _join(word: str) -> Callable[[Any], str]:
    def shown(node: syntax.Join | syntax.Lookup) -> str:
        conditions = f" on {joined(node.conditions)}" if node.conditions else ""
        right = name(node.right.name) if isinstance(node.right, syntax.Name) else f"({expression(node.right)})"
        return f"{word}{_options(node.options)} {right}{conditions}"

    return shown


def _search(node: syntax.Search) -> str:
    tables = f" in ({_tables(node.tables)})" if node.tables else ""
    return f"search{_options(node.options)}{tables} {at(node.predicate, 1)}"


def _find(node: syntax.Find) -> str:
    tables = f" in ({_tables(node.tables)})" if node.tables else ""
    shown = f"find{_options(node.options)}{tables} where {at(node.predicate, 1)}"
    if node.columns is None:
        return shown
    return f"{shown} project {', '.join(map(_find_column, node.columns))}"


def _find_column(node: syntax.FindColumn) -> str:
    if node.name is None:
        return "pack_all(*)"
    return name(node.name) + ("" if node.type is None else f": {node.type}")


def _evaluate(node: syntax.Evaluate) -> str:
    shape = "" if node.columns is None else f" : {columns(node.columns)}"
    return f"evaluate{_options(node.options)} {expression(node.call)}{shape}"


def _partition(node: syntax.Partition) -> str:
    inside = f"({_piped(node.operators)})" if node.query is None else f"{{ {expression(node.query)} }}"
    return f"partition by {pattern(node.column)} {inside}"


def _reordered(node: syntax.ReorderColumn) -> str:
    direction = re.sub(r"^granny-", "granny-", node.direction or "")
    return pattern(node.column) + (f" {direction}" if direction else "")


def _scan(node: patterns.Scan) -> str:
    order = f" order by {_sort_keys(node.order)}" if node.order else ""
    partition = f" partition by {', '.join(map(pattern, node.partition))}" if node.partition else ""
    declared = f" declare ({', '.join(map(_declared, node.declared))})" if node.declared else ""
    return f"scan{_options(node.options)}{order}{partition}{declared} with ({' '.join(map(_step, node.steps))})"


def _declared(node: patterns.Declared) -> str:
    return expression(node.column) + ("" if node.default is None else f" = {expression(node.default)}")


def _step(node: patterns.Step) -> str:
    assigned = ", ".join(f"{name(one.column)} = {expression(one.value)}" for one in node.assignments)
    arrow = f" => {assigned}" if assigned else ""
    return f"step {name(node.name)} output={node.output}: {expression(node.condition)}{arrow};"


def _settings(options: syntax.Options) -> str:
    return "".join(f" {option.name}={name(option.value)}" for option in options)


def _make_graph(node: patterns.MakeGraph) -> str:
    nodes = ", ".join(f"{operand(one.table)} on {pattern(one.column)}" for one in node.nodes)
    tables = f" with {nodes}" if nodes else ""
    inside = "" if node.partition is None else f" partitioned-by {pattern(node.partition)} ({_piped(node.operators)})"
    return f"make-graph {pattern(node.source)} --> {pattern(node.target)}{_settings(node.options)}{tables}{inside}"


def _graph_match(node: patterns.GraphMatch) -> str:
    word = "graph-shortest-paths" if node.shortest else "graph-match"
    sequences = ", ".join(map(_sequence, node.sequences))
    predicate = _optional("where", node.predicate)
    return f"{word}{_settings(node.options)} {sequences}{predicate} project {joined(node.columns)}"


def _sequence(node: patterns.PatternSequence) -> str:
    shown = [f"({name(one.name) if one.name is not None else ''})" for one in node.nodes]
    edges = [*map(_edge, node.edges), ""]
    return "".join(part + edge for part, edge in zip(shown, edges, strict=True))


def _edge(node: patterns.PatternEdge) -> str:
    bounds = "" if node.most is None else f"*{node.least}..{node.most}"
    inside = (name(node.name) if node.name is not None else "") + bounds
    before, after = {"right": ("-[", "]->"), "left": ("<-[", "]-"), "any": ("-[", "]-")}[node.direction]
    return f"{before}{inside}{after}"


def _graph_table(node: patterns.GraphTable) -> str:
    return node.kind + ("" if node.name is None else f" as {name(node.name)}") + _settings(node.options)


def _facet(node: summaries.Facet) -> str:
    inside = f" with ({_piped(node.operators)})" if node.operators else ""
    return f"facet by {', '.join(map(pattern, node.columns))}{inside}"


def _branch(node: summaries.Branch) -> str:
    return ("" if node.name is None else f"{name(node.name)} = ") + f"({_piped(node.operators)})"


def _reduce(node: summaries.Reduce) -> str:
    given = {"threshold": node.threshold, "characters": node.characters}
    settings = ", ".join(f"{label} = {expression(value)}" for label, value in given.items() if value is not None)
    inside = f" with {settings}" if settings else ""
    return f"reduce{_options(node.options)} by {expression(node.expression)}{inside}"


def _declared_pattern(node: patterns.DeclarePattern) -> str:
    if not node.cases and not node.arguments:
        return f"declare pattern {name(node.name)}"
    arguments = ", ".join(f"{name(label)}: string" for label in node.arguments)
    path = "" if node.path is None else f"[{name(node.path)}: string]"
    return f"declare pattern {name(node.name)} = ({arguments}){path} {{ {' '.join(map(_case, node.cases))} }}"


def _case(node: patterns.PatternCase) -> str:
    path = "" if node.path is None else f".[{text(node.path)}]"
    return f"({', '.join(map(text, node.values))}){path} = {{ {expression(node.expression)} }};"


_PRINTERS: dict[type, Callable[[Any], str]] = {
    syntax.Pipe: lambda node: f"{_source(node.source)}\n| {_piped(node.operators)}",
    syntax.DataTable: lambda node: f"datatable{columns(node.columns)} [{joined(node.values)}]",
    syntax.ExternalData: lambda node: f"externaldata{columns(node.columns)}",
    syntax.Print: lambda node: f"print {joined(node.expressions)}",
    syntax.Range: lambda node: (
        f"range {node.name} from {expression(node.low)} to {expression(node.high)} step {expression(node.step)}"
    ),
    syntax.Union: lambda node: f"union{_options(node.options)} {_tables(node.tables)}",
    syntax.Search: _search,
    syntax.Find: _find,
    syntax.Where: lambda node: f"where {at(node.predicate, 1)}",
    syntax.Extend: lambda node: f"extend {joined(node.expressions)}",
    syntax.Serialize: lambda node: f"serialize {joined(node.expressions)}".rstrip(),
    syntax.Project: lambda node: f"project {joined(node.expressions)}".rstrip(),
    syntax.ProjectSelection: lambda node: (
        f"{'project-keep' if node.keep else 'project-away'} {', '.join(map(pattern, node.columns))}"
    ),
    syntax.ProjectByNames: lambda node: f"project-by-names {joined(node.names)}",
    syntax.ProjectRename: lambda node: f"project-rename {joined(node.expressions)}",
    syntax.ProjectReorder: lambda node: f"project-reorder {', '.join(map(_reordered, node.columns))}",
    syntax.Summarize: lambda node: f"summarize {joined(node.aggregates)}{_by(node.keys)}".replace(
        "summarize  ", "summarize "
    ),
    syntax.Join: _join("join"),
    syntax.Lookup: _join("lookup"),
    syntax.Distinct: lambda node: f"distinct {joined(node.expressions)}",
    syntax.Sort: lambda node: f"sort by {_sort_keys(node.keys)}",
    syntax.Top: lambda node: f"top {expression(node.count)} by {_sort_keys(node.keys)}",
    syntax.Take: lambda node: f"take {expression(node.count)}",
    syntax.Sample: lambda node: f"sample {expression(node.count)}",
    syntax.SampleDistinct: lambda node: f"sample-distinct {expression(node.count)} of {expression(node.column)}",
    syntax.Count: lambda node: "count" if node.name is None else f"count as {name(node.name)}",
    syntax.MvExpand: lambda node: (
        f"mv-expand{_options(node.options)} {_expansions(node.expansions)}{_optional('limit', node.limit)}"
    ),
    syntax.MvApply: lambda node: (
        f"mv-apply{_options(node.options)} {_expansions(node.expansions)}{_optional('limit', node.limit)} on ({_piped(node.operators)})"
    ),
    syntax.Parse: _parse,
    syntax.ParseKv: _parse_kv,
    syntax.MakeSeries: _make_series,
    syntax.TopNested: _top_nested,
    syntax.TopHitters: lambda node: (
        f"top-hitters {expression(node.count)} of {expression(node.expression)}{_optional('by', node.weight)}"
    ),
    syntax.RenderOperator: _render,
    syntax.Invoke: lambda node: f"invoke {expression(node.call)}",
    syntax.Evaluate: _evaluate,
    syntax.As: lambda node: f"as {name(node.name)}",
    syntax.GetSchema: lambda _node: "getschema",
    syntax.Consume: lambda _node: "consume",
    syntax.Partition: _partition,
    summaries.Facet: _facet,
    summaries.Fork: lambda node: f"fork {' '.join(map(_branch, node.branches))}",
    summaries.Reduce: _reduce,
    patterns.Scan: _scan,
    patterns.MakeGraph: _make_graph,
    patterns.GraphMatch: _graph_match,
    patterns.GraphToTable: lambda node: f"graph-to-table {', '.join(map(_graph_table, node.tables))}",
    patterns.GraphComponents: lambda node: f"graph-mark-components{_settings(node.options)}",
}


def operator(node: syntax.Operator) -> str:
    """Return an operator without the bar in front of it.

    Raises:
        Unprintable: the parser only stepped over it.
    """
    printer = _PRINTERS.get(type(node))
    if printer is None:
        raise Unprintable(type(node).__name__)
    return printer(node)


def _source(node: syntax.Expression) -> str:
    return f"({expression(node)})" if isinstance(node, syntax.Pipe) else expression(node)


def _tabular(node: syntax.Node) -> str | None:
    printer = _PRINTERS.get(type(node))
    return None if printer is None else printer(node)


tabular.append(_tabular)
