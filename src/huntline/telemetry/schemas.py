"""What crosses the wire."""

import uuid
from datetime import date, datetime

from ninja import Field, Schema

from huntline.kernel import PageQuery
from huntline.telemetry.coverage import CheckCode
from huntline.telemetry.grouping import Operator, Property


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


class GroupNameOut(Schema):
    """A device group by name."""

    id: uuid.UUID
    name: str


class DeviceOut(Schema):
    """A device that telemetry named. `group` is null for an ungrouped one."""

    device_id: str
    name: str
    os_platform: str
    group: GroupNameOut | None
    tags: list[str]
    first_seen: datetime
    last_seen: datetime


class DeviceQuery(PageQuery):
    """Which devices: whose name or id holds `search`, of one group (the nil UUID stands for ungrouped devices), with one tag."""

    search: str = ""
    group: uuid.UUID | None = None
    tag: str = ""


class DeviceList(Schema):
    """Devices by name."""

    items: list[DeviceOut]
    total: int


class ConditionIn(Schema):
    """A line of a device group: the property compares so with one of the values. Letters' case is no difference."""

    property: Property
    operator: Operator
    values: list[str] = Field(min_length=1, max_length=50)


class DeviceGroupIn(Schema):
    """A device group. It takes the devices for which all conditions hold and that no group before it takes.

    `rank` is its place: 1 is asked first; left out, it is the last.
    """

    name: str = Field(min_length=1, max_length=100)
    description: str = Field("", max_length=1000)
    rank: int | None = Field(None, ge=1)
    conditions: list[ConditionIn] = Field(min_length=1, max_length=20)


class DeviceGroupOut(Schema):
    """The same as it is kept, with how many devices it has."""

    id: uuid.UUID
    name: str
    description: str
    rank: int
    conditions: list[ConditionIn]
    devices: int


class DeviceGroupList(Schema):
    """Device groups in the order in which they are asked. `ungrouped` devices are those that none takes; `tags` are all that are in use."""

    items: list[DeviceGroupOut]
    total: int
    ungrouped: int
    tags: list[str]


class TagsIn(Schema):
    """All tags of a device."""

    tags: list[str] = Field(max_length=50)


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
