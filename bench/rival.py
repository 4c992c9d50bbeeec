"""duckdb-kql: another way to run KQL, on DuckDB, over the same rows. It runs some of the questions."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from rich.console import Console

from bench.filling import TABLES, columns_of
from bench.questions import Question
from bench.telemetry import Stock
from huntline.telemetry.engine import get_engine
from huntline.telemetry.engine.connections import open_client


class Rival:
    """A DuckDB with the rows of the engine. It has no tenants and no window of its own, so a question brings them."""

    def __init__(self, connection: Any, translate: Any, columns: dict[str, list[str]]) -> None:
        self._connection = connection
        self._translate = translate
        self._columns = columns

    @classmethod
    def of(cls, stock: Stock, folder: Path, console: Console) -> Self | None:
        """Copy the rows, by way of Parquet files; None where duckdb or duckdb-kql is not installed."""
        try:
            import duckdb
            from duckdb_kql import to_sql
        except ImportError:
            console.print("duckdb and duckdb-kql are not installed (they are in the dependency group `bench`).")
            return None
        connection = duckdb.connect(str(folder / "rival.duckdb"))
        connection.execute("SET TimeZone = 'UTC'")
        columns: dict[str, list[str]] = {}
        engine = get_engine()
        client = open_client(engine.dsn, engine.database)
        with console.status(f"Copying {stock.rows:,} rows of each table to DuckDB"):
            for table in TABLES:
                columns[table] = columns_of(table)
                path = folder / f"{table}.parquet"
                read = ", ".join(_plain(name) for name in columns[table])
                client.command(f"INSERT INTO FUNCTION file('{path}', 'Parquet') SELECT {read} FROM {table}")
                connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet('{path}')")
                path.unlink()
        client.close()
        return cls(connection, to_sql, columns)

    def question(self, question: Question, tenants: tuple[str, ...], until: datetime) -> Any:
        """Return the translated question, or None where duckdb-kql refuses it."""
        listed = ", ".join(f"'{tenant}'" for tenant in tenants)
        start = until - timedelta(days=question.days)
        bound = (
            f"| where _TenantId in ({listed}) and Timestamp >= datetime({start:%Y-%m-%dT%H:%M:%SZ}) "
            f"and Timestamp < datetime({until:%Y-%m-%dT%H:%M:%SZ}) "
        )
        text = question.kql
        for table in TABLES:
            text = text.replace(f"{table} |", f"{table} {bound}|")
        try:
            translated = self._translate(text, schema=self._columns)
            self.run(translated)
        except Exception:  # noqa: BLE001 - whatever it says, it does not run the question
            return None
        return translated

    def run(self, translated: Any) -> int:
        """Run a translated question and return how many rows it answers."""
        return len(self._connection.execute(str(translated), dict(translated.parameters) or None).fetchall())


def _plain(name: str) -> str:
    return "toDateTime64(Timestamp, 6, 'UTC') AS Timestamp" if name == "Timestamp" else f"`{name}`"
