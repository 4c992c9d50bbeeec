"""The virtual clock: moments are whole ticks of 100 ns since 1970 (UTC), as fine as the hunting tables are."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 10_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ticks(moment: datetime) -> int:
    """Return an aware moment as ticks."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * 10


def to_datetime(ticks: int) -> datetime:
    """Return ticks as an aware UTC moment; the last digit (100 ns) is lost."""
    return _EPOCH + timedelta(microseconds=ticks // 10)


@lru_cache(maxsize=512)
def _date_text(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).date().isoformat()


def to_text(ticks: int) -> str:
    """Return ticks as RFC 3339 text with seven decimals.

    >>> to_text(1_234_567_891)
    '1970-01-01T00:02:03.4567891Z'
    """
    day, rest = divmod(ticks, DAY)
    seconds, fraction = divmod(rest, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{_date_text(day)}T{hour:02d}:{minute:02d}:{second:02d}.{fraction:07d}Z"


@lru_cache(maxsize=512)
def midnight(zone: str, day: date) -> int:
    """Return the moment at which the day begins in the zone."""
    return to_ticks(datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)))


def local_date(zone: str, moment: datetime) -> date:
    """Return the calendar day of an aware moment in the zone."""
    return moment.astimezone(ZoneInfo(zone)).date()
