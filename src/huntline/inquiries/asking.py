"""The customer's side: ask, reply, withdraw. Each is one transaction with its audit entry and its event."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from huntline.enrolment.subscription import SubscriptionStanding, require_subscription
from huntline.identity import TenantScope
from huntline.identity.models import Language
from huntline.inquiries.calendars import first_reply_due
from huntline.inquiries.errors import CreditsUsedUp, ProviderAsks, ReplyAddressInvalid
from huntline.inquiries.events import InquiryAsked, InquiryClosed, InquiryReplied
from huntline.inquiries.models import Inquiry, Message, Subject
from huntline.inquiries.moves import add_message, audit, begin, checked_text, locked, move
from huntline.inquiries.states import State, Step, follow
from huntline.inquiries.subjects import SubjectForm, checked_subjects
from huntline.inquiries.vocabulary import Author, Category, Channel, MessageKind, Verdict
from huntline.kernel import now
from huntline.outbox.services import record as record_event
from huntline.samples.queries import sample_within

LONGEST_TOPIC: Final = 1000
MOST_CONTACTS: Final = 10


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to reach beside the one who asks. `email` or `phone` may be empty."""

    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class InquiryForm:
    """What somebody asks. `topic` is pre-filled with the link of the page in view; `language` is the one to be answered in."""

    topic: str
    category: Category
    text: str
    reply_email: str
    subjects: Sequence[SubjectForm] = ()
    own_verdict: Verdict = Verdict.UNKNOWN
    contacts: Sequence[Contact] = ()
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """What the customer writes next. `origin` is the Message-ID of the mail by which it came."""

    text: str
    sample_ids: Sequence[str] = ()
    channel: Channel = Channel.PORTAL
    origin: str = ""
    author: str = field(default="")  # the sender of a mail, where it is not the one whose scope this is


@transaction.atomic
def ask(scope: TenantScope, form: InquiryForm) -> Inquiry:
    """Ask the experts, in the scope's tenant.

    Raises ProviderAsks, SubscriptionMissing, CreditsUsedUp, InquiryTextInvalid, ReplyAddressInvalid, and what `checked_subjects` raises:
    an alert of the customer's own threat intelligence is refused with the referral to its own team.
    """
    require_customer(scope)
    standing = require_subscription(scope)
    _require_credit(scope, standing)
    moment = now()
    inquiry = Inquiry(
        tenant_id=scope.tenant,
        topic=checked_text("topic", form.topic, LONGEST_TOPIC),
        category=form.category,
        own_verdict=form.own_verdict,
        reply_email=_address(form.reply_email),
        contacts=[_contact(one) for one in form.contacts[:MOST_CONTACTS]],
        language=form.language,
        subscription=standing.state,
        asked_by_id=scope.subject.id,
        asked_by=scope.subject.name,
        asked=moment,
        updated=moment,
        since=moment,
        promised=first_reply_due(scope, moment),
    )
    text = checked_text("text", form.text)
    subjects = checked_subjects(scope, form.subjects)
    inquiry.save(force_insert=True)
    begin(inquiry)
    _name_subjects(inquiry, subjects)
    _write(scope, inquiry, MessageKind.QUESTION, ReplyForm(text))
    audit(scope, "inquiry.asked", inquiry, category=form.category, subjects=len(subjects))
    record_event(InquiryAsked(tenant_id=scope.tenant, inquiry_id=inquiry.pk))
    return inquiry


@transaction.atomic
def reply(scope: TenantScope, number: str, form: ReplyForm) -> Message:
    """Write to the experts: what they waited for, a follow-up, or whatever else belongs to it. The same mail twice is one message.

    Raises ProviderAsks, InquiryNotFound, InquiryTextInvalid, InquiryStepNotPossible (withdrawn), SampleNotFound.
    """
    require_customer(scope)
    inquiry = locked(scope, number)
    if form.origin:
        known = Message.objects.within(scope).filter(inquiry=inquiry, origin=form.origin).first()
        if known is not None:
            return known
    before = State(inquiry.state)
    state = follow(before, Step.REPLY)
    for sample_id in form.sample_ids:
        sample_within(scope, inquiry.pk, uuid.UUID(sample_id))
    message = _write(scope, inquiry, MessageKind.REPLY, form)
    if state is not before:
        inquiry.promised = first_reply_due(scope, message.written)
        inquiry.reminders, inquiry.reminded, inquiry.concluded = 0, None, None
    move(inquiry, state)
    audit(scope, "inquiry.replied", inquiry, message=str(message.pk), channel=form.channel, before=before)
    record_event(InquiryReplied(tenant_id=inquiry.tenant_id, inquiry_id=inquiry.pk, message_id=message.pk))
    return message


@transaction.atomic
def withdraw(scope: TenantScope, number: str, reason: str) -> Inquiry:
    """Take an inquiry back. Raises ProviderAsks, InquiryNotFound, InquiryTextInvalid, InquiryStepNotPossible."""
    require_customer(scope)
    inquiry = locked(scope, number)
    state = follow(State(inquiry.state), Step.WITHDRAW)
    message = _write(scope, inquiry, MessageKind.WITHDRAWN, ReplyForm(reason))
    inquiry.promised = None
    move(inquiry, state)
    audit(scope, "inquiry.withdrawn", inquiry, message=str(message.pk))
    record_event(
        InquiryClosed(tenant_id=inquiry.tenant_id, inquiry_id=inquiry.pk, message_id=message.pk, state=state.value)
    )
    return inquiry


def require_customer(scope: TenantScope) -> None:
    """Refuse the provider's own people. Raises ProviderAsks."""
    if scope.crosses:
        raise ProviderAsks


def credits_used(scope: TenantScope) -> int:
    """Return how many inquiries the scope's tenant asked in the running calendar month (UTC)."""
    return Inquiry.objects.within(scope).filter(asked__gte=month_of(now())).count()


def month_of(moment: datetime) -> datetime:
    """Return the beginning of the calendar month (UTC) of a moment."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _require_credit(scope: TenantScope, standing: SubscriptionStanding) -> None:
    if standing.credits is not None and credits_used(scope) >= standing.credits:
        month = month_of(now())
        following = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
        raise CreditsUsedUp(standing.credits, following.date().isoformat())


def _name_subjects(inquiry: Inquiry, subjects: Sequence[SubjectForm]) -> None:
    rows = [
        Subject(
            tenant_id=inquiry.tenant_id,
            inquiry=inquiry,
            kind=one.kind,
            reference=one.reference,
            label=one.label,
            url=one.url,
            context=dict(one.context),
            position=position,
        )
        for position, one in enumerate(subjects)
    ]
    for row in rows:
        row.save(force_insert=True)


def _write(scope: TenantScope, inquiry: Inquiry, kind: MessageKind, form: ReplyForm) -> Message:
    message = Message(
        tenant_id=inquiry.tenant_id,
        inquiry=inquiry,
        author=Author.CUSTOMER,
        kind=kind,
        text=checked_text("text", form.text),
        sample_ids=list(form.sample_ids),
        channel=form.channel,
        origin=form.origin,
        written=now(),
        person_id=scope.subject.id,
        person_name=form.author or scope.subject.name,
    )
    return add_message(message)


def _address(text: str) -> str:
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise ReplyAddressInvalid(address) from None
    return address


def _contact(contact: Contact) -> dict[str, str]:
    return {
        "name": checked_text("contacts.name", contact.name, 200),
        "email": _address(contact.email) if contact.email.strip() else "",
        "phone": checked_text("contacts.phone", contact.phone, 60) if contact.phone.strip() else "",
    }
