"""When to try again: what mails and webhooks have in common."""

from datetime import timedelta
from typing import Final

# A worker that has not finished by then is taken for dead, and what it had in hand may be claimed again.
LEASE: Final = timedelta(minutes=15)
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=1)
GIVE_UP_AFTER: Final = timedelta(days=5)  # RFC 5321, 4.5.4.1: at least four to five days


def pause_after(tries: int, longest: timedelta = LONGEST_PAUSE) -> timedelta:
    """Return how long to wait after so many tries (1 or more): twice as long each time, `longest` at most.

    >>> [int(pause_after(n).total_seconds()) for n in (1, 2, 3, 20)]
    [30, 60, 120, 3600]
    """
    factor: int = 2 ** min(tries - 1, 12)
    return min(FIRST_PAUSE * factor, longest)
