"""Seasons of a series: series_periods_detect, series_periods_validate, series_seasonal, series_decompose; series_outliers.

The score of a period is the autocorrelation at that lag and at twice that lag. The documentation of the functions says what they look for
and not how they score, so the numbers can differ from Microsoft's, and a warning says so. `_x` is the series with 0 for nulls.
"""

from math import isfinite

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, wrong_argument
from huntline.kql.binder.series_functions import numbers_of
from huntline.kql.binder.several import SEVERAL_COLUMNS
from huntline.kql.binder.special.filters import PLAIN_NUMBERS
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply
from huntline.kql.plan import Constant, Scalar
from huntline.kql.sql import template
from huntline.kql.types import KqlType, array_of

_K = KqlType
_REALS = array_of(_K.REAL)
_FOUND = array_of(_K.DYNAMIC)
# The correlations at lags 1, 2 ...; fewer pairs weigh more.
_CORRELATIONS = (
    "arrayMap(_m -> arrayMap(_l -> arraySum(arrayMap((_u, _v) -> _u * _v, arraySlice(_m, 1, toInt64(length(_m)) - _l), "
    "arraySlice(_m, _l + 1))) / greatest(arraySum(_u -> _u * _u, _m), 1e-12) * length(_m) / (length(_m) - _l), "
    "range(1, greatest(toInt64(length(_m)), 1))), [arrayMap(_u -> _u - arrayAvg(_x), _x)])[1]"
)
# A period has at least four points, is a peak that stands out of noise and comes again at twice the lag; its score is the lower of the two.
_PEAK = "(_c[AT] >= NOISE AND _c[AT] >= _c[AT - 1] AND (AT = length(_c) OR _c[AT] >= _c[AT + 1]))"
_SCORES = (
    f"arrayMap(_c -> arrayMap(_l -> if(_l > 3 AND {_PEAK.replace('AT', '_l')} AND {_PEAK.replace('AT', '(2 * _l)')}, "
    f"least(_c[_l], _c[2 * _l]), 0.), range(1, toInt64(intDiv(length(_c), 2)) + 1)), [{_CORRELATIONS}])[1]"
).replace("NOISE", "1.96 / sqrt(length(_c) + 1)")
_PERIODS = (("periods", _K.DYNAMIC), ("scores", _K.DYNAMIC))
SEVERAL_COLUMNS["series_periods_detect"] = _PERIODS
SEVERAL_COLUMNS["series_periods_validate"] = _PERIODS


def _constant_number(node: syntax.Call, given: list[Scalar], position: int) -> float:
    value = given[position].value if isinstance(given[position], Constant) else None  # type: ignore[union-attr]
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        place = node.arguments[position]
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=position + 1)
    return float(value)


@special("series_periods_detect")
def _detect(state: State, node: syntax.Call, row: Row) -> Scalar:
    """series_periods_detect(series, least, most, how many)."""
    given = arguments_of(state, node, row, 4)
    least, most, count = (_constant_number(node, given, i) for i in (1, 2, 3))
    state.warn(Failure("series_numbers", node.start, node.end, name=node.name))
    wanted = max(1, min(int(count), 100))
    pairs = "arrayMap((_v, _l) -> (toFloat64(_l), _v), _r, arrayEnumerate(_r))"
    chosen = f"arrayFilter(_t -> _t.2 > 0 AND _t.1 BETWEEN {least!r} AND {most!r}, {pairs})"
    best = f"arrayResize(arraySort(_t -> -_t.2, {chosen}), {wanted}, (0., 0.))"
    text = (
        f"arrayMap(_x -> arrayMap(_r -> arrayMap(_b -> [toJSONString(arrayMap(_t -> _t.1, _b)), toJSONString(arrayMap(_t -> _t.2, _b))], "
        f"[{best}])[1], [{_SCORES}])[1], [{PLAIN_NUMBERS}])[1]"
    )
    return apply(node.name, template(text), _FOUND, numbers_of(node, given, 0), nullable=False)


