"""What happens to inquiries and concerns others."""

import dataclasses
import uuid

from huntline.outbox import Event, event


@event("inquiry_asked")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InquiryAsked(Event):
    """A customer asked the experts."""

    inquiry_id: uuid.UUID


@event("inquiry_answered")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InquiryAnswered(Event):
    """The experts wrote a message to the customer; `step` is the kind of answer."""

    inquiry_id: uuid.UUID
    message_id: uuid.UUID
    step: str


@event("inquiry_replied")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InquiryReplied(Event):
    """The customer wrote a message to the experts."""

    inquiry_id: uuid.UUID
    message_id: uuid.UUID


@event("inquiry_reminded")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InquiryReminded(Event):
    """The customer is reminded that the experts wait."""

    inquiry_id: uuid.UUID
    message_id: uuid.UUID


@event("inquiry_closed")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InquiryClosed(Event):
    """No reply came, or the customer withdrew it; `state` says which."""

    inquiry_id: uuid.UUID
    message_id: uuid.UUID
    state: str


@event("case_access_opened")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CaseAccessOpened(Event):
    """An expert opened a case; the customer sees it live."""

    inquiry_id: uuid.UUID
    access_id: uuid.UUID
