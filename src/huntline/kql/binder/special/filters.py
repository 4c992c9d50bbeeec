"""Series that go through a filter, a transform, an interpolation: series_fir, series_iir, series_fft, series_fill_linear.

`_x` is a series without nulls, which count as 0.
"""

from collections.abc import Sequence

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, condition_argument, number_argument
from huntline.kql.binder.series_functions import numbers_of
from huntline.kql.binder.several import SEVERAL_COLUMNS
from huntline.kql.binder.state import Row, State
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.plan import Constant, Scalar
from huntline.kql.sql import template
from huntline.kql.types import BOOL, INTEGERS, JSON, REAL, Form, KqlType, array_of

_K = KqlType
_REALS = array_of(_K.REAL)
PLAIN_NUMBERS = "arrayMap(_e -> ifNull(_e, 0.), {0})"
"""A series with 0 in place of nulls."""


def _plain(hole: int) -> str:
    return PLAIN_NUMBERS.replace("{0}", f"{{{hole}}}")


# Without a word of the caller a filter is normalized where it has no negative part.
_FIR = (
    f"if(ifNull({{2}}, NOT arrayExists(_e -> _e < 0, {_plain(1)})) AND arrayExists(_e -> _e < 0, {_plain(1)}), [], "
    "arrayMap((_x, _f, _w, _c) -> arrayMap(_i -> arraySum((_v, _j) -> if(_i - _j + 1 + _c BETWEEN 1 AND length(_x), "
    "_v * _x[_i - _j + 1 + _c], 0.), _f, arrayEnumerate(_f)) / _w, arrayEnumerate(_x)), "
    f"[{_plain(0)}], [{_plain(1)}], "
    f"[if(ifNull({{2}}, NOT arrayExists(_e -> _e < 0, {_plain(1)})), arraySum({_plain(1)}), 1.)], "
    "[if({3}, intDiv(toInt64(length({1})) - 1, 2), 0)])[1])"
)


@special("series_fir")
def _fir(state: State, node: syntax.Call, row: Row) -> Scalar:
    """series_fir(series, filter, normalize, center); normalizing a filter with negative parts gives no series."""
    given = arguments_of(state, node, row, 2, 4)
    normalized = condition_argument(node, given, 2) if len(given) > 2 else Constant(BOOL, None)
    centred = condition_argument(node, given, 3) if len(given) > 3 else Constant(BOOL, value=False)
    series = [numbers_of(node, given, i) for i in range(2)]
    return apply(node.name, template(_FIR), _REALS, *series, normalized, centred, nullable=False)


_IIR = (
    "arrayMap((_x, _b, _a) -> arrayFold((_y, _i) -> arrayPushBack(_y, "
    "(arraySum((_v, _j) -> if(_i >= _j, _v * _x[_i - _j + 1], 0.), _b, arrayEnumerate(_b)) "
    "- arraySum((_v, _j) -> if(_j > 1 AND _i >= _j, _v * _y[_i - _j + 1], 0.), _a, arrayEnumerate(_a))) / _a[1]), "
    "arrayEnumerate(_x), CAST([], 'Array(Float64)')), "
    f"[{_plain(0)}], [{_plain(1)}], [{_plain(2)}])[1]"
)


@special("series_iir")
def _iir(state: State, node: syntax.Call, row: Row) -> Scalar:
    """series_iir(series, numerators, denominators)."""
    given = arguments_of(state, node, row, 3)
    series = [numbers_of(node, given, i) for i in range(3)]
    return apply(node.name, template(_IIR), _REALS, *series, nullable=False)


_FOURIER = (("real", _K.DYNAMIC), ("imag", _K.DYNAMIC))
SEVERAL_COLUMNS["series_fft"] = _FOURIER
SEVERAL_COLUMNS["series_ifft"] = _FOURIER
# `_g` is the direction; the inverse divides by the length.
_TRANSFORM = (
    "arrayMap((_x, _y) -> [toJSONString(arrayMap(_k -> arraySum((_u, _v, _j) -> "
    "_u * cos(ANGLE) - _v * sin(ANGLE), _x, _y, arrayEnumerate(_x)) / SCALE, arrayEnumerate(_x))), "
    "toJSONString(arrayMap(_k -> arraySum((_u, _v, _j) -> "
    "_u * sin(ANGLE) + _v * cos(ANGLE), _x, _y, arrayEnumerate(_x)) / SCALE, arrayEnumerate(_x)))], "
    f"[{_plain(0)}], [arrayResize({_plain(1)}, length({{0}}), 0.)])[1]"
)
_ANGLE = "2 * pi() * (((_k - 1) * (_j - 1)) % length(_x)) / length(_x)"


