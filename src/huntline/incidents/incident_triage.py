"""What people do with an incident as a whole: status, owner, classification with determination, tags, comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.incidents.errors import IncidentNotFound, IncidentRedirected, TagsInvalid
from huntline.incidents.models import Alert, Incident, IncidentComment
from huntline.incidents.standing import checked_comment, wanted_fields
from huntline.incidents.triage import AlertChange, change_alerts
from huntline.incidents.vocabulary import AlertStatus, Classification, Determination, IncidentStatus
from huntline.kernel import now

LONGEST_TAG: Final = 100
MOST_TAGS: Final = 50
# What a person may set; other states come about by other deeds.
SETTABLE: Final = (IncidentStatus.ACTIVE, IncidentStatus.IN_PROGRESS, IncidentStatus.RESOLVED)


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """What to change; None leaves a field as it is.

    `assigned_to` "" takes the owner away; `tags` are all of one's own; `comment` adds one.
    """

    status: IncidentStatus | None = None
    assigned_to: str | None = None
    classification: Classification | None = None
    determination: Determination | None = None
    tags: Sequence[str] | None = None
    comment: str | None = None


@transaction.atomic
def change_incident(scope: TenantScope, incident_id: int, change: IncidentChange) -> Incident:
    """Change an incident, and return it. What is set to what it is already changes nothing and is not recorded.

    Resolving it resolves its alerts. Later changes of alerts move its status on, as always.
    Raises IncidentNotFound, IncidentRedirected, OwnerInvalid, TagsInvalid, CommentEmpty, TextInvalid, DeterminationNotAllowed.
    """
    comment = checked_comment(change.comment)
    unresolved = _unresolved(scope, incident_id) if change.status == IncidentStatus.RESOLVED else []
    incident = _locked(scope, incident_id)
    wanted: dict[str, object] = {**wanted_fields(incident, change)}
    if change.tags is not None:
        wanted["custom_tags"] = _checked_tags(change.tags)
    change_alerts(scope, unresolved, AlertChange(AlertStatus.RESOLVED))
    before = {field: getattr(incident, field) for field in wanted}
    after = {field: value for field, value in wanted.items() if value != before[field]}
    if not after and not comment:
        return incident
    for field, value in after.items():
        setattr(incident, field, value)
    incident.updated = now()
    incident.save(update_fields=[*after, "updated"])
    if comment:
        IncidentComment(
            tenant_id=incident.tenant_id,
            incident=incident,
            text=comment,
            created=incident.updated,
            created_by=scope.subject.name,
        ).save(force_insert=True)
    changes: dict[str, object] = {field: [before[field], value] for field, value in after.items()}
    record(
        "incident.changed",
        actor=actor_of(scope.subject),
        tenant_id=incident.tenant_id,
        object_type="incident",
        object_id=str(incident.pk),
        detail=changes | ({"comment": comment} if comment else {}),
    )
    return incident


def _unresolved(scope: TenantScope, incident_id: int) -> list[str]:
    """Return the ids of an incident's alerts that are not resolved, locked: alerts are locked before their incident (see `grouping`)."""
    rows = Alert.objects.within(scope).filter(incident_id=incident_id).exclude(status=AlertStatus.RESOLVED)
    return list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


def _locked(scope: TenantScope, incident_id: int) -> Incident:
    incident = Incident.objects.within(scope).select_for_update().filter(pk=incident_id).first()
    if incident is None:
        raise IncidentNotFound(incident_id)
    if incident.redirect_to_id is not None:
        raise IncidentRedirected(incident_id, incident.redirect_to_id)
    return incident


def _checked_tags(tags: Sequence[str]) -> list[str]:
    cleaned = list(dict.fromkeys(tag.strip() for tag in tags))
    if len(cleaned) > MOST_TAGS or not all(tag and tag.isprintable() and len(tag) <= LONGEST_TAG for tag in cleaned):
        raise TagsInvalid(MOST_TAGS, LONGEST_TAG)
    return cleaned
