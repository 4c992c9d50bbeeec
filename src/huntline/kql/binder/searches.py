"""search: rows of several tables that hold a text anywhere (rule 11)."""

from collections.abc import Callable, Iterator
from typing import Any

from huntline.kql import syntax
from huntline.kql.binder.calls import bind_operator
from huntline.kql.binder.combination import concat, option, tables_of
from huntline.kql.binder.operators import operator
from huntline.kql.binder.scalars import bind_condition
from huntline.kql.binder.sources import scan, source
from huntline.kql.binder.state import Relation, Row, State, find_column
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import convert
from huntline.kql.functions.operators import logical, negated
from huntline.kql.functions.text_search import quote_regex
from huntline.kql.plan import Constant, Extend, Filter, Scalar, Scan
from huntline.kql.types import BOOL, STRING, KqlType

_K = KqlType


def _exact(node: syntax.Search) -> bool:
    """Say whether a search minds case."""
    kind = option(node.options, "kind")
    if kind is not None and kind.value not in ("default", "case_insensitive", "case_sensitive"):
        raise Failure("bad_option", kind.start, kind.end, operator="search", value=kind.value, option="kind")
    return kind is not None and kind.value == "case_sensitive"


@source(syntax.Search)
def _search_source(state: State, node: syntax.Search) -> Relation:
    exact = _exact(node)
    inputs = searched_tables(state, node.tables, node)
    named_columns(state, inputs, node.predicate, "search")
    filtered = [(name, containing(state, relation, node.predicate, exact=exact)) for name, relation in inputs]
    return concat(state, filtered, label="$table")


@operator(syntax.Search)
def _search_operator(state: State, relation: Relation, node: syntax.Search) -> Relation:
    exact = _exact(node)
    if relation.partition is not None:
        # The rows stay where they are told apart; only the name of the table comes in front of them.
        found = containing(state, relation, node.predicate, exact=exact)
        label = state.column(STRING, nullable=False)
        plan = Extend(found.plan, ((label, Constant(STRING, "search_arg0")),))
        return Relation(plan, {"$table": label, **found.fields}, relation.order)
    name = relation.plan.table.name if isinstance(relation.plan, Scan) else "search_arg0"
    return concat(state, [(name, containing(state, relation, node.predicate, exact=exact))], label="$table")


def searched_tables(
    state: State, tables: tuple[syntax.Expression, ...], node: syntax.Node
) -> list[tuple[str, Relation]]:
    """Return the tables that are looked into, each with its name: those that are named, or all."""
    if not tables:
        return [
            (name, scan(state, table)) for name in state.catalog.table_names() if (table := state.catalog.table(name))
        ]
    found: list[tuple[str, Relation]] = []
    for operand in tables:
        found.extend(tables_of(state, operand, len(found)))
    if not found:
        raise Failure("not_tabular", node.start, node.end)
    return found


def named_columns(
    state: State, inputs: list[tuple[str, Relation]], predicate: syntax.Expression, name: str
) -> list[str]:
    """Return the columns that the predicate names, in their order.

    Raises:
        Failure: it names what no table has.
    """
    found: list[str] = []
    everywhere = {name for _, relation in inputs for name in relation.fields}
    for part in _names(predicate):
        if part.name in everywhere or any(find_column(relation.fields, part.name) for _, relation in inputs):
            found.append(part.name)
        elif state.names.find(part.name) is None:
            near = nearest(part.name, everywhere)
            raise Failure("unresolved_column", part.start, part.end, operator=name, name=part.name, replacement=near)
    return list(dict.fromkeys(found))


def _names(node: syntax.Node) -> Iterator[syntax.Name]:
    if isinstance(node, syntax.Name):
        yield node
    elif isinstance(node, syntax.Member | syntax.Index):
        yield from _names(node.target)
    elif isinstance(node, syntax.Call | syntax.Logical | syntax.Binary | syntax.Unary | syntax.Between):
        for part in _PARTS[type(node)](node):
            yield from _names(part)
    elif isinstance(node, syntax.Membership):
        yield from _names(node.left)


_PARTS: dict[type, Callable[[Any], tuple[syntax.Node, ...]]] = {
    syntax.Call: lambda node: node.arguments,
    syntax.Logical: lambda node: node.operands,
    syntax.Binary: lambda node: (node.left, node.right),
    syntax.Unary: lambda node: (node.operand,),
    syntax.Between: lambda node: (node.value, node.low, node.high),
}


def containing(state: State, relation: Relation, predicate: syntax.Expression, *, exact: bool = False) -> Relation:
    """Return the rows that fit the predicate of a search; `exact` minds case."""
    condition = _search_condition(state, relation, predicate, exact=exact)
    return Relation(Filter(relation.plan, condition), relation.fields, relation.order)


def _search_condition(state: State, relation: Relation, node: syntax.Expression, *, exact: bool) -> Scalar:
    """Return the condition of a search: a string alone looks into every text column."""
    if isinstance(node, syntax.Logical):
        parts = [_search_condition(state, relation, operand, exact=exact) for operand in node.operands]
        return logical(node.operator, parts)
    row = Row(relation.fields, "search", relation=relation)
    if isinstance(node, syntax.Star):
        return Constant(BOOL, value=True)
    if isinstance(node, syntax.Literal) and node.type is _K.STRING:
        return _anywhere(relation, node, exact=exact)
    if isinstance(node, syntax.Call) and node.name == "not" and len(node.arguments) == 1:
        inner = _search_condition(state, relation, node.arguments[0], exact=exact)
        return negated(inner)
    if any(
        find_column(relation.fields, name.name) is None and not state.names.find(name.name) for name in _names(node)
    ):
        # A table without the column has no row that fits.
        return Constant(BOOL, value=False)
    if isinstance(node, syntax.Binary) and node.operator == ":":
        if isinstance(node.left, syntax.Star):
            return _search_condition(state, relation, node.right, exact=exact)
        if isinstance(node.left, syntax.Name) and isinstance(node.right, syntax.Literal):
            column = state.bind_scalar(node.left, row)
            return _holds(convert(column, STRING) or column, node.right, exact=exact)
    return bind_condition(state, node, row)


def _anywhere(relation: Relation, node: syntax.Literal, *, exact: bool) -> Scalar:
    texts = [column for column in relation.fields.values() if column.type.kql in (_K.STRING, _K.DYNAMIC)]
    conditions = [_holds(convert(column, STRING) or column, node, exact=exact) for column in texts]
    return logical("or", conditions) if conditions else Constant(BOOL, value=False)


def _holds(value: Scalar, node: syntax.Literal, *, exact: bool) -> Scalar:
    """Return whether a text holds a term, in which stars stand for anything."""
    text = str(node.value)
    begins, ends = text.startswith("*"), text.endswith("*")
    bare = text.strip("*")
    if "*" in bare:
        words = ".*".join(quote_regex(part) for part in text.split("*"))
        pattern = ("" if exact else "(?i)") + ("" if begins else r"\b") + words + ("" if ends else r"\b")
        return bind_operator("matches regex", value, Constant(STRING, pattern), node)
    name = _SOUGHT[begins, ends] + ("_cs" if exact else "")
    return bind_operator(name, value, Constant(STRING, bare), node)


_SOUGHT = {(False, False): "has", (False, True): "hasprefix", (True, False): "hassuffix", (True, True): "contains"}
