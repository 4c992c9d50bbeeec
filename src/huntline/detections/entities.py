"""From the rows of a rule's query to alerts: one for each entity and period, with the rows as its events. Pure."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from huntline.telemetry.schema import find_table
from huntline.telemetry.times import TICKS, ticks_of_text

TIME: Final = "Timestamp"
REPORT: Final = "ReportId"
# What names an entity for certain, the first before the others: the columns that Defender asks for too.
ENTITIES: Final = (
    "DeviceId",
    "DeviceName",
    "AccountSid",
    "AccountObjectId",
    "AccountUpn",
    "InitiatingProcessAccountSid",
    "InitiatingProcessAccountObjectId",
    "InitiatingProcessAccountUpn",
)
_HOUR: Final = 3600 * TICKS


@dataclass(slots=True)
class Group:
    """Rows of one entity in one period. `key` is the same whenever and however often they are found."""

    key: str
    rows: list[Mapping[str, object]] = field(default_factory=list)


def entities_in(columns: Mapping[str, str]) -> list[str]:
    """Return which of the columns (name to KQL type) can be a rule's entity.

    >>> entities_in({"DeviceId": "string", "AccountSid": "long", "FileName": "string"})
    ['DeviceId']
    """
    return [name for name in ENTITIES if columns.get(name) == "string"]


def missing_in(columns: Mapping[str, str]) -> list[str]:
    """Return what a rule's query has to return and does not.

    >>> missing_in({"Timestamp": "datetime", "Count": "long"})
    ['ReportId', 'DeviceId']
    """
    missing = [name for name, kind in ((TIME, "datetime"), (REPORT, "long")) if columns.get(name) != kind]
    return missing if entities_in(columns) else [*missing, ENTITIES[0]]


def table_for(tables: Iterable[str], columns: Mapping[str, str], entity: str) -> str | None:
    """Return the table whose events the rows are: of those that hold time, report and entity, the one with most of the columns."""
    held = {name: held_by(name, columns) for name in tables}
    able = [name for name, own in held.items() if {TIME, REPORT, entity} <= set(own)]
    return max(able, key=lambda name: len(held[name]), default=None)


def held_by(table: str, columns: Mapping[str, str]) -> list[str]:
    """Return which of the columns a table holds, with the same type: a computed column of the name of another kind is none of its own."""
    spec = find_table(table)
    own = {column.name: column.type for column in spec.columns} if spec else {}
    return [name for name, kind in columns.items() if own.get(name) == kind]


def grouped(
    rows: Iterable[Mapping[str, object]], *, rule: uuid.UUID, entity: str, hours: int, columns: Sequence[str]
) -> tuple[list[Group], int]:
    """Return the rows by entity and period of `hours`, cut to `columns`, and how many lack a time, a report or an entity."""
    groups: dict[str, Group] = {}
    left_out = 0
    for row in rows:
        name, time, report = row.get(entity), row.get(TIME), row.get(REPORT)
        if not (isinstance(name, str) and name and isinstance(time, str) and isinstance(report, int)):
            left_out += 1
            continue
        period = ticks_of_text(time) // (hours * _HOUR)
        # Names are the same in any case; the hash keeps the key short, whatever they hold.
        named = hashlib.sha256(f"{entity}={name.lower()}".encode()).hexdigest()[:32]
        key = f"{rule}:{hours}h{period}:{named}"
        groups.setdefault(key, Group(key)).rows.append(
            {column: row[column] for column in columns if row.get(column) is not None}
        )
    return list(groups.values()), left_out
