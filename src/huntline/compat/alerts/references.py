"""What a client says of an event of which an alert shall be made: the body of CreateAlertByReference."""

from collections.abc import Mapping
from typing import Any, Final

from huntline.compat.changes import own_names, text_of, word_of
from huntline.compat.errors import EventNotFound, RequestBodyInvalid
from huntline.identity import TenantScope
from huntline.incidents import Category, Severity
from huntline.incidents.raising import AlertForm, EventRow
from huntline.incidents.sources import DetectionSource
from huntline.telemetry.references import find_event
from huntline.telemetry.times import EARLIEST, LATEST, ticks_of_text

NAMES: Final = (
    "eventTime",
    "reportId",
    "machineId",
    "severity",
    "title",
    "description",
    "recommendedAction",
    "category",
)
SEVERITIES: Final = {word.value: word for word in (Severity.LOW, Severity.MEDIUM, Severity.HIGH)}
_LARGEST_NUMBER: Final = 2**63 - 1


def read_reference(scope: TenantScope, body: Mapping[str, Any]) -> AlertForm:
    """Return the alert that the body asks for, with the event that it names. Raises RequestBodyInvalid, EventNotFound."""
    texts = {name: _required(name, body) for name in NAMES}
    severity, category = word_of("severity", texts, SEVERITIES), word_of("category", texts, own_names(Category))
    ticks, report = _ticks(texts["eventTime"]), _number(texts["reportId"])
    event = find_event(scope, texts["machineId"], report, ticks)
    if event is None or severity is None or category is None:
        raise EventNotFound
    return AlertForm(
        title=texts["title"],
        description=texts["description"],
        severity=severity,
        category=category,
        detection_source=DetectionSource.MANUAL,
        recommended_action=texts["recommendedAction"],
        events=[EventRow(event.table, event.row)],
    )


def _required(name: str, body: Mapping[str, Any]) -> str:
    value = body.get(name)
    # The documentation has the report's id as a text; clients that read it from a hunt have a number.
    if name == "reportId" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or not text_of(name, value).strip():
        raise RequestBodyInvalid(
            "“{name}” is missing. All of these are required: {names}.", name=name, names=", ".join(NAMES)
        )
    return text_of(name, value)


def _ticks(text: str) -> int:
    try:
        ticks = ticks_of_text(text.strip())
    except (ValueError, OverflowError):
        ticks = -1
    if not EARLIEST <= ticks < LATEST:
        raise RequestBodyInvalid("“eventTime” must be a time such as 2026-11-16T09:00:00.1234567Z.")
    return ticks


def _number(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) < 20 and int(plain) <= _LARGEST_NUMBER):
        raise RequestBodyInvalid("“reportId” must be the number of a report.")
    return int(plain)
