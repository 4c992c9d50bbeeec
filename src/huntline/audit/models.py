"""The audit record: entries that are only ever added, each holding the hash of the one before it."""

from django.db import models

from huntline.kernel import new_id, now


class Entry(models.Model):
    """Who did what to which, when. `hash` covers every other field and the hash of the entry before."""

    sequence = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(default=new_id, unique=True, editable=False)
    at = models.DateTimeField(default=now)
    tenant_id = models.UUIDField(null=True, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=254)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=100, blank=True)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["tenant_id", "sequence"], name="audit_tenant_sequence")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class Head(models.Model):
    """The one row that says where the chain ends: it is locked while an entry is added."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"head at {self.sequence}"
