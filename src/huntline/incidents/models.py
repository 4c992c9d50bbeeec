"""Drafts; and the one object of a notification: notification, alert with its entities and detections, incident.

What the channels share (id, title, severity, times) stands once, in the alert. The narrative stands in the notification.
"""

import uuid
from enum import StrEnum

from django.db import models

from huntline.hunting.models import Disclosure
from huntline.identity.models import TenantModel
from huntline.incidents.states import DraftState
from huntline.incidents.vocabulary import (
    DETECTOR_ID,
    SAMPLE_TAG,
    SERVICE_SOURCE,
    THREAT_EXPERTS,
    THREAT_EXPERTS_TAG,
    WITHDRAWN_TAG,
    AlertStatus,
    Category,
    Classification,
    Determination,
    EntityRole,
    EntityType,
    IncidentStatus,
    Severity,
    Verdict,
)
from huntline.kernel import now


def _choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Narrative(TenantModel):
    """What a hunter writes, as draft and as published."""

    summary = models.TextField(blank=True)
    what_happened = models.TextField(blank=True)
    recommended_steps = models.JSONField(default=list)
    disclosure = models.CharField(max_length=4, choices=Disclosure, default=Disclosure.FULL)
    evidence_ids = models.JSONField(default=list)

    class Meta:
        abstract = True

    @property
    def evidence(self) -> list[uuid.UUID]:
        """The ids of the evidence, in the hunter's order."""
        return [uuid.UUID(text) for text in self.evidence_ids]


class Draft(Narrative):
    """A notification before it is one. `writers` are the ids of all who wrote in it; none of them may publish it.

    `revision` rises with every save of its content. `revises` is the published notification whose next version it will be, and
    `change_note` tells the readers of that one what has changed. A `sample` shows that the channels work, and nobody wrote it.
    """

    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=13, choices=_choices(Severity))
    category = models.CharField(max_length=24, choices=_choices(Category))
    techniques = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=_choices(DraftState), default=DraftState.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    writers = models.JSONField(default=list)
    author = models.CharField(max_length=254)
    returned_by = models.CharField(max_length=254, blank=True)
    return_reason = models.TextField(blank=True)
    created = models.DateTimeField(default=now, editable=False)
    updated = models.DateTimeField(default=now)
    submitted = models.DateTimeField(null=True)
    revises = models.ForeignKey("Notification", on_delete=models.CASCADE, null=True, related_name="revisions")
    change_note = models.TextField(blank=True)
    sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-updated", "-id"]
        indexes = [models.Index(fields=["tenant", "state", "-updated"], name="incidents_drafts")]
        constraints = [
            models.UniqueConstraint(
                fields=["revises"],
                condition=~models.Q(state=DraftState.PUBLISHED),
                name="incidents_one_open_revision",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"


class Incident(TenantModel):
    """Alerts that belong together. The number is unique in the installation."""

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment] # a number, as the incident APIs want it
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=13, choices=_choices(Severity))
    status = models.CharField(max_length=10, choices=_choices(IncidentStatus), default=IncidentStatus.ACTIVE)
    classification = models.CharField(max_length=29, choices=_choices(Classification), default=Classification.UNKNOWN)
    determination = models.CharField(
        max_length=25, choices=_choices(Determination), default=Determination.NOT_AVAILABLE
    )
    assigned_to = models.CharField(max_length=254, blank=True)
    system_tags = models.JSONField(default=list)
    custom_tags = models.JSONField(default=list)
    created = models.DateTimeField(default=now, editable=False)
    updated = models.DateTimeField(default=now)
    first_activity = models.DateTimeField()
    last_activity = models.DateTimeField()
    # Where its alerts went when it was merged into an older one: never another that is redirected.
    redirect_to = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["-updated", "-id"]
        indexes = [models.Index(fields=["tenant", "-updated"], name="incidents_newest")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.title}"

    @property
    def tags(self) -> list[str]:
        """All tags, the system's first."""
        return [*self.system_tags, *self.custom_tags]


