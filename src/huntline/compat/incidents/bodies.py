"""An incident, its alerts, devices and entities as Defender XDR writes them. Every key is always there."""

from typing import Any, Final
from urllib.parse import quote

from django.conf import settings

from huntline.compat.alerts.bodies import evidence_body
from huntline.compat.incidents.rows import IncidentRow, comments_in, entities_in, machines_in
from huntline.compat.wire import instant
from huntline.incidents import SERVICE_SOURCE
from huntline.incidents.models import Alert, AlertEntity, Incident

Body = dict[str, Any]
# The contract's word for what belongs to no single product.
SUITE: Final = "Microsoft365Defender"
_NOT_OURS: Final = (
    "mailboxDisplayName",
    "mailboxAddress",
    "clusterBy",
    "clusterByValue",
    "emailCount",
    "sender",
    "recipient",
    "subject",
    "internetMessageId",
    "deliveryAction",
    "securityGroupId",
    "securityGroupName",
    "applicationId",
    "applicationObjectId",
    "applicationName",
    "risk",
    "publisher",
)


def incident_link(incident: Incident) -> str:
    """Return the address of the incident's page; a row without its tenant's name leads there too."""
    return f"{settings.HUNTLINE_PUBLIC_URL}/incidents/{incident.pk}?tenant={quote(incident.tenant.slug)}"


def incident_body(row: IncidentRow) -> Body:
    """Return the incident with its alerts."""
    incident = row.incident
    return {
        "incidentId": incident.pk,
        "incidentUri": incident_link(incident),
        "redirectIncidentId": incident.redirect_to_id,
        "incidentName": incident.title,
        "createdTime": instant(incident.created),
        "lastUpdateTime": instant(incident.updated),
        "assignedTo": incident.assigned_to or None,
        "classification": incident.classification,
        "determination": incident.determination,
        "status": incident.status,
        "severity": incident.severity,
        "tags": incident.tags,
        "comments": _comments(incident),
        "alerts": [alert_body(alert, row) for alert in row.alerts],
    }


def alert_body(alert: Alert, row: IncidentRow) -> Body:
    """Return an alert as it stands in an incident; `lastUpdatedTime` is spelled so there."""
    return {
        "alertId": alert.pk,
        "providerAlertId": alert.pk,
        "incidentId": alert.incident_id,
        "serviceSource": SUITE if alert.service_source == SERVICE_SOURCE else alert.service_source,
        "creationTime": instant(alert.created),
        "lastUpdatedTime": instant(alert.updated),
        "resolvedTime": instant(alert.resolved),
        "firstActivity": instant(alert.first_activity),
        "lastActivity": instant(alert.last_activity),
        "title": alert.title,
        "description": alert.description,
        "category": alert.category,
        "status": alert.status,
        "severity": alert.severity,
        "investigationId": None,
        "investigationState": "UnsupportedAlertType",
        "classification": alert.classification,
        "determination": alert.determination,
        "detectionSource": alert.detection_source,
        "detectorId": str(alert.detector_id),
        "assignedTo": alert.assigned_to or None,
        "actorName": None,
        "threatFamilyName": alert.threat_family or None,
        "mitreTechniques": alert.techniques,
        "comments": _comments(alert),
        "devices": [_device_body(entity, row.devices.get(entity.device_id)) for entity in machines_in(alert)],
        "entities": [_entity_body(entity) for entity in entities_in(alert)],
    }


def _comments(row: Alert | Incident) -> list[Body]:
    return [
        {"comment": one.text, "createdBy": one.created_by, "createdTime": instant(one.created)}
        for one in comments_in(row)
    ]


def _device_body(entity: AlertEntity, device: Any) -> Body:
    return {
        "mdatpDeviceId": entity.device_id or None,
        "aadDeviceId": None,
        "deviceDnsName": entity.device_name or None,
        "osPlatform": (device.os_platform or None) if device else None,
        "version": None,
        "osProcessor": None,
        "osBuild": None,
        "healthStatus": device.health if device else "Unknown",
        "riskScore": device.risk if device else "None",
        "rbacGroupName": None,
        "firstSeen": instant(device.first_seen) if device else None,
        "tags": [],
        "vmMetadata": None,
        "onboardingStatus": device.onboarding if device else "InsufficientInfo",
        "loggedOnUsers": [],
    }


def _entity_body(entity: AlertEntity) -> Body:
    return {
        **evidence_body(entity),
        "verdict": entity.verdict,
        "remediationStatus": "None",
        "remediationStatusDetails": None,
        "deviceId": entity.device_id or None,
        **dict.fromkeys(_NOT_OURS),
    }
