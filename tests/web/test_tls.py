"""HTTPS by the server itself, at a real server of few threads and with a throw-away authority."""

import socket
import ssl
import threading
import time

import httpx
import pytest
import trustme

from huntline.web import patience
from huntline.web.patience import PatientServer
from huntline.web.tls import Tls, TlsNotPossible

THREADS = 4
LARGE = 8 * 1024 * 1024


def application(environ, start_response):
    if environ["PATH_INFO"] == "/large":
        body = b"x" * LARGE
    elif environ["PATH_INFO"] == "/read":
        body = str(len(environ["wsgi.input"].read())).encode()
    else:
        body = f"{environ['wsgi.url_scheme']} {environ.get('HTTPS')}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def issue(authority, folder, name="localhost"):
    """Return the files of a new certificate and its key."""
    leaf = authority.issue_cert(name, "127.0.0.1")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    key.write_bytes(leaf.private_key_pem.bytes())
    return certificate, key


@pytest.fixture
def tls(authority, tmp_path):
    return Tls(*issue(authority, tmp_path))


@pytest.fixture
def server(monkeypatch, tls):
    monkeypatch.setattr(patience, "HEAD_SECONDS", 2.0)
    served = PatientServer(
        ("127.0.0.1", 0), application, numthreads=THREADS, largest_body=LARGE, timeout=20, shutdown_timeout=1
    )
    served.ssl_adapter = tls
    served.prepare()
    thread = threading.Thread(target=served.serve)
    thread.start()
    yield served
    served.stop()
    thread.join()


@pytest.fixture
def trusting(authority) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def url(server) -> str:
    return "https://{}:{}".format(*server.bind_addr)


class TestHttps:
    def test_the_application_knows_the_scheme_and_the_connection_is_kept(self, server, trusting):
        with httpx.Client(verify=trusting, base_url=url(server)) as client:
            for _ in range(3):
                assert client.get("/").text == "https on"

    def test_large_bodies_in_both_directions(self, server, trusting):
        with httpx.Client(verify=trusting, base_url=url(server), timeout=30) as client:
            assert client.get("/large").content == b"x" * LARGE
            assert client.post("/read", content=b"y" * LARGE).text == str(LARGE)

    def test_two_requests_in_one_record(self, server, trusting):
        """What TLS has unpacked is not seen by the system's own waiting, and is answered all the same."""
        one = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        with (
            socket.create_connection(server.bind_addr, timeout=5) as raw,
            trusting.wrap_socket(raw, server_hostname="localhost") as connection,
        ):
            connection.sendall(one + one)
            answer = b""
            while answer.count(b"https on") < 2:
                part = connection.recv(4096)
                assert part, answer
                answer += part

    @pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
    def test_an_old_protocol_is_refused(self, server, trusting):
        trusting.minimum_version = ssl.TLSVersion.TLSv1
        trusting.maximum_version = ssl.TLSVersion.TLSv1_1
        trusting.set_ciphers("ALL:@SECLEVEL=0")
        with (
            socket.create_connection(server.bind_addr, timeout=5) as raw,
            pytest.raises(OSError, match=r"(?i)protocol|alert|reset|eof"),
        ):
            trusting.wrap_socket(raw, server_hostname="localhost")

    def test_plain_http_is_told_what_is_spoken_here(self, server):
        answer = httpx.get(url(server).replace("https", "http"))
        assert (answer.status_code, answer.text) == (400, "This address speaks HTTPS. Begin it with https")

    def test_a_client_that_trusts_nobody_harms_nobody(self, server, trusting):
        for _ in range(THREADS * 2):
            with pytest.raises(httpx.ConnectError):
                httpx.get(url(server))
        assert httpx.get(url(server), verify=trusting).status_code == 200


class TestSilentClients:
    @pytest.mark.parametrize("said", [b"", b"\x16\x03\x01"])
    def test_greetings_that_do_not_come_keep_nobody_waiting(self, server, trusting, said):
        silent = [socket.create_connection(server.bind_addr) for _ in range(THREADS * 2)]
        for connection in silent:
            connection.sendall(said)
        try:
            began = time.monotonic()
            assert httpx.get(url(server), verify=trusting, timeout=10).status_code == 200
            assert time.monotonic() - began < 5
        finally:
            for connection in silent:
                connection.close()


class TestCertificate:
    def test_a_new_one_is_shown_after_it_was_read_again(self, server, authority, trusting, tls, tmp_path):
        before = ssl.get_server_certificate(server.bind_addr)
        issue(authority, tmp_path)
        assert ssl.get_server_certificate(server.bind_addr) == before
        tls.load()
        assert ssl.get_server_certificate(server.bind_addr) != before
        assert httpx.get(url(server), verify=trusting).status_code == 200

    def test_files_that_are_none(self, authority, tmp_path):
        certificate, key = issue(authority, tmp_path)
        with pytest.raises(TlsNotPossible, match=r"cannot read .*nothing\.pem"):
            Tls(tmp_path / "nothing.pem", key)
        with pytest.raises(TlsNotPossible, match="no certificate"):
            Tls(key, key)
        other = tmp_path / "other"
        other.mkdir()
        with pytest.raises(TlsNotPossible, match="no certificate"):
            Tls(certificate, issue(authority, other)[1])
