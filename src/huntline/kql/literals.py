"""Texts of datetimes and timespans to ticks of 100 ns, and back."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

TICKS_PER_SECOND = 10_000_000
TICKS_PER_DAY = 86_400 * TICKS_PER_SECOND
FIRST_TICK = -621_355_968_000_000_000
"""0001-01-01 in ticks since 1970: the zero of Kusto's own calendar, to which `bin` aligns."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

UNIT_TICKS: dict[str, int] = {
    **dict.fromkeys(("d", "day", "days"), TICKS_PER_DAY),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600 * TICKS_PER_SECOND),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60 * TICKS_PER_SECOND),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), TICKS_PER_SECOND),
    **dict.fromkeys(("ms", "milli", "millis", "millisecond", "milliseconds"), 10_000),
    **dict.fromkeys(("micro", "micros", "microsecond", "microseconds"), 10),
    **dict.fromkeys(("tick", "ticks"), 1),
}
_NANOSECOND_UNITS = frozenset({"nano", "nanos", "nanosecond", "nanoseconds"})

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_DASH = re.compile(r"(?<=\d) - (?=\d)")
_US = re.compile(
    r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?\s*([AaPp][Mm])?)?$"
)
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?\s*([AaPp][Mm])?$")
_CLOCK = re.compile(r"(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$")
_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?)\s*([a-z]+)$")


def datetime_ticks(value: datetime) -> int:
    """Return an aware datetime as ticks since 1970."""
    return (value - _EPOCH) // timedelta(microseconds=1) * 10


def parse_datetime(text: str) -> int | None:
    """Return the ticks since 1970 of a date as people write it, or None where it is none."""
    text = _DASH.sub("-", " ".join(text.split()))
    if found := _ISO.match(text):
        year, month, day, hour, minute, second, fraction, zone = found.groups()
        ticks = _ticks(
            (int(year), int(month), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0)), fraction
        )
        return None if ticks is None else ticks - _zone_ticks(zone)
    if found := _US.match(text):
        month, day, year, hour, minute, second, fraction, half = found.groups()
        clock = int(hour or 0)
        if half:
            clock = clock % 12 + (12 if half.lower() == "pm" else 0)
        return _ticks((int(year), int(month), int(day), clock, int(minute or 0), int(second or 0)), fraction)
    if re.fullmatch(r"\d{4}", text):
        return _ticks((int(text), 1, 1, 0, 0, 0), None)
    if re.match(r"[A-Za-z]{3},? ", text) or re.match(r"\d{1,2} [A-Za-z]{3}", text):
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, IndexError, TypeError):
            return None
        return datetime_ticks(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return None


def _zone_ticks(zone: str | None) -> int:
    if not zone or zone[0] not in "+-":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return (-minutes if zone[0] == "-" else minutes) * 60 * TICKS_PER_SECOND


def _ticks(moment_parts: tuple[int, int, int, int, int, int], fraction: str | None) -> int | None:
    year, month, day, hour, minute, second = moment_parts
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return datetime_ticks(moment) + int(((fraction or "") + "0000000")[:7])


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time without a date, in ticks since midnight: a datetime of the day on which the query runs."""

    ticks: int

    def on_day_of(self, now: int) -> int:
        """Return the ticks of this time on the day of a moment, both since 1970."""
        return now // TICKS_PER_DAY * TICKS_PER_DAY + self.ticks


def parse_time_of_day(text: str) -> TimeOfDay | None:
    """Return the time of `8:00:00 AM` or `17:30`, or None where it is none."""
    found = _TIME_OF_DAY.match(text.strip())
    if found is None:
        return None
    hour, minute, second, fraction, half = found.groups()
    clock = int(hour)
    if half:
        clock = clock % 12 + (12 if half.lower() == "pm" else 0) if 1 <= clock <= 12 else 24
    if clock > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    total = (clock * 60 + int(minute)) * 60 + int(second or 0)
    return TimeOfDay(total * TICKS_PER_SECOND + int(((fraction or "") + "0000000")[:7]))


def parse_json(text: str) -> object:
    """Return the value of a JSON text.

    Raises:
        ValueError: it is no JSON. `NaN` and `Infinity` are none, and neither is half of a surrogate pair.
        RecursionError: it is nested too deep.
    """
    value = json.loads(text, parse_constant=_refuse_constant)
    if "\\ud" in text or "\\uD" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def parse_timespan(text: str) -> int | None:
    """Return the ticks of a timespan (`1d`, `2 hours`, `1.02:03:04.5`, `3` for days), or None where it is none."""
    text = text.strip().lower()
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        text = text[1:-1]
    if found := _CLOCK.match(text):
        sign, days, hours, minutes, seconds, fraction = found.groups()
        total = ((int(days or 0) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds or 0)
        ticks = total * TICKS_PER_SECOND + int(((fraction or "") + "0000000")[:7])
        return -ticks if sign else ticks
    if found := _AMOUNT.match(text):
        return amount_ticks(found.group(1), found.group(2))
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return amount_ticks(text, "d")
    return None


def amount_ticks(amount: str, unit: str) -> int | None:
    """Return the ticks of `amount` units, or None for a unit that does not exist."""
    if unit in _NANOSECOND_UNITS:
        return int(float(amount) / 100)
    per_unit = UNIT_TICKS.get(unit)
    if per_unit is None:
        return None
    return int(amount) * per_unit if "." not in amount else round(float(amount) * per_unit)


def format_datetime(ticks: int) -> str:
    """Return ticks since 1970 as `2020-01-01T00:00:00.1234567Z`."""
    return format_datetime_sql(ticks).replace(" ", "T") + "Z"


def format_datetime_sql(ticks: int) -> str:
    """Return ticks since 1970 as `2020-01-01 00:00:00.1234567`, held within the years 1 to 9999."""
    seconds, rest = divmod(min(max(ticks, FIRST_TICK), 2_534_023_007_999_999_999), TICKS_PER_SECOND)
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02} {moment:%H:%M:%S}.{rest:07}"


def format_timespan(ticks: int) -> str:
    """Return ticks as `[-][d.]hh:mm:ss[.fffffff]`."""
    days, rest = divmod(abs(ticks), TICKS_PER_DAY)
    seconds, fraction = divmod(rest, TICKS_PER_SECOND)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{'-' if ticks < 0 else ''}{f'{days}.' if days else ''}{clock}{f'.{fraction:07}' if fraction else ''}"
