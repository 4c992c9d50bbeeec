"""Ingest keys, the ledger of what was sent, and the devices that were seen. The rows themselves are in the engine."""

from datetime import datetime

from django.db import models

from huntline.identity.models import TenantModel
from huntline.kernel import now


class IngestKey(TenantModel):
    """What a shipper shows to send telemetry of its tenant. The secret is kept only as a hash."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    sources = models.JSONField(default=list)
    """The sources that it may send: `defender`, `rows`, names of formats. None named: all."""
    created = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_good_at(self, moment: datetime) -> bool:
        """Whether it opens the door at this moment."""
        return self.revoked_at is None and (self.expires_at is None or moment < self.expires_at)


class BatchState(models.TextChoices):
    """A batch is `receiving` until its rows are on the disk, however often it is sent; then it is `stored` for good."""

    RECEIVING = "receiving"
    STORED = "stored"
    REFUSED = "refused"


class IngestBatch(TenantModel):
    """One batch as it was sent: what makes a repeat of it harmless, and what its sender can ask about."""

    door = models.CharField(max_length=80)
    idempotency_key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    key = models.ForeignKey(IngestKey, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.RECEIVING)
    received = models.DateTimeField(default=now)
    finished = models.DateTimeField(null=True)
    records = models.PositiveBigIntegerField(default=0)
    rows = models.JSONField(default=dict)
    """Rows stored by table."""
    refused = models.PositiveBigIntegerField(default=0)
    refusals = models.JSONField(default=list)
    """The first refusals: line, code, reason."""
    not_mapped = models.JSONField(default=dict)
    """Records without a place in the hunting tables: what they are and why, with their number."""

    class Meta:
        ordering = ["-received"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "door", "idempotency_key"], name="telemetry_one_batch_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.idempotency_key[:20]} ({self.state})"


class DeviceGroup(TenantModel):
    """Devices that an organisation looks after together. The first group by rank whose conditions all hold takes a device.

    `conditions` are lists of `property`, `operator`, `values` (see `grouping`).
    """

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    rank = models.PositiveIntegerField()
    conditions = models.JSONField(default=list)
    created = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["rank", "name"]

    def __str__(self) -> str:
        return f"{self.rank}. {self.name}"


class Device(TenantModel):
    """A device that telemetry named. `device_id` is the id in the hunting tables. Without a group it is one of the ungrouped."""

    device_id = models.CharField(max_length=200)
    name = models.CharField(max_length=400, blank=True)
    os_platform = models.CharField(max_length=100, blank=True)
    group = models.ForeignKey(DeviceGroup, on_delete=models.SET_NULL, null=True, related_name="devices")
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    described_from = models.DateField(null=True)
    described_to = models.DateField(null=True)
    """The days for which DeviceInfo has a row of it."""

    class Meta:
        ordering = ["name", "device_id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "device_id"], name="telemetry_one_device_per_id")]

    def __str__(self) -> str:
        return self.name or self.device_id


class DeviceTag(TenantModel):
    """What an administrator calls a device: `Finance`, `Crown jewels`."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="tags")
    text = models.CharField(max_length=100)

    class Meta:
        ordering = ["text"]
        constraints = [models.UniqueConstraint(fields=["device", "text"], name="telemetry_a_tag_once")]
        indexes = [models.Index(fields=["tenant", "text"], name="telemetry_tags")]

    def __str__(self) -> str:
        return self.text
