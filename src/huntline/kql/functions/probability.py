"""Distributions: beta_pdf, beta_cdf, beta_inv, welch_test. All rest on the regularized incomplete beta function."""

from huntline.kql.functions.spec import FunctionSpec, Nulls, row

_ALWAYS = Nulls.ALWAYS
_LOG_BETA = "(lgamma({a}) + lgamma({b}) - lgamma({a} + {b}))"
# Its continued fraction by Lentz's method, two terms a step; `_f` is (c, d, value).
_STEPS = 200


def _tiny(value: str) -> str:
    return f"arrayMap(_v -> if(abs(_v) < 1e-300, 1e-300, _v), [{value}])[1]"


def _term(state: str, factor: str) -> str:
    """Return the state after one more term of the fraction."""
    above, below = _tiny("1 + _k / _s.1"), _tiny("1 + _k * _s.2")
    product = "arrayMap((_c, _d) -> (_c, _d, _s.3 * _c * _d)"
    return f"arrayMap((_s, _k) -> {product}, [{above}], [1 / {below}])[1], [{state}], [{factor}])[1]"


def _fraction(x: str, a: str, b: str) -> str:
    even = f"_m * ({b} - _m) * {x} / (({a} + 2 * _m - 1) * ({a} + 2 * _m))"
    odd = f"-({a} + _m) * ({a} + {b} + _m) * {x} / (({a} + 2 * _m) * ({a} + 2 * _m + 1))"
    first = f"1 / {_tiny(f'1 - ({a} + {b}) * {x} / ({a} + 1)')}"
    return (
        f"arrayFold((_f, _m) -> {_term(_term('_f', even), odd)}, arrayMap(_i -> toFloat64(_i), range(1, {_STEPS})), "
        f"(toFloat64(1), toFloat64({first}), toFloat64({first}))).3"
    )


def _incomplete(x: str, a: str, b: str) -> str:
    """Return the SQL of the function for `x` between 0 and 1 and positive `a`, `b`."""
    front = f"exp({a} * log({x}) + {b} * log(1 - {x}) - {_LOG_BETA.format(a=a, b=b)})"
    # The fraction converges fast on one side of the mean; the other side mirrors it.
    return (
        f"multiIf({x} <= 0, 0., {x} >= 1, 1., {x} < ({a} + 1) / ({a} + {b} + 2), {front} * {_fraction(x, a, b)} / {a}, "
        f"1 - {front} * {_fraction(f'(1 - {x})', b, a)} / {b})"
    )


def _over(body: str) -> str:
    """Return the SQL of a function of `_x`, `_a`, `_b` over three arguments; null where one of them is, NaN without positive `_a`, `_b`."""
    held = ", ".join(f"[toFloat64(ifNull({{{hole}}}, 0.5))]" for hole in range(3))
    missing = " OR ".join(f"isNull({{{hole}}})" for hole in range(3))
    return f"if({missing}, NULL, arrayMap((_x, _a, _b) -> if(_a <= 0 OR _b <= 0, nan, {body}), {held})[1])"


_DENSITY = f"exp((_a - 1) * log(_x) + (_b - 1) * log(1 - _x) - {_LOG_BETA.format(a='_a', b='_b')})"
_HALVED = (
    "arrayFold((_h, _n) -> arrayMap(_y -> if(INSIDE < _h.3, (_y, _h.2, _h.3, _h.4, _h.5), (_h.1, _y, _h.3, _h.4, _h.5)), "
    "[(_h.1 + _h.2) / 2])[1], range(60), (toFloat64(0), toFloat64(1), _x, _a, _b)).1"
).replace("INSIDE", _incomplete("_y", "_h.4", "_h.5"))
# The share of a t distribution with `_a` degrees of freedom farther out than `_x`, on both sides.
_TWO_SIDED = _incomplete("(_a / (_a + _x * _x))", "(_a / 2)", "_b")
_ERROR = "({1} / {2} + {4} / {5})"
_FREEDOM = f"(pow{_ERROR[:-1]}, 2) / (pow({{1}} / {{2}}, 2) / ({{2}} - 1) + pow({{4}} / {{5}}, 2) / ({{5}} - 1)))"


def _welch() -> str:
    score, freedom = f"(({{0}} - {{3}}) / sqrt({_ERROR}))", _FREEDOM
    inner = f"arrayMap((_x, _a, _b) -> {_TWO_SIDED}, [toFloat64(assumeNotNull(SCORE))], [toFloat64(assumeNotNull(FREEDOM))], [0.5])[1]"
    whole = f"if(isNull(SCORE) OR isNull(FREEDOM) OR NOT isFinite(SCORE) OR NOT isFinite(FREEDOM), NULL, {inner})"
    return whole.replace("SCORE", score).replace("FREEDOM", freedom)


ROWS: tuple[FunctionSpec, ...] = (
    row("beta_pdf(real, real, real) real", _over(f"if(_x < 0 OR _x > 1, nan, {_DENSITY})"), nulls=_ALWAYS),
    row(
        "beta_cdf(real, real, real) real",
        _over(f"if(_x < 0 OR _x > 1, nan, {_incomplete('_x', '_a', '_b')})"),
        nulls=_ALWAYS,
    ),
    row(
        "beta_inv(real, real, real) real",
        _over(f"if(_x < 0 OR _x > 1, nan, {_HALVED})").replace(
            "if(isNull({0})", "if({0} < 0 OR {0} > 1 OR isNull({0})"
        ),
        nulls=_ALWAYS,
    ),
    row("welch_test(real, real, real, real, real, real) real", _welch(), nulls=_ALWAYS),
)
