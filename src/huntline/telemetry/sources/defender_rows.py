"""Rows that already have the shape of a hunting table: native exports, plain NDJSON, and the Defender streaming envelope.

A row says its table (`Table`, `$table`, `TableName`, `Type`), or its action does, or its columns do: the one table that has all of those
with a value, and most of the others. Types are checked by the ingest door, as for rows that come over HTTP.
"""

from collections.abc import Iterator
from typing import IO, Final

import orjson

from huntline.telemetry.rows import Refusal
from huntline.telemetry.schema import TABLES, find_table
from huntline.telemetry.sources.azure import plain_names
from huntline.telemetry.sources.event import Item, TableRow
from huntline.telemetry.sources.json_lines import Document, read_documents, read_with
from huntline.telemetry.sources.tables import CHANNELS

TABLE_NAMES: Final = ("$table", "Table", "TableName", "Type", "SourceTable")
CATEGORY: Final = "AdvancedHunting-"
_COLUMNS: Final = {table.name: frozenset(column.name for column in table.columns) for table in TABLES}


def _tables_by_action() -> dict[str, str]:
    """Return the table of each action that only one table has."""
    tables: dict[str, set[str]] = {}
    for specs in CHANNELS.values():
        for spec in specs:
            if spec.table is not None and isinstance(spec.action, str):
                tables.setdefault(spec.action, set()).add(spec.table)
    return {action: next(iter(found)) for action, found in tables.items() if len(found) == 1}


_BY_ACTION: Final = _tables_by_action()


def table_of(row: Document) -> str | None:
    """Return the table that a row names or that alone fits its columns, or None."""
    for name in TABLE_NAMES:
        named = row.get(name)
        if isinstance(named, str) and find_table(named.removeprefix(CATEGORY)) is not None:
            return named.removeprefix(CATEGORY)
    by_action = _BY_ACTION.get(str(row.get("ActionType")))
    filled = {name for name, value in row.items() if value is not None and value != ""}
    if by_action is not None and filled <= _COLUMNS[by_action]:
        return by_action
    fitting = sorted(
        (-len(columns & row.keys()), len(columns), table) for table, columns in _COLUMNS.items() if filled <= columns
    )
    if not fitting or (len(fitting) > 1 and fitting[0][:2] == fitting[1][:2]):
        return None
    return fitting[0][2]


def convert(document: Document, line: int, _raw: bytes) -> Item:
    """Turn one row into an item."""
    row = plain_names(document)
    table = table_of(row)
    if table is None:
        reason = "The row fits no single hunting table: name it in a field Table, or check the names of its columns."
        return Refusal(line, "table_unknown", reason)
    columns = _COLUMNS[table]
    # Exports of several tables at once carry the columns of all of them, empty.
    kept = {
        name: value
        for name, value in row.items()
        if name in columns or (value not in (None, "") and name not in TABLE_NAMES)
    }
    return TableRow(table, kept, line)


read_rows = read_with(convert)


def read_envelope(stream: IO[bytes]) -> Iterator[Item]:
    """Read `{"records": [{"category": "AdvancedHunting-<table>", "properties": {...}}]}`, an envelope or a record a line."""
    for found in read_documents(stream):
        if isinstance(found, Refusal):
            yield found
            continue
        number, _, document = found
        records = document.get("records", [document])
        if not isinstance(records, list):
            yield Refusal(number, "record_malformed", "records is no array.")
            continue
        for record in records:
            yield _record(record, number)


def _record(record: object, line: int) -> Item:
    properties = record.get("properties") if isinstance(record, dict) else None
    if isinstance(properties, str):
        try:
            properties = orjson.loads(properties)
        except orjson.JSONDecodeError as error:
            return Refusal(line, "not_json", f"properties is no JSON: {error}.")
    category = record.get("category") if isinstance(record, dict) else None
    if not isinstance(properties, dict) or not isinstance(category, str):
        return Refusal(line, "record_malformed", "A record needs a category and properties.")
    table = category.removeprefix(CATEGORY)
    if find_table(table) is None:
        return Refusal(line, "table_unknown", f"{category} names no hunting table.")
    return TableRow(table, properties, line)
