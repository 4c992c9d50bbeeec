"""For clients whose host names are fixed: a proxy of our own that leads those names to a server of ours, and refuses all others."""

import re
import socket
import threading
from contextlib import suppress
from typing import Self

_CONNECT = re.compile(rb"CONNECT ([^ :]+):(\d+) HTTP/1\.[01]\r\n")


class Interception:
    """A CONNECT proxy. `reached` and `refused` hold the names that clients asked for, in their order."""

    def __init__(self, hosts: frozenset[str], target: tuple[str, int]) -> None:
        self.hosts, self.target = hosts, target
        self.reached: list[str] = []
        self.refused: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(60)
            head = b""
            while b"\r\n\r\n" not in head:
                part = client.recv(4096)
                if not part:
                    return
                head += part
            asked = _CONNECT.match(head)
            name = asked[1].decode() if asked else head.split(b"\r\n", 1)[0].decode("latin-1")
            if name not in self.hosts:
                self.refused.append(name)
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            self.reached.append(name)
            with socket.create_connection(self.target, timeout=60) as server:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=_copy, args=(server, client), daemon=True)
                back.start()
                _copy(client, server)
                back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65536):
            sink.sendall(part)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
