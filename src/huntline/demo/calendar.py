"""When devices are on: laptops in their people's office hours, servers from one patch night to the next."""

from dataclasses import dataclass
from datetime import date, timedelta

from huntline.demo.dice import Dice, keyed_number
from huntline.demo.fleet import Device, Fleet
from huntline.demo.moments import DAY, HOUR, MINUTE, SECOND, midnight

PATCH_WEEKDAY = 2  # the night to Wednesday
SATURDAY = 5
LINUX_CYCLE = 28  # days between the restarts of a Linux server


@dataclass(frozen=True, slots=True)
class Uptime:
    """From the start of a device to its end, in ticks; `began` is the local day of the start."""

    began: date
    start: int
    end: int


def office_hours(fleet: Fleet, device: Device, day: date) -> Uptime | None:
    """Return from when to when a laptop is on, or None when its owner is away."""
    dice = Dice(fleet.seed, "office", device.device_id, day.toordinal())
    is_weekend = day.weekday() >= SATURDAY
    if not device.works_daily and not dice.chance(0.08 if is_weekend else 0.94):
        return None
    arrival = min(max(dice.around(8 * 60 + 50, 24), 6 * 60 + 30), 10 * 60 + 40)
    departure = min(max(dice.around(18 * 60 + 10, 40), 15 * 60 + 30), 22 * 60 + 20)
    if device.works_daily:
        arrival, departure = 8 * 60 + 15 + arrival % 20, 20 * 60 + departure % 30
    begin = midnight(fleet.customer.zone, day)
    fraction = dice.between(0, MINUTE - 1)
    return Uptime(day, begin + int(arrival) * MINUTE + fraction, begin + int(departure) * MINUTE + fraction)


def _restart(fleet: Fleet, device: Device, day: date) -> int | None:
    """Return the moment of a server's restart on this day, if it has one."""
    if device.is_windows:
        due = day.weekday() == PATCH_WEEKDAY
    else:
        due = (
            day.toordinal() + keyed_number(fleet.seed, "cycle", device.device_id, below=LINUX_CYCLE)
        ) % LINUX_CYCLE == 0
    if not due:
        return None
    within = keyed_number(fleet.seed, "restart", device.device_id, day.toordinal(), below=40 * MINUTE)
    hour = 3 if device.is_windows else 4
    return midnight(fleet.customer.zone, day) + hour * HOUR + 10 * MINUTE + within


def uptimes(fleet: Fleet, device: Device, day: date) -> tuple[Uptime, ...]:
    """Return the spans in which the device is on during the day, in order; those of a server reach over it."""
    if not device.is_server:
        hours = office_hours(fleet, device, day)
        return (hours,) if hours else ()
    begin = midnight(fleet.customer.zone, day)
    today = _restart(fleet, device, day)
    earlier = next(
        (before, moment)
        for before in (day - timedelta(days=back) for back in range(1, LINUX_CYCLE + 1))
        if (moment := _restart(fleet, device, before)) is not None
    )
    first = Uptime(*earlier, begin + 60 * DAY if today is None else today - 20 * SECOND)
    return (first,) if today is None else (first, Uptime(day, today, begin + 60 * DAY))
