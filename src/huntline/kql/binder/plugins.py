"""evaluate: plugins whose columns depend on the data.

A plugin's columns are known when the query gives them (`evaluate pivot(x) : (a: string, b: long)`); see `bags` for `bag_unpack` without.
"""

from collections.abc import Callable

from huntline.kql import syntax
from huntline.kql.binder import activity, geo_lookups
from huntline.kql.binder.bags import bag_unpack, column_argument
from huntline.kql.binder.combination import joined
from huntline.kql.binder.forms import wrong_argument
from huntline.kql.binder.operators import again, aggregated, operator, row_of, with_windows
from huntline.kql.binder.packing import as_array
from huntline.kql.binder.scalars import bind_condition, bind_scalar
from huntline.kql.binder.sources import bind_table
from huntline.kql.binder.state import Relation, State, WindowNeed
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import apply, convert, to_strict_json
from huntline.kql.functions.network import in_range
from huntline.kql.functions.network_v6 import in_range as in_range_v6
from huntline.kql.plan import Aggregate, Apply, Column, Constant, Expand, Extend, Filter, Join, Number, Plan, Scalar
from huntline.kql.sql import call, fill, sequence, template
from huntline.kql.types import BOOL, JSON, LONG, STRING, KqlType, array_of

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


def _address_lookup(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    """Rows beside those of a table of networks that their address lies in, and whose further keys are equal."""
    call = node.call
    placed = [item for item in call.arguments if not isinstance(item, syntax.NamedArgument)]
    if len(placed) < 3:
        raise Failure("argument_count", call.start, call.end, name=call.name, expected="at least 3", found=len(placed))
    table = bind_table(state, placed[0])
    address = bind_scalar(state, placed[1], row_of(relation, "evaluate"))
    key = _key_of(table, placed[2])
    unmatched = _flag(call)
    extra = [item.name for item in placed[3:] if isinstance(item, syntax.Name)]
    key_columns = state.column_like(address)
    # The networks that hold an address are looked up once for each address that occurs.
    addresses: Plan = Aggregate(relation.plan, ((key_columns, address),), ())
    one, other = state.column(LONG, nullable=False), state.column(LONG, nullable=False)
    always = apply("materialize", template("materialize({0})"), LONG, Constant(LONG, 1), nullable=False)
    within = in_range if call.name == "ipv4_lookup" else in_range_v6
    inside = Apply(
        BOOL,
        nullable=True,
        name="in_range",
        sql=lambda _node, sql: within(sql[0], sql[1]),
        arguments=(key_columns, key),
    )
    pairs: Plan = Join(
        "inner", Extend(addresses, ((one, always),)), Extend(table.plan, ((other, always),)), ((one, other),)
    )
    networks = Relation(Filter(pairs, inside), {"$address": key_columns, **table.fields})
    left = again(state, relation)
    row = row_of(left, "evaluate")
    keys: list[tuple[Scalar, Scalar]] = [(bind_scalar(state, placed[1], row), key_columns)]
    keys.extend((bind_scalar(state, item, row), _key_of(table, item)) for item in placed[3 : 3 + len(extra)])
    kind = "leftouter" if unmatched else "inner"
    return joined(state, kind, left, networks, pairs=keys, hidden={"$address", *extra})


def _key_of(table: Relation, node: syntax.Expression) -> Column:
    key = table.fields.get(node.name) if isinstance(node, syntax.Name) else None
    if key is None:
        name = getattr(node, "name", "?")
        close = nearest(name, table.fields)
        raise Failure("unresolved_column", node.start, node.end, operator="evaluate", name=name, replacement=close)
    return key


def _flag(call: syntax.Call) -> bool:
    """Return what `return_unmatched` says, by its name or as the last argument."""
    value: syntax.Expression | None = call.arguments[-1] if call.arguments else None
    for item in call.arguments:
        if isinstance(item, syntax.NamedArgument) and item.name == "return_unmatched":
            value = item.value
    return isinstance(value, syntax.Literal) and value.value is True


def _narrow(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    """A row for each cell: the number of its row, the name of its column, its value as text."""
    if node.call.arguments:
        found = len(node.call.arguments)
        raise Failure("argument_count", node.call.start, node.call.end, name=node.call.name, expected="0", found=found)
    number = state.column(LONG, nullable=False)
    texts = [convert(column, STRING) or column for column in relation.fields.values()]
    cells = Apply(
        array_of(_K.STRING),
        nullable=False,
        name="cells",
        sql=lambda _node, sql: sequence(sql, ", ", "[", "]"),
        arguments=tuple(texts),
    )
    names = Constant(array_of(_K.STRING), list(relation.fields))
    name, value = state.column(STRING, nullable=False), state.column(STRING, nullable=False)
    plan = Expand(Number(relation.plan, number), ((name, names), (value, cells)), None)
    return Relation(plan, {"Row": number, "Column": name, "Value": value})


def _dcount_intersect(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    """For digests of distinct values: how many the first has, the first two have in common, and so on."""
    digests = []
    for position, argument in enumerate(node.call.arguments):
        value = bind_scalar(state, argument, row_of(relation, "evaluate"))
        array = as_array(value, _K.DYNAMIC) if value.type.kql is _K.DYNAMIC else None
        if array is None:
            raise wrong_argument(node.call, position, "dynamic", value)
        digests.append(array)
    if len(digests) < 2:
        raise Failure(
            "argument_count",
            node.call.start,
            node.call.end,
            name=node.call.name,
            expected="at least 2",
            found=len(digests),
        )
    fields, definitions = dict(relation.fields), []
    for number in range(len(digests)):
        common = Apply(
            LONG,
            nullable=False,
            name="dcount_intersect",
            sql=lambda _node, sql: fill("toInt64(length(arrayDistinct({0})))", call("arrayIntersect", *sql)),
            arguments=tuple(digests[: number + 1]),
        )
        column = fields[f"s{number}"] = state.column_like(common)
        definitions.append((column, common))
    return Relation(Extend(relation.plan, tuple(definitions)), fields, relation.order)


def _rows_near(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    """The rows that meet a condition, with so many rows before and behind each, in the order of the input."""
    call_, row = node.call, row_of(relation, "evaluate")
    if not 2 <= len(call_.arguments) <= 3:
        found = len(call_.arguments)
        raise Failure("argument_count", call_.start, call_.end, name=call_.name, expected="2 to 3", found=found)
    if relation.order is None:
        raise Failure("row_order", call_.start, call_.end, name=call_.name)
    condition = bind_condition(state, call_.arguments[0], row)
    counts = []
    for position, argument in enumerate(call_.arguments[1:], 2):
        value = bind_scalar(state, argument, row)
        if not isinstance(value, Constant) or not isinstance(value.value, int) or not 0 <= value.value <= _FAREST:
            raise Failure("argument_constant", argument.start, argument.end, name=call_.name, position=position)
        counts.append(value.value)
    before, behind = counts[0], counts[-1]
    near = apply("near", template("countIf(ifNull({0}, false))"), LONG, condition, nullable=False)
    column = state.column_like(near)
    windows = row.windows if row.windows is not None else []
    # A row is kept where a match stands at most `before` rows behind it or `behind` rows in front of it.
    windows.append(WindowNeed(column, near, f"ROWS BETWEEN {behind} PRECEDING AND {before} FOLLOWING", ()))
    kept = apply("kept", template("({0} > 0)"), BOOL, column, nullable=False)
    return Relation(Filter(with_windows(relation, row), kept), relation.fields, relation.order)


_FAREST = 100_000


_PLUGINS: dict[str, Callable[[State, Relation, syntax.Evaluate], Relation]] = {
    "bag_unpack": bag_unpack,
    "pivot": _pivot,
    "ipv4_lookup": _address_lookup,
    "ipv6_lookup": _address_lookup,
    "narrow": _narrow,
    "dcount_intersect": _dcount_intersect,
    "rows_near": _rows_near,
    **activity.PLUGINS,
    **geo_lookups.PLUGINS,
}
_KNOWN = frozenset(
    {
        "ai_chat_completion", "ai_embeddings", "autocluster", "basket", "diffpatterns", "funnel_sequence", "funnel_sequence_completion",
        "http_request", "http_request_post", "infer_storage_schema", "preview", "python", "r", "schema_merge",
        "sequence_detect", "session_count", "sql_request",
    }
)  # fmt: skip
