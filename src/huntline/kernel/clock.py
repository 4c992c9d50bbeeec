"""One clock: code asks `now()`, and a test moves it with `use_clock(FixedClock(...))`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time in UTC, aware."""

    def now(self) -> datetime:
        """Return the present moment."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment at which the clock was set."""
        return self._at

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward (or back, by a negative span) and return the new moment."""
        self._at += by
        return self._at


# Process-wide on purpose: threads of one server and of one test tell the same time.
_clocks: list[Clock] = [SystemClock()]


def current_clock() -> Clock:
    """Return the clock in force."""
    return _clocks[-1]


def now() -> datetime:
    """Return the present moment in UTC, aware."""
    return current_clock().now()


@contextmanager
def use_clock(replacement: Clock) -> Iterator[Clock]:
    """Tell the time by `replacement` inside the block."""
    _clocks.append(replacement)
    try:
        yield replacement
    finally:
        _clocks.remove(replacement)
