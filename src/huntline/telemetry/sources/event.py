"""What a reader yields: thin events that the mapping turns into rows, ready rows of hunting tables, and refusals."""

from dataclasses import dataclass
from datetime import datetime

from huntline.telemetry.rows import Refusal, Row


@dataclass(slots=True)
class Event:
    """One record of a log, as its source gave it.

    at: when the source says that it happened, aware UTC (a shipper's zone may be wrong: see `clocks`).
    host: as given; channel: lower case (sources mix `Security` and `security`); provider: as given.
    fields: the event's own data by its own names (`Image`, `TargetUserName`), without the rendered message unless there is nothing else.
    line: line or record number in its file, from 1.
    source: the format it came by, kept beside the row.
    report_id: positive, below 2**48, the same for the same record whenever it is read.
    """

    at: datetime
    host: str
    channel: str
    provider: str
    event_id: int
    fields: dict[str, object]
    line: int
    report_id: int
    message: str = ""
    source: str = ""


@dataclass(slots=True)
class TableRow:
    """A row that already has the shape of a hunting table: nothing to map."""

    table: str
    row: Row
    line: int
    source: str = ""


Item = Event | TableRow | Refusal
