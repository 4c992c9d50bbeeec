"""Hunts: what the compiler makes of a question, over what a person would write for the engine, and over duckdb-kql."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.questions import QUESTIONS, Question, Whose
from bench.rival import Rival
from bench.telemetry import ROWS, Stock
from huntline import kql
from huntline.telemetry.engine import Limits, get_engine
from huntline.telemetry.schema import CATALOG

REPEATS: Final = 7
SECONDS: Final = 15.0
"""A question that takes longer is not asked seven times, but three times at least."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """SQL that a person wrote."""

    sql: str
    parameters: dict[str, object]


@dataclass(frozen=True, slots=True)
class Tenants:
    """A scope."""

    tenant_ids: tuple[str, ...]


class Uncached(Limits):
    """Limits under which the engine does not remember which granules fitted a condition the last time."""

    def settings(self) -> dict[str, object]:
        """Return the settings of one query."""
        return super().settings() | {"use_query_condition_cache": 0}


def measure(stock: Stock, rival: Rival | None, console: Console) -> None:
    """Print the medians of running and their ratios, question by question."""
    table = Table(
        "Question", "rows", "compile ms", "run ms", "by hand ms", "ratio", "duckdb-kql ms", "ratio", title="Hunts", title_justify="left"
    )  # fmt: skip
    by_hand, by_rival = [], []
    for question in track(QUESTIONS, "Asking", console=console, transient=True):
        cells, ratio, other = _ask(question, stock, rival)
        by_hand.append(ratio)
        by_rival += [] if other is None else [other]
        table.add_row(question.name, *cells)
    console.print(table)
    console.print(f"Median ratio to SQL by hand: {statistics.median(by_hand):.2f}")
    if by_rival:
        console.print(
            f"Median ratio to duckdb-kql, which runs {len(by_rival)} of {len(QUESTIONS)}: {statistics.median(by_rival):.2f}"
        )


def _ask(question: Question, stock: Stock, rival: Rival | None) -> tuple[list[str], float, float | None]:
    tenants = stock.tenants if question.whose is Whose.ALL else stock.tenants[:1]
    question = question.about(stock.device)
    start = stock.until - timedelta(days=question.days)
    started = time.perf_counter()
    compiled = kql.compile(
        question.kql, catalog=CATALOG, scope=Tenants(tenants), now=stock.until, window=kql.Window(start, stock.until)
    )
    compiling = time.perf_counter() - started
    if not isinstance(compiled, kql.CompiledQuery):
        raise TypeError(compiled.message)
    written = ByHand(question.by_hand(tenants, start, stock.until), {})
    sides: list[Callable[[], int]] = [lambda: _run(tenants, compiled), lambda: _run(tenants, written)]
    translated = None if rival is None else rival.question(question, tenants, stock.until)
    if rival is not None and translated is not None:
        sides.append(lambda: rival.run(translated))
    counts = [side() for side in sides]
    times = _in_turns(sides, REPEATS if stock.rows >= ROWS // 10 else 1)
    ratio = _ratio(times[0], times[1])
    other = _ratio(times[0], times[2]) if len(times) > 2 else None
    medians = [statistics.median(one) * 1000 for one in times]
    cells = [f"{counts[0]:,}", f"{compiling * 1000:.2f}", f"{medians[0]:.1f}", f"{medians[1]:.1f}", f"{ratio:.2f}"]
    if counts[1] != counts[0]:
        cells[0] += f" (by hand {counts[1]:,})"
    return [*cells, *([] if other is None else [f"{medians[2]:.1f}", f"{other:.2f}"])], ratio, other


def _run(tenants: tuple[str, ...], question: object) -> int:
    limits = Uncached(rows=10_000_000, result_bytes=2**33, memory_bytes=2**33)
    return sum(len(block) for block in get_engine().run(question, tenants=tenants, limits=limits))


def _in_turns(sides: Sequence[Callable[[], object]], repeats: int) -> list[list[float]]:
    """Return the seconds of each side, measured in turns, so that whatever else the machine does falls on all."""
    times: list[list[float]] = [[] for _ in sides]
    while len(times[0]) < repeats and (len(times[0]) < 3 or sum(map(sum, times)) < SECONDS):
        for side, took in zip(sides, times, strict=True):
            started = time.perf_counter()
            side()
            took.append(time.perf_counter() - started)
    return times


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of what was measured side by side."""
    return statistics.median(first / second for first, second in zip(ours, theirs, strict=True))
