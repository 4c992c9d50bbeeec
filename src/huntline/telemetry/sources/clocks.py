"""The clock of a host, as its shipper writes it.

Collectors often write local time without a zone, or with a Z that is wrong (whole recordings are off by hours). Sysmon's own `UtcTime`
tells: the distance between it and the time outside, in whole quarters of an hour, is the zone; it is put right for every event of
that host, so that events of two logs of one machine can be set side by side.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from huntline.telemetry.sources.event import Event
from huntline.telemetry.sources.values import moment

QUARTER: Final = timedelta(minutes=15)
# Zones lie between -12 and +14 hours; a 12-hour clock adds another twelve.
FARTHEST: Final = timedelta(hours=26)


class HostClocks:
    """The zone error of each host, learned from Sysmon's events."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._offsets: dict[str, timedelta] = {}

    def learn(self, events: Iterable[Event]) -> None:
        """Count the distances of the Sysmon events among `events`. The commonest of a host counts."""
        touched = set()
        for event in events:
            utc = event.fields.get("UtcTime") if "sysmon" in event.channel else None
            inner = moment(utc) if utc is not None else None
            if inner is not None and abs(inner - event.at) <= FARTHEST:
                host = event.host
                self._seen[host][round((inner - event.at) / QUARTER)] += 1
                touched.add(host)
        for host in touched:
            quarters, _ = self._seen[host].most_common(1)[0]
            self._offsets[host] = quarters * QUARTER

    def offset(self, host: str) -> timedelta:
        """Return what must be added to the host's outer times; zero where nothing is known."""
        return self._offsets.get(host, timedelta())
