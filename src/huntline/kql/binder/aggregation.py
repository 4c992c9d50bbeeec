"""summarize and what it aggregates (rule 8)."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

from huntline.kql import syntax
from huntline.kql.binder.calls import aggregate_special
from huntline.kql.binder.forms import arguments_of, condition_argument, number_argument, wrong_argument
from huntline.kql.binder.naming import NameMaker, aggregate_name, implied_name
from huntline.kql.binder.operators import (
    aggregated,
    declared_once,
    named_scalars,
    operator,
    refuse_dynamic_key,
    row_of,
    with_windows,
)
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.state import Relation, Row, State, WindowNeed, known_name
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.aggregates import IN_ORDER, SET_SIZE, collect
from huntline.kql.functions.conversions import apply, convert, to_strict_json
from huntline.kql.plan import Apply, Column, Constant, Plan, Scalar
from huntline.kql.sql import Template, template
from huntline.kql.types import (
    BOOL,
    JSON,
    LONG,
    NUMBERS,
    PLAIN,
    REAL,
    STRING,
    Form,
    KqlType,
    ValueType,
    array_of,
    is_dynamic,
    scalar_of,
)

_K = KqlType


@operator(syntax.Summarize)
def _summarize(state: State, relation: Relation, node: syntax.Summarize) -> Relation:
    key_row = row_of(relation, "summarize")
    maker = NameMaker()
    keys = [
        (maker.unique(name), scalar) for name, scalar in named_scalars(state, node.keys, key_row, maker_for_keys(node))
    ]
    for (_, scalar), item in zip(keys, node.keys, strict=False):
        refuse_dynamic_key(scalar, item, "summarize")
    fields: dict[str, Column] = {}
    key_columns: list[tuple[Column, Scalar]] = []
    for name, scalar in keys:
        column = state.column_like(scalar)
        key_columns.append((column, scalar))
        fields[name] = column
    plan: Plan = with_windows(relation, key_row)
    aggregates: list[tuple[Column, Scalar]] = []
    row = row_of(relation, "summarize", aggregating=True)
    declared_once((*node.keys, *node.aggregates), "summarize")
    for item in node.aggregates:
        _bind_aggregate(state, item, row, maker, fields, aggregates, {name for name, _ in keys})
    plan = with_windows(replace(relation, plan=plan), row)
    return aggregated(state, relation, plan, keys=key_columns, aggregates=aggregates, fields=fields)


def maker_for_keys(node: syntax.Summarize) -> NameMaker:
    """Return the maker of names for keys that bring none along."""
    return NameMaker(tuple(item.names[0] for item in node.keys if item.names))


def _bind_aggregate(  # noqa: PLR0917
    state: State,
    item: syntax.NamedExpression,
    row: Row,
    maker: NameMaker,
    fields: dict[str, Column],
    aggregates: list[tuple[Column, Scalar]],
    keys: set[str],
) -> None:
    expression = item.expression
    if isinstance(expression, syntax.Call):
        several = _SEVERAL.get(expression.name)
        if several is not None:
            for name, scalar in several(state, item, expression, row, keys):
                _define(state, maker.unique(name), scalar, fields, aggregates)
            return
    scalar = bind_scalar(state, expression, row)
    wanted = item.names[0] if item.names else aggregate_name(expression) or implied_name(expression)
    _define(state, maker.unique(wanted) if wanted else maker.column(), scalar, fields, aggregates)


def _define(
    state: State, name: str, scalar: Scalar, fields: dict[str, Column], aggregates: list[tuple[Column, Scalar]]
) -> None:
    column = state.column_like(scalar)
    aggregates.append((column, scalar))
    fields[name] = column


# arg_max and arg_min, take_any: several columns from one call

Several = list[tuple[str, Scalar]]


def _arg_extreme(state: State, item: syntax.NamedExpression, node: syntax.Call, row: Row, keys: set[str]) -> Several:
    """`arg_max(by, a, b)`: the greatest `by`, and `a` and `b` of its row."""
    greatest = node.name in ("arg_max", "argmax")
    if not node.arguments:
        raise Failure("argument_count", node.start, node.end, name=node.name, expected="at least 1", found=0)
    inner = Row(row.fields, row.operator, relation=row.relation)
    by = bind_scalar(state, node.arguments[0], inner)
    if is_dynamic(by.type):
        raise wrong_argument(node, 0, "a plain value", by)
    order = convert(by, STRING) if by.type.kql is _K.DYNAMIC else by
    by_name = implied_name(node.arguments[0]) or f"{'max' if greatest else 'min'}_"
    prefix = "" if node.name in ("arg_max", "arg_min") else f"{'max' if greatest else 'min'}_"
    names = list(item.names)
    found: Several = [(names.pop(0) if names else f"{prefix}{by_name}", _extreme(order or by, by, greatest=greatest))]
    for name, value in _chosen(state, node.arguments[1:], inner, keys | {by_name}, "Column"):
        wanted = names.pop(0) if names else f"{prefix}{by_name}_{name}" if prefix else name
        found.append((wanted, _value_at(value, order or by, greatest=greatest)))
    return found


def _chosen(state: State, arguments: tuple[syntax.Expression, ...], row: Row, taken: set[str], unnamed: str) -> Several:
    """Return the columns that arguments choose; `*` means those that are not taken by keys."""
    found: Several = []
    taken = taken | {known_name(row.fields, name) for name in taken}
    for position, argument in enumerate(arguments):
        if isinstance(argument, syntax.Star):
            found.extend((name, column) for name, column in row.fields.items() if name not in taken)
            continue
        number = {"Column": str(position + 2), "any_arg": str(position)}.get(unnamed, "")
        found.append((implied_name(argument) or f"{unnamed}{number}", bind_scalar(state, argument, row)))
    return found


def _value_at(value: Scalar, order: Scalar, *, greatest: bool) -> Scalar:
    name = "argMax" if greatest else "argMin"
    # A tuple keeps a NULL value of the chosen row, which argMax itself would pass over. Rows whose order is null come last.
    key = "(isNotNull({1}), {1})" if greatest else "(isNull({1}), {1})"
    key = key if order.nullable else "{1}"
    return apply("arg", template(f"{name}(tuple({{0}}), {key}).1"), value.type, value, order, nullable=value.nullable)


def _extreme(order: Scalar, by: Scalar, *, greatest: bool) -> Scalar:
    if order is not by:
        return _value_at(by, order, greatest=greatest)
    or_null = "" if by.type.kql in (_K.STRING, _K.GUID) else "OrNull"
    name = "max" if greatest else "min"
    return apply(name, template(f"{name}{or_null}({{0}})"), by.type, by, nullable=bool(or_null))


def _take_any(state: State, item: syntax.NamedExpression, node: syntax.Call, row: Row, keys: set[str]) -> Several:
    inner = Row(row.fields, row.operator, relation=row.relation)
    names = list(item.names)
    found: Several = []
    prefix = {"any": "any_", "anyif": "anyif_"}.get(node.name, "")
    arguments = node.arguments[:1] if node.name in ("anyif", "take_anyif") else node.arguments
    condition = None
    if node.name in ("anyif", "take_anyif"):
        if len(node.arguments) != 2:
            raise Failure(
                "argument_count", node.start, node.end, name=node.name, expected="2", found=len(node.arguments)
            )
        condition = convert(bind_scalar(state, node.arguments[1], inner), BOOL)
    chosen = _chosen(state, arguments, inner, keys, "" if prefix else "any_arg")
    values = [value for _, value in chosen]
    for position, (name, value) in enumerate(chosen):
        wanted = names.pop(0) if names else f"{prefix}{name}"
        found.append((wanted, _any_of_row(values, position) if len(chosen) > 1 else _any(value, condition)))
    return found


def _is_text(value: Scalar) -> bool:
    return value.type.kql in (_K.STRING, _K.DYNAMIC, _K.GUID)


def _any(value: Scalar, condition: Scalar | None) -> Scalar:
    """One value that is not missing, where there is one: the greatest, so that it is the same whatever the order of the rows."""
    name = "max" if _is_text(value) else "maxOrNull"
    conditions = []
    if value.type == JSON:
        conditions.append("{0} != 'null'")
    if condition is not None:
        conditions.append("ifNull({1}, false)")
    pattern = f"{name}If({{0}}, {' AND '.join(conditions)})" if conditions else f"{name}({{0}})"
    arguments = [value] if condition is None else [value, condition]
    return apply("any", template(pattern), value.type, *arguments, nullable=not _is_text(value))


def _any_of_row(values: list[Scalar], position: int) -> Scalar:
    """A value of the row with the smallest hash: all are of one row, and of the same one whatever the order of the rows."""
    parts = (f"{{{i}}}" if _is_text(value) else f"toNullable({{{i}}})" for i, value in enumerate(values))
    whole = f"tuple({', '.join(parts)})"
    value = values[position]
    pattern = template(f"argMin({whole}, cityHash64({whole})).{position + 1}")
    return apply("any", pattern, value.type, *values, nullable=not _is_text(value))


def _percentiles(state: State, item: syntax.NamedExpression, node: syntax.Call, row: Row, _keys: set[str]) -> Several:
    """`percentiles(value, 5, 50)` and `percentilesw(value, weight, 5, 50)`: a column for each percentile."""
    inner = Row(row.fields, row.operator, relation=row.relation)
    first = 2 if node.name == "percentilesw" else 1
    if len(node.arguments) <= first:
        count, expected = len(node.arguments), f"at least {first + 1}"
        raise Failure("argument_count", node.start, node.end, name=node.name, expected=expected, found=count)
    values = [bind_scalar(state, argument, inner) for argument in node.arguments[:first]]
    name = implied_name(node.arguments[0]) or ""
    names = list(item.names)
    found: Several = []
    for argument in node.arguments[first:]:
        share = bind_scalar(state, argument, inner)
        if not isinstance(share, Constant) or share.type.kql not in NUMBERS:
            raise Failure("argument_constant", argument.start, argument.end, name=node.name, position=first + 1)
        value = percentile_of(node, values[0], share) if first == 1 else weighted_percentile(node, values, share)
        label = f"percentile_{name}_{_number_text(share.value)}"
        found.append((names.pop(0) if names else label, value))
    return found


def _number_text(value: object) -> str:
    return str(value).replace(".", "_")


def _level(share: Constant) -> float:
    """Return a share in percent as one of 1."""
    number = share.value if isinstance(share.value, int | float) else 50
    return float(number) / 100 if isfinite(number) else 0.0


def percentile_of(node: syntax.Call, value: Scalar, share: Constant) -> Scalar:
    """Return the value below which the share (in percent) of the values lies."""
    if value.type.kql not in NUMBERS | {_K.DATETIME, _K.TIMESPAN, _K.DYNAMIC}:
        raise wrong_argument(node, 0, "a number, datetime or timespan", value)
    level = _level(share)
    # The nearest rank: ClickHouse rounds the rank down, which is one too far where it is whole.
    level = min(max(level - 1e-12, 0.0), 1.0)
    if value.type.kql is _K.DATETIME:
        pattern = (
            f"reinterpret(quantileExactOrNull({level!r})(reinterpret({{0}}, 'Int64')), 'DateTime64(7, \\'UTC\\')')"
        )
        return apply("percentile", template(pattern), value.type, value, nullable=True)
    kind = REAL if value.type.kql is _K.DYNAMIC else value.type
    plain = convert(value, kind) or value
    result = scalar_of(_K.REAL) if value.type.kql is _K.DYNAMIC else LONG if kind.kql is _K.INT else kind
    return apply("percentile", Template(f"quantileExactOrNull({level!r})({{0}})"), result, plain, nullable=True)


_SEVERAL = {
    **dict.fromkeys(("arg_max", "arg_min", "argmax", "argmin"), _arg_extreme),
    **dict.fromkeys(("take_any", "any", "take_anyif", "anyif"), _take_any),
    **dict.fromkeys(("percentiles", "percentilesw"), _percentiles),
}


@aggregate_special("percentile")
def _percentile(state: State, node: syntax.Call, row_: Row) -> Scalar:
    value, share = arguments_of(state, node, row_, 2)
    if not isinstance(share, Constant) or share.type.kql not in NUMBERS:
        place = node.arguments[1]
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=2)
    return percentile_of(node, value, share)


@aggregate_special(
    "arg_max", "arg_min", "argmax", "argmin", "take_any", "any", "take_anyif", "anyif", "percentiles", "percentilesw"
)
def _inside_expression(state: State, node: syntax.Call, row_: Row) -> Scalar:
    """One of the functions that give several columns, inside a larger expression: its first value."""
    row_ = Row(row_.fields, row_.operator, aggregating=True, relation=row_.relation)
    item = syntax.NamedExpression(node.start, node.end, (), node)
    return _SEVERAL[node.name](state, item, node, row_, set())[0][1]


_LISTS = {
    "make_set": ("groupUniqArray", False),
    "makeset": ("groupUniqArray", False),
    "make_set_if": ("groupUniqArray", True),
    "make_list": ("groupArray", False),
    "makelist": ("groupArray", False),
    "make_list_if": ("groupArray", True),
    "make_list_with_nulls": ("groupArray", False),
}


@aggregate_special(*_LISTS)
def _make_list(state: State, node: syntax.Call, row_: Row) -> Scalar:
    function, conditional = _LISTS[node.name]
    least = 2 if conditional else 1
    given = arguments_of(state, node, row_, least, least + 1)
    value = given[0]
    place = _place(state, row_) if function == "groupArray" else None
    if (
        value.type.kql is _K.DYNAMIC
        and value.type.form in (Form.ARRAY, Form.JSON)
        and node.name != "make_list_with_nulls"
    ):
        rest = given[1:] if conditional else [given[0], *given[1:]]
        return _flattened(node, value, rest, function, place)
    kind = value.type
    element = kind.element if kind.form is Form.SCALAR and kind.element is not None else kind.kql
    plain = to_strict_json(value) if element is _K.DYNAMIC else convert(value, PLAIN[element]) or value
    if node.name == "make_list_with_nulls":
        text = to_strict_json(plain)
        if place is not None:
            pattern = template(IN_ORDER.replace("{0}", "groupArray(({1}, {0}))"))
            return apply(node.name, pattern, array_of(_K.DYNAMIC), text, place, nullable=False)
        return apply(node.name, template("groupArray({0})"), array_of(_K.DYNAMIC), text, nullable=False)
    arguments = [plain]
    if conditional:
        arguments.append(condition_argument(node, given, 1))
    arguments.extend(given[least:])
    if place is not None:
        arguments.append(place)
    result: ValueType = array_of(element)
    return Apply(
        result,
        nullable=False,
        name=node.name,
        sql=collect(function, conditional=conditional, limit_at=least, ordered=place is not None),
        arguments=tuple(arguments),
    )


def _place(state: State, row_: Row) -> Column | None:
    """Return the place of each row where the rows are sorted: a list holds its values in that order."""
    around = row_.around
    if around is None or not around.order or around.windows is None or around.operator != "summarize":
        return None
    for need in around.windows:
        if isinstance(need, WindowNeed) and getattr(need.scalar, "name", "") == "place":
            return need.column
    number = apply("place", template("row_number()"), LONG, nullable=False)
    column = state.column_like(number)
    around.windows.append(WindowNeed(column, number, "", ()))
    return column


# The elements of an array, a plain value by itself, nothing for null.
_ELEMENTS = (
    "arrayMap(_y -> arrayFilter(_x -> _x != 'null', multiIf(_y = '', emptyArrayString(), JSONType(_y) = 'Array', JSONExtractArrayRaw(_y), "
    "[if(isValidJSON(_y), _y, toJSONString(_y))])), [ifNull({0}, '')])[1]"
)


def _flattened(node: syntax.Call, value: Scalar, rest: list[Scalar], function: str, place: Column | None) -> Scalar:
    """`make_set` and `make_list` take arrays apart, one level deep. `rest`: the condition, if there is one, and the most elements."""
    conditional = node.name.endswith("_if")
    element = value.type.element or _K.DYNAMIC
    limit = rest[1].value if len(rest) > 1 and isinstance(rest[1], Constant) else SET_SIZE
    if not isinstance(limit, int) or limit < 1:
        limit = SET_SIZE
    elements = value
    if value.type.form is Form.JSON:
        elements = apply("elements", template(_ELEMENTS), array_of(element), value, nullable=False)
    arguments: tuple[Scalar, ...] = (elements,)
    most = min(limit, SET_SIZE)
    if place is not None:
        condition = (convert(rest[0], BOOL) or Constant(BOOL, value=False),) if conditional else ()
        gathered = "groupArrayIf(({1}, {0}), ifNull({2}, false))" if conditional else "groupArray(({1}, {0}))"
        ordered = f"arraySlice(arrayFlatten({IN_ORDER.replace('{0}', gathered)}), 1, {most})"
        return apply(node.name, template(ordered), array_of(element), elements, place, *condition, nullable=False)
    pattern = f"{function}Array({min(limit, SET_SIZE)})({{0}})"
    if conditional:
        pattern = f"{function}ArrayIf({min(limit, SET_SIZE)})({{0}}, ifNull({{1}}, false))"
        arguments = (elements, convert(rest[0], BOOL) or Constant(BOOL, value=False))
    return apply(node.name, template(pattern), array_of(element), *arguments, nullable=False)


_BAG = (
    "concat(char(123), arrayStringConcat(arrayMap(_p -> concat(toJSONString(_p.1), ':', _p.2), "
    "arrayReverse(arrayFilter((_q, _i) -> _i = 1, arrayReverse(_X), arrayEnumerateUniq(arrayMap(_r -> _r.1, arrayReverse(_X)))))), ','), "
    "char(125))"
)


@aggregate_special("make_bag", "make_bag_if", "make_dictionary")
def _make_bag(state: State, node: syntax.Call, row_: Row) -> Scalar:
    conditional = node.name.endswith("_if")
    given = arguments_of(state, node, row_, 2 if conditional else 1, 3)
    if given[0].type.kql is not _K.DYNAMIC:
        raise wrong_argument(node, 0, "dynamic", given[0])
    bag = convert(given[0], JSON) or given[0]
    gathered = "groupArrayArray(JSONExtractKeysAndValuesRaw({0}))"
    arguments: tuple[Scalar, ...] = (bag,)
    if conditional:
        gathered = "groupArrayArrayIf(JSONExtractKeysAndValuesRaw({0}), ifNull({1}, false))"
        arguments = (bag, condition_argument(node, given, 1))
    return apply(node.name, Template(_BAG.replace("_X", gathered)), JSON, *arguments, nullable=False)


@aggregate_special("percentilew")
def _percentile_weighted(state: State, node: syntax.Call, row_: Row) -> Scalar:
    given = arguments_of(state, node, row_, 3)
    if not isinstance(given[2], Constant):
        raise wrong_argument(node, 2, "a constant number", given[2])
    return weighted_percentile(node, given, given[2])


def weighted_percentile(node: syntax.Call, given: Sequence[Scalar], share: Constant) -> Scalar:
    """Return the value (first argument) below which the share of the weights (second argument) lies."""
    value, weight = number_argument(node, given, 0), number_argument(node, given, 1)
    level = min(max(_level(share), 0.0), 1.0)
    pattern = Template(f"quantileExactWeightedOrNull({level!r})({{0}}, toUInt64(ifNull(greatest({{1}}, 0), 0)))")
    return apply("percentilew", pattern, value.type, value, weight, nullable=True)


@aggregate_special("dcount", "dcountif", "count_distinct", "count_distinctif")
def _distinct_count(state: State, node: syntax.Call, row_: Row) -> Scalar:
    conditional = node.name.endswith("if")
    exact = node.name.startswith("count_distinct")
    least = 2 if conditional else 1
    given = arguments_of(state, node, row_, least, least if exact else least + 1)
    value = given[0]
    if exact and is_dynamic(value.type):
        raise wrong_argument(node, 0, "a plain value", value)
    # '' is a value of its own for strings; the missing value of a dynamic is not counted.
    function = "uniqExact" if exact else "uniqCombined64(17)"
    text = convert(value, STRING) if value.type.kql is _K.DYNAMIC else value
    conditions = []
    if value.type.kql is _K.DYNAMIC:
        conditions.append("notEmpty({0})")
    arguments: tuple[Scalar, ...] = (text or value,)
    if conditional:
        arguments = (*arguments, condition_argument(node, given, 1))
        conditions.append("ifNull({1}, false)")
    if conditions:
        name = function.replace("uniqExact", "uniqExactIf").replace("uniqCombined64(", "uniqCombined64If(")
        return apply(
            node.name,
            template(f"toInt64({name}({{0}}, {' AND '.join(conditions)}))"),
            _LONG,
            *arguments,
            nullable=False,
        )
    return apply(node.name, template(f"toInt64({function}({{0}}))"), _LONG, *arguments, nullable=False)


_LONG = PLAIN[_K.LONG]
