"""Seal and open the parts of a sample: AES-256-GCM, one message for each part, bound to its sample and its place.

A part is `MAGIC | nonce (12) | ciphertext | tag (16)`. What is bound (sample, number) is authenticated and not stored, so a part that was
changed, cut off, or put in the place of another does not open. How many parts there are, their sizes and the hash of the whole stand in
the database.
"""

import secrets
import uuid
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huntline.samples.errors import SampleDamaged

# What is in memory at once for each upload or download.
PART_SIZE: Final = 8 * 2**20
KEY_SIZE: Final = 32
MAGIC: Final = b"HLS1"
_NONCE: Final = 12
_TAG: Final = 16
OVERHEAD: Final = len(MAGIC) + _NONCE + _TAG


def seal(key: bytes, owner: uuid.UUID, number: int, content: bytes) -> bytes:
    """Return a part sealed with the sample's key of 32 bytes."""
    nonce = secrets.token_bytes(_NONCE)
    return MAGIC + nonce + AESGCM(key).encrypt(nonce, content, _bound(owner, number))


def unseal(key: bytes, owner: uuid.UUID, number: int, sealed: bytes) -> bytes:
    """Return the content of a part. Raises SampleDamaged, and then gives none of it."""
    head = len(MAGIC) + _NONCE
    if len(sealed) < OVERHEAD or not sealed.startswith(MAGIC):
        raise SampleDamaged
    try:
        return AESGCM(key).decrypt(sealed[len(MAGIC) : head], sealed[head:], _bound(owner, number))
    except InvalidTag:
        raise SampleDamaged from None


def _bound(owner: uuid.UUID, number: int) -> bytes:
    return b"huntline sample part 1" + owner.bytes + number.to_bytes(4, "big")
