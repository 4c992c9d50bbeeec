"""What people do with an incident as a whole: status, owner, classification with determination, tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.incidents import triage
from huntline.incidents.errors import IncidentNotFound, IncidentRedirected, OwnerInvalid, TagsInvalid
from huntline.incidents.models import Alert, Incident
from huntline.incidents.triage import LONGEST_OWNER, AlertChange, classified
from huntline.incidents.vocabulary import AlertStatus, Classification, Determination, IncidentStatus
from huntline.kernel import now

LONGEST_TAG: Final = 100
MOST_TAGS: Final = 50
# What a person may set; other states come about by other deeds.
SETTABLE: Final = (IncidentStatus.ACTIVE, IncidentStatus.IN_PROGRESS, IncidentStatus.RESOLVED)


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """What to change; None leaves a field as it is. `assigned_to` "" takes the owner away; `tags` are all of one's own."""

    status: IncidentStatus | None = None
    assigned_to: str | None = None
    classification: Classification | None = None
    determination: Determination | None = None
    tags: Sequence[str] | None = None


@transaction.atomic
def change_incident(scope: TenantScope, incident_id: int, change: IncidentChange) -> Incident:
    """Change an incident, and return it. What is set to what it is already changes nothing and is not recorded.

    Resolving it resolves its alerts. Later changes of alerts move its status on, as always.
    Raises IncidentNotFound, IncidentRedirected, OwnerInvalid, TagsInvalid, DeterminationNotAllowed.
    """
    incident = _locked(scope, incident_id)
    wanted = _wanted(incident, change)
    if change.status == IncidentStatus.RESOLVED:
        unresolved = Alert.objects.within(scope).filter(incident=incident).exclude(status=AlertStatus.RESOLVED)
        for alert_id in list(unresolved.order_by("pk").values_list("pk", flat=True)):
            triage.change_alert(scope, alert_id, AlertChange(status=AlertStatus.RESOLVED))
    before = {field: getattr(incident, field) for field in wanted}
    after = {field: value for field, value in wanted.items() if value != before[field]}
    if not after:
        return incident
    for field, value in after.items():
        setattr(incident, field, value)
    incident.updated = now()
    incident.save(update_fields=[*after, "updated"])
    record(
        "incident.changed",
        actor=actor_of(scope.subject),
        tenant_id=incident.tenant_id,
        object_type="incident",
        object_id=str(incident.pk),
        detail={field: [before[field], value] for field, value in after.items()},
    )
    return incident


def _locked(scope: TenantScope, incident_id: int) -> Incident:
    incident = Incident.objects.within(scope).select_for_update().filter(pk=incident_id).first()
    if incident is None:
        raise IncidentNotFound(incident_id)
    if incident.redirect_to_id is not None:
        raise IncidentRedirected(incident_id, incident.redirect_to_id)
    return incident


def _wanted(incident: Incident, change: IncidentChange) -> dict[str, object]:
    wanted: dict[str, object] = {}
    if change.status is not None:
        wanted["status"] = change.status.value
    if change.assigned_to is not None:
        owner = change.assigned_to.strip()
        if len(owner) > LONGEST_OWNER or not owner.isprintable():
            raise OwnerInvalid(LONGEST_OWNER)
        wanted["assigned_to"] = owner
    if change.classification is not None or change.determination is not None:
        wanted |= classified(
            Classification(incident.classification),
            Determination(incident.determination),
            change.classification,
            change.determination,
        )
    if change.tags is not None:
        wanted["custom_tags"] = _checked_tags(change.tags)
    return wanted


def _checked_tags(tags: Sequence[str]) -> list[str]:
    cleaned = list(dict.fromkeys(tag.strip() for tag in tags))
    if len(cleaned) > MOST_TAGS or not all(tag and tag.isprintable() and len(tag) <= LONGEST_TAG for tag in cleaned):
        raise TagsInvalid(MOST_TAGS, LONGEST_TAG)
    return cleaned
