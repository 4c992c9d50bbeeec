"""Targeted attack notification: draft, second pair of eyes, then notification, alert and incident as one object.

Doors: `incidents.services` (drafts), `incidents.publication`, `incidents.raising` (alerts of other sources), `incidents.triage` (what
customers do with alerts), `incidents.grouping` (merge and divide incidents), `incidents.queries`, `incidents.sources`,
`incidents.events`, `incidents.jobs`; and the words of the field, here.
"""

from huntline.incidents.vocabulary import (
    DETERMINATIONS,
    SERVICE_SOURCE,
    THREAT_EXPERTS,
    THREAT_EXPERTS_TAG,
    AlertStatus,
    Category,
    Classification,
    Determination,
    EntityRole,
    EntityType,
    IncidentStatus,
    Severity,
    Verdict,
)

__all__ = [
    "DETERMINATIONS",
    "SERVICE_SOURCE",
    "THREAT_EXPERTS",
    "THREAT_EXPERTS_TAG",
    "AlertStatus",
    "Category",
    "Classification",
    "Determination",
    "EntityRole",
    "EntityType",
    "IncidentStatus",
    "Severity",
    "Verdict",
]
