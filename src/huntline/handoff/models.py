"""Packages that were handed over: what, to whom, when, and who opened them. The rows stay when the files are gone."""

import uuid
from datetime import datetime

from django.db import models

from huntline.hunting.models import FrozenModel
from huntline.identity.models import Language, TenantModel
from huntline.kernel import now


class SubjectKind(models.TextChoices):
    """What a package is about."""

    INCIDENT = "incident"
    NOTIFICATION = "notification"
    CASE = "case"


class Part(models.TextChoices):
    """What goes into a package besides the alerts and the thread, where it was chosen; samples are of cases only."""

    EVIDENCE = "evidence"
    COMMENTS = "comments"
    SAMPLES = "samples"


class HandoffState(models.TextChoices):
    """A package goes from making to ready or failed, and from any of them to withdrawn. A ready one can be opened until it expires."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Handoff(TenantModel):
    """A package for incident responders: a row before it is a file.

    `token_sha256` is of the secret in its link, which is derived from `token_seed` (see `links`) and kept nowhere. `sha256` and `size`
    (bytes) are of the file, `contents` what it held as [name, size, SHA-256], `not_made` what could not be made as [name, code]. `claim`
    is that of the worker that makes it.
    """

    subject_kind = models.CharField(max_length=12, choices=SubjectKind)
    subject_id = models.CharField(max_length=40)
    subject_title = models.CharField(max_length=200)
    parts = models.JSONField(default=list)
    language = models.CharField(max_length=2, choices=Language)
    recipient_name = models.CharField(max_length=200)
    recipient_organization = models.CharField(max_length=200, blank=True)
    recipient_email = models.EmailField()
    made_by_kind = models.CharField(max_length=10)
    made_by_id = models.CharField(max_length=100)
    made_by = models.CharField(max_length=254)
    made_by_name = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(default=now, editable=False)
    state = models.CharField(max_length=9, choices=HandoffState, default=HandoffState.MAKING)
    ready = models.DateTimeField(null=True)
    expires = models.DateTimeField()
    token_seed = models.UUIDField(default=uuid.uuid4)
    token_sha256 = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    contents = models.JSONField(default=list)
    not_made = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    withdrawn = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=254, blank=True)
    due = models.DateTimeField(default=now)
    tries = models.PositiveIntegerField(default=0)
    claim = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created", "-id"]
        indexes = [
            models.Index(fields=["tenant", "subject_kind", "subject_id", "-created"], name="handoff_of_subject"),
            models.Index(fields=["due"], condition=models.Q(state="making"), name="handoff_due"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} for {self.recipient_email}"

    def can_be_opened(self, moment: datetime) -> bool:
        """Whether its link leads to a file."""
        return self.state == HandoffState.READY and moment < self.expires


class HandoffReceipt(FrozenModel):
    """Somebody opened the link and took the package: when, from which address, with which program (as it calls itself)."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="receipts")
    at = models.DateTimeField(default=now)
    address = models.CharField(max_length=45, blank=True)
    client = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.handoff_id} was opened at {self.at}"
