"""Which properties of a foreign incident can be filtered and ordered by.

Documented filters: lastUpdateTime, createdTime, status, assignedTo; more than is documented does no harm.
"""

from typing import Final

from huntline.compat.alerts.properties import CLASSIFICATION, DETERMINATION, SEVERITY
from huntline.compat.odata import DATETIME, INTEGER, TEXT, UNSTORED, Properties, Property, enumeration
from huntline.incidents import Classification, Determination, IncidentStatus

STATUS: Final = enumeration(
    "IncidentStatus",
    {"AwaitingAction": UNSTORED, **{str(one): str(one) for one in IncidentStatus}},
)

INCIDENT: Final = Properties(
    "microsoft.windowsDefenderATP.api.Incident",
    [
        Property("incidentId", INTEGER, "id"),
        Property("incidentName", TEXT, "title"),
        Property("createdTime", DATETIME, "created"),
        Property("lastUpdateTime", DATETIME, "updated"),
        Property("assignedTo", TEXT, "assigned_to", null=""),
        Property("classification", CLASSIFICATION, "classification", null=Classification.UNKNOWN),
        Property("determination", DETERMINATION, "determination", null=Determination.NOT_AVAILABLE),
        Property("status", STATUS, "status"),
        Property("severity", SEVERITY, "severity"),
        Property("redirectIncidentId", INTEGER, "redirect_to_id"),
    ],
)
