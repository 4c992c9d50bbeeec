"""After publication: begin a new version of a notification, or withdraw it. Those who were told learn of both."""

import uuid

from django.db import IntegrityError, transaction

from huntline.audit.services import record
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.incidents.errors import (
    NotificationNotFound,
    RevisionOpen,
    SampleFixed,
    WithdrawalReasonMissing,
    Withdrawn,
)
from huntline.incidents.events import NotificationWithdrawn
from huntline.incidents.grouping import settle_incident
from huntline.incidents.models import Alert, Draft, Notification
from huntline.incidents.states import DraftState
from huntline.incidents.vocabulary import AlertStatus
from huntline.kernel import now
from huntline.outbox.services import record as record_event


@transaction.atomic
def revise_notification(scope: TenantScope, notification_id: uuid.UUID) -> Draft:
    """Begin a draft of the next version, with the words and the evidence of the present one.

    Raises NotificationNotFound, Withdrawn, SampleFixed, RevisionOpen.
    """
    notification = _locked(scope, notification_id)
    alert = notification.alert
    if alert.sample:
        raise SampleFixed
    draft = Draft(
        tenant_id=notification.tenant_id,
        revises=notification,
        title=alert.title,
        severity=alert.severity,
        category=alert.category,
        techniques=alert.techniques,
        summary=notification.summary,
        what_happened=notification.what_happened,
        recommended_steps=notification.recommended_steps,
        disclosure=notification.disclosure,
        evidence_ids=notification.evidence_ids,
        author=scope.subject.name,
        writers=[scope.subject.id],
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        written = Draft.objects.within(scope).filter(revises=notification).exclude(state=DraftState.PUBLISHED).get()
        raise RevisionOpen(written.pk) from None
    record(
        "draft.created",
        actor=actor_of(scope.subject),
        tenant_id=draft.tenant_id,
        object_type="draft",
        object_id=draft.pk,
        detail={"title": draft.title, "revises": str(notification.pk)},
    )
    return draft


@transaction.atomic
def withdraw_notification(scope: TenantScope, notification_id: uuid.UUID, reason: str) -> Notification:
    """Take a notification back: its alert is resolved and marked, and stays to be read. A second time changes nothing.

    Raises WithdrawalReasonMissing, NotificationNotFound.
    """
    if not reason.strip():
        raise WithdrawalReasonMissing
    notification = _locked(scope, notification_id, withdrawn=True)
    if notification.withdrawn:
        return notification
    moment = now()
    notification.withdrawn, notification.withdrawn_by = moment, scope.subject.name
    notification.withdrawal_reason = reason.strip()
    notification.save()
    alert = Alert.objects.within(scope).select_for_update().get(pk=notification.alert_id)
    alert.withdrawn, alert.status, alert.resolved, alert.updated = True, AlertStatus.RESOLVED, moment, moment
    alert.save()
    settle_incident(scope, alert)
    record(
        "notification.withdrawn",
        actor=actor_of(scope.subject),
        tenant_id=notification.tenant_id,
        object_type="notification",
        object_id=notification.pk,
        detail={"alert": alert.pk, "reason": notification.withdrawal_reason},
    )
    record_event(
        NotificationWithdrawn(tenant_id=notification.tenant_id, notification_id=notification.pk, alert_id=alert.pk)
    )
    return notification


def _locked(scope: TenantScope, notification_id: uuid.UUID, *, withdrawn: bool = False) -> Notification:
    rows = Notification.objects.within(scope).select_related("alert").select_for_update(of=("self",))
    notification = rows.filter(pk=notification_id).first()
    if notification is None:
        raise NotificationNotFound
    if notification.withdrawn and not withdrawn:
        raise Withdrawn
    return notification
