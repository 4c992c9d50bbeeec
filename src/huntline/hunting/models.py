"""Runs of hunts, the rows that a run showed, saved hunts, and evidence with its re-runs."""

import hashlib
import json
from collections.abc import Iterable
from typing import NoReturn

from django.db import models
from django.db.models.base import ModelBase

from huntline.identity.models import TenantModel
from huntline.kernel import now


class RunState(models.TextChoices):
    """A run goes from running to one of the others, and never back."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Purpose(models.TextChoices):
    """Why a query ran. History shows hunts; a re-run is shown with its evidence, whose query may be withheld."""

    HUNT = "hunt"
    RERUN = "rerun"


class HuntRun(TenantModel):
    """One query run in one tenant. A hunt over several tenants is one run in each, under one `run_id`.

    `asked_at` is what `now()` and `ago()` meant in the query, `functions` the saved functions that it called, as they stood. `kept_rows`
    counts the rows that `KeptBlock` holds until `kept_until`: the first ones, which is all of them unless the answer was very large.
    `reach` says by table where the query looked, as [start, end, whole] (see `hunting.reach`); `report_title`, `report_text` and
    `techniques` are what reports tell the customer of it: the words of the saved hunt that was run, as they stood.
    """

    run_id = models.UUIDField()
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.HUNT)
    query = models.TextField()
    query_sha256 = models.CharField(max_length=64, blank=True)
    saved_hunt = models.ForeignKey("SavedHunt", on_delete=models.SET_NULL, null=True, related_name="+")
    scheduled = models.BooleanField(default=False)
    report_title = models.CharField(max_length=200, blank=True)
    report_text = models.TextField(blank=True)
    techniques = models.JSONField(default=list)
    reach = models.JSONField(null=True)
    subject_kind = models.CharField(max_length=10)
    subject_id = models.CharField(max_length=100)
    subject_name = models.CharField(max_length=254)
    by_provider = models.BooleanField()
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    asked_at = models.DateTimeField()
    max_rows = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    cancel_asked = models.BooleanField(default=False)
    error_code = models.CharField(max_length=60, blank=True)
    started = models.DateTimeField(default=now)
    duration_ms = models.PositiveIntegerField(null=True)
    row_count = models.PositiveIntegerField(null=True)
    truncated = models.BooleanField(default=False)
    kept_rows = models.PositiveIntegerField(default=0)
    kept_until = models.DateTimeField(null=True)
    columns = models.JSONField(default=list)
    tables = models.JSONField(default=list)
    functions = models.JSONField(default=list)
    parameters_json = models.TextField(default="{}")
    sql_sha256 = models.CharField(max_length=64)
    schema_version = models.CharField(max_length=40)
    engine_version = models.CharField(max_length=60)
    compiler_version = models.CharField(max_length=40)

    class Meta:
        ordering = ["-started", "-id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "run_id"], name="hunting_one_run_per_tenant")]
        indexes = [
            models.Index(fields=["tenant", "-started"], name="hunting_history"),
            models.Index(fields=["started"], condition=models.Q(state="running"), name="hunting_running"),
        ]

    def __str__(self) -> str:
        return f"hunt {self.pk}"


class KeptBlock(TenantModel):
    """Rows of a run from the `first`-th on, as packed JSON, kept so that evidence freezes what the hunter saw."""

    run = models.ForeignKey(HuntRun, on_delete=models.CASCADE, related_name="blocks")
    first = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    expires = models.DateTimeField(db_index=True)
    packed = models.BinaryField()  # last, so that SQLite reads the others without walking over it

    class Meta:
        ordering = ["run", "first"]
        constraints = [models.UniqueConstraint(fields=["run", "first"], name="hunting_one_block_per_place")]

    def __str__(self) -> str:
        return f"rows {self.first} to {self.first + self.count - 1} of {self.run_id}"


class SavedKind(models.TextChoices):
    """What is saved: a query to be run, or a function that queries call by its name."""

    QUERY = "query"
    FUNCTION = "function"


class SavedHunt(TenantModel):
    """A query or a function under a name. What belongs to the provider's organisation is the provider's own library, over all tenants.

    `query` is the body of a function, `parameters` what stands in the brackets of its declaration (`host: string, days: long = 7`).
    `report_title` and `report_text` are what customers read of it in their reports: name and description of the provider's hunts may say
    what they must not. `techniques` are those of ATT&CK that it looks for.
    """

    kind = models.CharField(max_length=10, choices=SavedKind, default=SavedKind.QUERY)
    name = models.CharField(max_length=200)
    parameters = models.TextField(blank=True)
    description = models.TextField(blank=True)
    query = models.TextField()
    report_title = models.CharField(max_length=200, blank=True)
    report_text = models.TextField(blank=True)
    techniques = models.JSONField(default=list)
    created_by = models.CharField(max_length=254)
    changed_by = models.CharField(max_length=254)
    created = models.DateTimeField(default=now, editable=False)
    updated = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="hunting_one_saved_hunt_per_name")]

    def __str__(self) -> str:
        return self.name


class ScheduledHunt(TenantModel):
    """A saved hunt that runs by itself, every so many hours, in chosen customers. It belongs to the provider's organisation.

    Each run looks `lookback_hours` back from its due time, which is no less than the interval, so that nothing is left between two runs.
    `customers` are the ids of tenants; none named: all whose service is on. A new turn is due at `next_due`.
    """

    saved_hunt = models.ForeignKey(SavedHunt, on_delete=models.CASCADE, related_name="schedules")
    every_hours = models.PositiveIntegerField()
    lookback_hours = models.PositiveIntegerField()
    customers = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    next_due = models.DateTimeField()
    created = models.DateTimeField(default=now, editable=False)
    created_by = models.CharField(max_length=254)
    changed_by = models.CharField(max_length=254)

    class Meta:
        ordering = ["created", "id"]
        indexes = [models.Index(fields=["next_due"], condition=models.Q(enabled=True), name="hunting_schedules_due")]

    def __str__(self) -> str:
        return f"{self.saved_hunt_id} every {self.every_hours} hours"


class TurnState(models.TextChoices):
    """A turn waits until a worker has claimed and run it; one that fails for good says why."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class ScheduledTurn(TenantModel):
    """One run of a scheduled hunt in one customer, due at `slot`: a row before it runs, claimed by one worker at a time.

    `run` is the run in the customer's history, whose rows are the hunter's lead. A turn that was claimed by a process that died is
    claimed again when its lease is over.
    """

    schedule = models.ForeignKey(ScheduledHunt, on_delete=models.CASCADE, related_name="turns")
    slot = models.DateTimeField()
    state = models.CharField(max_length=8, choices=TurnState, default=TurnState.WAITING)
    due = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    claim = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=60, blank=True)
    run = models.ForeignKey(HuntRun, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-slot", "-id"]
        constraints = [models.UniqueConstraint(fields=["schedule", "tenant", "slot"], name="hunting_one_turn_per_slot")]
        indexes = [models.Index(fields=["due"], condition=models.Q(state="waiting"), name="hunting_turns_due")]

    def __str__(self) -> str:
        return f"turn of {self.schedule_id} at {self.slot}"


class Disclosure(models.TextChoices):
    """How much of the query a customer sees of evidence that the provider's people captured. The rows are always shown."""

    FULL = "full"
    HASH = "hash"
    NONE = "none"


class Frozen(RuntimeError):
    """Code tried to change what is written once: a mistake in the program, never in the input."""


class FrozenModel(TenantModel):
    """A row that is written once and goes only with its tenant."""

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,  # noqa: ARG002 - a frozen row is always inserted
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Insert the row. Raises Frozen when it was saved before."""
        if not self._state.adding or force_update or update_fields is not None:
            raise Frozen(f"{type(self).__name__} {self.pk} is written once.")
        super().save(force_insert=True, using=using)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        """Refuse. Raises Frozen."""
        raise Frozen(f"{type(self).__name__} {self.pk} is written once.")


class Evidence(FrozenModel):
    """What a hunter saw: the question in full, the versions that answered it, and the chosen rows with their hash.

    `rows_json` and `parameters_json` are canonical JSON (see `hunting.canonical`), and `rows_sha256` is over the UTF-8 bytes of
    `rows_json` as it stands here. `row_digests` has sixteen bytes for each row of the whole answer, in its order, so that a re-run can
    say what was added; it is empty where the answer was too large to be kept whole.
    """

    run_id = models.UUIDField()
    query = models.TextField()
    query_sha256 = models.CharField(max_length=64)
    parameters_json = models.TextField()
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    asked_at = models.DateTimeField()
    max_rows = models.PositiveIntegerField()
    schema_version = models.CharField(max_length=40)
    engine_version = models.CharField(max_length=60)
    compiler_version = models.CharField(max_length=40)
    sql_sha256 = models.CharField(max_length=64)
    tables = models.JSONField()
    functions = models.JSONField(default=list)
    columns = models.JSONField()
    rows_json = models.TextField()
    rows_sha256 = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField()
    truncated = models.BooleanField()
    row_digests = models.BinaryField()
    techniques = models.JSONField(default=list)
    note = models.TextField(blank=True)
    by_provider = models.BooleanField()
    captured_at = models.DateTimeField(default=now)
    captured_by_id = models.CharField(max_length=100)
    captured_by = models.CharField(max_length=254)

    class Meta:
        ordering = ["-captured_at", "-id"]

    def __str__(self) -> str:
        return f"evidence {self.pk}"

    @property
    def rows(self) -> list[list[object]]:
        """The chosen rows."""
        rows: list[list[object]] = json.loads(self.rows_json)
        return rows

    @property
    def parameters(self) -> dict[str, object]:
        """The values that the compiler bound into the SQL."""
        parameters: dict[str, object] = json.loads(self.parameters_json)
        return parameters

    @property
    def is_intact(self) -> bool:
        """Whether the rows are those that were frozen."""
        return hashlib.sha256(self.rows_json.encode()).hexdigest() == self.rows_sha256


class EvidenceRelease(TenantModel):
    """Evidence of the provider's people that the customer may see, and how much of its query."""

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, related_name="release")
    disclosure = models.CharField(max_length=4, choices=Disclosure)
    released_at = models.DateTimeField(default=now)
    released_by = models.CharField(max_length=254)

    def __str__(self) -> str:
        return f"{self.evidence_id} is released ({self.disclosure})"


class EvidenceRerun(FrozenModel):
    """The same question asked again, and how the answer differs from the frozen one."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="reruns")
    run_id = models.UUIDField()
    ran_at = models.DateTimeField(default=now)
    ran_by_id = models.CharField(max_length=100)
    ran_by = models.CharField(max_length=254)
    same = models.BooleanField()
    added_count = models.PositiveIntegerField()
    removed_count = models.PositiveIntegerField()
    versions = models.JSONField()

    class Meta:
        ordering = ["-ran_at", "-id"]

    def __str__(self) -> str:
        return f"re-run {self.pk} of {self.evidence_id}"
