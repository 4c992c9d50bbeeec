"""DKIM: what arrives at the mail server verifies with the published key, headers of one-click leaving included."""

import base64
from collections.abc import Callable

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from huntline.delivery.errors import SigningKeyInvalid
from huntline.delivery.models import MailKind, MailState
from huntline.delivery.post import Draft, queue
from huntline.delivery.sending import send_due
from mail_servers import Mailbox, smtp_server

pytestmark = pytest.mark.django_db


class Verbatim(Mailbox):
    """Keeps the bytes as they came."""

    raw: bytes = b""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.raw = envelope.content
        return "250 taken"


@pytest.fixture
def published(tmp_path, settings) -> Callable[..., bytes]:
    """Give the settings a key and return what the DNS says."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    (tmp_path / "dkim.pem").write_bytes(pem)
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    settings.HUNTLINE_DKIM_KEY_FILE = str(tmp_path / "dkim.pem")
    settings.HUNTLINE_DKIM_SELECTOR = "hl2026"
    settings.DEFAULT_FROM_EMAIL = "Huntline <hunting@post.example>"

    def answer(name, timeout=5):
        assert name == b"hl2026._domainkey.post.example."
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    return answer


def send(settings):
    mailbox = Verbatim()
    with smtp_server(mailbox) as port:
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
        mail = queue(
            Draft(
                MailKind.TEST,
                "test:1",
                "mina@aurora.example",
                "ko",
                subject="표적 공격 알림 " * 12,
                text=".\n본문\n\n\n",
                html="<p>본문</p>",
                leave_url="https://hunt.example/mail/unsubscribe/a:b",
            )
        )
        send_due()
    return mail, mailbox.raw


def test_what_arrives_verifies(published, settings):
    _, raw = send(settings)
    assert dkim.verify(raw, dnsfunc=published)
    for field in (b"From: ", b"Subject: ", b"List-Unsubscribe: ", b"List-Unsubscribe-Post: "):
        changed = raw.replace(b"\r\n" + field, b"\r\n" + field + b"x", 1)
        assert changed != raw
        assert not dkim.verify(changed, dnsfunc=published)


def test_without_a_key_nothing_is_signed(settings):
    _, raw = send(settings)
    assert raw
    assert b"DKIM-Signature" not in raw


@pytest.mark.parametrize("content", [None, "no key"])
def test_a_key_that_cannot_sign_makes_mails_wait_instead_of_going_out_unsigned(published, settings, tmp_path, content):
    (tmp_path / "dkim.pem").unlink()
    if content:
        (tmp_path / "dkim.pem").write_text(content)
    with smtp_server(Mailbox()) as port:
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
        mail = queue(Draft(MailKind.TEST, "test:1", "mina@aurora.example", "en", subject="A test", text="Hello.\n"))
        with pytest.raises(SigningKeyInvalid):
            send_due()
    mail.refresh_from_db(from_queryset=type(mail).objects.unscoped("a test"))
    assert mail.state == MailState.QUEUED
