"""Functions over series: arrays of numbers, element by element or as a whole.

An element that is no number is null; series of different lengths are as long as the longest, with nulls at its end.
"""

from collections.abc import Sequence

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, wrong_argument
from huntline.kql.binder.packing import as_array
from huntline.kql.binder.several import SEVERAL_COLUMNS
from huntline.kql.binder.state import Row, State
from huntline.kql.functions.conversions import apply
from huntline.kql.plan import Apply, Scalar
from huntline.kql.sql import template
from huntline.kql.types import JSON, NUMBERS, REAL, Form, KqlType, array_of

_K = KqlType
_REALS = array_of(_K.REAL)


def numbers_of(node: syntax.Call, given: Sequence[Scalar], position: int) -> Scalar:
    """Return an argument as an array of reals, null where an element is no number."""
    value = given[position]
    if value.type.form is Form.ARRAY and value.type.element in NUMBERS:
        return apply(
            "series", template("arrayMap(_e -> toNullable(toFloat64(_e)), {0})"), _REALS, value, nullable=False
        )
    array = as_array(value, _K.DYNAMIC) if value.type.kql is _K.DYNAMIC else None
    if array is None:
        raise wrong_argument(node, position, "dynamic", value)
    return apply(
        "series", template("arrayMap(_e -> JSONExtract(_e, 'Nullable(Float64)'), {0})"), _REALS, array, nullable=False
    )


_EACH = {
    "series_abs": "abs(_e)",
    "series_acos": "acos(_e)",
    "series_asin": "asin(_e)",
    "series_atan": "atan(_e)",
    "series_ceiling": "ceil(_e)",
    "series_cos": "cos(_e)",
    "series_exp": "exp(_e)",
    "series_floor": "floor(_e)",
    "series_log": "log(_e)",
    "series_sign": "toFloat64(sign(_e))",
    "series_sin": "sin(_e)",
    "series_tan": "tan(_e)",
}


@special(*_EACH)
def _each(state: State, node: syntax.Call, row: Row) -> Scalar:
    series = numbers_of(node, arguments_of(state, node, row, 1), 0)
    return apply(node.name, template(f"arrayMap(_e -> {_EACH[node.name]}, {{0}})"), _REALS, series, nullable=False)


_PAIRS = {
    "series_add": ("_a + _b", _K.REAL),
    "series_divide": ("_a / _b", _K.REAL),
    "series_equals": ("_a = _b", _K.BOOL),
    "series_greater": ("_a > _b", _K.BOOL),
    "series_greater_equals": ("_a >= _b", _K.BOOL),
    "series_less": ("_a < _b", _K.BOOL),
    "series_less_equals": ("_a <= _b", _K.BOOL),
    "series_multiply": ("_a * _b", _K.REAL),
    "series_not_equals": ("_a != _b", _K.BOOL),
    "series_pow": ("pow(_a, _b)", _K.REAL),
    "series_subtract": ("_a - _b", _K.REAL),
}
_LONGEST = "arrayResize({0}, greatest(length({0}), length({1})), NULL)"
_OTHER = "arrayResize({1}, greatest(length({0}), length({1})), NULL)"


def _pair(node: syntax.Call, given: Sequence[Scalar]) -> tuple[Scalar, Scalar]:
    """Return two series; a plain number stands for a series of it that is as long as the other."""
    for number, other in ((0, 1), (1, 0)):
        if given[number].type.kql in NUMBERS:
            series = numbers_of(node, given, other)
            repeated = template("arrayMap(_e -> toNullable(toFloat64({0})), {1})")
            constant = apply("series", repeated, _REALS, given[number], series, nullable=False)
            return (constant, series) if number == 0 else (series, constant)
    return numbers_of(node, given, 0), numbers_of(node, given, 1)


@special(*_PAIRS)
def _pairwise(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2)
    expression, element = _PAIRS[node.name]
    pattern = template(f"arrayMap((_a, _b) -> {expression}, {_LONGEST}, {_OTHER})")
    return apply(node.name, pattern, array_of(element), *_pair(node, given), nullable=False)


