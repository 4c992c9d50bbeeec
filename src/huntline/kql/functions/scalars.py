"""Functions over strings, numbers and conditions."""

from collections.abc import Sequence

from huntline.kql.functions.regex import group_count
from huntline.kql.functions.spec import FunctionSpec, Nulls, row
from huntline.kql.plan import Apply, Builder, Constant
from huntline.kql.sql import Sql, call, fill, sequence, string

_NEVER = Nulls.NEVER


def _substring(_node: Apply, sql: Sequence[Sql]) -> Sql:
    # A negative start counts from the end, as in Kusto; a start beyond the text gives ''.
    start = fill("if({1} < 0, greatest(lengthUTF8({0}) + {1}, 0), {1}) + 1", sql[0], sql[1])
    if len(sql) == 2:
        return fill("ifNull(substringUTF8({0}, toInt64({1})), '')", sql[0], start)
    return fill("ifNull(substringUTF8({0}, toInt64({1}), toInt64(greatest({2}, 0))), '')", sql[0], start, sql[2])


def _extract(node: Apply, sql: Sequence[Sql]) -> Sql:
    """extract(regex, group, text): ClickHouse's own `extract` knows the first group only."""
    pattern, group = (str(item.value) if isinstance(item, Constant) else "" for item in node.arguments[:2])
    if group == "0":
        return fill("arrayElement(extractAllGroupsHorizontal({0}, {1}), 1)[1]", sql[2], string(f"((?-s){pattern})"))
    if group_count(pattern) == 0:
        return string("")
    if group == "1":
        return fill("extract({0}, {1})", sql[2], string(f"(?-s){pattern}"))
    return fill("arrayElement(extractGroups({0}, {1}), {2})", sql[2], string(f"(?-s){pattern}"), sql[1])


def _pattern(constant: Constant) -> Sql:
    return string("(?-s)" + str(constant.value))


