"""Syntax to plan: names, types and overloads are resolved here.

`state` (what is known) <- `calls` (functions) <- `forms`, `aggregation` ... (families) ; `scalars` and `sources` are entered by the rest
through `State`, because expressions hold relations and relations hold expressions.
"""

from functools import partial

from huntline.kql import patterns, syntax
from huntline.kql.binder import (
    aggregation,
    bag_functions,
    combination,
    expansion,
    facets,
    finding,
    forms,
    graph_patterns,
    graphs,
    hierarchies,
    neighbours,
    packing,
    plugins,
    projections,
    reductions,
    searches,
    sequences,
    series,
    series_functions,
    sources,
    special,
    subtables,
)
from huntline.kql.binder.library import SavedFunctions, is_reserved, parsed_function, written_function
from huntline.kql.binder.mappings import declare_pattern
from huntline.kql.binder.operators import bind_operators
from huntline.kql.binder.prelude import prelude_names
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.state import LetFunction, LetValue, Relation, Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import convert
from huntline.kql.plan import Column, Extend, Plan, Scalar
from huntline.kql.types import PLAIN

__all__ = [
    "SavedFunctions",
    "State",
    "bind",
    "is_reserved",
    "parsed_function",
    "prelude_names",
    "written_function",
]

_FAMILIES = (
    aggregation,
    bag_functions,
    combination,
    expansion,
    facets,
    finding,
    forms,
    graph_patterns,
    graphs,
    hierarchies,
    neighbours,
    packing,
    plugins,
    projections,
    reductions,
    searches,
    sequences,
    series,
    series_functions,
    special,
    subtables,
)
"""Modules that enter their functions and operators when they are imported."""


def bind(state: State, program: syntax.Program) -> tuple[Plan, dict[str, Column]]:
    """Return the plan of a text and the columns of its answer in their plain forms.

    Raises:
        Failure: something in the text has no meaning.
    """
    state.bind_scalar = partial(bind_scalar, state)
    state.bind_table = partial(sources.bind_table, state)
    state.is_table = partial(sources.is_table, state)
    state.bind_operators = partial(bind_operators, state)
    answer: Relation | None = None
    earlier: syntax.ExpressionStatement | None = None
    declared: set[str] = set()
    for statement in program.statements:
        if isinstance(statement, syntax.Let | syntax.LetFunction):
            _declare(state, statement, declared)
        elif isinstance(statement, syntax.SetStatement):
            _set(state, statement)
        elif isinstance(statement, syntax.DeclareParameters):
            _declare_parameters(state, statement)
        elif isinstance(statement, patterns.DeclarePattern):
            declare_pattern(state, statement)
        elif isinstance(statement, syntax.OpaqueStatement):
            raise Failure("not_supported", statement.start, statement.end, what=statement.what)
        elif isinstance(statement, syntax.ExpressionStatement):
            if earlier is not None:
                state.warn(Failure("earlier_query", earlier.start, earlier.end))
                state.render = None
                state.tables.clear()
            answer, earlier = _answer(state, statement.expression), statement
            for name, binding in state.later.items():
                state.names = state.names.having(name, binding)
    if answer is None:
        raise Failure("empty_query", program.start, program.end)
    if answer.graph is not None and earlier is not None:
        raise Failure("graph_here", earlier.start, earlier.end)
    return _plain(state, answer)


def _answer(state: State, expression: syntax.Expression) -> Relation:
    if state.is_table(expression) or not isinstance(expression, syntax.Literal | syntax.Binary):
        return state.bind_table(expression)
    item = syntax.NamedExpression(expression.start, expression.end, (), expression)
    return state.bind_table(syntax.Print(expression.start, expression.end, (item,)))


def _declare(state: State, statement: syntax.Let | syntax.LetFunction, declared: set[str]) -> None:
    if statement.name in declared:
        raise Failure("duplicate_name", statement.start, statement.end, name=statement.name)
    declared.add(statement.name)
    names = state.names
    if isinstance(statement, syntax.LetFunction):
        state.names = names.having(statement.name, LetFunction(statement, names))
    else:
        state.names = names.having(statement.name, LetValue(statement.value, names))


_SETTINGS = frozenset({"query_bin_auto_size", "query_bin_auto_at"})


def _set(state: State, statement: syntax.SetStatement) -> None:
    if statement.name in _SETTINGS and statement.value is not None:
        state.settings[statement.name] = bind_scalar(state, statement.value, Row({}, "set"))
    else:
        state.warn(Failure("set_ignored", statement.start, statement.end, name=statement.name))


def _declare_parameters(state: State, statement: syntax.DeclareParameters) -> None:
    for parameter in statement.parameters:
        if parameter.default is None:
            raise Failure("parameter_missing", parameter.start, parameter.end, name="query", parameter=parameter.name)
        state.names = state.names.having(parameter.name, LetValue(parameter.default, state.names))


def _plain(state: State, answer: Relation) -> tuple[Plan, dict[str, Column]]:
    """Bring every column of the answer into the form in which it leaves the engine."""
    found = dict(answer.fields)
    if answer.opened is not None:
        bag, _, bag_name, node = answer.opened
        found[bag_name] = bag
        state.warn(Failure("columns_in_bag", node.start, node.end, plugin="bag_unpack", name=bag_name))
    definitions: list[tuple[Column, Scalar]] = []
    fields: dict[str, Column] = {}
    for name, column in found.items():
        target = PLAIN[column.type.kql]
        scalar = convert(column, target)
        if scalar is None or scalar is column:
            fields[name] = column
            continue
        fields[name] = state.column(target, nullable=scalar.nullable)
        definitions.append((fields[name], scalar))
    plan = Extend(answer.plan, tuple(definitions)) if definitions else answer.plan
    return plan, fields
