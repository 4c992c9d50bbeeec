"""A pool of connections to the engine. A connection runs one query at a time, the engine many: one for each running query."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import clickhouse_connect
from clickhouse_connect.driver import options
from clickhouse_connect.driver.exceptions import ClickHouseError

from huntline.kernel import TooMany, Unavailable, translatable

# clickhouse-connect's client has no types that mypy can follow through its back ends.
Client = Any

# clickhouse-connect looks for these libraries when it first inserts; of two threads that do so at once, one can meet a library
# that is half imported.
for _library in ("np", "pd", "arrow", "pl"):
    getattr(options, _library)

WAIT_FOR_A_CONNECTION = 30.0  # seconds

# How long a statement may be. It is parsed before its own settings hold, so the connection must know. A compiled query
# has its literals as parameters, but a query over many tables and tenants is still a long text.
_TEXT_LIMITS = {
    "max_query_size": 64 * 1024 * 1024,
    "max_ast_elements": 1_000_000,
    "max_expanded_ast_elements": 2_000_000,
}


class Connections:
    """At most `size` connections, opened when they are first needed and kept for the next one."""

    def __init__(self, connect: Callable[[], Client], size: int) -> None:
        self._connect = connect
        self._free: list[Client] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(size)
        self._closed = False

    def take(self) -> Client:
        """Return a connection that is nobody else's until `give_back` or `discard`. Raises TooMany, Unavailable."""
        if not self._places.acquire(timeout=WAIT_FOR_A_CONNECTION):
            raise TooMany(
                "engine_busy",
                translatable("The telemetry engine is busy with other queries. Try again in a moment."),
                detail={"retry_after": 5},
            )
        try:
            return self._kept() or self._connect()
        except BaseException:
            self._places.release()
            raise

    def _kept(self) -> Client | None:
        with self._lock:
            if self._closed:
                raise Unavailable("engine_closed", translatable("The telemetry engine is shutting down."))
            return self._free.pop() if self._free else None

    def give_back(self, client: Client) -> None:
        """Keep the connection for the next one."""
        with self._lock:
            keep = not self._closed
            if keep:
                self._free.append(client)
        if not keep:
            client.close()
        self._places.release()

    def discard(self, client: Client) -> None:
        """Close a connection whose state is no longer known, as after an error in the middle of a stream."""
        try:
            client.close()
        finally:
            self._places.release()

    @contextmanager
    def borrow(self) -> Iterator[Client]:
        """Take a connection for one statement."""
        client = self.take()
        try:
            yield client
        except BaseException:
            self.discard(client)
            raise
        self.give_back(client)

    def close(self) -> None:
        """Close what is free now, and the others when they are given back."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for client in free:
            client.close()


def open_client(dsn: str, database: str | None) -> Client:
    """Connect to `chdb:///path` in this process, or to a server by `http(s)://user:password@host:port`.

    `chdb:///path?config-file=/etc/huntline/engine.xml` gives the engine in this process settings of a ClickHouse server, such as
    the shards of a cluster. The first connection of the process decides: later ones find the engine as it is.

    Raises Unavailable: `engine_in_use` when another process owns the directory, `engine_elsewhere` when this process
    has another directory open, `engine_broken` when the directory cannot be read, `engine_unreachable` when no server
    answers.
    """
    place = urlsplit(dsn)
    options: dict[str, Any] = {} if database is None else {"database": database}
    if place.scheme == "chdb":
        folder = Path(place.path)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _refuse_if_owned(folder)
        dsn = place._replace(query="").geturl()
        options["chdb_options"] = _engine_options(place)
    else:
        options["autogenerate_session_id"] = False
    try:
        return clickhouse_connect.get_client(dsn=dsn, tz_mode="aware", settings=_TEXT_LIMITS, **options)
    except ClickHouseError as error:
        if place.scheme != "chdb":
            where = f"{place.scheme}://{place.hostname}:{place.port or ''}"
            raise Unavailable(
                "engine_unreachable", translatable("The telemetry engine at {where} does not answer."), where=where
            ) from error
        _refuse_if_owned(folder)
        if "already" in str(error):
            raise Unavailable(
                "engine_elsewhere",
                translatable("This process has the telemetry of another folder open, so it cannot open {where}."),
                where=place.path,
            ) from error
        raise Unavailable(
            "engine_broken",
            translatable("The telemetry in {where} cannot be opened; the log says more."),
            where=place.path,
        ) from error


def _engine_options(place: SplitResult) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(place.query).items() if name == "config-file"}


def _refuse_if_owned(folder: Path) -> None:
    """Raise Unavailable when another process has locked the folder.

    The engine would find out by itself, but says so on the process's standard error and not in its exception. Its lock
    is an flock on the file `status`, whose first line is `PID: <owner>`.
    """
    try:
        with (folder / "status").open("rb") as status:
            try:
                fcntl.flock(status, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = status.readline().decode(errors="replace").removeprefix("PID:").strip()
            else:
                return
    except FileNotFoundError:
        return
    if owner != str(os.getpid()):
        raise Unavailable(
            "engine_in_use",
            translatable(
                "Another process (id {owner}) has the telemetry in {where} open, and only one can. Stop it, or go through "
                "it: while the server runs, commands do."
            ),
            owner=owner or "?",
            where=folder,
        )
