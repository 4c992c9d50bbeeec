from django.db import models

from huntline.kernel import new_id, now


class RecordedEvent(models.Model):
    """An event as it was recorded. `fanned_out` is set once every subscriber has its delivery."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=80)
    payload = models.JSONField()
    at = models.DateTimeField(default=now)
    fanned_out = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=models.Q(fanned_out=None), name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class Delivery(models.Model):
    """One event on its way to one subscriber. It is claimed for a while (`leased_until`), and done, or tried again later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(RecordedEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=120)
    due = models.DateTimeField(default=now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    done = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["due"]
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="outbox_once_per_subscriber")]
        indexes = [models.Index(fields=["due"], condition=models.Q(done=None), name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.subscriber}"
