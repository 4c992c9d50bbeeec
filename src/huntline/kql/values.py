"""The rows of an answer to Python values, and those to JSON as Kusto prints it.

The final SELECT gives each KQL type in one physical form, by position:

    string    String, never null            bool     Nullable(Bool)
    int       Nullable(Int32)               long     Nullable(Int64)
    real      Nullable(Float64)             decimal  Nullable(Decimal(76, 18))
    datetime  Nullable(Int64): ticks of 100 ns since 1970-01-01 UTC
    timespan  Nullable(Int64): ticks of 100 ns
    dynamic   Nullable(String): JSON text; a text that is no JSON stands for itself as a string
    guid      String, '' for null
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from huntline.kql.literals import format_datetime, format_timespan, parse_json
from huntline.kql.result import ResultColumn
from huntline.kql.types import KqlType

__all__ = ["decode_python", "decode_rows"]

_K = KqlType
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _same(value: object) -> object:
    return value


def _datetime(value: object) -> object:
    """Ticks to an aware datetime; Python knows microseconds, so the last digit is cut off."""
    try:
        return _EPOCH + timedelta(microseconds=int(str(value)) // 10)
    except OverflowError:
        return None


def _timespan(value: object) -> object:
    return timedelta(microseconds=int(str(value)) // 10)


def _dynamic(value: object) -> object:
    try:
        return parse_json(str(value))
    except (ValueError, RecursionError):
        return value


def _guid(value: object) -> object:
    return str(value) or None


def _bool(value: object) -> object:
    return bool(value)


def _json_real(value: object) -> object:
    """JSON has no infinities: Kusto prints them as texts."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _json_decimal(value: object) -> object:
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


_PYTHON: dict[KqlType, Callable[[object], object]] = {
    _K.BOOL: _bool,
    _K.DATETIME: _datetime,
    _K.TIMESPAN: _timespan,
    _K.DYNAMIC: _dynamic,
    _K.GUID: _guid,
}
_JSON: dict[KqlType, Callable[[object], object]] = {
    _K.BOOL: _bool,
    _K.REAL: _json_real,
    _K.DECIMAL: _json_decimal,
    _K.DATETIME: lambda value: format_datetime(int(str(value))),
    _K.TIMESPAN: lambda value: format_timespan(int(str(value))),
    _K.DYNAMIC: _dynamic,
    _K.GUID: _guid,
}


def _rows(
    columns: Sequence[ResultColumn],
    rows: Iterable[Sequence[object]],
    readers: dict[KqlType, Callable[[object], object]],
) -> Iterator[list[object]]:
    chosen = [(i, readers[column.type]) for i, column in enumerate(columns) if column.type in readers]
    for row in rows:
        values = list(row)
        for i, read in chosen:
            if values[i] is not None:
                values[i] = read(values[i])
        yield values


def decode_python(columns: Sequence[ResultColumn], rows: Iterable[Sequence[object]]) -> list[list[object]]:
    """Return each row as Python values: aware datetimes, timedeltas, parsed JSON; None for null."""
    return list(_rows(columns, rows, _PYTHON))


def decode_rows(columns: Sequence[ResultColumn], rows: Iterable[Sequence[object]]) -> list[list[object]]:
    """Return each row as JSON values: datetimes as `2020-01-01T00:00:00.0000000Z`, timespans as `[-][d.]hh:mm:ss[.fffffff]`."""
    return list(_rows(columns, rows, _JSON))
