"""Rows turned into columns of storage values, and values that do not fit found and named.

A whole column is checked by the set of its values' types, which costs next to nothing. Only a column that holds
something else is looked at value by value; the rows that do not fit are left out and become refusals.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from types import NoneType
from typing import Any, Final

import msgspec
import orjson

from huntline.telemetry.rows import LINE, SOURCE, SOURCE_FIELDS, MappedRows, Refusal, Row
from huntline.telemetry.schema import HIDDEN_COLUMNS, TABLES, TIME, ColumnSpec, TableSpec, find_table
from huntline.telemetry.times import DAY, EARLIEST, LATEST, ticks_of, ticks_of_text

Column = Sequence[Any]  # values as the engine stores them; their type is the column's

_HIDDEN: Final = {column.name: column for column in HIDDEN_COLUMNS if column.name in (SOURCE, SOURCE_FIELDS)}
# What no clock says: .NET's and Defender's "no time" is the year 1.
_NO_TIME_BEFORE: Final = ticks_of(datetime(1900, 1, 2))  # noqa: DTZ001 - naive is UTC here
_NO_TIME_AFTER: Final = ticks_of(datetime(2262, 1, 1))  # noqa: DTZ001


@dataclass(slots=True)
class TableColumns:
    """Rows of one table by column, in storage values. Columns that hold nothing but their default are left out."""

    table: TableSpec
    count: int
    columns: dict[str, Column] = field(default_factory=dict)

    def parts(self, size: int) -> "Iterator[TableColumns]":
        """Cut into parts of at most `size` rows."""
        if self.count <= size:
            yield self
            return
        for start in range(0, self.count, size):
            end = min(start + size, self.count)
            yield TableColumns(self.table, end - start, {name: v[start:end] for name, v in self.columns.items()})


class DoesNotFit(ValueError):
    """A value that its column cannot hold; the text says why."""


def convert_rows(mapped: MappedRows) -> tuple[TableColumns | None, list[Refusal]]:
    """Turn rows into columns; rows that do not fit become refusals. None when no row is left."""
    table = find_table(mapped.table)
    if table is None:
        reason = unknown_table(mapped.table)
        return None, [Refusal(_line(row), "unknown_table", reason) for row in mapped.rows]
    rows: Sequence[Row] = mapped.rows
    known = specs_of(table)
    names: set[str] = set().union(*rows)
    refusals: list[Refusal] = []
    strangers = names - known.keys() - {LINE}
    if strangers:
        bad = [(row, next(iter(row.keys() & strangers))) for row in rows if row.keys() & strangers]
        refusals = [Refusal(_line(row), "unknown_column", unknown_column(table, name)) for row, name in bad]
        rows = [row for row in rows if not row.keys() & strangers]
        names -= strangers
    if not rows:
        return None, refusals
    lines = [_line(row) for row in rows]
    ordered = [name for name in known if name in names]  # one order of columns, whatever the order of the keys
    values = {name: [row.get(name) for row in rows] for name in ordered}
    converted, unfit = convert_columns(table, values, lines)
    return converted, refusals + unfit


def convert_columns(
    table: TableSpec, values: dict[str, list[Any]], lines: Sequence[int]
) -> tuple[TableColumns | None, list[Refusal]]:
    """Turn columns of Python values (or of `msgspec.Raw` JSON) into storage values. `lines` name the rows in refusals."""
    known = specs_of(table)
    count = len(lines)
    bad: dict[int, Refusal] = {}
    if table.time_column and TIME not in values:
        values = {TIME: [None] * count, **values}
    columns: dict[str, Column] = {}
    for name, column in values.items():
        spec = known[name]
        kind = _kind(spec)
        fast = _FAST[kind](column)
        if fast is None:
            fast = _convert_each(spec, kind, column, lines, bad)
        columns[name] = fast
    if table.time_column:
        _check_times(columns[TIME], lines, bad)
    if bad:
        columns = {name: [v for row, v in enumerate(column) if row not in bad] for name, column in columns.items()}
    refusals = [bad[row] for row in sorted(bad)]
    if len(bad) == count:
        return None, refusals
    kept = {name: column for name, column in columns.items() if name == TIME or _says_something(known[name], column)}
    return TableColumns(table, count - len(bad), kept), refusals


@cache
def _specs_by_name(name: str) -> dict[str, ColumnSpec]:
    table = find_table(name)
    assert table is not None  # noqa: S101 - callers hold the table
    return {column.name: column for column in table.columns} | _HIDDEN


def specs_of(table: TableSpec) -> dict[str, ColumnSpec]:
    """Return the columns that a row may fill: those of the table, and the source's own beside it."""
    return _specs_by_name(table.name)


