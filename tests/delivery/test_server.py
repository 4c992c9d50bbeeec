"""The mail server's address, and the safety of the connection."""

import datetime as dt
import ipaddress
import ssl

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from huntline.delivery.errors import MailServerInvalid
from huntline.delivery.models import AttemptOutcome
from huntline.delivery.server import Conversation, Security, server_from
from mail_servers import smtp_server

MESSAGE = b"Subject: x\r\n\r\nHello.\r\n"


class TestServerFrom:
    @pytest.mark.parametrize(
        ("url", "host", "port", "security", "user", "password"),
        [
            ("smtp://mail.example", "mail.example", 25, Security.OPPORTUNISTIC, "", ""),
            ("smtp+tls://u:p@mail.example", "mail.example", 587, Security.STARTTLS, "u", "p"),
            ("smtp+ssl://u%40x:p%2F%3A@mail.example:4650", "mail.example", 4650, Security.TLS, "u@x", "p/:"),
            ("smtp://[::1]:2525", "::1", 2525, Security.OPPORTUNISTIC, "", ""),
        ],
    )
    def test_reads_the_setting(self, url, host, port, security, user, password):
        server = server_from(url)
        assert (server.host, server.port, server.security) == (host, port, security)
        assert (server.user, server.password) == (user, password)

    def test_no_setting_is_no_server(self):
        assert server_from("") is None

    @pytest.mark.parametrize(
        "url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail:port", "smtp://mail:99999"]
    )
    def test_refuses_what_names_no_server(self, url):
        with pytest.raises(MailServerInvalid):
            server_from(url)

    def test_never_shows_the_password(self):
        server = server_from("smtp+tls://user:s3cret@mail.example")
        assert "s3cret" not in f"{server} {server!r}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost that is its own authority; (certificate, key) files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, private


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def hand_over(url):
    with Conversation(server_from(url, timeout=5), "localhost") as conversation:
        return conversation.hand_over("a@x.example", "b@y.example", MESSAGE, still_ours=lambda: True)


def check_password(server, session, envelope, mechanism, data):
    # handled=False: aiosmtpd itself answers 535.
    return AuthResult(success=(data.login, data.password) == (b"relay", b"s3cret"), handled=False)


class TestTls:
    def test_starttls_with_a_trusted_certificate(self, mailbox, tls, certificate, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        with smtp_server(mailbox, tls_context=tls, require_starttls=True) as port:
            assert hand_over(f"smtp+tls://127.0.0.1:{port}").outcome == AttemptOutcome.ACCEPTED
        assert len(mailbox.taken) == 1

    def test_a_certificate_that_nobody_vouches_for_is_not_trusted(self, mailbox, tls):
        with smtp_server(mailbox, tls_context=tls) as port:
            answer = hand_over(f"smtp+tls://127.0.0.1:{port}")
        assert answer.outcome == AttemptOutcome.UNREACHABLE
        assert "CERTIFICATE_VERIFY_FAILED" in answer.text
        assert mailbox.taken == []

    def test_tls_that_is_demanded_and_not_offered_sends_nothing(self, mailbox):
        with smtp_server(mailbox) as port:
            assert hand_over(f"smtp+tls://127.0.0.1:{port}").outcome == AttemptOutcome.UNREACHABLE
        assert mailbox.taken == []

    def test_a_password_goes_encrypted_where_that_is_offered(self, mailbox, tls, certificate, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        with smtp_server(mailbox, tls_context=tls, authenticator=check_password, auth_required=True) as port:
            assert hand_over(f"smtp://relay:s3cret@127.0.0.1:{port}").outcome == AttemptOutcome.ACCEPTED

    def test_a_password_never_crosses_a_network_readable(self, mailbox, monkeypatch):
        monkeypatch.setattr("huntline.delivery.server._LOOPBACK", frozenset())
        options = {"authenticator": check_password, "auth_require_tls": False}
        with smtp_server(mailbox, **options) as port:
            answer = hand_over(f"smtp://relay:s3cret@127.0.0.1:{port}")
        assert answer.outcome == AttemptOutcome.UNREACHABLE
        assert "readable" in answer.text

    def test_a_wrong_password_is_no_fault_of_the_mail(self, mailbox):
        options = {"authenticator": check_password, "auth_require_tls": False}
        with smtp_server(mailbox, **options) as port:
            answer = hand_over(f"smtp://relay:wrong@127.0.0.1:{port}")
        assert (answer.outcome, answer.code) == (AttemptOutcome.UNREACHABLE, 535)
