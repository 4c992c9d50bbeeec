"""Curves through a series: series_fit_2lines, series_fit_poly. Variances are those of a sample, as in series_fit_line.

A series with a null, or with too few points, gives nulls. `_s` is the series without nulls.
"""

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of
from huntline.kql.binder.series_functions import numbers_of
from huntline.kql.binder.several import SEVERAL_COLUMNS
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply
from huntline.kql.plan import Constant, Scalar
from huntline.kql.sql import template
from huntline.kql.types import JSON, KqlType, array_of

_K = KqlType
_FOUND = array_of(_K.DYNAMIC)
_PRESENT = "arrayMap(_e -> assumeNotNull(_e), {0})"
_SPREAD = "arrayReduce('varSampStable', {v})"


def _line(part: str) -> str:
    """Return the SQL of (slope, height at 0, squares of what is left, number of points) of a part, with x = 1, 2 ..."""
    slope = "arrayReduce('covarSampStable', _x, _v) / arrayReduce('varSampStable', _x)"
    return (
        "arrayMap((_v, _x) -> arrayMap(_k -> arrayMap(_d -> (_k, _d, arraySum((_u, _i) -> pow(_u - _d - _k * _i, 2), _v, _x), length(_v)), "
        f"[arrayAvg(_v) - _k * arrayAvg(_x)])[1], [{slope}])[1], "
        f"[{part}], [arrayMap(_i -> toFloat64(_i), range(1, length({part}) + 1))])[1]"
    )


_LEFT, _RIGHT = "arraySlice(_s, 1, _n)", "arraySlice(_s, _n + 1)"
_SPLITS = "range(2, toInt64(length(_s)) - 1)"
_LOSSES = f"arrayMap(_n -> {_line(_LEFT)}.3 + {_line(_RIGHT)}.3, {_SPLITS})"
_TOTAL = "((_l.3 + _r.3) / (length(_s) - 1))"


def _side(side: str, line: str, part: str) -> dict[str, tuple[KqlType, str]]:
    spread, residual = _SPREAD.replace("{v}", part), f"({line}.3 / ({line}.4 - 1))"
    return {
        f"{side}_rsquare": (_K.REAL, f"1 - {residual} / {spread}"),
        f"{side}_slope": (_K.REAL, f"{line}.1"),
        f"{side}_interception": (_K.REAL, f"{line}.2"),
        f"{side}_variance": (_K.REAL, spread),
        f"{side}_rvariance": (_K.REAL, residual),
    }


_TWO_LINES: dict[str, tuple[KqlType, str]] = {
    "rsquare": (_K.REAL, f"1 - {_TOTAL} / {_SPREAD.replace('{v}', '_s')}"),
    "split_idx": (_K.LONG, "_n"),
    "variance": (_K.REAL, _SPREAD.replace("{v}", "_s")),
    "rvariance": (_K.REAL, _TOTAL),
    "line_fit": (
        _K.DYNAMIC,
        "arrayMap(_i -> if(_i <= _n, _l.2 + _l.1 * _i, _r.2 + _r.1 * (_i - _n)), arrayEnumerate(_s))",
    ),
    **_side("right", "_r", _RIGHT),
    **_side("left", "_l", _LEFT),
}
_TWO_COLUMNS = tuple((name, kind) for name, (kind, _) in _TWO_LINES.items())
SEVERAL_COLUMNS["series_fit_2lines"] = _TWO_COLUMNS
_FITS = "(length({0}) > 3 AND NOT has({0}, NULL))"
# The split with the least squares left; the index is that of the first point on the right side.
_BOTH = (
    f"arrayMap(_s -> arrayMap(_n -> arrayMap((_l, _r) -> WHOLE, [{_line(_LEFT)}], [{_line(_RIGHT)}])[1], "
    f"[arrayMap(_o -> toInt64(indexOf(_o, arrayMin(_o))) + 1, [{_LOSSES}])[1]])[1], [if({_FITS}, {_PRESENT}, [1., 2., 2., 1.])])[1]"
)


def _object(members: list[str]) -> str:
    return "concat(char(123), " + ", ',', ".join(members) + ", char(125))"


