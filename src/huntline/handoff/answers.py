"""From rows to what crosses the wire."""

from django.conf import settings

from huntline.handoff.links import key_url, url_of
from huntline.handoff.models import Handoff
from huntline.handoff.schemas import FileOut, HandoffList, HandoffOut, NewHandoffOut, ReceiptOut
from huntline.kernel import Page, now


def handoff(row: Handoff) -> HandoffOut:
    """Return a package; its receipts are at hand."""
    return HandoffOut.model_validate(_fields(row))


def new_handoff(row: Handoff) -> NewHandoffOut:
    """Return a package that was asked for just now, with its link."""
    return NewHandoffOut.model_validate(_fields(row) | {"link": url_of(row)})


def handoffs(page: Page[Handoff]) -> HandoffList:
    """Return a page of packages."""
    return HandoffList(
        items=[handoff(row) for row in page.items],
        total=page.total,
        responders=settings.HUNTLINE_RESPONDERS,
        key_url=key_url(),
    )


def _fields(row: Handoff) -> dict[str, object]:
    return {
        "id": row.pk,
        "subject_kind": row.subject_kind,
        "subject_id": row.subject_id,
        "subject_title": row.subject_title,
        "parts": row.parts,
        "language": row.language,
        "recipient_name": row.recipient_name,
        "recipient_organization": row.recipient_organization,
        "recipient_email": row.recipient_email,
        "made_by": row.made_by,
        "created": row.created,
        "state": row.state,
        "ready": row.ready,
        "expires": row.expires,
        "can_be_opened": row.can_be_opened(now()),
        "size": row.size,
        "sha256": row.sha256 or None,
        "fingerprint": row.fingerprint or None,
        "contents": [FileOut(name=name, size=size, sha256=sha256) for name, size, sha256 in row.contents],
        "not_made": [name for name, _ in row.not_made],
        "error_code": row.error_code or None,
        "withdrawn": row.withdrawn,
        "withdrawn_by": row.withdrawn_by or None,
        "receipts": [ReceiptOut.from_orm(receipt) for receipt in row.receipts.all()],
    }