class Alert(TenantModel):
    """What the five channels show. `device_id` and `device_name` are those of the first device in the evidence.

    `version` rises with every change of what it says (that of the notification, where there is one). `provider_alert_id` is the id under
    which its source knows it, empty where the source has none. A `sample` shows that the channels work, and is no finding.
    """

    id = models.CharField(primary_key=True, max_length=64)  # type: ignore[assignment] # `ta` and 32 hex digits
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="alerts")
    title = models.CharField(max_length=200)
    description = models.TextField()
    recommended_actions = models.TextField(blank=True)
    severity = models.CharField(max_length=13, choices=_choices(Severity))
    category = models.CharField(max_length=24, choices=_choices(Category))
    status = models.CharField(max_length=10, choices=_choices(AlertStatus), default=AlertStatus.NEW)
    classification = models.CharField(max_length=29, choices=_choices(Classification), default=Classification.UNKNOWN)
    determination = models.CharField(
        max_length=25, choices=_choices(Determination), default=Determination.NOT_AVAILABLE
    )
    assigned_to = models.CharField(max_length=254, blank=True)
    detection_source = models.CharField(max_length=40, default=THREAT_EXPERTS)
    service_source = models.CharField(max_length=40, default=SERVICE_SOURCE)
    provider_alert_id = models.CharField(max_length=200, blank=True)
    detector_id = models.UUIDField(default=DETECTOR_ID)
    threat_family = models.CharField(max_length=200, blank=True)
    techniques = models.JSONField(default=list)
    device_id = models.TextField(blank=True)
    device_name = models.TextField(blank=True)
    created = models.DateTimeField(default=now, editable=False)
    updated = models.DateTimeField(default=now)
    resolved = models.DateTimeField(null=True)
    withdrawn = models.BooleanField(default=False)
    sample = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    first_activity = models.DateTimeField()
    last_activity = models.DateTimeField()

    class Meta:
        ordering = ["-created", "-id"]
        indexes = [
            models.Index(fields=["tenant", "-created"], name="incidents_alerts_newest"),
            models.Index(fields=["tenant", "updated"], name="incidents_alerts_updated"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "detection_source", "provider_alert_id"],
                condition=~models.Q(provider_alert_id=""),
                name="incidents_one_alert_per_source_id",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.title}"

    @property
    def tags(self) -> list[str]:
        """What marks the alert wherever it is shown."""
        marks = (
            (THREAT_EXPERTS_TAG, self.detection_source == THREAT_EXPERTS),
            (SAMPLE_TAG, self.sample),
            (WITHDRAWN_TAG, self.withdrawn),
        )
        return [tag for tag, is_borne in marks if is_borne]


class Notification(Narrative):
    """A published targeted attack notification: the narrative behind an alert, by whom, and from which draft.

    It is what the latest version says; `NotificationVersion` keeps each. One that is withdrawn stays to be read.
    """

    alert = models.OneToOneField(Alert, on_delete=models.CASCADE, related_name="notification")
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="notification")
    author = models.CharField(max_length=254)
    published = models.DateTimeField(default=now, editable=False)
    published_by = models.CharField(max_length=254)
    version = models.PositiveIntegerField(default=1)
    withdrawn = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=254, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-published", "-id"]

    def __str__(self) -> str:
        return f"notification {self.pk}"


class NotificationVersion(Narrative):
    """What a version of a notification said, who published it, and what it changed."""

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=13, choices=_choices(Severity))
    category = models.CharField(max_length=24, choices=_choices(Category))
    techniques = models.JSONField(default=list)
    change_note = models.TextField(blank=True)
    author = models.CharField(max_length=254)
    published = models.DateTimeField(default=now, editable=False)
    published_by = models.CharField(max_length=254)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["notification", "number"], name="incidents_versions_have_numbers")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.notification_id}"


