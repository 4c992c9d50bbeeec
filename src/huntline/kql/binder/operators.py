"""The operators that take one relation and give one: filtering, columns, order, counting."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from huntline.kql import syntax
from huntline.kql.binder.naming import NameMaker, implied_name
from huntline.kql.binder.scalars import bind_condition, bind_scalar
from huntline.kql.binder.several import several
from huntline.kql.binder.sources import call_with_input
from huntline.kql.binder.state import BoundTable, LookupNeed, Partition, Relation, Row, State, find_column
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.plan import (
    Aggregate,
    Column,
    Constant,
    Extend,
    Filter,
    Join,
    Limit,
    Number,
    Plan,
    Scalar,
    Sort,
    SortOrder,
    Windowed,
)
from huntline.kql.result import Render
from huntline.kql.sql import template
from huntline.kql.traversal import renumbered
from huntline.kql.types import BOOL, INTEGERS, LONG, STRING, Form, KqlType, is_dynamic, scalar_of

_K = KqlType
Handler = Callable[[State, Relation, Any], Relation]
OPERATORS: dict[type, Handler] = {}
"""What binds each operator: filled by the modules of this package."""
GRAPH_OPERATORS: set[type] = set()
"""The operators that may stand behind a graph: filled likewise."""
LAST_OPERATORS: set[type] = set()
"""The operators that give several tables, so that none may stand behind them: filled likewise."""


def operator(kind: type) -> Callable[[Handler], Handler]:
    """Enter the binder of an operator."""

    def enter(function: Handler) -> Handler:
        OPERATORS[kind] = function
        return function

    return enter


def bind_operators(state: State, relation: Relation, operators: tuple[syntax.Operator, ...]) -> Relation:
    """Apply operators to a relation, one after the other."""
    names = state.names
    try:
        for node in operators:
            handler = OPERATORS.get(type(node))
            if handler is None:
                what = node.what if isinstance(node, syntax.Opaque) else f"the operator '{type(node).__name__.lower()}'"
                raise Failure("not_supported", node.start, node.end, what=what)
            state.spend(node)
            if relation.partition is not None and isinstance(node, _WHOLE):
                raise Failure("in_subquery", node.start, node.end)
            if relation.graph is not None and type(node) not in GRAPH_OPERATORS:
                raise Failure("graph_here", node.start, node.end)
            if type(node) in LAST_OPERATORS and node is not operators[-1]:
                raise Failure("several_tables", node.start, node.end)
            result = handler(state, relation, node)
            if relation.partition is not None and result.partition is None:
                result = replace(result, partition=relation.partition)
            if relation.opened is not None and result.opened is None and isinstance(node, _KEEPING):
                result = replace(result, opened=relation.opened)
            relation = result
    finally:
        state.names = names
    return relation


_KEEPING = (
    syntax.Where,
    syntax.Extend,
    syntax.Sort,
    syntax.Take,
    syntax.Top,
    syntax.Serialize,
    syntax.ProjectReorder,
    syntax.ProjectRename,
    syntax.MvExpand,
    syntax.RenderOperator,
)
"""Operators behind which a bag that was opened into columns still is."""


_WHOLE = (syntax.Union, syntax.Find)
"""Operators that put rows together as a whole, and cannot tell subtables apart."""


def row_of(relation: Relation, name: str, *, aggregating: bool = False) -> Row:
    """Return the row that expressions of an operator refer to."""
    return Row(
        relation.fields,
        name,
        aggregating=aggregating,
        order=relation.order,
        windows=[],
        relation=relation,
    )


def with_windows(relation: Relation, row: Row) -> Plan:
    """Return the plan of a relation with the columns over neighbouring rows that its row asked for."""
    plan = relation.plan
    for need in row.windows or ():
        if isinstance(need, LookupNeed):
            if relation.partition is not None:
                plan = Join("leftouter", plan, need.plan, ((relation.partition.row, need.row),))
            continue
        # One after the other, because a later one may count over an earlier one.
        partition = need.partition if relation.partition is None else (relation.partition.row, *need.partition)
        plan = Windowed(plan, ((need.column, need.scalar),), partition, relation.order or (), need.frame)
    return plan


@operator(syntax.Where)
def _where(state: State, relation: Relation, node: syntax.Where) -> Relation:
    row = row_of(relation, "where")
    condition = bind_condition(state, node.predicate, row)
    return Relation(Filter(with_windows(relation, row), condition), relation.fields, relation.order)


def named_scalars(
    state: State, items: tuple[syntax.NamedExpression, ...], row: Row, maker: NameMaker
) -> list[tuple[str, Scalar]]:
    """Return the columns that named expressions make, with their names."""
    found: list[tuple[str, Scalar]] = []
    declared_once(items, row.operator)
    for item in items:
        scalar = bind_scalar(state, item.expression, row)
        columns = several(item, scalar)
        if columns is not None:
            found.extend(columns)
            continue
        if item.tupled:
            found.extend(_tuple_parts(item, scalar))
            continue
        wanted = item.names[0] if item.names else implied_name(item.expression)
        if _is_absent(item.expression, row) and not item.names:
            wanted = None
        found.append((wanted or maker.column(), scalar))
    return found


def declared_once(items: Sequence[syntax.NamedExpression], name: str) -> None:
    """Refuse a name that two of the expressions bring along; the names that expressions only imply are numbered instead.

    Raises:
        Failure: there is such a name.
    """
    seen: set[str] = set()
    for item in items:
        expression = item.expression
        for one in item.names or ((expression.name,) if isinstance(expression, syntax.Name) else ()):
            if one in seen:
                raise Failure("duplicate_column", item.start, item.end, operator=name, name=one)
            seen.add(one)


def refuse_dynamic_key(scalar: Scalar, node: syntax.Node, name: str) -> None:
    """Refuse a key of type dynamic: rows are put in order, or into groups, by plain values only.

    Raises:
        Failure: it is one.
    """
    if is_dynamic(scalar.type):
        raise Failure("dynamic_key", node.start, node.end, operator=name)


def _tuple_parts(item: syntax.NamedExpression, scalar: Scalar) -> list[tuple[str, Scalar]]:
    if scalar.type.form is not Form.ARRAY:
        raise Failure("not_supported", item.start, item.end, what="assigning this expression to several columns")
    element = scalar.type.element or _K.DYNAMIC
    return [
        (name, apply("element", template(f"arrayElement({{0}}, {i + 1})"), scalar_of(element), scalar))
        for i, name in enumerate(item.names)
    ]


def _is_absent(node: syntax.Expression, row: Row) -> bool:
    """Say whether an expression is column_ifexists() of a column that does not."""
    return (
        isinstance(node, syntax.Call)
        and node.name in ("column_ifexists", "columnifexists")
        and implied_name(node) not in row.fields
    )


def add_columns(
    state: State, plan: Plan, fields: dict[str, Column], items: list[tuple[str, Scalar]]
) -> tuple[Plan, dict[str, Column]]:
    """Return a plan with further columns, and the names with theirs put in place."""
    definitions: list[tuple[Column, Scalar]] = []
    for name, scalar in items:
        if isinstance(scalar, Column):
            fields[name] = scalar
            continue
        column = state.column_like(scalar)
        definitions.append((column, scalar))
        fields[name] = column
    return (Extend(plan, tuple(definitions)) if definitions else plan), fields


@operator(syntax.Extend)
def _extend(state: State, relation: Relation, node: syntax.Extend) -> Relation:
    row = row_of(relation, "extend")
    items = named_scalars(state, node.expressions, row, NameMaker(tuple(relation.fields)))
    plan, fields = add_columns(state, with_windows(relation, row), dict(relation.fields), items)
    return Relation(plan, fields, relation.order)


@operator(syntax.Serialize)
def _serialize(state: State, relation: Relation, node: syntax.Serialize) -> Relation:
    relation = serialized(state, relation)
    if not node.expressions:
        return relation
    return _extend(state, relation, syntax.Extend(node.start, node.end, node.expressions))


def serialized(state: State, relation: Relation) -> Relation:
    """Return the relation with its rows in an order that is known."""
    if relation.order is not None:
        return relation
    position = state.column(LONG, nullable=False)
    order = (SortOrder(position, descending=False, nulls_first=True),)
    return Relation(Number(relation.plan, position), relation.fields, order)


@operator(syntax.Project)
def _project(state: State, relation: Relation, node: syntax.Project) -> Relation:
    row = row_of(relation, "project")
    items = named_scalars(state, node.expressions, row, NameMaker())
    seen: dict[str, int] = {}
    unique: list[tuple[str, Scalar]] = []
    for name, scalar in items:
        count = seen.get(name, 0)
        seen[name] = count + 1
        unique.append((f"{name}{count}" if count else name, scalar))
    plan, fields = add_columns(state, with_windows(relation, row), {}, unique)
    return Relation(plan, fields, relation.order)


def matches(pattern: syntax.Expression, name: str) -> bool:
    """Say whether a name or a pattern covers a column."""
    if isinstance(pattern, syntax.Star):
        return fnmatchcase(name, pattern.pattern)
    return isinstance(pattern, syntax.Name) and pattern.name == name


def known_column(relation: Relation, node: syntax.Expression, name: str) -> Column:
    """Return the column of a bare name.

    Raises:
        Failure: there is none.
    """
    column = find_column(relation.fields, node.name) if isinstance(node, syntax.Name) else None
    if column is None:
        wanted = node.name if isinstance(node, syntax.Name) else "?"
        raise Failure(
            "unresolved_column",
            node.start,
            node.end,
            operator=name,
            name=wanted,
            replacement=nearest(wanted, relation.fields),
        )
    return column


@operator(syntax.Distinct)
def _distinct(state: State, relation: Relation, node: syntax.Distinct) -> Relation:
    first = node.expressions[0].expression
    if isinstance(first, syntax.Star) and len(node.expressions) == 1:
        items: list[tuple[str, Scalar]] = list(relation.fields.items())
    else:
        items = named_scalars(state, node.expressions, row_of(relation, "distinct"), NameMaker())
    for i, (_, scalar) in enumerate(items):
        refuse_dynamic_key(scalar, node.expressions[min(i, len(node.expressions) - 1)], "distinct")
    keys = [(state.column_like(scalar), scalar) for _, scalar in items]
    fields = {name: column for (name, _), (column, _) in zip(items, keys, strict=True)}
    return aggregated(state, relation, relation.plan, keys=keys, aggregates=[], fields=fields)


def aggregated(
    state: State,
    relation: Relation,
    plan: Plan,
    *,
    keys: list[tuple[Column, Scalar]],
    aggregates: list[tuple[Column, Scalar]],
    fields: dict[str, Column],
) -> Relation:
    """Return the relation of groups; inside a subquery for each row, each outer row has groups of its own."""
    outer = relation.partition
    if outer is None:
        return Relation(Aggregate(plan, tuple(keys), tuple(aggregates)), fields)
    row = state.column_like(outer.row)
    keys = [*keys, (row, outer.row)]
    kept: dict[str, Column] = {}
    for name, column in outer.kept.items():
        kept[name] = state.column_like(column)
        same = apply("any", template("any({0})"), column.type, column)
        aggregates = [*aggregates, (kept[name], same)]
    return Relation(Aggregate(plan, tuple(keys), tuple(aggregates)), fields, partition=Partition(row, kept))


def sort_orders(state: State, keys: tuple[syntax.SortKey, ...], row: Row) -> tuple[SortOrder, ...]:
    """Return the keys to sort by; nulls come last when descending, first when ascending (rule 9)."""
    found: list[SortOrder] = []
    for key in keys:
        scalar = bind_scalar(state, key.expression.expression, row)
        if row.operator == "sort":
            refuse_dynamic_key(scalar, key.expression, row.operator)
        if scalar.type.kql is _K.DYNAMIC:
            scalar = convert(scalar, STRING) or scalar
        nulls_first = not key.descending if key.nulls_first is None else key.nulls_first
        found.append(SortOrder(scalar, key.descending, nulls_first))
    return tuple(found)


@operator(syntax.Sort)
def _sort(state: State, relation: Relation, node: syntax.Sort) -> Relation:
    return _sorted(state, relation, node.keys, "sort")


def _sorted(state: State, relation: Relation, keys: tuple[syntax.SortKey, ...], name: str) -> Relation:
    row = row_of(relation, name)
    orders = sort_orders(state, keys, row)
    plan: Plan = with_windows(relation, row)
    columns: list[tuple[Column, Scalar]] = []
    named: list[SortOrder] = []
    for order in orders:
        if isinstance(order.key, Column | Constant):
            named.append(order)
            continue
        column = state.column_like(order.key)
        columns.append((column, order.key))
        named.append(SortOrder(column, order.descending, order.nulls_first))
    if columns:
        plan = Extend(plan, tuple(columns))
    return Relation(Sort(plan, tuple(named)), relation.fields, tuple(named))


def row_count(state: State, node: syntax.Expression, name: str) -> int:
    """Return the constant number of rows that an operator asks for."""
    value = bind_scalar(state, node, Row({}, name))
    if value.type.kql is _K.DYNAMIC:
        value = convert(value, LONG) or value
    if not isinstance(value, Constant) or value.type.kql not in INTEGERS or not isinstance(value.value, int):
        raise Failure(
            "invalid_value", node.start, node.end, operator=name, reason="the number of rows must be a constant"
        )
    return max(0, value.value)


@operator(syntax.Top)
def _top(state: State, relation: Relation, node: syntax.Top) -> Relation:
    count = row_count(state, node.count, "top")
    ordered = _sorted(state, relation, node.keys, "top")
    return _limited(state, replace(ordered, partition=relation.partition), count)


def _limited(state: State, relation: Relation, count: int) -> Relation:
    """Return the first rows, or those of each outer row inside a subquery."""
    if relation.partition is None:
        return Relation(Limit(relation.plan, count), relation.fields, relation.order)
    position = state.column(LONG, nullable=False)
    number = apply("row_number", template("row_number()"), LONG, nullable=False)
    numbered = Windowed(relation.plan, ((position, number),), (relation.partition.row,), relation.order or (), "")
    within = apply("<=", template("({0} <= {1})"), BOOL, position, Constant(LONG, count))
    return Relation(Filter(numbered, within), relation.fields, relation.order)


@operator(syntax.Take)
@operator(syntax.Sample)
def _take(state: State, relation: Relation, node: syntax.Take) -> Relation:
    return _limited(state, relation, row_count(state, node.count, "take"))


@operator(syntax.SampleDistinct)
def _sample_distinct(state: State, relation: Relation, node: syntax.SampleDistinct) -> Relation:
    distinct = _distinct(state, relation, syntax.Distinct(node.start, node.end, (node.column,)))
    return _limited(state, distinct, row_count(state, node.count, "sample-distinct"))


@operator(syntax.Count)
def _count(state: State, relation: Relation, node: syntax.Count) -> Relation:
    column = state.column(LONG, nullable=False)
    value = apply("count", template("toInt64(count())"), LONG, nullable=False)
    return aggregated(
        state, relation, relation.plan, keys=[], aggregates=[(column, value)], fields={node.name or "Count": column}
    )


@operator(syntax.RenderOperator)
def _render(state: State, relation: Relation, node: syntax.RenderOperator) -> Relation:
    state.render = Render(node.kind, node.properties)
    return relation


@operator(syntax.Consume)
def _consume(_state: State, relation: Relation, _node: syntax.Consume) -> Relation:
    return Relation(Filter(relation.plan, Constant(BOOL, value=False)), relation.fields)


@operator(syntax.As)
def _as(state: State, relation: Relation, node: syntax.As) -> Relation:
    state.names = state.names.having(node.name, BoundTable(lambda: again(state, relation)))
    return relation


def again(state: State, relation: Relation) -> Relation:
    """Return a relation once more, so that it can stand beside itself."""
    plan, rename = renumbered(
        relation.plan, lambda column: state.column(column.type, nullable=column.nullable, symbol=column.symbol)
    )
    order = relation.order
    if order is not None:
        order = tuple(replace(item, key=rename(item.key)) if isinstance(item.key, Column) else item for item in order)
    partition = relation.partition
    if partition is not None:
        kept = {name: rename(column) for name, column in partition.kept.items()}
        partition = Partition(rename(partition.row), kept)
    return Relation(plan, {name: rename(column) for name, column in relation.fields.items()}, order, partition)


@operator(syntax.Invoke)
def _invoke(state: State, relation: Relation, node: syntax.Invoke) -> Relation:
    return call_with_input(state, node.call, relation)
