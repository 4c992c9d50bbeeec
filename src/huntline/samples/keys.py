"""The key of the installation, and the keys of samples, each wrapped with it.

The file has a key in each line (32 bytes, base64), the newest first: it wraps, the others still open what they have wrapped. It is made
once, where no setting names another, and belongs into the backup: without it no sample can be read.
"""

import base64
import binascii
import contextlib
import hashlib
import os
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from huntline.samples.errors import KeyUnavailable
from huntline.samples.sealing import KEY_SIZE

_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class SampleKey:
    """A sample's key, and how it is kept: `wrapped` by the installation's key that `key_id` names."""

    key: bytes
    wrapped: bytes
    key_id: str


def new_key(owner: uuid.UUID) -> SampleKey:
    """Return a new key for a sample. Raises KeyUnavailable."""
    key_id, master = next(iter(_masters().items()))
    key, nonce = secrets.token_bytes(KEY_SIZE), secrets.token_bytes(_NONCE)
    return SampleKey(key, nonce + AESGCM(master).encrypt(nonce, key, _bound(owner)), key_id)


def unwrap(owner: uuid.UUID, wrapped: bytes, key_id: str) -> bytes:
    """Return a sample's key. Raises KeyUnavailable, also for a key that was changed or belongs to another sample."""
    master = _masters().get(key_id)
    if master is None:
        raise KeyUnavailable(key_id)
    try:
        return AESGCM(master).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _bound(owner))
    except (InvalidTag, ValueError):
        raise KeyUnavailable(key_id) from None


def _bound(owner: uuid.UUID) -> bytes:
    return b"huntline sample key 1" + owner.bytes


def _masters() -> dict[str, bytes]:
    """Return the installation's keys by their ids, the newest first."""
    named = settings.HUNTLINE_SAMPLES_KEY_FILE
    path = Path(named) if named else settings.HUNTLINE_HOME / "samples.key"
    try:
        if not named and not path.exists():
            _make(path)
        lines = path.read_text().split()
        keys = [base64.b64decode(line, validate=True) for line in lines]
    except (OSError, UnicodeDecodeError, binascii.Error):
        raise KeyUnavailable from None
    if not keys or any(len(key) != KEY_SIZE for key in keys):
        raise KeyUnavailable
    return {hashlib.sha256(b"huntline key id" + key).hexdigest()[:16]: key for key in keys}


def _make(path: Path) -> None:
    """Make the file, whole or not at all: several processes may come here at once, and each may be killed."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with open(draft, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_SIZE)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
