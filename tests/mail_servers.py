"""Real SMTP servers for tests (aiosmtpd on a free port), that accept, defer, refuse or break off as they are told."""

import socket
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Mailbox:
    """What a server took, and how it answers: the first entry of `script` each time, and 250 once it is empty.

    An entry is an answer such as "451 4.7.1 later" at `stage` (MAIL, RCPT or DATA), or "drop": break off without an answer,
    after the text has come in when the stage is DATA.
    """

    stage: str = "DATA"
    script: deque[str] = field(default_factory=deque)
    taken: list[EmailMessage] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    drop_on_quit: bool = False

    def _answer(self, stage, server):
        if stage != self.stage or not self.script:
            return None
        answer = self.script.popleft()
        if answer == "drop":
            server.transport.abort()
            return "250 never read"
        return answer

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802 - aiosmtpd's name
        envelope.mail_from = address
        return self._answer("MAIL", server) or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - as above
        answer = self._answer("RCPT", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as above
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.seen.append(message["Message-ID"])
        answer = self._answer("DATA", server)
        if answer is not None:
            return answer
        self.taken.append(message)
        return "250 2.0.0 taken"

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802 - as above
        if self.drop_on_quit:
            server.transport.abort()
        return "221 Bye"

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.taken]

    def text_of(self, index: int) -> str:
        return self.taken[index].get_body(("plain",)).get_content().replace("\r\n", "\n")

    def html_of(self, index: int) -> str:
        return self.taken[index].get_body(("html",)).get_content().replace("\r\n", "\n")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def smtp_server(mailbox: Mailbox, **options):
    """Serve the mailbox and yield its port. Options are those of aiosmtpd's SMTP."""

    class Served(Controller):
        def factory(self):
            return SMTP(self.handler, hostname="mail.test", **options)

    controller = Served(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
