"""Which rows of a table's day hunts looked at, held to what can be shown.

A day was looked at in full when the runs that began after its last row had arrived reach, together, from its first row to its last. It
was looked at in part when a run reached some of that, or began before all of it was there. A run that did not end well looked at nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from huntline.hunting.models import RunState
from huntline.hunting.queries import RunFacts
from huntline.reports.facts import Looked
from huntline.telemetry.arrivals import TableDay
from huntline.telemetry.schema import find_table

# Rows have their time of arrival before they can be found: a run that began so soon after them may have missed them.
SETTLING: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Look:
    """One stretch of a table's time in which a run looked, and when the run began."""

    start: datetime
    end: datetime
    whole: bool
    began: datetime


def looks_of(runs: Iterable[RunFacts]) -> Mapping[str, Sequence[Look]]:
    """Return the looks of the runs that ended well, by the table on disk."""
    found: dict[str, list[Look]] = defaultdict(list)
    for run in runs:
        if run.state != RunState.DONE:
            continue
        reach = run.reach
        if reach is None:  # kept before hunts said where they look: somewhere in their window
            reach = {table: [(run.window.start, run.window.end, False)] for table in run.tables}
        for name, stretches in reach.items():
            found[stored_name(name)] += [Look(*stretch, run.asked_at) for stretch in stretches]
    return found


def stored_name(table: str) -> str:
    """Return the name of the table on disk, where a table has two names."""
    spec = find_table(table)
    return spec.stored_as if spec else table


def looked_at(day: TableDay, looks: Sequence[Look]) -> Looked:
    """Return how much of a table's day the looks saw."""
    touching = [look for look in looks if look.start <= day.last and look.end > day.first]
    if not touching:
        return Looked.NONE
    settled = sorted((look.start, look.end) for look in touching if look.whole and look.began >= day.arrived + SETTLING)
    reached = day.first
    for start, end in settled:
        if start > reached:
            break
        reached = max(reached, end)
    return Looked.FULL if settled and reached > day.last else Looked.PART
