"""What a client may change of an alert, read from the body of a PATCH."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from huntline.compat.errors import RequestBodyInvalid
from huntline.incidents import AlertStatus, Classification, Determination
from huntline.incidents.triage import AlertChange

_CHANGEABLE: Final = ("status", "assignedTo", "classification", "determination", "comment")
# Spellings of the documentation before August 2022, and what they became.
_OLDER: Final = {
    "CompromisedUser": Determination.COMPROMISED_ACCOUNT,
    "Clean": Determination.NOT_MALICIOUS,
    "InsufficientData": Determination.NOT_ENOUGH_DATA,
    "ConfirmedUserActivity": Determination.CONFIRMED_ACTIVITY,
}
W = TypeVar("W", bound=StrEnum)


def read_change(body: Mapping[str, Any]) -> AlertChange:
    """Return the change that a body asks for; names are case-sensitive, as in the contract. Raises RequestBodyInvalid."""
    unknown = next((name for name in body if name not in _CHANGEABLE), None)
    if unknown is not None:
        raise RequestBodyInvalid(
            "The property “{name}” cannot be changed; these can: {known}.",
            name=unknown[:100],
            known=", ".join(_CHANGEABLE),
        )
    # Null says nothing, except that nobody shall be the owner.
    given = {name: "" if name == "assignedTo" and value is None else value for name, value in body.items()}
    texts = {name: _text(name, value) for name, value in given.items() if value is not None}
    if not texts:
        raise RequestBodyInvalid("The request body names nothing to change.")
    determination = texts.get("determination")
    return AlertChange(
        status=_word(AlertStatus, "status", texts),
        assigned_to=texts.get("assignedTo"),
        classification=_word(Classification, "classification", texts),
        determination=_OLDER.get(determination or "") or _word(Determination, "determination", texts),
        comment=texts.get("comment"),
    )


def _text(name: str, value: Any) -> str:
    # JSON's escapes can write halves of characters, which no database keeps.
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise RequestBodyInvalid("“{name}” must be a text.", name=name)
    return value


def _word(kind: type[W], name: str, texts: Mapping[str, str]) -> W | None:
    if name not in texts:
        return None
    found = next((word for word in kind if word.lower() == texts[name].lower()), None)
    if found is None:
        raise RequestBodyInvalid(
            "“{value}” is not a value of {name}; these are: {known}.",
            value=texts[name][:100],
            name=name,
            known=", ".join(kind),
        )
    return found
