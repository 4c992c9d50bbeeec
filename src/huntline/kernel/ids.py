"""Identifiers: UUIDv7 for rows (they sort by time of birth), short ids for what people read aloud."""

import secrets
import threading
import uuid

from huntline.kernel.clock import now

# Without letters and digits that are taken for one another (I, L, O, U, 0, 1).
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


# The millisecond of this process's latest id, and its 74 bits.
_latest = [0, 0]
_lock = threading.Lock()


def new_id() -> uuid.UUID:
    """Return a new UUIDv7 (RFC 9562, method 2): 48 bits of Unix milliseconds, then 74 random bits.

    Ids that a process makes within one millisecond sort in the order in which they were made.
    """
    milliseconds = int(now().timestamp() * 1000) & ((1 << 48) - 1)
    with _lock:
        is_same = milliseconds == _latest[0]
        # The first bit is left free, so that counting on from there does not run over.
        low = _latest[1] + 1 + secrets.randbits(32) if is_same else secrets.randbits(73)
        _latest[:] = milliseconds, low
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | (low >> 62) << 64 | 0x2 << 62 | low & ((1 << 62) - 1))


def short_id(length: int = 8) -> str:
    """Return `length` characters that people can read aloud without mistakes (39 bits in eight)."""
    return "".join(secrets.choice(_READABLE) for _ in range(length))
