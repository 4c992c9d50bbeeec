"""Reads of drafts, alerts, incidents and notifications, always within a scope; lists cost the same number of queries however long."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from huntline.identity import TenantScope
from huntline.identity.models import TenantQuerySet
from huntline.incidents.errors import AlertNotFound, DraftNotFound, IncidentNotFound, NotificationNotFound
from huntline.incidents.models import (
    Alert,
    AlertComment,
    AlertEntity,
    Detection,
    Draft,
    Incident,
    IncidentComment,
    Notification,
    NotificationVersion,
)
from huntline.incidents.sources import DetectionSource
from huntline.incidents.states import DraftState
from huntline.incidents.vocabulary import AlertStatus, EntityType, IncidentStatus, Severity
from huntline.kernel import Page, PageRequest


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts: what is left out does not matter. `search` looks into title, ids and the names of what is concerned."""

    statuses: Sequence[AlertStatus] = ()
    severities: Sequence[Severity] = ()
    search: str = ""
    sources: Sequence[DetectionSource] = ()


def drafts_within(scope: TenantScope, page: PageRequest, states: Sequence[DraftState] = ()) -> Page[Draft]:
    """Return what people drafted, in these states (without one, in all), with the tenants, the latest change first."""
    rows = Draft.objects.within(scope).filter(sample=False)
    if states:
        rows = rows.filter(state__in=states)
    listed = rows.select_related("tenant", "notification")
    return Page(list(listed[page.offset : page.offset + page.size]), rows.count(), page)


def find_draft(scope: TenantScope, draft_id: uuid.UUID) -> Draft:
    """Return a draft with its tenant. Raises DraftNotFound."""
    row = Draft.objects.within(scope).select_related("tenant", "notification").filter(pk=draft_id).first()
    if row is None:
        raise DraftNotFound
    return row


def alert_rows(scope: TenantScope) -> TenantQuerySet[Alert]:
    """Return the alerts, newest first, with tenant and incident: what foreign APIs filter, sort and page."""
    return Alert.objects.within(scope).select_related("tenant", "incident")


def with_parts(
    scope: TenantScope,
    rows: TenantQuerySet[Alert],
    *,
    entities: bool = True,
    comments: bool = True,
    detections: bool = False,
) -> TenantQuerySet[Alert]:
    """Fetch the parts of alerts along with them: one further query for each kind. Read them by `alert.entities.all()` and so on."""
    if entities:
        rows = rows.prefetch_related(Prefetch("entities", queryset=AlertEntity.objects.within(scope)))
    if comments:
        rows = rows.prefetch_related(Prefetch("comments", queryset=AlertComment.objects.within(scope)))
    if detections:
        rows = rows.prefetch_related(Prefetch("detections", queryset=Detection.objects.within(scope)))
    return rows


def alerts_within(scope: TenantScope, page: PageRequest, wanted: AlertFilter | None = None) -> Page[Alert]:
    """Return alerts, newest first, with the devices concerned (`alert.entities.all()` holds the machines only)."""
    rows = _matching(scope, wanted or AlertFilter())
    machines = AlertEntity.objects.within(scope).filter(entity_type=EntityType.MACHINE)
    listed = rows.select_related("tenant").prefetch_related(Prefetch("entities", queryset=machines))
    return Page(list(listed[page.offset : page.offset + page.size]), rows.count(), page)


def find_alert(scope: TenantScope, alert_id: str) -> Alert:
    """Return an alert with entities, comments, incident and notification. Raises AlertNotFound."""
    rows = with_parts(scope, alert_rows(scope)).select_related("notification")
    row = rows.filter(pk=alert_id).first()
    if row is None:
        raise AlertNotFound(alert_id)
    return row


def incidents_within(
    scope: TenantScope, page: PageRequest, statuses: Sequence[IncidentStatus] = (), search: str = ""
) -> Page[Incident]:
    """Return incidents, the latest change first, each with its tenant, its alerts and the machines concerned.

    Those that were merged into another only where `statuses` names Redirected.
    """
    rows = Incident.objects.within(scope)
    # One that was merged is listed where somebody asks for such; its alerts are in the other.
    rows = rows.filter(status__in=statuses) if statuses else rows.filter(redirect_to=None)
    if search:
        number = int(search) if search.isdecimal() and len(search) < 19 else None
        rows = rows.filter(Q(title__icontains=search) | Q(pk=number))
    listed = rows.select_related("tenant").prefetch_related(_alerts_with(scope, EntityType.MACHINE, EntityType.USER))
    return Page(list(listed[page.offset : page.offset + page.size]), rows.count(), page)


def find_incident(scope: TenantScope, incident_id: int) -> Incident:
    """Return an incident with its comments, its alerts and all their entities. Raises IncidentNotFound."""
    comments = Prefetch("comments", queryset=IncidentComment.objects.within(scope))
    rows = Incident.objects.within(scope).select_related("tenant")
    rows = rows.prefetch_related(_alerts_with(scope)).prefetch_related(comments)
    row = rows.filter(pk=incident_id).first()
    if row is None:
        raise IncidentNotFound(incident_id)
    return row


def notifications_within(scope: TenantScope, page: PageRequest) -> Page[Notification]:
    """Return notifications with their alerts, newest first."""
    rows = Notification.objects.within(scope)
    listed = rows.select_related("tenant", "alert")
    return Page(list(listed[page.offset : page.offset + page.size]), rows.count(), page)


