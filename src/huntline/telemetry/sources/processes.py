"""The process table: what is known of the processes of a device, so that every event can say who did it.

Sysmon tells a process's command line, hashes and parent once, when it starts; other events name it by its guid, Security events by its
pid. The table remembers the starts and gives each event the `InitiatingProcess*` columns that Defender has in every row.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from huntline.telemetry.rows import Row
from huntline.telemetry.schema import find_table
from huntline.telemetry.sources.values import account, file_name

# Clocks of two logs of one machine agree to about this; a pid is not reused faster.
SAME_START: Final = timedelta(seconds=2)

# Counting the whole table costs time: once for so many events.
COUNTED_EVERY: Final = 5_000

_VOLUME: Final = re.compile(r"\\device\\harddiskvolume\d+", re.IGNORECASE)

# Column of the started process in DeviceProcessEvents -> column of every row that this process causes later.
AS_INITIATOR: Final[Mapping[str, str]] = {
    "ProcessId": "InitiatingProcessId",
    "ProcessUniqueId": "InitiatingProcessUniqueId",
    "FileName": "InitiatingProcessFileName",
    "ProcessCommandLine": "InitiatingProcessCommandLine",
    "ProcessCreationTime": "InitiatingProcessCreationTime",
    "ProcessIntegrityLevel": "InitiatingProcessIntegrityLevel",
    "ProcessTokenElevation": "InitiatingProcessTokenElevation",
    "AccountDomain": "InitiatingProcessAccountDomain",
    "AccountName": "InitiatingProcessAccountName",
    "AccountSid": "InitiatingProcessAccountSid",
    "LogonId": "InitiatingProcessLogonId",
    "SHA1": "InitiatingProcessSHA1",
    "SHA256": "InitiatingProcessSHA256",
    "MD5": "InitiatingProcessMD5",
    "FileSize": "InitiatingProcessFileSize",
    "ProcessVersionInfoCompanyName": "InitiatingProcessVersionInfoCompanyName",
    "ProcessVersionInfoProductName": "InitiatingProcessVersionInfoProductName",
    "ProcessVersionInfoProductVersion": "InitiatingProcessVersionInfoProductVersion",
    "ProcessVersionInfoInternalFileName": "InitiatingProcessVersionInfoInternalFileName",
    "ProcessVersionInfoOriginalFileName": "InitiatingProcessVersionInfoOriginalFileName",
    "ProcessVersionInfoFileDescription": "InitiatingProcessVersionInfoFileDescription",
    "CreatedProcessSessionId": "InitiatingProcessSessionId",
    "InitiatingProcessId": "InitiatingProcessParentId",
    "InitiatingProcessFileName": "InitiatingProcessParentFileName",
    "InitiatingProcessCreationTime": "InitiatingProcessParentCreationTime",
}
# What a row says of the process that it was done to (Sysmon 8 and 10), out of the same knowledge.
AS_TARGET: Final[Mapping[str, str]] = {
    "InitiatingProcessId": "ProcessId",
    "InitiatingProcessFileName": "FileName",
    "InitiatingProcessCommandLine": "ProcessCommandLine",
    "InitiatingProcessCreationTime": "ProcessCreationTime",
    "InitiatingProcessTokenElevation": "ProcessTokenElevation",
    "InitiatingProcessAccountDomain": "AccountDomain",
    "InitiatingProcessAccountName": "AccountName",
    "InitiatingProcessAccountSid": "AccountSid",
    "InitiatingProcessLogonId": "LogonId",
    "InitiatingProcessSHA1": "SHA1",
    "InitiatingProcessSHA256": "SHA256",
    "InitiatingProcessMD5": "MD5",
    "InitiatingProcessFileSize": "FileSize",
}


@dataclass(slots=True)
class Process:
    """One process: the InitiatingProcess* columns that it gives to its deeds."""

    columns: Row
    path: str = ""
    guid: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    _views: dict[str, Row] = field(default_factory=dict)

    def view(self, table: str) -> Row:
        """Return the columns that `table` has. Shared between rows: copy before changing."""
        found = self._views.get(table)
        if found is None:
            found = self._views[table] = {name: value for name, value in self.columns.items() if _has(table, name)}
        return found

    def target_view(self) -> Row:
        """Return the columns of a row that this process is the target of."""
        found = self._views.get("")
        if found is None:
            found = {AS_TARGET[name]: value for name, value in self.columns.items() if name in AS_TARGET}
            if self.path:
                found["FolderPath"] = self.path
            self._views[""] = found
        return found

    def correct(self, columns: Mapping[str, object]) -> None:
        """Take what is known better now."""
        self.columns.update(columns)
        self._views.clear()

    def learn(self, columns: Mapping[str, object]) -> None:
        """Add what was not known yet."""
        for name, value in columns.items():
            if value is not None and name not in self.columns:
                self.columns[name] = value
                self._views.clear()


def _has(table: str, column: str) -> bool:
    spec = find_table(table)
    return spec is not None and spec.has(column)


class Named(NamedTuple):
    """How an event names a process; any part may be missing."""

    guid: str | None = None
    pid: int | None = None
    image: str | None = None
    command_line: str | None = None
    user: str | None = None


class DeviceProcesses:
    """The processes of one device: at most `limit` with a guid and as many pids, the oldest forgotten first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._by_guid: OrderedDict[str, Process] = OrderedDict()
        self._by_pid: OrderedDict[int, list[Process]] = OrderedDict()
        self._drives: dict[str, str] = {}

    def __len__(self) -> int:
        return max(len(self._by_guid), len(self._by_pid))

    def named(self, at: datetime, named: Named) -> Process | None:
        """Return the process that an event at `at` names, known or made from what the event itself says of it."""
        if named.guid is not None:
            found = self._by_guid.get(named.guid)
            if found is not None:
                if named.command_line or (named.user and "InitiatingProcessAccountName" not in found.columns):
                    found.learn(_own_words(named))
                return found
        elif named.pid is not None:
            found = self._alive(named.pid, named.image, at)
            if found is not None:
                if named.image is not None and found.path:
                    self._learn_drive(named.image, found.path)
                return found
        if named.pid is None and named.image is None:
            return None
        if named.image is not None:
            named = named._replace(image=self._with_drive(named.image))
        made = Process(_own_words(named), path=named.image or "", guid=named.guid)
        if named.guid is not None:
            self._keep(made, named.guid, named.pid)
        return made

    def start(self, row: Row, at: datetime) -> Process:
        """Take a row of DeviceProcessEvents as a process's start. A second word about the same start adds to the first."""
        guid, pid = row.get("ProcessUniqueId"), row.get("ProcessId")
        path = str(row.get("FolderPath") or "")
        columns: Row = {AS_INITIATOR[name]: row[name] for name in AS_INITIATOR if row.get(name) is not None}
        if path:
            columns["InitiatingProcessFolderPath"] = path.lower()
        known = self._same_start(guid, pid, path, at)
        if known is None:
            known = Process(columns, path=path, started=at)
        else:
            # The start knows better than what other events said in passing.
            known.correct(columns)
            known.started = known.started or at
        if isinstance(guid, str) and known.guid is None:
            known.guid = guid
        self._keep(known, known.guid, pid if isinstance(pid, int) else None)
        return known

    def end(self, guid: str | None, at: datetime) -> None:
        """Note that a process ended: its pid means another one from now on."""
        found = self._by_guid.get(guid) if guid else None
        if found is not None:
            found.ended = at

    def _same_start(self, guid: object, pid: object, path: str, at: datetime) -> Process | None:
        if isinstance(guid, str) and guid in self._by_guid:
            return self._by_guid[guid]
        if not isinstance(pid, int):
            return None
        for known in self._by_pid.get(pid, ()):
            close = known.started is not None and abs(known.started - at) <= SAME_START
            if close and known.path.lower() == path.lower() and (known.guid is None or guid is None):
                return known
        return None

    def _alive(self, pid: int, image: str | None, at: datetime) -> Process | None:
        """Return the newest process of that pid that had started by `at`; its image must fit where one is named."""
        for known in reversed(self._by_pid.get(pid, ())):
            if known.started is not None and known.started > at + SAME_START:
                continue
            if known.ended is not None and known.ended < at - SAME_START:
                continue
            if image is None or file_name(image).lower() == file_name(known.path).lower():
                return known
        return None

    def _learn_drive(self, image: str, path: str) -> None:
        volume = _VOLUME.match(image)
        if volume is not None and path[1:3] == ":\\" and path[2:].lower() == image[volume.end() :].lower():
            self._drives[volume[0].lower()] = path[:2]

    def _with_drive(self, image: str) -> str:
        r"""Return C:\... for a \device\harddiskvolume path, once it has been seen which volume has which letter."""
        volume = _VOLUME.match(image)
        letter = self._drives.get(volume[0].lower()) if volume is not None else None
        return image if volume is None or letter is None else letter + image[volume.end() :]

    def _keep(self, process: Process, guid: str | None, pid: int | None) -> None:
        if guid is not None:
            self._by_guid[guid] = process
            if len(self._by_guid) > self._limit:
                self._by_guid.popitem(last=False)
        if pid is not None:
            same = self._by_pid.setdefault(pid, [])
            if process not in same:
                same.append(process)
                del same[:-4]
            self._by_pid.move_to_end(pid)
            if len(self._by_pid) > self._limit:
                self._by_pid.popitem(last=False)


