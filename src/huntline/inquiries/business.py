"""Business time: how much of a span counts, and when a span of it is over."""

import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

# Beyond it nobody promises anything; a calendar without a single opening hour must not be searched for ever.
FURTHEST: Final = timedelta(days=3660)

ALWAYS: Final[Mapping[int, tuple[time, time]]] = dict.fromkeys(range(7), (time.min, time.max))


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours by weekday (0 is Monday), in a time zone (IANA), without the holidays. `time.max` as closing is midnight."""

    timezone: zoneinfo.ZoneInfo
    weekdays: Mapping[int, tuple[time, time]]
    holidays: frozenset[date] = frozenset()

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the business time in [start, end); zero where the end is not after the start.

        >>> office = Hours(zoneinfo.ZoneInfo("UTC"), {0: (time(9), time(17))})
        >>> office.between(datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 7, 10, tzinfo=UTC))
        datetime.timedelta(seconds=7200)
        """
        total = timedelta()
        for opens, closes in self._open(start):
            if opens >= end:
                break
            total += max(timedelta(), min(closes, end) - max(opens, start))
        return total

    def after(self, start: datetime, span: timedelta) -> datetime | None:
        """Return when `span` of business time has passed since `start`; None when that is not within ten years.

        >>> office = Hours(zoneinfo.ZoneInfo("UTC"), {0: (time(9), time(17)), 1: (time(9), time(17))})
        >>> office.after(datetime(2026, 11, 30, 16, tzinfo=UTC), timedelta(hours=2))
        datetime.datetime(2026, 12, 1, 10, 0, tzinfo=datetime.timezone.utc)
        """
        left = span
        for opens, closes in self._open(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(timedelta(), closes - begins)
        return None

    def _open(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the opening times as spans of UTC that end after `start`, in their order."""
        day = start.astimezone(self.timezone).date() - timedelta(days=1)
        last = day + FURTHEST
        while day < last:
            if day not in self.holidays and day.weekday() in self.weekdays:
                opens, closes = self.weekdays[day.weekday()]
                ends = (
                    datetime.combine(day + timedelta(days=1), time.min)
                    if closes == time.max
                    else datetime.combine(day, closes)
                )
                span = tuple(
                    local.replace(tzinfo=self.timezone).astimezone(UTC)
                    for local in (datetime.combine(day, opens), ends)
                )
                # Where a clock is put forward over an opening hour, the span is shorter, and it may be none.
                if span[1] > max(span[0], start):
                    yield span[0], span[1]
            day += timedelta(days=1)
