"""What RE2 does not accept, found before the engine is asked (rule 3)."""

import re

_UNSUPPORTED = (
    (re.compile(r"\(\?(?:[=!]|<[=!])"), "look-around is not part of RE2"),
    (re.compile(r"\(\?>"), "atomic groups are not part of RE2"),
    (re.compile(r"\\[1-9]"), "back-references are not part of RE2"),
)


_GROUP = re.compile(r"\((?!\?)|\(\?P?<(?![=!])")


def group_count(pattern: str) -> int:
    """Return how many capturing groups a pattern has."""
    bare = re.sub(r"\\Q.*?(?:\\E|$)", "", pattern, flags=re.DOTALL)
    bare = re.sub(r"\\.", "", bare, flags=re.DOTALL)
    return len(_GROUP.findall(re.sub(r"\[\^?\]?[^\]]*\]", "", bare)))


def regex_fault(pattern: str) -> str | None:
    """Return what is wrong with a pattern for RE2, or None."""
    bare = re.sub(r"\\\\", "", pattern)
    for unsupported, reason in _UNSUPPORTED:
        if unsupported.search(bare):
            return reason
    return _brackets(pattern)


def _brackets(pattern: str) -> str | None:
    depth, at, length = 0, 0, len(pattern)
    while at < length:
        char = pattern[at]
        if char == "\\":
            if at + 1 >= length:
                return "a backslash stands at the end"
            if pattern[at + 1] == "Q":
                end = pattern.find("\\E", at)
                at = length if end < 0 else end
            at += 2
            continue
        if char == "[":
            end = _class_end(pattern, at)
            if end < 0:
                return "a character class is not closed"
            at = end
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth < 0:
                return "a bracket is closed that was not opened"
        elif char in "*+?" and _nothing_before(pattern, at):
            return f"there is nothing to repeat before '{char}'"
        at += 1
    return "a bracket is not closed" if depth else None


def _nothing_before(pattern: str, at: int) -> bool:
    """Say whether a repetition stands where nothing can be repeated; `(?` is the start of a group's flags."""
    if at == 0:
        return True
    if pattern[at] == "?" and pattern[at - 1] == "(":
        return False
    return pattern[at - 1] in "(|" and pattern[at - 2 : at - 1] != "\\"


def _class_end(pattern: str, start: int) -> int:
    """Return the offset of the bracket that closes the character class opened at `start`, or -1."""
    at = start + 1
    if pattern[at : at + 1] == "^":
        at += 1
    if pattern[at : at + 1] == "]":
        at += 1
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 2
            continue
        if pattern.startswith("[:", at) and (end := pattern.find(":]", at)) > 0:
            at = end + 2
            continue
        if pattern[at] == "]":
            return at
        at += 1
    return -1