class AlertEntity(TenantModel):
    """A device, user, process, file, address or registry entry of an alert's evidence. What does not apply is empty or null."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="entities")
    place = models.PositiveIntegerField()
    entity_type = models.CharField(max_length=12, choices=_choices(EntityType))
    role = models.CharField(max_length=8, choices=_choices(EntityRole))
    verdict = models.CharField(max_length=10, choices=_choices(Verdict))
    created = models.DateTimeField(default=now, editable=False)
    device_id = models.TextField(blank=True)
    device_name = models.TextField(blank=True)
    file_name = models.TextField(blank=True)
    folder_path = models.TextField(blank=True)
    sha1 = models.TextField(blank=True)
    sha256 = models.TextField(blank=True)
    md5 = models.TextField(blank=True)
    file_size = models.BigIntegerField(null=True)
    process_id = models.BigIntegerField(null=True)
    process_command_line = models.TextField(blank=True)
    process_created = models.DateTimeField(null=True)
    parent_process_id = models.BigIntegerField(null=True)
    parent_process_created = models.DateTimeField(null=True)
    parent_file_name = models.TextField(blank=True)
    ip_address = models.TextField(blank=True)
    url = models.TextField(blank=True)
    registry_key = models.TextField(blank=True)
    registry_value_type = models.TextField(blank=True)
    registry_value_name = models.TextField(blank=True)
    registry_value_data = models.TextField(blank=True)
    account_name = models.TextField(blank=True)
    account_domain = models.TextField(blank=True)
    account_sid = models.TextField(blank=True)
    account_upn = models.TextField(blank=True)
    account_object_id = models.TextField(blank=True)

    class Meta:
        ordering = ["alert", "place"]
        constraints = [models.UniqueConstraint(fields=["alert", "place"], name="incidents_entity_places")]

    def __str__(self) -> str:
        return f"{self.entity_type} {self.place} of {self.alert_id}"


class Detection(TenantModel):
    """One event behind an alert, as the evidence holds it: what `DeviceAlertEvents` and the SIEM feed list one by one.

    `ticks` is the event's time in 100 ns since 1970 (`at` is the same to the microsecond), so that a join by time finds the event.
    """

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="detections")
    part = models.PositiveIntegerField()
    table = models.TextField(blank=True)
    report_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    ticks = models.BigIntegerField()
    device_id = models.TextField(blank=True)
    device_name = models.TextField(blank=True)
    file_name = models.TextField(blank=True)
    folder_path = models.TextField(blank=True)
    sha1 = models.TextField(blank=True)
    sha256 = models.TextField(blank=True)
    md5 = models.TextField(blank=True)
    remote_url = models.TextField(blank=True)
    remote_ip = models.TextField(blank=True)
    account_name = models.TextField(blank=True)
    account_domain = models.TextField(blank=True)
    command_line = models.TextField(blank=True)

    class Meta:
        ordering = ["alert", "part"]
        constraints = [models.UniqueConstraint(fields=["alert", "part"], name="incidents_detection_parts")]

    def __str__(self) -> str:
        return f"part {self.part} of {self.alert_id}"


class CorrelationKey(TenantModel):
    """A device or an account of an alert under a name by which other alerts share it (see `correlation`)."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="correlation_keys")
    key = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "key"], name="incidents_key_once")]
        indexes = [models.Index(fields=["tenant", "key"], name="incidents_shared_keys")]

    def __str__(self) -> str:
        return f"{self.key} of {self.alert_id}"


class AlertComment(TenantModel):
    """What somebody wrote beside an alert."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
    created = models.DateTimeField(default=now, editable=False)
    created_by = models.CharField(max_length=254)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return f"comment on {self.alert_id}"


class IncidentComment(TenantModel):
    """What somebody wrote beside an incident."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
    created = models.DateTimeField(default=now, editable=False)
    created_by = models.CharField(max_length=254)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return f"comment on {self.incident_id}"
