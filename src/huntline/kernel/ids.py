"""Identifiers: UUIDv7 for rows (they sort by time of birth), short ids for what people read aloud."""

import secrets
import uuid

from huntline.kernel.clock import now

# Without letters and digits that are taken for one another (I, L, O, U, 0, 1).
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> uuid.UUID:
    """Return a new UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = int(now().timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def short_id(length: int = 8) -> str:
    """Return `length` characters that people can read aloud without mistakes (39 bits in eight)."""
    return "".join(secrets.choice(_READABLE) for _ in range(length))
