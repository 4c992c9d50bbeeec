"""HTTPS by the server itself: with a certificate and its key, without a proxy in front."""

import socket
import ssl
from pathlib import Path
from typing import Any, Final

from cheroot.errors import FatalSSLAlert
from cheroot.makefile import MakeFile
from cheroot.ssl import Adapter

_ENVIRON: Final = {"wsgi.url_scheme": "https", "HTTPS": "on"}


class TlsNotPossible(Exception):
    """The certificate or its key cannot be used; the text says which file, and why."""


class Tls(Adapter):
    """Makes connections of the server speak TLS 1.2 or 1.3.

    The two sides greet each other in the thread that serves the connection and within its patience (`web.patience`). cheroot's own
    adapter greets in the thread that accepts connections: there a client that says nothing keeps all others waiting.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        """Read a chain of certificates, the server's own first, and its key, both PEM. Raises TlsNotPossible."""
        self.certificate, self.key = certificate, key
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.set_alpn_protocols(["http/1.1"])
        self.load()

    def load(self) -> None:
        """Read the files again; connections from now on show the new certificate. Raises TlsNotPossible."""
        for file in (self.certificate, self.key):
            try:
                file.read_bytes()
            except OSError as error:
                raise TlsNotPossible(f"cannot read {file}: {error.strerror}") from error
        try:
            # Without a password: nobody sits before the server to type one.
            self.context.load_cert_chain(self.certificate, self.key, password="")
        except (ssl.SSLError, ValueError) as error:
            raise TlsNotPossible(
                f"{self.certificate} and {self.key} are no certificate (PEM) with its key, without a password: {error}"
            ) from error

    def bind(self, sock: socket.socket) -> socket.socket:
        """Return the listening socket as it is."""
        return sock

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        """Return the connection, which has not greeted yet, and what the application learns of it."""
        try:
            return self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), dict(_ENVIRON)
        except OSError as error:  # it was closed meanwhile
            raise FatalSSLAlert(*error.args) from error

    def get_environ(self) -> dict[str, str]:
        """Return what the application learns of a connection."""
        return dict(_ENVIRON)

    def makefile(self, sock: Any, mode: str = "r", bufsize: int = -1) -> Any:
        """Return a file over the connection; `PatientConnection` makes its own."""
        return MakeFile(sock, mode, bufsize)