@special("series_fft", "series_ifft")
def _fourier(state: State, node: syntax.Call, row: Row) -> Scalar:
    """The discrete Fourier transform of a complex series, or the way back."""
    given = arguments_of(state, node, row, 1, 2)
    real = numbers_of(node, given, 0)
    imaginary = numbers_of(node, given, 1) if len(given) > 1 else Constant(_REALS, [])
    inverse = node.name == "series_ifft"
    text = _TRANSFORM.replace("ANGLE", _ANGLE if inverse else f"-({_ANGLE})")
    text = text.replace("SCALE", "greatest(length(_x), 1)" if inverse else "1")
    if isinstance(imaginary, Constant):
        text = text.replace(_plain(1), "CAST([], 'Array(Float64)')")
    return apply(node.name, template(text), array_of(_K.DYNAMIC), real, imaginary, nullable=False)


# `_s` has null where a value is missing; before and behind it the nearest places and values that are there.
_LINEAR = (
    "arrayMap((_s, _w) -> arrayMap((_v, _i, _p, _n, _l, _r) -> arrayMap(_o -> if(_w, trunc(_o), _o), [multiIf(isNotNull(_v), _v, "
    "isNull(_p) AND isNull(_n), CONSTANT, isNull(_p), if(EDGES, _r, NULL), isNull(_n), if(EDGES, _l, NULL), "
    "_l + (_r - _l) * (_i - _p) / (_n - _p))])[1], _s, arrayEnumerate(_s), "
    "arrayFill(_e -> isNotNull(_e), PLACES), arrayReverseFill(_e -> isNotNull(_e), PLACES), "
    "arrayFill(_e -> isNotNull(_e), _s), arrayReverseFill(_e -> isNotNull(_e), _s)), [SERIES], [WHOLE])[1]"
).replace("PLACES", "arrayMap((_e, _j) -> if(isNull(_e), NULL, toNullable(_j)), _s, arrayEnumerate(_s))")


@special("series_fill_linear")
def _fill_linear(state: State, node: syntax.Call, row: Row) -> Scalar:
    """series_fill_linear(series, placeholder, fill_edges, constant): of whole numbers it makes whole numbers."""
    given = arguments_of(state, node, row, 1, 4)
    series = numbers_of(node, given, 0)
    edges = condition_argument(node, given, 2) if len(given) > 2 else Constant(BOOL, value=True)
    constant = number_argument(node, given, 3) if len(given) > 3 else Constant(REAL, 0.0)
    marked = given[1] if len(given) > 1 else Constant(REAL, None)
    hidden = "{0}"
    if not (isinstance(marked, Constant) and marked.value is None):
        marked = number_argument(node, given, 1)
        hidden = "arrayMap(_e -> if(_e = toFloat64({3}), NULL, _e), {0})"
    text = _LINEAR.replace("CONSTANT", "toNullable(toFloat64({2}))").replace("EDGES", "{1}").replace("SERIES", hidden)
    return apply(
        node.name,
        template(text.replace("WHOLE", _whole(given[0], "{4}"))),
        _REALS,
        series,
        edges,
        constant,
        marked,
        _texts(given),
        nullable=False,
    )


def _texts(given: Sequence[Scalar]) -> Scalar:
    """Return the series in a form that shows whether its numbers are whole: JSON keeps the point of 1.0."""
    value = given[0]
    return value if value.type.form in (Form.ARRAY, Form.JSON) else convert(value, JSON) or value


def _whole(value: Scalar, hole: str) -> str:
    if value.type.form is not Form.ARRAY:
        return f"(match({hole}, '[0-9]') AND NOT match({hole}, '[.eE]'))"
    if value.type.element is not _K.DYNAMIC:
        return "true" if value.type.element in INTEGERS else "false"
    return f"(arrayExists(_e -> match(_e, '[0-9]'), {hole}) AND NOT arrayExists(_e -> match(_e, '[.eE]'), {hole}))"
