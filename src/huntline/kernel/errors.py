"""Errors have a kind, not an HTTP status.

A package raises one of the kinds below (or its own subclass of one) with a stable `code`, an English message template and the values
that go into it. `web` turns it into problem+json in the reader's language; `compat` turns the same error into the foreign bodies.
An exception that is not a `HuntlineError` is internal: its text is never shown.
"""

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What went wrong, as the caller must treat it."""

    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"
    INVALID = "invalid"
    UNAVAILABLE = "unavailable"
    TOO_MANY = "too_many"


def translatable(text: str) -> str:
    """Mark an English template for the message catalogues; returns it unchanged."""
    return text


class HuntlineError(Exception):
    """An error that may be shown.

    code: stable, snake_case, unique in the product (`tenant_not_found`).
    template: English, with `{name}` places for `values`; it is also the key of its translations.
    values: what fills the places; strings and numbers only.
    detail: further facts for machines (positions, limits); JSON values only.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, code: str, template: str, *, detail: dict[str, object] | None = None, **values: object) -> None:
        self.code = code
        self.template = template
        self.values = values
        self.detail = detail or {}
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The English text."""
        return self.template.format(**self.values)


class NotFound(HuntlineError):
    """It does not exist, or the caller may not know that it does."""

    kind = Kind.NOT_FOUND


class Forbidden(HuntlineError):
    """The caller is known and belongs here, and lacks the right."""

    kind = Kind.FORBIDDEN


class Conflict(HuntlineError):
    """The object is in a state that does not allow this."""

    kind = Kind.CONFLICT


class Invalid(HuntlineError):
    """The input is wrong; the caller can mend it."""

    kind = Kind.INVALID


class Unavailable(HuntlineError):
    """A part that is needed does not answer; the same call may succeed later."""

    kind = Kind.UNAVAILABLE


class TooMany(HuntlineError):
    """A limit was met. `detail["retry_after"]`, where present, is in seconds."""

    kind = Kind.TOO_MANY
