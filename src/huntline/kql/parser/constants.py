"""Literals with a type name (`datetime(2020-01-01)`) and the JSON inside `dynamic(...)`."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from uuid import UUID

from huntline.kql import lexer
from huntline.kql.diagnostics import Failure
from huntline.kql.literals import (
    TimeOfDay,
    amount_ticks,
    format_datetime,
    format_timespan,
    parse_datetime,
    parse_time_of_day,
    parse_timespan,
)
from huntline.kql.parser.cursor import Cursor
from huntline.kql.syntax import Literal
from huntline.kql.types import TYPE_NAMES, KqlType


def _bool(text: str) -> bool | None:
    return {"true": True, "false": False, "1": True, "0": False}.get(text.lower())


def _integer(text: str) -> int | None:
    try:
        return int(text, 0) if text.lower().startswith(("0x", "-0x")) else int(text)
    except ValueError:
        return None


def _real(text: str) -> float | None:
    try:
        return float({"+inf": "inf", "-inf": "-inf"}.get(text.lower(), text))
    except ValueError:
        return None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _guid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _datetime(text: str) -> int | TimeOfDay | None:
    moment = parse_datetime(text)
    return parse_time_of_day(text) if moment is None else moment


READERS: dict[KqlType, Callable[[str], object]] = {
    KqlType.BOOL: _bool,
    KqlType.INT: _integer,
    KqlType.LONG: _integer,
    KqlType.REAL: _real,
    KqlType.DECIMAL: _decimal,
    KqlType.GUID: _guid,
    KqlType.DATETIME: _datetime,
    KqlType.TIMESPAN: parse_timespan,
}


def typed_literal(name: str, body: str, start: int, end: int) -> Literal:
    """Return the literal `name(body)`.

    Raises:
        Failure: the body is no text of such a value.
    """
    kind = TYPE_NAMES[name]
    body = body.strip()
    if body.lower() == "null" or (not body and kind is KqlType.DATETIME):
        return Literal(start, end, kind, None)
    value = READERS[kind](body)
    if value is None:
        raise Failure("bad_literal", start, end, text=f"{name}({body[:80]})", type=kind)
    return Literal(start, end, kind, value)


def timespan_ticks(text: str) -> int | None:
    """Return the ticks of a timespan token such as `1.5h`."""
    split = next(i for i, char in enumerate(text) if char.isalpha())
    return amount_ticks(text[:split], text[split:])


_WORDS = {"true": True, "false": False, "null": None}


class ConstantParser(Cursor):
    """Reads JSON values out of tokens."""

    def json_value(self) -> object:
        """Read a JSON value, datetimes and timespans in it as their texts.

        Raises:
            Failure: it is none.
        """
        kind, text = self.kinds[self.at], self.texts[self.at]
        if kind == lexer.STRING:
            return self.string()
        if text == "[":
            return self._json_array()
        if text == "{":
            return self._json_object()
        self.at += 1
        if text in ("-", "+") and self.kinds[self.at] in (lexer.LONG, lexer.REAL):
            number = self.json_value()
            return -number if text == "-" and isinstance(number, int | float) else number
        if kind == lexer.LONG:
            return _integer(text)
        if kind == lexer.REAL:
            return _real(text)
        if kind == lexer.NAME and text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if kind == lexer.TIMESPAN:
            return format_timespan(timespan_ticks(text) or 0)
        if kind == lexer.TYPED:
            return self._json_typed(text)
        self.at -= 1
        raise self.unexpected("a JSON value")

    def _json_typed(self, text: str) -> object:
        name, _, body = text.partition("(")
        literal = typed_literal(name.strip(), body[:-1], self.starts[self.at - 1], self.ends[self.at - 1])
        if isinstance(literal.value, TimeOfDay):
            raise Failure("bad_literal", literal.start, literal.end, text=text[:80], type=literal.type)
        if literal.type is KqlType.DATETIME and isinstance(literal.value, int):
            return format_datetime(literal.value)
        if literal.type is KqlType.TIMESPAN and isinstance(literal.value, int):
            return format_timespan(literal.value)
        return float(literal.value) if isinstance(literal.value, Decimal) else literal.value

    def _json_array(self) -> list[object]:
        self.enter()
        self.at += 1
        items: list[object] = []
        while not self.take("]"):
            items.append(self.json_value())
            if not self.take(","):
                self.expect("]")
                break
        self.leave()
        return items

    def _json_object(self) -> dict[str, object]:
        self.enter()
        self.at += 1
        members: dict[str, object] = {}
        while not self.take("}"):
            key = self.string() if self.kinds[self.at] == lexer.STRING else self.word("a property name")
            self.expect(":")
            members[key] = self.json_value()
            if not self.take(","):
                self.expect("}")
                break
        self.leave()
        return members
