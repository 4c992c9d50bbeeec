"""The mail server: its address from HUNTLINE_EMAIL_URL, and one conversation with it by SMTP."""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Final, Literal, Self
from urllib.parse import unquote, urlsplit

from huntline.delivery.errors import MailServerInvalid
from huntline.delivery.models import AttemptOutcome, Step

# Seconds that a step of the conversation may take. The lease of a mail is far longer (see `post.LEASE`).
TIMEOUT: Final = 30.0
_LEADING_DOT: Final = re.compile(rb"(?m)^\.")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Security(StrEnum):
    """How the connection is protected."""

    OPPORTUNISTIC = "smtp"
    STARTTLS = "smtp+tls"
    TLS = "smtp+ssl"


_PORTS: Final = {Security.OPPORTUNISTIC: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go. The password is never shown."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""
    timeout: float = TIMEOUT

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"MailServer({self.security}://{self})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said to a mail, or why there is no answer. `code` is SMTP's, where there was one; `step` is where it came."""

    outcome: AttemptOutcome
    code: int | None
    text: str
    step: Step | Literal[""] = ""


class NoTls(smtplib.SMTPException):
    """The password would cross the network readable."""


def server_from(url: str, *, timeout: float = TIMEOUT) -> MailServer | None:
    """Return the server that the setting names, or None for an empty one. Raises MailServerInvalid.

    >>> server_from("smtp+tls://relay:s%40fe@mail.example.org")
    MailServer(smtp+tls://mail.example.org:587)
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        security = Security(parts.scheme)
    except ValueError as error:
        raise MailServerInvalid(f"{error}.") from None
    if not parts.hostname:
        raise MailServerInvalid("it names no host.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port or _PORTS[security], security, user, password, timeout)


class Conversation:
    """Hands mails to one server over one connection, which it opens when needed and again after it broke.

    hello: the name by which we introduce ourselves.
    """

    def __init__(self, server: MailServer, hello: str) -> None:
        self._server = server
        self._hello = hello
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def hand_over(
        self, sender: str, recipient: str, message: bytes, *, still_ours: Callable[[], bool]
    ) -> Answer | None:
        """Hand one mail over and return the server's answer.

        still_ours: asked once, at the last moment before the text is sent; None is returned when it says no. Never raises for what
        a server or a network does.
        """
        while True:
            fresh = self._smtp is None
            try:
                smtp = self._smtp or self._open()
            except (OSError, smtplib.SMTPException) as error:
                self._close()
                return _explained(error, AttemptOutcome.UNREACHABLE, Step.CONNECT)
            step = Step.SENDER
            try:
                code, said = smtp.mail(sender)
                if _is_yes(code):
                    step = Step.RECIPIENT
                    code, said = smtp.rcpt(recipient)
            except (OSError, smtplib.SMTPException) as error:
                self._close()
                if not fresh:
                    continue  # a connection that had lain idle was closed by the server: once more on a new one
                return _explained(error, AttemptOutcome.DEFERRED, step)
            if code == 421 and not fresh:
                self._close()
                continue  # so many mails over one connection and no more
            if not _is_yes(code):
                self._reset(code)
                return _answer(code, said, step)
            break
        if not still_ours():
            self._reset(None)
            return None
        return self._say(smtp, message)

    def _say(self, smtp: smtplib.SMTP, message: bytes) -> Answer:
        """Send the text and return the answer.

        Until its last byte is sent, a break means that the server cannot have taken the mail; after that, nobody can know (RFC 5321, 6.1).
        """
        outcome = AttemptOutcome.DEFERRED
        try:
            code, said = smtp.docmd("DATA")
            if code < 400:
                if code != 354:
                    raise smtplib.SMTPDataError(code, said)
                # A line that begins with a dot gets another one (RFC 5321, 4.5.2); the message's lines end as they should.
                smtp.send(_LEADING_DOT.sub(b"..", message) + (b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n"))
                outcome = AttemptOutcome.UNANSWERED
                code, said = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            return _explained(error, outcome, Step.TEXT)
        if not _is_yes(code):
            self._reset(code)
        return _answer(code, said, Step.TEXT)

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, self._hello, timeout=server.timeout, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self._hello, timeout=server.timeout)
        self._smtp = smtp
        smtp.ehlo_or_helo_if_needed()
        # Without +tls: encrypt where it is offered and a password must cross; `smtp+tls` insists, and fails where it is not.
        offered = bool(server.user) and smtp.has_extn("starttls")
        if server.security is Security.STARTTLS or (server.security is Security.OPPORTUNISTIC and offered):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        elif server.security is Security.OPPORTUNISTIC and server.user and server.host not in _LOOPBACK:
            raise NoTls("The server offers no TLS, and the password would cross the network readable.")
        if server.user:
            smtp.login(server.user, server.password)
        return smtp

    def _reset(self, code: int | None) -> None:
        if self._smtp is None:
            return
        try:
            if code == 421:
                self._close()
            else:
                self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._close()

    def _close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()


def _is_yes(code: int) -> bool:
    return 200 <= code < 300


def _answer(code: int, said: bytes, step: Step) -> Answer:
    # What is no answer at all (smtplib says -1) or none that belongs here refuses nothing for good and accepts nothing.
    outcome = AttemptOutcome.DEFERRED
    if _is_yes(code):
        outcome = AttemptOutcome.ACCEPTED
    elif code >= 500:
        outcome = AttemptOutcome.REFUSED
    return Answer(outcome, code if code > 0 else None, said.decode("utf-8", "replace")[:2000], step)


def _explained(error: Exception, outcome: AttemptOutcome, step: Step) -> Answer:
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer(outcome, error.smtp_code, _bytes(error.smtp_error).decode("utf-8", "replace")[:2000], step)
    return Answer(outcome, None, f"{type(error).__name__}: {error}"[:2000], step)


def _bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said
