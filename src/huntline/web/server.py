"""The server: one process for people, machines, commands and the work that is due.

It answers over HTTP, and over the local door for the commands of the same user. The embedded engine lives in this process, which is why
there is one.
"""

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import structlog
from cheroot import wsgi
from django.conf import settings
from django.core.management import call_command

from huntline.web.patience import PatientServer
from huntline.web.tls import Tls, TlsNotPossible

if TYPE_CHECKING:
    from huntline.delivery.correspondence.lmtp import LmtpController

log = structlog.get_logger(__name__)

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

# Longer than the longest pause between two blocks of a running hunt; a connection that says nothing for so long is closed.
IDLE_SECONDS = 120
MIB = 1024 * 1024


def door_of(home: Path) -> Path:
    """Return the path of the local door: a socket that only the user who runs the server can open."""
    return home / "door.sock"


def through_the_door(application: Application) -> Application:
    """Mark requests that came through the local door; nothing that a client sends can set this key (headers arrive as HTTP_…)."""

    def local(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("X_REMOTE_UID") != str(os.getuid()):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"This door is for the user who runs the server."]
        environ["huntline.local"] = True
        return application(environ, start_response)

    return local


def main() -> None:
    """Serve until SIGTERM or SIGINT: state and engine are brought up to date first. Exits 1 with a reason where that is not possible."""
    os.umask(0o077)  # what the server creates holds secrets and customers' data
    django.setup()
    from huntline.kernel import HuntlineError  # noqa: PLC0415 - Django must be set up before these
    from huntline.telemetry.engine import get_engine  # noqa: PLC0415
    from huntline.web.worker import Worker, forget_claims  # noqa: PLC0415
    from huntline.web.wsgi import application  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    try:
        engine = get_engine()
    except HuntlineError as error:
        sys.exit(f"huntline serve: {error.message}")
    if settings.HUNTLINE_ENGINE_DSN.startswith("chdb:"):
        # The engine's folder is open in this process, so no other is alive: what a dead one had in hand need not wait for its lease.
        forget_claims()
    door = door_of(settings.HUNTLINE_HOME)
    door.unlink(missing_ok=True)
    common: dict[str, Any] = {"timeout": IDLE_SECONDS, "shutdown_timeout": 10, "server_name": "huntline"}
    try:
        servers = _servers_for_people(application, common)
    except TlsNotPossible as error:
        sys.exit(f"huntline serve: {error}. Mend HUNTLINE_TLS_CERTIFICATE and HUNTLINE_TLS_KEY.")
    local = wsgi.Server(str(door), through_the_door(application), numthreads=4, peercreds_enabled=True, **common)
    worker = Worker()
    mail_door = _open_mail_door()

    def stop(*_: object) -> None:
        for server in servers:
            threading.Thread(target=server.stop, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, lambda *_: _show_new_certificates(servers))
    for server in servers:
        _bind(server)
    local.prepare()
    door.chmod(stat.S_IRUSR | stat.S_IWUSR)
    threading.Thread(target=local.serve, name="local-door", daemon=True).start()
    for beside in servers[1:]:
        threading.Thread(target=beside.serve, name="beside", daemon=True).start()
    worker.start()
    # Said only now: whoever waits for this line may call at once.
    print(f"\n  Huntline is at {settings.HUNTLINE_PUBLIC_URL}\n", flush=True)  # noqa: T201 - the one line that people wait for
    try:
        servers[0].serve()
    finally:
        if mail_door is not None:
            mail_door.stop()
        worker.stop()
        for beside in servers[1:]:
            beside.stop()
        local.stop()
        door.unlink(missing_ok=True)
        engine.close()


def _open_mail_door() -> "LmtpController | None":
    """Listen for incoming mail where the settings say so."""
    from huntline.delivery.correspondence.lmtp import open_door  # noqa: PLC0415 - Django must be set up before this

    if not settings.HUNTLINE_INBOUND_LMTP:
        return None
    if not settings.HUNTLINE_INBOUND_ADDRESS:
        sys.exit(
            "huntline serve: HUNTLINE_INBOUND_LMTP needs HUNTLINE_INBOUND_ADDRESS, the address that the mail comes to."
        )
    try:
        return open_door(settings.HUNTLINE_INBOUND_LMTP)
    except (OSError, ValueError) as error:
        sys.exit(f"huntline serve: cannot listen for mail on {settings.HUNTLINE_INBOUND_LMTP}: {error}.")


def _servers_for_people(application: Application, common: dict[str, Any]) -> list[PatientServer]:
    """Return the server at each address. Raises TlsNotPossible."""
    tls = None
    if settings.HUNTLINE_TLS_CERTIFICATE:
        tls = Tls(Path(settings.HUNTLINE_TLS_CERTIFICATE), Path(settings.HUNTLINE_TLS_KEY))
    elif settings.HUNTLINE_TLS_KEY or settings.HUNTLINE_TLS_LISTEN:
        raise TlsNotPossible("there is no certificate to speak HTTPS with")
    if tls is None or not settings.HUNTLINE_TLS_LISTEN:
        addresses = {settings.HUNTLINE_LISTEN: tls}
    else:
        addresses = {settings.HUNTLINE_LISTEN: None, settings.HUNTLINE_TLS_LISTEN: tls}
    servers = []
    for address, adapter in addresses.items():
        host, _, port = address.rpartition(":")
        server = PatientServer(
            (host.strip("[]"), int(port)),
            application,
            numthreads=settings.HUNTLINE_THREADS,
            largest_body=(settings.HUNTLINE_INGEST_MIB + 1) * MIB,
            request_queue_size=128,
            **common,
        )
        server.ssl_adapter = adapter
        servers.append(server)
    return servers


def _bind(server: PatientServer) -> None:
    try:
        server.prepare()
    except OSError as error:
        host, port = server.bind_addr
        sys.exit(
            f"huntline serve: cannot listen on {host}:{port}: {error}. Set HUNTLINE_LISTEN or HUNTLINE_TLS_LISTEN to another address."
        )


def _show_new_certificates(servers: list[PatientServer]) -> None:
    """Read the certificates again; one that cannot be read leaves the old one in use."""
    for server in servers:
        if isinstance(server.ssl_adapter, Tls):
            try:
                server.ssl_adapter.load()
                log.info("certificate_loaded", file=str(server.ssl_adapter.certificate))
            except TlsNotPossible as error:
                log.warning("certificate_kept", reason=str(error))