def _own_words(named: Named) -> Row:
    """Return the InitiatingProcess* columns that an event itself gives."""
    columns: Row = {}
    if named.pid is not None:
        columns["InitiatingProcessId"] = named.pid
    if named.guid is not None:
        columns["InitiatingProcessUniqueId"] = named.guid
    if named.image:
        columns["InitiatingProcessFolderPath"] = named.image.lower()
        columns["InitiatingProcessFileName"] = file_name(named.image)
    if named.command_line:
        columns["InitiatingProcessCommandLine"] = named.command_line
    if named.user:
        domain, name = account(named.user)
        if domain:
            columns["InitiatingProcessAccountDomain"] = domain
        if name:
            columns["InitiatingProcessAccountName"] = name
    return columns


Recall = Callable[[str, datetime], Iterable[tuple[datetime, Row]]]


def nothing_recalled(device_id: str, at: datetime) -> Iterable[tuple[datetime, Row]]:  # noqa: ARG001 - the shape of Recall
    """Recall nothing: for imports of files that stand alone, and tests."""
    return ()


class ProcessTable:
    """The processes of a tenant's devices, bounded; the device that was silent longest is forgotten first.

    recall: asked once for each device that is not in memory, with the time of the event that names it: the starts of the day before
        that out of the engine, oldest first. So a restart loses nothing, and neither does a device forgotten for want of room.
    processes: how many are kept of all devices (about 3 kB each), give or take what arrives between two counts.
    """

    def __init__(
        self, *, recall: Recall = nothing_recalled, processes_per_device: int = 20_000, processes: int = 100_000
    ) -> None:
        self._recall = recall
        self._processes_per_device = processes_per_device
        self._limit = processes
        self._devices: OrderedDict[str, DeviceProcesses] = OrderedDict()
        self._calls = 0

    @property
    def size(self) -> int:
        """How many processes are kept."""
        return sum(map(len, self._devices.values()))

    def device(self, device_id: str, at: datetime) -> DeviceProcesses:
        """Return the processes of a device, recalled where they are not in memory."""
        found = self._devices.get(device_id)
        if found is None:
            found = self._devices[device_id] = DeviceProcesses(self._processes_per_device)
            for started, row in self._recall(device_id, at):
                found.start(row, started)
        else:
            self._devices.move_to_end(device_id)
        self._calls += 1
        if self._calls % COUNTED_EVERY == 0:
            self._forget()
        return found

    def _forget(self) -> None:
        total = self.size
        while total > self._limit and len(self._devices) > 1:
            _, forgotten = self._devices.popitem(last=False)
            total -= len(forgotten)
