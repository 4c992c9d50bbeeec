"""Literals and names as they are written."""

import re
from collections.abc import Mapping
from decimal import Decimal

from huntline.kql import syntax
from huntline.kql.literals import TICKS_PER_SECOND, TimeOfDay, format_datetime, format_timespan
from huntline.kql.types import TYPE_NAMES, KqlType

_K = KqlType
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SPECIAL = """
    and as asc between by cluster consume contains contains_cs containscs count database datatable declare default desc distinct dynamic
    edges endswith endswith_cs evaluate extend external_data externaldata False false FALSE filter find first from getschema granny has
    has_all has_any has_cs hasprefix hasprefix_cs hassuffix hassuffix_cs hint in invoke join kind last let like limit lookup matches
    materialize nodes notcontains notcontains_cs notcontainscs nothas nothas_cs null nulls of on or order others output pack pack_all parse
    partition partitioned print project range regex render sample scan search serialize set sort startswith startswith_cs step summarize
    take to top True true TRUE typeof union view where with withsource with_source isfuzzy bagexpansion with_itemindex flags decodeblocks
    expandoutput with_match_id with_step_name cycles with_node_id with_source_id with_target_id with_component_id alias restrict pattern
"""
_WORDS = frozenset(_SPECIAL.split()) | frozenset(TYPE_NAMES)
"""Words that mean something in one place or another: as names they stand in brackets."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Unprintable(ValueError):
    """A part of the tree that keeps nothing of what was written: an operator that the parser only steps over."""


def text(value: str) -> str:
    """Return a string as a literal."""
    pieces = [
        _ESCAPES.get(char)
        or (char if char >= " " and char not in "\x7f\u2028\u2029\ufeff\u200b" else f"\\u{ord(char):04x}")
        for char in value
    ]
    return f'"{"".join(pieces)}"'


def name(value: str) -> str:
    """Return a name, bare where that is sure to be read as one."""
    bare = _IDENTIFIER.fullmatch(value) is not None and value not in _WORDS and not value.startswith("hint")
    return value if bare else f"[{text(value)}]"


def json(value: object) -> str:
    """Return a JSON value as `dynamic(...)` holds it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{text(str(key))}: {json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(json(item) for item in value) + "]"
    raise Unprintable(repr(value))


def _number(value: float | Decimal) -> str:
    shown = repr(value) if not isinstance(value, Decimal) else str(value)
    return {"inf": "1e999", "-inf": "-1e999"}.get(shown, shown)


def literal(node: syntax.Literal) -> str:
    """Return a constant."""
    kind, value = node.type, node.value
    if kind is _K.DYNAMIC:
        return f"dynamic({json(value)})"
    if value is None:
        return f"{kind}(null)"
    if kind is _K.STRING:
        return text(str(value))
    if kind is _K.BOOL:
        return "true" if value else "false"
    if kind is _K.LONG and isinstance(value, int) and value >= 0:
        return str(value)
    return f"{kind}({_body(kind, value)})"


def _body(kind: KqlType, value: object) -> str:
    if isinstance(value, TimeOfDay):
        seconds, fraction = divmod(value.ticks, TICKS_PER_SECOND)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:07}"
    if kind is _K.DATETIME and isinstance(value, int):
        return format_datetime(value)
    if kind is _K.TIMESPAN and isinstance(value, int):
        return format_timespan(value)
    return repr(value) if isinstance(value, float) else str(value)
