"""EVTX, the file of a Windows event log.

The parser passes over what is cut off without a word, so each chunk's own header is read first: which records it must hold. Whole records
of a chunk that was cut are still given.
"""

import io
import struct
from collections.abc import Iterator
from typing import IO, Final, cast

import orjson
from evtx import PyEvtxParser

from huntline.telemetry.rows import Refusal
from huntline.telemetry.sources.event import Event, Item
from huntline.telemetry.sources.json_lines import Document
from huntline.telemetry.sources.values import moment, number, stable_number

MAGIC: Final = b"ElfFile\x00"
CHUNK_MAGIC: Final = b"ElfChnk\x00"
HEADER: Final = 4096
CHUNK: Final = 64 * 1024
RECORD_MAGIC: Final = b"**\x00\x00"
FIRST_RECORD: Final = 512  # bytes from the chunk's begin


def read(stream: IO[bytes]) -> Iterator[Item]:
    """Yield the records in their order, and a refusal for each part that cannot be read.

    A chunk stands for itself: it is parsed behind the file's header as a file of its own, so that memory does not grow with the file and
    damage in one does not hide the next.
    """
    header = stream.read(HEADER)
    if len(header) < HEADER:
        yield Refusal(
            0, "evtx_cut", f"The file ends after {len(header):,} bytes, within its header: nothing can be read."
        )
        return
    promised = struct.unpack_from("<H", header, 42)[0]
    one_chunk = header[:42] + struct.pack("<H", 1) + header[44:]
    chunks = line = 0
    while chunk := stream.read(CHUNK):
        chunks += 1
        for item in _read_chunk(one_chunk, chunk, line):
            line = item.line
            yield item
    if chunks < promised:
        reason = f"The file promises {promised:,} parts of 64 KiB and holds {chunks:,}: the rest was cut off."
        yield Refusal(line + 1, "evtx_cut", reason)


def _read_chunk(header: bytes, chunk: bytes, line: int) -> Iterator[Item]:
    """Yield the records of one chunk, numbered on from `line`, and what it promised and does not give."""
    if chunk.strip(b"\x00") == b"":
        return  # space that Windows has set aside
    cut = len(chunk) < CHUNK
    whole = _whole(chunk) if cut else frozenset()
    numbers: set[int] = set()
    complaint = ""
    try:
        # One thread: two cores belong to the whole server. The padding lets the whole records of a cut chunk be found.
        records = PyEvtxParser(io.BytesIO(header + chunk.ljust(CHUNK, b"\x00")), number_of_threads=1).records_json()
    except (OSError, RuntimeError) as error:
        yield Refusal(line + 1, "evtx_damaged", f"The file's header cannot be read: {error}")
        return
    while True:
        try:
            record = next(records, None)
        except RuntimeError as error:
            complaint = complaint or f" ({error})"  # the parser goes on with the next record
            continue
        if record is None:
            break
        if cut and record["event_record_id"] not in whole:
            continue  # its second half is our padding
        line += 1
        numbers.add(record["event_record_id"])
        yield _item(record["data"], line)
    lost = sorted(_promised(chunk) - numbers)
    if lost or complaint:
        what = "A record" if not lost else f"Record {lost[0]}" if len(lost) == 1 else f"Records {lost[0]} to {lost[-1]}"
        why = "the file is cut" if cut else f"the file is damaged{complaint}"
        yield Refusal(line + 1, "evtx_cut" if cut else "evtx_damaged", f"{what} cannot be read: {why}.")
    elif not numbers and not chunk.startswith(CHUNK_MAGIC):
        reason = "A part of 64 KiB is no part of an event log: what it held is lost."
        yield Refusal(line + 1, "evtx_cut" if cut else "evtx_damaged", reason)


def _promised(chunk: bytes) -> set[int]:
    """Return the numbers of the records that a chunk's own header promises."""
    if len(chunk) < 40 or not chunk.startswith(CHUNK_MAGIC):
        return set()
    first, last = struct.unpack_from("<QQ", chunk, 24)
    # A damaged header could promise anything.
    return set(range(first, last + 1)) if 0 < first <= last <= first + CHUNK else set()


def _whole(chunk: bytes) -> frozenset[int]:
    """Return the numbers of the records that lie in a chunk from their first byte to their last."""
    found, at = set(), FIRST_RECORD
    while chunk[at : at + 4] == RECORD_MAGIC and at + 16 <= len(chunk):
        size, number_of_record = struct.unpack_from("<IQ", chunk, at + 4)
        if size < 24 or at + size > len(chunk):  # a header and the size once more
            break
        found.add(number_of_record)
        at += size
    return frozenset(found)


def _item(text: str, line: int) -> Item:
    raw = text.encode()
    try:
        event = orjson.loads(raw)["Event"]
        system = event["System"]
        at = moment(_attributes(system["TimeCreated"])["SystemTime"])
        event_id = number(_text(system["EventID"]))
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        return Refusal(line, "record_malformed", f"The record lacks a part of its System data: {error!r}.")
    if at is None or event_id is None:
        return Refusal(line, "record_malformed", "The record has no time or no number for its event.")
    fields = _fields(event)
    user = _attributes(system.get("Security")).get("UserID")
    if user is not None:
        fields.setdefault("UserID", user)
    process = _attributes(system.get("Execution")).get("ProcessID")
    if process is not None:
        fields["ExecutionProcessID"] = process
    return Event(
        at=at,
        host=str(_text(system.get("Computer")) or ""),
        channel=str(_text(system.get("Channel")) or "").lower(),
        provider=str(_attributes(system.get("Provider")).get("Name") or ""),
        event_id=event_id,
        fields=fields,
        line=line,
        report_id=stable_number(raw),
    )


def _attributes(value: object) -> Document:
    found = value.get("#attributes") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _text(value: object) -> object:
    return value.get("#text") if isinstance(value, dict) else value


def _fields(event: Document) -> Document:
    """Return the event's own data: EventData, or what stands one step below UserData."""
    data = event.get("EventData")
    if not isinstance(data, dict):
        user_data = event.get("UserData")
        inner = next(iter(user_data.values()), None) if isinstance(user_data, dict) else None
        data = cast("Document", inner) if isinstance(inner, dict) else {}
    fields = {name: value for name, value in data.items() if value is not None and not name.startswith("#")}
    unnamed = _text(fields.pop("Data", None))
    # Classic logs have values without names; other shippers call them param1, param2, ...
    for index, value in enumerate(unnamed if isinstance(unnamed, list) else [] if unnamed is None else [unnamed], 1):
        fields[f"param{index}"] = value
    return fields
