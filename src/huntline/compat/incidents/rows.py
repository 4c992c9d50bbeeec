"""Incidents with what belongs to them, in as many queries for a hundred as for one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from huntline.compat.machines.rows import machine_rows
from huntline.identity import TenantScope
from huntline.incidents import EntityType
from huntline.incidents.models import Alert, AlertComment, AlertEntity, Incident, IncidentComment
from huntline.incidents.queries import with_parts


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident, its alerts with entities and comments (`alert.entities.all()`), and the devices concerned, by id."""

    incident: Incident
    alerts: Sequence[Alert]
    devices: dict[str, Any]


def rows_of(scope: TenantScope, incidents: Sequence[Incident]) -> list[IncidentRow]:
    """Return the incidents, in their order, with their alerts, oldest first."""
    chosen = [incident.pk for incident in incidents]
    alerts: dict[int, list[Alert]] = defaultdict(list)
    rows = with_parts(scope, Alert.objects.within(scope).filter(incident_id__in=chosen))
    for alert in rows.order_by("created", "id"):
        alerts[alert.incident_id].append(alert)
    devices = devices_of(scope, [alert for found in alerts.values() for alert in found])
    return [IncidentRow(incident, alerts[incident.pk], devices) for incident in incidents]


def devices_of(scope: TenantScope, alerts: Sequence[Alert]) -> dict[str, Any]:
    """Return the machines that the alerts' evidence names, by id."""
    named = {entity.device_id for alert in alerts for entity in entities_in(alert) if entity.device_id}
    return {row.device_id: row for row in machine_rows(scope).filter(device_id__in=named)} if named else {}


def entities_in(alert: Alert) -> list[AlertEntity]:
    """Return the entities that were fetched along with the alert, in their order."""
    return sorted(alert.entities.all(), key=lambda entity: entity.place)


def comments_in(row: Alert | Incident) -> Sequence[AlertComment | IncidentComment]:
    """Return the comments that were fetched along with an alert or an incident, oldest first."""
    return list(row.comments.all())


def machines_in(alert: Alert) -> list[AlertEntity]:
    """Return the machines among the entities, each once."""
    found = {
        one.device_id or one.device_name: one for one in entities_in(alert) if one.entity_type == EntityType.MACHINE
    }
    return list(found.values())
