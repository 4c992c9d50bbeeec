"""The privacy statement: versioned texts of the package, in three languages. A published version never changes."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from huntline.enrolment.errors import StatementNotFound

VERSIONS: Final = ("2026-11",)
CURRENT: Final = VERSIONS[-1]
LANGUAGES: Final = ("en", "ko", "ja")


@dataclass(frozen=True, slots=True)
class Statement:
    """One version in one language; `sha256` is that of the text in UTF-8, in hex."""

    version: str
    language: str
    text: str
    sha256: str


@cache
def find_statement(version: str, language: str) -> Statement:
    """Return a version in a language. Raises StatementNotFound."""
    if version not in VERSIONS or language not in LANGUAGES:
        raise StatementNotFound(version, language)
    text = (files("huntline.enrolment") / "privacy" / f"{version}.{language}.md").read_text(encoding="utf-8")
    return Statement(version, language, text, hashlib.sha256(text.encode()).hexdigest())


def current_statement(language: str | None) -> Statement:
    """Return the version in force, in the reader's language where there is one and else in English."""
    primary = (language or "en").split("-")[0]
    return find_statement(CURRENT, primary if primary in LANGUAGES else "en")
