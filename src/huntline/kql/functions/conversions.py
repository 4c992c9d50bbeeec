"""From one type, or one physical form, to another.

`convert` is what `tostring(x)` and its kin compile to, and what the binder uses where the language converts by itself. A conversion
that fails gives null, never an error.
"""

import json
from collections.abc import Mapping

from huntline.kql.literals import (
    format_datetime,
    format_timespan,
    parse_datetime,
    parse_json,
    parse_timespan,
)
from huntline.kql.plan import Apply, Constant, Path, Scalar
from huntline.kql.sql import Template, template
from huntline.kql.types import (
    BOOL,
    DATETIME,
    DECIMAL,
    GUID,
    INT,
    JSON,
    LONG,
    NUMBERS,
    PLAIN,
    REAL,
    STRING,
    TIMESPAN,
    Form,
    KqlType,
    ValueType,
    array_of,
)

_K = KqlType

# Texts of plain values. The hole may be NULL: missing becomes ''.
TO_STRING: Mapping[KqlType, Template] = {
    _K.BOOL: template("multiIf({0}, 'True', isNull({0}), '', 'False')"),
    _K.INT: template("ifNull(toString({0}), '')"),
    _K.LONG: template("ifNull(toString({0}), '')"),
    _K.REAL: template("ifNull(toString({0}), '')"),
    _K.DECIMAL: template("ifNull(toString({0}), '')"),
    _K.DATETIME: template("ifNull(concat(replaceOne(toString({0}), ' ', 'T'), 'Z'), '')"),
    _K.TIMESPAN: template(
        "ifNull(concat(if({0} < 0, '-', ''), if(abs({0}) >= 864000000000, concat(toString(intDiv(abs({0}), 864000000000)), '.'), ''), "
        "leftPad(toString(intDiv(abs({0}), 36000000000) % 24), 2, '0'), ':', "
        "leftPad(toString(intDiv(abs({0}), 600000000) % 60), 2, '0'), ':', "
        "leftPad(toString(intDiv(abs({0}), 10000000) % 60), 2, '0'), "
        "if({0} % 10000000 = 0, '', concat('.', leftPad(toString(abs({0}) % 10000000), 7, '0')))), '')"
    ),
    _K.GUID: template("{0}"),
}
# A JSON text that stands for itself where it is no JSON: a string loses its quotes, null becomes ''.
JSON_TO_STRING = template("multiIf(startsWith({0}, '\"'), JSONExtractString({0}), {0} = 'null', '', {0})")

