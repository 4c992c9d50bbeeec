"""What packages for incident responders mean for mail: the link to whom they are for, and word to their maker when they were opened."""

import uuid
from typing import Final

from django.conf import settings

from huntline.delivery.letters import PackageFacts, handoff_letter, receipt_letter
from huntline.delivery.models import MailKind
from huntline.delivery.post import queue_letter
from huntline.delivery.queries import provider_name
from huntline.handoff.events import HandoffOpened, HandoffReady
from huntline.handoff.links import url_of
from huntline.handoff.models import Handoff
from huntline.handoff.queries import find_handoff
from huntline.identity import Permission, SubjectKind
from huntline.identity.models import Person
from huntline.identity.services import scope_of_job
from huntline.kernel import now

OWNER: Final = "delivery"
_PAGES: Final = {"incident": "incidents", "notification": "notifications", "case": "inquiries"}


def queue_handoff_mail(happened: HandoffReady) -> None:
    """Queue the mail with the link, unless the package was withdrawn meanwhile. Its text is wiped once it is sent: it lets somebody in."""
    row = _handoff(happened.tenant_id, happened.handoff_id)
    if row.can_be_opened(now()):
        letter = handoff_letter(row.language, provider_name(), _facts(row, "UTC", url_of(row)))
        about = f"handoff:{row.pk}"
        queue_letter(
            letter, MailKind.HANDOFF, about=about, recipient=row.recipient_email, tenant_id=row.tenant_id, secret=True
        )


def queue_receipt_mail(happened: HandoffOpened) -> None:
    """Queue the mail to whoever made the package, the first time that it was opened; API applications have no mailbox."""
    row = _handoff(happened.tenant_id, happened.handoff_id)
    if row.made_by_kind != SubjectKind.PERSON:
        return
    maker = Person.objects.filter(pk=row.made_by_id, is_active=True).first()
    if maker is None:
        return
    receipt = next(one for one in row.receipts.all() if one.pk == happened.receipt_id)
    page = f"{settings.HUNTLINE_PUBLIC_URL}/tenants/{row.tenant.slug}/{_PAGES[row.subject_kind]}/{row.subject_id}"
    letter = receipt_letter(
        maker.language,
        provider_name(),
        _facts(row, maker.timezone, page),
        at=receipt.at,
        address=receipt.address,
        client=receipt.client,
    )
    about = f"handoff-opened:{row.pk}"
    queue_letter(letter, MailKind.RECEIPT, about=about, recipient=maker.email, tenant_id=row.tenant_id)


def _facts(row: Handoff, timezone: str, url: str) -> PackageFacts:
    return PackageFacts(
        title=row.subject_title,
        name=row.recipient_name,
        email=row.recipient_email,
        maker=row.made_by_name or row.made_by,
        organization=row.tenant.name,
        sha256=row.sha256,
        size=row.size or 0,
        fingerprint=row.fingerprint,
        expires=row.expires,
        timezone=timezone,
        url=url,
    )


def _handoff(tenant_id: uuid.UUID, handoff_id: uuid.UUID) -> Handoff:
    return find_handoff(scope_of_job(OWNER, (tenant_id,), frozenset({Permission.ALERT_READ})), handoff_id)
