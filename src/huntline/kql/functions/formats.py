"""Values to formatted texts, and texts taken apart: dates, sizes, addresses of the web, paths, command lines."""

import re
from collections.abc import Sequence

from huntline.kql.functions.spec import FunctionSpec, Nulls, row
from huntline.kql.plan import Apply, Constant
from huntline.kql.sql import Sql, Text, call, fill, string
from huntline.kql.types import Form

_ALWAYS, _NEVER = Nulls.ALWAYS, Nulls.NEVER
_TICKS = "positiveModulo(reinterpret({0}, 'Int64'), 10000000)"
_DATE_PARTS: dict[str, str] = {
    "d": "toString(toDayOfMonth({0}))",
    "dd": "leftPad(toString(toDayOfMonth({0})), 2, '0')",
    "h": "toString(if(toHour({0}) % 12 = 0, 12, toHour({0}) % 12))",
    "hh": "leftPad(toString(if(toHour({0}) % 12 = 0, 12, toHour({0}) % 12)), 2, '0')",
    "H": "toString(toHour({0}))",
    "HH": "leftPad(toString(toHour({0})), 2, '0')",
    "m": "toString(toMinute({0}))",
    "mm": "leftPad(toString(toMinute({0})), 2, '0')",
    "M": "toString(toMonth({0}))",
    "MM": "leftPad(toString(toMonth({0})), 2, '0')",
    "s": "toString(toSecond({0}))",
    "ss": "leftPad(toString(toSecond({0})), 2, '0')",
    "y": "toString(toYear({0}) % 100)",
    "yy": "leftPad(toString(toYear({0}) % 100), 2, '0')",
    "yyyy": "leftPad(toString(toYear({0})), 4, '0')",
    "tt": "if(toHour({0}) < 12, 'AM', 'PM')",
    **{"f" * n: f"substring(leftPad(toString({_TICKS}), 7, '0'), 1, {n})" for n in range(1, 8)},
    **{"F" * n: f"trimRight(substring(leftPad(toString({_TICKS}), 7, '0'), 1, {n}), '0')" for n in range(1, 8)},
}
_SPAN_PARTS: dict[str, str] = {
    "h": "toString(intDiv(abs({0}), 36000000000) % 24)",
    "hh": "leftPad(toString(intDiv(abs({0}), 36000000000) % 24), 2, '0')",
    "H": "toString(intDiv(abs({0}), 36000000000) % 24)",
    "HH": "leftPad(toString(intDiv(abs({0}), 36000000000) % 24), 2, '0')",
    "m": "toString(intDiv(abs({0}), 600000000) % 60)",
    "mm": "leftPad(toString(intDiv(abs({0}), 600000000) % 60), 2, '0')",
    "s": "toString(intDiv(abs({0}), 10000000) % 60)",
    "ss": "leftPad(toString(intDiv(abs({0}), 10000000) % 60), 2, '0')",
    **{"d" * n: f"leftPad(toString(intDiv(abs({{0}}), 864000000000)), {n}, '0')" for n in range(1, 9)},
    **{"f" * n: f"substring(leftPad(toString(abs({{0}}) % 10000000), 7, '0'), 1, {n})" for n in range(1, 8)},
    **{
        "F" * n: f"trimRight(substring(leftPad(toString(abs({{0}}) % 10000000), 7, '0'), 1, {n}), '0')"
        for n in range(1, 8)
    },
}
_RUNS = re.compile(r"([A-Za-z])\1*|[^A-Za-z]+")


def _formatted(parts: dict[str, str], value: Sql, pattern: str) -> Sql:
    pieces: list[Sql] = []
    for found in _RUNS.finditer(pattern):
        known = parts.get(found.group())
        pieces.append(string(found.group()) if known is None else fill(known, value))
    if not pieces:
        return Text("''")
    return fill("ifNull({0}, '')", call("concat", Text("''"), *pieces))


def _format_datetime(node: Apply, sql: Sequence[Sql]) -> Sql:
    pattern = node.arguments[1]
    return _formatted(_DATE_PARTS, sql[0], str(pattern.value) if isinstance(pattern, Constant) else "")


def _format_timespan(node: Apply, sql: Sequence[Sql]) -> Sql:
    pattern = node.arguments[1]
    return _formatted(_SPAN_PARTS, sql[0], str(pattern.value) if isinstance(pattern, Constant) else "")


_SIZES = ("Bytes", "KB", "MB", "GB", "TB", "PB")


