"""The key: made once, whole or not at all, and refused when it is none."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from huntline.handoff import keys
from huntline.handoff.errors import HandoffKeyInvalid


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HUNTLINE_HOME = tmp_path
    keys._loaded.cache_clear()
    yield tmp_path
    keys._loaded.cache_clear()


def test_is_made_once_for_this_user_alone(home):
    first = keys.signer()
    keys._loaded.cache_clear()
    assert keys.signer().fingerprint == first.fingerprint
    assert stat.S_IMODE((home / "handoff.key").stat().st_mode) == 0o600
    assert [file.name for file in home.iterdir()] == ["handoff.key"]


def test_all_who_come_first_get_the_same(home):
    def fresh(_):
        return keys._loaded.__wrapped__(home / "handoff.key", make=True).fingerprint

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(fresh, range(8)))) == 1


def test_one_that_is_named_is_used_and_never_made(settings, home):
    settings.HUNTLINE_HANDOFF_KEY_FILE = str(home / "own.pem")
    with pytest.raises(HandoffKeyInvalid):
        keys.signer()
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (home / "own.pem").write_bytes(pem)
    assert keys.signer().fingerprint


@pytest.mark.parametrize("content", [b"", b"no key", "rsa", "password"])
def test_what_is_no_key_is_refused(settings, home, content):
    if content == "rsa":
        from cryptography.hazmat.primitives.asymmetric import rsa

        made = rsa.generate_private_key(65537, 2048)
        content = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    elif content == "password":
        made = Ed25519PrivateKey.generate()
        content = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    settings.HUNTLINE_HANDOFF_KEY_FILE = str(home / "own.pem")
    (home / "own.pem").write_bytes(content)
    with pytest.raises(HandoffKeyInvalid):
        keys.signer()
