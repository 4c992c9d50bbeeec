"""The string operators: has, contains, startswith, in and their kin (rules 2 and 3)."""

import re
from collections.abc import Callable, Sequence

from huntline.kql.functions.spec import FunctionSpec, Nulls, row
from huntline.kql.plan import Apply, Column, Constant
from huntline.kql.sql import FALSE, TRUE, IndexedColumn, Sql, call, fill, sequence, string, strings

_TERM = re.compile(r"[0-9A-Za-z\u0080-\U0010ffff]+")
_NOT_TERM = r"[^0-9A-Za-z\x{80}-\x{10FFFF}]"
_LOOKED_UP = 500
"""A longer list is not looked up in a text index, term by term in every part of a table: reading the column is quicker."""
_PLAIN = re.compile(r"[\x00-\x7f]*\Z")


def _lowered(haystack: Sql) -> Sql:
    return haystack if isinstance(haystack, IndexedColumn) else call("lower", haystack)


def is_ascii(text: str) -> bool:
    """Say whether lower-casing bytes is enough for a text."""
    return _PLAIN.match(text) is not None


def lower_ascii(text: str) -> str:
    """Lower-case as ClickHouse's `lower` does: only the letters A to Z."""
    return "".join(char.lower() if "A" <= char <= "Z" else char for char in text)


def quote_regex(text: str) -> str:
    """Return an RE2 pattern that matches the text itself."""
    return re.sub(r"([^0-9A-Za-z_\u0080-\U0010ffff])", lambda found: _quoted(found.group()), text)


def _quoted(char: str) -> str:
    return f"\\x{{{ord(char):x}}}" if char in "\n\r\t\0 " or ord(char) < 0x20 else "\\" + char


def bounded(text: str, *, left: bool = True, right: bool = True) -> str:
    """Return an RE2 pattern for a text that starts and ends where terms do (rule 2)."""
    before = f"(?:^|{_NOT_TERM})" if left and _TERM.match(text) else ""
    after = f"(?:$|{_NOT_TERM})" if right and _TERM.match(text[-1:]) else ""
    return before + quote_regex(text) + after


def _any_of(conditions: Sequence[Sql]) -> Sql:
    if not conditions:
        return FALSE
    return conditions[0] if len(conditions) == 1 else sequence(conditions, " OR ", "(", ")")


def _all_of(conditions: Sequence[Sql]) -> Sql:
    if not conditions:
        return TRUE
    return conditions[0] if len(conditions) == 1 else sequence(conditions, " AND ", "(", ")")


def _match(haystack: Sql, pattern: str) -> Sql:
    return call("match", haystack, string(pattern))


def terms_of(text: str) -> list[tuple[str, bool, bool]]:
    """Return the terms of a text, each with whether something stands before it and behind it."""
    return [(found.group(), found.start() > 0, found.end() < len(text)) for found in _TERM.finditer(text)]


def has_terms(haystack: Sql, terms: Sequence[str], *, every: bool) -> Sql:
    """Return the condition that a text has one of these ASCII terms, or every one."""
    name = "hasAllTokens" if every else "hasAnyTokens"
    return call(name, _lowered(haystack), strings([lower_ascii(term) for term in terms]))


def has_constant(haystack: Sql, needle: str, *, exact_case: bool) -> Sql:
    """Return the condition that a constant stands in the haystack as whole terms."""
    terms = _TERM.findall(needle)
    if not needle:
        return TRUE
    if not terms:
        return call("position", haystack, string(needle))
    ascii_only = is_ascii(needle)
    if terms == [needle] and ascii_only and not exact_case:
        return has_terms(haystack, terms, every=True)
    checked = _match(haystack, ("" if exact_case else "(?i)") + bounded(needle))
    if not ascii_only:
        return checked
    return _all_of([has_terms(haystack, list(dict.fromkeys(terms)), every=True), checked])


def _has(*, exact_case: bool = False) -> Callable[[Apply, Sequence[Sql]], Sql]:
    def build(node: Apply, sql: Sequence[Sql]) -> Sql:
        needle = node.arguments[1]
        if isinstance(needle, Constant):
            return has_constant(sql[0], str(needle.value), exact_case=exact_case)
        flag = "" if exact_case else "(?i)"
        return fill(
            f"match({{0}}, concat('{flag}(?:^|[^0-9A-Za-z])', regexpQuoteMeta({{1}}), '(?:$|[^0-9A-Za-z])'))",
            sql[0],
            sql[1],
        )

    return build


