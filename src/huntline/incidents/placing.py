"""An alert becomes rows: it finds its incident, and its entities, detections and correlation keys are written."""

from collections.abc import Sequence
from datetime import datetime

from huntline.identity import TenantScope
from huntline.incidents.correlation import keys_of
from huntline.incidents.findings import Entity, Findings, Occurrence
from huntline.incidents.grouping import hold_tenant, incident_to_join, new_incident, settle_incident
from huntline.incidents.models import Alert, AlertEntity, CorrelationKey, Detection
from huntline.telemetry.times import moment_of


def place_alert(scope: TenantScope, alert: Alert, findings: Findings, moment: datetime) -> list[str]:
    """Save a new alert in the incident that it belongs to, or in one of its own; return by what it joined (nothing: its own).

    A sample joins nothing, and nothing joins it.
    """
    hold_tenant(scope)
    keys = _keys(alert, findings.entities)
    incident = incident_to_join(scope, keys, alert.first_activity, alert.last_activity)
    alert.incident = incident or new_incident(alert, moment)
    alert.save(force_insert=True)
    shared = CorrelationKey.objects.within(scope).filter(alert__incident=alert.incident, key__in=keys)
    joined_by = sorted(set(shared.values_list("key", flat=True))) if incident else []
    add_entities(scope, alert, findings.entities, moment)
    add_detections(scope, alert, findings.events)
    if incident:
        settle_incident(scope, alert)
    return joined_by


def replace_parts(scope: TenantScope, alert: Alert, findings: Findings, moment: datetime) -> None:
    """Write what an alert is about anew."""
    for part in (AlertEntity, Detection, CorrelationKey):
        part.objects.within(scope).filter(alert=alert).delete()
    add_entities(scope, alert, findings.entities, moment)
    add_detections(scope, alert, findings.events)


def add_entities(
    scope: TenantScope, alert: Alert, entities: Sequence[Entity], moment: datetime, *, place: int = 0
) -> None:
    """Add entities to an alert, the first at `place`, and the keys by which others share them."""
    rows = [
        AlertEntity(
            tenant_id=alert.tenant_id,
            alert=alert,
            place=number,
            entity_type=entity.entity_type,
            role=entity.role,
            verdict=entity.verdict,
            created=moment,
            **entity.values,
        )
        for number, entity in enumerate(entities, place)
    ]
    AlertEntity.objects.within(scope).bulk_create(rows, batch_size=500)
    keys = [CorrelationKey(tenant_id=alert.tenant_id, alert=alert, key=key) for key in _keys(alert, entities)]
    CorrelationKey.objects.within(scope).bulk_create(keys, batch_size=500, ignore_conflicts=True)


def add_detections(scope: TenantScope, alert: Alert, events: Sequence[Occurrence], *, part: int = 0) -> None:
    """Add the events to an alert, the first as `part`."""
    rows = [
        Detection(
            tenant_id=alert.tenant_id,
            alert=alert,
            part=number,
            at=moment_of(event.ticks),
            ticks=event.ticks,
            **event.values,
        )
        for number, event in enumerate(events, part)
    ]
    Detection.objects.within(scope).bulk_create(rows, batch_size=500)


def _keys(alert: Alert, entities: Sequence[Entity]) -> list[str]:
    return [] if alert.sample else keys_of((entity.entity_type, entity.values) for entity in entities)