@special("series_periods_validate")
def _validate(state: State, node: syntax.Call, row: Row) -> Scalar:
    """series_periods_validate(series, period ...): the score of each period."""
    given = arguments_of(state, node, row, 2, 17)
    periods = [_constant_number(node, given, i) for i in range(1, len(given))]
    state.warn(Failure("series_numbers", node.start, node.end, name=node.name))
    listed = ", ".join(f"toFloat64({period!r})" for period in periods)
    score = "if(_p >= 1 AND _p <= length(_r), _r[toUInt64(round(_p))], 0.)"
    text = (
        f"arrayMap(_x -> arrayMap(_r -> [toJSONString([{listed}]), toJSONString(arrayMap(_p -> {score}, [{listed}]))], "
        f"[{_SCORES}])[1], [{PLAIN_NUMBERS}])[1]"
    )
    return apply(node.name, template(text), _FOUND, numbers_of(node, given, 0), nullable=False)


def _period(season: float, threshold: float) -> str:
    """Return the SQL of the period: the one that is given, or the best that reaches the threshold; 0 for none."""
    if season != -1:
        return str(int(season)) if season > 0 else "0"
    found = f"if(empty(_r) OR arrayMax(_r) < {threshold!r}, 0, toInt64(indexOf(_r, arrayMax(_r))))"
    return f"arrayMap(_r -> {found}, [{_SCORES}])[1]"


# The median of the places that are whole periods apart, learnt from `_h`, the part of the series that counts.
_SEASON = (
    "if(_p < 1, arrayMap(_u -> 0., _x), arrayMap(_d -> arrayMap(_i -> _d[(_i - 1) % _p + 1], arrayEnumerate(_x)), "
    "[arrayMap(_k -> ifNull(arrayReduce('quantileExactInclusiveOrNull(0.5)', arrayFilter((_u, _j) -> (_j - 1) % _p = _k, _h, "
    "arrayEnumerate(_h))), 0.), range(toUInt64(_p)))])[1])"
)


@special("series_seasonal")
def _seasonal(state: State, node: syntax.Call, row: Row) -> Scalar:
    """series_seasonal(series, period): medians over the periods; no season gives zeros."""
    given = arguments_of(state, node, row, 1, 2)
    season = _constant_number(node, given, 1) if len(given) > 1 else -1.0
    text = f"arrayMap(_x -> arrayMap((_p, _h) -> {_SEASON}, [{_period(season, 0.7)}], [_x])[1], [{PLAIN_NUMBERS}])[1]"
    return apply(node.name, template(text), _REALS, numbers_of(node, given, 0), nullable=False)


_PARTS = tuple((name, _K.DYNAMIC) for name in ("baseline", "seasonal", "trend", "residual"))
SEVERAL_COLUMNS["series_decompose"] = _PARTS
SEVERAL_COLUMNS["series_decompose_forecast"] = _PARTS
# `_q`: the learnt part without its season.
_LINE = "arrayReduce('simpleLinearRegression', arrayMap(_k -> toFloat64(_k), arrayEnumerate(_q)), _q)"
_TRENDS = {
    "avg": "arrayMap(_u -> arrayAvg(_q), _x)",
    "none": "arrayMap(_u -> 0., _x)",
    "linefit": f"arrayMap(_z -> arrayMap(_i -> _z.1 * _i + _z.2, arrayEnumerate(_x)), [{_LINE}])[1]",
}


