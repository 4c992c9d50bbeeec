"""Ingest: Huntline's doors over the engine's own insert of the same rows."""

import time
from collections.abc import Callable
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from bench.telemetry import Sample
from huntline.demo.moments import to_datetime
from huntline.kernel import now
from huntline.telemetry.columns import convert_rows
from huntline.telemetry.engine import get_engine
from huntline.telemetry.importing import import_paths
from huntline.telemetry.rows import MappedRows
from huntline.telemetry.services.doors import Post, take_rows
from huntline.telemetry.services.keys import Sender, make_key

BATCH = 5_000
RECORDINGS = Path(__file__).parent.parent.parent / "shared" / "data"


def measure(sent: Sample, console: Console) -> None:
    """Print rows a second of each way in, and the ratio to the engine's own insert."""
    batches = [sent.rows[at : at + BATCH] for at in range(0, len(sent.rows), BATCH)]
    converted = [convert_rows(MappedRows("DeviceProcessEvents", batch))[0] for batch in batches]
    bodies = [b"\n".join(orjson.dumps(_plain(row)) for row in batch) for batch in batches]
    key, _ = make_key(sent.tenant.pk, "bench")
    sender = Sender(key.pk, sent.tenant.pk, ())
    engine = get_engine()
    own = _rate(
        len(sent.rows),
        [
            lambda number=number, columns=columns: engine.insert(
                columns.table, sent.tenant.pk, columns.columns, token=f"own:{number}", ingested=now()
            )
            for number, columns in enumerate(converted)
            if columns is not None
        ],
    )
    rows = _rate(
        len(sent.rows), [lambda body=body: take_rows(sender, "DeviceProcessEvents", Post(body)) for body in bodies]
    )
    table = Table(
        "Way in", "rows/s", "of the engine's own", title="Ingest, batches of 5,000 rows", title_justify="left"
    )
    table.add_row("the engine's own insert of prepared columns", f"{own:,.0f}", "1.00")
    table.add_row("NDJSON rows: parsed, checked, stored, kept in the ledger", f"{rows:,.0f}", f"{rows / own:.2f}")
    recording = RECORDINGS / "otrf-empire_psexec_dcerpc_tcp_svcctl.zip"
    if recording.exists():
        started = time.perf_counter()
        running = import_paths(sent.tenant.pk, [recording])
        try:
            while True:
                next(running)
        except StopIteration as stop:
            summary = stop.value
        rate = summary.records / (time.perf_counter() - started)
        table.add_row(
            f"{summary.records:,} Windows events of a recording: read, mapped, stored",
            f"{rate:,.0f}",
            f"{rate / own:.2f}",
        )
    console.print(table)


def _rate(count: int, calls: list[Callable[[], object]]) -> float:
    started = time.perf_counter()
    for call in calls:
        call()
    return count / (time.perf_counter() - started)


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {
        name: to_datetime(value).isoformat() if name.endswith(("Timestamp", "Time")) else value
        for name, value in row.items()
    }
