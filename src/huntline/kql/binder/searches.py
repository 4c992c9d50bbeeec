"""search and find: rows of several tables that hold a text anywhere (rule 11)."""

from huntline.kql import syntax
from huntline.kql.binder.combination import concat, option, tables_of
from huntline.kql.binder.operators import matches, operator
from huntline.kql.binder.scalars import bind_condition
from huntline.kql.binder.sources import scan, source
from huntline.kql.binder.state import Relation, Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import convert
from huntline.kql.functions.operators import logical, negated
from huntline.kql.functions.text_search import contains_constant, has_constant
from huntline.kql.plan import Apply, Constant, Filter, Scalar
from huntline.kql.types import BOOL, STRING, KqlType

_K = KqlType


def _refuse_case(node: syntax.Search) -> None:
    kind = option(node.options, "kind")
    if kind is not None and kind.value not in ("default", "case_insensitive"):
        raise Failure("not_supported", kind.start, kind.end, what="search that minds case")


@source(syntax.Search)
def _search_source(state: State, node: syntax.Search) -> Relation:
    _refuse_case(node)
    inputs = _searched(state, node.tables, node)
    filtered = [(name, _containing(state, relation, node.predicate)) for name, relation in inputs]
    return concat(state, filtered, label="$table")


@operator(syntax.Search)
def _search_operator(state: State, relation: Relation, node: syntax.Search) -> Relation:
    _refuse_case(node)
    return _containing(state, relation, node.predicate)


def _searched(state: State, tables: tuple[syntax.Expression, ...], node: syntax.Node) -> list[tuple[str, Relation]]:
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


def _containing(state: State, relation: Relation, predicate: syntax.Expression) -> Relation:
    condition = _search_condition(state, relation, predicate)
    return Relation(Filter(relation.plan, condition), relation.fields, relation.order)


def _search_condition(state: State, relation: Relation, node: syntax.Expression) -> Scalar:
    """Return the condition of a search: a string alone looks into every text column."""
    if isinstance(node, syntax.Logical):
        return logical(node.operator, [_search_condition(state, relation, operand) for operand in node.operands])
    row = Row(relation.fields, "search", relation=relation)
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


@source(syntax.Find)
def _find_source(state: State, node: syntax.Find) -> Relation:
    return _find(state, _searched(state, node.tables, node), node)


@operator(syntax.Find)
def _find_operator(state: State, relation: Relation, node: syntax.Find) -> Relation:
    return _find(state, [("find_arg0", relation)], node)


def _find(state: State, inputs: list[tuple[str, Relation]], node: syntax.Find) -> Relation:
    label = option(node.options, "withsource")
    found: list[tuple[str, Relation]] = []
    everywhere = {name for _, relation in inputs for name in relation.fields} | state.names.all()
    for missing in sorted(_names(node.predicate) - everywhere):
        raise Failure("unresolved_column", node.start, node.end, operator="find", name=missing)
    for name, relation in inputs:
        kept = relation.fields
        if node.columns:
            kept = {
                field: column
                for field, column in relation.fields.items()
                if any(matches(pattern, field) for pattern in node.columns)
            }
        filtered = _containing(state, relation, node.predicate)
        found.append((name, Relation(filtered.plan, kept)))
    return concat(state, found, label=label.value if label else "source_")


def _names(node: syntax.Expression) -> set[str]:
    """Return the column names that a predicate speaks of."""
    if isinstance(node, syntax.Name):
        return {node.name}
    if isinstance(node, syntax.Logical):
        return set().union(*(_names(operand) for operand in node.operands))
    if isinstance(node, syntax.Binary):
        return _names(node.left) | _names(node.right)
    if isinstance(node, syntax.Membership):
        return _names(node.left)
    if isinstance(node, syntax.Call):
        return set().union(*(_names(argument) for argument in node.arguments)) if node.arguments else set()
    return set()
