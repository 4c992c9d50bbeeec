"""evaluate: plugins whose columns depend on the data.

A plugin's columns are known when the query gives them (`evaluate pivot(x) : (a: string, b: long)`); see `bags` for `bag_unpack` without.
"""

from collections.abc import Callable

from huntline.kql import syntax
from huntline.kql.binder.bags import bag_unpack, column_argument
from huntline.kql.binder.combination import joined
from huntline.kql.binder.operators import again, aggregated, operator, row_of
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.sources import bind_table
from huntline.kql.binder.state import Relation, State
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import apply, convert, to_strict_json
from huntline.kql.functions.network import in_range
from huntline.kql.plan import Aggregate, Apply, Column, Constant, Extend, Filter, Join, Plan, Scalar
from huntline.kql.sql import template
from huntline.kql.types import BOOL, JSON, LONG, STRING, KqlType

_K = KqlType


@operator(syntax.Evaluate)
def _evaluate(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    handler = _PLUGINS.get(node.call.name)
    if handler is None:
        if node.call.name in _KNOWN:
            raise Failure("not_supported", node.call.start, node.call.end, what=f"the plugin '{node.call.name}'")
        raise Failure(
            "unknown_plugin",
            node.call.start,
            node.call.end,
            name=node.call.name,
            replacement=nearest(node.call.name, _PLUGINS),
        )
    return handler(state, relation, node)


def _pivot(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    name, pivoted = column_argument(state, relation, node, 0)
    aggregate = node.call.arguments[1] if len(node.call.arguments) > 1 else None
    used = {name} | (
        {item.name for item in aggregate.arguments if isinstance(item, syntax.Name)}
        if isinstance(aggregate, syntax.Call)
        else set()
    )
    if len(node.call.arguments) > 2:
        kept = [item.name for item in node.call.arguments[2:] if isinstance(item, syntax.Name)]
    else:
        kept = [field for field in relation.fields if field not in used]
    text = convert(pivoted, STRING) or pivoted
    if node.columns is None:
        return _pivot_into_bag(state, relation, node, text, kept)
    keys: list[tuple[Column, Scalar]] = []
    fields: dict[str, Column] = {}
    aggregates: list[tuple[Column, Scalar]] = []
    for declared in node.columns:
        if declared.name in kept:
            source = relation.fields[declared.name]
            column = state.column_like(source)
            keys.append((column, source))
        else:
            value = _cell(state, relation, aggregate, text, declared)
            column = state.column_like(value)
            aggregates.append((column, value))
        fields[declared.name] = column
    return aggregated(state, relation, relation.plan, keys=keys, aggregates=aggregates, fields=fields)


def _pivot_into_bag(state: State, relation: Relation, node: syntax.Evaluate, text: Scalar, kept: list[str]) -> Relation:
    """Return one row for each combination of the keys, and the cells as one bag: their names are not known before the query runs."""
    name = node.call.arguments[0].name if isinstance(node.call.arguments[0], syntax.Name) else "pivot"
    aggregate = (
        node.call.arguments[1] if len(node.call.arguments) > 1 else syntax.Call(node.start, node.end, "count", ())
    )
    keys: list[tuple[Column, Scalar]] = [
        (state.column_like(relation.fields[field]), relation.fields[field]) for field in kept
    ]
    cell = state.column_like(text)
    row = row_of(relation, "evaluate", aggregating=True)
    value = bind_scalar(state, aggregate, row)
    amount = state.column_like(value)
    fields = dict(zip(kept, (column for column, _ in keys), strict=True))
    inner = aggregated(
        state,
        relation,
        relation.plan,
        keys=[*keys, (cell, text)],
        aggregates=[(amount, value)],
        fields={**fields, "$": cell},
    )
    outer_keys: list[tuple[Column, Scalar]] = [(state.column_like(column), column) for column, _ in keys]
    bag = apply("make_bag", template(_CELLS_AS_BAG), JSON, cell, to_strict_json(amount), nullable=False)
    whole = state.column_like(bag)
    result = dict(zip(kept, (column for column, _ in outer_keys), strict=True))
    result[name] = whole
    state.warn(Failure("columns_in_bag", node.start, node.end, plugin="pivot", name=name))
    return aggregated(state, inner, inner.plan, keys=outer_keys, aggregates=[(whole, bag)], fields=result)


_CELLS_AS_BAG = (
    "concat(char(123), arrayStringConcat(arraySort(groupArray(concat(toJSONString({0}), ':', {1}))), ','), char(125))"
)


def _cell(
    state: State,
    relation: Relation,
    aggregate: syntax.Expression | None,
    pivoted: Scalar,
    declared: syntax.ColumnDeclaration,
) -> Scalar:
    """Return the aggregate over the rows of one value of the pivot."""
    here = apply("==", template("({0} = {1})"), BOOL, pivoted, Constant(STRING, declared.name))
    if aggregate is None or (isinstance(aggregate, syntax.Call) and aggregate.name == "count"):
        return apply("count", template("toInt64(countIf({0}))"), LONG, here, nullable=False)
    if isinstance(aggregate, syntax.Call) and aggregate.name in _CELLS and len(aggregate.arguments) == 1:
        value = bind_scalar(state, aggregate.arguments[0], row_of(relation, "evaluate"))
        return apply(aggregate.name, template(_CELLS[aggregate.name]), value.type, value, here, nullable=True)
    raise Failure("not_supported", aggregate.start, aggregate.end, what="this aggregate inside pivot()")


_CELLS = {
    "sum": "sumIf({0}, {1})",
    "min": "minOrNullIf({0}, {1})",
    "max": "maxOrNullIf({0}, {1})",
    "avg": "avgOrNullIf({0}, {1})",
    "take_any": "anyIf({0}, {1})",
    "any": "anyIf({0}, {1})",
}


def _ipv4_lookup(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    """Rows beside those of a table of networks that their address lies in."""
    call = node.call
    if len(call.arguments) < 3:
        raise Failure(
            "argument_count", call.start, call.end, name=call.name, expected="at least 3", found=len(call.arguments)
        )
    table = bind_table(state, call.arguments[0])
    address = bind_scalar(state, call.arguments[1], row_of(relation, "evaluate"))
    key_node = call.arguments[2]
    key = table.fields.get(key_node.name) if isinstance(key_node, syntax.Name) else None
    if key is None:
        raise Failure(
            "unresolved_column", key_node.start, key_node.end, operator="evaluate", name=getattr(key_node, "name", "?")
        )
    unmatched = any(
        isinstance(item, syntax.NamedArgument)
        and item.name == "return_unmatched"
        and isinstance(item.value, syntax.Literal)
        and bool(item.value.value)
        for item in call.arguments
    )
    plan, key_columns = relation.plan, state.column_like(address)
    # The networks that hold an address are looked up once for each address that occurs.
    addresses: Plan = Aggregate(plan, ((key_columns, address),), ())
    one, other = state.column(LONG, nullable=False), state.column(LONG, nullable=False)
    always = apply("materialize", template("materialize({0})"), LONG, Constant(LONG, 1), nullable=False)
    inside = Apply(
        BOOL,
        nullable=True,
        name="in_range",
        sql=lambda _node, sql: in_range(sql[0], sql[1]),
        arguments=(key_columns, key),
    )
    pairs: Plan = Join(
        "inner", Extend(addresses, ((one, always),)), Extend(table.plan, ((other, always),)), ((one, other),)
    )
    networks = Relation(Filter(pairs, inside), {"$address": key_columns, **table.fields})
    left = again(state, relation)
    rebound = bind_scalar(state, call.arguments[1], row_of(left, "evaluate"))
    kind = "leftouter" if unmatched else "inner"
    hidden = {"$address", *(name for name in table.fields if name in relation.fields)}
    return joined(state, kind, left, networks, pairs=[(rebound, key_columns)], hidden=hidden)


_PLUGINS: dict[str, Callable[[State, Relation, syntax.Evaluate], Relation]] = {
    "bag_unpack": bag_unpack,
    "pivot": _pivot,
    "ipv4_lookup": _ipv4_lookup,
}
_KNOWN = frozenset(
    {
        "autocluster", "basket", "diffpatterns", "narrow", "preview", "python", "r", "rolling_percentile", "rows_near", "schema_merge",
        "sequence_detect", "session_count", "sliding_window_counts", "sql_request", "http_request", "active_users_count",
        "dcount_intersect",
        "activity_counts_metrics", "activity_engagement", "activity_metrics", "new_activity_metrics", "funnel_sequence",
        "funnel_sequence_completion", "infer_storage_schema", "ipv6_lookup",
    }
)  # fmt: skip
