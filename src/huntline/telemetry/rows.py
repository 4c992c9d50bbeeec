"""What a source hands to the ingest door: rows of hunting tables, and lines that could not become rows.

Values of a row are the Python values of its columns: `str` (missing: leave the column out, or ""), `int`, `float`,
`bool`, an aware `datetime` (or an `int` of 100 ns ticks since 1970, when the source is finer than microseconds), and
for `dynamic` columns either JSON text or a value that can be written as JSON. `None` and a column left out are the
same: null, or "" in a text.

Three names that are no column of the table may stand in a row: `_SourceFields` (the source's own fields, a mapping or
JSON text), `_Source` (the format it came by, when it differs from that of the batch) and `_Line` (the line or record it
came from, counted from 1: named when the row is refused, not stored).
"""

from collections.abc import Sequence
from dataclasses import dataclass

Row = dict[str, object]

SOURCE_FIELDS = "_SourceFields"
SOURCE = "_Source"
LINE = "_Line"


@dataclass(frozen=True, slots=True)
class MappedRows:
    """Rows of one table, in the order in which they came."""

    table: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line (counted from 1; 0 where it is not known) that was not taken, and why, for the one who sent it.

    code: stable, snake_case (`unknown_column`, `wrong_type`, `not_json`).
    """

    line: int
    code: str
    reason: str
