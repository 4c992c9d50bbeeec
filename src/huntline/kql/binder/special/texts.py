"""indexof, indexof_regex, countof, replace_strings, and texts that are unpacked when the query is compiled."""

import zlib
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Sequence

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, whole_argument, wrong_argument
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.functions.regex import regex_fault
from huntline.kql.plan import Apply, Constant, Scalar
from huntline.kql.sql import Sql, Text, call, string, template
from huntline.kql.types import LONG, STRING

_LARGEST = 1_048_576


def _text(node: syntax.Call, given: Sequence[Scalar], position: int) -> Scalar:
    """Return an argument as text: any value is one."""
    text = convert(given[position], STRING)
    if text is None:
        raise wrong_argument(node, position, "string", given[position])
    return text


@special("countof")
def _count_of(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Plain matches may overlap, those of a regular expression do not."""
    given = arguments_of(state, node, row, 2, 3)
    text, needle = _text(node, given, 0), _text(node, given, 1)
    kind = given[2].value if len(given) == 3 and isinstance(given[2], Constant) else "normal"
    if kind == "regex":
        _refuse_fault(node, needle)
        return apply(node.name, template("toInt64(countMatches({0}, {1}))"), LONG, text, needle, nullable=False)
    if isinstance(needle, Constant) and not _overlaps(str(needle.value)):
        return apply(node.name, template("toInt64(countSubstrings({0}, {1}))"), LONG, text, needle, nullable=False)
    places = "range(1, toUInt64(greatest(toInt64(length({0})) - toInt64(length({1})) + 2, 1)))"
    pattern = f"if(empty({{1}}), 0, toInt64(arrayCount(_p -> substring({{0}}, _p, length({{1}})) = {{1}}, {places})))"
    return apply(node.name, template(pattern), LONG, text, needle, nullable=False)


def _overlaps(needle: str) -> bool:
    return any(needle.startswith(needle[at:]) for at in range(1, len(needle)))


def _refuse_fault(node: syntax.Call, pattern: Scalar) -> None:
    fault = regex_fault(str(pattern.value)) if isinstance(pattern, Constant) else None
    if fault is not None:
        raise Failure("invalid_regex", node.arguments[1].start, node.arguments[1].end, reason=fault)


# A later occurrence is looked for behind the one before, over the whole length again.
_FROM = "greatest(if({2} < 0, toInt64(lengthUTF8({0})) + {2}, {2}), 0)"
_INDEX = (
    "arrayMap((_f, _l, _n, _m) -> arrayMap(_h -> if(length(_h) < _n OR (_l >= 0 AND (_h[1] + _m > _f + _l "
    "OR _h[_n] + _m > if(_n > 1, _h[_n - 1] + 1, _f) + _l)), -1, _h[_n]), [arrayFilter(_p -> _p >= _f AND "
    "substringUTF8({0}, _p + 1, _m) = {1}, arrayMap(_p -> toInt64(_p), "
    "range(toUInt64(greatest(toInt64(lengthUTF8({0})) - _m + 1, 0)))))])[1], "
    f"[toInt64({_FROM})], [toInt64({{3}})], [toInt64({{4}})], [toInt64(lengthUTF8({{1}}))])[1]"
)


def _place_numbers(node: syntax.Call, given: Sequence[Scalar]) -> list[Scalar]:
    """Return start, length and occurrence, with what they are where they are left out."""
    defaults = (0, -1, 1)
    return [
        whole_argument(node, given, i) if i < len(given) else Constant(LONG, default)
        for i, default in enumerate(defaults, 2)
    ]


@special("indexof")
def _index_of(state: State, node: syntax.Call, row: Row) -> Scalar:
    """indexof(text, match, start, length, occurrence); a negative start counts from the end."""
    given = arguments_of(state, node, row, 2, 5)
    text, needle = _text(node, given, 0), _text(node, given, 1)
    if len(given) == 2:
        return apply(node.name, template("(toInt64(positionUTF8({0}, {1})) - 1)"), LONG, text, needle, nullable=False)
    numbers = _place_numbers(node, given)
    if len(given) == 3:
        pattern = f"(toInt64(positionUTF8({{0}}, {{1}}, toUInt64({_FROM} + 1))) - 1)"
        return apply(node.name, template(pattern), LONG, text, needle, numbers[0])
    pattern = f"if(ifNull({{3}} < -1 OR {{4}} < 1, true), NULL, {_INDEX})"
    return apply(node.name, template(pattern), LONG, text, needle, *numbers, nullable=True)


# `_x`: the part that is examined; `_g`: what lies between the matches, `_h`: the matches.
_REGEX_INDEX = (
    "if(ifNull({2} < 0 OR {3} < -1 OR {4} < 1, true), NULL, arrayMap(_x -> arrayMap((_g, _h) -> if(length(_h) < {4}, -1, "
    "toInt64({2}) + arraySum(_t -> toInt64(lengthUTF8(_t)), arraySlice(_g, 1, toInt64({4}))) "
    "+ arraySum(_t -> toInt64(lengthUTF8(_t)), arraySlice(_h, 1, toInt64({4}) - 1))), "
    "[splitByRegexp({5}, _x)], [extractAll(_x, {5})])[1], "
    "[if({3} < 0, substringUTF8({0}, toInt64({2}) + 1), substringUTF8({0}, toInt64({2}) + 1, toInt64({3})))])[1])"
)


@special("indexof_regex")
def _index_of_regex(state: State, node: syntax.Call, row: Row) -> Scalar:
    """indexof_regex(text, regex, start, length, occurrence): matches do not overlap; a negative start gives null."""
    given = arguments_of(state, node, row, 2, 5)
    text = _text(node, given, 0)
    if not isinstance(given[1], Constant):
        place = node.arguments[1]
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=2)
    _refuse_fault(node, given[1])
    numbers = _place_numbers(node, given)
    whole = Constant(STRING, f"((?-s){given[1].value})")
    return apply(node.name, template(_REGEX_INDEX), LONG, text, given[1], *numbers, whole, nullable=True)


@special("replace_strings")
def _replace_strings(state: State, node: syntax.Call, row: Row) -> Scalar:
    """An earlier look-up goes before a later one; what it matched is done with, also where its rewrite is no string."""
    given = arguments_of(state, node, row, 3)
    text = convert(given[0], STRING)
    if text is None:
        raise wrong_argument(node, 0, "string", given[0])
    lookups, rewrites = _constants(node, given, 1), _constants(node, given, 2)
    both = zip(lookups, rewrites, strict=False)
    pairs = [(lookup, rewrite) for lookup, rewrite in both if lookup and isinstance(lookup, str)][:_MOST_LOOKUPS]

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        result = sql[0]
        for number, (lookup, _) in enumerate(pairs):
            result = call("replaceAll", result, string(lookup), _mark(number))
        for number, (lookup, rewrite) in enumerate(pairs):
            kept = rewrite if isinstance(rewrite, str) else lookup
            result = call("replaceAll", result, _mark(number), string(str(kept)))
        return result

    return Apply(STRING, nullable=False, name=node.name, sql=build, arguments=(text,))


_MOST_LOOKUPS = 1024


def _mark(number: int) -> Sql:
    """Return bytes that stand for a match: none of them is part of any text, so nothing else can match in them."""
    digits = f"{number:010b}".replace("0", "\\xFD").replace("1", "\\xFE")
    return Text(f"'\\xFF{digits}\\xFF'")


def _constants(node: syntax.Call, given: list[Scalar], position: int) -> list[object]:
    value = given[position].value if isinstance(given[position], Constant) else None  # type: ignore[union-attr]
    if not isinstance(value, list):
        place = node.arguments[position]
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=position + 1)
    return value


@special("zlib_decompress_from_base64_string", "gzip_decompress_from_base64_string")
def _decompress(state: State, node: syntax.Call, row: Row) -> Scalar:
    """The engine cannot unpack: only a constant is, here. What is no packed text gives ''."""
    value = arguments_of(state, node, row, 1)[0]
    if not isinstance(value, Constant):
        raise Failure("not_supported", node.start, node.end, what=f"{node.name}() of a value that is not a constant")
    packing = zlib.MAX_WBITS if node.name.startswith("zlib") else zlib.MAX_WBITS | 16
    try:
        reader = zlib.decompressobj(packing)
        found = reader.decompress(b64decode(str(value.value), validate=True), _LARGEST)
        text = found.decode() if reader.eof else ""
    except (zlib.error, BadBase64, ValueError):
        text = ""
    return Constant(STRING, text)
