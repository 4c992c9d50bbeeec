"""An inquiry with its subjects, its thread, the spans of its states, the experts' access; and what the desk keeps."""

import uuid

from django.db import models

from huntline.identity.models import Language, TenantModel
from huntline.inquiries.states import Side, State
from huntline.inquiries.vocabulary import Author, Category, Channel, MessageKind, SubjectKind, Verdict
from huntline.kernel import now, short_id

_STATES = [(state.value, state.value) for state in State]
_VERDICTS = [(verdict.value, verdict.value) for verdict in Verdict]


def new_number() -> str:
    """Return a number of a case: what people read aloud, and nobody can count on from another."""
    return f"TE-{short_id()}"


class Inquiry(TenantModel):
    """A question to the experts: a case from then on.

    `subscription` is what the customer had when it asked. `promised` is when the experts will write next, at the latest. `contacts` are
    people to reach beside `reply_email`, as [{name, email, phone}]. `since` is when the present state began.
    """

    number = models.CharField(max_length=20, unique=True, default=new_number, editable=False)
    topic = models.CharField(max_length=1000)
    category = models.CharField(max_length=20, choices=[(c.value, c.value) for c in Category])
    own_verdict = models.CharField(max_length=10, choices=_VERDICTS, default=Verdict.UNKNOWN)
    expert_verdict = models.CharField(max_length=10, choices=_VERDICTS, default=Verdict.UNKNOWN)
    reply_email = models.EmailField()
    contacts = models.JSONField(default=list)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    subscription = models.CharField(max_length=10)
    asked_by_id = models.CharField(max_length=100)
    asked_by = models.CharField(max_length=254)
    asked = models.DateTimeField(default=now)
    updated = models.DateTimeField(default=now)
    state = models.CharField(max_length=15, choices=_STATES, default=State.SUBMITTED)
    since = models.DateTimeField(default=now)
    promised = models.DateTimeField(null=True)
    assigned_id = models.CharField(max_length=100, blank=True)
    assigned_to = models.CharField(max_length=254, blank=True)
    first_reply = models.DateTimeField(null=True)
    concluded = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded = models.DateTimeField(null=True)
    handed_over = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-updated", "-id"]
        indexes = [
            models.Index(fields=["tenant", "-updated"], name="inquiries_newest"),
            models.Index(fields=["state", "since"], name="inquiries_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.state})"


class Subject(TenantModel):
    """What an inquiry is about. `reference` is its id there (of an alert, a device, a hash, ...), `url` the page that shows it.

    `context` is what the page held when somebody asked: filters, query, chosen rows, time range (start, end), ids of a set of devices.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="subjects")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in SubjectKind])
    reference = models.CharField(max_length=2000)
    label = models.CharField(max_length=500)
    url = models.CharField(max_length=2000, blank=True)
    context = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class Message(TenantModel):
    """One message of the thread, at its place in it. `references` are links, `evidence_ids` and `sample_ids` what goes with it.

    `origin` is the Message-ID of the mail by which it came, empty for others: the same mail that comes twice is one message.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="messages")
    position = models.PositiveIntegerField()
    author = models.CharField(max_length=9, choices=[(a.value, a.value) for a in Author])
    kind = models.CharField(max_length=11, choices=[(k.value, k.value) for k in MessageKind])
    text = models.TextField()
    references = models.JSONField(default=list)
    evidence_ids = models.JSONField(default=list)
    sample_ids = models.JSONField(default=list)
    promised = models.DateTimeField(null=True)
    channel = models.CharField(max_length=6, choices=[(c.value, c.value) for c in Channel], default=Channel.PORTAL)
    origin = models.CharField(max_length=998, blank=True)
    written = models.DateTimeField(default=now)
    person_id = models.CharField(max_length=100)
    person_name = models.CharField(max_length=254)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "position"], name="inquiries_messages_in_order"),
            models.UniqueConstraint(
                fields=["inquiry", "origin"], condition=~models.Q(origin=""), name="inquiries_one_message_per_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.person_name}"

    @property
    def evidence(self) -> list[uuid.UUID]:
        """The ids of the evidence that goes with it."""
        return [uuid.UUID(text) for text in self.evidence_ids]


class Span(TenantModel):
    """How long an inquiry was in a state, and whose clock ran. At most one of an inquiry is not ended, so no two clocks run at once."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="spans")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=15, choices=_STATES)
    side = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Side])
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "position"], name="inquiries_spans_in_order"),
            models.UniqueConstraint(
                fields=["inquiry"], condition=models.Q(ended=None), name="inquiries_one_clock_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} since {self.began}"


class CaseAccess(TenantModel):
    """An expert's access to one case, for a while: who, why, until when; when last used; who took it away.

    After the customer took it away, the same expert opens the case again only when the customer allows it (`allowed`).
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="accesses")
    expert_id = models.CharField(max_length=100)
    expert_name = models.CharField(max_length=254)
    reason = models.CharField(max_length=500)
    opened = models.DateTimeField(default=now)
    until = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=254, blank=True)
    allowed = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened", "-id"]
        indexes = [models.Index(fields=["inquiry", "expert_id", "-opened"], name="inquiries_access_of_expert")]

    def __str__(self) -> str:
        return f"{self.expert_name} until {self.until}"


class PrivateNote(TenantModel):
    """What experts write for one another about a case; no customer reads it."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    written = models.DateTimeField(default=now)
    person_id = models.CharField(max_length=100)
    person_name = models.CharField(max_length=254)

    class Meta:
        ordering = ["written", "id"]

    def __str__(self) -> str:
        return f"note by {self.person_name}"


class SavedAnswer(TenantModel):
    """Words that experts use again. It belongs to the provider's organisation."""

    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=Language)
    text = models.TextField()
    updated = models.DateTimeField(default=now)
    changed_by = models.CharField(max_length=254)

    class Meta:
        ordering = ["title", "language"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "title", "language"], name="inquiries_one_answer_per_title")
        ]

    def __str__(self) -> str:
        return self.title


class BusinessCalendar(TenantModel):
    """When a customer's clock counts: opening hours for each weekday, days that are off, and what is promised.

    `hours` maps weekdays ("0" is Monday) to ["HH:MM", "HH:MM"]; a day that is missing is off. `holidays` are dates (ISO 8601).
    `first_reply_minutes` is the goal for the first reply, in business time.
    """

    timezone = models.CharField(max_length=64)
    hours = models.JSONField(default=dict)
    holidays = models.JSONField(default=list)
    first_reply_minutes = models.PositiveIntegerField()
    updated = models.DateTimeField(default=now)
    changed_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="inquiries_one_calendar")]

    def __str__(self) -> str:
        return f"calendar of {self.tenant_id}"


class SectorMembership(TenantModel):
    """An organization takes part in the comparison over its sector, by its own choice."""

    sector = models.CharField(max_length=20)
    joined = models.DateTimeField(default=now)
    joined_by = models.CharField(max_length=254)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="inquiries_one_sector")]

    def __str__(self) -> str:
        return f"{self.tenant_id} in {self.sector}"


class SectorAnswer(TenantModel):
    """What was told of a question in a quarter, which stays its answer. `question` is a hash; `seen` None is few or none."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    question = models.CharField(max_length=64)
    sector = models.CharField(max_length=20)
    period = models.CharField(max_length=7)
    seen = models.PositiveIntegerField(null=True)
    asked = models.DateTimeField(default=now)
    asked_by = models.CharField(max_length=254)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "question"], name="inquiries_one_sector_answer")]

    def __str__(self) -> str:
        return f"{self.period}: {self.seen}"
