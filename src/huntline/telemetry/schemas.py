"""What crosses the wire."""

import uuid
from datetime import date, datetime

from ninja import Field, Schema

from huntline.telemetry.coverage import CheckCode


class RefusalOut(Schema):
    """A line that was not taken."""

    line: int
    code: str
    reason: str


class ReceiptOut(Schema):
    """What became of a batch. It is given only when every row that it counts is on the disk."""

    batch: uuid.UUID
    records: int
    stored: dict[str, int]
    refused: int
    refusals: list[RefusalOut]
    not_mapped: dict[str, int]
    repeated: bool


class IngestKeyIn(Schema):
    """A key to make. `sources`: what it may send (`defender`, `rows`, names of formats); none named means all."""

    name: str = Field(min_length=1, max_length=100)
    sources: list[str] = []
    expires_at: datetime | None = None


class IngestKeyOut(Schema):
    """A key without its secret; `prefix` tells keys apart."""

    id: uuid.UUID
    name: str
    prefix: str
    sources: list[str]
    created: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class NewIngestKeyOut(IngestKeyOut):
    """A key that was just made: `secret` is shown this once."""

    secret: str


class IngestKeyList(Schema):
    """All ingest keys of a tenant."""

    items: list[IngestKeyOut]
    total: int


class BatchOut(Schema):
    """A batch in the ledger."""

    id: uuid.UUID
    door: str
    state: str
    received: datetime
    finished: datetime | None
    records: int
    rows: dict[str, int]
    refused: int


class BatchList(Schema):
    """Batches, newest first."""

    items: list[BatchOut]
    total: int


class DeviceOut(Schema):
    """A device that telemetry named."""

    device_id: str
    name: str
    os_platform: str
    first_seen: datetime
    last_seen: datetime


class DeviceList(Schema):
    """Devices by name."""

    items: list[DeviceOut]
    total: int


class TableCoverageOut(Schema):
    """The rows of one table in the period; `days` has one number for each day of it."""

    table: str
    rows: int
    first: datetime
    last: datetime
    days: list[int]


class GapOut(Schema):
    """Days, both included, on which no table has a row."""

    first: date
    last: date


class CheckOut(Schema):
    """One question of readiness: what there is, and what there should be at least."""

    code: CheckCode
    found: int
    wanted: int
    met: bool


class CoverageOut(Schema):
    """What the tenant's telemetry covers in a period of whole days (UTC). `devices` reported in the last week of it."""

    since: date
    until: date
    devices: int
    known_devices: int
    users: int
    tables: list[TableCoverageOut]
    gaps: list[GapOut]
    checks: list[CheckOut]
