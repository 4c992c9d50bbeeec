"""From the frozen rows of evidence to what an alert is about: entities, detections, and when it began and ended. Pure.

Columns are known by the names of the hunting tables. What a hunter renamed or computed stays in the evidence and is not guessed at.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from huntline.incidents.vocabulary import EntityRole, EntityType, Verdict
from huntline.telemetry.schema import find_table
from huntline.telemetry.times import moment_of, ticks_of, ticks_of_text

Record = Mapping[str, object]
Value = str | int | datetime


@dataclass(frozen=True, slots=True)
class Frozen:
    """The rows of one piece of evidence by column name, the tables that its query read, and the window for rows without a time."""

    records: Sequence[Record]
    tables: Sequence[str]
    window_start: datetime
    window_end: datetime


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity; `values` are the fields of `AlertEntity` that apply to it."""

    entity_type: EntityType
    role: EntityRole
    verdict: Verdict
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One row as a detection; `values` are the fields of `Detection` that it fills. Without a time of its own it is not `timed`."""

    ticks: int
    timed: bool
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the evidence says together. `devices` are (id, name), in the order in which they appear."""

    entities: Sequence[Entity]
    events: Sequence[Occurrence]
    first_activity: datetime
    last_activity: datetime
    devices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """How an entity is read from a row: it is there when one of `wanted` has a value and none of `unless` has.

    key: the fields by which two are the same. columns: field of the entity to column of the row.
    """

    entity_type: EntityType
    role: EntityRole
    verdict: Verdict
    wanted: tuple[str, ...]
    key: tuple[str, ...]
    columns: Mapping[str, str]
    unless: tuple[str, ...] = ()


_HASHES: Final = {"sha1": "SHA1", "sha256": "SHA256", "md5": "MD5"}
_FILE: Final = {"file_name": "FileName", "folder_path": "FolderPath", "file_size": "FileSize", **_HASHES}
_DEVICE: Final = {"device_id": "DeviceId", "device_name": "DeviceName"}
_PROCESS: Final = {
    "process_id": "ProcessId",
    "process_command_line": "ProcessCommandLine",
    "process_created": "ProcessCreationTime",
    "parent_process_id": "InitiatingProcessId",
    "parent_process_created": "InitiatingProcessCreationTime",
    "parent_file_name": "InitiatingProcessFileName",
}
_INITIATING: Final = {
    "file_name": "InitiatingProcessFileName",
    "folder_path": "InitiatingProcessFolderPath",
    "file_size": "InitiatingProcessFileSize",
    "sha1": "InitiatingProcessSHA1",
    "sha256": "InitiatingProcessSHA256",
    "md5": "InitiatingProcessMD5",
    "process_id": "InitiatingProcessId",
    "process_command_line": "InitiatingProcessCommandLine",
    "process_created": "InitiatingProcessCreationTime",
    "parent_process_id": "InitiatingProcessParentId",
    "parent_process_created": "InitiatingProcessParentCreationTime",
    "parent_file_name": "InitiatingProcessParentFileName",
}
_ACCOUNT_FIELDS: Final = {
    "account_name": "AccountName",
    "account_domain": "AccountDomain",
    "account_sid": "AccountSid",
    "account_upn": "AccountUpn",
    "account_object_id": "AccountObjectId",
}
_REGISTRY: Final = {
    "registry_key": "RegistryKey",
    "registry_value_type": "RegistryValueType",
    "registry_value_name": "RegistryValueName",
    "registry_value_data": "RegistryValueData",
}
_PROCESS_KEY: Final = ("device_id", "device_name", "process_id", "process_created", "file_name", "process_command_line")
_FILE_KEY: Final = ("sha1", "sha256", "md5", "file_name", "folder_path")
_USER_KEY: Final = ("account_sid", "account_domain", "account_name", "account_upn")
_SUSPICIOUS: Final = (EntityRole.RELATED, Verdict.SUSPICIOUS)
_HIT: Final = (EntityRole.IMPACTED, Verdict.UNKNOWN)

SPECS: Final = (
    EntitySpec(EntityType.MACHINE, *_HIT, ("DeviceId", "DeviceName"), ("device_id", "device_name"), _DEVICE),
    EntitySpec(EntityType.USER, *_HIT, ("AccountName", "AccountSid", "AccountUpn"), _USER_KEY, _ACCOUNT_FIELDS),
    EntitySpec(
        EntityType.USER,
        *_HIT,
        ("InitiatingProcessAccountName", "InitiatingProcessAccountSid"),
        _USER_KEY,
        {field: f"InitiatingProcess{column}" for field, column in _ACCOUNT_FIELDS.items()},
    ),
    EntitySpec(
        EntityType.PROCESS,
        *_SUSPICIOUS,
        ("ProcessCommandLine", "ProcessId"),
        _PROCESS_KEY,
        {**_FILE, **_PROCESS, **_DEVICE},
    ),
    EntitySpec(
        EntityType.PROCESS,
        *_SUSPICIOUS,
        ("InitiatingProcessCommandLine", "InitiatingProcessFileName"),
        _PROCESS_KEY,
        {**_INITIATING, **_DEVICE},
    ),
    EntitySpec(
        EntityType.FILE,
        *_SUSPICIOUS,
        ("FileName", "SHA1", "SHA256"),
        _FILE_KEY,
        {**_FILE, **_DEVICE},
        unless=("ProcessCommandLine", "ProcessId"),
    ),
    EntitySpec(EntityType.IP, *_SUSPICIOUS, ("RemoteIP",), ("ip_address",), {"ip_address": "RemoteIP"}),
    EntitySpec(EntityType.URL, *_SUSPICIOUS, ("RemoteUrl",), ("url",), {"url": "RemoteUrl"}),
    EntitySpec(
        EntityType.REGISTRY_VALUE,
        *_SUSPICIOUS,
        ("RegistryValueName", "RegistryValueData"),
        tuple(_REGISTRY),
        {**_REGISTRY, **_DEVICE},
    ),
    EntitySpec(
        EntityType.REGISTRY_KEY,
        *_SUSPICIOUS,
        ("RegistryKey",),
        ("registry_key",),
        {"registry_key": "RegistryKey", **_DEVICE},
        unless=("RegistryValueName", "RegistryValueData"),
    ),
)

