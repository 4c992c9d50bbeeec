"""What crosses the wire."""

import uuid
from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from huntline.delivery.models import AttemptOutcome, HookEvent, HookState
from huntline.incidents import Severity


class WebhookIn(Schema):
    """A webhook. Which alerts it is for is said as in e-mail rules. Device names leave this installation only where it says so."""

    name: str = Field(min_length=1, max_length=200)
    url: str = Field(min_length=8, max_length=2000)
    enabled: bool = True
    events: list[Literal["alert.raised", "alert.updated", "alert.withdrawn"]] = Field(min_length=1)
    severities: list[Severity] = []
    detections: dict[str, list[Severity]] = Field({}, max_length=40)
    device_groups: list[uuid.UUID] | None = Field(None, max_length=200)
    include_device_information: bool = False


class WebhookOut(WebhookIn):
    """The same as it is kept. `failing_since`: no call has been taken since then. `disabled`: switched off after failing for days.

    `waiting_since`: its oldest message that is not yet taken.
    """

    id: uuid.UUID
    created: datetime
    created_by: str
    failing_since: datetime | None
    disabled: datetime | None
    waiting_since: datetime | None


class NewWebhookOut(WebhookOut):
    """The same with the secret that signs its calls, which is shown this once."""

    secret: str


class WebhookList(Schema):
    """Webhooks, oldest first."""

    items: list[WebhookOut]
    total: int


class CallOut(Schema):
    """One call, with the beginning of the answer."""

    at: datetime
    outcome: AttemptOutcome
    code: int | None
    answer: str
    milliseconds: int
    next_at: datetime | None


class WebhookMessageOut(Schema):
    """A message. `message_id` is the header `webhook-id` of every call of it."""

    id: uuid.UUID
    event: HookEvent
    alert_id: str | None
    message_id: str
    state: HookState
    created: datetime
    settled: datetime | None
    next_at: datetime | None
    body: str
    attempts: list[CallOut]


class WebhookMessageList(Schema):
    """Messages of a webhook, newest first."""

    items: list[WebhookMessageOut]
    total: int


class ReplayIn(Schema):
    """A period, both ends included."""

    since: datetime
    until: datetime


class ReplayOut(Schema):
    """How many messages are sent again."""

    messages: int
