"""Alerts that come from elsewhere than our hunters: imported, raised by rules, made by hand. One object in the same channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.incidents.errors import EventInvalid, ProviderIdInvalid, SourceNotOpen, TooManyEvents
from huntline.incidents.events import AlertExtended, AlertRaised
from huntline.incidents.findings import Findings, Frozen, findings_of
from huntline.incidents.grouping import hold_tenant, settle_incident
from huntline.incidents.models import Alert, AlertEntity, Detection
from huntline.incidents.placing import add_detections, add_entities, place_alert
from huntline.incidents.services import checked_techniques, checked_text, checked_title
from huntline.incidents.sources import RAISED_BY_PUBLISHING, SOURCES, DetectionSource, detector_of
from huntline.incidents.vocabulary import AlertStatus, Category, Severity
from huntline.kernel import new_id, now
from huntline.outbox.services import record as record_event
from huntline.telemetry.columns import convert_rows
from huntline.telemetry.rows import MappedRows

MOST_EVENTS: Final = 1000
LONGEST_PROVIDER_ID: Final = 200


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event behind an alert: a row of a hunting table, by the names of its columns, with its Timestamp.

    Times are ISO 8601 texts or datetimes.
    """

    table: str
    row: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AlertForm:
    """What an alert says. `provider_alert_id` is the id under which its source knows it: the same again is the same alert."""

    title: str
    description: str
    severity: Severity
    category: Category
    detection_source: DetectionSource
    recommended_action: str = ""
    events: Sequence[EventRow] = ()
    techniques: Sequence[str] = ()
    threat_family: str = ""
    provider_alert_id: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """The alert, and whether this call made it. Where it did not, it was there already, or took the events into an open one."""

    alert: Alert
    is_new: bool


@transaction.atomic
def create_alert(scope: TenantScope, form: AlertForm, *, merge_into_open: bool = False) -> Raised:
    """Raise an alert in the scope's tenant, in the incident with which it belongs together.

    A second call with the same source and `provider_alert_id` changes nothing and returns the same alert. merge_into_open: where an
    alert of the same source, device and title is open (not resolved), it takes the events, and no new one is made.

    Raises SourceNotOpen, TitleInvalid, TextInvalid, TechniqueInvalid, TooManyEvents, EventInvalid, ProviderIdInvalid.
    """
    source = form.detection_source
    if source is RAISED_BY_PUBLISHING:
        raise SourceNotOpen(source)
    provider_id = _provider_id(form.provider_alert_id)
    moment = now()
    findings = _findings(form.events, moment)
    # Of two calls at once the second waits here, and then finds what the first made.
    hold_tenant(scope)
    known = _known(scope, source, provider_id)
    if known is not None:
        return Raised(known, is_new=False)
    alert = _new_alert(scope, form, findings, moment)
    open_one = _open_alert(scope, alert) if merge_into_open else None
    if open_one is not None:
        return Raised(_extend(scope, open_one, alert, findings, moment), is_new=False)
    joined_by = place_alert(scope, alert, findings, moment)
    record(
        "alert.raised",
        actor=actor_of(scope.subject),
        tenant_id=alert.tenant_id,
        object_type="alert",
        object_id=alert.pk,
        detail={
            "incident": alert.incident_id,
            "joined_by": joined_by,
            "title": alert.title,
            "severity": alert.severity,
            "detection_source": source,
            "provider_alert_id": provider_id,
        },
    )
    record_event(
        AlertRaised(
            tenant_id=alert.tenant_id, alert_id=alert.pk, incident_id=alert.incident_id, detection_source=source.value
        )
    )
    return Raised(alert, is_new=True)


def _new_alert(scope: TenantScope, form: AlertForm, findings: Findings, moment: datetime) -> Alert:
    source = form.detection_source
    spec = SOURCES[source]
    device_id, device_name = findings.devices[0] if findings.devices else ("", "")
    return Alert(
        id=f"{spec.prefix}{new_id().hex}",
        tenant_id=scope.tenant,
        title=checked_title(form.title),
        description=checked_text("description", form.description),
        recommended_actions=checked_text("recommended_action", form.recommended_action),
        severity=form.severity,
        category=form.category,
        techniques=checked_techniques(form.techniques),
        threat_family=checked_text("threat_family", form.threat_family, most=200),
        detection_source=source.value,
        service_source=spec.service,
        detector_id=detector_of(source),
        provider_alert_id=_provider_id(form.provider_alert_id),
        device_id=device_id,
        device_name=device_name,
        created=moment,
        updated=moment,
        first_activity=findings.first_activity,
        last_activity=findings.last_activity,
    )


