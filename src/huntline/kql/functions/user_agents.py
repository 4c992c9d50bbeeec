"""parse_user_agent: the rules of uap-core, which Kusto uses too, as SQL (docs/decisions/0015-user-agents.md).

All patterns are tried in one pass by the engine's multi-pattern matcher, in a form that it takes and that matches no less than the rule
itself; of the candidates the first that matches exactly is the rule; a switch over the rules then takes the text apart.
"""

import json
import re
from functools import cache
from importlib.resources import files

from huntline.kql.sql import Sql, sequence

PARTS = {
    "browser": ("Browser", ("Family", "MajorVersion", "MinorVersion", "Patch")),
    "os": ("OperatingSystem", ("Family", "MajorVersion", "MinorVersion", "Patch", "PatchMinor")),
    "device": ("Device", ("Family", "Brand", "Model")),
}
"""What can be looked for: the property of the answer, and its properties."""
_BETWEEN = "\x01"
# A long bounded repetition is slow to compile for the matcher, and `^` inside a pattern it does not know. Without them it finds more.
_LONG = re.compile(r"\{\d+,\d{2,}\}")
_INNER_START = re.compile(r"([^\\\[])\^")


def parsed(text: Sql, kinds: list[str]) -> Sql:
    """Return the JSON of what is looked for in a user agent."""
    members: list[Sql] = []
    for kind in kinds:
        before, after = _object(kind)
        members.append(sequence([text], "", before, after))
    return sequence(members, ", ',', ", "concat(char(123), ", ", char(125))")


@cache
def _object(kind: str) -> tuple[str, str]:
    """Return the SQL of a property and its value, before and after the text of the user agent."""
    rules = _rules()[kind]
    name, members = PARTS[kind]
    exact = _array([f"(?-s){pattern}" for pattern, *_ in rules])
    wide = _array([_INNER_START.sub(r"\1", _LONG.sub("*", pattern)) for pattern, *_ in rules])
    # A lambda reads nothing from outside: a captured value would be copied for every branch of the switch.
    found = f"arrayFirst(_j -> match(_w, {exact}[_j]), arraySort(multiMatchAllIndices(_w, {wide})))"
    branches = ", ".join(f"_i = {number}, {_taken_apart(*rule)}" for number, rule in enumerate(rules, 1))
    split = f"splitByChar('\\x01', multiIf({branches}, 'Other'))"
    written = ", ',', ".join(f"'\"{member}\":', toJSONString(trimBoth(_p[{i}]))" for i, member in enumerate(members, 1))
    before = (
        f"'\"{name}\":', arrayMap(_v -> arrayMap(_p -> concat(char(123), {written}, char(125)), "
        f"[arrayMap((_u, _i) -> {split}, [_v], [arrayMap(_w -> {found}, [_v])[1]])[1]])[1], [toValidUTF8("
    )
    return before, ")])[1]"


def _taken_apart(pattern: str, *parts: str) -> str:
    whole = _BETWEEN.join(parts)
    if "\\" not in whole:
        return _literal(whole)
    return f"replaceRegexpOne(_u, {_literal(f'^(?s:.*?)(?:(?-s){pattern})(?s:.*)$')}, {_literal(whole)})"


@cache
def _rules() -> dict[str, list[list[str]]]:
    text = files("huntline.kql.functions").joinpath("user_agents.json").read_text(encoding="utf-8")
    found: dict[str, list[list[str]]] = json.loads(text)
    return found


def _array(texts: list[str]) -> str:
    return "[" + ", ".join(map(_literal, texts)) + "]"


def _literal(text: str) -> str:
    """Return a text of the rules, never one of a query, as a string of SQL; braces as codes, because clients look for `{name:type}`."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("{", "\\x7B").replace("}", "\\x7D")
    return "'" + escaped.replace(_BETWEEN, "\\x01") + "'"
