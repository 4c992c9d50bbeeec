"""What a tenant's telemetry covers: which tables arrive, from when, on which days, and what that is enough for."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from huntline.identity.scope import TenantScope
from huntline.telemetry.engine import get_engine
from huntline.telemetry.models import Device
from huntline.telemetry.schema import TENANT, TIME, physical_tables

# A device that was silent for a week is not counted as one that reports.
ACTIVE_DAYS: Final = 7

# Fewer than these look like a laboratory: hunting needs people at work on machines, over more than a weekend. They advise and
# forbid nothing.
FEWEST_DEVICES: Final = 5
FEWEST_USERS: Final = 3
FEWEST_DAYS: Final = 7
FEWEST_TABLES: Final = 3


class CheckCode(StrEnum):
    """What readiness asks."""

    DEVICES = "devices"
    USERS = "users"
    DAYS = "days"
    TABLES = "tables"
    PROCESSES = "processes"


@dataclass(frozen=True, slots=True)
class Check:
    """One question of readiness: what there is, and what there should be at least."""

    code: CheckCode
    found: int
    wanted: int

    @property
    def met(self) -> bool:
        """Whether there is enough."""
        return self.found >= self.wanted


@dataclass(frozen=True, slots=True)
class TableCoverage:
    """The rows of one table in a period, by day (UTC); days without rows are not in `days`."""

    table: str
    first: datetime
    last: datetime
    days: dict[date, int]

    @property
    def rows(self) -> int:
        """How many in all."""
        return sum(self.days.values())


@dataclass(frozen=True, slots=True)
class Gap:
    """Days (both included) without any row of any table, after the first row and before the end of the period."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one tenant's telemetry covers in a period of whole days. devices: that reported in the last week of it."""

    since: date
    until: date
    devices: int
    known_devices: int
    users: int
    tables: list[TableCoverage]

    @property
    def days(self) -> list[date]:
        """The days of the period, the last included."""
        return [self.since + timedelta(days=number) for number in range((self.until - self.since).days + 1)]

    @property
    def gaps(self) -> list[Gap]:
        """Stretches of days on which nothing at all happened, as far as the tables know."""
        reported = {day for table in self.tables for day in table.days}
        if not reported:
            return []
        silent = [day for day in self.days if min(reported) < day and day not in reported]
        # Days in a row lie equally far from their places in the list.
        runs = groupby(enumerate(silent), key=lambda placed: placed[1].toordinal() - placed[0])
        stretches = [[day for _, day in run] for _, run in runs]
        return [Gap(stretch[0], stretch[-1]) for stretch in stretches]

    @property
    def checks(self) -> list[Check]:
        """Whether there is enough to hunt in, question by question."""
        days = {day for table in self.tables for day in table.days}
        processes = sum(table.rows for table in self.tables if table.table == "DeviceProcessEvents")
        return [
            Check(CheckCode.DEVICES, self.devices, FEWEST_DEVICES),
            Check(CheckCode.USERS, self.users, FEWEST_USERS),
            Check(CheckCode.DAYS, len(days), FEWEST_DAYS),
            Check(CheckCode.TABLES, len(self.tables), FEWEST_TABLES),
            Check(CheckCode.PROCESSES, processes, 1),
        ]


@dataclass(frozen=True, slots=True)
class _Question:
    sql: str
    parameters: dict[str, object] = field(default_factory=dict)


def coverage_of(scope: TenantScope, since: date, until: date) -> Coverage:
    """Return what the scope's one tenant has from the start of `since` to the end of `until` (UTC). Raises Unavailable, TooMany."""
    tenant = scope.tenant
    devices = Device.objects.within(scope)
    week_ago = datetime.combine(until - timedelta(days=ACTIVE_DAYS - 1), time.min, UTC)
    return Coverage(
        since=since,
        until=until,
        devices=devices.filter(last_seen__gte=week_ago).count(),
        known_devices=devices.count(),
        users=_users(tenant, since, until),
        tables=_tables(tenant, since, until),
    )


def _tables(tenant: uuid.UUID, since: date, until: date) -> list[TableCoverage]:
    selects = [
        f"SELECT '{table.name}' AS Name, toDate({TIME}) AS Day, count() AS Rows, min({TIME}) AS First, max({TIME}) AS Last "
        f"FROM {table.stored_as} WHERE {_within()} GROUP BY Day"
        for table in physical_tables()
        if table.time_column
    ]
    days: dict[str, dict[date, int]] = defaultdict(dict)
    bounds: dict[str, tuple[datetime, datetime]] = {}
    for name, day, rows, first, last in _ask(" UNION ALL ".join(selects), tenant, since, until):
        days[name][day] = rows
        earliest, latest = bounds.get(name, (first, last))
        bounds[name] = (min(earliest, first), max(latest, last))
    return [TableCoverage(name, *bounds[name], dict(sorted(days[name].items()))) for name in sorted(days)]


def _users(tenant: uuid.UUID, since: date, until: date) -> int:
    """How many people signed in: accounts of machines and of the system are none."""
    ((people,),) = _ask(
        f"SELECT uniqExact(lower(AccountDomain), lower(AccountName)) FROM DeviceLogonEvents WHERE {_within()} "
        "AND AccountName != '' AND NOT endsWith(AccountName, '$') AND (AccountSid = '' OR startsWith(AccountSid, 'S-1-5-21-'))",
        tenant,
        since,
        until,
    )
    return int(people)


def _within() -> str:
    return f"{TENANT} = {{tenant:String}} AND toDate({TIME}) BETWEEN {{since:Date}} AND {{until:Date}}"


def _ask(sql: str, tenant: uuid.UUID, since: date, until: date) -> list[tuple[Any, ...]]:
    question = _Question(sql, {"tenant": str(tenant), "since": since.isoformat(), "until": until.isoformat()})
    return get_engine().run(question, tenants=[str(tenant)]).fetch()
