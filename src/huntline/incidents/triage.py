"""What people do with an alert: status, owner, classification with determination, comments. The incident follows its alerts."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.incidents.errors import AlertNotFound, CommentEmpty, DeterminationNotAllowed, OwnerInvalid, TextInvalid
from huntline.incidents.events import AlertChanged
from huntline.incidents.grouping import settle_incident
from huntline.incidents.models import Alert, AlertComment
from huntline.incidents.vocabulary import (
    DETERMINATIONS,
    AlertStatus,
    Classification,
    Determination,
)
from huntline.kernel import now
from huntline.outbox.services import record as record_event

LONGEST_COMMENT: Final = 10_000
LONGEST_OWNER: Final = 254


@dataclass(frozen=True, slots=True)
class AlertChange:
    """What to change; None leaves a field as it is. `assigned_to` "" takes the owner away; `comment` adds one."""

    status: AlertStatus | None = None
    assigned_to: str | None = None
    classification: Classification | None = None
    determination: Determination | None = None
    comment: str | None = None


@transaction.atomic
def change_alert(scope: TenantScope, alert_id: str, change: AlertChange) -> Alert:
    """Change an alert, and return it. What is set to what it is already changes nothing and is not recorded.

    A new classification without a determination drops one that does not go with it.
    Raises AlertNotFound, OwnerInvalid, CommentEmpty, TextInvalid, DeterminationNotAllowed.
    """
    alert = Alert.objects.within(scope).select_for_update().filter(pk=alert_id).first()
    if alert is None:
        raise AlertNotFound(alert_id)
    wanted = _wanted(alert, change)
    before = {field: str(getattr(alert, field)) for field in wanted}
    after = {field: value for field, value in wanted.items() if value != before[field]}
    comment = _checked_comment(change.comment)
    if not after and not comment:
        return alert
    moment = now()
    for field, value in after.items():
        setattr(alert, field, value)
    if "status" in after:
        alert.resolved = moment if alert.status == AlertStatus.RESOLVED else None
    alert.updated = moment
    alert.save()
    if comment:
        AlertComment(
            tenant_id=alert.tenant_id, alert=alert, text=comment, created=moment, created_by=scope.subject.name
        ).save(force_insert=True)
    settle_incident(scope, alert)
    changed = (*after, *(("comment",) if comment else ()))
    changes: dict[str, object] = {field: [before[field], value] for field, value in after.items()}
    record(
        "alert.changed",
        actor=actor_of(scope.subject),
        tenant_id=alert.tenant_id,
        object_type="alert",
        object_id=alert.pk,
        detail=changes | ({"comment": comment} if comment else {}),
    )
    record_event(AlertChanged(tenant_id=alert.tenant_id, alert_id=alert.pk, changed=changed))
    return alert


def _wanted(alert: Alert, change: AlertChange) -> dict[str, str]:
    wanted: dict[str, str] = {}
    if change.status is not None:
        wanted["status"] = change.status.value
    if change.assigned_to is not None:
        owner = change.assigned_to.strip()
        if len(owner) > LONGEST_OWNER or not owner.isprintable():
            raise OwnerInvalid(LONGEST_OWNER)
        wanted["assigned_to"] = owner
    if change.classification is not None or change.determination is not None:
        wanted |= classified(
            Classification(alert.classification),
            Determination(alert.determination),
            change.classification,
            change.determination,
        )
    return wanted


def classified(
    old_classification: Classification,
    old_determination: Determination,
    classification: Classification | None,
    determination: Determination | None,
) -> dict[str, str]:
    """Return classification and determination as they are after a change. Raises DeterminationNotAllowed."""
    new = classification or old_classification
    allowed = DETERMINATIONS[new]
    detail = determination or old_determination
    if detail not in allowed:
        if determination is not None:
            raise DeterminationNotAllowed(detail, new, ", ".join(sorted(allowed)))
        detail = Determination.NOT_AVAILABLE
    return {"classification": new.value, "determination": detail.value}


def _checked_comment(comment: str | None) -> str:
    text = (comment or "").strip()
    if comment is not None and not text:
        raise CommentEmpty
    if len(text) > LONGEST_COMMENT or "\x00" in text:
        raise TextInvalid("comment", LONGEST_COMMENT)
    return text
