"""Read a mail that comes in: who wrote it, what is new in it, what is attached. Nothing of it is ever shown as HTML or run."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart
from email.utils import parseaddr
from typing import Final

from bs4 import BeautifulSoup
from mailparser_reply import EmailReplyParser

# Stands at the head of what we send; what is below it in a reply is what we had written.
_ABOVE: Final = re.compile(r"^[>\s]*=====.*\((TE-[A-Z0-9]+)\)\s*=====", re.MULTILINE)
# The line by which a mail program says whom it quotes, in whatever language: it names a year or an address, and ends with a colon.
_ATTRIBUTION: Final = re.compile(r"\n[^\n]*(?:\d{4}|@)[^\n]*(?:\n[^\n]+)?[:：]\s*\Z")
_QUOTED: Final = EmailReplyParser(languages=["en", "ko", "ja"])
_AUTOMATIC: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
MOST_ATTACHMENTS: Final = 50


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail, as it was named."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that came in.

    `origin` is its Message-ID, or the hash of its bytes where it has none. `automatic` says why no person wrote it, empty for a person's.
    """

    origin: str
    sender: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...]
    automatic: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a server reports of a mail of ours (RFC 3464): the action (`failed`, `delayed`, ...), the status, what the server said."""

    action: str
    status: str
    diagnostic: str


def read(raw: bytes) -> Arrived:
    """Return what is in a mail. Whatever is broken in it is read as well as it can be; nothing is raised."""
    message = message_from_bytes(raw, policy=policy.default)
    origin = str(message.get("Message-ID", "")).strip()[:900]
    return Arrived(
        origin=origin or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        sender=parseaddr(str(message.get("From", "")))[1][:254],
        subject=" ".join(str(message.get("Subject", "")).split())[:500],
        text=_new_text(_body(message)),
        attachments=tuple(_attachments(message)),
        automatic=_automatic(message),
    )


def read_report(raw: bytes) -> Report | None:
    """Return what a delivery report says, or None for a mail that is none."""
    message = message_from_bytes(raw, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and block.get("Action"):
                return Report(
                    str(block["Action"]).strip().lower()[:40],
                    str(block.get("Status", "")).strip()[:40],
                    " ".join(str(block.get("Diagnostic-Code", "")).split())[:1000],
                )
    return None


def _automatic(message: EmailMessage) -> str:
    """Say by which mark no person wrote this mail (RFC 3834, 5), so that nothing answers it; empty for a person's."""
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if submitted != "no":
        return f"Auto-Submitted: {submitted}"
    if str(message.get("Precedence", "")).strip().lower() in _AUTOMATIC:
        return f"Precedence: {message['Precedence']}"
    if message.get("X-Auto-Response-Suppress") and message.get("X-Autoreply"):
        return "X-Autoreply"
    if message.get_content_type() == "multipart/report":
        return "multipart/report"
    if str(message.get("Return-Path", "x")).strip() == "<>":
        return "empty Return-Path"
    return ""


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    if part is not None:
        return _content(part)
    part = message.get_body(("html",))
    if part is None:
        return ""
    soup = BeautifulSoup(_content(part), "html.parser")
    for unseen in soup(["script", "style", "head", "template"]):
        unseen.decompose()
    for quote in soup.select("blockquote, .gmail_quote"):
        quote.decompose()
    for line in soup(["br", "p", "div", "tr", "li"]):
        line.append("\n")
    return soup.get_text()


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError, ValueError, KeyError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _new_text(body: str) -> str:
    """Return what the writer wrote, without what they quote of us."""
    text = body.replace("\r\n", "\n").replace("\0", "")
    if above := _ABOVE.search(text):
        text = _ATTRIBUTION.sub("", text[: above.start()])
    # An answer below the quote, or between its lines, is all that there is: then the whole is kept.
    latest = _QUOTED.parse_reply(text) or ""
    return (latest if latest.strip() else body).strip()


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    bodies = {id(part) for kind in ("plain", "html") if (part := message.get_body((kind,))) is not None}
    count = 0
    for part in message.walk():
        if part.is_multipart() and part.get_content_maintype() != "message":
            continue
        name = part.get_filename()
        if id(part) in bodies or (not name and part.get_content_disposition() != "attachment"):
            continue
        content = part.as_bytes() if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(content, bytes) and content and count < MOST_ATTACHMENTS:
            count += 1
            yield Attachment(str(name or "attachment")[:255], content)
