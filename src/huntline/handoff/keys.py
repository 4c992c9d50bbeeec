"""The key that signs packages: made once, or named by a setting."""

import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from huntline.handoff.errors import HandoffKeyInvalid
from huntline.handoff.verifying import fingerprint_of


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs manifests. public_pem: the public key. fingerprint: SHA-256 over its DER form, in hex."""

    private: Ed25519PrivateKey
    public_pem: bytes
    fingerprint: str

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self.private.sign(message)


def signer() -> Signer:
    """Return the installation's signer. Raises HandoffKeyInvalid."""
    named = settings.HUNTLINE_HANDOFF_KEY_FILE
    file = Path(named) if named else Path(settings.HUNTLINE_HOME) / "handoff.key"
    return _loaded(file, make=not named)


@cache
def _loaded(file: Path, *, make: bool) -> Signer:
    if make and not file.exists():
        _make(file)
    try:
        private = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise HandoffKeyInvalid(str(file)) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise HandoffKeyInvalid(str(file))
    public = private.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Signer(private, pem, fingerprint_of(public))


def _make(file: Path) -> None:
    """Make a key. It appears under its name whole or not at all, and whoever is second finds that of the first."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    made = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with open(made, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as to:
        to.write(pem)
        to.flush()
        os.fsync(to.fileno())
    try:
        os.link(made, file)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
