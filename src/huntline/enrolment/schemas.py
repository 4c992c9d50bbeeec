"""What crosses the wire."""

import uuid
from datetime import date, datetime

from ninja import Field, Schema

from huntline.enrolment.states import Outcome, State, SubscriptionKind, SubscriptionState, TalkOutcome


class PrivacyStatementOut(Schema):
    """The privacy statement in force, in the reader's language; `url` serves the same text to anybody."""

    version: str
    language: str
    url: str
    text: str


class ApplicationIn(Schema):
    """The form behind Apply."""

    name: str = Field(min_length=1, max_length=200)
    email: str = Field(min_length=3, max_length=254)
    privacy_statement_version: str = Field(max_length=20)
    accepted: bool


class MessageIn(Schema):
    """A question about an application, or the answer."""

    text: str = Field(min_length=1, max_length=4000)


class MessageOut(Schema):
    """A message of the talk about an application."""

    id: uuid.UUID
    from_customer: bool
    text: str
    written: datetime
    person_name: str


class ApplicationOut(Schema):
    """An application as the customer sees it."""

    id: uuid.UUID
    state: Outcome
    name: str
    email: str
    privacy_statement_version: str
    submitted_at: datetime
    submitted_by: str
    decided_at: datetime | None
    reason: str
    messages: list[MessageOut]


class EnrolmentOut(Schema):
    """Where the tenant stands. `service_on` is null while there is no switch."""

    state: State
    service_on: bool | None
    application: ApplicationOut | None
    privacy_statement: PrivacyStatementOut


class ServiceIn(Schema):
    """The switch."""

    on: bool


class TenantNameOut(Schema):
    """The customer of a row in a list over all customers."""

    id: uuid.UUID
    slug: str
    name: str


class QueuedApplicationOut(ApplicationOut):
    """An application as the account manager sees it."""

    tenant: TenantNameOut
    decided_by: str
    waits_for_customer: bool
    last_talk: "TalkOut | None"


class TalkIn(Schema):
    """A talk about eligibility that was held. `held` is the day in the customer's time zone."""

    held: date
    participants: str = Field(min_length=1, max_length=1000)
    outcome: TalkOutcome
    notes: str = Field("", max_length=10_000)


class TalkOut(Schema):
    """A recorded talk about eligibility."""

    id: uuid.UUID
    held: date
    participants: str
    outcome: TalkOutcome
    notes: str
    recorded: datetime
    recorded_by_name: str


class TalkList(Schema):
    """Recorded talks, newest first."""

    items: list[TalkOut]
    total: int


class QueuedApplicationList(Schema):
    """Applications, newest first."""

    items: list[QueuedApplicationOut]
    total: int


class DeclineIn(Schema):
    """Why an application is declined."""

    reason: str = Field(min_length=1, max_length=4000)


class SubscriptionIn(Schema):
    """What is granted. `until` null: 90 days for a trial, without end for a full one. `credits`: inquiries a month, null for no limit."""

    kind: SubscriptionKind
    until: datetime | None = None
    credits: int | None = None


class SubscriptionOut(Schema):
    """What the tenant has now. `until` is when it ends or ended."""

    state: SubscriptionState
    since: datetime | None
    until: datetime | None
    credits: int | None


class TenantSubscriptionOut(SubscriptionOut):
    """What a customer has, as the account manager sees it."""

    tenant: TenantNameOut
    granted_by: str


class SubscriptionList(Schema):
    """What each customer has, by name."""

    items: list[TenantSubscriptionOut]
    total: int
