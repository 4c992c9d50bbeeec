"""The mail server: its address from HUNTLINE_EMAIL_URL, and one conversation with it by SMTP."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from huntline.delivery.errors import MailServerInvalid
from huntline.delivery.models import AttemptOutcome

# Seconds that a step of the conversation may take. The lease of a mail is far longer (see `post.LEASE`).
TIMEOUT: Final = 30.0
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
    """What the server said to a mail, or why there is no answer. `code` is SMTP's, where there was one."""

    outcome: AttemptOutcome
    code: int | None
    text: str


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
                return _explained(error, AttemptOutcome.UNREACHABLE)
            try:
                refusal = _envelope(smtp, sender, recipient)
            except (OSError, smtplib.SMTPException) as error:
                self._close()
                if not fresh:
                    continue  # a connection that had lain idle was closed by the server: once more on a new one
                return _explained(error, AttemptOutcome.DEFERRED)
            if refusal is not None:
                self._reset(refusal.code)
                return refusal
            break
        if not still_ours():
            self._reset(None)
            return None
        try:
            code, said = smtp.data(message)
        except smtplib.SMTPDataError as error:
            code, said = error.smtp_code, _bytes(error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            return _explained(error, AttemptOutcome.DEFERRED)
        if code != 250:
            self._reset(code)
        return _answer(code, said)

    def _open(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        if server.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, self._hello, timeout=server.timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self._hello, timeout=server.timeout)
        self._smtp = smtp
        smtp.ehlo_or_helo_if_needed()
        # Without +tls: encrypt where it is offered and a password must cross; `smtp+tls` insists, and fails where it is not.
        offered = bool(server.user) and smtp.has_extn("starttls")
        if server.security is Security.STARTTLS or (server.security is Security.OPPORTUNISTIC and offered):
            smtp.starttls(context=context)
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


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> Answer | None:
    """Say from whom and to whom; return the answer when it is a refusal."""
    code, said = smtp.mail(sender)
    if code < 400:
        code, said = smtp.rcpt(recipient)
    return _answer(code, said) if code >= 400 else None


def _answer(code: int, said: bytes) -> Answer:
    outcome = (
        AttemptOutcome.ACCEPTED if code < 400 else AttemptOutcome.DEFERRED if code < 500 else AttemptOutcome.REFUSED
    )
    return Answer(outcome, code, said.decode("utf-8", "replace")[:2000])


def _explained(error: Exception, outcome: AttemptOutcome) -> Answer:
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer(outcome, error.smtp_code, _bytes(error.smtp_error).decode("utf-8", "replace")[:2000])
    return Answer(outcome, None, f"{type(error).__name__}: {error}"[:2000])


def _bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said
