"""Uploads and their parts, samples, what examinations found, and who touched a sample when."""

from collections.abc import Iterable
from typing import NoReturn

from django.db import models
from django.db.models.base import ModelBase

from huntline.identity.models import TenantModel
from huntline.kernel import now
from huntline.samples.names import LONGEST


class UploadState(models.TextChoices):
    """An upload is open until it has become a sample or was given up."""

    OPEN = "open"
    DONE = "done"
    ABANDONED = "abandoned"


class Sent(TenantModel):
    """What a sender told of a file: its name (safe to show), its size in bytes, who sent it, and for which case."""

    case_id = models.UUIDField()
    name = models.CharField(max_length=LONGEST)
    size = models.BigIntegerField()
    sender_kind = models.CharField(max_length=10)
    sender_id = models.CharField(max_length=100)
    sender_name = models.CharField(max_length=254)
    wrapped_key = models.BinaryField()
    key_id = models.CharField(max_length=16)

    class Meta:
        abstract = True


class Upload(Sent):
    """A file on its way. `sha256` is what the sender expects, or "". Its id becomes the sample's."""

    sha256 = models.CharField(max_length=64, blank=True)
    part_size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.OPEN)
    begun = models.DateTimeField(default=now, editable=False)
    touched = models.DateTimeField(default=now)

    class Meta:
        ordering = ["begun", "id"]
        indexes = [
            models.Index(fields=["tenant", "case_id"], name="samples_uploads_of_case"),
            models.Index(fields=["touched"], condition=~models.Q(state="done"), name="samples_uploads_not_done"),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def parts(self) -> int:
        """How many parts there are; their numbers begin with 1."""
        return -(-self.size // self.part_size)

    def size_of(self, number: int) -> int:
        """Return how many bytes a part has: all as many, the last one what is left."""
        return min(self.part_size, self.size - (number - 1) * self.part_size)


class Part(TenantModel):
    """A part of an upload or of the sample that it became, sealed in one object of the storage.

    The row is there before the object is written, and goes after the object has gone: no object is without a row. `stored` is set once the
    object is durable and belongs to the upload; a row without it is a put that is under way, or was cut off. `condemned`: the job takes it
    for cut off, and it cannot be acknowledged any more. `sha256` is of the content.
    """

    upload = models.ForeignKey(Upload, on_delete=models.RESTRICT, related_name="+")
    number = models.PositiveIntegerField()
    object_name = models.CharField(max_length=120, unique=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    begun = models.DateTimeField(default=now, editable=False)
    stored = models.DateTimeField(null=True)
    condemned = models.DateTimeField(null=True)

    class Meta:
        ordering = ["upload", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["upload", "number"], condition=models.Q(stored__isnull=False), name="samples_one_part_per_place"
            )
        ]
        indexes = [models.Index(fields=["begun"], condition=models.Q(stored=None), name="samples_puts_under_way")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.upload_id}"


class SampleState(models.TextChoices):
    """A sample is held until it is deleted: first its key goes, then its content."""

    HELD = "held"
    DELETING = "deleting"
    DELETED = "deleted"


class Sample(Sent):
    """A complete file in quarantine. The row stays when its content is deleted. Hashes are in hex, of the file as it was sent."""

    sha256 = models.CharField(max_length=64)
    sha1 = models.CharField(max_length=40)
    md5 = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=SampleState, default=SampleState.HELD)
    received = models.DateTimeField(default=now, editable=False)
    expires = models.DateTimeField()
    deleted = models.DateTimeField(null=True)

    class Meta:
        ordering = ["received", "id"]
        indexes = [
            models.Index(fields=["tenant", "case_id"], name="samples_of_case"),
            models.Index(fields=["tenant", "sha256"], name="samples_by_hash"),
            models.Index(fields=["expires"], condition=~models.Q(state="deleted"), name="samples_expiring"),
        ]

    def __str__(self) -> str:
        return f"sample {self.sha256}"


class ExaminationState(models.TextChoices):
    """An examination waits, and then ends well or not. One whose antivirus did not answer waits on with what is known."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Examination(TenantModel):
    """One look at a sample.

    `findings` is what the examining process said (`examining.findings.Findings` as JSON), null until it has ended well; `antivirus` is
    {"verdict", "signature", "engine"}, null where no antivirus is set up. `error_code` says why there are no findings.
    """

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="examinations")
    state = models.CharField(max_length=10, choices=ExaminationState, default=ExaminationState.WAITING)
    asked = models.DateTimeField(default=now, editable=False)
    due = models.DateTimeField(default=now)
    claim = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    looked = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    findings = models.JSONField(null=True)
    antivirus = models.JSONField(null=True)
    error_code = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-asked", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sample"], condition=models.Q(state="waiting"), name="samples_one_waiting_examination"
            )
        ]
        indexes = [models.Index(fields=["due"], condition=models.Q(state="waiting"), name="samples_examinations_due")]

    def __str__(self) -> str:
        return f"examination {self.pk}"


class Touch(models.TextChoices):
    """What somebody did with a sample."""

    BEGUN = "upload_begun"
    ABANDONED = "upload_abandoned"
    RECEIVED = "received"
    EXAMINED = "examined"
    RESCAN_ASKED = "rescan_asked"
    DOWNLOADED = "downloaded"
    OPENED = "opened"
    DELETION_BEGUN = "deletion_begun"
    DELETED = "deleted"


class Written(RuntimeError):
    """Code tried to change what is written once: a mistake in the program, never in the input."""


class Custody(TenantModel):
    """Who did what with a sample, or with the upload of the same id, when. Written once.

    `sequence` is that of its entry in the audit record.
    """

    sequence = models.BigIntegerField(unique=True)
    sample_id = models.UUIDField()
    case_id = models.UUIDField()
    action = models.CharField(max_length=20, choices=Touch)
    at = models.DateTimeField(default=now, editable=False)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=254)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["tenant", "sample_id"], name="samples_touches_of_sample")]

    def __str__(self) -> str:
        return f"{self.action} {self.sample_id}"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,  # noqa: ARG002 - it is always inserted
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Insert the row. Raises Written when it was saved before."""
        if not self._state.adding or force_update or update_fields is not None:
            raise Written(f"Custody {self.pk} is written once.")
        super().save(force_insert=True, using=using)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        """Refuse. Raises Written."""
        raise Written(f"Custody {self.pk} is written once.")
