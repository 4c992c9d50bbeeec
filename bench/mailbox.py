"""A mail server that remembers when which mail came in."""

import logging
import socket
import time

from aiosmtpd.smtp import SMTP, Envelope, Session

# It tells every command of every mail.
logging.getLogger("mail.log").setLevel(logging.WARNING)


class Mailbox:
    """A mail server's end: when which subject came in, as an aiosmtpd handler."""

    def __init__(self) -> None:
        self.came: list[tuple[float, str]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 - aiosmtpd's name and arguments
        """Take a mail."""
        head = bytes(envelope.content or b"").partition(b"\r\n\r\n")[0].decode("ascii", "replace")
        self.came.append((time.perf_counter(), head))
        return "250 2.0.0 taken"

    def times_of(self, title: str) -> list[float]:
        """Return when the mails about it came, the first first."""
        return sorted(at for at, head in self.came if title in head)


def free_port() -> int:
    """Return a port that nobody listens on; aiosmtpd takes no zero for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
