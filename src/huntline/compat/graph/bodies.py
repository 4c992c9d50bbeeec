"""An alert and an incident as Graph writes them. Every key is always there."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings

from huntline.compat.graph.evidence import evidence_body
from huntline.compat.graph.names import (
    CLASSIFICATIONS,
    DETECTION_SOURCES,
    DETERMINATIONS,
    SERVICE_SOURCES,
    camel,
    graph_name,
)
from huntline.compat.incidents.bodies import incident_link
from huntline.compat.incidents.rows import comments_in, entities_in
from huntline.compat.wire import instant
from huntline.incidents import SERVICE_SOURCE
from huntline.incidents.models import Alert, AlertComment, Incident, IncidentComment

Body = dict[str, Any]
_PRODUCT: Final = "Huntline"


def comment_body(comment: AlertComment | IncidentComment) -> Body:
    """Return a comment."""
    return {
        "@odata.type": "#microsoft.graph.security.alertComment",
        "comment": comment.text,
        "createdByDisplayName": comment.created_by,
        "createdDateTime": instant(comment.created),
    }


def alert_body(alert: Alert, devices: Mapping[str, Any]) -> Body:
    """Return the alert with comments and evidence, which were fetched along with it."""
    tenant = alert.tenant
    return {
        "id": alert.pk,
        "providerAlertId": alert.pk,
        "incidentId": str(alert.incident_id),
        "status": camel(alert.status),
        "severity": camel(alert.severity),
        "classification": graph_name(alert.classification, CLASSIFICATIONS),
        "determination": graph_name(alert.determination, DETERMINATIONS),
        "serviceSource": graph_name(alert.service_source, SERVICE_SOURCES),
        "detectionSource": graph_name(alert.detection_source, DETECTION_SOURCES),
        "productName": _PRODUCT if alert.service_source == SERVICE_SOURCE else alert.service_source,
        "detectorId": str(alert.detector_id),
        "tenantId": str(alert.tenant_id),
        "title": alert.title,
        "description": alert.description,
        "recommendedActions": alert.recommended_actions,
        "category": alert.category,
        "categories": [alert.category],
        "assignedTo": alert.assigned_to or None,
        "alertWebUrl": f"{settings.HUNTLINE_PUBLIC_URL}/alerts/{quote(alert.pk)}?tenant={quote(tenant.slug)}",
        "incidentWebUrl": f"{settings.HUNTLINE_PUBLIC_URL}/incidents/{alert.incident_id}?tenant={quote(tenant.slug)}",
        "actorDisplayName": None,
        "threatDisplayName": None,
        "threatFamilyName": alert.threat_family or None,
        "mitreTechniques": alert.techniques,
        "createdDateTime": instant(alert.created),
        "lastUpdateDateTime": instant(alert.updated),
        "resolvedDateTime": instant(alert.resolved),
        "firstActivityDateTime": instant(alert.first_activity),
        "lastActivityDateTime": instant(alert.last_activity),
        "comments": [comment_body(comment) for comment in comments_in(alert)],
        "evidence": [evidence_body(entity, devices) for entity in entities_in(alert)],
        "systemTags": alert.tags,
        "additionalData": None,
        "customDetails": None,
        "investigationState": "unsupportedAlertType",
    }


def incident_body(incident: Incident) -> Body:
    """Return the incident with its comments, which were fetched along with it, and without its alerts."""
    return {
        "id": str(incident.pk),
        "displayName": incident.title,
        "status": camel(incident.status),
        "severity": camel(incident.severity),
        "classification": graph_name(incident.classification, CLASSIFICATIONS),
        "determination": graph_name(incident.determination, DETERMINATIONS),
        "assignedTo": incident.assigned_to or None,
        "createdDateTime": instant(incident.created),
        "lastUpdateDateTime": instant(incident.updated),
        "lastModifiedBy": None,
        "redirectIncidentId": str(incident.redirect_to_id) if incident.redirect_to_id else None,
        "incidentWebUrl": incident_link(incident),
        "tenantId": str(incident.tenant_id),
        "customTags": incident.custom_tags,
        "systemTags": incident.system_tags,
        "comments": [comment_body(comment) for comment in comments_in(incident)],
        "description": None,
        "summary": None,
        "resolvingComment": None,
        "priorityScore": None,
    }