FROM_STRING: Mapping[KqlType, Template] = {
    _K.BOOL: template("multiIf(lower({0}) IN ('true', '1'), true, lower({0}) IN ('false', '0'), false, NULL)"),
    _K.INT: template("toInt32OrNull(trimBoth({0}))"),
    _K.LONG: template(
        "if(startsWith({0}, '0x'), reinterpretAsInt64(reverse(unhex(substring({0}, 3)))), toInt64OrNull(trimBoth({0})))"
    ),
    _K.REAL: template("toFloat64OrNull(trimBoth({0}))"),
    _K.DECIMAL: template("toDecimal256OrNull(trimBoth({0}), 18)"),
    _K.DATETIME: template("parseDateTime64BestEffortUSOrNull({0}, 7, 'UTC')"),
    _K.TIMESPAN: template(
        "if(match({0}, '^-?([0-9]+[.])?[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\\\\.[0-9]{1,7})?)?$'), "
        "if(startsWith({0}, '-'), -1, 1) * (864000000000 * toInt64OrZero(extract({0}, '^-?([0-9]+)[.][0-9]+:[0-9]+:')) "
        "+ 36000000000 * toInt64OrZero(extract({0}, '^-?(?:[0-9]+[.])?([0-9]{1,2}):[0-9]{1,2}(?::|$)')) "
        "+ 600000000 * toInt64OrZero(extract({0}, '^-?(?:[0-9]+[.])?[0-9]{1,2}:([0-9]{1,2})(?::[0-9.]+)?$')) "
        "+ toInt64(10000000 * toFloat64OrZero(extract({0}, '^-?(?:[0-9]+[.])?[0-9]{1,2}:[0-9]{1,2}:([0-9.]+)$')))), NULL)"
    ),
    _K.GUID: template(
        "if(length(replaceAll({0}, '-', '')) = 32 AND match(replaceAll({0}, '-', ''), '^[0-9A-Fa-f]+$'), "
        "lower(replaceRegexpOne(replaceAll({0}, '-', ''), "
        "'^(........)(....)(....)(....)(............)$', '\\\\1-\\\\2-\\\\3-\\\\4-\\\\5')), '')"
    ),
}
_TO_WHOLE = {
    _K.INT: template("accurateCastOrNull(trunc({0}), 'Int32')"),
    _K.LONG: template("accurateCastOrNull(trunc({0}), 'Int64')"),
}
_BETWEEN: Mapping[tuple[KqlType, KqlType], Template] = {
    (_K.INT, _K.LONG): template("toInt64({0})"),
    (_K.LONG, _K.INT): template("accurateCastOrNull({0}, 'Int32')"),
    **{(source, target): pattern for source in (_K.REAL, _K.DECIMAL) for target, pattern in _TO_WHOLE.items()},
    **{(source, _K.REAL): template("toFloat64({0})") for source in (_K.INT, _K.LONG, _K.DECIMAL)},
    **{(source, _K.DECIMAL): template("toDecimal256({0}, 18)") for source in (_K.INT, _K.LONG)},
    (_K.REAL, _K.DECIMAL): template("toDecimal256OrNull(toString({0}), 18)"),
    (_K.BOOL, _K.INT): template("toInt32({0})"),
    (_K.BOOL, _K.LONG): template("toInt64({0})"),
    (_K.BOOL, _K.REAL): template("toFloat64({0})"),
    **{(source, _K.BOOL): template("({0} != 0)") for source in (_K.INT, _K.LONG, _K.REAL)},
    (_K.TIMESPAN, _K.LONG): template("{0}"),
    (_K.TIMESPAN, _K.REAL): template("toFloat64({0})"),
    (_K.LONG, _K.TIMESPAN): template("toInt64({0})"),
    (_K.INT, _K.TIMESPAN): template("toInt64({0})"),
    (_K.REAL, _K.TIMESPAN): template("accurateCastOrNull(trunc({0} * 864000000000), 'Int64')"),
    (_K.DATETIME, _K.LONG): template("(reinterpret({0}, 'Int64') + 621355968000000000)"),
    (_K.LONG, _K.DATETIME): template("reinterpret(toInt64({0} - 621355968000000000), 'DateTime64(7, \\'UTC\\')')"),
    (_K.GUID, _K.STRING): template("{0}"),
}
_FAILING = frozenset({(_K.LONG, _K.INT), *((_K.REAL, target) for target in (_K.INT, _K.LONG, _K.DECIMAL, _K.TIMESPAN))})

_EXTRACTED: Mapping[KqlType, str] = {
    _K.INT: "Nullable(Int32)",
    _K.LONG: "Nullable(Int64)",
    _K.REAL: "Nullable(Float64)",
    _K.STRING: "String",
}

# JSON texts of plain values; the hole may be NULL.
TO_JSON: Mapping[KqlType, Template] = {
    _K.STRING: template("toJSONString({0})"),
    _K.GUID: template("toJSONString({0})"),
    _K.BOOL: template("multiIf({0}, 'true', isNull({0}), 'null', 'false')"),
    _K.INT: template("ifNull(toString({0}), 'null')"),
    _K.LONG: template("ifNull(toString({0}), 'null')"),
    _K.REAL: template("ifNull(toJSONString({0}), 'null')"),
    _K.DECIMAL: template("ifNull(toString({0}), 'null')"),
    _K.DATETIME: template("ifNull(concat('\"', replaceOne(toString({0}), ' ', 'T'), 'Z\"'), 'null')"),
    _K.DYNAMIC: template("multiIf({0} = '', 'null', isValidJSON({0}), {0}, toJSONString({0}))"),
}


def apply(name: str, pattern: Template, result: ValueType, *arguments: Scalar, nullable: bool | None = None) -> Scalar:
    """Return a call of the compiler's own."""
    if nullable is None:
        nullable = any(argument.nullable for argument in arguments)
    return Apply(result, nullable, name, pattern, arguments)


