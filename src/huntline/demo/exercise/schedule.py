"""When and where each technique is played: all by a script in the last hour, most also by hand in the days and weeks before."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from huntline.demo.calendar import uptimes
from huntline.demo.dice import keyed_number
from huntline.demo.exercise.catalogue import STATE, Technique, catalogue
from huntline.demo.exercise.play import play
from huntline.demo.fleet import Device, Fleet, Role
from huntline.demo.moments import DAY, HOUR, MINUTE, midnight, to_datetime
from huntline.demo.stage import Stage

_ROLES = {
    "laptop": Role.LAPTOP,
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
        techniques = [technique for technique in catalogue() if technique.id != STATE]
        for number, technique in enumerate(techniques):
            for moment in self._moments(technique, number / len(techniques)):
                self._book(technique, moment)
        for state in catalogue():
            if state.id == STATE:
                for device in self._devices(state.platform):
                    self._tell(state, device)

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
        """Give a technique its turn at the moment, or on an earlier day when no device of its kind is up."""
        zone = self._fleet.customer.zone
        day = to_datetime(moment).date()
        start = min(max(moment, midnight(zone, day) + 25 * MINUTE), midnight(zone, day) + DAY - 2 * _LONGEST)
        for back in range(8):
            found = self._seat(technique, day - timedelta(days=back), start - back * DAY)
            if found is not None:
                device, begins = found
                self._turns[device.device_id, day - timedelta(days=back)].append((begins, technique))
                return

    def _tell(self, state: Technique, device: Device) -> None:
        """Leave what is known of a device when it was last up."""
        last = to_datetime(self._last).date()
        for day in (last - timedelta(days=back) for back in range(8)):
            begins = self._within(device, day, self._last - 15 * MINUTE)
            if begins is not None:
                self._turns[device.device_id, day].append((begins, state))
                return

    def _devices(self, platform: str) -> list[Device]:
        if platform == "windows":
            return [device for device in self._fleet.devices if device.is_windows]
        return list(self._fleet.all_of(_ROLES[platform]))

    def _seat(self, technique: Technique, day: date, moment: int) -> tuple[Device, int] | None:
        """Return a device that is up, and when to begin; on another day, when none of its kind is."""
        fleet = self._fleet
        devices = self._devices(technique.platform)
        if technique.platform == "laptop":
            first = keyed_number(fleet.seed, "seat", technique.title, below=len(devices))
            devices = [*devices[first:], *devices[:first], fleet.one(Role.BUILD_SERVER), fleet.one(Role.JUMP_SERVER)]
        if moment < self._last:
            for device in devices:
                if self._within(device, day, moment) == moment:
                    return device, moment
        for device in devices:
            begins = self._within(device, day, moment)
            if begins is not None and begins < self._last:
                return device, begins
        return None

    def _within(self, device: Device, day: date, moment: int) -> int | None:
        """Return the moment, or the last one before it on that day, at which there is time for a play."""
        earliest = midnight(self._fleet.customer.zone, day) + _LONGEST
        for span in reversed(uptimes(self._fleet, device, day)):
            begins = min(span.end - _LONGEST, moment)
            if max(span.start + _LONGEST, earliest) <= begins:
                return begins
        return None
