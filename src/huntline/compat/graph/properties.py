"""Which properties of Graph's alerts and incidents can be filtered and ordered by."""

from collections.abc import Mapping
from typing import Final

from huntline.compat.graph.names import (
    ALERT_STATUSES,
    CLASSIFICATIONS,
    DETECTION_SOURCES,
    DETERMINATIONS,
    INCIDENT_STATUSES,
    SERVICE_SOURCES,
    SEVERITIES,
    UNKNOWN,
)
from huntline.compat.odata import DATETIME, TEXT, UNSTORED, UUID, Properties, Property, enumeration
from huntline.compat.odata.properties import Kind
from huntline.compat.odata.syntax import Literal


def _enum(name: str, names: Mapping[str, str], *others: str) -> Kind:
    """Return an enumeration of Graph; `others` are members that no row of ours has."""
    return enumeration(
        name, {**dict.fromkeys((UNKNOWN, *others), UNSTORED), **{key: str(ours) for key, ours in names.items()}}
    )


def _number(literal: Literal) -> object:
    """Read the number of an incident, which Graph writes as a text."""
    text = TEXT.read(literal)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else UNSTORED


_SEVERITY: Final = _enum("severity", SEVERITIES)
_CLASSIFICATION: Final = _enum("classification", CLASSIFICATIONS)
_DETERMINATION: Final = _enum("determination", DETERMINATIONS)
_NUMBER: Final = Kind("Edm.String", _number)

ALERT: Final = Properties(
    "microsoft.graph.security.alert",
    [
        Property("id", TEXT, "id"),
        Property("providerAlertId", TEXT, "id"),
        Property("incidentId", _NUMBER, "incident_id"),
        Property("status", _enum("alertStatus", ALERT_STATUSES), "status"),
        Property("severity", _SEVERITY, "severity"),
        Property("classification", _CLASSIFICATION, "classification"),
        Property("determination", _DETERMINATION, "determination"),
        Property("serviceSource", _enum("serviceSource", SERVICE_SOURCES), "service_source"),
        Property("detectionSource", _enum("detectionSource", DETECTION_SOURCES), "detection_source"),
        Property("detectorId", UUID, "detector_id"),
        Property("title", TEXT, "title"),
        Property("category", TEXT, "category"),
        Property("assignedTo", TEXT, "assigned_to", null=""),
        Property("createdDateTime", DATETIME, "created"),
        Property("lastUpdateDateTime", DATETIME, "updated"),
        Property("resolvedDateTime", DATETIME, "resolved"),
        Property("firstActivityDateTime", DATETIME, "first_activity"),
        Property("lastActivityDateTime", DATETIME, "last_activity"),
    ],
)
INCIDENT: Final = Properties(
    "microsoft.graph.security.incident",
    [
        Property("id", _NUMBER, "id"),
        Property("displayName", TEXT, "title"),
        Property("status", _enum("incidentStatus", INCIDENT_STATUSES, "awaitingAction"), "status"),
        Property("severity", _SEVERITY, "severity"),
        Property("classification", _CLASSIFICATION, "classification"),
        Property("determination", _DETERMINATION, "determination"),
        Property("assignedTo", TEXT, "assigned_to", null=""),
        Property("createdDateTime", DATETIME, "created"),
        Property("lastUpdateDateTime", DATETIME, "updated"),
        Property("redirectIncidentId", _NUMBER, "redirect_to_id"),
    ],
)
