"""E-mail rules with their recipients; mails as rows before they are mails; attempts with the server's answer."""

import uuid
from typing import Final

from django.db import models

from huntline.identity.models import Language, Tenant, TenantModel
from huntline.kernel import now

# Stands in `device_groups` for every device group, and for alerts that name no device.
ALL_GROUPS: Final = "all"


class Chooser(TenantModel):
    """What a rule or a webhook is for (see `choosing`). Times are those (RFC 3339) since which something is chosen.

    `severities` maps each chosen severity of targeted attack notifications to its time; `detections` maps other detection sources to
    the same; `device_groups` maps ids of device groups, or `ALL_GROUPS`.
    """

    enabled = models.BooleanField(default=True)
    severities = models.JSONField(default=dict)
    detections = models.JSONField(default=dict)
    device_groups = models.JSONField(default=dict)

    class Meta:
        abstract = True


class EmailRule(Chooser):
    """Which alerts are mailed to whom, and what the mail may say. `once_per_incident`: only the first alert of an incident is mailed.

    `monthly_report`: the recipients learn when the report of a month is there.
    """

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    once_per_incident = models.BooleanField(default=False)
    monthly_report = models.BooleanField(default=False)
    include_organization_name = models.BooleanField(default=True)
    include_tenant_link = models.BooleanField(default=True)
    include_device_information = models.BooleanField(default=False)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    created = models.DateTimeField(default=now, editable=False)
    updated = models.DateTimeField(default=now)
    created_by = models.CharField(max_length=254)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return self.name


class RuleRecipient(TenantModel):
    """An address of a rule, and since when it is there: it gets later alerts only. `left`: it went by the link in a mail."""

    rule = models.ForeignKey(EmailRule, on_delete=models.CASCADE, related_name="recipients")
    address = models.EmailField()
    added = models.DateTimeField(default=now)
    left = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added", "address"]
        constraints = [models.UniqueConstraint(fields=["rule", "address"], name="delivery_address_once_per_rule")]

    def __str__(self) -> str:
        return self.address


class MailKind(models.TextChoices):
    """What a mail is about."""

    NOTIFICATION = "notification"
    ALERT = "alert"
    UPDATE = "update"
    WITHDRAWAL = "withdrawal"
    WELCOME = "welcome"
    DECLINED = "declined"
    QUESTION = "question"
    TEST = "test"
    INVITATION = "invitation"
    WEBHOOK = "webhook"
    REPORT = "report"
    INQUIRY = "inquiry"
    DESK = "desk"
    HANDOFF = "handoff"
    RECEIPT = "receipt"
    SIGN_IN = "sign_in"


class MailRank(models.IntegerChoices):
    """Which mails go first: somebody waits for the first two in front of a screen."""

    SIGN_IN = 0
    TEST = 1
    REST = 2


RANKS: Final = {MailKind.SIGN_IN: MailRank.SIGN_IN, MailKind.TEST: MailRank.TEST}


class MailState(models.TextChoices):
    """A mail goes from queued to one of the others, and never back; kept and suppressed ones were never queued.

    One that was sent is bounced when a server reports later that it could not be delivered.
    """

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    KEPT = "kept"
    SUPPRESSED = "suppressed"
    BOUNCED = "bounced"


class Mail(TenantModel):
    """One mail to one recipient. `message_id` never changes, so that a mail sent again after a crash is known as the same one.

    `tenant` is empty for mails about signing in: they belong to a person. `secret` mails hold a link that lets somebody in; their text
    is wiped once they are sent or given up. `about` names the cause, and there is one mail for each cause and recipient. Mails of one
    `thread` stand together in a mail program.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, related_name="+")  # type: ignore[assignment] # see above
    tenant_id: uuid.UUID | None  # type: ignore[assignment] # as above
    kind = models.CharField(max_length=12, choices=MailKind)
    rank = models.PositiveSmallIntegerField(choices=MailRank, default=MailRank.REST)
    about = models.CharField(max_length=200)
    sender = models.CharField(max_length=320)
    recipient = models.EmailField()
    language = models.CharField(max_length=2, choices=Language)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    secret = models.BooleanField(default=False)
    alert_id = models.CharField(max_length=64, blank=True)
    incident_id = models.BigIntegerField(null=True)
    rule = models.ForeignKey(EmailRule, on_delete=models.SET_NULL, null=True, related_name="mails")
    created = models.DateTimeField(default=now, editable=False)
    leave_url = models.CharField(max_length=400, blank=True)
    reply_to = models.CharField(max_length=320, blank=True)
    thread = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=MailState)
    due = models.DateTimeField(default=now)
    claim = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    settled = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created", "-id"]
        constraints = [models.UniqueConstraint(fields=["about", "recipient"], name="delivery_once_per_cause")]
        indexes = [
            models.Index(fields=["rank", "due", "id"], condition=models.Q(state=MailState.QUEUED), name="delivery_due"),
            models.Index(fields=["rule", "-created"], name="delivery_of_rule"),
            models.Index(fields=["tenant", "incident_id"], name="delivery_of_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"


class Suppression(TenantModel):
    """An address that servers refused. `since` is set once nothing more is sent to it; `answer` is the server's latest."""

    address = models.EmailField()
    refusals = models.PositiveIntegerField(default=0)
    refused = models.DateTimeField(default=now)
    answer = models.TextField(blank=True)
    since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-refused"]
        constraints = [models.UniqueConstraint(fields=["tenant", "address"], name="delivery_suppressed_once")]

    def __str__(self) -> str:
        return self.address