def _extend(scope: TenantScope, alert: Alert, fresh: Alert, findings: Findings, moment: datetime) -> Alert:
    """Add to an open alert what is new of another: its events, its entities, a graver severity, a wider time."""
    events = {
        (one.ticks, one.table, one.report_id, one.device_id)
        for one in Detection.objects.within(scope).filter(alert=alert)
    }
    entities = {_identity(vars(one)) for one in AlertEntity.objects.within(scope).filter(alert=alert)}
    new_events = [
        one
        for one in findings.events
        if one.values
        and (one.ticks, one.values.get("table", ""), one.values.get("report_id"), one.values.get("device_id", ""))
        not in events
    ]
    if not new_events:
        return alert
    new_entities = [
        one for one in findings.entities if _identity({**one.values, "entity_type": one.entity_type}) not in entities
    ]
    add_entities(scope, alert, new_entities, moment, place=len(entities))
    add_detections(scope, alert, new_events, part=len(events))
    alert.severity = min(Severity(alert.severity), Severity(fresh.severity), key=list(Severity).index)
    alert.first_activity = min(alert.first_activity, fresh.first_activity)
    alert.last_activity = max(alert.last_activity, fresh.last_activity)
    alert.version += 1
    alert.updated = moment
    alert.save()
    settle_incident(scope, alert)
    record(
        "alert.extended",
        actor=actor_of(scope.subject),
        tenant_id=alert.tenant_id,
        object_type="alert",
        object_id=alert.pk,
        detail={"events": len(new_events), "version": alert.version},
    )
    record_event(
        AlertExtended(
            tenant_id=alert.tenant_id,
            alert_id=alert.pk,
            version=alert.version,
            detection_source=alert.detection_source,
        )
    )
    return alert


def _known(scope: TenantScope, source: DetectionSource, provider_id: str) -> Alert | None:
    if not provider_id:
        return None
    rows = Alert.objects.within(scope).filter(tenant_id=scope.tenant, detection_source=source.value)
    return rows.filter(provider_alert_id=provider_id).first()


def _open_alert(scope: TenantScope, fresh: Alert) -> Alert | None:
    if not (fresh.device_id or fresh.device_name):
        return None
    rows = Alert.objects.within(scope).filter(
        tenant_id=scope.tenant,
        detection_source=fresh.detection_source,
        title=fresh.title,
        device_id=fresh.device_id,
        device_name=fresh.device_name,
        sample=False,
    )
    return rows.exclude(status=AlertStatus.RESOLVED).select_for_update().order_by("created", "id").first()


def _findings(events: Sequence[EventRow], moment: datetime) -> Findings:
    """Return what the rows say; without any, the moment of the alert is that of its activity."""
    if len(events) > MOST_EVENTS:
        raise TooManyEvents(MOST_EVENTS)
    records = []
    for number, event in enumerate(events, 1):
        # What its table could not hold would be refused when the alert's own rows are written, and then nobody is there to mend it.
        _, refusals = convert_rows(MappedRows(event.table, [dict(event.row)]))
        if refusals:
            raise EventInvalid(number, refusals[0].reason)
        records.append({name: _plain(value) for name, value in event.row.items()} | {"$table": event.table})
    return findings_of([Frozen(records, (), moment, moment)])


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _provider_id(text: str) -> str:
    if len(text) > LONGEST_PROVIDER_ID or not (text.isprintable() or not text):
        raise ProviderIdInvalid(LONGEST_PROVIDER_ID)
    return text.strip()


# What tells an entity of an alert from the others of its type.
_IDENTITY: Final = (
    "entity_type",
    "device_id",
    "device_name",
    "account_sid",
    "account_domain",
    "account_name",
    "account_upn",
    "process_id",
    "process_command_line",
    "file_name",
    "folder_path",
    "sha1",
    "sha256",
    "ip_address",
    "url",
    "registry_key",
    "registry_value_name",
    "registry_value_data",
)


def _identity(values: Mapping[str, object]) -> tuple[str, ...]:
    return tuple("" if (value := values.get(field)) is None else str(value).lower() for field in _IDENTITY)
