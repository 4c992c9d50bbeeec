"""The Defender streaming envelope: `{"records": [{"time", "category": "AdvancedHunting-<Table>", "properties": {...}}]}`.

It comes as one document (a message of the event hub) or as lines (a blob), each line a record or an envelope of its own.
A column that the catalogue does not have is no reason to lose an event of a feed that nobody here can change: such
fields are kept beside the row, in `_SourceFields`. `MachineGroup`, which the feed adds to every table, is one of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import orjson

from huntline.telemetry.columns import convert_columns, unknown_table
from huntline.telemetry.intake.ndjson import (
    BROKEN,
    LINES_AT_ONCE,
    RowDecoder,
    Shape,
    Text,
    decoder_of,
    stretches,
    take,
)
from huntline.telemetry.intake.portion import Portion
from huntline.telemetry.rows import SOURCE_FIELDS, Refusal
from huntline.telemetry.schema import find_table

CATEGORY: Final = "AdvancedHunting-"
GROUP: Final = "MachineGroup"
# Where the word that tells an envelope from a record stands, if it is there.
_HEAD: Final = 4096


class _Record(msgspec.Struct, gc=False):
    category: str
    properties: msgspec.Raw


class _Envelope(msgspec.Struct, gc=False):
    records: list[msgspec.Raw]


_RECORD: Final = msgspec.json.Decoder(_Record)
_RECORDS: Final = msgspec.json.Decoder(list[_Record])
_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


@dataclass(slots=True)
class _Properties:
    """The rows of one table in a stretch, as they came, with the line or record of each."""

    texts: list[msgspec.Raw] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


def read_envelope(body: bytes) -> Iterator[Portion]:
    """Read an export in stretches of records. A refusal names the line, or the record (from 1) of a single document."""
    for numbers, texts in _records(body):
        yield _read_stretch(numbers, texts)


def _records(body: bytes) -> Iterator[tuple[Sequence[int], Sequence[Text]]]:
    if b'"records"' in body[:_HEAD]:
        try:
            records = _ENVELOPE.decode(body).records
        except BROKEN:
            pass  # lines, or broken: the lines say where
        else:
            for start in range(0, len(records), LINES_AT_ONCE):
                some = records[start : start + LINES_AT_ONCE]
                yield range(start + 1, start + 1 + len(some)), some
            return
    for numbers, lines in stretches(body):
        yield _unwrap(numbers, lines) if b'"records"' in lines[0][:_HEAD] else (numbers, lines)


def _unwrap(numbers: Sequence[int], lines: Sequence[bytes]) -> tuple[list[int], list[Text]]:
    """Take the records out of lines that are envelopes; a line that is none stays as it is."""
    found: list[tuple[int, Text]] = []
    for number, line in zip(numbers, lines, strict=True):
        try:
            found += [(number, record) for record in _ENVELOPE.decode(line).records]
        except BROKEN:
            found.append((number, line))
    return [number for number, _ in found], [text for _, text in found]


def _read_stretch(numbers: Sequence[int], texts: Sequence[Text]) -> Portion:
    portion = Portion(records=len(texts))
    tables: defaultdict[str, _Properties] = defaultdict(_Properties)
    try:
        records: Sequence[_Record | Refusal] = _RECORDS.decode(b"[" + b",".join(texts) + b"]")
    except BROKEN:
        records = ()
    if len(records) != len(texts):
        records = [_read_record(number, text) for number, text in zip(numbers, texts, strict=True)]
    for number, record in zip(numbers, records, strict=True):
        if isinstance(record, Refusal):
            portion.refusals.append(record)
        else:
            properties = tables[record.category.removeprefix(CATEGORY)]
            properties.texts.append(record.properties)
            properties.numbers.append(number)
    for name, properties in tables.items():
        _read_table(name, properties, portion)
    return portion


def _read_record(number: int, text: Text) -> _Record | Refusal:
    try:
        return _RECORD.decode(text)
    except msgspec.ValidationError as error:
        return Refusal(number, "not_a_record", f"This is no record with `category` and `properties`: {error}.")
    except BROKEN as error:
        return Refusal(number, "not_json", f"This is no JSON object: {error}.")


def _read_table(name: str, properties: _Properties, portion: Portion) -> None:
    """Decode the rows of one table and add them to the portion."""
    table = find_table(name)
    if table is None:
        reason = unknown_table(name)
        portion.refusals += [Refusal(number, "unknown_table", reason) for number in properties.numbers]
        return
    decoder = decoder_of(name, () if table.has(GROUP) else (GROUP,))
    rows = decoder.decode_all(properties.texts)
    numbers, beside = properties.numbers, [""] * len(properties.texts)
    if rows is None:
        rows, numbers, beside = _read_one_by_one(decoder, properties, portion)
        if not rows:
            return
    columns = decoder.columns(rows)
    if not table.has(GROUP) and GROUP in columns:
        groups = columns.pop(GROUP)
        beside = [
            fields or (orjson.dumps({GROUP: group}).decode() if group else "")
            for fields, group in zip(beside, groups, strict=True)
        ]
    take(portion, *convert_columns(decoder.table, {**columns, SOURCE_FIELDS: beside}, numbers))


def _read_one_by_one(
    decoder: RowDecoder, properties: _Properties, portion: Portion
) -> tuple[list[Shape], list[int], list[str]]:
    rows: list[Shape] = []
    numbers: list[int] = []
    beside: list[str] = []
    for number, text in zip(properties.numbers, properties.texts, strict=True):
        row, fields = decoder.decode(text, number), ""
        if isinstance(row, Refusal) and row.code == "unknown_column":
            row, fields = _set_aside(decoder, text, number)
        if isinstance(row, Refusal):
            portion.refusals.append(row)
            continue
        rows.append(row)
        numbers.append(number)
        beside.append(fields)
    return rows, numbers, beside


def _set_aside(decoder: RowDecoder, properties: msgspec.Raw, number: int) -> tuple[Shape | Refusal, str]:
    """Decode again without the fields that are no columns, and return those as JSON text."""
    fields: dict[str, msgspec.Raw] = msgspec.json.decode(properties, type=dict[str, msgspec.Raw])
    known = set(decoder.names)
    unknown = {name: value for name, value in fields.items() if name not in known}
    rest = {name: value for name, value in fields.items() if name in known}
    if not decoder.table.has(GROUP) and GROUP in rest:
        unknown[GROUP] = rest.pop(GROUP)
    return decoder.decode(msgspec.json.encode(rest), number), msgspec.json.encode(unknown).decode()