def unknown_column(table: TableSpec, name: str) -> str:
    """Say that the table has no such column, and which one may be meant."""
    return f"{table.name} has no column {name}.{_perhaps(name, [column.name for column in table.columns])}"


def unknown_table(name: str) -> str:
    """Say that there is no such table, and which one may be meant."""
    return f"There is no hunting table {name}.{_perhaps(name, [table.name for table in TABLES])}"


def _perhaps(name: str, known: Sequence[str]) -> str:
    lowered = {candidate.lower(): candidate for candidate in known}
    close = get_close_matches(name.lower(), lowered, n=1, cutoff=0.7)
    return f" Did you mean {lowered[close[0]]}?" if close else ""


def _line(row: Row) -> int:
    line = row.get(LINE, 0)
    return line if isinstance(line, int) else 0


def _kind(spec: ColumnSpec) -> str:
    return "json_text" if spec.type == "string" and spec.holds_json else spec.type


def _says_something(spec: ColumnSpec, column: Column) -> bool:
    if spec.type in ("string", "dynamic"):
        return any(column)
    return any(value is not None for value in column)


def _check_times(times: Column, lines: Sequence[int], bad: dict[int, Refusal]) -> None:
    # `min` of a column with a None raises, which is as good a sign as any that something is wrong.
    try:
        if min(times) >= EARLIEST and max(times) < LATEST:
            return
    except TypeError:
        pass
    for row, ticks in enumerate(times):
        if row in bad:
            continue
        if ticks is None:
            bad[row] = Refusal(lines[row], "missing_time", f"{TIME} is missing.")
        elif not EARLIEST <= ticks < LATEST:
            bad[row] = Refusal(
                lines[row], "time_out_of_range", f"{TIME} lies before 1970 or after {LATEST // DAY // 365 + 1970}."
            )


def _convert_each(
    spec: ColumnSpec, kind: str, column: Sequence[Any], lines: Sequence[int], bad: dict[int, Refusal]
) -> list[Any]:
    one = _ONE[kind]
    converted: list[Any] = []
    for row, value in enumerate(column):
        try:
            converted.append(one(value))
        except DoesNotFit as error:
            converted.append(None)
            bad.setdefault(row, Refusal(lines[row], "wrong_type", f"{spec.name}: {error}"))
    return converted


# One value at a time: the rules. Each raises DoesNotFit.


