"""make-series and the functions over series."""

from collections.abc import Sequence
from dataclasses import replace

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, wrong_argument
from huntline.kql.binder.naming import NameMaker, aggregate_name, implied_name
from huntline.kql.binder.operators import aggregated, named_scalars, operator, row_of
from huntline.kql.binder.packing import as_array
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.several import SEVERAL_COLUMNS
from huntline.kql.binder.state import Relation, Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.functions.operators import bin_of, logical
from huntline.kql.plan import (
    Aggregate,
    Apply,
    Column,
    Constant,
    Extend,
    Filter,
    Limit,
    Plan,
    Scalar,
    ScalarQuery,
)
from huntline.kql.sql import Sql, fill, template
from huntline.kql.types import BOOL, LONG, PLAIN, REAL, TIMESPAN, Form, KqlType, array_of

_K = KqlType
_TICKS = template("reinterpret({0}, 'Int64')")


@operator(syntax.MakeSeries)
def _make_series(state: State, relation: Relation, node: syntax.MakeSeries) -> Relation:
    row = row_of(relation, "make-series")
    axis = bind_scalar(state, node.axis.expression, row)
    if axis.type.kql not in (_K.DATETIME, _K.TIMESPAN, _K.LONG, _K.INT, _K.REAL):
        raise Failure("condition_type", node.axis.start, node.axis.end, operator="make-series", found=axis.type.kql)
    _check_kind(node)
    if relation.partition is not None and (node.low is None or node.high is None):
        # Bounds out of the data would be those of all subtables together.
        raise Failure("series_bounds", node.start, node.end)
    step, low, high = _bounds(state, relation, node, axis)
    place = state.column(LONG, nullable=True)
    index = apply(
        "index", template("toInt64(floor(({0} - {1}) / {2}))"), LONG, _number(axis), _number(low), _number(step)
    )
    numbered: Plan = Extend(relation.plan, ((place, index),))
    count = "toInt64(floor(({1} - {0}) / {2}) + 1)" if node.inclusive else "toInt64(ceil(({1} - {0}) / {2}))"
    total = apply("points", template(count), LONG, _number(low), _number(high), _number(step))
    within = [
        apply(">=", template("({0} >= 0)"), BOOL, place),
        apply("<", template("({0} < {1})"), BOOL, place, total),
    ]
    numbered = Filter(numbered, logical("and", within))
    keys = named_scalars(state, node.keys, row, NameMaker())
    points = Relation(numbered, relation.fields, None, relation.partition)
    key_columns = [(state.column_like(scalar), scalar) for _, scalar in keys]
    at = state.column_like(place)
    inner_fields = {f"$key{i}": column for i, (column, _) in enumerate(key_columns)}
    values: list[tuple[str, Column, Scalar]] = []
    aggregates: list[tuple[Column, Scalar]] = []
    aggregating = row_of(points, "make-series", aggregating=True)
    for position, (item, default) in enumerate(node.aggregates):
        value = bind_scalar(state, item.expression, aggregating)
        wanted = item.names[0] if item.names else aggregate_name(item.expression) or f"Column{position + 1}"
        column = state.column_like(value)
        aggregates.append((column, value))
        filler = Constant(value.type, 0) if default is None else bind_scalar(state, default, Row({}, "make-series"))
        values.append((wanted, column, convert(filler, value.type) or filler))
    inner = aggregated(
        state, points, points.plan, keys=[*key_columns, (at, place)], aggregates=aggregates, fields=inner_fields
    )
    found = _gathered(
        state,
        node,
        inner,
        names=[name for name, _ in keys],
        keys=[column for column, _ in key_columns],
        at=at,
        values=values,
        shape=(low, step, total, axis),
    )
    if node.keys or node.options or relation.partition is not None:
        return found
    return replace(found, plan=Filter(found.plan, _any_row(state, relation)))


def _check_kind(node: syntax.MakeSeries) -> None:
    for item in node.options:
        if item.name != "kind" or item.value != "nonempty":
            raise Failure(
                "bad_option", item.start, item.end, operator="make-series", value=item.value, option=item.name
            )


def _any_row(state: State, relation: Relation) -> Scalar:
    """Return whether there is a row at all: without one there is no series either, unless `kind=nonempty` asks for it."""
    count = state.column(LONG, nullable=False)
    number = apply("count", template("toInt64(count())"), LONG, nullable=False)
    plan = Aggregate(Limit(relation.plan, 1), (), ((count, number),))
    rows = ScalarQuery(LONG, nullable=True, plan=plan, column=count)
    return apply("any", template("({0} > 0)"), BOOL, rows, nullable=False)


