"""Telemetry to measure on: the demo's generator, enlarged."""

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console

from huntline.demo.generator import Plan, generate
from huntline.identity.models import Tenant
from huntline.identity.services import create_tenant
from huntline.kernel import now
from huntline.telemetry.columns import convert_rows
from huntline.telemetry.engine import get_engine
from huntline.telemetry.rows import MappedRows, Row

# What is kept in memory to be sent through the doors.
SAMPLE = 20_000


@dataclass(frozen=True)
class Stock:
    """A tenant with telemetry, and some of its rows as they were before they were stored."""

    tenant: Tenant
    rows: dict[str, int]
    sample: list[Row]
    until: datetime


def make(scale: float, console: Console) -> Stock:
    """Generate and store; one customer of the demo is one tenant here."""
    engine = get_engine()
    tenant = create_tenant("bench", "Benchmark")
    until = datetime(2026, 11, 20, tzinfo=UTC)
    counts: dict[str, int] = defaultdict(int)
    sample: list[Row] = []
    started = time.perf_counter()
    with console.status("Making telemetry") as status:
        for number, batch in enumerate(generate(Plan(until=until, scale=scale))):
            columns, _ = convert_rows(MappedRows(batch.table, batch.rows))
            if columns is None:
                continue
            engine.insert(columns.table, tenant.pk, columns.columns, token=f"bench:{number}", ingested=now())
            counts[batch.table] += len(batch.rows)
            if batch.table == "DeviceProcessEvents" and len(sample) < SAMPLE:
                sample.extend(batch.rows)
            status.update(f"Making telemetry: {sum(counts.values()):,} rows")
    seconds = time.perf_counter() - started
    console.print(
        f"{sum(counts.values()):,} rows made and stored in {seconds:.0f} s; DeviceProcessEvents {counts['DeviceProcessEvents']:,}"
    )
    return Stock(tenant, dict(counts), sample[:SAMPLE], until)