def _format_bytes(node: Apply, sql: Sequence[Sql]) -> Sql:
    precision = fill("toInt64(greatest(least(ifNull({0}, 0), 15), 0))", sql[1]) if len(sql) > 1 else Text("0")
    unit = node.arguments[2] if len(node.arguments) > 2 else None
    if isinstance(unit, Constant) and unit.value in _SIZES:
        power = _SIZES.index(str(unit.value))
        return fill(
            f"concat(toString(round({{0}} / pow(1024, {power}), {{1}})), ' {_SIZES[power]}')", sql[0], precision
        )
    branches: list[Sql] = []
    for power in range(len(_SIZES) - 1):
        branches.append(fill(f"abs({{0}}) < pow(1024, {power + 1})", sql[0]))
        branches.append(
            fill(f"concat(toString(round({{0}} / pow(1024, {power}), {{1}})), ' {_SIZES[power]}')", sql[0], precision)
        )
    branches.append(fill("concat(toString(round({0} / pow(1024, 5), {1})), ' PB')", sql[0], precision))
    return fill("ifNull({0}, '')", call("multiIf", *branches))


# Objects with fixed members: name -> SQL over the text.

URL_PARTS: dict[str, str] = {
    "Scheme": "protocol({0})",
    "Host": "extract({0}, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^@/?#]*@)?(\\\\[[^\\\\]]*\\\\]|[^:/?#]*)')",
    "Port": "extract({0}, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^@/?#]*@)?(?:\\\\[[^\\\\]]*\\\\]|[^:/?#]*):([0-9]+)')",
    "Path": "extract({0}, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)')",
    "Username": "extract({0}, '^[A-Za-z][A-Za-z0-9+.-]*://([^:@/?#]*)(?::[^@/?#]*)?@')",
    "Password": "extract({0}, '^[A-Za-z][A-Za-z0-9+.-]*://[^:@/?#]*:([^@/?#]*)@')",
    "Query Parameters": "",
    "Fragment": "extract({0}, '#(.*)$')",
}
PATH_PARTS: dict[str, str] = {
    "Scheme": "extract({0}, '^([A-Za-z][A-Za-z0-9+.-]+)://')",
    "RootPath": "extract(PLAIN, '^([A-Za-z]:)')",
    "DirectoryPath": "extract(PLAIN, '^(.*)[\\\\\\\\/][^\\\\\\\\/]*$')",
    "DirectoryName": "extract(PLAIN, '([^\\\\\\\\/]+)[\\\\\\\\/][^\\\\\\\\/]*$')",
    "Filename": "extract(PLAIN, '([^\\\\\\\\/]*)$')",
    "Extension": "extract(PLAIN, '\\\\.([^.\\\\\\\\/]*)$')",
    "AlternateDataStreamName": "extract({0}, '[^\\\\\\\\/:]:([^\\\\\\\\/:]+)$')",
}
# The path without its scheme and without the name of an alternate data stream.
_PLAIN_PATH = "replaceRegexpOne(replaceRegexpOne({0}, '^[A-Za-z][A-Za-z0-9+.-]+://', ''), '([^\\\\\\\\/:]):[^\\\\\\\\/:]+$', '\\\\1')"
PATH_PARTS = {name: sql.replace("PLAIN", _PLAIN_PATH) for name, sql in PATH_PARTS.items()}
_PARAMETERS = (
    "concat(char(123), arrayStringConcat(arrayMap(_p -> concat(toJSONString(decodeURLFormComponent(splitByChar('=', _p)[1])), ':', "
    "toJSONString(decodeURLFormComponent(substring(_p, length(splitByChar('=', _p)[1]) + 2)))), "
    "arrayFilter(_q -> notEmpty(_q), splitByChar('&', {0}))), ','), char(125))"
)
_QUERY = _PARAMETERS.replace("{0}", "extract({0}, '\\\\?([^#]*)')")


def _object(parts: dict[str, str]) -> str:
    members = [
        f"'\"{name}\":', {_QUERY if name == 'Query Parameters' else f'toJSONString({sql})'}"
        for name, sql in parts.items()
    ]
    return "concat(char(123), " + ", ',', ".join(members) + ", char(125))"


_VERSION = (
    "if(match({0}, '^[0-9]+(\\\\.[0-9]+){{0,3}}$'), toDecimal256(arrayStringConcat(arrayMap(_i -> "
    "leftPad(splitByChar('.', {0})[_i], 8, '0'), [1, 2, 3, 4])), 18), NULL)"
).replace("{{0,3}}", "{0,3}")

