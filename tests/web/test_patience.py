"""Clients that are slow, silent or endless, at a real server of few threads."""

import socket
import threading
import time

import httpx
import pytest

from huntline.web import patience
from huntline.web.patience import PatientServer

THREADS = 4
LARGEST = 1024 * 1024
LEFT = []  # what the application heard of clients that it waited for


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/wait":
        until = time.monotonic() + 10
        while time.monotonic() < until and not environ["huntline.gone"]():
            time.sleep(0.05)
        LEFT.append(environ["huntline.gone"]())
    if path == "/large":
        start_response("200 OK", [])
        return [b"x" * 65536] * 320
    if path == "/read":
        try:
            body = environ["wsgi.input"].read()
        except OSError:
            body = b"too large"
        start_response("200 OK", [])
        return [str(len(body)).encode()]
    start_response("401 Unauthorized" if path == "/refuse" else "200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(patience, "HEAD_SECONDS", 2.0)
    monkeypatch.setattr(patience, "BODY_SECONDS", 2.0)
    served = PatientServer(
        ("127.0.0.1", 0), application, numthreads=THREADS, largest_body=LARGEST, timeout=20, shutdown_timeout=1
    )
    served.prepare()
    thread = threading.Thread(target=served.serve)
    thread.start()
    yield served
    served.stop()
    thread.join()


@pytest.fixture
def connect(server):
    opened = []

    def connected(*said: bytes) -> socket.socket:
        opened.append(socket.create_connection(server.bind_addr, timeout=15))
        for part in said:
            opened[-1].sendall(part)
        return opened[-1]

    yield connected
    for connection in opened:
        connection.close()


def url(server) -> str:
    return "http://{}:{}".format(*server.bind_addr)


def until_closed(connection: socket.socket) -> bytes:
    """Return all that comes until the server closes."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


class TestSlowClients:
    @pytest.mark.parametrize(
        "said",
        [
            b"",
            b"GET / HT",
            b"GET / HTTP/1.1\r\nHost: x\r\n",
            b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na",
        ],
    )
    def test_do_not_stop_the_service(self, server, connect, said):
        for _ in range(5 * THREADS):
            connect(said)
        began = time.monotonic()
        assert httpx.get(url(server), timeout=15).text == "ok"
        assert time.monotonic() - began < 8

    def test_a_byte_now_and_then_buys_no_time(self, connect):
        connection = connect(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT011 - closed or reset, as it comes
            while time.monotonic() - began < 10:
                connection.sendall(b"X")
                time.sleep(0.1)
        assert time.monotonic() - began < 5

    def test_who_does_not_take_the_answer_is_let_go(self, server, connect):
        for _ in range(THREADS):
            connect(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        assert httpx.get(url(server), timeout=15).text == "ok"

    def test_who_takes_it_gets_all(self, server):
        assert len(httpx.get(url(server) + "/large", timeout=15).content) == 320 * 65536

    def test_an_idle_connection_is_used_again(self, server):
        with httpx.Client(base_url=url(server)) as client:
            assert [client.get("/").text for _ in range(3)] == ["ok"] * 3


class TestTargets:
    def test_several_slashes_at_the_beginning_are_one(self, server):
        assert httpx.get(url(server) + "//read", timeout=15).text == "0"

    def test_another_host_is_refused(self, connect):
        connection = connect(b"GET http://other.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert until_closed(connection).startswith(b"HTTP/1.1 400")


class TestEndlessClients:
    def test_a_head_has_an_end(self, connect):
        connection = connect(b"GET / HTTP/1.1\r\nX: ")
        sent = 0
        with pytest.raises(OSError):  # noqa: PT011 - closed or reset, as it comes
            while sent < 1000 * patience.LARGEST_HEAD:
                sent += connection.send(b"a" * 4096)
        assert sent < 1000 * patience.LARGEST_HEAD

    def test_a_body_that_nobody_reads_is_passed_over(self, connect):
        connection = connect(b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", b"a" * 100_000)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answers = until_closed(connection)
        assert (answers.count(b"HTTP/1.1 401"), answers.count(b"HTTP/1.1 200")) == (1, 1)

    def test_a_body_without_measure_is_not_waited_for(self, connect):
        connection = connect(b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        began = time.monotonic()
        assert b"HTTP/1.1 401" in until_closed(connection)
        assert time.monotonic() - began < 1

    def test_a_body_of_less_than_nothing_is_none(self, connect):
        connection = connect(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\nConnection: close\r\n\r\n")
        assert b"\r\n1\r\n0\r\n" in until_closed(connection)

    def test_what_is_left_of_chunks_is_no_request(self, connect):
        hidden = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        head = b"POST /refuse HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection = connect(head + hidden + b"%x\r\n%s\r\n0\r\n\r\n" % (len(hidden), hidden))
        assert until_closed(connection).count(b"HTTP/1.1") == 1

    def test_chunks_are_read(self, server):
        assert httpx.post(url(server) + "/read", content=iter([b"abc", b"defg"])).text == "7"

    def test_a_chunk_without_measure_is_refused(self, connect):
        head = b"POST /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        connection = connect(head, b"fffffffff\r\nabc")
        assert b"\r\n1\r\n9\r\n" in until_closed(connection)  # the length of what the application says of it


class TestClientsThatLeave:
    def test_the_application_can_learn_of_it(self, connect):
        LEFT.clear()
        connect(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n").close()
        until = time.monotonic() + 8
        while not LEFT and time.monotonic() < until:
            time.sleep(0.05)
        assert LEFT == [True]

    def test_one_that_waits_is_there(self, connect):
        LEFT.clear()
        connection = connect(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)
        assert LEFT == []
        connection.close()
