"""Telemetry to measure on: a sample of the demo's generator for the doors, and rows made inside the engine for hunts."""

import time
import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from rich.console import Console
from rich.progress import track

from bench.filling import TABLES, filling
from huntline.demo.generator import Plan, generate
from huntline.identity.models import Tenant
from huntline.identity.services import create_tenant
from huntline.telemetry.engine import get_engine
from huntline.telemetry.engine.connections import open_client
from huntline.telemetry.rows import Row

UNTIL: Final = datetime(2026, 11, 20, tzinfo=UTC)
SAMPLE: Final = 20_000
ROWS: Final = 5_000_000
TENANTS: Final = 20
_STEP: Final = 250_000


@dataclass(frozen=True)
class Sample:
    """A tenant, and rows of processes that it sends."""

    tenant: Tenant
    rows: list[Row]


@dataclass(frozen=True)
class Stock:
    """Stored rows of many tenants, the largest first. device: a busy one of the largest."""

    tenants: tuple[str, ...]
    rows: int
    until: datetime
    device: str


def sample(scale: float, console: Console) -> Sample:
    """Generate rows as the demo does; nothing of them is stored."""
    most = max(1_000, min(SAMPLE, int(SAMPLE * scale)))
    rows: list[Row] = []
    with console.status("Making rows to send"):
        for batch in generate(Plan(until=UNTIL, scale=8 * most / SAMPLE)):
            if batch.table == "DeviceProcessEvents":
                rows.extend(batch.rows)
            if len(rows) >= most:
                break
    return Sample(create_tenant("bench", "Benchmark"), rows[:most])


def fill(scale: float, console: Console) -> Stock:
    """Make five million rows a table, times the scale, inside the engine."""
    count = max(1_000, int(ROWS * scale))
    tenants = tuple(str(uuid.UUID(int=(number + 1) * 0x1111_1111_1111_1111)) for number in range(TENANTS))
    engine = get_engine()
    settings = {"max_partitions_per_insert_block": 0, "max_insert_threads": 2, "max_threads": 2}
    started = time.perf_counter()
    pieces = [(table, first) for table in TABLES for first in range(0, count, _STEP)]
    with closing(open_client(engine.dsn, engine.database)) as client:
        for table, first in track(pieces, "Making telemetry", console=console, transient=True):
            step = min(_STEP, count - first)
            client.command(filling(table, tenants, UNTIL, first=first, count=step, total=count), settings=settings)
        device = client.query(
            "SELECT DeviceId FROM DeviceProcessEvents WHERE _TenantId = {tenant:String} GROUP BY DeviceId ORDER BY count() DESC LIMIT 1",
            parameters={"tenant": tenants[0]},
        ).result_rows[0][0]
    seconds = time.perf_counter() - started
    console.print(f"{count:,} rows of each of {', '.join(TABLES)} made and stored in {seconds:.0f} s.")
    return Stock(tenants, count, UNTIL, device)