def find_notification(scope: TenantScope, notification_id: uuid.UUID) -> Notification:
    """Return a notification with its alert. Raises NotificationNotFound."""
    rows = Notification.objects.within(scope).select_related("tenant", "alert", "alert__incident")
    row = rows.filter(pk=notification_id).first()
    if row is None:
        raise NotificationNotFound
    return row


def notifications_of_period(scope: TenantScope, start: datetime, end: datetime) -> list[Notification]:
    """Return the notifications that were published in the period with their alerts, the first one first, in one query; samples are none."""
    rows = Notification.objects.within(scope).filter(published__gte=start, published__lt=end, alert__sample=False)
    return list(rows.select_related("alert").order_by("published", "id"))


def alerts_by_source(scope: TenantScope, start: datetime, end: datetime) -> dict[str, int]:
    """Return how many alerts each source of detection raised in the period; samples do not count."""
    rows = Alert.objects.within(scope).filter(created__gte=start, created__lt=end, sample=False).order_by()
    return dict(rows.values_list("detection_source").annotate(count=Count("pk")))


def versions_of(scope: TenantScope, notification_id: uuid.UUID) -> list[NotificationVersion]:
    """Return the versions of a notification, newest first."""
    return list(NotificationVersion.objects.within(scope).filter(notification_id=notification_id))


def versions_of_alerts(scope: TenantScope, alert_ids: Sequence[str]) -> list[NotificationVersion]:
    """Return the versions of the notifications behind these alerts, each with its notification, in one query."""
    rows = NotificationVersion.objects.within(scope).filter(notification__alert_id__in=alert_ids)
    return list(rows.select_related("notification"))


def alert_ids_of_incidents(scope: TenantScope, incident_ids: Sequence[int]) -> list[str]:
    """Return the ids of the alerts of some incidents, also of those that they were merged into; the first activity first."""
    rows = Alert.objects.within(scope).filter(
        Q(incident_id__in=incident_ids) | Q(incident__in=_leads_to(scope, incident_ids))
    )
    return list(rows.order_by("first_activity", "pk").values_list("pk", flat=True))


def alert_ids_of_notifications(scope: TenantScope, notification_ids: Sequence[str]) -> list[str]:
    """Return the ids of the alerts of some notifications, in the order of their publication."""
    rows = Notification.objects.within(scope).filter(pk__in=notification_ids)
    return list(rows.order_by("published", "id").values_list("alert_id", flat=True))


def _leads_to(scope: TenantScope, incident_ids: Sequence[int]) -> list[int | None]:
    rows = Incident.objects.within(scope).filter(pk__in=incident_ids).exclude(redirect_to=None)
    return list(rows.values_list("redirect_to_id", flat=True))


def entities_of(scope: TenantScope, alert_id: str, *types: EntityType) -> list[AlertEntity]:
    """Return the entities of an alert, or those of some types, in their order."""
    rows = AlertEntity.objects.within(scope).filter(alert_id=alert_id)
    return list(rows.filter(entity_type__in=types) if types else rows)


def detections_of(scope: TenantScope, alert_id: str) -> list[Detection]:
    """Return the events behind an alert, in their order."""
    return list(Detection.objects.within(scope).filter(alert_id=alert_id))


def open_alerts_by_tenant(scope: TenantScope) -> dict[uuid.UUID, int]:
    """Return how many alerts are not resolved in each tenant of the scope; samples do not count."""
    rows = Alert.objects.within(scope).filter(sample=False).exclude(status=AlertStatus.RESOLVED).order_by()
    counts = dict(rows.values_list("tenant_id").annotate(count=Count("pk")))
    return {tenant: counts.get(tenant, 0) for tenant in scope.tenants}


def _matching(scope: TenantScope, wanted: AlertFilter) -> TenantQuerySet[Alert]:
    rows = Alert.objects.within(scope)
    if wanted.statuses:
        rows = rows.filter(status__in=wanted.statuses)
    if wanted.severities:
        rows = rows.filter(severity__in=wanted.severities)
    if wanted.sources:
        rows = rows.filter(detection_source__in=wanted.sources)
    text = wanted.search.strip()
    if text:
        number = int(text) if text.isdecimal() and len(text) < 19 else None
        concerned = AlertEntity.objects.within(scope).filter(
            Q(device_name__icontains=text)
            | Q(account_name__icontains=text)
            | Q(file_name__icontains=text)
            | Q(device_id__iexact=text)
            | Q(sha1__iexact=text)
            | Q(sha256__iexact=text)
            | Q(ip_address=text)
            | Q(url__icontains=text),
            alert=OuterRef("pk"),
        )
        rows = rows.filter(
            Q(title__icontains=text)
            | Q(pk__iexact=text)
            | Q(provider_alert_id=text)
            | Q(incident_id=number)
            | Exists(concerned)
        )
    return rows


def _alerts_with(scope: TenantScope, *types: EntityType) -> "Prefetch[str, TenantQuerySet[Alert], str]":
    entities = AlertEntity.objects.within(scope)
    if types:
        entities = entities.filter(entity_type__in=types)
    alerts = Alert.objects.within(scope).prefetch_related(Prefetch("entities", queryset=entities))
    return Prefetch("alerts", queryset=alerts)
