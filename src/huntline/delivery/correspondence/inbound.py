"""A mail came in: it goes into the thread of its case with its attachments, or is noted as what it is.

Each mail is settled once, however often it comes. A door acknowledges a mail only after `take_mail` has returned.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

import structlog
from django.db import transaction
from django.utils.crypto import salted_hmac

from huntline.delivery.correspondence.jobs import readers_of
from huntline.delivery.correspondence.reading import Arrived, Report, read, read_report
from huntline.delivery.errors import InboundUnknown
from huntline.delivery.models import Attempt, AttemptOutcome, InboundMail, InboundOutcome, Mail, MailState, Step
from huntline.delivery.server import Answer
from huntline.delivery.signed_addresses import Bounce, CaseReply, read_address
from huntline.delivery.suppression import learn
from huntline.identity import Permission, TenantScope
from huntline.identity.services import scope_of_job
from huntline.inquiries.asking import ReplyForm, reply
from huntline.inquiries.models import Inquiry
from huntline.inquiries.vocabulary import Channel
from huntline.kernel import HuntlineError, Unavailable
from huntline.samples.queries import samples_of
from huntline.samples.services import take_sample

log = structlog.get_logger(__name__)

OWNER: Final = "mail"
LARGEST: Final = 50 * 1024 * 1024
_NAMED: Final = "the signed address names the case"


def check_recipient(address: str) -> None:
    """Refuse an address that we have not made, before any text is taken. Raises ReplyAddressForged."""
    read_address(address)


def take_mail(raw: bytes, recipient: str) -> InboundMail:
    """Take a mail that came to an address of ours, and return what became of it.

    Raises ReplyAddressForged, InboundUnknown (the case or the mail is not there any more): nothing is kept of such a mail.
    """
    target = read_address(recipient)
    arrived = read(raw)
    if isinstance(target, Bounce):
        return _take_report(raw, recipient, target, arrived)
    inquiry = Inquiry.objects.unscoped(_NAMED).filter(number=target.number).first()
    if inquiry is None or target.place >= len(readers_of(inquiry)):
        raise InboundUnknown(target.number)
    if arrived.automatic:
        return _note(arrived, recipient, InboundOutcome.AUTOMATIC, arrived.automatic, inquiry)
    return _take_reply(recipient, target, arrived, inquiry)


def _take_reply(recipient: str, target: CaseReply, arrived: Arrived, inquiry: Inquiry) -> InboundMail:
    known = _known(arrived, recipient)
    if known is not None:
        return known
    scope = scope_of_job(OWNER, (inquiry.tenant_id,), frozenset({Permission.INQUIRY_READ, Permission.INQUIRY_REPLY}))
    written_to = readers_of(inquiry)[target.place]
    author = (
        arrived.sender if arrived.sender.casefold() == written_to.casefold() else f"{arrived.sender} ({written_to})"
    )
    samples, refused = _keep_attachments(scope, inquiry, arrived)
    text = "\n\n".join(part for part in (arrived.text, *refused) if part) or f"({arrived.subject or '…'})"
    try:
        with transaction.atomic():
            form = ReplyForm(text[:50_000], samples, Channel.MAIL, arrived.origin, author)
            reply(scope, inquiry.number, form)
            return _note(arrived, recipient, InboundOutcome.TAKEN, "; ".join(refused), inquiry)
    except HuntlineError as error:
        return _note(arrived, recipient, InboundOutcome.REFUSED, error.message, inquiry)


def _keep_attachments(scope: TenantScope, inquiry: Inquiry, arrived: Arrived) -> tuple[list[str], Sequence[str]]:
    """Put what is attached into quarantine, whatever it is; return the samples' ids, and what was refused in words.

    Raises QuarantineUnavailable, KeyUnavailable: the mail comes again later.
    """
    kept: list[str] = []
    refused: list[str] = []
    there = {sample.sha256: str(sample.pk) for sample in samples_of(scope, inquiry.pk)}
    for one in arrived.attachments:
        # The same mail again, after we died before it was settled, brings the same files.
        known = there.get(hashlib.sha256(one.content).hexdigest())
        if known is not None:
            kept.append(known)
            continue
        try:
            kept.append(str(take_sample(scope, inquiry.pk, one.name, one.content).pk))
        except Unavailable:
            raise
        except HuntlineError as error:
            refused.append(f"[{one.name}: {error.message}]")
    return kept, refused


@transaction.atomic
def _take_report(raw: bytes, recipient: str, target: Bounce, arrived: Arrived) -> InboundMail:
    """Note what became of a mail of ours. Nothing is sent because of it, so that no two machines talk for ever."""
    mail = (
        Mail.objects.unscoped("the signed address names the mail").select_for_update().filter(pk=target.mail_id).first()
    )
    if mail is None:
        raise InboundUnknown(str(target.mail_id))
    known = _known(arrived, recipient)
    if known is not None:
        return known
    report = read_report(raw)
    if report is not None and report.action == "failed":
        _bounced(mail, report)
    reason = f"{report.action} {report.status} {report.diagnostic}" if report else arrived.automatic or arrived.subject
    return _note(arrived, recipient, InboundOutcome.REPORT, reason, mail)


def _bounced(mail: Mail, report: Report) -> None:
    text = f"{report.status} {report.diagnostic}".strip()
    Attempt(mail=mail, outcome=AttemptOutcome.BOUNCED, code=None, answer=text, server="report").save(force_insert=True)
    if mail.state == MailState.SENT:
        mail.state = MailState.BOUNCED
        mail.save(update_fields=["state"])
    learn(mail, Answer(AttemptOutcome.REFUSED, None, text, Step.RECIPIENT))


def _known(arrived: Arrived, recipient: str) -> InboundMail | None:
    rows = InboundMail.objects.unscoped(_NAMED)
    return rows.filter(key=_key(arrived, recipient)).first()


def _note(
    arrived: Arrived,
    recipient: str,
    outcome: InboundOutcome,
    reason: str,
    about: Inquiry | Mail,
) -> InboundMail:
    row, made = InboundMail.objects.unscoped(_NAMED).get_or_create(
        key=_key(arrived, recipient),
        defaults={
            "tenant_id": about.tenant_id,
            "origin": arrived.origin,
            "sender": arrived.sender,
            "recipient": recipient[:320],
            "subject": arrived.subject,
            "outcome": outcome,
            "reason": reason[:1000],
            "number": about.number if isinstance(about, Inquiry) else "",
        },
    )
    if made:
        log.info("mail_came_in", outcome=outcome, number=row.number, reason=row.reason)
    return row


def _key(arrived: Arrived, recipient: str) -> str:
    """Return what makes a mail the same mail: its Message-ID and the address that it came to."""
    return salted_hmac(
        "huntline.delivery.inbound", f"{recipient.lower()}\n{arrived.origin}", algorithm="sha256"
    ).hexdigest()
