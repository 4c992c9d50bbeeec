"""replace_strings, and texts that are unpacked when the query is compiled."""

import zlib
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Sequence

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, wrong_argument
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import convert
from huntline.kql.plan import Apply, Constant, Scalar
from huntline.kql.sql import Sql, Text, call, string
from huntline.kql.types import STRING

_LARGEST = 1_048_576


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
