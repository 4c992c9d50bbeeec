"""What may stand in a mail's header: addresses, and texts of one line."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from huntline.delivery.errors import AddressInvalid, HeaderInvalid


def checked_address(text: str) -> str:
    """Return the address as servers want it: the domain in lower case ASCII. Raises AddressInvalid.

    >>> checked_address("Mina@Aurora.Example")
    'Mina@aurora.example'
    """
    address = text.strip(" ")
    local, _, domain = address.rpartition("@")
    try:
        # Servers that take letters outside ASCII before the @ are rare, and a mail that is refused later helps nobody.
        address = f"{local.encode('ascii').decode()}@{domain.lower().encode('idna').decode('ascii')}"
        validate_email(address)
    except (UnicodeError, ValidationError):
        raise AddressInvalid(text) from None
    return address


def same_address(address: str) -> str:
    """Return what two spellings of one mailbox have in common: letters' case is no difference in practice."""
    return address.casefold()


def checked_line(text: str, field: str) -> str:
    """Return the text when it is one line without control characters. Raises HeaderInvalid.

    Line separators (U+2028, U+2029, U+0085) are refused too: some readers break lines there.
    """
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text):
        raise HeaderInvalid(field)
    return text


def folded(text: str) -> str:
    r"""Return the text on one line: every run of blanks and line breaks becomes one blank, other control characters vanish.

    >>> folded("Aurora\r\n Grid")
    'Aurora Grid'
    """
    line = " ".join(text.split())
    return "".join(character for character in line if unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"})
