"""How long the server waits for a client. A connection that was heard from holds a thread, and there are few of them.

cheroot alone waits for `timeout` seconds at every read and write, gives a thread to a connection before its first byte, and reads
bodies that nobody asked for into memory. Then as many clients as there are threads stop the service by sending nothing.
"""

import errno
import io
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final

from cheroot import wsgi
from cheroot.makefile import StreamReader, StreamWriter
from cheroot.server import ChunkedRFile, HTTPConnection, HTTPRequest, KnownLengthRFile

# Seconds for which a thread waits for a client in all: for the head of a request, for its body, while it takes the answer.
HEAD_SECONDS: Final = 10.0
BODY_SECONDS: Final = 30.0
# What a client sends or takes buys more of that time, up to what it was given at first.
LEAST_PACE: Final = 16 * 1024  # bytes a second
# While more than this part of the threads waits for clients, waiting costs more.
CROWDED: Final = 0.25
HASTE: Final = 5.0
LARGEST_HEAD: Final = 64 * 1024
# Where the system can tell that the other side sends no more (Linux), else only that the connection is broken.
_CLOSED: Final = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR
_LONGEST_LINE: Final = 1024
_DRAINED_AT_ONCE: Final = 64 * 1024
# TLS takes a piece as a whole or not at all, so pieces are small enough for the slowest pace; and what was sent is not copied again.
_SENT_AT_ONCE: Final = 64 * 1024
_SLASHES: Final = re.compile(rb"^([A-Z]{1,20} )/{2,}")
_HTTPS_ONLY: Final = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 46\r\nConnection: close\r\n\r\n"
    b"This address speaks HTTPS. Begin it with https"
)


class Crowd:
    """How many of the threads wait for clients now."""

    def __init__(self, threads: int) -> None:
        self._most = threads * CROWDED
        self._waiting = 0
        self._lock = threading.Lock()

    @contextmanager
    def one_more(self) -> Iterator[float]:
        """Count a thread that waits; yields how much each second of it costs."""
        with self._lock:
            self._waiting += 1
            cost = HASTE if self._waiting > self._most else 1.0
        try:
            yield cost
        finally:
            with self._lock:
                self._waiting -= 1


class PatientSocket(socket.SocketIO):
    """A socket's bytes in one direction, within the time that `grant` gives. Raises TimeoutError when it is used up."""

    def __init__(self, sock: socket.socket, mode: Any, crowd: Crowd) -> None:
        super().__init__(sock, mode)
        self._connection = sock
        self._crowd = crowd
        self._granted = self._left = HEAD_SECONDS

    def grant(self, seconds: float) -> None:
        """Give the client so many seconds."""
        self._granted = self._left = seconds

    def readinto(self, buffer: Any) -> int | None:
        """Read what comes."""
        with self.waiting():
            return self._passed(super().readinto(buffer))

    def write(self, data: Any) -> int | None:
        """Write what the client takes."""
        with self.waiting():
            return self._passed(super().write(data))

    @property
    def holds_more(self) -> bool:
        """Whether TLS has unpacked more than was read: the system no longer says so of the connection."""
        return isinstance(self._connection, ssl.SSLSocket) and self._connection.pending() > 0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let the block use what is left of the time. TLS's own errors become those of a connection without it."""
        with self._crowd.one_more() as cost:
            if self._left <= 0:
                raise TimeoutError("timed out")
            self._connection.settimeout(self._left / cost)
            began = time.monotonic()
            try:
                yield
            except TimeoutError as error:
                raise TimeoutError("timed out") from error  # cheroot knows it by this text
            except ssl.SSLError as error:
                raise ConnectionResetError(errno.ECONNRESET, str(error)) from error
            finally:
                self._left -= (time.monotonic() - began) * cost

    def _passed(self, count: int | None) -> int | None:
        self._left = min(self._granted, self._left + (count or 0) / LEAST_PACE)
        return count


class PatientReader(StreamReader):
    """cheroot's reader over such a socket."""

    def __init__(self, patience: PatientSocket, bufsize: int) -> None:
        self.patience = patience
        super(StreamReader, self).__init__(patience, bufsize)
        self.bytes_read = 0

    def has_data(self) -> bool:
        """Whether there is more to read without waiting."""
        return self.patience.holds_more or bool(super().has_data())  # type: ignore[no-untyped-call] # as below


class PatientWriter(StreamWriter):
    """cheroot's writer over such a socket."""

    def __init__(self, patience: PatientSocket, bufsize: int) -> None:
        self.patience = patience
        super(StreamWriter, self).__init__(patience, bufsize)
        self.bytes_written = 0

    _write_buf: bytearray

    def _flush_unlocked(self) -> None:
        if self.closed:
            raise ValueError("flush of closed file")
        waiting, self._write_buf = self._write_buf, bytearray()
        rest = memoryview(waiting)
        while rest:
            rest = rest[self.raw.write(rest[:_SENT_AT_ONCE]) or 0 :]


