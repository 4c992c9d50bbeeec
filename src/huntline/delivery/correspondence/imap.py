"""The IMAP door: fetch what lies in a mailbox, for a provider whose mail server hands nothing over.

A mail is marked as seen only after it is kept; one that dies in between is fetched again and known as the same.
"""

import threading
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessage

from huntline.delivery.correspondence.inbound import take_mail
from huntline.delivery.errors import InboundServerInvalid, InboundUnknown, ReplyAddressForged

log = structlog.get_logger(__name__)

TIMEOUT: Final = 30.0
BATCH: Final = 50
# Where a mail server writes the address that a mail came to, beside those that the writer named.
_RECIPIENTS: Final = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_SCHEMES: Final = {"imaps": (MailBox, 993), "imap+tls": (MailBoxStartTls, 143), "imap": (MailBoxUnencrypted, 143)}


def fetch_mail(stop: threading.Event | None = None) -> int:
    """Take every unseen mail of the mailbox that the settings name, and return how many were for us. Raises InboundServerInvalid."""
    if not settings.HUNTLINE_INBOUND_IMAP:
        return 0
    parts = urlsplit(settings.HUNTLINE_INBOUND_IMAP)
    if parts.scheme not in _SCHEMES or not parts.hostname or not parts.username:
        raise InboundServerInvalid
    kind, port = _SCHEMES[parts.scheme]
    taken = 0
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    box: BaseMailBox = kind(parts.hostname, parts.port or port, timeout=TIMEOUT)
    with box.login(unquote(parts.username), unquote(parts.password or ""), folder) as session:
        for message in session.fetch(AND(seen=False), mark_seen=False, limit=BATCH, bulk=False):
            if stop and stop.is_set():
                break
            taken += _take(message)
            session.flag(message.uid or "", r"\Seen", True)  # noqa: FBT003 - the library's own parameter
    return taken


def _take(message: MailMessage) -> int:
    raw = message.obj.as_bytes()
    kept = 0
    for address in dict.fromkeys(_addresses(message)):
        try:
            take_mail(raw, address)
        except (ReplyAddressForged, InboundUnknown) as refused:
            log.warning("mail_refused", code=refused.code, address=address)
        else:
            kept += 1
    return int(kept > 0)


def _addresses(message: MailMessage) -> list[str]:
    local, _, domain = settings.HUNTLINE_INBOUND_ADDRESS.lower().rpartition("@")
    found = []
    for name in _RECIPIENTS:
        for value in message.obj.get_all(name, []):
            words = str(value).replace("<", " ").replace(">", " ").replace(",", " ").lower().split()
            found += [word for word in words if word.startswith(f"{local}+") and word.endswith(f"@{domain}")]
    return found
