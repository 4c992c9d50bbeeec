"""Incidents hold alerts that belong together: joined by what they share, merged and divided by people.

Locks are always taken in this order: the service's switch, the tenant, alerts, incidents. So nobody waits for somebody who waits for him.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from huntline.audit.services import record
from huntline.identity import TenantScope
from huntline.identity.models import Tenant
from huntline.identity.services import actor_of
from huntline.incidents.errors import (
    AlertNotFound,
    AlertsOfOther,
    IncidentNotFound,
    IncidentRedirected,
    NothingLeft,
    NothingToMerge,
    SampleStaysAlone,
)
from huntline.incidents.events import AlertsMovedOut, IncidentsMerged
from huntline.incidents.models import Alert, CorrelationKey, Incident, IncidentComment
from huntline.incidents.vocabulary import (
    WITHDRAWN_TAG,
    AlertStatus,
    Classification,
    IncidentStatus,
    Severity,
)
from huntline.kernel import now
from huntline.outbox.services import record as record_event

OPEN: Final = (IncidentStatus.ACTIVE, IncidentStatus.IN_PROGRESS)


def hold_tenant(scope: TenantScope) -> None:
    """Hold the tenant's incidents until the end of the transaction: of two alerts that come at once, the second sees the first."""
    # Weaker than a lock for update, so that nobody waits who only refers to the tenant.
    list(Tenant.objects.select_for_update(no_key=True).filter(pk=scope.tenant).values_list("pk"))


def incident_to_join(scope: TenantScope, keys: Collection[str], first: datetime, last: datetime) -> Incident | None:
    """Return the open incident that an alert with these keys and this activity belongs to, locked; of several the oldest.

    The caller holds the tenant. Alerts that were withdrawn, or turned out to be false, draw no others.
    """
    span = timedelta(days=settings.HUNTLINE_CORRELATION_DAYS)
    if not keys or not span:
        return None
    sharing = (
        CorrelationKey.objects.within(scope)
        .filter(
            key__in=keys,
            alert__withdrawn=False,
            alert__first_activity__lte=last + span,
            alert__last_activity__gte=first - span,
            alert__incident__status__in=OPEN,
        )
        .exclude(alert__classification=Classification.FALSE_POSITIVE)
    )
    for incident_id in sorted(set(sharing.values_list("alert__incident_id", flat=True))):
        # Somebody may have resolved it meanwhile; only a locked row says.
        locked = Incident.objects.within(scope).select_for_update().filter(pk=incident_id, status__in=OPEN).first()
        if locked is not None:
            return locked
    return None


def new_incident(alert: Alert, moment: datetime) -> Incident:
    """Return an incident of its own for an alert."""
    incident = Incident(
        tenant_id=alert.tenant_id,
        title=alert.title,
        severity=alert.severity,
        system_tags=_lasting(alert.tags),
        created=moment,
        updated=moment,
        first_activity=alert.first_activity,
        last_activity=alert.last_activity,
    )
    incident.save(force_insert=True)
    return incident


def settle_incident(scope: TenantScope, alert: Alert) -> None:
    """Bring an alert's incident to what its alerts say (see `settle`)."""
    settle(scope, alert.incident_id, alert.updated)


def settle(scope: TenantScope, incident_id: int, moment: datetime) -> Incident:
    """Bring an incident to what its alerts say, and return it (see `settle_all`)."""
    (incident,) = settle_all(scope, [incident_id], moment)
    return incident


def settle_all(scope: TenantScope, incident_ids: Collection[int], moment: datetime) -> list[Incident]:
    """Bring incidents to what their alerts say: the oldest names it, the gravest gives the severity, together they span the activity.

    One is resolved when all are, and in progress when one is or some are resolved.
    """
    incidents = list(
        Incident.objects.within(scope).select_for_update().filter(pk__in=sorted(set(incident_ids))).order_by("pk")
    )
    rows = Alert.objects.within(scope).filter(incident__in=incidents).order_by("created", "id")
    alerts: dict[int, list[Alert]] = defaultdict(list)
    for alert in rows.defer("description", "recommended_actions"):
        alerts[alert.incident_id].append(alert)
    for incident in incidents:
        _follow(incident, alerts[incident.pk])
        incident.updated = moment
    Incident.objects.within(scope).bulk_update(incidents, [*_FOLLOWS, "updated"])
    return incidents


# What an incident takes over from its alerts.
_FOLLOWS: Final = ("title", "severity", "first_activity", "last_activity", "system_tags", "status")


def _follow(incident: Incident, alerts: Sequence[Alert]) -> None:
    incident.title = alerts[0].title
    incident.severity = min((Severity(one.severity) for one in alerts), key=list(Severity).index)
    incident.first_activity = min(one.first_activity for one in alerts)
    incident.last_activity = max(one.last_activity for one in alerts)
    incident.system_tags = _lasting(dict.fromkeys(tag for one in alerts for tag in one.tags))
    incident.status = _status({one.status for one in alerts})


