"""What responders do with a link: look at what it is, and take the package, which leaves a receipt."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction

from huntline.audit.services import Actor, record
from huntline.handoff.errors import HandoffNotFound, TooManyHandoffs
from huntline.handoff.events import HandoffOpened
from huntline.handoff.links import digest_of
from huntline.handoff.models import Handoff, HandoffReceipt
from huntline.handoff.storage import file_of
from huntline.kernel import now
from huntline.outbox.services import record as record_event

# Who opens it more often within an hour is no reader but a program that repeats itself.
MOST_OPENINGS: Final = 60
_LONGEST_CLIENT: Final = 300


@dataclass(frozen=True, slots=True)
class Opened:
    """A package that may be sent to whoever opened it, and the receipt that was written."""

    handoff: Handoff
    receipt: HandoffReceipt


@transaction.atomic
def open_handoff(token: str, address: str, client: str) -> Opened:
    """Write down that somebody opened the link and takes the package: before a byte of it is sent.

    address: from where. client: what the program calls itself. Raises HandoffNotFound for a link that leads nowhere, or no longer, and
    TooManyHandoffs when it was opened too often within an hour.
    """
    row = find_by_token(token, lock=True)
    receipts = HandoffReceipt.objects.unscoped("the bearer of the link has no scope")
    if receipts.filter(handoff=row, at__gt=now() - timedelta(hours=1)).count() >= MOST_OPENINGS:
        raise TooManyHandoffs(MOST_OPENINGS)
    receipt = HandoffReceipt(
        tenant_id=row.tenant_id, handoff=row, address=address[:45], client=_printable(client)[:_LONGEST_CLIENT]
    )
    receipt.save()
    record(
        "handoff.opened",
        actor=Actor("responder", str(row.pk), row.recipient_email),
        tenant_id=row.tenant_id,
        object_type="handoff",
        object_id=row.pk,
        detail={"address": receipt.address, "client": receipt.client, "sha256": row.sha256},
    )
    record_event(HandoffOpened(tenant_id=row.tenant_id, handoff_id=row.pk, receipt_id=receipt.pk))
    return Opened(row, receipt)


def find_by_token(token: str, *, lock: bool = False) -> Handoff:
    """Return the package that a link opens, with its tenant. Raises HandoffNotFound, whatever the reason is."""
    rows = Handoff.objects.unscoped("the bearer of the link has no scope").select_related("tenant")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(token_sha256=digest_of(token)).first()
    if row is None or not row.can_be_opened(now()) or not file_of(row.pk).is_file():
        raise HandoffNotFound
    return row


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
