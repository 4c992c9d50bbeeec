"""punycode_*: RFC 3492, on texts and on the labels of a domain. A text that is none gives ''.

Both ways are one pass: over the digits of a label to decode it, over the characters of a text, once for each foreign one, to encode it.
"""

from huntline.kql.functions.spec import FunctionSpec, row

_POINTS = (
    "arrayMap(_e -> toInt64(reinterpretAsUInt32(convertCharset(_e, 'UTF-8', 'UTF-32LE'))), extractAll({}, '(?s).'))"
)
_CHARACTER = (
    "convertCharset(char(0, bitShiftRight(_e, 16) % 256, bitShiftRight(_e, 8) % 256, _e % 256), 'UTF-32BE', 'UTF-8')"
)
_TEXT = f"arrayStringConcat(arrayMap(_e -> {_CHARACTER}, {{}}))"


def _least(bias: str, k: str) -> str:
    return f"least(greatest({k} - {bias}, 1), 26)"


def _adapted(delta: str, points: str, first: str) -> str:
    """Return the next bias. The loop of the standard runs at most five times."""
    start = f"arrayMap(_y -> _y + intDiv(_y, {points}), [intDiv({delta}, if({first}, 700, 2))])[1]"
    looped = f"arrayFold((_a, _i) -> if(_a.1 > 455, (intDiv(_a.1, 35), _a.2 + 36), _a), range(5), (toInt64({start}), toInt64(0)))"
    return f"arrayMap(_a -> _a.2 + intDiv(36 * _a.1, _a.1 + 38), [{looped}])[1]"


# Of a label: (code points, next code point, place, bias, place before, weight, k, whether it is no punycode).
_DIGIT = "if(_z BETWEEN 97 AND 122, _z - 97, if(_z BETWEEN 48 AND 57, _z - 22, 99))"
_PLACE = "(_s.3 + _g * _s.6)"
_COUNT = "(toInt64(length(_s.1)) + 1)"
_INSERTED = (
    f"arrayConcat(arraySlice(_s.1, 1, {_PLACE} % {_COUNT}), [_s.2 + intDiv({_PLACE}, {_COUNT})], "
    f"arraySlice(_s.1, {_PLACE} % {_COUNT} + 1))"
)
_DECODED = (
    "arrayFold((_s, _z) -> arrayMap(_g -> if(_s.8 = 1 OR _g = 99 OR "
    + _PLACE
    + " > 100000000, (_s.1, _s.2, _s.3, _s.4, _s.5, _s.6, _s.7, toInt64(1)), "
    f"if(_g < {_least('_s.4', '_s.7')}, "
    f"({_INSERTED}, _s.2 + intDiv({_PLACE}, {_COUNT}), {_PLACE} % {_COUNT} + 1, {_adapted(f'({_PLACE} - _s.5)', _COUNT, '_s.5 = 0')}, "
    f"{_PLACE} % {_COUNT} + 1, toInt64(1), toInt64(36), toInt64(0)), "
    f"(_s.1, _s.2, {_PLACE}, _s.4, _s.5, _s.6 * (36 - {_least('_s.4', '_s.7')}), _s.7 + 36, toInt64(0)))), [{_DIGIT}])[1], "
    "DIGITS, (BASIC, toInt64(128), toInt64(0), toInt64(72), toInt64(0), toInt64(1), toInt64(36), toInt64(0)))"
)
_AFTER = "lower(extract({}, '([^-]*)$'))"
_BEFORE = "extract({}, '(?s)^(.*)-[^-]*$')"


def _decoded(text: str) -> str:
    whole = _DECODED.replace("DIGITS", _POINTS.format(_AFTER.format(text))).replace(
        "BASIC", _POINTS.format(_BEFORE.format(text))
    )
    return f"arrayMap(_r -> if(_r.8 = 1 OR _r.7 != 36, '', {_TEXT.format('_r.1')}), [{whole}])[1]"


