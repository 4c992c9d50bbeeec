"""Whether an answer is the one that the documentation prints.

Pages print values as text: rounded, dates in several spellings, the keys of an object and the elements of a set in any order. Rows may
come in another order too, except that the columns a query sorts by must read as printed from top to bottom. Columns may have other names
or another order, not both.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from huntline.scoring.lines import Answer
from huntline.scoring.printed import NULLS, close, json_value, moment, number, span, unquoted

Row = Sequence[Any]  # a cell is a Python value as `huntline.kql.values.decode_python` gives it

_SECOND: Final = timedelta(seconds=1)
_MILLISECOND: Final = timedelta(milliseconds=1)


def same_answer(wanted: Answer, columns: Sequence[str], rows: Sequence[Row], *, sorted_by: Sequence[str] = ()) -> bool:
    """Whether rows are the printed ones. `sorted_by`: columns of the answer by which the query sorts, foremost first."""
    if len(rows) != len(wanted.rows):
        return False
    width = len(columns)
    printed = [tuple(row[:width]) + ("",) * (width - len(row)) for row in wanted.rows]
    keys = [columns.index(name) for name in sorted_by if name in columns]
    if wanted.columns is None:
        return all(len(row) <= width for row in wanted.rows) and _same_rows(printed, rows, keys)
    if len(wanted.columns) != width:
        return False
    if _same_rows(printed, rows, keys):
        return True
    places = _by_name(wanted.columns, columns)
    return places is not None and _same_rows([[row[i] for i in places] for row in printed], rows, keys)


def _by_name(wanted: Sequence[str], columns: Sequence[str]) -> list[int] | None:
    """Return for each column of the answer where the page has it; None where they are not the same names, case aside."""
    places = {name.strip().lower(): i for i, name in enumerate(wanted)}
    names = [name.lower() for name in columns]
    return [places[name] for name in names] if len(places) == len(wanted) and set(names) == set(places) else None


def _same_rows(printed: Sequence[Sequence[str]], rows: Sequence[Row], keys: Sequence[int]) -> bool:
    in_order = all(same_value(texts[i], row[i]) for texts, row in zip(printed, rows, strict=True) for i in keys)
    return in_order and _paired(printed, rows, lambda texts, row: all(map(same_value, texts, row)))


def _paired(wanted: Sequence[Any], found: Sequence[Any], same: Callable[[Any, Any], bool]) -> bool:
    """Whether each wanted item has one of its own among as many that were found."""
    if len(wanted) != len(found):
        return False
    left = list(found)
    for item in wanted:
        # The first that is left is nearly always the one: items in the same order are compared once each.
        place = next((i for i, other in enumerate(left) if same(item, other)), None)
        if place is None:
            return False
        del left[place]
    return True


def same_value(printed: str, value: Any) -> bool:
    """Whether a value is the one that is printed."""
    text = printed.strip()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return text.lower() in NULLS
    return _RULES.get(type(value), _same_other)(text, value)


def _same_bool(text: str, value: bool) -> bool:  # noqa: FBT001 - one of the rules below
    return text.lower() in ({"true", "1"} if value else {"false", "0"})


def _same_number(text: str, value: float | Decimal) -> bool:
    wanted = number(text)
    return wanted is not None and close(wanted, float(value), text)


def _same_moment(text: str, value: datetime) -> bool:
    wanted = moment(text)
    found = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if wanted is None:
        return False
    return abs(found - wanted) <= _MILLISECOND if "." in text else abs(found - wanted) < _SECOND


def _same_span(text: str, value: timedelta) -> bool:
    wanted = span(text)
    return wanted is not None and abs(value - wanted) < _MILLISECOND


def _same_dynamic(text: str, value: list[Any] | dict[str, Any]) -> bool:
    return (value == [] and not text) or _same_json(json_value(text), value)


def _same_other(text: str, value: object) -> bool:
    found = str(value)
    if found in (text, unquoted(text)) or found.split() == text.split():
        return True
    if not found:
        return text.lower() in NULLS
    for read, same in _READINGS:
        wanted, had = read(text), read(found)
        if wanted is not None and had is not None:
            return bool(same(wanted, had, text))
    return False


def _same_json(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, list | dict) and isinstance(found, str):
        found = json_value(found)
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict)
            and wanted.keys() == found.keys()
            and all(_same_json(value, found[key]) for key, value in wanted.items())
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and _paired(wanted, found, _same_json)
    if isinstance(found, list | dict):
        return False
    if _is_number(wanted) and _is_number(found):
        return close(float(wanted), float(found), str(wanted))
    # A page and an engine may differ in what is a text: "1" and 1, "true" and true.
    return bool(wanted == found) or same_value("" if wanted is None else str(wanted), found)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_RULES: Final[Mapping[type, Callable[[str, Any], bool]]] = {
    bool: _same_bool,
    int: _same_number,
    float: _same_number,
    Decimal: _same_number,
    datetime: _same_moment,
    timedelta: _same_span,
    list: _same_dynamic,
    dict: _same_dynamic,
}
# What a text may be besides itself, in this order.
_READINGS: Final[tuple[tuple[Callable[[str], Any], Callable[[Any, Any, str], bool]], ...]] = (
    (moment, lambda wanted, found, _: abs(wanted - found) <= _MILLISECOND),
    (json_value, lambda wanted, found, _: _same_json(wanted, found)),
    (number, close),
)
