"""Addresses that mail servers say do not exist: after some refusals in a row nothing more is sent to them, until somebody lifts it.

Each organisation has its own list. A refusal counts when the server says that the mailbox is not there (RFC 3463: 5.1.x, 5.2.1); one
that is about us or about the text (5.7.x) says nothing about the address. Mails that let somebody in are always sent.
"""

import re
import uuid
from typing import Final

from django.db import transaction

from huntline.audit.services import SYSTEM, record
from huntline.delivery.addresses import same_address
from huntline.delivery.models import AttemptOutcome, Mail, Step, Suppression
from huntline.delivery.server import Answer
from huntline.identity import TenantScope
from huntline.kernel import now

REFUSALS: Final = 3
_NO_MAILBOX: Final = frozenset({550, 551, 553})
_STATUS: Final = re.compile(r"\s*5\.(\d{1,3})\.(\d{1,3})\b")


def is_suppressed(tenant_id: uuid.UUID, address: str) -> bool:
    """Whether nothing is sent to the address for this organisation."""
    rows = Suppression.objects.unscoped("the post office serves all tenants")
    return rows.filter(tenant_id=tenant_id, address=same_address(address), since__isnull=False).exists()


def suppressed_within(scope: TenantScope) -> list[Suppression]:
    """Return the addresses to which nothing is sent, the latest first."""
    return list(Suppression.objects.within(scope).filter(since__isnull=False).order_by("-since"))


def learn(mail: Mail, answer: Answer) -> None:
    """Learn from what the server said: a refusal of the mailbox counts, an acceptance makes up for those before."""
    if mail.tenant_id is None or mail.secret:
        return
    rows = Suppression.objects.unscoped("the post office serves all tenants").filter(
        tenant_id=mail.tenant_id, address=same_address(mail.recipient), since=None
    )
    if answer.outcome is AttemptOutcome.ACCEPTED:
        if rows.exists():
            rows.delete()
    elif says_no_mailbox(answer):
        _count(mail.tenant_id, mail.recipient, answer.text)


def says_no_mailbox(answer: Answer) -> bool:
    """Whether the answer says for good that there is no such mailbox."""
    if answer.outcome is not AttemptOutcome.REFUSED or answer.step != Step.RECIPIENT:
        return False
    status = _STATUS.match(answer.text)
    if status is None:
        return answer.code in _NO_MAILBOX
    return status[1] == "1" or (status[1], status[2]) == ("2", "1")


@transaction.atomic
def _count(tenant_id: uuid.UUID, recipient: str, answer: str) -> None:
    row, _ = (
        Suppression.objects.unscoped("the post office serves all tenants")
        .select_for_update()
        .get_or_create(tenant_id=tenant_id, address=same_address(recipient))
    )
    if row.since is not None:
        return
    row.refusals += 1
    row.answer, row.refused = answer, now()
    if row.refusals >= REFUSALS:
        row.since = now()
        record(
            "email_address.suppressed",
            actor=SYSTEM,
            tenant_id=tenant_id,
            object_type="email_address",
            object_id=row.pk,
            detail={"address": row.address, "answer": answer[:500]},
        )
    row.save()
