"""One technique on one device: its lines become rows of the stage, which keeps their processes alive and their columns in step."""

import re
from collections.abc import Callable

from huntline.demo.dice import keyed_guid, keyed_hex, keyed_number
from huntline.demo.exercise.catalogue import CatalogueInvalid, Technique
from huntline.demo.exercise.programs import describe_program, usual_parent
from huntline.demo.fleet import Account, Role
from huntline.demo.internet import NETWORKS
from huntline.demo.moments import DAY, HOUR, MINUTE, SECOND, to_text
from huntline.demo.processes import Process, Session
from huntline.demo.rhythms.boot import ROOT, SYSTEM
from huntline.demo.stage import Row, Stage
from huntline.telemetry.schema import TableSpec, find_table

_RESIDENT = {
    "services.exe": "services",
    "lsass.exe": "lsass",
    "svchost.exe": "netsvcs",
    "winlogon.exe": "winlogon",
    "wininit.exe": "wininit",
    "spoolsv.exe": "spoolsv",
    "msmpeng.exe": "msmpeng",
    "mssense.exe": "mssense",
    "ntoskrnl.exe": "system",
    "systemd": "systemd",
    "sshd": "sshd",
    "cron": "cron",
    "launchd": "launchd",
}
_IMAGE = re.compile(r'"([^"]+)"|(\S+)')
_RENAMED = re.compile(r" \[([^\]]+)\]")
_OFFSET = re.compile(r"([+-])(\d+)([smhd])")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_PROGRAMS = (".exe", ".dll", ".cpl", ".ocx", ".scr", ".sys")
_LASTS = 2400.0  # seconds; longer than any technique takes
_NUMBERS: dict[str, Callable[[str], object]] = {"int": int, "long": int, "real": float}


