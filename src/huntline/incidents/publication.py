"""Publish: a draft becomes notification, alert and incident in one transaction, by somebody who wrote nothing of it.

A draft that revises a notification becomes its next version: the same notification, alert and incident say what it says.
"""

import uuid
from datetime import datetime

from django.db import transaction

from huntline.audit.services import record
from huntline.enrolment.services import require_service_on
from huntline.hunting.models import Disclosure, Evidence
from huntline.hunting.queries import find_all_evidence
from huntline.hunting.services import release_evidence
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.incidents.errors import OwnDraft, Withdrawn
from huntline.incidents.events import NotificationPublished, NotificationUpdated
from huntline.incidents.findings import Findings, Frozen, findings_of
from huntline.incidents.grouping import settle_incident
from huntline.incidents.models import Alert, Draft, Narrative, Notification, NotificationVersion
from huntline.incidents.placing import place_alert, replace_parts
from huntline.incidents.services import locked, require_complete, require_revision
from huntline.incidents.states import DraftState, DraftStep, follow
from huntline.incidents.vocabulary import ALERT_ID_PREFIX
from huntline.kernel import new_id, now
from huntline.outbox import Event
from huntline.outbox.services import record as record_event


@transaction.atomic
def publish_draft(scope: TenantScope, draft_id: uuid.UUID, *, seen: int | None = None) -> Notification:
    """Publish a draft that is in review, and return the notification with its alert.

    Publishing what is published already returns the same notification: a second click, and a second lead, change nothing.
    seen: the revision that was reviewed. Raises DraftNotFound, OwnDraft, DraftStepNotPossible, DraftChanged, DraftIncomplete,
    NotApproved, ServiceOff, EvidenceNotFound, Withdrawn.
    """
    draft = locked(scope, draft_id)
    if scope.subject.id in draft.writers:
        raise OwnDraft
    if draft.state == DraftState.PUBLISHED:
        rows = Notification.objects.within(scope).select_related("alert", "tenant")
        return rows.get(pk=draft.revises_id) if draft.revises_id else rows.get(draft=draft)
    state = follow(DraftState(draft.state), DraftStep.PUBLISH)
    require_revision(draft, seen)
    require_complete(draft)
    within = scope.narrowed_to(draft.tenant_id)
    require_service_on(within)
    evidence = find_all_evidence(within, draft.evidence)
    findings = findings_of([_frozen(row) for row in evidence])
    moment = now()
    known = draft.revises_id
    joined_by: list[str] = []
    if known:
        notification = _update(within, known, draft, findings, moment)
    else:
        notification, joined_by = _make(within, draft, findings, moment)
    _keep_version(within, draft, notification, moment)
    release_evidence(within, draft.evidence, Disclosure(draft.disclosure))
    draft.state = state
    draft.updated = moment
    draft.save()
    _tell(within, notification, joined_by)
    return notification


def _frozen(evidence: Evidence) -> Frozen:
    names = [str(column["name"]) for column in evidence.columns]
    records = [dict(zip(names, values, strict=True)) for values in evidence.rows]
    tables = [str(name) for name in evidence.tables]
    return Frozen(records, tables, evidence.window_start, evidence.window_end)


def _make(scope: TenantScope, draft: Draft, findings: Findings, moment: datetime) -> tuple[Notification, list[str]]:
    key = new_id()
    alert = Alert(id=f"{ALERT_ID_PREFIX}{key.hex}", tenant_id=draft.tenant_id, created=moment, sample=draft.sample)
    _say(alert, draft, findings, moment)
    joined_by = place_alert(scope, alert, findings, moment)
    notification = Notification(
        id=key,
        tenant_id=draft.tenant_id,
        alert=alert,
        draft=draft,
        author=draft.author,
        published=moment,
        published_by=scope.subject.name,
    )
    _tell_as(notification, draft)
    notification.save(force_insert=True)
    return notification, joined_by


def _update(
    scope: TenantScope, notification_id: uuid.UUID, draft: Draft, findings: Findings, moment: datetime
) -> Notification:
    rows = Notification.objects.within(scope).select_related("tenant").select_for_update(of=("self",))
    notification = rows.get(pk=notification_id)
    if notification.withdrawn:
        raise Withdrawn
    alert = Alert.objects.within(scope).select_for_update().get(pk=notification.alert_id)
    notification.version += 1
    alert.version = notification.version
    _say(alert, draft, findings, moment)
    alert.save()
    notification.alert = alert
    _tell_as(notification, draft)
    notification.save()
    replace_parts(scope, alert, findings, moment)
    settle_incident(scope, alert)
    return notification


def _say(alert: Alert, draft: Draft, findings: Findings, moment: datetime) -> None:
    """Put into the alert what the draft and its evidence say; what customers did with it stays."""
    device_id, device_name = findings.devices[0] if findings.devices else ("", "")
    alert.title = draft.title
    alert.description = f"{draft.summary}\n\n{draft.what_happened}"
    alert.recommended_actions = "\n".join(f"{n}. {step}" for n, step in enumerate(draft.recommended_steps, 1))
    alert.severity, alert.category, alert.techniques = draft.severity, draft.category, draft.techniques
    alert.device_id, alert.device_name = device_id, device_name
    alert.first_activity, alert.last_activity = findings.first_activity, findings.last_activity
    alert.updated = moment


def _tell_as(row: Narrative, draft: Draft) -> None:
    row.summary, row.what_happened = draft.summary, draft.what_happened
    row.recommended_steps, row.disclosure = draft.recommended_steps, draft.disclosure
    row.evidence_ids = draft.evidence_ids


def _keep_version(scope: TenantScope, draft: Draft, notification: Notification, moment: datetime) -> None:
    version = NotificationVersion(
        tenant_id=draft.tenant_id,
        notification=notification,
        number=notification.version,
        title=draft.title,
        severity=draft.severity,
        category=draft.category,
        techniques=draft.techniques,
        change_note=draft.change_note,
        author=draft.author,
        published=moment,
        published_by=scope.subject.name,
    )
    _tell_as(version, draft)
    version.save(force_insert=True)


def _tell(scope: TenantScope, notification: Notification, joined_by: list[str]) -> None:
    alert = notification.alert
    evidence = {"ids": notification.evidence_ids, "disclosure": notification.disclosure}
    is_first = notification.version == 1
    record(
        "notification.published" if is_first else "notification.updated",
        actor=actor_of(scope.subject),
        tenant_id=notification.tenant_id,
        object_type="notification",
        object_id=notification.pk,
        detail={
            "alert": alert.pk,
            "incident": alert.incident_id,
            "joined_by": joined_by,
            "title": alert.title,
            "severity": alert.severity,
            "version": notification.version,
            "author": notification.author,
            "evidence": evidence,
        },
    )
    if is_first:
        happened: Event = NotificationPublished(
            tenant_id=notification.tenant_id,
            notification_id=notification.pk,
            alert_id=alert.pk,
            incident_id=alert.incident_id,
        )
    else:
        happened = NotificationUpdated(
            tenant_id=notification.tenant_id,
            notification_id=notification.pk,
            alert_id=alert.pk,
            version=notification.version,
        )
    record_event(happened)