# What becomes of a whole series. `_s` is the series without its nulls.
_WHOLE = {
    "series_sum": "arraySum(_s)",
    "series_product": "arrayProduct(_s)",
    "series_magnitude": "sqrt(arraySum(_x -> _x * _x, _s))",
}
_PRESENT = "arrayMap(_x -> assumeNotNull(_x), arrayFilter(_x -> isNotNull(_x), {0}))"


@special(*_WHOLE)
def _whole(state: State, node: syntax.Call, row: Row) -> Scalar:
    series = numbers_of(node, arguments_of(state, node, row, 1), 0)
    pattern = template(f"arrayMap(_s -> {_WHOLE[node.name]}, [{_PRESENT}])[1]")
    return apply(node.name, pattern, REAL, series, nullable=False)


# Two series that must be of one length, without nulls: else null.
_TOGETHER = {
    "series_dot_product": "arrayDotProduct(_s, _t)",
    "series_cosine_similarity": "arrayDotProduct(_s, _t) / (sqrt(arrayDotProduct(_s, _s)) * sqrt(arrayDotProduct(_t, _t)))",
    "series_pearson_correlation": "arrayReduce('corrStable', _s, _t)",
}


@special(*_TOGETHER)
def _together(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2)
    fits = "length({0}) = length({1}) AND NOT has({0}, NULL) AND NOT has({1}, NULL) AND notEmpty({0})"
    held = [f"[if({fits}, {_PRESENT.replace('{0}', hole)}, [1.])]" for hole in ("{0}", "{1}")]
    pattern = template(f"if({fits}, arrayMap((_s, _t) -> {_TOGETHER[node.name]}, {', '.join(held)})[1], NULL)")
    return apply(node.name, pattern, REAL, *_pair(node, given), nullable=True)


# Functions of several columns: the name of each, its type, and its JSON. `_s` is the series without its nulls.
_FIRST = "toInt64(indexOf({0}, %s(_s))) - 1"
_STATS: dict[str, tuple[KqlType, str]] = {
    "min": (_K.REAL, "arrayMin(_s)"),
    "min_idx": (_K.LONG, _FIRST % "arrayMin"),
    "max": (_K.REAL, "arrayMax(_s)"),
    "max_idx": (_K.LONG, _FIRST % "arrayMax"),
    "avg": (_K.REAL, "arrayAvg(_s)"),
    "stdev": (_K.REAL, "ifNotFinite(arrayReduce('stddevSampStable', _s), 0)"),
    "variance": (_K.REAL, "ifNotFinite(arrayReduce('varSampStable', _s), 0)"),
    "sum": (_K.REAL, "arraySum(_s)"),
    "len": (_K.LONG, "length({0})"),
}
_STATS_COLUMNS = tuple((name, kind) for name, (kind, _) in list(_STATS.items())[:7])
SEVERAL_COLUMNS["series_stats"] = _STATS_COLUMNS


