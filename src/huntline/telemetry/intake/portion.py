"""What reading a stretch of input gives: rows by table, and the lines that were refused."""

from collections import Counter
from dataclasses import dataclass, field

from huntline.telemetry.columns import TableColumns
from huntline.telemetry.rows import Refusal


@dataclass(slots=True)
class Portion:
    """A stretch of input.

    records: what was read for it, whatever became of it. not_mapped: records that have no place in the hunting tables,
    by what they are and why.
    """

    records: int = 0
    tables: list[TableColumns] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    not_mapped: Counter[str] = field(default_factory=Counter)
