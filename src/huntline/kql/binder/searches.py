"""search: rows of several tables that hold a text anywhere (rule 11)."""

from huntline.kql import syntax
from huntline.kql.binder.combination import concat, option, tables_of
from huntline.kql.binder.operators import operator
from huntline.kql.binder.scalars import bind_condition
from huntline.kql.binder.sources import scan, source
from huntline.kql.binder.state import Relation, Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import convert
from huntline.kql.functions.operators import logical, negated
from huntline.kql.functions.text_search import contains_constant, has_constant
from huntline.kql.plan import Apply, Constant, Filter, Scalar, Scan
from huntline.kql.types import BOOL, STRING, KqlType

_K = KqlType


def _refuse_case(node: syntax.Search) -> None:
    kind = option(node.options, "kind")
    if kind is not None and kind.value not in ("default", "case_insensitive"):
        raise Failure("not_supported", kind.start, kind.end, what="search that minds case")


@source(syntax.Search)
def _search_source(state: State, node: syntax.Search) -> Relation:
    _refuse_case(node)
    inputs = searched_tables(state, node.tables, node)
    filtered = [(name, containing(state, relation, node.predicate)) for name, relation in inputs]
    return concat(state, filtered, label="$table")


@operator(syntax.Search)
def _search_operator(state: State, relation: Relation, node: syntax.Search) -> Relation:
    _refuse_case(node)
    name = relation.plan.table.name if isinstance(relation.plan, Scan) else "search_arg0"
    return concat(state, [(name, containing(state, relation, node.predicate))], label="$table")


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


def containing(state: State, relation: Relation, predicate: syntax.Expression) -> Relation:
    """Return the rows that fit the predicate of a search."""
    condition = _search_condition(state, relation, predicate)
    return Relation(Filter(relation.plan, condition), relation.fields, relation.order)


def _search_condition(state: State, relation: Relation, node: syntax.Expression) -> Scalar:
    """Return the condition of a search: a string alone looks into every text column."""
    if isinstance(node, syntax.Logical):
        return logical(node.operator, [_search_condition(state, relation, operand) for operand in node.operands])
    row = Row(relation.fields, "search", relation=relation)
    if isinstance(node, syntax.Star):
        return Constant(BOOL, value=True)
    if isinstance(node, syntax.Literal) and node.type is _K.STRING:
        return _anywhere(relation, str(node.value))
    if isinstance(node, syntax.Call) and node.name == "not" and len(node.arguments) == 1:
        inner = _search_condition(state, relation, node.arguments[0])
        return negated(inner)
    if isinstance(node, syntax.Binary) and isinstance(node.left, syntax.Name) and node.left.name not in relation.fields:
        # A table without the column has no row that fits.
        return Constant(BOOL, value=False)
    return bind_condition(state, node, row)


def _anywhere(relation: Relation, text: str) -> Scalar:
    conditions: list[Scalar] = []
    wild = "*" in text
    for column in relation.fields.values():
        if column.type.kql not in (_K.STRING, _K.DYNAMIC):
            continue
        value = convert(column, STRING) or column
        conditions.append(_has(value, text, wild=wild))
    return logical("or", conditions) if conditions else Constant(BOOL, value=False)


def _has(value: Scalar, text: str, *, wild: bool) -> Scalar:
    if wild:
        bare = text.strip("*")
        return Apply(
            BOOL,
            nullable=False,
            name="contains",
            sql=lambda _node, sql: contains_constant(sql[0], bare),
            arguments=(value,),
        )
    return Apply(
        BOOL,
        nullable=False,
        name="has",
        sql=lambda _node, sql: has_constant(sql[0], text, exact_case=False),
        arguments=(value,),
    )
