"""The link to a package: a secret that opens it, derived when it is needed and stored nowhere; the table has its SHA-256 alone."""

import base64
import hashlib
import uuid
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from huntline.handoff.models import Handoff


KEY_PATH: Final = ".well-known/huntline-handoff.pub"


def key_url() -> str:
    """Return where the public key can be compared."""
    return f"{settings.HUNTLINE_PUBLIC_URL}/{KEY_PATH}"


def token_of(handoff_id: uuid.UUID, seed: uuid.UUID) -> str:
    """Return the secret of a package: 256 bits, safe in addresses."""
    mac = salted_hmac("huntline.handoff.link", f"{handoff_id}:{seed}", algorithm="sha256")
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


def digest_of(token: str) -> str:
    """Return what the table keeps of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def url_of(handoff: "Handoff") -> str:
    """Return the address that opens the package."""
    return f"{settings.HUNTLINE_PUBLIC_URL}/handoff/{token_of(handoff.pk, handoff.token_seed)}"
