"""The engine: run a compiled query in a scope and within limits, insert columns, cancel, close."""

import hashlib
import re
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import structlog
from clickhouse_connect.datatypes.registry import get_from_name
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from clickhouse_connect.driver.insert import InsertContext

from huntline.kernel import Unavailable, new_id, translatable
from huntline.telemetry.engine import ddl, migration, rollups
from huntline.telemetry.engine.answer import Rows
from huntline.telemetry.engine.connections import Connections, open_client
from huntline.telemetry.engine.limits import EngineFault, Limits, translate
from huntline.telemetry.schema import CHUNK, INGESTION_TIME, SCHEMA_VERSION, TENANT, TableSpec, physical_tables
from huntline.telemetry.schema.prevalence import FILES
from huntline.telemetry.times import DAY, ticks_of

log = structlog.get_logger(__name__)

POOL_SIZE: Final = 16

_INSERT_SETTINGS: Final = {
    # However many days an import of old logs spans, and however long its rows are, an insert is one part in each day:
    # whole or not there.
    "max_partitions_per_insert_block": 0,
    "min_insert_block_size_bytes": 0,
    # The engine's own deduplication writes a token down before the rows are there (docs/decisions/0004-engine-layout.md).
    "insert_deduplicate": 0,
    # On a cluster, an insert has returned when its rows are on the shards.
    "distributed_foreground_insert": 1,
}
# A statement that is no query would go another way through the driver, and leave its connection read-only.
_IS_QUERY: Final = re.compile(r"\s*(select|with|\()", re.IGNORECASE)
# `merge(...)` reads tables without naming them and `mergeTreeIndex(...)` their keys, so that no filter on a table holds.
_GOES_ROUND: Final = re.compile(r"\bmerge(?:Tree\w*)?\s*\(", re.IGNORECASE)
# ClickHouse 26.9 never ends to plan some sorts below a sum of lengths, and says so. Without this optimization it does; with it, a limit
# behind a sort saves work, so that all other queries keep it.
_PLANNER_GOES_ROUND: Final = 572
_SIMPLER_PLAN: Final = {"query_plan_execute_functions_after_sorting": 0}
_STORAGE = {column.storage for table in physical_tables() for column in ddl.columns_of(table)}
_TYPES: Final = {storage: get_from_name(storage) for storage in _STORAGE}


class Question(Protocol):
    """A compiled query: SQL of the compiler's own, and every value of the query beside it."""

    @property
    def sql(self) -> str:
        """The text, in which `{name:Type}` stands for a parameter."""
        ...

    @property
    def parameters(self) -> dict[str, object]:
        """The values of the places in `sql`."""
        ...