_ARGUMENTS = "arrayMap(_a -> replaceAll(_a, '\"', ''), extractAll({0}, '(?:[^\\\\s\"]|\"[^\"]*\"?)+'))"
_FROM_CODE = (
    "convertCharset(char(bitShiftRight(_n, 24) % 256, bitShiftRight(_n, 16) % 256, bitShiftRight(_n, 8) % 256, _n % 256), "
    "'UTF-32BE', 'UTF-8')"
)


def _from_code_points(node: Apply, sql: Sequence[Sql]) -> Sql:
    parts: list[Sql] = []
    for argument, item in zip(node.arguments, sql, strict=True):
        if argument.type.form is Form.JSON:
            parts.append(fill("JSONExtract({0}, 'Array(UInt32)')", item))
        elif argument.type.form is Form.ARRAY:
            parts.append(fill("arrayMap(_t -> toUInt32OrZero(toString(_t)), {0})", item))
        else:
            parts.append(fill("[toUInt32OrZero(ifNull(toString({0}), ''))]", item))
    return fill(f"arrayStringConcat(arrayMap(_n -> {_FROM_CODE}, {{0}}))", call("arrayConcat", *parts))


def _translate(node: Apply, sql: Sequence[Sql]) -> Sql:
    """translate(from, to, text): where `to` is shorter, its last character stands for the rest."""
    search, target = (str(item.value) if isinstance(item, Constant) else "" for item in node.arguments[:2])
    if not search:
        return sql[2]
    if not target:
        return call(
            "replaceRegexpAll",
            sql[2],
            string("[" + "".join(f"\\x{{{ord(char):x}}}" for char in search) + "]"),
            string(""),
        )
    target += target[-1] * (len(search) - len(target))
    return call("translateUTF8", sql[2], string(search), string(target[: len(search)]))


ROWS: tuple[FunctionSpec, ...] = (
    row("format_datetime(datetime, const string) string", _format_datetime, rules=(4,)),
    row("format_timespan(timespan, const string) string", _format_timespan, rules=(4,)),
    row("format_bytes(real, long?, string?) string", _format_bytes),
    row("parse_url(string) json", _object(URL_PARTS), rules=(6,)),
    row("parseurl(string) json", _object(URL_PARTS), rules=(6,)),
    row(
        "parse_urlquery(string) json",
        "concat(char(123), '\"Query Parameters\":', " + _PARAMETERS + ", char(125))",
        rules=(6,),
    ),
    row(
        "parseurlquery(string) json",
        "concat(char(123), '\"Query Parameters\":', " + _PARAMETERS + ", char(125))",
        rules=(6,),
    ),
    row("parse_path(string) json", _object(PATH_PARTS), rules=(6,)),
    row("parse_command_line(string, string) array:string", _ARGUMENTS),
    row("unicode_codepoints_to_string(any, any...) string", _from_code_points),
    row("make_string(any, any...) string", _from_code_points),
    row("translate(const string, const string, string) string", _translate),
    row("regex_quote(text) string", "regexpQuoteMeta({0})"),
    row("tohex(long, long?) string", lambda _node, sql: _hex(sql)),
    row("parse_version(string) decimal", _VERSION, nulls=_ALWAYS),
    *(
        row(f"{name}(real) real", f"{name}({{0}})")
        for name in ("cos", "sin", "tan", "acos", "asin", "atan", "degrees", "radians")
    ),
    row("cot(real) real", "(1 / tan({0}))"),
    row("atan2(real, real) real", "atan2({0}, {1})"),
    row("exp2(real) real", "exp2({0})"),
    row("exp10(real) real", "exp10({0})"),
    row("gamma(real) real", "tgamma({0})"),
    row("loggamma(real) real", "lgamma({0})"),
    row("erf(real) real", "erf({0})"),
    row("erfc(real) real", "erfc({0})"),
    row("bitset_count_ones(long) long", "toInt64(bitCount({0}))"),
)


def _hex(sql: Sequence[Sql]) -> Sql:
    digits = fill("lower(hex({0}))", sql[0])
    short = fill("if({0} = 0, '00', replaceRegexpOne({1}, '^0+', ''))", sql[0], digits)
    return short if len(sql) == 1 else fill("leftPad({0}, least(greatest(ifNull({1}, 1), 1), 64), '0')", short, sql[1])
