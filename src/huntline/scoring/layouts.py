"""The hunting tables of one database twice: as they are, and spread over two shards.

A query that is right on one table can be wrong on a cluster: a join that sees half of its other side, a limit that each shard
keeps for itself. `Layouts` has the same rows in both forms, so that a query can be asked of both. It needs no second server: the
engine in this process is told of a cluster whose two shards are both itself (`write_cluster`). A `Distributed` table then runs its real
two-stage plan, and a view on each shard keeps the rows of its number, so that each row is read once.

    dsn = f"chdb://{folder}/data?config-file={write_cluster(folder)}"
    with Layouts(dsn, "parity") as layouts:
        layouts.load(tenant, "DeviceProcessEvents", [{"Timestamp": moment, "FileName": "cmd.exe"}])
        layouts.engine(1).run(compiled, tenants=[str(tenant)])  # one table
        layouts.engine(2).run(compiled, tenants=[str(tenant)])  # the same rows on two shards

Rows are spread by what stands in them, and not by device: what is right only where the rows of a device lie together shows. Tests take
the dsn of `tests/engine_directory.py`, whose engine has the cluster.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from huntline.kernel import now
from huntline.telemetry.columns import convert_rows
from huntline.telemetry.engine import Engine
from huntline.telemetry.engine.connections import Client, open_client
from huntline.telemetry.engine.ddl import quote
from huntline.telemetry.rows import MappedRows, Row
from huntline.telemetry.schema import TIME, TableSpec, physical_tables
from huntline.telemetry.schema.prevalence import FILES

CLUSTER: Final = "two_shards"
_SHARDS: Final = ("127.0.0.1", "localhost")  # two names of this process, or the cluster would have one shard
_PORT: Final = 9000
"""By which the engine knows that a shard is itself. Nothing listens there and nothing connects."""
_CHUNK: Final = 5000
_KEYS: Final = 4
"""How many text columns of a row say on which shard it is."""


class Layouts:
    """One database of hunting tables (`name`), and the same rows as two shards (`name_sharded`)."""

    def __init__(self, dsn: str, name: str, *, connections: int = 1) -> None:
        """Create what is missing. `dsn`: an engine in this process that knows the cluster; `connections`: how many queries may run at once.

        Raises Unavailable as `Engine` does, LookupError where the engine was opened without the cluster.
        """
        self.dsn = dsn
        self._engines = [Engine(dsn, name, pool_size=connections)]
        try:
            with closing(open_client(dsn, name)) as client:
                spread(client, name, spreading_keys())
            self._engines.append(Engine(dsn, f"{name}_sharded", pool_size=connections))
        except BaseException:
            self.close()
            raise

    def engine(self, shards: int) -> Engine:
        """Return the engine over one table (1) or over two shards (2)."""
        return self._engines[shards - 1]

    def load(self, tenant: uuid.UUID, table: str, rows: Iterable[Row]) -> int:
        """Insert rows, which are then in both layouts, and return how many.

        A row is as `huntline.telemetry.rows` says: column name to Python value. Raises ValueError for a row that does not fit.
        """
        waiting = iter(rows)
        count = 0
        while chunk := list(islice(waiting, _CHUNK)):
            count += self._insert(tenant, table, chunk)
        return count

    def _insert(self, tenant: uuid.UUID, table: str, rows: Sequence[Row]) -> int:
        converted, refusals = convert_rows(MappedRows(table, rows))
        if refusals or converted is None:
            raise ValueError(f"{table}: {refusals[0].reason}" if refusals else f"{table}: no rows")
        token = str(uuid.uuid4())
        return self._engines[0].insert(converted.table, tenant, converted.columns, token=token, ingested=now())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close both engines."""
        for engine in self._engines:
            engine.close()


@contextmanager
def empty_tables(shards: int) -> Iterator[Engine]:
    """Give an engine of its own, in a folder that is removed, with the hunting tables on one table or on two shards.

    Raises Unavailable (`engine_elsewhere`) in a process that has another folder open.
    """
    with TemporaryDirectory(prefix="huntline-tables-") as folder:
        dsn = f"chdb://{folder}/data?config-file={write_cluster(Path(folder))}"
        if shards == 1:
            with closing(Engine(dsn, pool_size=1)) as engine:
                yield engine
        else:
            with Layouts(dsn, "huntline") as layouts:
                yield layouts.engine(shards)


def write_cluster(folder: Path) -> Path:
    """Write the file that tells the engine of the cluster, and return its path, for `chdb:///data?config-file=...`."""
    shards = "".join(f"<shard><replica><host>{host}</host><port>{_PORT}</port></replica></shard>" for host in _SHARDS)
    path = folder / "engine.xml"
    path.write_text(
        f"<clickhouse><tcp_port>{_PORT}</tcp_port><remote_servers><{CLUSTER}>{shards}</{CLUSTER}></remote_servers></clickhouse>\n"
    )
    return path


def spread(client: Client, database: str, tables: Mapping[str, Sequence[str]]) -> None:
    """Make shards of the tables of a database: views that keep a shard's rows, and in `<database>_sharded` tables over the views.

    tables: name to the columns by whose values rows are spread; none of them can be NULL. What is there stays. Raises LookupError where
    the engine was opened without the cluster.
    """
    views, sharded = f"{database}_shard", f"{database}_sharded"
    known = client.query("SELECT count() FROM system.clusters WHERE cluster = {c:String}", {"c": CLUSTER}).result_rows
    if known != [(len(_SHARDS),)]:
        raise LookupError("The engine of this process was opened without the cluster; see write_cluster.")
    for made in (views, sharded):
        client.command(f"CREATE DATABASE IF NOT EXISTS {quote(made)}")
    there = {found for (found,) in client.query(f"SHOW TABLES FROM {quote(sharded)}").result_rows}
    for name, keys in tables.items():
        if name in there:
            continue
        table = quote(name)
        shard = f"cityHash64({', '.join(map(quote, keys))}) % {len(_SHARDS)} + 1"
        client.command(
            f"CREATE OR REPLACE VIEW {quote(views)}.{table} AS SELECT * FROM {quote(database)}.{table} WHERE {shard} = shardNum()"
        )
        client.command(
            f"CREATE TABLE {quote(sharded)}.{table} AS {quote(database)}.{table} "
            f"ENGINE = Distributed({CLUSTER}, {quote(views)}, {table})"
        )


def spreading_keys() -> dict[str, list[str]]:
    """Return what spreads the rows of each table of the catalogue, and of the roll-up of files."""
    keys = {table.name: _keys_of(table) for table in physical_tables()}
    return keys | {FILES: ["Day", "SHA1", "SHA256"]}


def _keys_of(table: TableSpec) -> list[str]:
    texts = [column.name for column in table.columns if column.type == "string"]
    return [*([TIME] if table.time_column else []), *texts[:_KEYS]]
