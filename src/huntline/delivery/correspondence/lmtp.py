"""The LMTP door: the provider's own mail server hands over what comes to the address of the cases (RFC 2033).

The server gets its answer for each recipient after the mail is kept; at 4xx it keeps the mail and comes again.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections

from huntline.delivery.correspondence.inbound import LARGEST, check_recipient, take_mail
from huntline.delivery.errors import InboundUnknown, ReplyAddressForged
from huntline.kernel import HuntlineError

log = structlog.get_logger(__name__)
MOST_RECIPIENTS: Final = 100


class Door:
    """What aiosmtpd asks: whether it takes a recipient, and what becomes of a text."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Sequence[str]
    ) -> str:
        """Refuse an address that is not ours before the text comes."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            check_recipient(address)
        except ReplyAddressForged:
            return "550 5.1.1 There is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the mail for each recipient, and answer for each."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        answers = [await asyncio.to_thread(_take, raw, recipient) for recipient in envelope.rcpt_tos]
        return "\r\n".join(answers)


def _take(raw: bytes, recipient: str) -> str:
    close_old_connections()
    try:
        taken = take_mail(raw, recipient)
    except (ReplyAddressForged, InboundUnknown):
        return "550 5.1.1 There is no such case"
    except HuntlineError as error:
        return f"451 4.3.0 {error.code}"
    except Exception:
        log.exception("mail_not_taken", recipient=recipient)
        return "451 4.3.0 Come again"
    finally:
        close_old_connections()
    return f"250 2.0.0 {taken.outcome}"


class LongLines(LMTP):
    """LMTP that takes lines of any length: what the provider's own mail server let in is not refused for its form."""

    line_length_limit = 2**20


class LmtpController(Controller):
    """Serves the door in a thread of its own."""

    def factory(self) -> Any:
        """Return the protocol of one connection."""
        return LongLines(self.handler, data_size_limit=LARGEST, enable_SMTPUTF8=True, timeout=120, ident="Huntline")


def open_door(address: str) -> LmtpController:
    """Listen at `host:port` until `stop()`. Raises OSError where that is not possible."""
    host, _, port = address.rpartition(":")
    door = LmtpController(Door(), hostname=host.strip("[]"), port=int(port))
    door.start()
    return door
