"""A case with mail both ways: a mail server that takes ours, and an address under which replies come in."""

from email.message import EmailMessage

import pytest

from huntline.delivery.sending import send_due
from huntline.enrolment.states import SubscriptionKind
from huntline.enrolment.subscription import SubscriptionForm, grant_subscription
from huntline.inquiries.access import open_case
from huntline.inquiries.asking import Contact, InquiryForm, ask
from huntline.inquiries.vocabulary import Category
from huntline.outbox.services import dispatch
from huntline.web.subscribers import SUBSCRIBERS
from mail_servers import Mailbox, smtp_server


@pytest.fixture
def mailbox(settings):
    """The mailbox of all whom we write to."""
    mailbox = Mailbox()
    with smtp_server(mailbox) as port:
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
        settings.HUNTLINE_INBOUND_ADDRESS = "cases@hunt.example"
        settings.HUNTLINE_DESK_EMAIL = "desk@watchtower.example"
        yield mailbox


@pytest.fixture
def admin(scope_of, mailbox, clock):
    """The scope of aurora's administrator, whose organization has a full subscription."""
    grant_subscription(scope_of("account_manager", "aurora"), SubscriptionForm(SubscriptionKind.FULL))
    return scope_of("aurora_admin", "aurora")


@pytest.fixture
def hunter(scope_of, clock):
    """The scope of a hunter in aurora."""
    return scope_of("hunter", "aurora")


@pytest.fixture
def case(admin, hunter):
    """An inquiry that the hunter has open."""
    form = InquiryForm(
        topic="http://127.0.0.1:8080/tenants/aurora/devices",
        category=Category.COMPROMISE,
        text="Is this host compromised?",
        reply_email="soc@aurora.example",
        contacts=[Contact("Night shift", "night@aurora.example")],
    )
    inquiry = ask(admin, form)
    open_case(hunter, inquiry.number, "To answer it.", 8)
    return inquiry


@pytest.fixture
def deliver(mailbox):
    """Hand out events and send what is due; return the mails that came to an address."""

    def delivered(address):
        dispatch(SUBSCRIBERS)
        send_due()
        return [message for message in mailbox.taken if message["To"] == address]

    return delivered


def reply_to(message, text, *, sender="soc@aurora.example", quote=True, **headers):
    """Return the reply that somebody's mail program makes of one of our mails."""
    answer = EmailMessage()
    answer["From"] = sender
    answer["To"] = message["Reply-To"]
    answer["Subject"] = f"Re: {message['Subject']}"
    answer["Message-ID"] = headers.pop("message_id", "<reply-1@aurora.example>")
    answer["In-Reply-To"] = message["Message-ID"]
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    ours = message.get_body(("plain",)).get_content()
    quoted = "".join(f"> {line}\n" for line in ours.splitlines())
    answer.set_content(f"{text}\n\nOn Mon, 16 Nov 2026 at 09:00, Huntline wrote:\n{quoted}" if quote else text)
    return answer
