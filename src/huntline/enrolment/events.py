"""What happens in enrolment and concerns others."""

import dataclasses
import uuid

from huntline.outbox import Event, event


@event("application_approved")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationApproved(Event):
    """An account manager approved an application; the service is on."""

    application_id: uuid.UUID


@event("application_details_asked")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDetailsAsked(Event):
    """An account manager asked the applicant for more details; the question is a message of the application."""

    application_id: uuid.UUID
    message_id: uuid.UUID


@event("application_declined")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDeclined(Event):
    """An account manager declined an application; its reason is in the application."""

    application_id: uuid.UUID


@event("subscription_changed")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged(Event):
    """An account manager granted, lengthened or ended the expert subscription."""

    subscription_id: uuid.UUID