@transaction.atomic
def merge_incidents(scope: TenantScope, incident_ids: Collection[int]) -> Incident:
    """Put the alerts of incidents into the oldest of them and return that one; the others lead there from now on.

    Raises NothingToMerge, IncidentNotFound, IncidentRedirected, SampleStaysAlone.
    """
    chosen = sorted(set(incident_ids))
    if len(chosen) < 2:
        raise NothingToMerge
    hold_tenant(scope)
    alerts = list(_locked_alerts(scope, chosen))
    first, *later = [_locked_open(scope, number) for number in chosen]
    if len({alert.sample for alert in alerts}) > 1:
        raise SampleStaysAlone
    moment = now()
    moved = [alert.pk for alert in alerts if alert.incident_id != first.pk]
    gone = [incident.pk for incident in later]
    Alert.objects.within(scope).filter(incident_id__in=gone).update(incident=first, updated=moment)
    IncidentComment.objects.within(scope).filter(incident_id__in=gone).update(incident=first)
    # What led to one of them leads on, so that no link takes two steps.
    Incident.objects.within(scope).filter(redirect_to__in=gone).update(redirect_to=first)
    Incident.objects.within(scope).filter(pk__in=gone).update(
        redirect_to=first, status=IncidentStatus.REDIRECTED, updated=moment
    )
    first.custom_tags = list(dict.fromkeys(tag for incident in (first, *later) for tag in incident.custom_tags))
    first.assigned_to = next((one.assigned_to for one in (first, *later) if one.assigned_to), "")
    first.save()
    first = settle(scope, first.pk, moment)
    record(
        "incident.merged",
        actor=actor_of(scope.subject),
        tenant_id=first.tenant_id,
        object_type="incident",
        object_id=first.pk,
        detail={"merged": gone, "alerts": moved},
    )
    record_event(
        IncidentsMerged(tenant_id=first.tenant_id, incident_id=first.pk, merged=tuple(gone), alert_ids=tuple(moved))
    )
    return first


@transaction.atomic
def move_alerts_out(scope: TenantScope, incident_id: int, alert_ids: Collection[str]) -> Incident:
    """Put some alerts of an incident into one of their own, and return that.

    Raises IncidentNotFound, IncidentRedirected, AlertNotFound, AlertsOfOther, NothingLeft.
    """
    hold_tenant(scope)
    alerts = {alert.pk: alert for alert in _locked_alerts(scope, [incident_id])}
    incident = _locked_open(scope, incident_id)
    for alert_id in alert_ids:
        if alert_id not in alerts:
            raise _missing(scope, alert_id, incident_id)
    chosen = [alert for alert in alerts.values() if alert.pk in set(alert_ids)]
    if not chosen or len(chosen) == len(alerts):
        raise NothingLeft
    moment = now()
    made = new_incident(min(chosen, key=lambda alert: (alert.created, alert.pk)), moment)
    moved = [alert.pk for alert in chosen]
    Alert.objects.within(scope).filter(pk__in=moved).update(incident=made, updated=moment)
    made = settle(scope, made.pk, moment)
    settle(scope, incident.pk, moment)
    record(
        "incident.divided",
        actor=actor_of(scope.subject),
        tenant_id=made.tenant_id,
        object_type="incident",
        object_id=incident.pk,
        detail={"new": made.pk, "alerts": moved},
    )
    record_event(
        AlertsMovedOut(
            tenant_id=made.tenant_id, incident_id=made.pk, from_incident_id=incident.pk, alert_ids=tuple(moved)
        )
    )
    return made


def _locked_alerts(scope: TenantScope, incident_ids: Sequence[int]) -> Collection[Alert]:
    rows = Alert.objects.within(scope).filter(incident_id__in=incident_ids).order_by("pk")
    return rows.select_for_update()


def _locked_open(scope: TenantScope, incident_id: int) -> Incident:
    incident = Incident.objects.within(scope).select_for_update().filter(pk=incident_id).first()
    if incident is None:
        raise IncidentNotFound(incident_id)
    if incident.redirect_to_id is not None:
        raise IncidentRedirected(incident_id, incident.redirect_to_id)
    return incident


def _missing(scope: TenantScope, alert_id: str, incident_id: int) -> AlertNotFound | AlertsOfOther:
    is_known = Alert.objects.within(scope).filter(pk=alert_id).exists()
    return AlertsOfOther(alert_id, incident_id) if is_known else AlertNotFound(alert_id)


def _lasting(tags: Collection[str]) -> list[str]:
    """Return the tags that an alert lends its incident: one that is withdrawn takes nothing back of the others."""
    return [tag for tag in tags if tag != WITHDRAWN_TAG]


def _status(found: set[str]) -> IncidentStatus:
    if found == {AlertStatus.RESOLVED}:
        return IncidentStatus.RESOLVED
    return IncidentStatus.ACTIVE if found == {AlertStatus.NEW} else IncidentStatus.IN_PROGRESS
