"""From rows to what crosses the wire."""

from collections.abc import Iterable

from huntline.enrolment.schemas import TenantNameOut
from huntline.hunting.queries import find_all_evidence, view_evidence
from huntline.hunting.schemas import EvidenceOut
from huntline.identity import TenantScope
from huntline.incidents.models import Alert, AlertEntity, Draft, Incident, Notification
from huntline.incidents.queries import versions_of
from huntline.incidents.schemas import (
    AccountOut,
    AlertDetailOut,
    AlertOut,
    CommentOut,
    DeviceNameOut,
    DraftOut,
    EntityOut,
    IncidentDetailOut,
    IncidentOut,
    NotificationDetailOut,
    NotificationOut,
    VersionOut,
)
from huntline.incidents.vocabulary import EntityType


def draft(scope: TenantScope, row: Draft) -> DraftOut:
    """Return a draft as this reader sees it."""
    published = getattr(row, "notification", None)  # Django raises an AttributeError where there is none
    return DraftOut.model_validate(
        {
            "id": row.pk,
            "tenant": TenantNameOut.from_orm(row.tenant),
            "title": row.title,
            "severity": row.severity,
            "category": row.category,
            "summary": row.summary,
            "what_happened": row.what_happened,
            "recommended_steps": row.recommended_steps,
            "techniques": row.techniques,
            "evidence_ids": row.evidence,
            "disclosure": row.disclosure,
            "state": row.state,
            "revision": row.revision,
            "author": row.author,
            "own": scope.subject.id in row.writers,
            "returned_by": row.returned_by,
            "return_reason": row.return_reason,
            "created": row.created,
            "updated": row.updated,
            "submitted": row.submitted,
            "notification_id": published.pk if published else row.revises_id,
            "revises": row.revises_id,
            "change_note": row.change_note,
        }
    )


def alert(row: Alert) -> AlertOut:
    """Return an alert of a list; its machines are at hand."""
    return AlertOut.model_validate(_alert(row))


def alert_detail(scope: TenantScope, row: Alert) -> AlertDetailOut:
    """Return an alert's page."""
    told: Notification | None = getattr(row, "notification", None)  # alerts of other sources have none
    narrative = {
        "notification_id": told.pk if told else None,
        "summary": told.summary if told else row.description,
        "what_happened": told.what_happened if told else "",
        "recommended_steps": told.recommended_steps if told else [],
        "evidence": _evidence(scope, told) if told else [],
    }
    return AlertDetailOut.model_validate(
        {
            **_alert(row),
            **narrative,
            "description": row.description,
            "recommended_actions": row.recommended_actions,
            "techniques": row.techniques,
            "provider_alert_id": row.provider_alert_id,
            "resolved": row.resolved,
            "evidence_items": [EntityOut.from_orm(entity) for entity in row.entities.all()],
            "comments": [CommentOut.from_orm(comment) for comment in row.comments.all()],
        }
    )


def incident(row: Incident) -> IncidentOut:
    """Return an incident of a list; its alerts and their entities are at hand."""
    return IncidentOut.model_validate(_incident(row))


def incident_detail(row: Incident) -> IncidentDetailOut:
    """Return an incident's page."""
    return IncidentDetailOut.model_validate(
        {
            **_incident(row),
            "alerts": [alert(one) for one in row.alerts.all()],
            "evidence_items": [EntityOut.from_orm(entity) for entity in _entities(row)],
            "comments": [CommentOut.from_orm(comment) for comment in row.comments.all()],
        }
    )


def notification(row: Notification) -> NotificationOut:
    """Return a notification of a list; its alert is at hand."""
    return NotificationOut.model_validate(_notification(row))


def notification_detail(scope: TenantScope, row: Notification) -> NotificationDetailOut:
    """Return a notification in full."""
    return NotificationDetailOut.model_validate(
        {
            **_notification(row),
            "what_happened": row.what_happened,
            "recommended_steps": row.recommended_steps,
            "techniques": row.alert.techniques,
            "disclosure": row.disclosure,
            "evidence": _evidence(scope, row),
            "versions": [VersionOut.from_orm(version) for version in versions_of(scope, row.pk)],
            "withdrawal_reason": row.withdrawal_reason,
        }
    )


def _alert(row: Alert) -> dict[str, object]:
    return {
        "id": row.pk,
        "title": row.title,
        "severity": row.severity,
        "status": row.status,
        "category": row.category,
        "detection_source": row.detection_source,
        "tags": row.tags,
        "incident_id": row.incident_id,
        "first_activity": row.first_activity,
        "last_activity": row.last_activity,
        "created": row.created,
        "updated": row.updated,
        "devices": _devices(row.entities.all()),
        "assigned_to": row.assigned_to or None,
        "classification": row.classification,
        "determination": row.determination,
    }


def _incident(row: Incident) -> dict[str, object]:
    entities = _entities(row)
    return {
        "id": row.pk,
        "title": row.title,
        "severity": row.severity,
        "status": row.status,
        "classification": row.classification,
        "determination": row.determination,
        "assigned_to": row.assigned_to or None,
        "tags": row.tags,
        "created": row.created,
        "updated": row.updated,
        "first_activity": row.first_activity,
        "last_activity": row.last_activity,
        "redirect_incident_id": row.redirect_to_id,
        "alert_count": len(row.alerts.all()),
        "devices": _devices(entities),
        "accounts": [AccountOut.from_orm(e) for e in entities if e.entity_type == EntityType.USER],
    }


def _notification(row: Notification) -> dict[str, object]:
    return {
        "id": row.pk,
        "alert_id": row.alert_id,
        "incident_id": row.alert.incident_id,
        "title": row.alert.title,
        "severity": row.alert.severity,
        "category": row.alert.category,
        "tags": row.alert.tags,
        "first_activity": row.alert.first_activity,
        "last_activity": row.alert.last_activity,
        "created": row.alert.created,
        "updated": row.alert.updated,
        "summary": row.summary,
        "author": row.author,
        "published_by": row.published_by,
        "version": row.version,
        "withdrawn": row.withdrawn,
    }


def _entities(row: Incident) -> list[AlertEntity]:
    """Return the entities of all alerts, each once."""
    unique: dict[tuple[object, ...], AlertEntity] = {}
    for one in row.alerts.all():
        for entity in one.entities.all():
            fields = [getattr(entity, name) for name in EntityOut.model_fields]
            unique.setdefault(tuple(fields), entity)
    return list(unique.values())


def _devices(entities: Iterable[AlertEntity]) -> list[DeviceNameOut]:
    machines = (e for e in entities if e.entity_type == EntityType.MACHINE)
    return [DeviceNameOut(device_id=e.device_id, device_name=e.device_name) for e in machines]


def _evidence(scope: TenantScope, row: Notification) -> list[EvidenceOut]:
    return [EvidenceOut.from_orm(view_evidence(scope, found)) for found in find_all_evidence(scope, row.evidence)]
