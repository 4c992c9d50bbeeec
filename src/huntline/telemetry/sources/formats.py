"""The input formats: how each is told by its content, and what reads it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import orjson

from huntline.telemetry.rows import Refusal
from huntline.telemetry.sources import azure, defender_rows, nxlog, windows_log, winlogbeat
from huntline.telemetry.sources.containers import HEAD, ArchiveBombError, Member, kind_of, open_container
from huntline.telemetry.sources.event import Item
from huntline.telemetry.sources.json_lines import BOM, Document

Read = Callable[[IO[bytes]], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One input format. fits: whether a first record (a JSON object) is of it; None for formats told by their first bytes."""

    name: str
    doc: str
    read: Read
    fits: Callable[[Document], bool] | None = None
    magic: bytes = b""


def _is_envelope(record: Document) -> bool:
    return isinstance(record.get("records"), list) or (
        str(record.get("category", "")).startswith(defender_rows.CATEGORY) and "properties" in record
    )


def _is_winlogbeat(record: Document) -> bool:
    return isinstance(record.get("winlog"), dict) or ("log_name" in record and "event_id" in record)


def _is_azure(record: Document) -> bool:
    return "TimeGenerated" in record and record.get("Type") in {"WindowsEvent", "SecurityEvent", "Event", "Syslog"}


def _is_nxlog(record: Document) -> bool:
    return "EventID" in record and ("Hostname" in record or "SourceModuleType" in record)


def _is_table_row(record: Document) -> bool:
    # A wrong column in the first row must not hide what the file is.
    has_columns = "Timestamp" in record and ("ActionType" in record or "DeviceId" in record)
    return has_columns or defender_rows.table_of(azure.plain_names(record)) is not None


_ALL: Final = (
    SourceSpec("evtx", "Windows event log files", windows_log.read, magic=windows_log.MAGIC),
    SourceSpec("defender-streaming", "Defender streaming API records", defender_rows.read_envelope, _is_envelope),
    SourceSpec("winlogbeat", "Winlogbeat 6 and later, JSON lines", winlogbeat.read, _is_winlogbeat),
    SourceSpec("azure", "WindowsEvent, SecurityEvent, Event and Syslog rows, JSON lines", azure.read, _is_azure),
    SourceSpec("nxlog", "nxlog's flat JSON lines, as in public attack recordings", nxlog.read, _is_nxlog),
    SourceSpec("rows", "Rows of hunting tables, JSON lines", defender_rows.read_rows, _is_table_row),
)
FORMATS: Final[dict[str, SourceSpec]] = {spec.name: spec for spec in _ALL}


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one file inside an archive: `items` is read once, before the next source is asked for.

    position: how many bytes of the file on the disk have been read by now.
    """

    path: Path
    member: str
    format: str
    items: Iterator[Item]
    position: Callable[[], int]


def recognise(head: bytes) -> SourceSpec | Refusal:
    """Tell the format by the first bytes of a file (up to 64 KiB), whatever its name."""
    for spec in _ALL:
        if spec.magic and head.startswith(spec.magic):
            return spec
    if kind_of(head) is not None:
        reason = "It is an archive inside an archive: unpack the outer one first."
        return Refusal(0, "format_not_supported", reason)
    text = head.removeprefix(BOM).lstrip()
    for start, code, reason in _NOT_READ:
        if start.match(text):
            return Refusal(0, code, reason)
    record = _first_record(text)
    if record is None:
        return Refusal(0, "format_unknown", "It is neither an EVTX file nor JSON lines: it was not read.")
    names = ", ".join(list(record)[:6])
    reason = f"Its records ({names}, ...) are of no format that is known: it was not read."
    fitting = (spec for spec in _ALL if spec.fits is not None and spec.fits(record))
    return next(fitting, Refusal(0, "format_unknown", reason))


# What is recognised and not read: its start, the code of the refusal, and what to do about it.
_NOT_READ: Final = (
    (re.compile(rb"$"), "empty", "There is nothing in it."),
    (
        re.compile(rb"type=\w+ msg=audit\("),
        "format_not_supported",
        "Raw auditd records are not read: have laurel write them as JSON, or send them by a shipper.",
    ),
    (
        re.compile(rb"\["),
        "format_not_supported",
        "The file is one JSON array: write one object a line (jq -c '.[]' does it).",
    ),
)


def _first_record(text: bytes) -> Document | None:
    """Return the first line that is an object: one broken line at the start does not hide the format of the rest."""
    for line in text.splitlines()[:20]:
        if line.startswith(b"{"):
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            if isinstance(record, dict):
                return record
    # A first line longer than the head, an envelope of many records most likely.
    return {"records": []} if text.startswith(b'{"records"') else None


def open_source(path: Path) -> Iterator[Source]:
    """Yield what is in `path`: itself, or the files of the archive that it is. What cannot be read is a source of one refusal.

    Raises OSError where the file itself cannot be opened.
    """
    with open_container(path) as container:
        for member in container.members:
            yield _source(path, member, container.position)


def _source(path: Path, member: Member, position: Callable[[], int]) -> Source:
    found: SourceSpec | Refusal
    stream = member.stream
    if member.refusal is not None or stream is None:
        found = member.refusal or Refusal(0, "archive_member_refused", "It is no file.")
    else:
        try:
            found = recognise(_peek(stream))
        except (ArchiveBombError, OSError, EOFError) as error:
            found = Refusal(0, "archive_damaged", f"It cannot be unpacked: {error}.")
        if isinstance(found, SourceSpec):
            return Source(path, member.name, found.name, _guarded(found.read, stream), position)
    return Source(path, member.name, "", iter([found]), position)


def _peek(stream: IO[bytes]) -> bytes:
    peek = getattr(stream, "peek", None)
    return bytes(peek(HEAD)[:HEAD]) if peek is not None else b""


def _guarded(read: Read, stream: IO[bytes]) -> Iterator[Item]:
    """Read, and end with a refusal where the packing itself turns out to be damaged or a bomb."""
    line = 0
    try:
        for item in read(stream):
            line = item.line
            yield item
    except ArchiveBombError as error:
        yield Refusal(line + 1, "archive_bomb", f"The rest is not read: {error}.")
    except (OSError, EOFError, ValueError) as error:
        yield Refusal(line + 1, "archive_damaged", f"The rest cannot be unpacked: {error}.")
