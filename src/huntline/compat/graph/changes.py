"""What a client may change of Graph's alerts and incidents, read from the body of a PATCH or of a new comment."""

from collections.abc import Mapping
from typing import Any, Final

from huntline.compat.changes import list_of_texts, refuse_unknown, text_of, texts_of, word_of
from huntline.compat.errors import RequestBodyInvalid
from huntline.compat.graph.names import ALERT_STATUSES, CLASSIFICATIONS, DETERMINATIONS, camel
from huntline.incidents.incident_triage import SETTABLE, IncidentChange
from huntline.incidents.triage import AlertChange

_TEXTS: Final = ("status", "assignedTo", "classification", "determination")
# Typed clients say of which kind their objects are, and who they are.
_ANNOTATIONS: Final = ("@odata.type", "@odata.context", "id")
_INCIDENT_STATUSES: Final = {camel(word.value): word for word in SETTABLE}


def read_alert_change(body: Mapping[str, Any]) -> AlertChange:
    """Return the change of an alert that a body asks for. Raises RequestBodyInvalid."""
    refuse_unknown(body, (*_TEXTS, *_ANNOTATIONS))
    texts = texts_of(body, _TEXTS)
    if not texts:
        raise RequestBodyInvalid("The request body names nothing to change.")
    return AlertChange(
        status=word_of("status", texts, ALERT_STATUSES),
        assigned_to=texts.get("assignedTo"),
        classification=word_of("classification", texts, CLASSIFICATIONS),
        determination=word_of("determination", texts, DETERMINATIONS),
    )


def read_incident_change(body: Mapping[str, Any]) -> IncidentChange:
    """Return the change of an incident that a body asks for. Raises RequestBodyInvalid."""
    refuse_unknown(body, (*_TEXTS, "customTags", *_ANNOTATIONS))
    texts = texts_of(body, _TEXTS)
    tags = list_of_texts("customTags", body["customTags"]) if body.get("customTags") is not None else None
    if not texts and tags is None:
        raise RequestBodyInvalid("The request body names nothing to change.")
    return IncidentChange(
        status=word_of("status", texts, _INCIDENT_STATUSES),
        assigned_to=texts.get("assignedTo"),
        classification=word_of("classification", texts, CLASSIFICATIONS),
        determination=word_of("determination", texts, DETERMINATIONS),
        tags=tags,
    )


def read_comment(body: Mapping[str, Any]) -> str:
    """Return the comment that a body adds. Raises RequestBodyInvalid."""
    refuse_unknown(body, ("comment", *_ANNOTATIONS))
    return text_of("comment", body.get("comment"))