@special("series_fit_2lines", "series_fit_2lines_dynamic")
def _fit_two_lines(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Two straight lines, one up to a point and one from it on, that leave the least of the series."""
    series = numbers_of(node, arguments_of(state, node, row, 1), 0)
    if node.name == "series_fit_2lines":
        values = ", ".join(f"toJSONString({sql})" for _, sql in _TWO_LINES.values())
        text = f"if({_FITS}, {_BOTH.replace('WHOLE', f'[{values}]')}, arrayWithConstant({len(_TWO_LINES)}, 'null'))"
        return apply(node.name, template(text), _FOUND, series, nullable=False)
    members = {**_TWO_LINES}
    parts = [f"'\"{name}\":', toJSONString({sql})" for name, (_, sql) in members.items() if "_" not in name]
    parts += [f"'\"{name}\":', toJSONString({members[name][1]})" for name in ("split_idx", "line_fit")]
    for side in ("right", "left"):
        inner = [
            f"'\"{name.removeprefix(side + '_')}\":', toJSONString({sql})"
            for name, (_, sql) in members.items()
            if name.startswith(side)
        ]
        parts.append(f"'\"{side}\":', {_object(inner)}")
    text = f"if({_FITS}, {_BOTH.replace('WHOLE', _object(parts))}, '')"
    return apply(node.name, template(text), JSON, series, nullable=False)


_POLYNOMIAL = (
    ("rsquare", _K.REAL),
    ("coefficients", _K.DYNAMIC),
    ("variance", _K.REAL),
    ("rvariance", _K.REAL),
    ("poly_fit", _K.DYNAMIC),
)
SEVERAL_COLUMNS["series_fit_poly"] = _POLYNOMIAL
# Powers of x made orthogonal one after the other: `_q.1` their values, `_q.2` their coefficients from the lowest power on.
_NEXT = (
    "if(empty(_q.1), arrayMap(_e -> 1., _x), arrayMap((_e, _p) -> _e * _p, _x, _q.1[-1]))",
    "if(empty(_q.2), [1.], arrayPushFront(_q.2[-1], 0.))",
)
_BASE = (
    "arrayFold((_q, _i) -> arrayMap((_v, _c) -> arrayMap(_h -> arrayMap((_w, _d) -> arrayMap(_z -> "
    "(arrayPushBack(_q.1, arrayMap(_e -> _e / _z, _w)), arrayPushBack(_q.2, arrayMap(_e -> _e / _z, _d))), "
    "[greatest(sqrt(arrayDotProduct(_w, _w)), 1e-300)])[1], "
    "[arrayMap((_e, _j) -> _e - arraySum((_t, _p) -> _t * _p[_j], _h, _q.1), _v, arrayEnumerate(_v))], "
    "[arrayMap((_e, _j) -> _e - arraySum((_t, _p) -> if(_j <= length(_p), _t * _p[_j], 0.), _h, _q.2), _c, arrayEnumerate(_c))])[1], "
    f"[arrayMap(_p -> arrayDotProduct(_v, _p), _q.1)])[1], [{_NEXT[0]}], [{_NEXT[1]}])[1], range(DEGREE), "
    "(CAST([], 'Array(Array(Float64))'), CAST([], 'Array(Array(Float64))')))"
)
_FITTED = (
    "arrayMap((_s, _x) -> arrayMap(_b -> arrayMap(_h -> arrayMap((_f, _c) -> arrayMap(_e -> ["
    f"toJSONString(1 - _e / {_SPREAD.replace('{v}', '_s')}), toJSONString(arrayReverse(_c)), toJSONString({_SPREAD.replace('{v}', '_s')}), "
    "toJSONString(_e), toJSONString(_f)], [arraySum((_u, _v) -> pow(_u - _v, 2), _s, _f) / (length(_s) - 1)])[1], "
    "[arrayMap(_j -> arraySum((_t, _p) -> _t * _p[_j], _h, _b.1), arrayEnumerate(_s))], "
    "[arrayMap(_j -> arraySum((_t, _p) -> if(_j <= length(_p), _t * _p[_j], 0.), _h, _b.2), range(1, DEGREE + 1))])[1], "
    f"[arrayMap(_p -> arrayDotProduct(_s, _p), _b.1)])[1], [{_BASE}])[1], [YS], [XS])[1]"
)


@special("series_fit_poly")
def _fit_polynomial(state: State, node: syntax.Call, row: Row) -> Scalar:
    """series_fit_poly(y, x, degree): without x the places 1, 2 ..., without a degree a straight line."""
    given = arguments_of(state, node, row, 1, 3)
    ys = numbers_of(node, given, 0)
    xs = numbers_of(node, given, 1) if len(given) > 1 else ys
    degree = 1
    if len(given) > 2:
        value = given[2].value if isinstance(given[2], Constant) else None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _HIGHEST:
            place = node.arguments[2]
            reason = f"it must be a whole number from 1 to {_HIGHEST}"
            raise Failure("argument_value", place.start, place.end, name=node.name, position=3, reason=reason)
        degree = value
    fits = f"(length({{0}}) > {degree} AND length({{0}}) = length({{1}}) AND NOT has({{0}}, NULL) AND NOT has({{1}}, NULL))"
    places = _PRESENT.replace("{0}", "{1}") if len(given) > 1 else "arrayMap(_e -> toFloat64(_e), arrayEnumerate({0}))"
    stand_in = "arrayMap(_e -> toFloat64(_e), range(1, DEGREE + 2))"
    text = _FITTED.replace("YS", f"if(FITS, {_PRESENT}, {stand_in})").replace("XS", f"if(FITS, {places}, {stand_in})")
    text = f"if(FITS, {text}, arrayWithConstant({len(_POLYNOMIAL)}, 'null'))"
    text = text.replace("FITS", fits).replace("DEGREE", str(degree + 1))
    return apply(node.name, template(text), _FOUND, ys, xs, nullable=False)


_HIGHEST = 20