@special("series_stats", "series_stats_dynamic")
def _stats(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Least, greatest, mean, spread of a series; the spreads are those of a sample."""
    series = numbers_of(node, arguments_of(state, node, row, 1), 0)
    if node.name == "series_stats":
        values = ", ".join(f"toJSONString({_STATS[name][1]})" for name, _ in _STATS_COLUMNS)
        empty = "arrayWithConstant(7, 'null')"
        pattern = f"arrayMap(_s -> if(empty(_s), {empty}, [{values}]), [{_PRESENT}])[1]"
        return apply(node.name, template(pattern), array_of(_K.DYNAMIC), series, nullable=False)
    members = ", ',', ".join(f"'\"{name}\":', toJSONString({sql})" for name, (_, sql) in _STATS.items())
    pattern = f"arrayMap(_s -> if(empty(_s), '', concat(char(123), {members}, char(125))), [{_PRESENT}])[1]"
    return apply(node.name, template(pattern), JSON, series, nullable=False)


# Least squares with x = 1, 2, ...; variances are those of a sample (documentation of series_fit_line).
# `_x`, `_s`: the places and the values, `_k`: the slope, `_d`: the height at 0, `_r`: what is left of the values above the line.
_RESIDUAL = "(arraySum(_e -> _e * _e, _r) / (length(_s) - 1))"
_SPREAD = "arrayReduce('varSampStable', _s)"
_LINE: dict[str, tuple[KqlType, str]] = {
    "rsquare": (_K.REAL, f"1 - {_RESIDUAL} / {_SPREAD}"),
    "slope": (_K.REAL, "_k"),
    "variance": (_K.REAL, _SPREAD),
    "rvariance": (_K.REAL, _RESIDUAL),
    "interception": (_K.REAL, "_d"),
    "line_fit": (_K.DYNAMIC, "arrayMap(_i -> _d + _k * _i, _x)"),
}
_LINE_COLUMNS = tuple((name, kind) for name, (kind, _) in _LINE.items())
SEVERAL_COLUMNS["series_fit_line"] = _LINE_COLUMNS
_FIT = (
    "arrayMap((_s, _x) -> arrayMap(_k -> arrayMap(_d -> arrayMap(_r -> {whole}, "
    "[arrayMap((_v, _i) -> _v - _d - _k * _i, _s, _x)])[1], [arrayAvg(_s) - _k * arrayAvg(_x)])[1], "
    "[arrayReduce('covarSampStable', _x, _s) / arrayReduce('varSampStable', _x)])[1], "
    "[if({fits}, {present}, [1., 2.])], [if({fits}, arrayMap(_i -> toFloat64(_i), arrayEnumerate({0})), [1., 2.])])[1]"
)


@special("series_fit_line", "series_fit_line_dynamic")
def _fit_line(state: State, node: syntax.Call, row: Row) -> Scalar:
    """The straight line through a series; null where the series has a null or fewer than two numbers."""
    series = numbers_of(node, arguments_of(state, node, row, 1), 0)
    fits = "(length({0}) > 1 AND NOT has({0}, NULL))"
    fit = _FIT.replace("{fits}", fits).replace("{present}", _PRESENT)
    if node.name == "series_fit_line":
        values = ", ".join(f"toJSONString({sql})" for _, sql in _LINE.values())
        pattern = f"if({fits}, {fit.replace('{whole}', f'[{values}]')}, arrayWithConstant({len(_LINE)}, 'null'))"
        return apply(node.name, template(pattern), array_of(_K.DYNAMIC), series, nullable=False)
    members = ", ',', ".join(f"'\"{name}\":', toJSONString({sql})" for name, (_, sql) in _LINE.items())
    whole = f"concat(char(123), {members}, char(125))"
    return apply(node.name, template(f"if({fits}, {fit.replace('{whole}', whole)}, '')"), JSON, series, nullable=False)


_FILLS = {
    "series_fill_forward": "arrayMap(_i -> arrayLast(_x -> isNotNull(_x), arraySlice(_s, 1, _i)), arrayEnumerate(_s))",
    "series_fill_backward": "arrayMap(_i -> arrayFirst(_x -> isNotNull(_x), arraySlice(_s, _i)), arrayEnumerate(_s))",
    "series_fill_const": "arrayMap(_x -> if(isNull(_x), {2}, _x), _s)",
}


@special(*_FILLS)
def _fill(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Put a value where the placeholder (null, if none is given) stands."""
    constant = node.name == "series_fill_const"
    given = arguments_of(state, node, row, 2 if constant else 1, 3 if constant else 2)
    series = numbers_of(node, given, 0)
    place = given[(2 if constant else 1) :]
    marked = place[0] if place else series
    value = given[1] if constant else series
    for position, item in enumerate(given[1:], 1):
        if item.type.kql not in NUMBERS:
            raise wrong_argument(node, position, "a number", item)
    hidden = "arrayMap(_x -> if(_x = toFloat64({1}), NULL, _x), {0})" if place else "{0}"
    pattern = f"arrayMap(_s -> {_FILLS[node.name].replace('{2}', 'toNullable(toFloat64({2}))')}, [{hidden}])[1]"
    return Apply(_REALS, nullable=False, name=node.name, sql=template(pattern), arguments=(series, marked, value))
