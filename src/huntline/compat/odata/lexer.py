"""Cut a query option into tokens.

A plus between tokens is a blank: some clients (XSOAR) write `alertCreationTime+gt+2024-01-01T00:00:00Z` and encode it once more, so that
the plus survives. The plus of an offset (`+00:00`) belongs to its datetime, and one inside quotes to the text.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from huntline.compat.errors import ODataError


class TokenKind(StrEnum):
    """What a token is."""

    TEXT = "text"
    DATETIME = "datetime"
    NUMBER = "number"
    WORD = "word"
    OPEN = "("
    CLOSE = ")"
    COMMA = ","
    STAR = "*"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the option and where it begins, in characters from 0."""

    kind: TokenKind
    text: str
    position: int


# Order matters: a datetime begins like a number, a word may hold digits.
_TOKENS: Final = re.compile(
    r"(?P<blank>[\s+]+)"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<datetime>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z|[+-]\d{2}:\d{2})?(?![\w.:-]))"
    r"|(?P<number>-?\d{1,19}(?:\.\d{1,19})?(?![\w.:-]))"
    r"|(?P<word>[a-z_@][\w./@]*)"
    r"|(?P<open>\()|(?P<close>\))|(?P<comma>,)|(?P<star>\*)",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_SHOWN: Final = 20


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a query option, ended by an END token. Raises ODataError.

    >>> [token.text for token in tokens_of("status+eq+'a+b'")]
    ['status', 'eq', "'a+b'", '']
    """
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKENS.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = str(match.lastgroup)
        if kind != "blank":
            tokens.append(Token(TokenKind[kind.upper()], match.group(), position))
        position = match.end()
    return [*tokens, Token(TokenKind.END, "", len(text))]


def _unreadable(text: str, position: int) -> ODataError:
    if text[position] == "'":
        return ODataError("Syntax error: there is an unterminated string literal.", position=position)
    shown = re.split(r"[\s+]", text[position : position + _LONGEST_SHOWN], maxsplit=1)[0]
    return ODataError("Syntax error: “{found}” cannot be read.", position=position, found=shown)
