"""Times as the engine stores them: ticks of 100 ns since 1970, in UTC."""

from datetime import UTC, datetime
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
TICKS: Final = 10_000_000
DAY: Final = 86_400 * TICKS

# What a partition by day can hold; an event outside of it has a broken clock.
EARLIEST: Final = 0
LATEST: Final = 65_000 * DAY  # in the year 2147


def ticks_of(moment: datetime) -> int:
    """Return the ticks of an aware datetime, or of a naive one in UTC."""
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH
    return (since.days * 86_400 + since.seconds) * TICKS + since.microseconds * 10


def ticks_of_text(text: str) -> int:
    """Return the ticks of an ISO 8601 text; without a zone it is UTC. Digits beyond 100 ns are cut. Raises ValueError.

    >>> ticks_of_text("1970-01-01T00:00:01.2345678Z")
    12345678
    """
    ticks = ticks_of(datetime.fromisoformat(text))
    # A datetime ends at microseconds; the seventh digit stands behind them.
    if len(text) > 26 and text[19] == "." and text[26].isdigit():
        ticks += int(text[26])
    return ticks


def moment_of(ticks: int) -> datetime:
    """Return the moment, to the microsecond."""
    return datetime.fromtimestamp(ticks // TICKS, UTC).replace(microsecond=ticks % TICKS // 10)


def text_of(ticks: int) -> str:
    """Return the moment as ISO 8601 text, to the tick.

    >>> text_of(12345678)
    '1970-01-01T00:00:01.2345678Z'
    """
    return f"{moment_of(ticks):%Y-%m-%dT%H:%M:%S}.{ticks % TICKS:07}Z"
