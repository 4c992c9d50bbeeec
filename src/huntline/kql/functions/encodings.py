"""Hashes, base64, characters: values to codes and back."""

from collections.abc import Sequence

from huntline.kql.functions.spec import FunctionSpec, Nulls, row
from huntline.kql.plan import Apply
from huntline.kql.sql import Sql, call, fill
from huntline.kql.types import KqlType

_K = KqlType
_ALWAYS, _NEVER = Nulls.ALWAYS, Nulls.NEVER
# hash() is xxHash64 over the bytes of the value: UTF-8 of a text, ticks since year 1 of a moment, 64 bits of a number.
_BYTES = {
    _K.DATETIME: "(reinterpret(ifNull({0}, toDateTime64('1970-01-01', 7, 'UTC')), 'Int64') + 621355968000000000)",
    _K.TIMESPAN: "toInt64(ifNull({0}, 0))",
    _K.INT: "toInt64(ifNull({0}, 0))",
    _K.LONG: "toInt64(ifNull({0}, 0))",
    _K.REAL: "toFloat64(ifNull({0}, 0))",
    _K.BOOL: "toUInt8(ifNull({0}, false))",
}


def hashed(argument: KqlType, sql: Sql) -> Sql:
    """Return the hash of a value of a type."""
    shape = _BYTES.get(argument, "ifNull(toString({0}), '')")
    return fill(f"reinterpretAsInt64(xxHash64({shape}))", sql)


def _hash(node: Apply, sql: Sequence[Sql]) -> Sql:
    value = hashed(node.arguments[0].type.kql, sql[0])
    return value if len(sql) == 1 else fill("positiveModulo({0}, {1})", value, sql[1])


def _combined(hashes: Sequence[Sql]) -> Sql:
    parts = [fill("reinterpretAsFixedString(toInt64(ifNull({0}, 0)))", item) for item in hashes]
    return fill("reinterpretAsInt64(xxHash64({0}))", call("concat", *parts))


def _hash_many(node: Apply, sql: Sequence[Sql]) -> Sql:
    return _combined([hashed(argument.type.kql, item) for argument, item in zip(node.arguments, sql, strict=True)])


# The first three groups of a guid are stored with their lowest byte first.
_SWAPPED = (
    "replaceRegexpOne({0}, '^(..)(..)(..)(..)(..)(..)(..)(..)(.*)$', '\\\\4\\\\3\\\\2\\\\1\\\\6\\\\5\\\\8\\\\7\\\\9')"
)
_GUID_BYTES = "unhex(" + _SWAPPED.replace("{0}", "replaceAll({0}, '-', '')") + ")"
_GUID_TEXT = (
    "replaceRegexpOne(" + _SWAPPED.replace("{0}", "lower(hex(tryBase64Decode({0})))") + ", "
    "'^(........)(....)(....)(....)(............)$', '\\\\1-\\\\2-\\\\3-\\\\4-\\\\5')"
)
_CODE_POINTS = (
    "arrayMap(_c -> toInt64(reinterpretAsUInt32(convertCharset(_c, 'UTF-8', 'UTF-32LE'))), extractAll({0}, '(?s).'))"
)
# A space is %20 and not '+'; the codes are in small letters.
_COMPONENT = (
    "arrayStringConcat(arrayMap(_u -> if(startsWith(_u, '%'), lower(_u), _u), "
    "extractAll(encodeURLComponent({0}), '%..|[^%]+')))"
)
# zlib and gzip around blocks that are stored as they are: a stream that every reader takes. A block holds up to 65,535 bytes.
_BLOCKS = (
    "arrayStringConcat(arrayMap(_o -> concat(char(if(_o + 65535 >= length({0}), 1, 0)), "
    "reinterpretAsFixedString(toUInt16(least(65535, length({0}) - _o))), "
    "reinterpretAsFixedString(bitNot(toUInt16(least(65535, length({0}) - _o)))), substring({0}, _o + 1, 65535)), "
    "range(0, greatest(length({0}), 1), 65535)))"
)
_BYTE_VALUES = "arrayMap(_i -> toUInt64(reinterpretAsUInt8(substring({0}, _i, 1))), range(1, length({0}) + 1))"
_ADLER = (
    "reverse(reinterpretAsFixedString(toUInt32("
    "((length({0}) + arraySum((_b, _i) -> _b * (length({0}) + 1 - _i), BYTES, arrayEnumerate(BYTES))) % 65521) * 65536 "
    "+ (1 + arraySum(BYTES)) % 65521)))"
).replace("BYTES", _BYTE_VALUES)
_ZLIB = f"base64Encode(concat(unhex('7801'), {_BLOCKS}, {_ADLER}))"
_GZIP = (
    f"base64Encode(concat(unhex('1F8B08000000000000FF'), {_BLOCKS}, reinterpretAsFixedString(toUInt32(CRC32({{0}}))), "
    "reinterpretAsFixedString(toUInt32(length({0})))))"
)


def _from_array(_node: Apply, sql: Sequence[Sql]) -> Sql:
    numbers = fill("arrayMap(_b -> toInt64OrNull(toString(_b)), {0})", sql[0])
    text = "base64Encode(arrayStringConcat(arrayMap(_b -> char(assumeNotNull(_b)), {0})))"
    return fill(f"if(arrayAll(_b -> ifNull(_b BETWEEN 0 AND 255, false), {{0}}), {text}, '')", numbers)


ROWS: tuple[FunctionSpec, ...] = (
    row("hash(any, long?) long", _hash, nulls=_NEVER),
    row("hash_xxhash64(any, long?) long", _hash, nulls=_NEVER),
    row("hash_combine(long, long, long...) long", lambda _node, sql: _combined(sql), nulls=_NEVER),
    row("hash_many(any, any, any...) long", _hash_many, nulls=_NEVER),
    row("hash_md5(string) string", "lower(hex(MD5({0})))"),
    row("hash_sha1(string) string", "lower(hex(SHA1({0})))"),
    row("hash_sha256(string) string", "lower(hex(SHA256({0})))"),
    row("base64_decodestring(string) string", "if(isValidUTF8(tryBase64Decode({0})), tryBase64Decode({0}), '')"),
    row("base64_encodestring(string) string", "base64Encode({0})"),
    row(
        "base64_decode_toarray(string) array:long",
        "arrayMap(_b -> toInt64(ascii(_b)), splitByString('', tryBase64Decode({0})))",
    ),
    row("base64_encode_fromarray(array) string", _from_array),
    row("base64_encode_fromguid(guid) string", f"if(empty({{0}}), '', base64Encode({_GUID_BYTES}))"),
    row("base64_decode_toguid(string) guid", f"if(length(tryBase64Decode({{0}})) = 16, {_GUID_TEXT}, '')"),
    row("zlib_compress_to_base64_string(string) string", _ZLIB),
    row("gzip_compress_to_base64_string(string) string", _GZIP),
    row("url_encode_component(string) string", _COMPONENT),
    row("isascii(text) bool", "isASCII({0})", nulls=_NEVER),
    row("isutf8(text) bool", "isValidUTF8({0})", nulls=_NEVER),
    row("to_utf8(text) array:long", _CODE_POINTS),
    row("unicode_codepoints_from_string(text) array:long", _CODE_POINTS),
)