def convert(value: Scalar, target: ValueType) -> Scalar | None:
    """Return the value in another type or form, or None where the language has no such conversion."""
    source = value.type
    if source == target:
        return value
    if isinstance(value, Constant):
        folded = _convert_constant(value, target)
        if folded is not None:
            return folded
    if target.form is Form.ARRAY:
        return _to_array(value, target)
    if target.form is Form.JSON:
        return to_json(value)
    if source.kql is _K.DYNAMIC:
        return _from_dynamic(value, target)
    return _plain(value, target)


def _plain(value: Scalar, target: ValueType) -> Scalar | None:
    source = value.type.kql
    if target.kql is _K.STRING:
        return apply("tostring", TO_STRING[source], STRING, value, nullable=False)
    if source is _K.STRING:
        pattern = FROM_STRING.get(target.kql)
        return (
            None
            if pattern is None
            else apply(f"to{target.kql}", pattern, target, value, nullable=target.kql is not _K.GUID)
        )
    pattern = _BETWEEN.get((source, target.kql))
    if pattern is None:
        return None
    nullable = True if (source, target.kql) in _FAILING else None
    return apply(f"to{target.kql}", pattern, target, value, nullable=nullable)


def _from_dynamic(value: Scalar, target: ValueType) -> Scalar | None:
    source = value.type
    if source.form is Form.SCALAR and source.element is not None:
        bare = apply("value", template("{0}"), PLAIN[source.element], value)
        return convert(bare, target)
    if source.form is Form.ARRAY:
        text = to_json(value)
        return text if target.kql is _K.DYNAMIC else convert(text, target)
    extracted = _EXTRACTED.get(target.kql)
    if isinstance(value, Path):
        if extracted is not None:
            return Path(target, value.base, value.steps, extracted)
        return convert(Path(STRING, value.base, value.steps, "String"), target)
    if target.kql in NUMBERS and extracted is not None:
        pattern = template(f"JSONExtract({{0}}, '{extracted}')")
        return apply(f"to{target.kql}", pattern, target, value, nullable=True)
    text = apply("tostring", JSON_TO_STRING, STRING, value, nullable=False)
    return convert(text, target)


def to_json(value: Scalar) -> Scalar:
    """Return the value as JSON text; a text that is no JSON stays as it is."""
    source = value.type
    if source.form is Form.JSON:
        return value
    if source.kql is _K.STRING:
        return apply("todynamic", template("{0}"), JSON, value, nullable=False)
    if source.form is Form.ARRAY:
        return apply("todynamic", _array_json(source.element or _K.DYNAMIC), JSON, value, nullable=False)
    element = source.element if source.form is Form.SCALAR and source.element is not None else source.kql
    if element is _K.TIMESPAN:
        text = apply("tostring", TO_STRING[_K.TIMESPAN], STRING, value, nullable=False)
        return apply("todynamic", TO_JSON[_K.STRING], JSON, text, nullable=False)
    return apply("todynamic", TO_JSON[element], JSON, value, nullable=False)


def to_strict_json(value: Scalar) -> Scalar:
    """Return the value as text that is JSON, to be put inside other JSON."""
    if value.type.kql is _K.STRING:
        return apply("tojson", TO_JSON[_K.STRING], JSON, value, nullable=False)
    if value.type.form is Form.JSON:
        return apply("tojson", TO_JSON[_K.DYNAMIC], JSON, value, nullable=False)
    return to_json(value)


def _array_json(element: KqlType) -> Template:
    if element in (_K.STRING, _K.GUID):
        return template("toJSONString({0})")
    inner = TO_STRING[_K.TIMESPAN].text if element is _K.TIMESPAN else TO_JSON[element].text
    if element is _K.TIMESPAN:
        inner = f"toJSONString({inner})"
    return template("concat('[', arrayStringConcat(arrayMap(_e -> " + inner.replace("{0}", "_e") + ", {0}), ','), ']')")


def _to_array(value: Scalar, target: ValueType) -> Scalar | None:
    source, element = value.type, target.element
    if source.form is Form.ARRAY and source.element is not None:
        if element is _K.DYNAMIC:
            pattern = "arrayMap(_e -> " + TO_JSON[source.element].text.replace("{0}", "_e") + ", {0})"
            return apply("elements", template(pattern), target, value, nullable=False)
        if element is _K.STRING:
            inner = JSON_TO_STRING if source.element is _K.DYNAMIC else TO_STRING[source.element]
            return apply(
                "elements", template("arrayMap(_e -> " + inner.text.replace("{0}", "_e") + ", {0})"), target, value
            )
        return None
    if source.kql is _K.STRING or source.form is Form.JSON:
        if isinstance(value, Path) and element is _K.STRING:
            return Path(target, value.base, value.steps, "Array(String)")
        text = value
        if element is _K.STRING:
            return apply("elements", template("JSONExtract({0}, 'Array(String)')"), target, text, nullable=False)
        elements = apply("elements", template("JSONExtractArrayRaw({0})"), array_of(_K.DYNAMIC), text, nullable=False)
        return elements if element is _K.DYNAMIC else None
    return None


