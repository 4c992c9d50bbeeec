"""Devices are kept from what arrives: name, system, first and last seen, and a DeviceInfo row for each day."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from huntline.telemetry.columns import TableColumns
from huntline.telemetry.models import Device
from huntline.telemetry.schema import SOURCE, TIME, TableSpec, find_table
from huntline.telemetry.services.groups import place_named
from huntline.telemetry.times import DAY, EPOCH, moment_of

# How late `last_seen` may be: a busy device is in many batches a minute.
SEEN_STEP: Final = timedelta(minutes=1)
OWN_SOURCE: Final = "huntline"
_NAMED_AT_ONCE: Final = 500
_CHANGING: Final = ("name", "os_platform", "group", "first_seen", "last_seen", "described_from", "described_to")


@dataclass(slots=True)
class Sighting:
    """What one batch says of one device. Times in ticks; days counted from 1970."""

    first: int
    last: int
    name: str = ""
    os_platform: str = ""
    days: dict[int, int] = field(default_factory=dict)
    """Each day, with the last time at which it was seen on it."""
    described: set[int] = field(default_factory=set)
    """Days for which the source itself sent DeviceInfo."""


class Sightings:
    """The devices of one batch, gathered while it is stored."""

    def __init__(self) -> None:
        self.devices: dict[str, Sighting] = {}

    def note(self, rows: TableColumns) -> None:
        """Add the devices that these rows name."""
        ids = rows.columns.get("DeviceId")
        if ids is None or not _reports_devices(rows.table):
            return
        describes = rows.table.name == "DeviceInfo"
        for (device_id, day), (first, last) in _days(ids, rows.columns[TIME]).items():
            seen = self.devices.setdefault(device_id, Sighting(first, last))
            seen.first, seen.last = min(seen.first, first), max(seen.last, last)
            seen.days[day] = max(last, seen.days.get(day, 0))
            if describes:
                seen.described.add(day)
        for device_id, name in _last_said(ids, rows.columns.get("DeviceName")):
            self.devices[device_id].name = name
        if describes:
            for device_id, system in _last_said(ids, rows.columns.get("OSPlatform")):
                self.devices[device_id].os_platform = system


def _days(ids: Sequence[str], times: Sequence[int]) -> dict[tuple[str, int], tuple[int, int]]:
    """Return the first and the last time of each device on each day."""
    days: dict[tuple[str, int], tuple[int, int]] = {}
    for device_id, ticks in zip(ids, times, strict=True):
        key = (device_id, ticks // DAY)
        span = days.get(key)
        if span is None:
            days[key] = (ticks, ticks)
        elif ticks > span[1]:
            days[key] = (span[0], ticks)
        elif ticks < span[0]:
            days[key] = (ticks, span[1])
    return {key: span for key, span in days.items() if key[0]}


def _last_said(ids: Sequence[str], values: Sequence[str] | None) -> Iterable[tuple[str, str]]:
    return {device: value for device, value in zip(ids, values or (), strict=False) if value and device}.items()


@transaction.atomic
def keep_devices(tenant_id: uuid.UUID, sightings: Sightings, describe: Callable[[TableColumns], None]) -> None:
    """Write the devices down, and have `describe` store the DeviceInfo rows that nobody sent.

    Those rows are stored before the devices are written: after a crash the batch comes again, makes the same rows, and
    the engine drops them.
    """
    if not sightings.devices:
        return
    known = _known(tenant_id, list(sightings.devices))
    new: list[Device] = []
    changed: list[Device] = []
    rows: list[tuple[Device, int]] = []
    for device_id, sighting in sorted(sightings.devices.items()):
        device = known.get(device_id)
        if device is None:
            first, last = moment_of(sighting.first), moment_of(sighting.last)
            device = Device(tenant_id=tenant_id, device_id=device_id, first_seen=first, last_seen=last)
            new.append(device)
        elif _is_old_news(device, sighting):
            continue
        else:
            changed.append(device)
        rows += [(device, ticks) for ticks in _update(device, sighting)]
    place_named(tenant_id, [*new, *changed])
    if rows:
        describe(_device_info(rows))
    devices = Device.objects.unscoped("the batch names the tenant")
    # Two batches may meet a new device at once; the one that comes second adds what it knows with its next rows.
    devices.bulk_create(new, batch_size=_NAMED_AT_ONCE, ignore_conflicts=True)
    devices.bulk_update(changed, _CHANGING, batch_size=_NAMED_AT_ONCE)


def _known(tenant_id: uuid.UUID, ids: Sequence[str]) -> dict[str, Device]:
    devices = Device.objects.unscoped("the batch names the tenant").filter(tenant_id=tenant_id)
    known: dict[str, Device] = {}
    for start in range(0, len(ids), _NAMED_AT_ONCE):
        some = (
            devices.select_for_update().order_by("device_id").filter(device_id__in=ids[start : start + _NAMED_AT_ONCE])
        )
        known |= {device.device_id: device for device in some}
    return known


def _is_old_news(device: Device, sighting: Sighting) -> bool:
    return (
        moment_of(sighting.first) >= device.first_seen
        and moment_of(sighting.last) <= device.last_seen + SEEN_STEP
        and sighting.name in ("", device.name)
        and sighting.os_platform in ("", device.os_platform)
        and all(_is_described(device, day) for day in sighting.days)
    )


def _is_described(device: Device, day: int) -> bool:
    if device.described_from is None or device.described_to is None:
        return False
    return device.described_from <= _date(day) <= device.described_to


def _update(device: Device, sighting: Sighting) -> list[int]:
    """Bring the device up to date and return the times at which a DeviceInfo row of it is wanting."""
    renamed = (sighting.name or device.name, sighting.os_platform or device.os_platform) != (
        device.name,
        device.os_platform,
    )
    device.name = sighting.name or device.name
    device.os_platform = sighting.os_platform or device.os_platform
    first, last = moment_of(sighting.first), moment_of(sighting.last)
    device.first_seen = min(device.first_seen, first)
    device.last_seen = max(device.last_seen, last)
    last_day = max(sighting.days)
    wanting = [
        ticks
        for day, ticks in sorted(sighting.days.items())
        if day not in sighting.described and (not _is_described(device, day) or (renamed and day == last_day))
    ]
    days = [_date(day) for day in sighting.days]
    device.described_from = min([device.described_from or days[0], *days])
    device.described_to = max([device.described_to or days[0], *days])
    return wanting


def _device_info(rows: Sequence[tuple[Device, int]]) -> TableColumns:
    table = find_table("DeviceInfo")
    assert table is not None  # noqa: S101 - the catalogue has it
    return TableColumns(
        table,
        len(rows),
        {
            TIME: [ticks for _, ticks in rows],
            "DeviceId": [device.device_id for device, _ in rows],
            "DeviceName": [device.name for device, _ in rows],
            "OSPlatform": [device.os_platform for device, _ in rows],
            "OnboardingStatus": ["Onboarded"] * len(rows),
            SOURCE: [OWN_SOURCE] * len(rows),
        },
    )


def _reports_devices(table: TableSpec) -> bool:
    # Tables of the devices' own sensors. An alert may name a device that nobody watches.
    return table.name.startswith("Device") and table.name != "DeviceAlertEvents" and table.time_column is not None


def _date(day: int) -> date:
    return EPOCH.date() + timedelta(days=day)
