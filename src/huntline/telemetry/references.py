"""An event by what other systems know of it: device, report id and time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from huntline.identity.scope import TenantScope
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import TENANT, TIME, TableSpec, physical_tables
from huntline.telemetry.times import TICKS, text_of

# Callers may have cut the time to milliseconds.
_AROUND: Final = TICKS // 1000
_KEYS: Final = {"DeviceId", "ReportId", TIME}


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """A row of a hunting table; what is empty is left out, times are ISO 8601 texts to the tick."""

    table: str
    row: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Question:
    sql: str
    parameters: dict[str, object]


def find_event(scope: TenantScope, device_id: str, report_id: int, ticks: int) -> FoundEvent | None:
    """Return the device's event of that report id within a millisecond of that time (ticks), the nearest in the first table that has one.

    Raises Unavailable, TooMany.
    """
    tenant = str(scope.tenant)
    for table in physical_tables():
        if not _is_of_events(table):
            continue
        found = get_engine().run(
            _question(table, tenant, device_id, report_id, ticks), tenants=[tenant], exact_times=True
        )
        for values in found.fetch():
            return FoundEvent(table.name, _row(table, values))
    return None


def _is_of_events(table: TableSpec) -> bool:
    """Whether devices report its rows as events. Rows about alerts repeat the events that are behind them."""
    return (
        table.name.startswith("Device")
        and table.name != "DeviceAlertEvents"
        and {one.name for one in table.columns} >= _KEYS
    )


def _question(table: TableSpec, tenant: str, device_id: str, report_id: int, ticks: int) -> _Question:
    columns = ", ".join(column.name for column in table.columns)
    sql = (
        f"SELECT {columns} FROM {table.name} WHERE {TENANT} = {{tenant:String}} AND DeviceId = {{device:String}} "
        f"AND ReportId = {{report:Int64}} AND {TIME} >= fromUnixTimestamp64Nano({{first:Int64}}) "
        f"AND {TIME} <= fromUnixTimestamp64Nano({{last:Int64}}) "
        f"ORDER BY abs(toUnixTimestamp64Nano(CAST({TIME} AS DateTime64(9, 'UTC'))) - {{at:Int64}}) LIMIT 1"
    )
    nanoseconds = {"first": (ticks - _AROUND) * 100, "last": (ticks + _AROUND) * 100, "at": ticks * 100}
    return _Question(sql, {"tenant": tenant, "device": device_id, "report": report_id, **nanoseconds})


def _row(table: TableSpec, values: Sequence[object]) -> dict[str, object]:
    row: dict[str, object] = {}
    for column, value in zip(table.columns, values, strict=True):
        if value is None or value == "":
            continue
        row[column.name] = text_of(int(str(value))) if column.type == "datetime" else value
    return row