def _one_text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DoesNotFit(f"a string is wanted, not {_named(value)}.")
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _one_json(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _one_text(value)
    if isinstance(value, msgspec.Raw):
        return _raw_json(value, quoted=True)
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except (TypeError, ValueError) as error:
        raise DoesNotFit(f"it cannot be written as JSON ({error}).") from error


def _one_json_text(value: object) -> str:
    if isinstance(value, msgspec.Raw):
        return _raw_json(value, quoted=False)
    return _one_json(value)


def _raw_json(raw: msgspec.Raw, *, quoted: bool) -> str:
    """Return JSON as it came.

    A JSON string that holds an object or an array stands for that; any other loses its quotes, unless `quoted` keeps
    them (a dynamic value that is a string).
    """
    try:
        text = bytes(raw).decode()
        if text[:1] != '"':
            return "" if text == "null" else text
        value: str = orjson.loads(text)
    except ValueError as error:
        raise DoesNotFit(f"it is no JSON ({error}).") from error
    return text if quoted and value[:1] not in ("{", "[") and value else value


def _whole(bits: int) -> Callable[[object], int | None]:
    limit = 1 << (bits - 1)

    def one(value: object) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise DoesNotFit(f"a whole number is wanted, not {_named(value)}.")
        if not -limit <= value < limit:
            raise DoesNotFit(f"{value} does not fit {bits} bits.")
        return value

    return one


def _one_real(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise DoesNotFit(f"a number is wanted, not {_named(value)}.")
    return float(value)


def _one_bool(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise DoesNotFit(f"true or false is wanted, not {_named(value)}.")


def _one_time(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str | datetime):
        raise DoesNotFit(f"a time is wanted, not {_named(value)}.")
    if isinstance(value, int):
        ticks = value
    elif isinstance(value, datetime):
        ticks = ticks_of(value)
    else:
        try:
            ticks = ticks_of_text(value)
        except ValueError:
            raise DoesNotFit(f"a time such as 2026-03-02T12:00:00Z is wanted, not “{value[:40]}”.") from None
    return ticks if _NO_TIME_BEFORE <= ticks < _NO_TIME_AFTER else None


def _named(value: object) -> str:
    names = {
        str: "a string",
        int: "a whole number",
        float: "a number",
        bool: "a truth value",
        dict: "an object",
        list: "an array",
    }
    return names.get(type(value), type(value).__name__)


_ONE: Final[dict[str, Callable[[object], Any]]] = {
    "string": _one_text,
    "json_text": _one_json_text,
    "dynamic": _one_json,
    "int": _whole(32),
    "long": _whole(64),
    "real": _one_real,
    "bool": _one_bool,
    "datetime": _one_time,
}

# Whole columns: each returns the column in storage values, or None when it must be looked at value by value.


def _fast_text(column: Sequence[Any]) -> Column | None:
    kinds = set(map(type, column))
    if not kinds <= {str, NoneType}:
        return None
    if NoneType in kinds:
        column = [value or "" for value in column]
    try:
        "".join(column).encode()  # half of a surrogate pair, as broken logs have, cannot be stored
    except UnicodeEncodeError:
        return None
    return column


def _fast_whole(bits: int) -> Callable[[Sequence[Any]], Column | None]:
    limit = 1 << (bits - 1)

    def fast(column: Sequence[Any]) -> Column | None:
        if not set(map(type, column)) <= {int, NoneType}:
            return None
        present = [value for value in column if value is not None]
        return column if not present or (-limit <= min(present) and max(present) < limit) else None

    return fast


def _fast_if(*kinds: type) -> Callable[[Sequence[Any]], Column | None]:
    allowed = {*kinds, NoneType}

    def fast(column: Sequence[Any]) -> Column | None:
        return column if set(map(type, column)) <= allowed else None

    return fast


def _fast_time(column: Sequence[Any]) -> Column | None:
    kinds = set(map(type, column)) - {NoneType}
    if not kinds:
        return column
    try:
        if kinds == {str}:
            column = [ticks_of_text(value) if value else None for value in column]
        elif kinds == {datetime}:
            column = [None if value is None else ticks_of(value) for value in column]
        elif kinds != {int}:
            return None
    except ValueError:
        return None
    present = [value for value in column if value is not None]
    inside = not present or (min(present) >= _NO_TIME_BEFORE and max(present) < _NO_TIME_AFTER)
    return column if inside else None


_FAST: Final[dict[str, Callable[[Sequence[Any]], Column | None]]] = {
    "string": _fast_text,
    "json_text": _fast_text,
    "dynamic": _fast_text,
    "int": _fast_whole(32),
    "long": _fast_whole(64),
    "real": _fast_if(float, int),
    "bool": _fast_if(bool),
    "datetime": _fast_time,
}