class Play:
    """A technique as it is played."""

    def __init__(self, stage: Stage, technique: Technique, moment: int) -> None:
        self.stage, self.technique, self.now = stage, technique, moment
        self._key = f"{technique.id} {technique.title}", stage.device.device_id, moment
        self._processes: dict[str, Process] = {}
        self._session, self._root = self._enter()
        self.words = self._words()

    def run(self) -> None:
        """Leave the rows of all lines."""
        for line in self.technique.lines:
            fields = dict(line.fields)
            times, every = int(fields.pop("x", "1")), float(fields.pop("every", "2"))
            for number in range(times):
                self.words |= {"number": str(number), "now": to_text(self.now)}
                _VERBS[line.verb](self, self._fill(line.head), self._fill_all(fields))
                self.now += int(every * SECOND) if times > 1 else self.stage.dice.between(SECOND // 3, 2 * SECOND)

    # -- who and where --------------------------------------------------------------------------------------------------------

    def _enter(self) -> tuple[Session, Process]:
        """Return the session of the play and the process from which everything else is started."""
        stage, moment = self.stage, self.now
        if not stage.device.is_windows:
            is_mac = stage.device.role is Role.MAC
            owner = stage.device.owner
            account = owner.account if is_mac and owner else ROOT
            session = Session(account, 0, 0, "", "")
            return session, stage.lasting("launchd" if is_mac else "systemd", moment)
        if self.technique.actor == "system":
            return SYSTEM, stage.lasting("services", moment)
        is_admin = self.technique.actor == "admin"
        owner = stage.device.owner
        account = stage.fleet.services["adm"] if owner is None else owner.account
        source = stage.fleet.one(Role.JUMP_SERVER) if owner is None else None
        kind = "Interactive" if source is None else "RemoteInteractive"
        logon_id = 400_000 + keyed_number(stage.seed, *self._key, below=1 << 24)
        winlogon = stage.lasting("winlogon", moment)
        session = stage.sign_in(
            winlogon, moment - 2 * SECOND, account, kind, source=source, is_admin=is_admin, number=2, logon_id=logon_id
        )
        explorer = stage.spawn(
            "explorer", winlogon, moment - SECOND, r"C:\Windows\Explorer.EXE", session=session, lasts=_LASTS
        )
        self._processes["explorer.exe"] = explorer
        return session, explorer

    def _words(self) -> dict[str, str]:
        stage, fleet = self.stage, self.stage.fleet
        account = self._session.account
        person = next((one for one in fleet.people if one.account == account), fleet.admin)
        other = fleet.people[keyed_number(stage.seed, "other", *self._key, below=len(fleet.people))]
        target = fleet.one(Role.FILE_SERVER)
        controller = fleet.one(Role.DOMAIN_CONTROLLER)
        number = keyed_number(stage.seed, "c2", self.technique.title, below=3 * 250)
        return {
            "user": account.name if account.is_person else person.account.name,
            "upn": person.account.upn,
            "sid": person.account.sid,
            "oid": person.account.object_id,
            "display": person.display_name,
            "other": other.account.name,
            "other_upn": other.account.upn,
            "other_oid": other.account.object_id,
            "other_sid": other.account.sid,
            "other_display": other.display_name,
            "admin": fleet.services["adm"].name,
            "device": stage.device.name,
            "device_id": stage.device.device_id,
            "host": stage.device.host,
            "ip": stage.address,
            "egress": fleet.egress,
            "domain": fleet.customer.domain,
            "netbios": fleet.customer.netbios,
            "target": target.name,
            "target_ip": fleet.address(target, stage.day),
            "dc": controller.name,
            "dc_ip": fleet.address(controller, stage.day),
            "dc_host": controller.host,
            "c2": f"{NETWORKS[number // 250]}.{1 + number % 250}",
            "guid": keyed_guid(stage.seed, "guid", *self._key),
            "message": keyed_guid(stage.seed, "message", *self._key),
            "hash": keyed_hex(stage.seed, "hash", self.technique.title, size=32),
            "sha1": keyed_hex(stage.seed, "hash", self.technique.title, size=20),
            "os": stage.device.os_platform,
            "os_name": "windows_server_2022" if stage.device.is_server else "windows_10",
            "os_version": stage.device.os_version,
        }

    def _fill(self, text: str) -> str:
        return _PLACEHOLDER.sub(lambda match: self.words.get(match[1], match[0]), text) if "{" in text else text

    def _fill_all(self, fields: dict[str, str]) -> dict[str, str]:
        return {name: self._fill(value) for name, value in fields.items()}

    # -- processes ------------------------------------------------------------------------------------------------------------

    def _process(self, name: str) -> Process:
        """Return the last process of this name, starting one as it usually starts when there is none."""
        key = name.lower()
        found = self._processes.get(key)
        if found is None and key in _RESIDENT:
            found = self.stage.lasting(_RESIDENT[key], self.now)
        if found is None:
            is_windows = self.stage.device.is_windows
            parent = self._process(usual_parent(name)) if is_windows else self._root
            found = self._start(parent, name)
            self.now += self.stage.dice.between(SECOND // 5, SECOND)
        return found

    def _start(self, parent: Process, command: str, fields: dict[str, str] | None = None) -> Process:
        stage = self.stage
        image = _IMAGE.match(command)
        assert image is not None  # noqa: S101 (the catalogue's lines have a command)
        path = image[1] or image[2]
        renamed = _RENAMED.match(command, image.end())
        if renamed:
            command = command[: image.end()] + command[renamed.end() :]
        original = renamed[1] if renamed else ""
        spec = describe_program(path, original, is_windows=stage.device.is_windows)
        key = f"{spec.folder}\\{spec.file_name}\\{spec.original}"
        stage.bring(key, spec)
        takes_over = self.technique.actor != "user" or parent is self._root or not stage.device.is_windows
        process = stage.spawn(
            key, parent, self.now, command, session=self._session if takes_over else None, lasts=_LASTS
        )
        if fields:
            stage.records[-1].row.update(self._typed("DeviceProcessEvents", fields))
        self._processes[spec.file_name.lower()] = process
        return process

    # -- lines ----------------------------------------------------------------------------------------------------------------

    def _typed(self, table: str, fields: dict[str, str]) -> Row:
        """Return the fields with the types of their columns."""
        spec = _table(table)
        return {name: self._value(spec, name, text) for name, text in fields.items()}

    def _value(self, table: TableSpec, name: str, text: str) -> object:
        kind = table.column(name).type
        if kind == "bool":
            return text == "true"
        if kind == "datetime":
            offset = _OFFSET.fullmatch(text)
            assert offset is not None, text  # noqa: S101 (the catalogue is checked by its tests)
            return self.now + int(offset[1] + offset[2]) * _UNITS[offset[3]]
        return _NUMBERS.get(kind, str)(text)

    def play_process(self, head: str, fields: dict[str, str]) -> None:
        """Start a process below another."""
        parent, _, command = head.partition(" > ")
        self._start(self._process(parent), command, fields)

    def play_file(self, head: str, fields: dict[str, str]) -> None:
        """Leave a file event."""
        name, action, path = head.split(" ", 2)
        process = self._process(name)
        key = ""
        if path.lower().endswith(_PROGRAMS):
            # The file that is written has the hash of the program or library that is run or loaded from there.
            key = f"image {path}"
            self.stage.bring(key, describe_program(path, "", is_windows=self.stage.device.is_windows))
        self.stage.write(process, self.now, path, action, key=key)
        self.stage.records[-1].row.update(self._typed("DeviceFileEvents", fields))

    def play_network(self, head: str, fields: dict[str, str]) -> None:
        """Leave a connection, outgoing or accepted."""
        name, action, target, *url = head.split(" ")
        address, _, port = target.rpartition(":")
        process = self._process(name)
        if action == "InboundConnectionAccepted":
            self.stage.accept(process, self.now, address, int(port))
        else:
            self.stage.connect(process, self.now, port=int(port), address=address, action=action)
        row = self.stage.records[-1].row
        row.update(self._typed("DeviceNetworkEvents", fields))
        if url:
            row["RemoteUrl"] = url[0]

    def play_registry(self, head: str, fields: dict[str, str]) -> None:
        """Leave a registry event."""
        name, action, key = head.split(" ", 2)
        columns = self._typed("DeviceRegistryEvents", fields)
        process = self._process(name)
        value, data = str(columns.pop("RegistryValueName")), str(columns.pop("RegistryValueData"))
        value = "" if value == "-" else value
        self.stage.set_value(process, self.now, key=key, name=value, data=data, action=action)
        self.stage.records[-1].row.update(columns)

    def play_image(self, head: str, fields: dict[str, str]) -> None:
        """Leave a loaded image."""
        name, path = head.split(" ", 1)
        process = self._process(name)
        key = f"image {path}"
        self.stage.bring(key, describe_program(path, "", is_windows=self.stage.device.is_windows))
        self.stage.load(process, self.now, key)
        self.stage.records[-1].row.update(self._typed("DeviceImageLoadEvents", fields))

    def play_event(self, head: str, fields: dict[str, str]) -> None:
        """Leave a row of `DeviceEvents`."""
        name, action = head.split(" ")
        process = self._process(name)
        columns = self._typed("DeviceEvents", fields)
        if "FolderPath" in columns and "SHA1" not in columns:
            columns["SHA1"] = keyed_hex(self.stage.seed, "file", columns["FolderPath"])
            columns["SHA256"] = keyed_hex(self.stage.seed, "file", columns["FolderPath"], size=32)
        self.stage.event(process, self.now, action, None, **columns)

    def play_logon(self, head: str, fields: dict[str, str]) -> None:
        """Leave a sign-in of any account, also of one that the fleet does not know."""
        name, action, kind, who = head.split(" ", 3)
        domain, _, account = who.rpartition("\\")
        fleet = self.stage.fleet
        known = next((one.account for one in fleet.people if one.account.name == account), None)
        known = known or fleet.services.get(account) or Account(domain or fleet.customer.key, account, "")
        failure = "InvalidUserNameOrPassword" if action == "LogonFailed" else ""
        self.stage.sign_in(self._process(name), self.now, known, kind, failure=failure)
        row = self.stage.records[-1].row
        row["ActionType"] = action
        row.update(self._typed("DeviceLogonEvents", fields))
        if domain:
            row["AccountDomain"] = domain

    def play_row(self, table: str, fields: dict[str, str]) -> None:
        """Leave a row of any table; its device is the one of the play."""
        spec = _table(table)
        row = self._typed(table, fields)
        if spec.has("DeviceId") and "DeviceId" not in row:
            row |= {name: value for name, value in self.stage.columns.items() if spec.has(name)}
        if spec.has("ReportId") and spec.column("ReportId").type == "string" and "ReportId" not in row:
            row["ReportId"] = keyed_guid(self.stage.seed, "report", table, self.now, *self._key)
        if spec.time_column:
            self.stage.record(table, self.now, row)
        else:
            self.stage.record_timeless(table, self.now, row)

    def play_wait(self, head: str, _: dict[str, str]) -> None:
        """Let time pass."""
        self.now += int(float(head) * SECOND)


def _table(name: str) -> TableSpec:
    table = find_table(name)
    if table is None:
        msg = f"There is no table {name}."
        raise CatalogueInvalid(msg)
    return table


_VERBS: dict[str, Callable[[Play, str, dict[str, str]], None]] = {
    "process": Play.play_process,
    "file": Play.play_file,
    "network": Play.play_network,
    "registry": Play.play_registry,
    "image": Play.play_image,
    "event": Play.play_event,
    "logon": Play.play_logon,
    "row": Play.play_row,
    "wait": Play.play_wait,
}


def play(stage: Stage, technique: Technique, moment: int) -> None:
    """Play a technique on the stage of its device and day, from a moment on at which the device is up."""
    Play(stage, technique, moment).run()
