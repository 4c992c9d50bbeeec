"""The pattern statement: tabular expressions that are named by texts, `app("a").Data`."""

from huntline.kql import patterns, syntax
from huntline.kql.binder.state import PatternBinding, Relation, Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.plan import Constant


def declare_pattern(state: State, statement: patterns.DeclarePattern) -> None:
    """Let a pattern be known to the statements behind it."""
    state.names = state.names.having(statement.name, PatternBinding(statement, state.names))


def pattern_call(state: State, node: syntax.Expression) -> tuple[syntax.Call, str | None] | None:
    """Return the call of a pattern and its path, where an expression is one: `app("a")`, `app("a").Data`."""
    call, path = (node.target, node.name) if isinstance(node, syntax.Member) else (node, None)
    if isinstance(call, syntax.Call) and isinstance(state.names.find(call.name), PatternBinding):
        return call, path
    return None


def of_pattern(state: State, call: syntax.Call, path: str | None, node: syntax.Node) -> Relation:
    """Return the rows of the case that the values name.

    Raises:
        Failure: the pattern has no such case.
    """
    binding = state.names.find(call.name)
    if not isinstance(binding, PatternBinding):
        raise Failure("internal", node.start, node.end)
    values: list[str] = []
    for argument in call.arguments:
        value = state.bind_scalar(argument, Row({}, call.name))
        if not isinstance(value, Constant):
            raise Failure("argument_constant", argument.start, argument.end, name=call.name, position=len(values) + 1)
        values.append(str(value.value))
    for case in binding.declaration.cases:
        if case.values == tuple(values) and case.path == path:
            if any(active is case for active in state.active):
                raise Failure("recursive_name", node.start, node.end, name=call.name)
            with state.within(binding.names, case):
                return state.bind_table(case.expression)
    written = ", ".join(f"'{value}'" for value in values)
    reference = f"{call.name}({written})" + ("" if path is None else f".['{path}']")
    raise Failure("pattern_missing", node.start, node.end, reference=reference)
