"""Calls that one client may make in a minute and in an hour.

Counted in this process's memory: the limit protects the process, a restart forgives, and no call waits for a row. With several processes
each counts for itself. See docs/decisions/0010-rate-limits.md.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from huntline.compat.errors import CallsExceeded
from huntline.kernel import now

_WINDOWS: Final = {"minute": 60, "hour": 3600}
# Forget full buckets from time to time, so that clients that are gone take no memory.
_SWEEP_AT: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    """What a client has left, and when that was counted."""

    left: float
    counted: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """How many calls a client may make: a burst of that many, refilled evenly over the window."""

    name: str
    per_minute: int
    per_hour: int
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def spend(self, client: str) -> None:
        """Count a call of this client. Raises CallsExceeded, with the seconds until the next one is allowed; that call is not counted."""
        moment = now()
        sizes = {"minute": self.per_minute, "hour": self.per_hour}
        with self._lock:
            buckets = {window: self._refilled(client, window, size, moment) for window, size in sizes.items()}
            for window, bucket in buckets.items():
                if bucket.left < 1:
                    raise CallsExceeded(sizes[window], window, (1 - bucket.left) * _WINDOWS[window] / sizes[window])
            for bucket in buckets.values():
                bucket.left -= 1

    def reset(self) -> None:
        """Forget every call."""
        with self._lock:
            self._buckets.clear()

    def _refilled(self, client: str, window: str, size: int, moment: datetime) -> _Bucket:
        bucket = self._buckets.get((client, window))
        if bucket is None:
            if len(self._buckets) >= _SWEEP_AT:
                self._sweep(moment)
            bucket = self._buckets[client, window] = _Bucket(float(size), moment)
        elapsed = max(0.0, (moment - bucket.counted).total_seconds())
        bucket.left = min(float(size), bucket.left + elapsed * size / _WINDOWS[window])
        bucket.counted = moment
        return bucket

    def _sweep(self, moment: datetime) -> None:
        idle = [
            key for key, bucket in self._buckets.items() if (moment - bucket.counted).total_seconds() > _WINDOWS[key[1]]
        ]
        for key in idle:
            del self._buckets[key]


# The documented figures of each contract. Graph names none for an hour.
ALERTS: Final = Limit("alerts", per_minute=100, per_hour=1500)
BATCHES: Final = Limit("batches", per_minute=10, per_hour=500)
CREATIONS: Final = Limit("creations", per_minute=15, per_hour=900)
GRAPH: Final = Limit("graph", per_minute=150, per_hour=9000)
INCIDENTS: Final = Limit("incidents", per_minute=50, per_hour=1500)
MACHINES: Final = Limit("machines", per_minute=100, per_hour=1500)
RELATED: Final = Limit("related", per_minute=100, per_hour=1500)
HUNTING: Final = Limit("hunting", per_minute=45, per_hour=1500)
SIEM: Final = Limit("siem", per_minute=100, per_hour=1500)
ALL: Final = (ALERTS, BATCHES, CREATIONS, GRAPH, HUNTING, INCIDENTS, MACHINES, RELATED, SIEM)
