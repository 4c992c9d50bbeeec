"""When and where each technique is played: all by a script in the last hour, most also by hand in the days and weeks before."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from huntline.demo.calendar import uptimes
from huntline.demo.dice import keyed_number
from huntline.demo.exercise.catalogue import Technique, catalogue
from huntline.demo.exercise.play import play
from huntline.demo.fleet import Device, Fleet, Role
from huntline.demo.moments import DAY, HOUR, MINUTE, midnight, to_datetime
from huntline.demo.stage import Stage

_SERVERS = {
    "dc": Role.DOMAIN_CONTROLLER,
    "web": Role.WEB_SERVER,
    "sql": Role.SQL_SERVER,
    "files": Role.FILE_SERVER,
    "jump": Role.JUMP_SERVER,
    "server": Role.BUILD_SERVER,
    "linux": Role.LINUX_WEB,
    "mac": Role.MAC,
}
# A play takes some minutes, in which its device has to stay up; what starts before midnight ends before it.
_LONGEST = 12 * MINUTE

Turn = tuple[int, Technique]


class Exercise:
    """The turns of a fleet up to `last` (ticks)."""

    def __init__(self, fleet: Fleet, last: int) -> None:
        self._fleet, self._last = fleet, last
        self._turns: defaultdict[tuple[str, date], list[Turn]] = defaultdict(list)
        techniques = catalogue()
        for number, technique in enumerate(techniques):
            for moment in self._moments(technique, number / len(techniques)):
                self._book(technique, moment)

    def perform(self, stage: Stage) -> None:
        """Play the turns of the stage's device and day."""
        for moment, technique in sorted(self._turns[stage.device.device_id, stage.day], key=lambda turn: turn[0]):
            play(stage, technique, moment)

    def _moments(self, technique: Technique, share: float) -> Iterator[int]:
        """Yield the moments of a technique: the script's in the last hour, and up to three by hand, which follow from its name."""
        yield self._last - 56 * MINUTE + int(share * 42 * MINUTE)

        def back(part: str, low: int, high: int) -> int:
            return self._last - low - keyed_number(self._fleet.seed, part, technique.title, below=high - low)

        kind = keyed_number(self._fleet.seed, "habit", technique.title, below=4)
        if kind >= 1:
            yield back("week", DAY + 2 * HOUR, 6 * DAY)
        if kind >= 2:
            yield back("month", 8 * DAY, 27 * DAY)
            yield back("day", 2 * HOUR, 20 * HOUR)

    def _book(self, technique: Technique, moment: int) -> None:
        zone = self._fleet.customer.zone
        day = to_datetime(moment).date()
        moment = min(max(moment, midnight(zone, day) + 25 * MINUTE), midnight(zone, day) + DAY - 2 * _LONGEST)
        for _ in range(8):
            found = self._device(technique, day, moment)
            if found is not None:
                device, start = found
                self._turns[device.device_id, day].append((start, technique))
                return
            day, moment = day - timedelta(days=1), moment - DAY

    def _device(self, technique: Technique, day: date, moment: int) -> tuple[Device, int] | None:
        """Return a device that is up, and when to begin; on another day, when none of its kind is."""
        fleet = self._fleet
        if technique.platform == "laptop":
            laptops = list(fleet.all_of(Role.LAPTOP))
            first = keyed_number(fleet.seed, "seat", technique.title, below=len(laptops))
            devices = [*laptops[first:], *laptops[:first], fleet.one(Role.BUILD_SERVER), fleet.one(Role.JUMP_SERVER)]
        else:
            devices = list(fleet.all_of(_SERVERS[technique.platform]))
        for device in devices:
            if self._is_up(device, day, moment):
                return device, moment
        for device in devices:
            for span in uptimes(fleet, device, day):
                start = min(span.end - _LONGEST, moment)
                if span.start + _LONGEST < start < self._last:
                    return device, start
        return None

    def _is_up(self, device: Device, day: date, moment: int) -> bool:
        return any(span.start + _LONGEST < moment < span.end - _LONGEST for span in uptimes(self._fleet, device, day))
