"""One device on one day: the verbs by which rhythms and intruders leave rows, each with all columns that the real table has.

The stage refuses what cannot be: a row outside the life of its process, a child before its parent.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import orjson

from huntline.demo.calendar import Uptime, uptimes
from huntline.demo.dice import Dice, keyed_hex, keyed_number
from huntline.demo.fleet import Account, Device, Fleet
from huntline.demo.internet import address_of
from huntline.demo.moments import DAY, HOUR, MINUTE, SECOND, midnight, to_text
from huntline.demo.processes import Process, Session
from huntline.demo.software import PROGRAMS, Program, ProgramSpec, Shelf

_SLOTS = 8191  # prime, so that a device's order of process ids visits each once
_DAY_SLOTS = 160  # those below belong to the processes that live as long as the device is up

Row = dict[str, object]


@dataclass(slots=True)
class Record:
    """A row before it has its number: where it belongs, when the device says it was, and the storyline step, if it is one."""

    ticks: int
    table: str
    row: Row
    step: str | None


def to_json(fields: object) -> str:
    """Return the JSON text that `AdditionalFields` holds."""
    return orjson.dumps(fields).decode()


class Stage:
    """The day of a device."""

    def __init__(self, fleet: Fleet, shelf: Shelf, device: Device, day: date) -> None:
        self.fleet, self.shelf, self.device, self.day = fleet, shelf, device, day
        self.seed, self.customer = fleet.seed, fleet.customer
        self.dice = Dice(fleet.seed, "day", device.device_id, day.toordinal())
        self.begin = midnight(fleet.customer.zone, day)
        self.end = self.begin + DAY
        self.address = fleet.address(device, day)
        self.uptimes = uptimes(fleet, device, day)
        self.records: list[Record] = []
        self.columns: Row = {"DeviceId": device.device_id, "DeviceName": device.name}
        self.boots: list[dict[str, Process]] = []
        self._programs: dict[str, Program] = {}
        self.day_of_storyline = 0
        self._step: str | None = None
        self._processes = _DAY_SLOTS
        self._logons = 0
        self._multiplier = 1 + keyed_number(fleet.seed, "pid", device.device_id, below=_SLOTS - 1)
        self._logon_base = 180_000 + keyed_number(fleet.seed, "logon", device.device_id, day.toordinal(), below=90_000)

    # -- time -----------------------------------------------------------------------------------------------------------------

    def at(self, hour: int, minute: int = 0, second: int = 0, spread: int = 0) -> int:
        """Return a local time of the day, up to `spread` seconds later, never on a round tick."""
        offset = self.dice.between(0, spread * SECOND + SECOND - 1)
        return self.begin + hour * HOUR + minute * MINUTE + second * SECOND + offset

    def later(self, moment: int, low: float, high: float) -> int:
        """Return a moment between `low` and `high` seconds after another."""
        return moment + self.dice.between(int(low * SECOND), int(high * SECOND))

    def stamp(self, moment: int) -> int:
        """Return what the device's clock says at a moment."""
        return moment + self.device.skew

    def uptime_at(self, moment: int) -> Uptime | None:
        """Return the span in which the device is on at this moment."""
        return next((span for span in self.uptimes if span.start <= moment < span.end), None)

    # -- labels ---------------------------------------------------------------------------------------------------------------

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Rows that are left inside the block belong to this step of a storyline."""
        before, self._step = self._step, name
        try:
            yield
        finally:
            self._step = before

    # -- programs and processes -----------------------------------------------------------------------------------------------

    def program(self, key: str) -> Program:
        """Return a program in the version that this device has."""
        found = self._programs.get(key)
        return found or self.bring(key, PROGRAMS[key])

    def bring(self, key: str, spec: ProgramSpec) -> Program:
        """Return a program that need not be in `PROGRAMS`; the device knows it by the key from now on."""
        version = f"{self.device.os_version}.{self.device.build}.{self.device.revision}"
        if spec.versions:
            ring = keyed_number(self.seed, "ring", spec.product, self.device.device_id, below=len(spec.versions))
            version = spec.versions[ring]
        found = self._programs[key] = self.shelf.take(spec, version)
        return found

    def _take_pid(self, slot: int) -> int:
        if slot >= _SLOTS:
            msg = f"{self.device.name} would start over {_SLOTS} processes on {self.day}: ask for a smaller scale."
            raise ValueError(msg)
        place = slot * self._multiplier % _SLOTS
        return 4 * (30 + place) if self.device.is_windows else 300 + place

    def start_process(  # noqa: PLR0917 - one constructor call, named at its two callers
        self,
        key: str,
        parent: Process | None,
        moment: int,
        end: int,
        session: Session,
        command: str,
        slot: int,
        began: int,
    ) -> Process:
        """Return a process without leaving a row (for what started before the day)."""
        program = self.program(key)
        path = program.path.replace("{user}", session.account.name) if "{" in program.path else program.path
        return Process(
            self.columns,
            self.stamp,
            program,
            path,
            command or (f'"{path}"' if " " in path else path),
            session,
            4 if program.spec.file_name == "ntoskrnl.exe" else self._take_pid(slot),
            str(((began % 4096) << 40) | (self.device.index << 24) | slot),
            moment,
            end,
            parent,
        )

    def spawn(
        self,
        key: str,
        parent: Process,
        moment: int,
        command: str = "",
        *,
        session: Session | None = None,
        lasts: float = 4.0,
        slot: int | None = None,
        end: int | None = None,
    ) -> Process:
        """Start a process: it lives `lasts` seconds (or up to `end`), at most as long as the device is up.

        Raises:
            ValueError: its parent does not live at that moment.
        """
        if not parent.start <= moment <= parent.end:
            msg = f"{parent.program.spec.file_name} does not live at {to_text(moment)} to start {key} on {self.device.name}."
            raise ValueError(msg)
        if slot is None:
            slot, self._processes = self._processes, self._processes + 1
        span = self.uptime_at(moment)
        last = span.end if span else moment
        # What started today ends today, so that tomorrow may give its id away; `end` is for what lives on.
        until = min(last, self.end, moment + int(lasts * SECOND)) if end is None else min(last, end)
        process = self.start_process(
            key, parent, moment, until, session or parent.session, command, slot, self.day.toordinal()
        )
        self.record(
            "DeviceProcessEvents",
            moment,
            {
                "ActionType": "ProcessCreated",
                **parent.as_parent,
                **process.program.created,
                "FolderPath": process.path,
                "ProcessId": process.pid,
                "ProcessCommandLine": process.command,
                "ProcessCreationTime": self.stamp(moment),
                "ProcessUniqueId": process.unique_id,
                **process.session.created,
            },
        )
        return process

    def lasting(self, name: str, moment: int) -> Process:
        """Return the process of that name that has run since the device started."""
        return next(boot[name] for boot in self.boots if boot[name].start <= moment <= boot[name].end)

    # -- rows -----------------------------------------------------------------------------------------------------------------

    def record(self, table: str, moment: int, row: Row) -> None:
        """Leave a row of any table; the moment is the true one, the row gets what the device's clock says."""
        ticks = moment + self.device.skew
        self.records.append(Record(ticks, table, {"Timestamp": ticks, **row}, self._step))

    def record_timeless(self, table: str, moment: int, row: Row) -> None:
        """Leave a row of a table that has no Timestamp; the moment only gives it its place."""
        self.records.append(Record(moment + self.device.skew, table, row, self._step))

    def _check(self, process: Process, moment: int) -> None:
        if not process.start <= moment <= process.end:
            msg = (
                f"{process.program.spec.file_name} on {self.device.name} lives from {to_text(process.start)} to "
                f"{to_text(process.end)}, not at {to_text(moment)}."
            )
            raise ValueError(msg)

    def connect(
        self,
        process: Process,
        moment: int,
        host: str = "",
        port: int = 443,
        *,
        address: str = "",
        action: str = "ConnectionSuccess",
    ) -> None:
        """Leave an outgoing connection to a host of the internet, or to an address inside."""
        self._check(process, moment)
        remote = address or address_of(self.seed, host)
        row: Row = {
            "ActionType": action,
            **process.with_rights,
            "RemoteIP": remote,
            "RemotePort": port,
            "RemoteIPType": "Private" if remote.startswith("10.") else "Public",
            "LocalIP": self.address,
            "LocalPort": self.dice.between(49_152, 65_535),
            "LocalIPType": "Private",
            "Protocol": "Tcp",
        }
        if host:
            row["RemoteUrl"] = host
        self.record("DeviceNetworkEvents", moment, row)

    def accept(self, process: Process, moment: int, address: str, port: int) -> None:
        """Leave an incoming connection."""
        self._check(process, moment)
        self.record(
            "DeviceNetworkEvents",
            moment,
            {
                "ActionType": "InboundConnectionAccepted",
                **process.with_rights,
                "RemoteIP": address,
                "RemotePort": self.dice.between(49_152, 65_535),
                "RemoteIPType": "Private" if address.startswith("10.") else "Public",
                "LocalIP": self.address,
                "LocalPort": port,
                "LocalIPType": "Private",
                "Protocol": "Tcp",
            },
        )

    def write(
        self, process: Process, moment: int, path: str, action: str = "FileCreated", *, key: str = "", **columns: object
    ) -> None:
        """Leave a file event; `key` names the program that the file is, otherwise its content is its own."""
        self._check(process, moment)
        if key:
            content = self.program(key).hashes
        else:
            digest = keyed_hex(self.seed, path, self.device.device_id, moment, size=64)
            content = {
                "SHA1": digest[:40],
                "SHA256": digest[40:104],
                "MD5": digest[96:128],
                "FileSize": int(digest[:5], 16) + 300,
            }
        separator = "\\" if self.device.is_windows else "/"
        self.record(
            "DeviceFileEvents",
            moment,
            {
                "ActionType": action,
                **process.with_rights,
                "FileName": path.rpartition(separator)[2],
                "FolderPath": path,
                **content,
                **columns,
            },
        )

    def set_value(
        self,
        process: Process,
        moment: int,
        *,
        key: str,
        name: str,
        data: str,
        kind: str = "String",
        action: str = "RegistryValueSet",
    ) -> None:
        """Leave a registry event; the key is without the value's name."""
        self._check(process, moment)
        self.record(
            "DeviceRegistryEvents",
            moment,
            {
                "ActionType": action,
                **process.with_rights,
                "RegistryKey": key,
                "RegistryValueName": name,
                "RegistryValueData": data,
                "RegistryValueType": kind,
            },
        )

    def load(self, process: Process, moment: int, key: str) -> None:
        """Leave an image load."""
        self._check(process, moment)
        image = self.program(key)
        self.record(
            "DeviceImageLoadEvents",
            moment,
            {
                "ActionType": "ImageLoaded",
                **process.with_rights,
                "FileName": image.spec.file_name,
                "FolderPath": image.path,
                **image.hashes,
            },
        )

    def event(
        self, process: Process, moment: int, action: str, fields: dict[str, object] | None = None, **columns: object
    ) -> None:
        """Leave a row of `DeviceEvents`; `fields` becomes its AdditionalFields."""
        self._check(process, moment)
        row: Row = {"ActionType": action, **process.in_events, **columns}
        if fields is not None:
            row["AdditionalFields"] = to_json(fields)
        self.record("DeviceEvents", moment, row)

    def sign_in(
        self,
        process: Process,
        moment: int,
        account: Account,
        kind: str,
        *,
        source: Device | None = None,
        protocol: str = "Kerberos",
        failure: str = "",
        is_admin: bool = False,
        number: int = 0,
        logon_id: int = 0,
    ) -> Session:
        """Leave a sign-in (or a failed one) and return its session."""
        self._check(process, moment)
        self._logons += 1
        logon_id = logon_id or self._logon_base + self._logons * 743
        row: Row = {
            "ActionType": "LogonFailed" if failure else "LogonSuccess",
            **process.with_rights,
            "LogonType": kind,
            "AccountDomain": account.domain,
            "AccountName": account.name,
            "AccountSid": account.sid,
            "Protocol": protocol,
        }
        if failure:
            row["FailureReason"] = failure
        else:
            row |= {"IsLocalAdmin": is_admin, "LogonId": logon_id}
        address = self.fleet.address(source, self.day) if source else ""
        if source:
            row |= {
                "RemoteDeviceName": source.host,
                "RemoteIP": address,
                "RemoteIPType": "Private",
                "RemotePort": self.dice.between(49_152, 65_535),
            }
        self.record("DeviceLogonEvents", moment, row)
        return Session(
            account,
            logon_id,
            number,
            "High" if is_admin else "Medium",
            "TokenElevationTypeFull" if is_admin else "TokenElevationTypeLimited",
            source.host if source and kind == "RemoteInteractive" else "",
            address if kind == "RemoteInteractive" else "",
        )
