"""What a client may change of an alert, read from the body of a PATCH."""

from collections.abc import Mapping
from typing import Any, Final

from huntline.compat.changes import own_names, refuse_unknown, texts_of, word_of
from huntline.compat.errors import RequestBodyInvalid
from huntline.incidents import AlertStatus, Classification, Determination
from huntline.incidents.triage import AlertChange

_CHANGEABLE: Final = ("status", "assignedTo", "classification", "determination", "comment")
# Spellings of the documentation before August 2022 stand at the end.
DETERMINATIONS: Final[Mapping[str, Determination]] = {
    **own_names(Determination),
    "CompromisedUser": Determination.COMPROMISED_ACCOUNT,
    "Clean": Determination.NOT_MALICIOUS,
    "InsufficientData": Determination.NOT_ENOUGH_DATA,
    "ConfirmedUserActivity": Determination.CONFIRMED_ACTIVITY,
}


def read_change(body: Mapping[str, Any]) -> AlertChange:
    """Return the change that a body asks for; names are case-sensitive, as in the contract. Raises RequestBodyInvalid."""
    refuse_unknown(body, _CHANGEABLE)
    texts = texts_of(body, _CHANGEABLE)
    if not texts:
        raise RequestBodyInvalid("The request body names nothing to change.")
    return AlertChange(
        status=word_of("status", texts, own_names(AlertStatus)),
        assigned_to=texts.get("assignedTo"),
        classification=word_of("classification", texts, own_names(Classification)),
        determination=word_of("determination", texts, DETERMINATIONS),
        comment=texts.get("comment"),
    )