def _strcat(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return sql[0] if len(sql) == 1 else call("concat", *sql)


def _strcat_delim(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return fill("arrayStringConcat({0}, {1})", sequence(sql[1:], ", ", "[", "]"), sql[0])


def _replace_regex(node: Apply, sql: Sequence[Sql]) -> Sql:
    pattern = _pattern(node.arguments[1]) if isinstance(node.arguments[1], Constant) else sql[1]
    return call("replaceRegexpAll", sql[0], pattern, sql[2])


def _trim(side: str) -> Builder:
    def build(node: Apply, sql: Sequence[Sql]) -> Sql:
        pattern = node.arguments[0]
        expressions = {"both": "^(?:{p})+|(?:{p})+$", "start": "^(?:{p})+", "end": "(?:{p})+$"}
        if isinstance(pattern, Constant):
            text = expressions[side].replace("{p}", str(pattern.value))
            if side == "both":
                first = call(
                    "replaceRegexpOne",
                    sql[1],
                    string(expressions["start"].replace("{p}", str(pattern.value))),
                    string(""),
                )
                return call(
                    "replaceRegexpOne", first, string(expressions["end"].replace("{p}", str(pattern.value))), string("")
                )
            return call("replaceRegexpOne", sql[1], string(text), string(""))
        first = fill("replaceRegexpOne({0}, concat('^(?:', {1}, ')+'), '')", sql[1], sql[0])
        last = fill("replaceRegexpOne({0}, concat('(?:', {1}, ')+$'), '')", first if side == "both" else sql[1], sql[0])
        return first if side == "start" else last

    return build


def _round(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return (
        call("round", sql[0])
        if len(sql) == 1
        else fill("round({0}, toInt64(greatest(least(ifNull({1}, 0), 300), -300)))", *sql)
    )


def _round_whole(_node: Apply, sql: Sequence[Sql]) -> Sql:
    """A whole number stays one: only places to the left of the point change it."""
    if len(sql) == 1:
        return sql[0]
    return fill("toInt64(round({0}, toInt64(greatest(least(ifNull({1}, 0), 0), -18))))", *sql)


# Kusto writes the codes in small letters.
_URL_ENCODED = (
    "arrayStringConcat(arrayMap(_u -> if(startsWith(_u, '%'), lower(_u), _u), "
    "extractAll(encodeURLFormComponent({0}), '%..|[^%]+')))"
)
_BASE64 = "if(isValidUTF8(tryBase64Decode({0})), tryBase64Decode({0}), '')"


ROWS: tuple[FunctionSpec, ...] = (
    # Conditions
    row("not(bool) bool", "(NOT {0})", rules=(1,)),
    row("iff(bool, same, same) same", "if({0}, {1}, {2})"),
    row("iif(bool, same, same) same", "if({0}, {1}, {2})"),
    row("isnull(any) bool", "isNull({0})", nulls=_NEVER, rules=(1,)),
    # Strings
    row("strlen(string) long", "toInt64(lengthUTF8({0}))", nulls=_NEVER),
    row("string_size(string) long", "toInt64(length({0}))", nulls=_NEVER),
    row("tolower(text) string", "lowerUTF8({0})"),
    row("toupper(text) string", "upperUTF8({0})"),
    row("reverse(string) string", "reverseUTF8({0})"),
    row("substring(text, long, long?) string", _substring),
    row("extract(const string, const long, string) string", _extract, rules=(3,)),
    row("replace_string(string, string, string) string", "replaceAll({0}, {1}, {2})"),
    row("replace_regex(string, string, string) string", _replace_regex, rules=(3,)),
    row("replace(string, string, string) string", "replaceRegexpAll({2}, {0}, {1})", rules=(3,)),
    row("base64_decode_tostring(string) string", _BASE64),
    row("base64_encode_tostring(string) string", "base64Encode({0})"),
    row("url_decode(string) string", "decodeURLComponent({0})"),
    row("url_encode(string) string", _URL_ENCODED),
    row("isempty(string) bool", "empty({0})", nulls=_NEVER, rules=(1,)),
    row("isnotempty(string) bool", "notEmpty({0})", nulls=_NEVER, rules=(1,)),
    row("strcmp(text, text) long", "if({0} = {1}, 0, if({0} < {1}, -1, 1))", nulls=_NEVER),
    row("trim(string, string) string", _trim("both"), rules=(3,)),
    row("trim_start(string, string) string", _trim("start"), rules=(3,)),
    row("trim_end(string, string) string", _trim("end"), rules=(3,)),
    # Numbers
    row("abs(number) =0", "abs({0})"),
    row("abs(int) long", "abs({0})"),
    row("abs(timespan) timespan", "abs({0})"),
    row("ceiling(number) =0", "ceil({0})"),
    row("floor(number, number?) =0", "floor({0})"),
    row("sqrt(real) real", "sqrt({0})"),
    row("exp(real) real", "exp({0})"),
    row("log(real) real", "log({0})"),
    row("log10(real) real", "log10({0})"),
    row("log2(real) real", "log2({0})"),
    row("pow(real, real) real", "pow({0}, {1})"),
    row("sign(number) real", "sign({0})"),
    row("pi() real", "pi()"),
    row("round(real, long?) real", _round),
    row("round(decimal, long?) decimal", _round),
    row("round(int, long?) int", _round_whole),
    row("round(long, long?) long", _round_whole),
    row("rand() real", "randCanonical()", nulls=_NEVER),
    row("rand(long) real", "floor(randCanonical() * {0})", nulls=_NEVER),
    row("binary_and(long, long) long", "bitAnd({0}, {1})"),
    row("binary_or(long, long) long", "bitOr({0}, {1})"),
    row("binary_xor(long, long) long", "bitXor({0}, {1})"),
    row("binary_not(long) long", "bitNot({0})"),
    # The width is taken modulo 64; a negative one gives null.
    row(
        "binary_shift_left(long, long) long",
        "if({1} < 0, NULL, bitShiftLeft({0}, toUInt8(positiveModulo({1}, 64))))",
        nulls=Nulls.ALWAYS,
    ),
    row(
        "binary_shift_right(long, long) long",
        "if({1} < 0, NULL, bitShiftRight({0}, toUInt8(positiveModulo({1}, 64))))",
        nulls=Nulls.ALWAYS,
    ),
    row("isnan(real) bool", "isNaN({0})"),
    row("isinf(real) bool", "isInfinite({0})"),
    row("isfinite(real) bool", "isFinite({0})"),
    row("assert(bool, const string) bool", "(throwIf(NOT ifNull({0}, false), {1}) = 0)", nulls=_NEVER),
    row("new_guid() guid", "toString(generateUUIDv4())"),
    row("strcat_delim(const text, text...) string", _strcat_delim),
    row("max_of(same, same...) same", lambda _node, sql: call("greatest", *sql)),
    row("min_of(same, same...) same", lambda _node, sql: call("least", *sql)),
    row("strcat(string...) string", _strcat),
)
