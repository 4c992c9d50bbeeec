"""Which properties of a foreign alert can be filtered and ordered by, and the field that each of them is.

Source of names and members: the alert page and the service metadata of Defender for Endpoint. The documented list of filters is
alertCreationTime, lastUpdateTime, incidentId, investigationId, id, assignedTo, detectionSource, lastEventTime, status, severity and
category; clients also order by others, and asking for more than is documented does no harm.
"""

from collections.abc import Iterable
from typing import Final

from huntline.compat.odata import DATETIME, INTEGER, TEXT, UNSTORED, UUID, Kind, Properties, Property, enumeration
from huntline.incidents import AlertStatus, Classification, Determination, Severity


def _members(name: str, ours: Iterable[str], *others: str) -> Kind:
    """Return an enumeration whose members we store under the contract's own names; `others` stand first and never occur here."""
    return enumeration(name, {**dict.fromkeys(others, UNSTORED), **{str(member): str(member) for member in ours}})


SEVERITY: Final = _members("AlertSeverity", reversed(Severity), "UnSpecified")
STATUS: Final = _members("AlertStatus", AlertStatus, "Unknown", "Unspecified", "Hidden")
CLASSIFICATION: Final = _members("Classification", Classification)
# The older spellings of the documentation are not members of the service's own metadata.
DETERMINATION: Final = _members("Determination", Determination)

ALERT: Final = Properties(
    "microsoft.windowsDefenderATP.api.Alert",
    [
        Property("id", TEXT, "id"),
        Property("incidentId", INTEGER, "incident_id"),
        Property("investigationId", INTEGER),
        Property("assignedTo", TEXT, "assigned_to", null=""),
        Property("severity", SEVERITY, "severity"),
        Property("status", STATUS, "status"),
        Property("classification", CLASSIFICATION, "classification", null=Classification.UNKNOWN),
        Property("determination", DETERMINATION, "determination", null=Determination.NOT_AVAILABLE),
        Property("detectionSource", TEXT, "detection_source"),
        Property("detectorId", UUID, "detector_id"),
        # Free text: detections of other products use further categories.
        Property("category", TEXT, "category"),
        Property("threatFamilyName", TEXT, "threat_family", null=""),
        Property("title", TEXT, "title"),
        Property("description", TEXT, "description"),
        Property("alertCreationTime", DATETIME, "created"),
        Property("firstEventTime", DATETIME, "first_activity"),
        Property("lastEventTime", DATETIME, "last_activity"),
        Property("lastUpdateTime", DATETIME, "updated"),
        Property("resolvedTime", DATETIME, "resolved"),
        Property("machineId", TEXT, "device_id", null=""),
        Property("computerDnsName", TEXT, "device_name", null=""),
        Property("rbacGroupName", TEXT),
        Property("aadTenantId", UUID, "tenant_id"),
        Property("threatName", TEXT),
    ],
)