_ORDER: Final = {kind: place for place, kind in enumerate(EntityType)}
_TIMES: Final = frozenset({"process_created", "parent_process_created"})
_NUMBERS: Final = frozenset({"process_id", "parent_process_id", "file_size"})
# Columns by which queries over several tables name the one that a row came from.
_TABLE_COLUMNS: Final = ("$table", "TableName", "SourceTable", "Table", "Type")
# The first column that has a value counts: the event's own file before that of the process behind it.
_EVENT: Final[Mapping[str, tuple[str, ...]]] = {
    "device_id": ("DeviceId",),
    "device_name": ("DeviceName",),
    "file_name": ("FileName", "InitiatingProcessFileName"),
    "folder_path": ("FolderPath", "InitiatingProcessFolderPath"),
    "sha1": ("SHA1", "InitiatingProcessSHA1"),
    "sha256": ("SHA256", "InitiatingProcessSHA256"),
    "md5": ("MD5", "InitiatingProcessMD5"),
    "remote_url": ("RemoteUrl",),
    "remote_ip": ("RemoteIP",),
    "account_name": ("AccountName", "InitiatingProcessAccountName"),
    "account_domain": ("AccountDomain", "InitiatingProcessAccountDomain"),
    "command_line": ("ProcessCommandLine", "InitiatingProcessCommandLine"),
}


def findings_of(evidence: Sequence[Frozen]) -> Findings:
    """Return what all the evidence says together."""
    entities: dict[tuple[object, ...], Entity] = {}
    events: dict[tuple[object, ...], Occurrence] = {}
    for frozen in evidence:
        for record in frozen.records:
            for key, entity in _entities(record):
                entities.setdefault(key, entity)
            happened = _occurrence(record, frozen)
            # The same event in two pieces of evidence is one detection.
            events.setdefault((happened.ticks, *sorted(happened.values.items(), key=str)), happened)
    times = [event.ticks for event in events.values() if event.timed]
    first = moment_of(min(times)) if times else min(frozen.window_start for frozen in evidence)
    last = moment_of(max(times)) if times else max(frozen.window_end for frozen in evidence)
    order = sorted(entities.values(), key=lambda entity: _ORDER[entity.entity_type])
    machines = [entity.values for entity in order if entity.entity_type is EntityType.MACHINE]
    devices = [(str(values.get("device_id", "")), str(values.get("device_name", ""))) for values in machines]
    # That nothing was found can be evidence too; every channel still has the alert.
    listed = list(events.values()) or [Occurrence(ticks_of(last), timed=False, values={})]
    return Findings(order, listed, first, last, devices)


def _entities(record: Record) -> Iterator[tuple[tuple[object, ...], Entity]]:
    for spec in SPECS:
        if not _any(record, spec.wanted) or _any(record, spec.unless):
            continue
        values = dict(_values(record, spec.columns))
        if spec.entity_type is EntityType.IP and not _is_worth_naming(str(values.get("ip_address", ""))):
            continue
        key = tuple(str(values.get(field, "")).lower() for field in spec.key)
        yield (spec.entity_type, *key), Entity(spec.entity_type, spec.role, spec.verdict, values)


def _occurrence(record: Record, frozen: Frozen) -> Occurrence:
    values: dict[str, Value] = {}
    for field, columns in _EVENT.items():
        found = next((text for column in columns if (text := _text(record.get(column)))), "")
        if found:
            values[field] = found
    table = _table_of(record, frozen.tables)
    if table:
        values["table"] = table
    report = record.get("ReportId")
    if isinstance(report, int) and not isinstance(report, bool):
        values["report_id"] = report
    ticks = _ticks(record.get("Timestamp"))
    return Occurrence(ticks_of(frozen.window_end) if ticks is None else ticks, timed=ticks is not None, values=values)


def _table_of(record: Record, tables: Sequence[str]) -> str:
    for column in _TABLE_COLUMNS:
        named = record.get(column)
        if isinstance(named, str) and find_table(named):
            return named
    return tables[0] if len(tables) == 1 else ""


def _values(record: Record, columns: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    for field, column in columns.items():
        value = record.get(column)
        if field in _TIMES:
            ticks = _ticks(value)
            if ticks is not None:
                yield field, moment_of(ticks)
        elif field in _NUMBERS:
            if isinstance(value, int) and not isinstance(value, bool):
                yield field, value
        elif text := _text(value):
            yield field, text


def _any(record: Record, columns: Iterable[str]) -> bool:
    return any(record.get(column) not in (None, "") for column in columns)


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, bool | dict | list) else str(value).replace("\x00", "")


def _ticks(value: object) -> int | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        return ticks_of_text(value)
    except ValueError:
        return None


def _is_worth_naming(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return bool(address)
    return not (parsed.is_loopback or parsed.is_unspecified)
