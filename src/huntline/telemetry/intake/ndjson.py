"""Rows of one hunting table, one JSON object a line, decoded straight into the shape of the table.

A stretch of good lines is decoded in one go. Only where something in it is wrong is it gone through line by line, to
name what is.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Final

import msgspec

from huntline.telemetry.columns import TableColumns, convert_columns, unknown_column
from huntline.telemetry.intake.portion import Portion
from huntline.telemetry.rows import Refusal
from huntline.telemetry.schema import ColumnSpec, TableSpec, find_table

LINES_AT_ONCE: Final = 20_000
BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Text = bytes | msgspec.Raw
Shape = Any  # an instance of the class that is made for a table

_TYPES: Final[dict[str, Any]] = {
    "string": str | None,
    "int": Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)] | None,
    "long": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] | None,
    "real": float | None,
    "bool": bool | None,
    "datetime": str | None,
}
_UNKNOWN_FIELD: Final = re.compile(r"unknown field `(.*)`", re.DOTALL)


class RowDecoder:
    """Decodes JSON objects into rows of one table, and gives them by column.

    extra: further fields, all strings, that may stand in the object; they come out by `columns` under their names.
    """

    def __init__(self, table: TableSpec, extra: Sequence[str] = ()) -> None:
        self.table = table
        self.names = tuple(column.name for column in table.columns) + tuple(extra)
        fields = [_field(column) for column in table.columns] + [(name, str | None, None) for name in extra]
        shape = msgspec.defstruct(table.name, fields, forbid_unknown_fields=True, gc=False)
        self._one: msgspec.json.Decoder[Shape] = msgspec.json.Decoder(shape)
        self._many: msgspec.json.Decoder[list[Shape]] = msgspec.json.Decoder(list[shape])  # type: ignore[valid-type] # made above

    def decode(self, text: Text, line: int) -> Shape | Refusal:
        """Return the row, or why the text is none of the table."""
        try:
            return self._one.decode(text)
        except msgspec.ValidationError as error:
            return self._refuse(line, str(error))
        except BROKEN as error:
            return Refusal(line, "not_json", f"This is no JSON object: {error}.")

    def decode_all(self, texts: Sequence[Text]) -> list[Shape] | None:
        """Return the rows in one go, or None when one of the texts is no row."""
        try:
            rows = self._many.decode(b"[" + b",".join(texts) + b"]")
        except BROKEN:
            return None
        # A line that holds a comma outside of an object would be two rows.
        return rows if len(rows) == len(texts) else None

    def columns(self, rows: Sequence[Shape]) -> dict[str, list[Any]]:
        """Return rows by column, without the columns that none of them names."""
        columns = {name: list(map(attrgetter(name), rows)) for name in self.names}
        return {name: values for name, values in columns.items() if values.count(None) < len(values)}

    def _refuse(self, line: int, text: str) -> Refusal:
        unknown = _UNKNOWN_FIELD.search(text)
        if unknown:
            return Refusal(line, "unknown_column", unknown_column(self.table, unknown.group(1)))
        return Refusal(line, "wrong_type", f"{text.replace(' - at `$.', ' in `')}.")


@cache
def decoder_of(table: str, extra: tuple[str, ...] = ()) -> RowDecoder:
    """Return the decoder of a table, made once. Raises KeyError for a name that is none."""
    spec = find_table(table)
    if spec is None:
        raise KeyError(table)
    return RowDecoder(spec, extra)


def read_rows(table: TableSpec, body: bytes) -> Iterator[Portion]:
    """Read NDJSON rows in stretches of lines. Blank lines are skipped; lines count from 1 as an editor counts them."""
    decoder = decoder_of(table.name)
    for numbers, lines in stretches(body):
        portion = Portion(records=len(lines))
        rows, good = decoder.decode_all(lines), numbers
        if rows is None:
            tried = [decoder.decode(line, number) for number, line in zip(numbers, lines, strict=True)]
            portion.refusals = [row for row in tried if isinstance(row, Refusal)]
            good = [number for number, row in zip(numbers, tried, strict=True) if not isinstance(row, Refusal)]
            rows = [row for row in tried if not isinstance(row, Refusal)]
        if rows:
            take(portion, *convert_columns(table, decoder.columns(rows), good))
        yield portion


def take(portion: Portion, columns: TableColumns | None, refusals: Sequence[Refusal]) -> None:
    """Add what became of some rows to the portion."""
    if columns is not None:
        portion.tables.append(columns)
    portion.refusals.extend(refusals)


def stretches(body: bytes) -> Iterator[tuple[list[int], list[bytes]]]:
    """Return the lines that are not blank with their numbers, some thousand at a time."""
    lines = body.split(b"\n")
    numbers = [number for number, line in enumerate(lines, start=1) if line and not line.isspace()]
    for start in range(0, len(numbers), LINES_AT_ONCE):
        some = numbers[start : start + LINES_AT_ONCE]
        yield some, [lines[number - 1] for number in some]


def _field(column: ColumnSpec) -> tuple[str, Any, Any]:
    if column.holds_json:
        return (column.name, msgspec.Raw, None)
    return (column.name, _TYPES[column.type], None)
