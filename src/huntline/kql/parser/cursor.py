"""A place in the tokens, and the small moves that every part of the parser makes."""

from abc import ABC
from collections.abc import Collection

from huntline.kql import lexer
from huntline.kql.diagnostics import Failure
from huntline.kql.lexer import Tokens
from huntline.kql.source import Limits


class Cursor(ABC):  # noqa: B024 - the parts of the parser above it are abstract in each other's methods
    """Reads tokens one after the other."""

    def __init__(self, tokens: Tokens, limits: Limits) -> None:
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.limits = limits
        self.at = 0
        self.depth = 0

    def start(self) -> int:
        """Return the offset of the token to come."""
        return self.starts[self.at]

    def end(self) -> int:
        """Return the offset behind the token that was read last."""
        return self.ends[self.at - 1] if self.at else 0

    def here(self, text: str) -> bool:
        """Say whether the token to come is this punctuation or word."""
        return self.texts[self.at] == text and self.kinds[self.at] != lexer.STRING

    def peek(self, ahead: int = 1) -> str:
        """Return the text of a later token; '' for a string and beyond the end."""
        position = self.at + ahead
        if position >= len(self.texts) or self.kinds[position] == lexer.STRING:
            return ""
        return self.texts[position]

    def take(self, text: str) -> bool:
        """Step over the token if it is this one, and say whether it was."""
        if self.texts[self.at] == text and self.kinds[self.at] != lexer.STRING:
            self.at += 1
            return True
        return False

    def glued(self, text: str) -> bool:
        """Step over punctuation that stands together as `text` (an arrow of a graph), and say whether it does.

        The lexer keeps its characters apart, because `x[0]-1` and `a<-b` hold them too.
        """
        at, found = self.at, ""
        while len(found) < len(text) and self.kinds[at] == lexer.PUNCTUATION:
            if found and self.starts[at] != self.ends[at - 1]:
                break
            found += self.texts[at]
            at += 1
        if found != text:
            return False
        self.at = at
        return True

    def expect(self, text: str) -> None:
        """Step over this token.

        Raises:
            Failure: another one stands there.
        """
        if not self.take(text):
            raise self.unexpected(f"'{text}'")

    def unexpected(self, expected: str) -> Failure:
        """Return the failure that another token was expected here."""
        start, end = self.starts[self.at], self.ends[self.at]
        if self.kinds[self.at] == lexer.END:
            return Failure("syntax", max(0, start - 1), end, expected=expected, found="the end of the query")
        text = self.texts[self.at]
        return Failure(
            "syntax", start, end, expected=expected, found=f"'{text if len(text) < 40 else text[:40] + '...'}'"
        )

    def is_name(self) -> bool:
        """Say whether the token to come is a word."""
        return self.kinds[self.at] == lexer.NAME

    def word(self, expected: str = "a name") -> str:
        """Read a word."""
        if self.kinds[self.at] != lexer.NAME:
            raise self.unexpected(expected)
        self.at += 1
        return self.texts[self.at - 1]

    def word_of(self, words: Collection[str], expected: str) -> str:
        """Read one of the given words."""
        if self.texts[self.at] not in words or self.kinds[self.at] != lexer.NAME:
            raise self.unexpected(expected)
        self.at += 1
        return self.texts[self.at - 1]

    def name(self, expected: str = "a name") -> str:
        """Read a name, bare or in `['...']`."""
        if self.kinds[self.at] == lexer.NAME:
            self.at += 1
            return self.texts[self.at - 1]
        if self.at_bracketed_name():
            value = lexer.string_value(self.texts[self.at + 1], self.starts[self.at + 1])
            self.at += 3
            return value
        raise self.unexpected(expected)

    def at_bracketed_name(self) -> bool:
        """Say whether `['name']` comes."""
        return self.here("[") and self.kinds[self.at + 1] == lexer.STRING and self.texts[self.at + 2] == "]"

    def string(self, expected: str = "a string literal") -> str:
        """Read a string, and those that stand directly behind it: they are one."""
        if self.kinds[self.at] != lexer.STRING:
            raise self.unexpected(expected)
        value = lexer.string_value(self.texts[self.at], self.starts[self.at])
        self.at += 1
        while self.kinds[self.at] == lexer.STRING:
            value += lexer.string_value(self.texts[self.at], self.starts[self.at])
            self.at += 1
        return value

    def enter(self) -> None:
        """Go one level deeper.

        Raises:
            Failure: the query is nested too deep.
        """
        self.depth += 1
        if self.depth > self.limits.nesting:
            raise Failure("nested_too_deep", self.start(), self.ends[self.at], limit=self.limits.nesting)

    def leave(self) -> None:
        """Come back from one level."""
        self.depth -= 1
