"""Compiling: how long the published hunts take, and a list of five thousand hashes."""

import json
import statistics
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from huntline import kql
from huntline.telemetry.schema import CATALOG

CORPUS: Final = Path(__file__).parent.parent.parent / "shared" / "kql" / "hunting.dev.jsonl"
REPEATS: Final = 3
_NOW: Final = datetime(2026, 11, 20, tzinfo=UTC)


class OneTenant:
    """A scope for a query that is compiled and not run."""

    tenant_ids = ("11111111-1111-4111-8111-111111111111",)


def measure(console: Console, *, most: int | None) -> None:
    """Print the median and the 99th percentile over at most so many hunts, each the best of three."""
    hashes = ", ".join(f'"{sha256(str(number).encode()).hexdigest()}"' for number in range(5_000))
    table = Table("Compiled", "count", "median ms", "p99 ms", title="Compiling", title_justify="left")
    if CORPUS.exists():
        times = [took for query in _published()[:most] if (took := _best(query)) is not None]
        ordered = sorted(times)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        table.add_row("published hunts", f"{len(times):,}", f"{statistics.median(times):.2f}", f"{p99:.2f}")
    else:
        console.print(f"No published hunts in {CORPUS}.")
    listed = _best(f"DeviceFileEvents | where SHA256 in ({hashes})")
    if listed is not None:
        table.add_row("a list of 5,000 hashes", "1", f"{listed:.2f}", "")
    console.print(table)


def _published() -> list[str]:
    lines = map(json.loads, CORPUS.read_text(encoding="utf-8").splitlines())
    return [line["query"] for line in lines if line["defender_only"] and line["official_binds"]]


def _best(query: str) -> float | None:
    """Return the milliseconds of the quickest run, or None for a query that is refused."""
    times = []
    for _ in range(REPEATS):
        started = time.thread_time()
        compiled = kql.compile(query, catalog=CATALOG, scope=OneTenant(), now=_NOW)
        times.append(time.thread_time() - started)
    return min(times) * 1000 if isinstance(compiled, kql.CompiledQuery) else None
