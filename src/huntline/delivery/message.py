"""A mail row as the text that goes over the wire (RFC 5322).

Written line by line: the standard library's message objects parse and fold every header they are given, which takes longer than sending.
"""

import base64
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from typing import Final

from huntline.delivery.models import Mail
from huntline.delivery.signed_addresses import bounce_address

_LINE: Final = "\r\n"


def message_of(mail: Mail) -> bytes:
    """Return the message: plain text, and HTML beside it where there is some; the same bytes at every attempt.

    Raises ValueError for a row whose header would not be one line.
    """
    name, address = parseaddr(mail.sender)
    headers = [
        ("From", _mailbox(name, address)),
        ("To", mail.recipient),
        ("Subject", _words("Subject", mail.subject)),
        ("Date", format_datetime(mail.created)),
        ("Message-ID", mail.message_id),
        *_conversation(mail, address),
        # Holiday replies and mailing lists leave it alone (RFC 3834).
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        *_leaving(mail.leave_url),
        ("MIME-Version", "1.0"),
        ("Content-Language", mail.language),
    ]
    for field, value in headers:
        if any(not line.startswith(" ") for line in value.splitlines()[1:]) or "\0" in value:
            raise ValueError(f"{field} is more than one line.")
    plain = _part("plain", mail.text)
    if not mail.html:
        return _joined(*(f"{field}: {value}" for field, value in headers), plain).encode("ascii")
    # A mail that is sent again shall be the same, so nothing here is by chance.
    boundary = f"=-{mail.pk.hex}"
    headers.append(("Content-Type", f'multipart/alternative; boundary="{boundary}"'))
    lines = [f"{field}: {value}" for field, value in headers]
    parts = [f"--{boundary}{_LINE}{part}" for part in (plain, _part("html", mail.html))]
    return _joined(*lines, "", *parts, f"--{boundary}--", "").encode("ascii")


def envelope_sender(mail: Mail) -> str:
    """Return the address to which servers report: one for this mail alone where mail comes in, else the bare address of the sender."""
    return bounce_address(mail.pk) or parseaddr(mail.sender)[1]


def _conversation(mail: Mail, address: str) -> list[tuple[str, str]]:
    headers = [("Reply-To", mail.reply_to)] if mail.reply_to else []
    if mail.thread:
        # No mail bears this id. All of a thread name it, which is what puts them together in a mail program (RFC 5322, 3.6.4).
        root = f"<{mail.thread}@{address.rpartition('@')[2]}>"
        headers += [("In-Reply-To", root), ("References", root)]
    return headers


def _leaving(url: str) -> list[tuple[str, str]]:
    # RFC 8058: mail programs show a button, and post to the address when it is pressed.
    one_click = [("List-Unsubscribe", f"<{url}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]
    return one_click if url else []


def _joined(*lines: str) -> str:
    return _LINE.join(lines)


def _part(subtype: str, text: str) -> str:
    # Base64: every line is short, and no server on the way has a reason to touch the text. Lines of text end with CR LF (RFC 2046, 4.1.1).
    content = _LINE.join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    encoded = base64.encodebytes(content.encode("utf-8", "replace")).decode("ascii").replace("\n", _LINE)
    return _joined(f'Content-Type: text/{subtype}; charset="utf-8"', "Content-Transfer-Encoding: base64", "", encoded)


def _mailbox(name: str, address: str) -> str:
    return formataddr((name, address)) if name.isascii() else f"{_words('From', name)} <{address}>"


def _words(field: str, text: str) -> str:
    """Return the text of a header, folded; as encoded words (RFC 2047) where it is not plain ASCII or looks like them."""
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, header_name=field).encode(linesep=_LINE)
