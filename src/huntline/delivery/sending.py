"""The post office's van: claim what is due, hand it to the mail server, write down what came of it.

At least once, and exactly once unless this process dies in the instant between the server's 250 and the commit that follows it, or the
server takes a text and breaks off before its 250; the Message-ID is the same each time. Several threads and processes may send at once,
each over a connection of its own.
"""

import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from huntline.delivery.message import envelope_sender, message_of
from huntline.delivery.models import Attempt, AttemptOutcome, Mail, MailRank, MailState
from huntline.delivery.pauses import GIVE_UP_AFTER, LEASE, LONGEST_PAUSE, pause_after
from huntline.delivery.server import Answer, Conversation, MailServer, server_from
from huntline.delivery.signing import Sign, signer
from huntline.delivery.suppression import learn
from huntline.identity.models import TenantQuerySet
from huntline.kernel import now

log = structlog.get_logger(__name__)

# One look into the queue serves so many mails, but for no longer than this: what has become urgent meanwhile is next.
BATCH: Final = 25
BATCH_SECONDS: Final = 1.0
# A claim that is older is renewed in the moment before the text is sent.
FRESH: Final = timedelta(minutes=1)
# A server that cannot be reached is asked again at least so often: asking costs nothing, and thousands of mails may wait for it.
LONGEST_OUTAGE_PAUSE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Mails that this thread alone may send until the lease is over."""

    claim: uuid.UUID
    at: datetime
    mails: Sequence[Mail]


def send_due(stop: threading.Event | None = None, *, only: MailRank | None = None) -> int:
    """Send every mail that is due and return how many the server took. Mails about signing in go first.

    only: leave all other ranks to other threads, so that one connection is always free for what cannot wait.

    A server that cannot be reached makes all mails wait. Raises MailServerInvalid and SigningKeyInvalid for a setting that
    cannot be used; all mails wait then.
    """
    server = server_from(settings.HUNTLINE_EMAIL_URL)
    if server is None:
        return 0
    sign = signer()
    hello = urlsplit(settings.HUNTLINE_PUBLIC_URL).hostname or "localhost"
    sent = 0
    with Conversation(server, hello) as conversation:
        while not (stop and stop.is_set()):
            claimed = _claim(only)
            if claimed is None:
                break
            taken, reachable = _send(claimed, conversation, server, sign, stop)
            sent += taken
            if not reachable:
                break
    return sent


def forget_claims() -> int:
    """Make due what other processes had claimed, and return how much it was. For a process that knows that it is the only one left."""
    return _queued().exclude(leased_until=None).update(claim=None, leased_until=None)


def _send(
    claimed: Claimed, conversation: Conversation, server: MailServer, sign: Sign, stop: threading.Event | None
) -> tuple[int, bool]:
    """Send what was claimed; return how many mails the server took, and whether it could be reached."""
    began, taken = time.monotonic(), 0
    for place, mail in enumerate(claimed.mails):
        if place and ((stop and stop.is_set()) or time.monotonic() - began > BATCH_SECONDS):
            _release(claimed.claim)
            break
        answer = _hand_over(conversation, mail, claimed.at, sign)
        if answer is None:
            continue
        if answer.outcome is AttemptOutcome.UNREACHABLE:
            _release(claimed.claim, but=mail)
        _settle(mail, answer, server)
        taken += answer.outcome is AttemptOutcome.ACCEPTED
        if answer.outcome is AttemptOutcome.UNREACHABLE:
            return taken, False
    return taken, True


def _hand_over(conversation: Conversation, mail: Mail, claimed: datetime, sign: Sign) -> Answer | None:
    try:
        message = sign(message_of(mail))
    except ValueError as error:
        # Nothing that `queue` let through should come here; a mail that cannot be written must not stop those behind it.
        return Answer(AttemptOutcome.REFUSED, None, f"The message cannot be written: {error}")

    def still_ours() -> bool:
        return now() - claimed < FRESH or _renew(mail)

    return conversation.hand_over(envelope_sender(mail), mail.recipient, message, still_ours=still_ours)


def _claim(only: MailRank | None = None) -> Claimed | None:
    moment = now()
    due = _queued().filter(Q(leased_until=None) | Q(leased_until__lt=moment), due__lte=moment)
    if only is not None:
        due = due.filter(rank=only)
    # A look costs no lock; most of the time there is nothing.
    if not due.exists():
        return None
    key = uuid.uuid4()
    with transaction.atomic():
        mails = list(due.select_for_update(skip_locked=_can_skip()).order_by("rank", "due", "id")[:BATCH])
        if not mails:
            return None
        _queued().filter(pk__in=[mail.pk for mail in mails]).update(claim=key, leased_until=moment + LEASE)
    for mail in mails:
        mail.claim = key
    return Claimed(key, moment, mails)


def _release(claim: uuid.UUID, but: Mail | None = None) -> None:
    """Give back what is left of a claim, untried."""
    rest = _queued().filter(claim=claim)
    (rest.exclude(pk=but.pk) if but else rest).update(claim=None, leased_until=None)


def _renew(mail: Mail) -> bool:
    """Take the mail for another lease; False when another worker has claimed or settled it meanwhile."""
    return _queued().filter(pk=mail.pk, claim=mail.claim).update(leased_until=now() + LEASE) == 1


@transaction.atomic
def _settle(mail: Mail, answer: Answer, server: MailServer) -> None:
    moment = now()
    row = _queued().filter(pk=mail.pk)
    if answer.outcome is not AttemptOutcome.ACCEPTED:
        # What was accepted is written down whoever holds the claim by now; anything else only by the one who holds it.
        row = row.filter(claim=mail.claim)
    unreachable = answer.outcome is AttemptOutcome.UNREACHABLE
    expired = moment - mail.created >= GIVE_UP_AFTER
    final = answer.outcome in {AttemptOutcome.ACCEPTED, AttemptOutcome.REFUSED} or expired
    longest = LONGEST_OUTAGE_PAUSE if unreachable else LONGEST_PAUSE
    again = None if final else moment + pause_after(mail.tries + 1, longest)
    changes: dict[str, object] = {"claim": None, "leased_until": None, "due": again or moment, "tries": F("tries") + 1}
    if final:
        changes |= {
            "state": MailState.SENT if answer.outcome is AttemptOutcome.ACCEPTED else MailState.FAILED,
            "settled": moment,
        }
        if mail.secret:
            changes |= {"text": "", "html": ""}
    row.update(**changes)
    learn(mail, answer)
    text = f"{answer.text} (given up after {GIVE_UP_AFTER.days} days)" if expired and again is None else answer.text
    Attempt(
        mail=mail,
        outcome=answer.outcome,
        step=answer.step,
        code=answer.code,
        answer=text,
        server=str(server),
        next_at=again,
    ).save(force_insert=True)
    if unreachable and again is not None:
        # The others would meet the same: they wait as long as this one, without having been tried.
        waiting = _queued().filter(Q(leased_until=None) | Q(leased_until__lt=moment), due__lt=again)
        waiting.exclude(pk=mail.pk).update(due=again)
    if answer.outcome is not AttemptOutcome.ACCEPTED:
        log.warning(
            "mail_not_sent",
            mail=str(mail.pk),
            outcome=answer.outcome,
            code=answer.code,
            answer=text,
            again_at=str(again),
        )


def _queued() -> TenantQuerySet[Mail]:
    return Mail.objects.unscoped("the post office serves all tenants").filter(state=MailState.QUEUED)


def _can_skip() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)
