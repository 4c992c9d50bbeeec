"""The post office's counter: put a mail into the queue. `sending` hands it to the mail server."""

import uuid
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from huntline.delivery.addresses import checked_address, checked_line
from huntline.delivery.layout import Letter, as_html, as_text
from huntline.delivery.models import RANKS, Mail, MailKind, MailRank, MailState
from huntline.delivery.suppression import is_suppressed
from huntline.kernel import new_id
from huntline.outbox.services import announce


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be: `about` names its cause, and a second mail for the same cause and recipient is none."""

    kind: MailKind
    about: str
    recipient: str
    language: str
    subject: str
    text: str
    html: str = ""
    tenant_id: uuid.UUID | None = None
    alert_id: str = ""
    incident_id: int | None = None
    rule_id: uuid.UUID | None = None
    leave_url: str = ""
    secret: bool = False
    sender: str = ""
    reply_to: str = ""
    thread: str = ""


def queue(draft: Draft) -> Mail:
    """Put a mail into the queue, in the transaction of its cause; without a mail server it is kept for operators to read.

    Returns the mail that is there already when the same was queued before. Raises AddressInvalid, HeaderInvalid.
    """
    recipient = checked_address(draft.recipient)
    sender = checked_line(draft.sender or settings.DEFAULT_FROM_EMAIL, "sender")
    key = new_id()
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    mail, made = Mail.objects.unscoped("the post office serves all tenants").get_or_create(
        about=draft.about,
        recipient=recipient,
        defaults={
            "id": key,
            "tenant_id": draft.tenant_id,
            "kind": draft.kind,
            "rank": MailRank.SIGN_IN if draft.secret else RANKS.get(draft.kind, MailRank.REST),
            "sender": sender,
            "language": draft.language,
            "subject": checked_line(draft.subject, "subject"),
            "text": draft.text,
            "html": draft.html,
            "message_id": f"<{key}@{domain}>",
            "secret": draft.secret,
            "alert_id": draft.alert_id,
            "incident_id": draft.incident_id,
            "rule_id": draft.rule_id,
            "leave_url": draft.leave_url,
            "reply_to": checked_line(draft.reply_to, "reply_to"),
            "thread": draft.thread,
            "state": _first_state(draft, recipient),
        },
    )
    if made:
        announce()
    return mail


def _first_state(draft: Draft, recipient: str) -> MailState:
    if draft.tenant_id and not draft.secret and is_suppressed(draft.tenant_id, recipient):
        return MailState.SUPPRESSED
    return MailState.QUEUED if settings.HUNTLINE_EMAIL_URL else MailState.KEPT


def queue_letter(
    letter: Letter,
    kind: MailKind,
    *,
    about: str,
    recipient: str,
    tenant_id: uuid.UUID | None = None,
    rule_id: uuid.UUID | None = None,
    alert_id: str = "",
    incident_id: int | None = None,
    leave_url: str = "",
    secret: bool = False,
    reply_to: str = "",
    thread: str = "",
) -> Mail:
    """Put a letter into the queue, as text and as HTML. Raises AddressInvalid, HeaderInvalid."""
    return queue(
        Draft(
            kind=kind,
            about=about,
            recipient=recipient,
            language=letter.language,
            subject=letter.subject,
            text=as_text(letter),
            html=as_html(letter),
            tenant_id=tenant_id,
            rule_id=rule_id,
            alert_id=alert_id,
            incident_id=incident_id,
            leave_url=leave_url,
            secret=secret,
            reply_to=reply_to,
            thread=thread,
        )
    )