class PatientRequest(HTTPRequest):
    """A request that comes in time, and whose body does not outlive its answer."""

    def parse_request(self) -> None:
        """Read the head. Raises TimeoutError."""
        self.conn.rfile.patience.grant(HEAD_SECONDS)
        self.conn.wfile.patience.grant(BODY_SECONDS)
        super().parse_request()

    def read_request_line(self) -> bool:
        """Read the first line. A target that begins with several slashes is a path, and not the address of another host."""
        whole, self.rfile = self.rfile, _OneSlash(self.rfile)
        try:
            return bool(super().read_request_line())  # type: ignore[no-untyped-call] # as above
        finally:
            self.rfile = whole

    def respond(self) -> None:
        """Answer, as cheroot does; only the body is read through bounds. Raises TimeoutError."""
        self.conn.rfile.patience.grant(BODY_SECONDS)
        if self.chunked_read:
            self.rfile = ChunkedRFile(_ShortLines(self.conn.rfile), self.server.largest_body)
        else:
            self.rfile = KnownLengthRFile(self.conn.rfile, max(0, int(self.inheaders.get(b"Content-Length", 0))))
        self.server.gateway(self).respond()
        if self.ready:
            self.ensure_headers_sent()
        if self.chunked_write:
            self.conn.wfile.write(b"0\r\n\r\n")

    def send_headers(self) -> None:
        """Send the head of the answer. What is left of the body is passed over, or ends the connection.

        A rest that stayed in the connection would be taken for the next request: whoever wrote it could answer for others who share
        the connection of a proxy.
        """
        if self.chunked_read:
            self.close_connection = self.close_connection or not self.rfile.closed
        elif getattr(self.rfile, "remaining", 0) > self.server.largest_body:
            self.close_connection = True
        elif not self.close_connection:
            while self.rfile.remaining and self.rfile.read(_DRAINED_AT_ONCE):
                pass
        super().send_headers()


class PatientConnection(HTTPConnection):
    """A connection whose two directions are patient within bounds."""

    RequestHandlerClass = PatientRequest

    def __init__(self, server: Any, sock: socket.socket, makefile: Any = None) -> None:  # noqa: ARG002 - cheroot's signature
        super().__init__(server, sock, partial(_make_file, crowd=server.crowd))
        self.heard_from = False
        self._greeted = not isinstance(sock, ssl.SSLSocket)

    def communicate(self) -> bool:
        """Serve a request, and say whether the connection stays open. TLS begins here, in the time for the first head."""
        if not self._greeted and not self._greet():
            return False
        return bool(super().communicate())  # type: ignore[no-untyped-call] # cheroot's stubs leave it open

    def _greet(self) -> bool:
        self._greeted = True
        try:
            with self.rfile.patience.waiting():
                self.socket.do_handshake()
        except OSError as error:  # whoever it is does not speak our TLS, does not trust us, or has gone
            if getattr(error.__cause__, "reason", None) == "HTTP_REQUEST":
                with suppress(OSError):
                    socket.socket.sendall(self.socket, _HTTPS_ONLY)  # beneath TLS
            return False
        return True


class WatchfulGateway(wsgi.Gateway_10):
    """Tells the application how to learn that its client has gone, so that it may stop working for nobody."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override] # cheroot's stub says that it returns nothing
        """Return the WSGI environment with `huntline.gone`."""
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        environ["huntline.gone"] = partial(has_gone, self.req.conn.socket)
        return environ


def has_gone(connection: socket.socket) -> bool:
    """Say whether the other side has closed the connection; what it may have sent before is not read."""
    poll = select.poll()
    try:
        poll.register(connection, _CLOSED)
        return bool(poll.poll(0))
    except (OSError, ValueError):
        return True


class PatientServer(wsgi.Server):
    """cheroot's server with these bounds. `largest_body`: bytes of one request's body."""

    ConnectionClass = PatientConnection
    max_request_header_size = LARGEST_HEAD

    _connections: Any  # cheroot's manager of idle connections, made by `prepare`

    def __init__(
        self, address: tuple[str, int], application: Any, *, numthreads: int, largest_body: int, **more: Any
    ) -> None:
        super().__init__(address, application, numthreads=numthreads, **more)
        self.gateway = WatchfulGateway
        self.crowd = Crowd(numthreads)
        self.largest_body = largest_body

    def process_conn(self, conn: PatientConnection) -> None:
        """Give a thread to a connection that has something to say; a new one waits for its first byte beside those that are idle."""
        if conn.heard_from:
            super().process_conn(conn)
        else:
            conn.heard_from = True
            self._connections.put(conn)


class _OneSlash:
    """A stream of the lines of a head, whose first names its target."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readline(self, size: int | None = None) -> bytes:
        return _SLASHES.sub(rb"\1/", self._stream.readline(size))


class _ShortLines:
    """A stream whose lines are bounded: the lines of a chunked body hold a length and no more."""

    def __init__(self, stream: PatientReader) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        data: bytes = self._stream.read(size)  # type: ignore[no-untyped-call] # cheroot's stubs leave it open
        return data

    def readline(self) -> bytes:
        line: bytes = self._stream.readline(_LONGEST_LINE)
        return line


def _make_file(
    sock: socket.socket, mode: str = "r", bufsize: int = io.DEFAULT_BUFFER_SIZE, *, crowd: Crowd
) -> PatientReader | PatientWriter:
    """Return what cheroot's own MakeFile returns, over a patient socket."""
    patience = PatientSocket(sock, mode, crowd)
    return PatientReader(patience, bufsize) if "r" in mode else PatientWriter(patience, bufsize)
