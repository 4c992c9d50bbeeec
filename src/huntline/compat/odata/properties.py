"""What a foreign property is in our tables: a row for each, with the kind of its values and the field that holds them."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from huntline.compat.errors import ODataError
from huntline.compat.odata.syntax import Literal, Moment, Name

_LARGEST: Final = 2**63 - 1


class Unstored:
    """A value that the contract knows and no row of ours ever has."""


UNSTORED: Final = Unstored()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of values: the contract's name for it, how a literal becomes what is stored, and the operators it knows.

    members: what is stored for each member of an enumeration, in the contract's order.
    """

    name: str
    read: Callable[[Literal], Any]  # raises ODataError for a literal of another kind
    ordered: bool = False  # knows gt, ge, lt, le
    textual: bool = False  # knows startswith and its like
    members: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Property:
    """A property that can be asked for.

    field: the lookup path of the model's field, or None where no row of ours has a value, so that it is null in all of them.
    null: what stands in the field where the contract says null: None (SQL NULL) or the empty text.
    """

    name: str
    kind: Kind
    field: str | None = None
    null: str | None = None


class Properties:
    """The properties of one foreign type, found by name in any case."""

    def __init__(self, type_name: str, rows: Sequence[Property]) -> None:
        self.type_name = type_name
        self._rows: Mapping[str, Property] = {row.name.lower(): row for row in rows}

    def find(self, name: Name) -> Property:
        """Return the property of this name. Raises ODataError."""
        found = self._rows.get(name.text.lower())
        if found is None:
            raise ODataError(
                "Could not find a property named “{name}” on type “{type}” that can be used here.",
                position=name.position,
                name=name.text,
                type=self.type_name,
            )
        return found


def _mismatch(literal: Literal, wanted: str) -> ODataError:
    return ODataError("A value of type {wanted} is expected.", position=literal.position, wanted=wanted)


def _text(literal: Literal) -> str:
    if not isinstance(literal.value, str):
        raise _mismatch(literal, "Edm.String, in quotes,")
    return literal.value.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL stores no NUL, so none can match


def _integer(literal: Literal) -> int:
    if not isinstance(literal.value, int) or isinstance(literal.value, bool) or abs(literal.value) > _LARGEST:
        raise _mismatch(literal, "Edm.Int64")
    return literal.value


def _moment(literal: Literal) -> Moment:
    if not isinstance(literal.value, Moment):
        raise _mismatch(literal, "Edm.DateTimeOffset, without quotes,")
    return literal.value


def _uuid(literal: Literal) -> Any:
    try:
        return uuid.UUID(_text(literal))
    except ValueError:
        return UNSTORED


TEXT: Final = Kind("Edm.String", _text, textual=True)
INTEGER: Final = Kind("Edm.Int64", _integer, ordered=True)
DATETIME: Final = Kind("Edm.DateTimeOffset", _moment, ordered=True)
UUID: Final = Kind("Edm.Guid", _uuid)


def enumeration(name: str, members: Mapping[str, Any]) -> Kind:
    """Return the kind of an enumeration: its members by the contract's names and in its order, each with what is stored or UNSTORED."""
    known = {member.lower(): stored for member, stored in members.items()}

    def read(literal: Literal) -> Any:
        try:
            return known[_text(literal).lower()]
        except KeyError:
            raise ODataError(
                "“{value}” is not a value of {name}; these are: {known}.",
                position=literal.position,
                value=literal.value,
                name=name,
                known=", ".join(members),
            ) from None

    return Kind(name, read, members=tuple(members.values()))
