"""Publish: a draft becomes notification, alert and incident in one transaction, by somebody who wrote nothing of it."""

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
from huntline.incidents.errors import OwnDraft
from huntline.incidents.events import NotificationPublished
from huntline.incidents.findings import Findings, Frozen, findings_of
from huntline.incidents.models import Alert, AlertEntity, Detection, Draft, Incident, Notification
from huntline.incidents.services import locked, require_complete, require_revision
from huntline.incidents.states import DraftState, DraftStep, follow
from huntline.incidents.vocabulary import ALERT_ID_PREFIX, THREAT_EXPERTS_TAG
from huntline.kernel import new_id, now
from huntline.outbox.services import record as record_event
from huntline.telemetry.times import moment_of


@transaction.atomic
def publish_draft(scope: TenantScope, draft_id: uuid.UUID, *, seen: int | None = None) -> Notification:
    """Publish a draft that is in review, and return the notification with its alert.

    Publishing what is published already returns the same notification: a second click, and a second lead, change nothing.
    seen: the revision that was reviewed. Raises DraftNotFound, OwnDraft, DraftStepNotPossible, DraftChanged, DraftIncomplete,
    NotApproved, ServiceOff, EvidenceNotFound.
    """
    draft = locked(scope, draft_id)
    if scope.subject.id in draft.writers:
        raise OwnDraft
    if draft.state == DraftState.PUBLISHED:
        return Notification.objects.within(scope).select_related("alert", "tenant").get(draft=draft)
    state = follow(DraftState(draft.state), DraftStep.PUBLISH)
    require_revision(draft, seen)
    require_complete(draft)
    within = scope.narrowed_to(draft.tenant_id)
    require_service_on(within)
    evidence = find_all_evidence(within, draft.evidence)
    findings = findings_of([_frozen(row) for row in evidence])
    notification = _make(within, draft, findings)
    release_evidence(within, draft.evidence, Disclosure(draft.disclosure))
    draft.state = state
    draft.updated = notification.published
    draft.save()
    _tell(within, notification)
    return notification


def _frozen(evidence: Evidence) -> Frozen:
    names = [str(column["name"]) for column in evidence.columns]
    records = [dict(zip(names, values, strict=True)) for values in evidence.rows]
    tables = [str(name) for name in evidence.tables]
    return Frozen(records, tables, evidence.window_start, evidence.window_end)


def _make(scope: TenantScope, draft: Draft, findings: Findings) -> Notification:
    moment, key = now(), new_id()
    incident = Incident(
        tenant_id=draft.tenant_id,
        title=draft.title,
        severity=draft.severity,
        system_tags=[THREAT_EXPERTS_TAG],
        created=moment,
        updated=moment,
        first_activity=findings.first_activity,
        last_activity=findings.last_activity,
    )
    incident.save(force_insert=True)
    device_id, device_name = findings.devices[0] if findings.devices else ("", "")
    alert = Alert(
        id=f"{ALERT_ID_PREFIX}{key.hex}",
        tenant_id=draft.tenant_id,
        incident=incident,
        title=draft.title,
        description=f"{draft.summary}\n\n{draft.what_happened}",
        recommended_actions="\n".join(f"{n}. {step}" for n, step in enumerate(draft.recommended_steps, 1)),
        severity=draft.severity,
        category=draft.category,
        techniques=draft.techniques,
        device_id=device_id,
        device_name=device_name,
        created=moment,
        updated=moment,
        first_activity=findings.first_activity,
        last_activity=findings.last_activity,
    )
    alert.save(force_insert=True)
    notification = Notification(
        id=key,
        tenant_id=draft.tenant_id,
        alert=alert,
        draft=draft,
        summary=draft.summary,
        what_happened=draft.what_happened,
        recommended_steps=draft.recommended_steps,
        disclosure=draft.disclosure,
        evidence_ids=draft.evidence_ids,
        author=draft.author,
        published=moment,
        published_by=scope.subject.name,
    )
    notification.save(force_insert=True)
    _add_parts(scope, alert, findings, moment)
    return notification


def _add_parts(scope: TenantScope, alert: Alert, findings: Findings, moment: datetime) -> None:
    entities = [
        AlertEntity(
            tenant_id=alert.tenant_id,
            alert=alert,
            place=place,
            entity_type=entity.entity_type,
            role=entity.role,
            verdict=entity.verdict,
            created=moment,
            **entity.values,
        )
        for place, entity in enumerate(findings.entities)
    ]
    AlertEntity.objects.within(scope).bulk_create(entities, batch_size=500)
    detections = [
        Detection(
            tenant_id=alert.tenant_id,
            alert=alert,
            part=part,
            at=moment_of(event.ticks),
            ticks=event.ticks,
            **event.values,
        )
        for part, event in enumerate(findings.events)
    ]
    Detection.objects.within(scope).bulk_create(detections, batch_size=500)


def _tell(scope: TenantScope, notification: Notification) -> None:
    alert = notification.alert
    evidence = {"ids": notification.evidence_ids, "disclosure": notification.disclosure}
    record(
        "notification.published",
        actor=actor_of(scope.subject),
        tenant_id=notification.tenant_id,
        object_type="notification",
        object_id=notification.pk,
        detail={
            "alert": alert.pk,
            "incident": alert.incident_id,
            "title": alert.title,
            "severity": alert.severity,
            "author": notification.author,
            "evidence": evidence,
        },
    )
    record_event(
        NotificationPublished(
            tenant_id=notification.tenant_id,
            notification_id=notification.pk,
            alert_id=alert.pk,
            incident_id=alert.incident_id,
        )
    )
