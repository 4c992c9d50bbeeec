"""What happens here and concerns others."""

import dataclasses
import uuid

from huntline.outbox import Event, event


@event("notification_published")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NotificationPublished(Event):
    """A targeted attack notification is there: as notification, as alert and in an incident."""

    notification_id: uuid.UUID
    alert_id: str
    incident_id: int


@event("notification_updated")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NotificationUpdated(Event):
    """A notification has a new version; its alert says what the version says."""

    notification_id: uuid.UUID
    alert_id: str
    version: int


@event("notification_withdrawn")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NotificationWithdrawn(Event):
    """A notification was wrong or is no longer true; its alert is resolved and marked."""

    notification_id: uuid.UUID
    alert_id: str


@event("alert_changed")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AlertChanged(Event):
    """Somebody changed an alert. `changed` names the fields, in their order."""

    alert_id: str
    changed: tuple[str, ...]


@event("alert_raised")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(Event):
    """An alert that no hunter of ours published is there, in an incident: imported, raised by a rule, or made by hand."""

    alert_id: str
    incident_id: int
    detection_source: str


@event("alert_extended")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AlertExtended(Event):
    """An open alert took further events of the same device and title. `version` counts its versions from 1."""

    alert_id: str
    version: int
    detection_source: str


@event("incidents_merged")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsMerged(Event):
    """The alerts of incidents are now in an older one. `merged` lead there from now on; `alert_ids` are the alerts that moved."""

    incident_id: int
    merged: tuple[int, ...]
    alert_ids: tuple[str, ...]


@event("alerts_moved_out")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AlertsMovedOut(Event):
    """Some alerts of an incident are now in a new one of their own."""

    incident_id: int
    from_incident_id: int
    alert_ids: tuple[str, ...]