def _edge(*, left: bool, right: bool, exact_case: bool) -> Callable[[Apply, Sequence[Sql]], Sql]:
    flag = "" if exact_case else "(?i)"
    before = "(?:^|[^0-9A-Za-z])" if left else ""
    after = "(?:$|[^0-9A-Za-z])" if right else ""

    def build(node: Apply, sql: Sequence[Sql]) -> Sql:
        needle = node.arguments[1]
        if isinstance(needle, Constant):
            return _match(sql[0], flag + bounded(str(needle.value), left=left, right=right))
        return fill(f"match({{0}}, concat('{flag}{before}', regexpQuoteMeta({{1}}), '{after}'))", sql[0], sql[1])

    return build


def _like_pattern(text: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"


def contains_constant(haystack: Sql, needle: str) -> Sql:
    """Return the condition that a constant stands anywhere in the haystack, whatever its case."""
    if not needle:
        return TRUE
    if not is_ascii(needle):
        return fill("(positionCaseInsensitiveUTF8({0}, {1}) > 0)", haystack, string(needle))
    return fill("(lower({0}) LIKE {1})", haystack, string(_like_pattern(needle.lower())))


def _contains(node: Apply, sql: Sequence[Sql]) -> Sql:
    needle = node.arguments[1]
    if isinstance(needle, Constant):
        return contains_constant(sql[0], str(needle.value))
    return fill("(positionCaseInsensitiveUTF8({0}, {1}) > 0)", sql[0], sql[1])


def _folded(function: str) -> Callable[[Apply, Sequence[Sql]], Sql]:
    def build(node: Apply, sql: Sequence[Sql]) -> Sql:
        needle = node.arguments[1]
        if isinstance(needle, Constant):
            text = str(needle.value)
            if is_ascii(text):
                return fill(f"{function}(lower({{0}}), {{1}})", sql[0], string(text.lower()))
            return fill(f"{function}(lowerUTF8({{0}}), {{1}})", sql[0], string(text.lower()))
        return fill(f"{function}(lowerUTF8({{0}}), lowerUTF8({{1}}))", sql[0], sql[1])

    return build


def constant_strings(node: Apply, position: int = 1) -> list[str] | None:
    """Return the texts of a constant list, or None where the argument is computed."""
    argument = node.arguments[position]
    if isinstance(argument, Constant):
        values = argument.value if isinstance(argument.value, list | tuple) else []
        return [str(value) for value in values]
    return None


def _in(node: Apply, sql: Sequence[Sql]) -> Sql:
    value, listed = node.arguments
    if isinstance(listed, Constant):
        indexed = isinstance(value, Column) and value.symbol is not None and value.symbol.index == "text"
        if indexed and isinstance(listed.value, list | tuple) and len(listed.value) > _LOOKED_UP:
            return fill("(identity({0}) IN {1})", sql[0], sql[1])
        return fill("({0} IN {1})", sql[0], sql[1])
    return fill("has({1}, {0})", sql[0], sql[1])


def _in_folded(node: Apply, sql: Sequence[Sql]) -> Sql:
    values = constant_strings(node)
    if values is None:
        return fill("has(arrayMap(_v -> lowerUTF8(_v), {1}), lowerUTF8({0}))", sql[0], sql[1])
    name = "lower" if all(map(is_ascii, values)) else "lowerUTF8"
    return fill(f"({name}({{0}}) IN {{1}})", sql[0], strings(list(dict.fromkeys(value.lower() for value in values))))


def _has_any(node: Apply, sql: Sequence[Sql]) -> Sql:
    values = constant_strings(node)
    if values is None:
        return fill(
            "arrayExists(_v -> match({0}, concat('(?i)(?:^|[^0-9A-Za-z])', regexpQuoteMeta(_v), '(?:$|[^0-9A-Za-z])')), {1})",
            sql[0],
            sql[1],
        )
    single = [value for value in values if is_ascii(value) and _TERM.fullmatch(value)]
    phrases = [value for value in values if value and value not in set(single)]
    conditions: list[Sql] = []
    if single:
        conditions.append(has_terms(sql[0], list(dict.fromkeys(single)), every=False))
    if phrases:
        conditions.append(_any_phrase(sql[0], phrases))
    if "" in values:
        return TRUE
    return _any_of(conditions)


def _any_phrase(haystack: Sql, phrases: list[str]) -> Sql:
    checked = _match(haystack, "(?i)(?:" + "|".join(bounded(phrase) for phrase in dict.fromkeys(phrases)) + ")")
    # One term of each phrase, its longest, lets the index leave out most rows before the pattern runs.
    longest = [max(_TERM.findall(phrase), key=len, default="") for phrase in phrases]
    if all(term and is_ascii(term) for term in longest):
        return _all_of([has_terms(haystack, list(dict.fromkeys(longest)), every=False), checked])
    return checked


def _has_all(node: Apply, sql: Sequence[Sql]) -> Sql:
    values = constant_strings(node)
    if values is None:
        return fill(
            "arrayAll(_v -> match({0}, concat('(?i)(?:^|[^0-9A-Za-z])', regexpQuoteMeta(_v), '(?:$|[^0-9A-Za-z])')), {1})",
            sql[0],
            sql[1],
        )
    return _all_of([has_constant(sql[0], value, exact_case=False) for value in dict.fromkeys(values) if value])


def _regex(node: Apply, sql: Sequence[Sql]) -> Sql:
    pattern = node.arguments[1]
    if isinstance(pattern, Constant):
        # ClickHouse lets a dot match a line break; RE2 as Kusto uses it does not.
        return _match(sql[0], "(?-s)" + str(pattern.value))
    return fill("match({0}, concat('(?-s)', {1}))", sql[0], sql[1])


ROWS: tuple[FunctionSpec, ...] = (
    row("has(string, string) bool", _has(), rules=(2,), nulls=Nulls.NEVER),
    row("has_cs(string, string) bool", _has(exact_case=True), rules=(2,), nulls=Nulls.NEVER),
    row(
        "hasprefix(string, string) bool", _edge(left=True, right=False, exact_case=False), rules=(2,), nulls=Nulls.NEVER
    ),
    row(
        "hasprefix_cs(string, string) bool",
        _edge(left=True, right=False, exact_case=True),
        rules=(2,),
        nulls=Nulls.NEVER,
    ),
    row(
        "hassuffix(string, string) bool", _edge(left=False, right=True, exact_case=False), rules=(2,), nulls=Nulls.NEVER
    ),
    row(
        "hassuffix_cs(string, string) bool",
        _edge(left=False, right=True, exact_case=True),
        rules=(2,),
        nulls=Nulls.NEVER,
    ),
    row("contains(string, string) bool", _contains, rules=(2,), nulls=Nulls.NEVER),
    row("contains_cs(string, string) bool", "(position({0}, {1}) > 0)", rules=(2,), nulls=Nulls.NEVER),
    row("startswith(string, string) bool", _folded("startsWith"), rules=(2,), nulls=Nulls.NEVER),
    row("startswith_cs(string, string) bool", "startsWith({0}, {1})", rules=(2,), nulls=Nulls.NEVER),
    row("endswith(string, string) bool", _folded("endsWith"), rules=(2,), nulls=Nulls.NEVER),
    row("endswith_cs(string, string) bool", "endsWith({0}, {1})", rules=(2,), nulls=Nulls.NEVER),
    row("=~(string, string) bool", _folded("equals"), rules=(2,), nulls=Nulls.NEVER),
    row("matches regex(string, string) bool", _regex, rules=(3,), nulls=Nulls.NEVER),
    row("in(string, texts) bool", _in, rules=(2,), nulls=Nulls.NEVER),
    row("in~(string, texts) bool", _in_folded, rules=(2,), nulls=Nulls.NEVER),
    row("has_any(string, texts) bool", _has_any, rules=(2,), nulls=Nulls.NEVER),
    row("has_all(string, texts) bool", _has_all, rules=(2,), nulls=Nulls.NEVER),
)
