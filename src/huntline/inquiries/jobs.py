"""What happens to inquiries by itself: a customer who is awaited is reminded, and a case that nobody replies to is closed."""

import threading
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from huntline.identity import Permission, TenantScope
from huntline.identity.services import scope_of_job
from huntline.inquiries.events import InquiryClosed, InquiryReminded
from huntline.inquiries.models import Inquiry, Message
from huntline.inquiries.moves import add_message, audit, move
from huntline.inquiries.states import WAITING, State, Step, follow
from huntline.inquiries.vocabulary import Author, MessageKind
from huntline.kernel import now
from huntline.outbox.services import record as record_event

OWNER: Final = "inquiries"
MOST_REMINDERS: Final = 3
_SERVES_ALL: Final = "the worker reminds customers of any tenant"


def remind_due(stop: threading.Event | None = None) -> int:
    """Remind or close every inquiry whose customer is awaited for too long, and return how many it were.

    Each is settled in its own transaction under the row's lock, so that several workers, or one that dies, tell nobody twice.
    """
    settled = 0
    moment = now()
    before = moment - _remind_after()
    may_be_reminded = Q(reminders__lt=MOST_REMINDERS) & (Q(reminded=None) | Q(reminded__lte=before))
    may_be_closed = Q(since__lte=moment - timedelta(days=settings.HUNTLINE_INQUIRY_CLOSE_DAYS))
    waiting = Inquiry.objects.unscoped(_SERVES_ALL).filter(state__in=WAITING, since__lte=before)
    due = waiting.filter(may_be_reminded | may_be_closed).order_by("since")
    for row in list(due.values_list("pk", "tenant_id")):
        if stop and stop.is_set():
            break
        settled += _settle(*row)
    return settled


@transaction.atomic
def _settle(inquiry_id: uuid.UUID, tenant_id: uuid.UUID) -> bool:
    rows = Inquiry.objects.unscoped(_SERVES_ALL).select_for_update()
    inquiry = rows.filter(pk=inquiry_id, tenant_id=tenant_id, state__in=WAITING).first()
    if inquiry is None:  # replied meanwhile
        return False
    moment = now()
    scope = scope_of_job(OWNER, (inquiry.tenant_id,), frozenset({Permission.INQUIRY_READ}))
    if moment >= inquiry.since + timedelta(days=settings.HUNTLINE_INQUIRY_CLOSE_DAYS):
        _close(scope, inquiry)
        return True
    if inquiry.reminders < MOST_REMINDERS and moment >= (inquiry.reminded or inquiry.since) + _remind_after():
        _remind(scope, inquiry, moment)
        return True
    return False


def _remind(scope: TenantScope, inquiry: Inquiry, moment: datetime) -> None:
    inquiry.reminders += 1
    inquiry.reminded = moment
    message = _say(inquiry, MessageKind.REMINDER, moment)
    move(inquiry, State(inquiry.state))
    audit(scope, "inquiry.reminded", inquiry, reminders=inquiry.reminders)
    record_event(InquiryReminded(tenant_id=inquiry.tenant_id, inquiry_id=inquiry.pk, message_id=message.pk))


def _close(scope: TenantScope, inquiry: Inquiry) -> None:
    state = follow(State(inquiry.state), Step.CLOSE)
    message = _say(inquiry, MessageKind.CLOSED, now())
    move(inquiry, state)
    audit(scope, "inquiry.closed", inquiry)
    record_event(
        InquiryClosed(tenant_id=inquiry.tenant_id, inquiry_id=inquiry.pk, message_id=message.pk, state=state.value)
    )


def _say(inquiry: Inquiry, kind: MessageKind, moment: datetime) -> Message:
    """Put what the system did into the thread; the reader's portal and mail say it in the reader's words."""
    message = Message(
        tenant_id=inquiry.tenant_id,
        inquiry=inquiry,
        author=Author.SYSTEM,
        kind=kind,
        text="",
        written=moment,
        person_id=OWNER,
        person_name="",
    )
    return add_message(message)


def _remind_after() -> timedelta:
    return timedelta(days=settings.HUNTLINE_INQUIRY_REMIND_DAYS)
