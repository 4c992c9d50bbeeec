"""How a recipient leaves a rule without signing in: a signed link in every mail of it.

Mail programs offer it as one click (RFC 2369, RFC 8058). The link works for as long as the installation keeps its secret key.
"""

import uuid
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction

from huntline.audit.services import Actor, record
from huntline.delivery.errors import LinkInvalid
from huntline.delivery.models import RuleRecipient
from huntline.kernel import now

PATH: Final = "mail/unsubscribe"
_SALT: Final = "huntline.delivery.leaving"


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whom the link takes off what."""

    address: str
    rule: str
    language: str
    gone: bool


def leave_url(recipient_id: uuid.UUID) -> str:
    """Return the link that takes this recipient off its rule."""
    return f"{settings.HUNTLINE_PUBLIC_URL}/{PATH}/{_signer().sign(recipient_id.hex)}"


def who_leaves(token: str) -> Leaving:
    """Say what the link is for; nothing changes. Raises LinkInvalid."""
    return _leaving(_find(token))


@transaction.atomic
def leave(token: str) -> Leaving:
    """Take the recipient off the rule; twice is as once. Raises LinkInvalid."""
    row = _find(token, lock=True)
    if row.left is None:
        row.left = now()
        row.save(update_fields=["left"])
        record(
            "email_rule.recipient_left",
            actor=Actor("link", str(row.pk), row.address),
            tenant_id=row.tenant_id,
            object_type="email_rule",
            object_id=row.rule_id,
            detail={"address": row.address, "name": row.rule.name},
        )
    return _leaving(row)


def _find(token: str, *, lock: bool = False) -> RuleRecipient:
    try:
        key = uuid.UUID(hex=_signer().unsign(token))
    except (BadSignature, ValueError):
        raise LinkInvalid from None
    rows = RuleRecipient.objects.unscoped("the signed link names the recipient").select_related("rule")
    row = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=key).first()
    if row is None:
        raise LinkInvalid
    return row


def _leaving(row: RuleRecipient) -> Leaving:
    return Leaving(row.address, row.rule.name, row.rule.language, gone=row.left is not None)


def _signer() -> Signer:
    return Signer(salt=_SALT)
