"""The post office: put a mail into the queue, claim what is due, hand it to the mail server, write down what came of it.

At least once, and exactly once unless this process dies in the instant between the server's 250 and the commit that follows it; the
Message-ID is the same both times. Several workers may send at once.
"""

import threading
import uuid
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from huntline.delivery.addresses import checked_address, checked_line
from huntline.delivery.layout import Letter, as_html, as_text
from huntline.delivery.message import envelope_sender, message_of
from huntline.delivery.models import Attempt, AttemptOutcome, Mail, MailKind, MailState
from huntline.delivery.server import Answer, Conversation, MailServer, server_from
from huntline.kernel import new_id, now
from huntline.outbox.services import announce

log = structlog.get_logger(__name__)

# A worker that has not finished a mail by then is taken for dead, and the mail may be claimed again.
LEASE: Final = timedelta(minutes=15)
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=1)
GIVE_UP_AFTER: Final = timedelta(days=5)  # RFC 5321, 4.5.4.1: at least four to five days


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
    rule_id: uuid.UUID | None = None
    secret: bool = False
    sender: str = ""


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
            "sender": sender,
            "language": draft.language,
            "subject": checked_line(draft.subject, "subject"),
            "text": draft.text,
            "html": draft.html,
            "message_id": f"<{key}@{domain}>",
            "secret": draft.secret,
            "alert_id": draft.alert_id,
            "rule_id": draft.rule_id,
            "state": MailState.QUEUED if settings.HUNTLINE_EMAIL_URL else MailState.KEPT,
        },
    )
    if made:
        announce()
    return mail


def queue_letter(
    letter: Letter,
    kind: MailKind,
    *,
    about: str,
    recipient: str,
    tenant_id: uuid.UUID | None = None,
    rule_id: uuid.UUID | None = None,
    alert_id: str = "",
    secret: bool = False,
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
            secret=secret,
        )
    )


def send_due(stop: threading.Event | None = None) -> int:
    """Send every mail that is due and return how many the server took.

    A server that cannot be reached makes all mails wait. Raises MailServerInvalid for a setting that cannot be used.
    """
    server = server_from(settings.HUNTLINE_EMAIL_URL)
    if server is None:
        return 0
    hello = urlsplit(settings.HUNTLINE_PUBLIC_URL).hostname or "localhost"
    sent = 0
    with Conversation(server, hello) as conversation:
        while not (stop and stop.is_set()):
            mail = _claim()
            if mail is None:
                break
            answer = _hand_over(conversation, mail)
            if answer is None:
                continue
            _settle(mail, answer, server)
            sent += answer.outcome is AttemptOutcome.ACCEPTED
            if answer.outcome is AttemptOutcome.UNREACHABLE:
                break
    return sent


def forget_claims() -> int:
    """Make due what other processes had claimed, and return how much it was. For a process that knows that it is the only one left."""
    claimed = Mail.objects.unscoped("the post office serves all tenants").filter(state=MailState.QUEUED)
    return claimed.exclude(leased_until=None).update(claim=None, leased_until=None)


def _hand_over(conversation: Conversation, mail: Mail) -> Answer | None:
    try:
        message = message_of(mail)
    except ValueError as error:
        # Nothing that `queue` let through should come here; a mail that cannot be written must not stop those behind it.
        return Answer(AttemptOutcome.REFUSED, None, f"The message cannot be written: {error}")
    return conversation.hand_over(envelope_sender(mail), mail.recipient, message, still_ours=lambda: _renew(mail))


def _claim() -> Mail | None:
    moment = now()
    free = Q(leased_until=None) | Q(leased_until__lt=moment)
    with transaction.atomic():
        mail = (
            Mail.objects.unscoped("the post office serves all tenants")
            .select_for_update(skip_locked=_can_skip())
            .filter(free, state=MailState.QUEUED, due__lte=moment)
            .order_by("due", "id")
            .first()
        )
        if mail is None:
            return None
        mail.claim, mail.leased_until = uuid.uuid4(), moment + LEASE
        mail.tries += 1
        mail.save(update_fields=["claim", "leased_until", "tries"])
    return mail


def _renew(mail: Mail) -> bool:
    """Take the mail for another lease; False when another worker has claimed or settled it meanwhile."""
    ours = Mail.objects.unscoped("the worker holds the claim").filter(
        pk=mail.pk, claim=mail.claim, state=MailState.QUEUED
    )
    return ours.update(leased_until=now() + LEASE) == 1


@transaction.atomic
def _settle(mail: Mail, answer: Answer, server: MailServer) -> None:
    moment = now()
    row = Mail.objects.unscoped("the worker holds the claim").filter(pk=mail.pk, state=MailState.QUEUED)
    if answer.outcome is not AttemptOutcome.ACCEPTED:
        # What was accepted is written down whoever holds the claim by now; anything else only by the one who holds it.
        row = row.filter(claim=mail.claim)
    expired = moment - mail.created >= GIVE_UP_AFTER
    final = answer.outcome in {AttemptOutcome.ACCEPTED, AttemptOutcome.REFUSED} or expired
    again = None if final else moment + pause_after(mail.tries)
    changes: dict[str, object] = {"claim": None, "leased_until": None, "due": again or moment}
    if final:
        changes |= {
            "state": MailState.SENT if answer.outcome is AttemptOutcome.ACCEPTED else MailState.FAILED,
            "settled": moment,
        }
        if mail.secret:
            changes |= {"text": "", "html": ""}
    row.update(**changes)
    text = f"{answer.text} (given up after {GIVE_UP_AFTER.days} days)" if expired and again is None else answer.text
    Attempt.objects.create(
        mail=mail, outcome=answer.outcome, code=answer.code, answer=text, server=str(server), next_at=again
    )
    if answer.outcome is AttemptOutcome.UNREACHABLE and again is not None:
        # The others would meet the same: they wait as long as this one, without having been tried.
        waiting = Mail.objects.unscoped("the post office serves all tenants").filter(
            state=MailState.QUEUED, due__lt=again
        )
        waiting.filter(Q(leased_until=None) | Q(leased_until__lt=moment)).exclude(pk=mail.pk).update(due=again)
    if answer.outcome is not AttemptOutcome.ACCEPTED:
        log.warning(
            "mail_not_sent",
            mail=str(mail.pk),
            outcome=answer.outcome,
            code=answer.code,
            answer=text,
            again_at=str(again),
        )


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries (1 or more): twice as long each time, an hour at most.

    >>> [int(pause_after(n).total_seconds()) for n in (1, 2, 3, 20)]
    [30, 60, 120, 3600]
    """
    factor: int = 2 ** min(tries - 1, 12)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)


def _can_skip() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)
