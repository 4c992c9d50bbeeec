"""Periods of whole days in UTC, and the months among them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from huntline.kernel import now
from huntline.reports.errors import MonthInvalid, PeriodInvalid

LONGEST_DAYS: Final = 190
_MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` to `until`, both included."""

    since: date
    until: date

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.since, time.min, UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.until + timedelta(days=1), time.min, UTC)

    @property
    def days(self) -> list[date]:
        """Its days."""
        return [self.since + timedelta(days=number) for number in range((self.until - self.since).days + 1)]

    @property
    def month(self) -> str | None:
        """The month that it is, as 2026-06; None for any other period."""
        return None if month_of(self.since) != self else f"{self.since:%Y-%m}"


def month_of(day: date) -> Period:
    """Return the month of a day.

    >>> month_of(date(2026, 2, 14)).until
    datetime.date(2026, 2, 28)
    """
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def month_called(text: str) -> Period:
    """Return the month of a text such as 2026-06. Raises MonthInvalid."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise MonthInvalid
    return month_of(date(int(found[1]), int(found[2]), 1))


def period_from(month: str | None, since: date | None, until: date | None) -> Period:
    """Return the period asked for: a month, or from and to; without any of them the present month. Raises MonthInvalid, PeriodInvalid."""
    today = now().astimezone(UTC).date()
    if month is not None:
        period = month_called(month)
    elif since is None and until is None:
        period = month_of(today)
    else:
        last = until or today
        period = Period(since or last.replace(day=1), last)
    too_long = (period.until - period.since).days >= LONGEST_DAYS
    if period.since > period.until or period.since > today or too_long:
        raise PeriodInvalid(LONGEST_DAYS)
    return period
