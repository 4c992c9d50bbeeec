"""A mail row as the text that goes over the wire (RFC 5322)."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from huntline.delivery.models import Mail


def message_of(mail: Mail) -> bytes:
    """Return the message: plain text, and HTML beside it where there is some; the same bytes at every attempt."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(mail.sender)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created)
    message["Message-ID"] = mail.message_id
    # Holiday replies and mailing lists leave it alone (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text, charset="utf-8", cte="base64")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="base64")
        # The boundary is random by default; a mail that is sent again shall be the same.
        message.set_boundary(f"=-{mail.pk.hex}")
    message["Content-Language"] = mail.language  # last: setting the content drops headers about the content
    return message.as_bytes()


def envelope_sender(mail: Mail) -> str:
    """Return the bare address of the sender."""
    return parseaddr(mail.sender)[1]
