"""Run compiled YARA rules over a content. Free of Django, for the process that examines."""

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yara_x

from huntline.samples.examining.findings import (
    LONGEST_TEXT,
    LONGEST_WORD,
    MOST_MATCHES,
    MOST_META,
    MOST_TAGS,
    RuleMatch,
)
from huntline.samples.names import extension_of


class ScanTooLong(Exception):
    """The rules were not through in the time that they have."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """The rules that matched, at most as many as are kept, and by which version of the engine."""

    matches: list[RuleMatch]
    cut: bool
    version: str


def scan(content: bytes, name: str, compiled: str, seconds: int) -> Scanned:
    """Return which of the compiled rules in a file match. Raises ScanTooLong."""
    with Path(compiled).open("rb") as file:
        rules = yara_x.Rules.deserialize_from(file)
    scanner = yara_x.Scanner(rules)
    scanner.set_timeout(seconds)
    scanner.set_global("filename", name)
    scanner.set_global("extension", f".{extension_of(name)}" if extension_of(name) else "")
    try:
        found = scanner.scan(content).matching_rules
    except yara_x.TimeoutError:
        raise ScanTooLong from None
    return Scanned([_match(rule) for rule in found[:MOST_MATCHES]], len(found) > MOST_MATCHES, version("yara-x"))


def _match(rule: Any) -> RuleMatch:
    meta = [(_word(name), _text(value)) for name, value in rule.metadata[:MOST_META]]
    return RuleMatch(_word(rule.identifier), _word(rule.namespace), [_word(tag) for tag in rule.tags[:MOST_TAGS]], meta)


def _word(value: object) -> str:
    return _text(value)[:LONGEST_WORD]


def _text(value: object) -> str:
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return text[:LONGEST_TEXT]
