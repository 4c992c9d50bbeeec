"""What arrived, by table and day and by device: the facts that a report stands on. Days are those of UTC."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from huntline.identity.scope import TenantScope
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import INGESTION_TIME, TENANT, TIME, physical_tables


@dataclass(frozen=True, slots=True)
class TableDay:
    """The rows of one table on one day: how many, the times of the first and the last, and when the last of them was taken in."""

    rows: int
    first: datetime
    last: datetime
    arrived: datetime


@dataclass(frozen=True, slots=True)
class TableArrivals:
    """One table in a period. devices: how many there are in its rows, None where they name none. Days without rows are not there."""

    table: str
    devices: int | None
    days: Mapping[date, TableDay]

    @property
    def rows(self) -> int:
        """How many in all."""
        return sum(day.rows for day in self.days.values())


@dataclass(frozen=True, slots=True)
class DeviceArrivals:
    """One device in a period: the first and the last day of which there are rows, and of how many days."""

    device_id: str
    name: str
    first: date
    last: date
    days: int


@dataclass(frozen=True, slots=True)
class _Question:
    sql: str
    parameters: dict[str, object] = field(default_factory=dict)


def tables_in(scope: TenantScope, since: date, until: date) -> list[TableArrivals]:
    """Return what each table of the scope's one tenant has from `since` to `until` (both included). Raises Unavailable, TooMany."""
    timed = [table for table in physical_tables() if table.time_column]
    by_day = " UNION ALL ".join(
        f"SELECT '{table.name}' AS Name, toDate({TIME}) AS Day, count() AS Rows, min({TIME}) AS First, max({TIME}) AS Last, "
        f"max({INGESTION_TIME}) AS Arrived FROM {table.stored_as} WHERE {_within()} GROUP BY Day"
        for table in timed
    )
    by_device = " UNION ALL ".join(
        f"SELECT '{table.name}' AS Name, uniqExact(DeviceId) AS Devices FROM {table.stored_as} WHERE {_within()} AND DeviceId != ''"
        for table in timed
        if table.has("DeviceId")
    )
    days: dict[str, dict[date, TableDay]] = defaultdict(dict)
    for name, day, *rest in _ask(by_day, scope.tenant, since, until):
        days[name][day] = TableDay(*rest)
    devices = {name: int(count) for name, count in _ask(by_device, scope.tenant, since, until)}
    return [TableArrivals(name, devices.get(name), dict(sorted(days[name].items()))) for name in sorted(days)]


def devices_in(scope: TenantScope, since: date, until: date) -> list[DeviceArrivals]:
    """Return the devices of which any table has rows in the period, by name. Raises Unavailable, TooMany."""
    rows = " UNION ALL ".join(
        f"SELECT DeviceId, anyLast(DeviceName) AS Name, toDate({TIME}) AS Day FROM {table.stored_as} "
        f"WHERE {_within()} AND DeviceId != '' GROUP BY DeviceId, Day"
        for table in physical_tables()
        if table.time_column and table.has("DeviceId") and table.has("DeviceName") and table.name not in _DESCRIBING
    )
    sql = (
        f"SELECT DeviceId, max(Name), min(Day), max(Day), uniqExact(Day) FROM ({rows}) GROUP BY DeviceId ORDER BY 2, 1"
    )
    return [DeviceArrivals(*row) for row in _ask(sql, scope.tenant, since, until)]


# Rows that Huntline itself writes about devices and alerts: a device that is described, or named by an alert, has not reported by that.
_DESCRIBING = frozenset({"AlertEvidence", "AlertInfo", "DeviceAlertEvents", "DeviceInfo"})


def _within() -> str:
    return f"{TENANT} = {{tenant:String}} AND toDate({TIME}) BETWEEN {{since:Date}} AND {{until:Date}}"


def _ask(sql: str, tenant: uuid.UUID, since: date, until: date) -> list[tuple[Any, ...]]:
    question = _Question(sql, {"tenant": str(tenant), "since": since.isoformat(), "until": until.isoformat()})
    return get_engine().run(question, tenants=[str(tenant)]).fetch()