class AttemptOutcome(models.TextChoices):
    """What came of an attempt."""

    ACCEPTED = "accepted"  # the server answered 250 after the text: it is the server's now
    DEFERRED = "deferred"  # 4xx, or the connection broke: again later
    REFUSED = "refused"  # 5xx for this mail: never again
    UNANSWERED = "unanswered"  # the text is sent and no answer came: it may have been taken, and is sent again as the same message
    UNREACHABLE = "unreachable"  # no connection, no TLS, no sign-in: all mails wait
    BOUNCED = "bounced"  # taken, and reported later as not to be delivered


class Step(models.TextChoices):
    """At which step of the conversation the answer came."""

    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    TEXT = "text"


class Attempt(models.Model):
    """One try to hand a mail to the server, with what it answered."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=now)
    outcome = models.CharField(max_length=11, choices=AttemptOutcome)
    step = models.CharField(max_length=9, choices=Step, blank=True)
    code = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField()
    server = models.CharField(max_length=260)
    next_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.code})"


class InboundOutcome(models.TextChoices):
    """What became of a mail that came in."""

    TAKEN = "taken"  # it is in the thread of its case
    AUTOMATIC = "automatic"  # no person wrote it: noted, and nothing answers it
    REFUSED = "refused"  # the case takes no reply now; `reason` says why
    REPORT = "report"  # a server reports on a mail of ours


class InboundMail(TenantModel):
    """A mail that came to an address of ours, and what became of it. `key` is the same for the same mail at the same address."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, related_name="+")  # type: ignore[assignment] # a report on a mail about signing in has none
    tenant_id: uuid.UUID | None  # type: ignore[assignment] # as above
    key = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=998)
    sender = models.CharField(max_length=254)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=500)
    outcome = models.CharField(max_length=9, choices=InboundOutcome)
    reason = models.TextField(blank=True)
    number = models.CharField(max_length=20, blank=True)
    received = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-received", "-id"]
        indexes = [models.Index(fields=["tenant", "number", "-received"], name="delivery_came_in")]

    def __str__(self) -> str:
        return f"{self.outcome} from {self.sender}"


class HookEvent(models.TextChoices):
    """What a webhook is called about."""

    RAISED = "alert.raised"
    UPDATED = "alert.updated"
    WITHDRAWN = "alert.withdrawn"
    TEST = "test"


class HookState(models.TextChoices):
    """A message goes from queued to one of the others; only a replay brings it back."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Webhook(Chooser):
    """Where alerts are posted. The secret signs each call, so it is kept readable. `failing_since`: no call was taken since."""

    name = models.CharField(max_length=200)
    url = models.CharField(max_length=2000)
    secret = models.CharField(max_length=100)
    events = models.JSONField(default=list)
    include_device_information = models.BooleanField(default=False)
    created = models.DateTimeField(default=now, editable=False)
    updated = models.DateTimeField(default=now)
    created_by = models.CharField(max_length=254)
    failing_since = models.DateTimeField(null=True)
    disabled = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return self.name


class HookMessage(TenantModel):
    """One body for one webhook, under an id that never changes. `about` names the cause, and there is one message for each."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="messages")
    event = models.CharField(max_length=15, choices=HookEvent)
    about = models.CharField(max_length=200)
    alert_id = models.CharField(max_length=64, blank=True)
    message_id = models.CharField(max_length=64, unique=True)
    body = models.TextField()
    created = models.DateTimeField(default=now, editable=False)
    waiting_since = models.DateTimeField(default=now)
    state = models.CharField(max_length=6, choices=HookState, default=HookState.QUEUED)
    due = models.DateTimeField(default=now)
    claim = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    settled = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created", "-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "about"], name="delivery_one_message_per_cause")]
        indexes = [
            models.Index(fields=["due", "id"], condition=models.Q(state=HookState.QUEUED), name="delivery_calls_due"),
            models.Index(fields=["webhook", "-created"], name="delivery_of_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"


class HookAttempt(models.Model):
    """One call of a webhook, with the beginning of the answer."""

    message = models.ForeignKey(HookMessage, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=now)
    outcome = models.CharField(max_length=11, choices=AttemptOutcome)
    code = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField()
    milliseconds = models.PositiveIntegerField()
    next_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.code})"