@special("series_decompose", "series_decompose_forecast")
def _decompose(state: State, node: syntax.Call, row: Row) -> Scalar:
    """series_decompose(series, season, trend, points, threshold); in the forecast the points come second."""
    given = arguments_of(state, node, row, 2 if node.name == "series_decompose_forecast" else 1, 5)
    places = (2, 3, 1, 4) if node.name == "series_decompose_forecast" else (1, 2, 3, 4)
    at = dict(zip(("season", "trend", "points", "threshold"), places, strict=True))
    season = _constant_number(node, given, at["season"]) if at["season"] < len(given) else -1.0
    points = _constant_number(node, given, at["points"]) if at["points"] < len(given) else 0.0
    threshold = _constant_number(node, given, at["threshold"]) if at["threshold"] < len(given) else 0.6
    word = given[at["trend"]] if at["trend"] < len(given) else None
    trend = "avg" if word is None else str(word.value) if isinstance(word, Constant) else ""
    if trend not in _TRENDS:
        raise wrong_argument(node, at["trend"], "one of 'avg', 'linefit', 'none'", given[at["trend"]])
    state.warn(Failure("series_numbers", node.start, node.end, name=node.name))
    learnt = f"arraySlice(_x, 1, greatest(toInt64(length(_x)) - {int(max(points, 0))}, 0))"
    # The period is looked for in the part that is learnt from.
    period = f"arrayMap(_x -> {_period(season, threshold)}, [{learnt}])[1]"
    text = (
        "arrayMap(_x -> arrayMap((_p, _h) -> arrayMap(_s -> arrayMap(_q -> arrayMap(_t -> arrayMap(_b -> "
        "[toJSONString(_b), toJSONString(_s), toJSONString(_t), toJSONString(arrayMap((_u, _v) -> _u - _v, _x, _b))], "
        "[arrayMap((_u, _v) -> _u + _v, _s, _t)])[1], "
        f"[{_TRENDS[trend]}])[1], [arrayMap((_u, _v) -> _u - _v, _h, arrayResize(_s, length(_h)))])[1], "
        f"[{_SEASON}])[1], [{period}], [{learnt}])[1], [{PLAIN_NUMBERS}])[1]"
    )
    return apply(node.name, template(text), _FOUND, numbers_of(node, given, 0), nullable=False)


@special("series_outliers")
def _outliers(state: State, node: syntax.Call, row: Row) -> Scalar:
    """series_outliers(series, kind, ignored, low percentile, high percentile): Tukey's fences, how far out in widths between them."""
    given = arguments_of(state, node, row, 1, 5)
    kind = given[1].value if len(given) > 1 and isinstance(given[1], Constant) else "ctukey"
    if kind not in ("tukey", "ctukey"):
        raise wrong_argument(node, 1, "'tukey' or 'ctukey'", given[1])
    low = _constant_number(node, given, 3) if len(given) > 3 and kind == "ctukey" else 10.0
    high = _constant_number(node, given, 4) if len(given) > 4 and kind == "ctukey" else 90.0
    if kind == "tukey":
        low, high = 25.0, 75.0
    state.warn(Failure("series_numbers", node.start, node.end, name=node.name))
    ignored = given[2].value if len(given) > 2 and isinstance(given[2], Constant) else None
    shown = "{0}"
    if isinstance(ignored, int | float) and not isinstance(ignored, bool):
        shown = f"arrayMap(_e -> if(_e = toFloat64({float(ignored)!r}), NULL, _e), {{0}})"
    present = "arrayMap(_e -> assumeNotNull(_e), arrayFilter(_e -> isNotNull(_e), _s))"
    bounds = ", ".join(
        f"[arrayReduce('quantileExactInclusiveOrNull({min(max(share, 2.0), 98.0) / 100!r})', {present})]"
        for share in (low, high)
    )
    score = "multiIf(isNull(_e) OR isNull(_l) OR _l = _h, 0., _e > _h, (_e - _h) / (_h - _l), _e < _l, (_e - _l) / (_h - _l), 0.)"
    text = (
        f"arrayMap(_s -> arrayMap((_l, _h) -> arrayMap(_e -> assumeNotNull({score}), _s), {bounds})[1], [{shown}])[1]"
    )
    return apply(node.name, template(text), _REALS, numbers_of(node, given, 0), nullable=False)
