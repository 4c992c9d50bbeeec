"""Read `$filter` and `$orderby`: the part of OData that the Defender APIs document and their clients send.

filter     = and-chain { "or" and-chain }
and-chain  = factor { "and" factor }
factor     = "not" factor | "(" filter ")" | function "(" name "," text ")" | name operator literal | name "in" "(" literal,… ")"
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from huntline.compat.errors import ODataError
from huntline.compat.odata.lexer import Token, TokenKind, tokens_of
from huntline.compat.odata.syntax import (
    Call,
    Comparison,
    Connective,
    Expression,
    Junction,
    Literal,
    Membership,
    Moment,
    Name,
    Negation,
    Operator,
    Ordering,
)

FUNCTIONS: Final = frozenset({"startswith", "endswith", "contains"})
# Bounds of one filter: what a client writes stays far below, and no database gives up on a condition of this size.
DEEPEST: Final = 50
MOST_CONDITIONS: Final = 400
LONGEST: Final = 32_768
MOST_TERMS: Final = 20
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_MICROSECOND_DIGITS: Final = 6


def parse_filter(text: str) -> Expression:
    """Return the tree of a `$filter`. Raises ODataError."""
    if len(text) > LONGEST:
        raise ODataError("The filter is longer than {most} characters.", most=LONGEST)
    cursor = _Cursor(tokens_of(text))
    expression = _Filter(cursor).read()
    cursor.expect(TokenKind.END)
    return expression


def parse_orderby(text: str) -> tuple[Ordering, ...]:
    """Return the terms of an `$orderby`. Raises ODataError."""
    cursor = _Cursor(tokens_of(text))
    terms = [_ordering(cursor)]
    while cursor.take(TokenKind.COMMA):
        terms.append(_ordering(cursor))
        if len(terms) > MOST_TERMS:
            raise ODataError("The order has more than {most} terms.", most=MOST_TERMS)
    cursor.expect(TokenKind.END)
    return tuple(terms)


def parse_names(text: str) -> tuple[Name, ...]:
    """Return the names of a `$select` or `$expand`; `*` stands for itself. Raises ODataError."""
    cursor = _Cursor(tokens_of(text))
    names = [_name_or_star(cursor)]
    while cursor.take(TokenKind.COMMA):
        names.append(_name_or_star(cursor))
    cursor.expect(TokenKind.END)
    return tuple(names)


class _Cursor:
    """Where the reader stands."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def here(self) -> Token:
        """The token to read next."""
        return self._tokens[self._at]

    def take(self, kind: TokenKind, *words: str) -> Token | None:
        """Step over a token of this kind (and one of these words, in any case) and return it; None if another one stands here."""
        token = self.here
        if token.kind is not kind or (words and token.text.lower() not in words):
            return None
        if kind is not TokenKind.END:
            self._at += 1
        return token

    def expect(self, kind: TokenKind) -> Token:
        """Step over a token of this kind. Raises ODataError if another one stands here."""
        token = self.take(kind)
        if token is None:
            raise self.unexpected(str(kind.value))
        return token

    def unexpected(self, wanted: str) -> ODataError:
        """Return the error for the token that stands here."""
        token = self.here
        if token.kind is TokenKind.END:
            return ODataError(
                "Syntax error: the expression ends where {wanted} is expected.",
                position=token.position,
                wanted=wanted,
            )
        return ODataError(
            "Syntax error: “{found}” stands where {wanted} is expected.",
            position=token.position,
            found=token.text,
            wanted=wanted,
        )