class Engine:
    """The hunting tables of one database. Use it from any number of threads."""

    def __init__(self, dsn: str, database: str = "huntline", *, pool_size: int = POOL_SIZE) -> None:
        """Open the engine and bring its tables up to date. Raises Unavailable (see `open_client` and `migrate`)."""
        self.dsn = dsn
        self.database = database
        first = open_client(dsn, None)
        try:
            first.command(f"CREATE DATABASE IF NOT EXISTS {ddl.quote(database)}")
            self.version = str(first.server_version)
        finally:
            first.close()
        self._connections = Connections(lambda: open_client(dsn, database), pool_size)
        # Cancelling must not wait until one of the queries that fill the pool has ended.
        self._control = open_client(dsn, database)
        self._control_lock = threading.Lock()
        try:
            self.migrated = migration.migrate(self._control)
        except BaseException:
            self.close()
            raise

    @property
    def schema_version(self) -> int:
        """The version of the catalogue that the tables follow."""
        return SCHEMA_VERSION

    def run(
        self,
        question: Question,
        *,
        tenants: Sequence[str],
        limits: Limits | None = None,
        query_id: str = "",
        exact_times: bool = False,
    ) -> Rows:
        """Run a query and return its rows as they come.

        tenants: the scope's tenant ids (UUIDs). The compiler puts them into the SQL; here the engine is told once more,
        table by table, so that a statement that forgot them finds nothing of anybody else.
        query_id: by which `cancel` finds it. exact_times: give times as ticks of 100 ns since 1970 instead of
        datetimes, which end at microseconds.

        Raises TooMany (query_time_limit, query_memory_limit, query_rows_limit, query_size_limit, engine_busy),
        Conflict (query_cancelled), Invalid (query_failed), Unavailable; here or while the rows are read.
        """
        if not _IS_QUERY.match(question.sql) or _GOES_ROUND.search(question.sql):
            raise EngineFault(None, "Only a SELECT over named tables can be run.")
        parameters = dict(question.parameters)
        limits = limits or Limits()
        settings = {
            **limits.settings(),
            "additional_table_filters": table_filters(self.database, tenants, f"{question.sql} {parameters}"),
            "log_comment": query_id or str(new_id()),
        }
        try:
            return self._stream(question.sql, parameters, settings, limits, exact_times=exact_times)
        except EngineFault as fault:
            if fault.code != _PLANNER_GOES_ROUND:
                raise
        return self._stream(question.sql, parameters, settings | _SIMPLER_PLAN, limits, exact_times=exact_times)

    def _stream(
        self,
        sql: str,
        parameters: dict[str, object],
        settings: dict[str, object],
        limits: Limits,
        *,
        exact_times: bool,
    ) -> Rows:
        client = self._connections.take()

        def release(whole: bool) -> None:  # noqa: FBT001 - a callback
            (self._connections.give_back if whole else self._connections.discard)(client)

        def failed(error: BaseException) -> Exception:
            return translate(error, limits) if isinstance(error, ClickHouseError) else EngineFault(None, str(error))

        started = time.monotonic()
        try:
            stream = client.query_row_block_stream(
                sql,
                parameters=parameters,
                settings=settings,
                query_formats={"DateTime64*": "int"} if exact_times else None,
            )
            return Rows(stream, started=started, failed=failed, release=release)
        except ClickHouseError as error:
            self._connections.discard(client)
            raise translate(error, limits) from error
        except BaseException:
            self._connections.discard(client)
            raise

    def insert(
        self,
        table: TableSpec,
        tenant: uuid.UUID,
        columns: Mapping[str, Sequence[object]],
        *,
        token: str,
        ingested: datetime,
        again: bool = False,
    ) -> int:
        """Insert rows given by column, and return how many there are now, when they are on the disk.

        columns: storage values, all of one length; columns left out take their default. Times are ticks of 100 ns
        since 1970 (`int`). token: names these rows of this tenant. again: they may be there, all or some days of them,
        because an earlier insert was cut off; only days that are missing are inserted. Inserts with one token must
        not overlap in time. Raises Unavailable.
        """
        count = len(next(iter(columns.values())))
        stored: Mapping[str, Sequence[object]] = {
            **columns,
            TENANT: [str(tenant)] * count,
            INGESTION_TIME: [ticks_of(ingested)] * count,
            CHUNK: [_number_of(token)] * count,
        }
        try:
            with self._connections.borrow() as client:
                if again:
                    stored = _missing(client, table, stored)
                if stored[CHUNK]:
                    client.data_insert(_insertion(table, stored))
                if again:
                    # What was cut off may have written the table and not the roll-up behind it.
                    for statement in rollups.roll_up_again(table.stored_as):
                        client.command(statement, parameters={"tenant": str(tenant), "chunk": _number_of(token)})
        except ClickHouseError as error:
            log.exception("engine_insert_failed", table=table.stored_as, rows=count)
            raise Unavailable(
                "engine_insert_failed", translatable("The telemetry engine did not take the rows.")
            ) from error
        return count

    def remove(self, table: TableSpec, tenant: uuid.UUID, *, token: str) -> None:
        """Remove the tenant's rows of that token; where there are none, nothing happens. Raises Unavailable."""
        try:
            with self._connections.borrow() as client:
                client.command(
                    f"DELETE FROM {ddl.quote(table.stored_as)} "
                    f"WHERE {TENANT} = {{tenant:String}} AND {CHUNK} = {{chunk:UInt64}}",
                    parameters={"tenant": str(tenant), "chunk": _number_of(token)},
                    settings={"lightweight_deletes_sync": 2},
                )
        except ClickHouseError as error:
            log.exception("engine_remove_failed", table=table.stored_as)
            raise Unavailable(
                "engine_remove_failed", translatable("The telemetry engine did not remove the rows.")
            ) from error

    def cancel(self, query_id: str) -> bool:
        """Stop the running query of that id, and say whether there was one."""
        with self._control_lock:
            stopped = self._control.command(
                "KILL QUERY WHERE Settings['log_comment'] = {id:String} ASYNC", parameters={"id": query_id}
            )
        return bool(isinstance(stopped, list | str) and stopped)

    def close(self) -> None:
        """Close every connection; running queries end when their rows are closed."""
        self._connections.close()
        with self._control_lock:
            self._control.close()


def _insertion(table: TableSpec, stored: Mapping[str, Sequence[object]]) -> InsertContext:
    storage = {column.name: column.storage for column in ddl.columns_of(table)}
    return InsertContext(
        ddl.quote(table.stored_as),
        list(stored),
        [_TYPES[storage[name]] for name in stored],
        list(stored.values()),
        column_oriented=True,
        settings=_INSERT_SETTINGS,
        column_formats={name: "int" for name in stored if "DateTime64" in storage[name]},
        compression=False,
    )


def _missing(client: Client, table: TableSpec, stored: Mapping[str, Sequence[Any]]) -> Mapping[str, Sequence[object]]:
    """Return the rows of one token without those of days that the table has: a day is written whole or not at all."""
    day = f"toRelativeDayNum({ddl.quote(table.time_column)})" if table.time_column else "0"
    found = client.query(
        f"SELECT DISTINCT {day} FROM {ddl.quote(table.stored_as)} "
        f"WHERE {TENANT} = {{tenant:String}} AND {CHUNK} = {{chunk:UInt64}}",
        parameters={"tenant": stored[TENANT][0], "chunk": stored[CHUNK][0]},
    )
    present = {int(row[0]) for row in found.result_rows}
    times = stored.get(table.time_column or "") or [0] * len(stored[CHUNK])
    kept = [position for position, ticks in enumerate(times) if ticks // DAY not in present]
    return {name: [values[position] for position in kept] for name, values in stored.items()}


def _number_of(token: str) -> int:
    """Return the 64 bits by which rows carry their token."""
    return int.from_bytes(hashlib.sha256(token.encode()).digest()[:8])


def table_filters(database: str, tenants: Sequence[str], text: str) -> str:
    """Return the setting by which the engine itself adds the tenants to every read of a hunting table.

    It names the tables whose names stand in `text` (the SQL with its parameters): no other can be read by it. Where the text has an
    escape, by which a name can be written in another way, it names all.
    Raises ValueError for a tenant that is no UUID, and for no tenant at all.
    """
    if not tenants:
        raise ValueError("A query runs for at least one tenant.")
    listed = ", ".join(f"\\'{uuid.UUID(tenant)}\\'" for tenant in tenants)
    condition = f"{TENANT} IN ({listed})"
    escaped = "\\" in text
    stored = (FILES, *(table.stored_as for table in physical_tables()))
    named = [name for name in stored if escaped or name in text]
    return "{" + ", ".join(f"'{database}.{name}': '{condition}'" for name in named) + "}"
