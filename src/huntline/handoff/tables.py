"""Tables for spreadsheets: RFC 4180, UTF-8 with a byte order mark. A text that a spreadsheet would run begins with an apostrophe."""

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from huntline.handoff.dossier import Account, Device, Dossier, Evidence, File, Message, Sample

# As in the product's other files: names come from machines that an attacker may own.
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")

Line = Sequence[object]


class Writes(Protocol):
    """What a table is written to."""

    def write(self, data: bytes) -> object:
        """Take bytes."""


def write_table(file: Writes, head: Sequence[str], rows: Iterable[Line]) -> None:
    """Write a table with its heading, row by row."""
    file.write(codecs.BOM_UTF8)
    writer = csv.writer(_Encoded(file), lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([safe(value) for value in row])


class _Encoded:
    """Takes text for somebody who takes bytes."""

    def __init__(self, to: Writes) -> None:
        self._to = to

    def write(self, text: str) -> None:
        self._to.write(text.encode())


def safe(value: object) -> object:
    """Return a value as a cell that no spreadsheet runs.

    >>> safe("=cmd|' /C calc'!A0"), safe(-1), safe(None)
    ("'=cmd|' /C calc'!A0", -1, '')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple | dict):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def utc(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the microsecond.

    >>> utc(datetime(2026, 11, 15, 22, 14, 3, 123456, tzinfo=UTC))
    '2026-11-15T22:14:03.123456Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


TIMELINE: Final = (
    "time_utc", "kind", "text", "alert_id", "device_id", "device_name", "account", "file_name", "folder_path", "sha1", "sha256",
    "command_line", "address", "url", "table", "report_id",
)  # fmt: skip
DEVICES: Final = ("device_id", "name", "platform", "verdict", "alerts")
ACCOUNTS: Final = ("name", "domain", "sid", "upn", "object_id", "verdict", "alerts")
ENTITIES: Final = (
    "kind",
    "value",
    "name",
    "folder",
    "sha1",
    "sha256",
    "md5",
    "size",
    "device_name",
    "detail",
    "verdict",
    "alerts",
)
MESSAGES: Final = ("time_utc", "author", "about", "text")
SAMPLES: Final = ("sha256", "name", "size", "kind", "sha1", "md5")


def timeline(dossier: Dossier) -> Iterator[Line]:
    """Yield the timeline, oldest first."""
    for one in dossier.timeline:
        yield (
            one.at, one.kind, one.text, one.alert_id, one.device_id, one.device_name, one.account, one.file_name, one.folder_path,
            one.sha1, one.sha256, one.command_line, one.address, one.url, one.table, one.report_id,
        )  # fmt: skip


def devices(rows: Iterable[Device]) -> Iterator[Line]:
    """Yield the devices."""
    return ((one.device_id, one.name, one.platform, one.verdict, _all(one.alerts)) for one in rows)


def accounts(rows: Iterable[Account]) -> Iterator[Line]:
    """Yield the accounts."""
    for one in rows:
        yield one.name, one.domain, one.sid, one.upn, one.object_id, one.verdict, _all(one.alerts)


def entities(dossier: Dossier) -> Iterator[Line]:
    """Yield files, processes, addresses, URLs and registry entries."""
    yield from (_file("file", one, "", one.verdict, one.alerts) for one in dossier.files)
    for process in dossier.processes:
        detail = {
            "pid": process.pid,
            "command_line": process.command_line,
            "created": utc(process.created) if process.created else None,
            "parent": process.parent_name,
            "parent_pid": process.parent_pid,
            "account": process.account,
        }
        yield _file("process", process.file, detail, process.verdict, process.alerts)
    for kind, values in (("address", dossier.addresses), ("url", dossier.urls)):
        yield from ((kind, one.value, *[""] * 8, one.verdict, _all(one.alerts)) for one in values)
    for entry in dossier.registry:
        data = {"value": entry.value_name, "type": entry.value_type, "data": entry.value_data}
        yield ("registry", entry.key, *[""] * 6, entry.device_name, data, entry.verdict, _all(entry.alerts))


def messages(rows: Iterable[Message]) -> Iterator[Line]:
    """Yield what people wrote."""
    return ((one.at, one.author, one.about, one.text) for one in rows)


def samples(rows: Iterable[Sample]) -> Iterator[Line]:
    """Yield the samples: what the archive calls by their SHA-256, and how the customer called them."""
    return ((one.sha256, one.name, one.size, one.kind, one.sha1, one.md5) for one in rows)


def facts_of(evidence: Evidence) -> dict[str, object]:
    """Return what is known of a piece of evidence besides its rows, as JSON values."""
    return {
        "id": evidence.id,
        "alerts": list(evidence.alerts),
        "captured_at": utc(evidence.captured_at),
        "captured_by": evidence.captured_by,
        "asked_at": utc(evidence.asked_at),
        "window": {"start": utc(evidence.window_start), "end": utc(evidence.window_end)},
        "query": evidence.query,
        "query_sha256": evidence.query_sha256,
        "sql_sha256": evidence.sql_sha256,
        "tables": list(evidence.tables),
        "versions": {
            "schema": evidence.schema_version,
            "engine": evidence.engine_version,
            "compiler": evidence.compiler_version,
        },
        "columns": [{"name": name, "type": kind} for name, kind in evidence.columns],
        "row_count": evidence.row_count,
        "truncated": evidence.truncated,
        "rows_sha256": evidence.rows_sha256,
        "note": evidence.note,
    }


def _file(kind: str, one: File, detail: object, verdict: str, alerts: Sequence[str]) -> Line:
    value = one.sha256 or one.sha1 or one.md5 or one.name
    hashes = one.sha1, one.sha256, one.md5
    return (kind, value, one.name, one.folder, *hashes, one.size, one.device_name, detail, verdict, _all(alerts))


def _all(values: Sequence[str]) -> str:
    return " ".join(values)
