"""What crosses the wire."""

import uuid
from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from huntline.delivery.choosing import Why
from huntline.delivery.models import AttemptOutcome, MailKind, MailState, Step
from huntline.incidents import Severity


class EmailRuleIn(Schema):
    """An e-mail rule. Device information (names, and free text that may hold them) leaves this installation with the mail.

    `severities` are those of targeted attack notifications, `detections` those of alerts of other detection sources by source
    (`WindowsDefenderAtp`). `device_groups` are ids (the nil UUID stands for ungrouped devices), or null for all devices.
    `once_per_incident`: of an incident, only the first alert is mailed. `monthly_report`: a mail when the report of a month is there.
    """

    name: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=1000)
    enabled: bool = True
    severities: list[Severity] = []
    detections: dict[str, list[Severity]] = Field({}, max_length=40)
    device_groups: list[uuid.UUID] | None = Field(None, max_length=200)
    once_per_incident: bool = False
    monthly_report: bool = False
    recipients: list[str] = Field(min_length=1, max_length=100)
    include_organization_name: bool = True
    include_tenant_link: bool = True
    include_device_information: bool = False
    language: Literal["en", "ko", "ja"] = "en"


class LeftOut(Schema):
    """A recipient who is no longer one by own wish, and since when."""

    address: str
    at: datetime


class EmailRuleOut(EmailRuleIn):
    """The same as it is kept. `left` are recipients who took themselves off by the link in a mail."""

    id: uuid.UUID
    created: datetime
    updated: datetime
    created_by: str
    left: list[LeftOut]


class EmailRuleList(Schema):
    """E-mail rules, oldest first."""

    items: list[EmailRuleOut]
    total: int


class TestMailIn(Schema):
    """Whom to send a test mail: a recipient of the rule, or yourself."""

    recipient: str = Field(min_length=3, max_length=254)


class AttemptOut(Schema):
    """One try to hand a mail to the mail server, with its answer."""

    at: datetime
    outcome: AttemptOutcome
    step: Step | Literal[""]
    code: int | None
    answer: str
    server: str
    next_at: datetime | None


class RuleMailOut(Schema):
    """A mail of a rule, to one recipient."""

    id: uuid.UUID
    kind: MailKind
    alert_id: str | None
    recipient: str
    subject: str
    message_id: str
    state: MailState
    created: datetime
    settled: datetime | None
    next_at: datetime | None
    attempts: list[AttemptOut]


class RuleMailList(Schema):
    """The mails of a rule, newest first."""

    items: list[RuleMailOut]
    total: int


class TraceQuery(Schema):
    """Which alert, and whose mailbox."""

    alert_id: str = Field(min_length=1, max_length=64)
    recipient: str = Field(min_length=3, max_length=254)


class RuleTraceOut(Schema):
    """What a rule, as it is now, says about the alert and the recipient.

    `since` is from when it would mail, where it was too late; `changed_since` says that it was changed after the alert.
    """

    rule_id: uuid.UUID
    name: str
    why: Why
    since: datetime | None
    changed_since: bool


class TraceOut(Schema):
    """Why the recipient did or did not get the mail about the alert."""

    alert_id: str
    title: str
    severity: Severity
    published: datetime
    recipient: str
    mail: RuleMailOut | None
    rules: list[RuleTraceOut]


class SuppressionOut(Schema):
    """An address to which nothing is sent because servers said that it does not exist; `answer` is what the last one said."""

    id: uuid.UUID
    address: str
    since: datetime
    refusals: int
    answer: str


class SuppressionList(Schema):
    """Suppressed addresses, the latest first."""

    items: list[SuppressionOut]
    total: int


class OutboxMailOut(Schema):
    """A mail as operators see it in the list. `tenant` is the customer's short name, or null for mails about signing in."""

    id: uuid.UUID
    tenant: str | None
    kind: MailKind
    to: str
    subject: str
    state: MailState
    created: datetime
    sent_at: datetime | None


class OutboxList(Schema):
    """Mails, newest first."""

    items: list[OutboxMailOut]
    total: int


class OutboxMailDetailOut(OutboxMailOut):
    """A mail with its text and its attempts. Texts that let somebody sign in are wiped once the mail is sent."""

    language: Literal["en", "ko", "ja"]
    message_id: str
    text: str
    html: str
    attempts: list[AttemptOut]