def _bounds(state: State, relation: Relation, node: syntax.MakeSeries, axis: Scalar) -> tuple[Scalar, Scalar, Scalar]:
    """Return step, first point and end of a series; what is not written comes from the data."""
    row = Row({}, "make-series")
    step = bind_scalar(state, node.step, row)
    if axis.type.kql in (_K.DATETIME, _K.TIMESPAN):
        step = convert(step, TIMESPAN) or step
    low = bind_scalar(state, node.low, row) if node.low is not None else None
    high = bind_scalar(state, node.high, row) if node.high is not None else None
    if low is not None and node.inclusive:
        low = bin_of(low, step) or low
    if low is None:
        low = bin_of(_extreme(state, relation, axis, "min"), step)
    if high is None:
        # The end is exclusive: one past the greatest value.
        last = _extreme(state, relation, axis, "max")
        if axis.type.kql is _K.DATETIME:
            past = "reinterpret(reinterpret({0}, 'Int64') + 1, 'DateTime64(7, \\'UTC\\')')"
            high = apply("past", template(past), last.type, last)
        else:
            high = apply("past", template("({0} + 1)"), last.type, last)
    if low is None:
        raise Failure(
            "operator_types", node.start, node.end, operator="make-series", left=axis.type.kql, right=step.type.kql
        )
    return step, low, high


def _extreme(state: State, relation: Relation, axis: Scalar, name: str) -> Scalar:
    column = state.column(axis.type, nullable=True)
    value = apply(name, template(f"{name}OrNull({{0}})"), axis.type, axis, nullable=True)
    return ScalarQuery(axis.type, nullable=True, plan=Aggregate(relation.plan, (), ((column, value),)), column=column)


def _number(value: Scalar) -> Scalar:
    """Return a place on the axis as a number: ticks for times."""
    return apply("ticks", _TICKS, LONG, value) if value.type.kql is _K.DATETIME else value


def _gathered(
    state: State,
    node: syntax.MakeSeries,
    inner: Relation,
    *,
    names: list[str],
    keys: list[Column],
    at: Column,
    values: list[tuple[str, Column, Scalar]],
    shape: tuple[Scalar, Scalar, Scalar, Scalar],
) -> Relation:
    """Put the points of each key into arrays, with the default where there is no point."""
    low, step, total, axis = shape
    outer_keys = [(state.column_like(column), column) for column in keys]
    places = state.column(array_of(_K.LONG), nullable=False)
    gathered: list[tuple[Column, Scalar]] = [
        (places, apply("places", template("groupArray({0})"), places.type, at, nullable=False))
    ]
    arrays: list[tuple[str, Column, Scalar]] = []
    for name, column, default in values:
        shape_of = array_of(column.type.kql)
        whole = state.column(shape_of, nullable=False)
        # In a tuple a NULL point keeps its place; groupArray alone would leave it out.
        pattern = template("arrayMap(_t -> _t.1, groupArray(tuple({0})))")
        gathered.append((whole, apply("points", pattern, shape_of, column, nullable=False)))
        arrays.append((name, whole, default))
    maker = NameMaker()
    fields = {maker.unique(name): column for name, (column, _) in zip(names, outer_keys, strict=True)}
    grouped = aggregated(state, inner, inner.plan, keys=list(outer_keys), aggregates=gathered, fields=fields)
    definitions: list[tuple[Column, Scalar]] = []
    for name, whole, default in arrays:
        pattern = template("arrayMap(_i -> if(indexOf({0}, _i) = 0, {2}, {1}[indexOf({0}, _i)]), range(toInt64({3})))")
        spread = apply("series", pattern, whole.type, places, whole, default, total, nullable=False)
        fields[maker.unique(name)] = column = state.column_like(spread)
        definitions.append((column, spread))
    label = node.axis.names[0] if node.axis.names else implied_name(node.axis.expression) or "Axis"
    points = "({0} + _i * {1})"
    kind = axis.type.kql
    if kind is _K.DATETIME:
        points = "reinterpret(reinterpret({0}, 'Int64') + _i * {1}, 'DateTime64(7, \\'UTC\\')')"
    line = apply(
        "axis",
        template(f"arrayMap(_i -> {points}, range(toInt64({{2}})))"),
        array_of(kind),
        low,
        step,
        total,
        nullable=False,
    )
    fields[maker.unique(label)] = column = state.column_like(line)
    definitions.append((column, line))
    return Relation(Extend(grouped.plan, tuple(definitions)), fields, None, grouped.partition)


# Series functions


def _series(node: syntax.Call, value: Scalar, position: int) -> Scalar:
    """Return an array of reals."""
    if value.type.form is Form.ARRAY and value.type.element in (_K.INT, _K.LONG, _K.REAL):
        return apply(
            "series",
            template("arrayMap(_e -> ifNull(toFloat64(_e), 0.), {0})"),
            array_of(_K.REAL),
            value,
            nullable=False,
        )
    array = as_array(value, _K.DYNAMIC)
    if array is None:
        raise wrong_argument(node, position, "dynamic", value)
    return apply(
        "series", template("arrayMap(_e -> JSONExtract(_e, 'Float64'), {0})"), array_of(_K.REAL), array, nullable=False
    )


