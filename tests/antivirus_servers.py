"""A server that speaks clamd's protocol: it takes streams and finds what EICAR's test file is found by."""

import socketserver
import threading
from contextlib import contextmanager

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.BaseRequestHandler):
    """One command for each connection, ended by a zero byte, as `zCOMMAND`."""

    def handle(self):
        command = b""
        while not command.endswith(b"\0"):
            command += self.request.recv(1)
        if command == b"zVERSION\0":
            self.request.sendall(b"ClamAV 1.4.3/27700/Mon Nov 16 08:00:00 2026\0")
        elif command == b"zINSTREAM\0":
            self.stream()

    def stream(self):
        taken = b""
        while length := int.from_bytes(self.exactly(4), "big"):
            taken += self.exactly(length)
            if len(taken) > self.server.most:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(taken)
        self.request.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in taken else self.server.answer)

    def exactly(self, count):
        taken = b""
        while len(taken) < count:
            chunk = self.request.recv(count - len(taken))
            if not chunk:
                raise ConnectionError
            taken += chunk
        return taken


class Listening:
    """What a test may change and read: the largest stream, the answer for a clean one, and what came."""

    most = 2**40
    answer = b"stream: OK\0"
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """Say nothing of a client that hung up."""


class TcpServer(Listening, socketserver.ThreadingTCPServer):
    """Over TCP."""


class UnixServer(Listening, socketserver.ThreadingUnixStreamServer):
    """Over a local socket."""


@contextmanager
def clamd(kind=TcpServer, address=("127.0.0.1", 0)):
    with kind(address, Clamd) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()
