"""What happens to an inquiry, as mails: to the customer in the asker's language, to the experts without what was written."""

import uuid
from collections.abc import Iterator
from typing import Final

from django.conf import settings

from huntline.delivery.correspondence.letters import CaseFacts, case_letter, desk_letter
from huntline.delivery.models import MailKind
from huntline.delivery.post import queue_letter
from huntline.delivery.queries import provider_name
from huntline.delivery.signed_addresses import reply_address
from huntline.identity import Permission, TenantScope
from huntline.identity.models import Language, Person
from huntline.identity.services import scope_of_job
from huntline.inquiries.calendars import calendar_of
from huntline.inquiries.events import InquiryAnswered, InquiryAsked, InquiryClosed, InquiryReminded, InquiryReplied
from huntline.inquiries.models import Inquiry, Message
from huntline.inquiries.queries import find_message, inquiry_with_id
from huntline.inquiries.states import State

OWNER: Final = "delivery"


def queue_confirmation_mails(happened: InquiryAsked) -> None:
    """Confirm to the asker that the case is there, and tell the desk."""
    scope = _scope(happened.tenant_id)
    inquiry = inquiry_with_id(scope, happened.inquiry_id)
    _tell_customer(scope, inquiry, "inquiry_asked", f"inquiry:{inquiry.pk}:asked")
    _tell_experts(scope, inquiry, "inquiry_waits", f"inquiry:{inquiry.pk}:waits")


def queue_answer_mails(happened: InquiryAnswered) -> None:
    """Send the experts' answer to the asker and the contacts."""
    scope = _scope(happened.tenant_id)
    message = find_message(scope, happened.inquiry_id, happened.message_id)
    _tell_customer(scope, message.inquiry, f"inquiry_{happened.step}", f"inquiry-message:{message.pk}", message)


def queue_reply_mails(happened: InquiryReplied) -> None:
    """Tell the expert who has the case, or the desk, that the customer wrote."""
    scope = _scope(happened.tenant_id)
    message = find_message(scope, happened.inquiry_id, happened.message_id)
    _tell_experts(scope, message.inquiry, "inquiry_replied", f"inquiry-message:{message.pk}")


def queue_reminder_mails(happened: InquiryReminded) -> None:
    """Remind the customer that the experts wait."""
    scope = _scope(happened.tenant_id)
    message = find_message(scope, happened.inquiry_id, happened.message_id)
    _tell_customer(scope, message.inquiry, "inquiry_reminder", f"inquiry-message:{message.pk}")


def queue_closing_mails(happened: InquiryClosed) -> None:
    """Say to the customer that the case is closed, or to the experts that it is taken back."""
    scope = _scope(happened.tenant_id)
    message = find_message(scope, happened.inquiry_id, happened.message_id)
    if happened.state == State.WITHDRAWN:
        _tell_experts(scope, message.inquiry, "inquiry_withdrawn", f"inquiry-message:{message.pk}")
    else:
        _tell_customer(scope, message.inquiry, "inquiry_closed", f"inquiry-message:{message.pk}")


def readers_of(inquiry: Inquiry) -> list[str]:
    """Return the addresses of the customer's side by their place: the asker's first, then the contacts'; "" for one without."""
    return [inquiry.reply_email, *(str(contact.get("email", "")) for contact in inquiry.contacts)]


def _tell_customer(
    scope: TenantScope, inquiry: Inquiry, section: str, about: str, message: Message | None = None
) -> None:
    seen: set[str] = set()
    for place, address in enumerate(readers_of(inquiry)):
        if not address or address.casefold() in seen:
            continue
        seen.add(address.casefold())
        reply_to = reply_address(inquiry.number, place)
        letter = case_letter(
            inquiry.language,
            provider_name(),
            section,
            _facts(scope, inquiry, f"/inquiries/{inquiry.number}", takes_replies=bool(reply_to)),
            text=message.text if message else "",
            references=message.references if message else (),
        )
        queue_letter(
            letter,
            MailKind.INQUIRY,
            about=about,
            recipient=address,
            tenant_id=inquiry.tenant_id,
            reply_to=reply_to,
            thread=inquiry.number,
        )


def _tell_experts(scope: TenantScope, inquiry: Inquiry, section: str, about: str) -> None:
    for address, language in _experts(inquiry):
        facts = _facts(scope, inquiry, f"/inquiries/{inquiry.number}", takes_replies=False)
        queue_letter(
            desk_letter(language, provider_name(), section, facts),
            MailKind.DESK,
            about=about,
            recipient=address,
            thread=f"{inquiry.number}-desk",
        )


def _experts(inquiry: Inquiry) -> Iterator[tuple[str, str]]:
    """Yield whom to tell: the expert who has the case, else the desk's own address."""
    person = Person.objects.filter(pk=inquiry.assigned_id, is_active=True).first() if inquiry.assigned_id else None
    if person is not None:
        yield person.email, person.language
    elif settings.HUNTLINE_DESK_EMAIL:
        yield settings.HUNTLINE_DESK_EMAIL, Language.ENGLISH


def _facts(scope: TenantScope, inquiry: Inquiry, path: str, *, takes_replies: bool) -> CaseFacts:
    return CaseFacts(
        number=inquiry.number,
        organization=inquiry.tenant.name,
        topic=inquiry.topic,
        state=inquiry.state,
        promised=inquiry.promised,
        timezone=calendar_of(scope).form.timezone,
        url=f"{settings.HUNTLINE_PUBLIC_URL}/tenants/{inquiry.tenant.slug}{path}",
        takes_replies=takes_replies,
    )


def _scope(tenant_id: uuid.UUID) -> TenantScope:
    return scope_of_job(OWNER, (tenant_id,), frozenset({Permission.INQUIRY_READ}))
