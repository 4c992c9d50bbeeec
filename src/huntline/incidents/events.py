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


@event("alert_changed")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AlertChanged(Event):
    """Somebody changed an alert. `changed` names the fields, in their order."""

    alert_id: str
    changed: tuple[str, ...]