def _convert_constant(value: Constant, target: ValueType) -> Scalar | None:
    raw = value.value
    source = value.type.kql
    if raw is None and target.form is Form.PLAIN:
        return Constant(target, "" if target.kql in (_K.STRING, _K.GUID) else None)
    if target.form is Form.ARRAY:
        return _constant_array(raw, target)
    if target.form is Form.JSON:
        return Constant(JSON, _json_value(raw, source))
    if source is _K.DYNAMIC:
        return _constant_from_json(raw, target)
    if target.kql is _K.STRING:
        return Constant(STRING, _constant_text(raw, source))
    if source is _K.STRING and target.kql is _K.DATETIME:
        return Constant(DATETIME, parse_datetime(str(raw)))
    if source is _K.STRING and target.kql is _K.TIMESPAN:
        return Constant(TIMESPAN, parse_timespan(str(raw)))
    if source in NUMBERS and target.kql is _K.REAL and isinstance(raw, int | float):
        return Constant(REAL, float(raw))
    if source in (_K.INT, _K.LONG) and target.kql in (_K.INT, _K.LONG):
        return Constant(target, raw)
    return None


def _constant_text(raw: object, source: KqlType) -> str:
    if isinstance(raw, bool):
        return "True" if raw else "False"
    if source is _K.DATETIME and isinstance(raw, int):
        return format_datetime(raw)
    if source is _K.TIMESPAN and isinstance(raw, int):
        return format_timespan(raw)
    if isinstance(raw, float):
        return repr(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    return str(raw)


def json_text(value: object) -> str:
    """Return the JSON text of a constant; '' for null."""
    return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json_value(raw: object, source: KqlType) -> object:
    if source in (_K.DATETIME, _K.TIMESPAN) and raw is not None:
        return _constant_text(raw, source)
    if source is _K.STRING:
        try:
            return parse_json(str(raw))
        except (ValueError, RecursionError):
            return str(raw)
    return float(raw) if source is _K.DECIMAL and raw is not None else raw  # type: ignore[arg-type]


def _constant_array(raw: object, target: ValueType) -> Scalar | None:
    if isinstance(raw, dict):
        raw = list(raw)
    values = raw if isinstance(raw, list | tuple) else [] if raw is None else [raw]
    if target.element is _K.STRING:
        return Constant(target, [value if isinstance(value, str) else _element_text(value) for value in values])
    if target.element is _K.DYNAMIC:
        return Constant(target, [json_text(value) for value in values])
    return None


def _element_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value if isinstance(value, str) else json_text(value)


def _constant_from_json(raw: object, target: ValueType) -> Scalar | None:
    if target.kql is _K.STRING:
        return Constant(STRING, _element_text(raw))
    if isinstance(raw, bool):
        return Constant(BOOL, raw) if target.kql is _K.BOOL else None
    if isinstance(raw, int) and target.kql in (_K.INT, _K.LONG):
        return Constant(target, raw)
    if isinstance(raw, int | float) and target.kql is _K.REAL:
        return Constant(REAL, float(raw))
    if isinstance(raw, str):
        return convert(Constant(STRING, raw), target)
    return None


TARGETS: Mapping[str, ValueType] = {
    "tostring": STRING,
    "tobool": BOOL,
    "toboolean": BOOL,
    "toint": INT,
    "tolong": LONG,
    "toreal": REAL,
    "todouble": REAL,
    "tofloat": REAL,
    "todecimal": DECIMAL,
    "todatetime": DATETIME,
    "totimespan": TIMESPAN,
    "totime": TIMESPAN,
    "toguid": GUID,
    "todynamic": JSON,
    "toobject": JSON,
    "parse_json": JSON,
    "parsejson": JSON,
}
"""The conversion functions by name."""