class _Filter:
    """Reads one filter and keeps its bounds."""

    def __init__(self, cursor: _Cursor) -> None:
        self._cursor = cursor
        self._conditions = 0
        self._depth = 0

    def read(self) -> Expression:
        """Read conditions joined by `or`."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ODataError(
                "The filter is nested deeper than {most} levels.",
                position=self._cursor.here.position,
                most=DEEPEST,
            )
        expression = self._chain(Connective.OR, lambda: self._chain(Connective.AND, self._factor))
        self._depth -= 1
        return expression

    def _chain(self, connective: Connective, read_part: Callable[[], Expression]) -> Expression:
        parts = [read_part()]
        while self._cursor.take(TokenKind.WORD, connective):
            parts.append(read_part())
        return parts[0] if len(parts) == 1 else Junction(connective, tuple(parts))

    def _factor(self) -> Expression:
        negations = 0
        while self._cursor.take(TokenKind.WORD, "not"):
            negations += 1
        expression = self._plain_factor()
        return Negation(expression) if negations % 2 else expression

    def _plain_factor(self) -> Expression:
        if self._cursor.take(TokenKind.OPEN):
            inner = self.read()
            self._cursor.expect(TokenKind.CLOSE)
            return inner
        self._conditions += 1
        if self._conditions > MOST_CONDITIONS:
            raise ODataError("The filter has more than {most} conditions.", most=MOST_CONDITIONS)
        name = _name(self._cursor)
        if self._cursor.here.kind is TokenKind.OPEN:
            return self._call(name)
        if self._cursor.take(TokenKind.WORD, "in"):
            return Membership(name, self._list())
        operator = self._cursor.take(TokenKind.WORD, *Operator)
        if operator is None:
            raise self._cursor.unexpected("an operator (" + ", ".join([*Operator, "in"]) + ")")
        return Comparison(name, Operator(operator.text.lower()), _literal(self._cursor))

    def _call(self, function: Name) -> Call:
        if function.text.lower() not in FUNCTIONS:
            raise ODataError(
                "The function “{name}” is not supported here; these are: {known}.",
                position=function.position,
                name=function.text,
                known=", ".join(sorted(FUNCTIONS)),
            )
        self._cursor.expect(TokenKind.OPEN)
        name = _name(self._cursor)
        self._cursor.expect(TokenKind.COMMA)
        literal = _literal(self._cursor)
        self._cursor.expect(TokenKind.CLOSE)
        return Call(function.text.lower(), name, literal)

    def _list(self) -> tuple[Literal, ...]:
        self._cursor.expect(TokenKind.OPEN)
        literals = [_literal(self._cursor)]
        while self._cursor.take(TokenKind.COMMA):
            literals.append(_literal(self._cursor))
        self._cursor.expect(TokenKind.CLOSE)
        return tuple(literals)


def _ordering(cursor: _Cursor) -> Ordering:
    name = _name(cursor)
    direction = cursor.take(TokenKind.WORD, "asc", "desc")
    return Ordering(name, descending=direction is not None and direction.text.lower() == "desc")


def _name(cursor: _Cursor) -> Name:
    token = cursor.take(TokenKind.WORD)
    if token is None:
        raise cursor.unexpected("a property")
    return Name(token.text, token.position)


def _name_or_star(cursor: _Cursor) -> Name:
    star = cursor.take(TokenKind.STAR)
    return Name(star.text, star.position) if star else _name(cursor)


def _literal(cursor: _Cursor) -> Literal:
    token = cursor.here
    if cursor.take(TokenKind.TEXT):
        return Literal(token.text[1:-1].replace("''", "'"), token.position)
    if cursor.take(TokenKind.DATETIME):
        return Literal(_moment(token), token.position)
    if cursor.take(TokenKind.NUMBER):
        return Literal(float(token.text) if "." in token.text else int(token.text), token.position)
    if cursor.take(TokenKind.WORD, *_CONSTANTS):
        return Literal(_CONSTANTS[token.text.lower()], token.position)
    raise cursor.unexpected("a value (text stands in quotes)")


def _moment(token: Token) -> Moment:
    """Read a date or a datetime; without a zone it is UTC."""
    text = token.text.upper()
    if "T" not in text:
        text = text[:10] + "T00:00:00" + text[10:]
    head, dot, tail = text.partition(".")
    digits = tail[: len(tail) - len(tail.lstrip("0123456789"))]
    kept, beyond = digits[:_MICROSECOND_DIGITS], digits[_MICROSECOND_DIGITS:]
    try:
        at = datetime.fromisoformat(
            head + dot + kept.ljust(_MICROSECOND_DIGITS if dot else 0, "0") + tail[len(digits) :]
        )
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ODataError("“{text}” is not a date.", position=token.position, text=token.text) from None
    return Moment(at, exact=not beyond.strip("0"))
