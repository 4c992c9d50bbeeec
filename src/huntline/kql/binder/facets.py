"""facet and fork: several tables, of which a hunt answers with one.

The first is answered; the others are bound too, so that what is wrong with them is said, and a warning marks each.
"""

from huntline.kql import summaries, syntax
from huntline.kql.binder.operators import LAST_OPERATORS, bind_operators, known_column, operator
from huntline.kql.binder.state import Relation, State
from huntline.kql.diagnostics import Failure


@operator(summaries.Fork)
def _fork(state: State, relation: Relation, node: summaries.Fork) -> Relation:
    first, *others = node.branches
    answer = bind_operators(state, relation, first.operators)
    for branch in others:
        _unanswered(state, relation, branch, branch.operators, "fork")
    return answer


@operator(summaries.Facet)
def _facet(state: State, relation: Relation, node: summaries.Facet) -> Relation:
    """The table of `with`, then for each column its values and how often each occurs."""
    tables = [(column, _counted(relation, column)) for column in node.columns]
    shown = node.operators or tables.pop(0)[1]
    answer = bind_operators(state, relation, shown)
    for column, operators in tables:
        _unanswered(state, relation, column, operators, "facet")
    return answer


def _counted(relation: Relation, column: syntax.Expression) -> tuple[syntax.Operator, ...]:
    known_column(relation, column, "facet")
    start, end = column.start, column.end
    name = column.name if isinstance(column, syntax.Name) else ""
    count = syntax.NamedExpression(start, end, (f"count_{name}",), syntax.Call(start, end, "count", ()))
    key = syntax.NamedExpression(start, end, (), column)
    return (syntax.Summarize(start, end, (count,), (key,)),)


def _unanswered(
    state: State, relation: Relation, node: syntax.Node, operators: tuple[syntax.Operator, ...], name: str
) -> None:
    render, read = state.render, list(state.tables)
    bind_operators(state, relation, operators)
    state.render, state.tables = render, read
    state.warn(Failure("one_table", node.start, node.end, operator=name))


LAST_OPERATORS.update({summaries.Fork, summaries.Facet})
