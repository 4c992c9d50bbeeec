"""How an inquiry goes from state to state: the row, the span of its clock, and the message, in one place."""

import re
from datetime import datetime
from typing import Final

from huntline.audit.services import record as record_audit
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.inquiries.errors import InquiryNotFound, InquiryTextInvalid
from huntline.inquiries.models import Inquiry, Message, Span
from huntline.inquiries.states import SIDES, State
from huntline.kernel import now

LONGEST_TEXT: Final = 50_000
_UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")


def locked(scope: TenantScope, number: str) -> Inquiry:
    """Return an inquiry, locked until the end of the transaction. Raises InquiryNotFound."""
    inquiry = None
    if "\0" not in number:
        inquiry = Inquiry.objects.within(scope).select_for_update().filter(number=number).first()
    if inquiry is None:
        raise InquiryNotFound(number)
    return inquiry


def begin(inquiry: Inquiry) -> None:
    """Start the clock of a new inquiry."""
    _open_span(inquiry, inquiry.since)


def move(inquiry: Inquiry, state: State) -> None:
    """Put an inquiry into a state, and stop one clock and start the other at the same moment. The caller holds the row's lock."""
    moment = now()
    inquiry.updated = moment
    if state != inquiry.state:
        Span.objects.unscoped("the caller holds the inquiry").filter(inquiry=inquiry, ended=None).update(ended=moment)
        inquiry.state, inquiry.since = state, moment
        _open_span(inquiry, moment)
    inquiry.save()


def _open_span(inquiry: Inquiry, moment: datetime) -> None:
    spans = Span.objects.unscoped("the caller holds the inquiry").filter(inquiry=inquiry)
    Span(
        tenant_id=inquiry.tenant_id,
        inquiry=inquiry,
        position=spans.count(),
        state=inquiry.state,
        side=SIDES[State(inquiry.state)],
        began=moment,
    ).save(force_insert=True)


def add_message(message: Message) -> Message:
    """Put a message at the end of its thread. The caller holds the inquiry's lock, or has just made it."""
    thread = Message.objects.unscoped("the caller holds the inquiry").filter(inquiry=message.inquiry)
    message.position = thread.count()
    message.save(force_insert=True)
    return message


def checked_text(field: str, text: str, most: int = LONGEST_TEXT) -> str:
    """Return a text without blanks around it. Raises InquiryTextInvalid."""
    stripped = text.strip()
    if not stripped or len(stripped) > most or _UNWRITABLE.search(stripped):
        raise InquiryTextInvalid(field, most)
    return stripped


def audit(scope: TenantScope, action: str, inquiry: Inquiry, **detail: object) -> None:
    """Record what somebody did about an inquiry; its words are in the thread and not in the record."""
    record_audit(
        action,
        actor=actor_of(scope.subject),
        tenant_id=inquiry.tenant_id,
        object_type="inquiry",
        object_id=inquiry.pk,
        detail={"number": inquiry.number, **detail},
    )
