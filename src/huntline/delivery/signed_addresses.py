"""Addresses that only we can have made: to reply to a case, and to report that a mail could not be delivered.

`cases@hunt.example` becomes `cases+r-te-8bpvdwmd-0-<signature>@hunt.example`. Who writes there is whom we wrote to, or somebody they showed
the mail to; without the installation's secret key nobody makes an address of another case, or of another reader.
"""

import base64
import re
import uuid
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from huntline.delivery.errors import ReplyAddressForged

_SALT: Final = "huntline.delivery.correspondence"
# A hundred bits: nobody guesses them through a mail server, and the local part stays below the 64 characters that it may have.
_SIGNATURE: Final = 20
_REPLY: Final = re.compile(r"r-(te-[a-z0-9]{4,16})-(\d{1,2})", re.ASCII)
_BOUNCE: Final = re.compile(r"b-([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class CaseReply:
    """A reply to a case; `place` says to whom we had written: 0 to the one who asked, 1 and above to a contact."""

    number: str
    place: int


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report about a mail of ours that could not be delivered."""

    mail_id: uuid.UUID


def reply_address(number: str, place: int) -> str:
    """Return the address for replies to a case, or an empty text where no mail comes in."""
    return _address(f"r-{number.lower()}-{place}")


def bounce_address(mail_id: uuid.UUID) -> str:
    """Return the address for reports about a mail, or an empty text where no mail comes in."""
    return _address(f"b-{mail_id.hex}")


def read_address(address: str) -> CaseReply | Bounce:
    """Return what an address of ours is for. Raises ReplyAddressForged."""
    local, _, domain = settings.HUNTLINE_INBOUND_ADDRESS.lower().rpartition("@")
    given, _, given_domain = address.lower().strip().rpartition("@")
    head, plus, tail = given.partition("+")
    what, _, signature = tail.rpartition("-")
    if not plus or (head, given_domain) != (local, domain) or not constant_time_compare(signature, _signed(what)):
        raise ReplyAddressForged(address)
    if match := _REPLY.fullmatch(what):
        return CaseReply(match[1].upper(), int(match[2]))
    if match := _BOUNCE.fullmatch(what):
        return Bounce(uuid.UUID(hex=match[1]))
    raise ReplyAddressForged(address)


def _address(what: str) -> str:
    local, _, domain = settings.HUNTLINE_INBOUND_ADDRESS.rpartition("@")
    return f"{local}+{what}-{_signed(what)}@{domain}" if local else ""


def _signed(what: str) -> str:
    digest = salted_hmac(_SALT, what, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:_SIGNATURE]
