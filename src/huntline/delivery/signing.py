"""DKIM (RFC 6376): mails are signed with the key of the sender's domain where the settings name one."""

from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Final

import dkim
from django.conf import settings

from huntline.delivery.errors import SigningKeyInvalid

Sign = Callable[[bytes], bytes]

# RFC 8058 asks that the headers of one-click leaving are signed; the rest is what a reader sees.
_SIGNED: Final = (
    b"From", b"To", b"Subject", b"Date", b"Message-ID", b"MIME-Version", b"Content-Type", b"Content-Language", b"Auto-Submitted",
    b"List-Unsubscribe", b"List-Unsubscribe-Post", b"Reply-To", b"In-Reply-To", b"References",
)  # fmt: skip


def signer() -> Sign:
    """Return what signs a message, or what leaves it as it is without a key. Raises SigningKeyInvalid."""
    if not settings.HUNTLINE_DKIM_KEY_FILE:
        return lambda message: message
    selector = settings.HUNTLINE_DKIM_SELECTOR
    domain = settings.HUNTLINE_DKIM_DOMAIN or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if not selector or not domain:
        raise SigningKeyInvalid("HUNTLINE_DKIM_SELECTOR and a domain are needed too")
    try:
        key = Path(settings.HUNTLINE_DKIM_KEY_FILE).read_bytes()
    except OSError as error:
        raise SigningKeyInvalid(str(error)) from None

    def sign(message: bytes) -> bytes:
        head = b"\r\n" + message.partition(b"\r\n\r\n")[0].lower()
        present = [field for field in _SIGNED if b"\r\n" + field.lower() + b":" in head]
        header: bytes = dkim.sign(
            message,
            selector.encode(),
            domain.encode(),
            key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=present,
        )
        return header + message

    try:
        sign(b"From: a@b.example\r\n\r\nA key that cannot sign is found before any mail is touched.\r\n")
    except (dkim.DKIMException, ValueError) as error:
        raise SigningKeyInvalid(str(error) or type(error).__name__) from None
    return sign