_DECOMPOSED = (
    "arrayMap((_s, _t, _p) -> arrayMap(_b -> arrayMap((_r, _lo, _hi) -> arrayMap(_z -> "
    "[toJSONString(arrayMap(_x -> toInt8(multiIf(_x >= {1}, 1, _x <= -{1}, -1, 0)), _z)), toJSONString(_z), toJSONString(_b)], "
    "[arrayMap(_x -> if(_hi = _lo, 0., multiIf(_x > _hi, (_x - _hi) / (_hi - _lo), _x < _lo, (_x - _lo) / (_hi - _lo), 0.)), _r)])[1], "
    "[arrayMap((_x, _y) -> _x - _y, _s, _b)], "
    "[arrayReduce('quantileExactInclusive(0.1)', arrayMap((_x, _y) -> _x - _y, _s, _b))], "
    "[arrayReduce('quantileExactInclusive(0.9)', arrayMap((_x, _y) -> _x - _y, _s, _b))])[1], "
    "[arrayMap((_v, _i) -> _v + if(_p < 2, 0., arrayAvg(arrayFilter((_d, _j) -> (_j + toInt64(length(_s)) * _p - _i) % _p = 0, "
    "arrayMap((_x, _y) -> _x - _y, _s, _t), arrayEnumerate(_s)))), _t, arrayEnumerate(_t))])[1], "
    "[{0}], [TREND], [PERIOD])[1]"
)
_TRENDS = {
    "avg": "arrayMap(_x -> arrayAvg({0}), {0})",
    "none": "arrayMap(_x -> 0., {0})",
    "linefit": "arrayMap(_i -> "
    "tupleElement(arrayReduce('simpleLinearRegression', arrayMap(_k -> toFloat64(_k), arrayEnumerate({0})), {0}), 1) "
    "* _i + tupleElement(arrayReduce('simpleLinearRegression', arrayMap(_k -> toFloat64(_k), arrayEnumerate({0})), {0}), 2), "
    "arrayEnumerate({0}))",
}
# The season is the lag from 2 to half the series with the highest autocorrelation, where that reaches 0.6.
_DETECTED = (
    "arrayMap(_c -> if(empty(_c) OR arrayMax(_c) < 0.6, 0, toInt64(indexOf(_c, arrayMax(_c))) + 1), "
    "[arrayMap(_m -> arrayMap(_l -> arraySum(arrayMap((_x, _y) -> _x * _y, arraySlice(_m, 1, toInt64(length(_m)) - _l), "
    "arraySlice(_m, _l + 1))) / greatest(arraySum(_x -> _x * _x, _m), 1e-12) * length(_m) / (length(_m) - _l), "
    "range(2, toInt64(intDiv(length(_m), 2)) + 1)), [arrayMap(_x -> _x - arrayAvg({0}), {0})])[1]])[1]"
)


SEVERAL_COLUMNS["series_decompose_anomalies"] = tuple(
    (name, _K.DYNAMIC) for name in ("ad_flag", "ad_score", "baseline")
)


@special("series_decompose_anomalies")
def _decompose_anomalies(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Flags, scores and baseline, as documented: trend and season taken off, Tukey's fence between the 10th and 90th percentile."""
    given = arguments_of(state, node, row, 1, 7)
    constants = [value.value if isinstance(value, Constant) else None for value in given]
    threshold = constants[1] if len(given) > 1 else 1.5
    season = constants[2] if len(given) > 2 else -1
    trend = constants[3] if len(given) > 3 else "avg"
    for position, value in enumerate((threshold, season, trend), 1):
        fits = value in _TRENDS if position == 3 else isinstance(value, int | float) and not isinstance(value, bool)
        if not fits:
            place = node.arguments[position]
            raise Failure("argument_constant", place.start, place.end, name=node.name, position=position + 1)
    if len(given) > 4 and any(value not in (0, "ctukey", 0.6) for value in constants[4:]):
        raise Failure(
            "not_supported",
            node.start,
            node.end,
            what="series_decompose_anomalies() with test points or another method",
        )
    state.warn(Failure("series_numbers", node.start, node.end, name=node.name))
    period = _DETECTED if season == -1 else str(int(season)) if isinstance(season, int) else "0"
    text = _DECOMPOSED.replace("TREND", _TRENDS[str(trend)]).replace("PERIOD", period)

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        return fill(text, sql[0], sql[1])

    fence = convert(Constant(REAL, float(str(threshold))), PLAIN[_K.REAL]) or given[0]
    return Apply(
        array_of(_K.DYNAMIC), nullable=False, name=node.name, sql=build, arguments=(_series(node, given[0], 0), fence)
    )