# Of a text: (delta, bias, points written, whether none but basic ones is written, digits).
_VARIABLE = (
    "arrayMap(_w -> concat(_w.3, char(if(_w.1 < 26, 97 + _w.1, 22 + _w.1))), [arrayFold((_w, _k) -> arrayMap(_t -> "
    "if(_w.2 = 1 OR _w.1 < _t, (_w.1, toUInt8(1), _w.3), (intDiv(_w.1 - _t, 36 - _t), toUInt8(0), "
    "concat(_w.3, char(arrayMap(_o -> if(_o < 26, 97 + _o, 22 + _o), [_t + (_w.1 - _t) % (36 - _t)])[1])))), "
    f"[{_least('BIAS', '_k')}])[1], arrayMap(_k -> toInt64(_k) * 36, range(1, 9)), (toInt64(DELTA), toUInt8(0), ''))])[1]"
)
_WRITTEN = _VARIABLE.replace("DELTA", "_b.1").replace("BIAS", "_b.2")
# Each foreign code point, the one before it, and each character of the text; -1 ends a round.
_PAIRS = (
    "arrayFlatten(arrayMap((_m, _l) -> arrayMap(_c -> (_m, _l, _c, toUInt8(0)), arrayPushBack(_p, -1)), _f, "
    "arraySlice(arrayPushFront(_f, 127), 1, length(_f))))"
)
_STEP = (
    # Behind the last character of a round `delta` grows by one; in front of the first by the rounds that are left out.
    "arrayMap(_b -> multiIf(_q.3 = -1, (_b.1 + 1, _b.2, _b.3, _b.4, _b.5, toUInt8(1)), "
    "_q.3 < _q.1, (_b.1 + 1, _b.2, _b.3, _b.4, _b.5, toUInt8(0)), "
    "_q.3 = _q.1, (toInt64(0), BIAS, _b.3 + 1, toUInt8(0), concat(_b.5, WRITTEN), toUInt8(0)), "
    "(_b.1, _b.2, _b.3, _b.4, _b.5, toUInt8(0))), "
    "[if(_s.6 = 1, (_s.1 + (_q.1 - _q.2 - 1) * (_s.3 + 1), _s.2, _s.3, _s.4, _s.5, toUInt8(0)), _s)])[1]"
)
_STEP = _STEP.replace("BIAS", _adapted("_b.1", "(_b.3 + 1)", "_b.4 = 1")).replace("WRITTEN", _WRITTEN)
_ENCODED = (
    (
        "arrayMap((_p, _f, _x) -> concat(_x, if(_x = '', '', '-'), arrayFold((_s, _q) -> STEP, PAIRS, "
        "(toInt64(0), toInt64(72), toInt64(length(_x)), toUInt8(1), '', toUInt8(1))).5), "
        "[POINTS], [arraySort(arrayDistinct(arrayFilter(_e -> _e > 127, POINTS)))], [replaceRegexpAll(TEXT, '[^\\\\x00-\\\\x7F]', '')])[1]"
    )
    .replace("STEP", _STEP)
    .replace("PAIRS", _PAIRS)
)


def _encoded(text: str) -> str:
    return _ENCODED.replace("POINTS", _POINTS.format(text)).replace("TEXT", text)


_FROM_DOMAIN = f"arrayStringConcat(arrayMap(_v -> if(isASCII(_v), _v, concat('xn--', {_encoded('_v')})), splitByChar('.', {{0}})), '.')"
_TO_DOMAIN = (
    "arrayStringConcat(arrayMap(_v -> if(startsWith(lower(_v), 'xn--'), arrayMap(_v -> "
    + _decoded("_v")
    + ", [substring(_v, 5)])[1], _v), "
    "splitByChar('.', {0})), '.')"
)

ROWS: tuple[FunctionSpec, ...] = (
    row("punycode_from_string(string) string", f"arrayMap(_v -> {_encoded('_v')}, [{{0}}])[1]"),
    row("punycode_to_string(string) string", f"arrayMap(_v -> {_decoded('_v')}, [{{0}}])[1]"),
    row("punycode_domain_from_string(string) string", _FROM_DOMAIN),
    row("punycode_domain_to_string(string) string", _TO_DOMAIN),
)
