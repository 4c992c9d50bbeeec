"""Count what a report tells: reads of the packages below, put together. Their number does not grow with what they find."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from django.conf import settings

from huntline.enrolment.queries import switches_of
from huntline.hunting.models import RunState
from huntline.hunting.queries import RunFacts, disclosed_queries, runs_of_period
from huntline.identity import TenantScope
from huntline.identity.models import Tenant, TenantKind
from huntline.identity.queries import tenant_within
from huntline.incidents.queries import alerts_by_source, notifications_of_period
from huntline.kernel import now
from huntline.reports.facts import (
    Facts,
    GapFacts,
    HuntFacts,
    Looked,
    NotificationFacts,
    Report,
    ServiceFacts,
    SilentDevice,
    TableFacts,
)
from huntline.reports.looking import Look, looked_at, looks_of, stored_name
from huntline.reports.periods import Period
from huntline.reports.wording import LANGUAGES, words_of
from huntline.telemetry.arrivals import TableArrivals, devices_in, tables_in
from huntline.telemetry.queries import devices_known_before

# The last day of a period can only be looked at after it is over.
GRACE: Final = timedelta(hours=12)
# A device that sent nothing for so many days at the end of the period has fallen silent: weekends are shorter.
SILENT_DAYS: Final = 3
MOST_SILENT: Final = 100


def report_on(scope: TenantScope, period: Period) -> Report:
    """Return the report of a period on the scope's one tenant, as things stand now. Raises Unavailable, TooMany."""
    facts = gather(scope, period)
    return Report(facts=facts, words={language: words_of(facts, language) for language in LANGUAGES})


def gather(scope: TenantScope, period: Period) -> Facts:
    """Return the facts of a period on the scope's one tenant. Raises Unavailable, TooMany."""
    moment = now()
    days = [day for day in period.days if day <= moment.astimezone(UTC).date()]
    runs = [run for run in runs_of_period(scope, period.start, period.end + GRACE) if _counts(run, period)]
    arrivals = tables_in(scope, days[0], days[-1])
    looks = looks_of(runs)
    silent, devices = _silent(scope, days)
    return Facts(
        since=period.since,
        until=period.until,
        as_of=moment,
        month=period.month,
        customer=tenant_within(scope).name,
        provider=_provider(),
        service=list(_service(scope, period, moment)),
        hunts=_hunts(runs, period, disclosed_queries(scope)),
        tables=[_table(table, days, looks.get(table.table, ())) for table in arrivals],
        gaps=_gaps(arrivals, days),
        devices=devices,
        silent=silent[:MOST_SILENT],
        silent_count=len(silent),
        notifications=list(_notifications(scope, period)),
        alerts=dict(sorted(alerts_by_source(scope, period.start, period.end).items())),
    )


def _provider() -> str:
    found = Tenant.objects.filter(kind=TenantKind.PROVIDER).only("name").first()
    return found.name if found else "Huntline"


def _counts(run: RunFacts, period: Period) -> bool:
    """A run of the period counts; one of the hours after it only if it looked into it."""
    if run.started < period.end:
        return True
    looks = [look for table in looks_of([run]).values() for look in table]
    return any(_is_in(look, period) for look in looks)


def _is_in(look: Look, period: Period) -> bool:
    return look.start < period.end and look.end > period.start


def _service(scope: TenantScope, period: Period, moment: datetime) -> Iterator[ServiceFacts]:
    """Yield the stretches of the period in which the service was on."""
    since: datetime | None = None
    for at, on in [*switches_of(scope), (min(period.end, moment), False)]:
        if on and since is None:
            since = at
        elif not on and since is not None:
            if at > period.start and since < period.end:
                inside = at < min(period.end, moment)
                yield ServiceFacts(on=since if since > period.start else None, off=at if inside else None)
            since = None


def _hunts(runs: Sequence[RunFacts], period: Period, disclosed: dict[str, str]) -> list[HuntFacts]:
    """Return the hunts, the one with most runs first; each told by its latest run, whose words are the newest."""
    grouped: dict[tuple[str, bool], list[RunFacts]] = defaultdict(list)
    for run in runs:
        grouped[run.question, run.by_provider].append(run)
    hunts = [_hunt(group, period, disclosed) for group in grouped.values()]
    return sorted(hunts, key=lambda hunt: (hunt.by != "experts", not hunt.title, -hunt.runs, hunt.first_run))


def _hunt(runs: Sequence[RunFacts], period: Period, disclosed: dict[str, str]) -> HuntFacts:
    last = runs[-1]
    done = [run for run in runs if run.state == RunState.DONE]
    by_table = looks_of(runs)
    looks = [look for table in by_table.values() for look in table]
    return HuntFacts(
        title=last.title,
        text=last.text,
        techniques=last.techniques,
        by="experts" if last.by_provider else "own",
        person=last.person if last.by_provider and settings.HUNTLINE_REPORT_NAMES and not last.scheduled else None,
        scheduled=any(run.scheduled for run in runs),
        runs=len(runs),
        unfinished=sum(run.state != RunState.DONE for run in runs),
        tables=sorted({stored_name(table) for run in runs for table in run.tables}),
        looked=sorted(name for name, table in by_table.items() if any(_is_in(look, period) for look in table)),
        first_run=runs[0].started,
        last_run=last.started,
        start=min((look.start for look in looks), default=None),
        end=max((look.end for look in looks), default=None),
        rows_last=done[-1].rows if done else None,
        rows_most=max((run.rows or 0 for run in done), default=None),
        truncated=any(run.truncated for run in done),
        query=disclosed.get(last.question) if last.by_provider else None,
    )


def _table(arrivals: TableArrivals, days: Sequence[date], looks: Sequence[Look]) -> TableFacts:
    rows: list[int] = []
    looked: list[Looked | None] = []
    for day in days:
        found = arrivals.days.get(day)
        rows.append(found.rows if found else 0)
        looked.append(looked_at(found, looks) if found else None)
    return TableFacts(table=arrivals.table, devices=arrivals.devices, rows=rows, looked=looked)


def _gaps(arrivals: Sequence[TableArrivals], days: Sequence[date]) -> list[GapFacts]:
    """Return the stretches of days without any row of any table; all of the period where nothing arrived."""
    reported = {day for table in arrivals for day in table.days}
    missing = [day for day in days if day not in reported]
    # Days in a row lie equally far from their places in the list.
    stretches = groupby(enumerate(missing), key=lambda placed: placed[1].toordinal() - placed[0])
    found = [[day for _, day in stretch] for _, stretch in stretches]
    return [GapFacts(first=stretch[0], last=stretch[-1]) for stretch in found]


def _silent(scope: TenantScope, days: Sequence[date]) -> tuple[list[SilentDevice], int]:
    """Return the devices that fell silent, the latest first, and how many devices reported in the period."""
    reported = devices_in(scope, days[0], days[-1])
    seen = {device.device_id for device in reported}
    quiet_after = days[-1] - timedelta(days=SILENT_DAYS)
    fallen = [
        SilentDevice(device_id=device.device_id, name=device.name, last=device.last)
        for device in reported
        if device.last < quiet_after
    ]
    start = datetime.combine(days[0], time.min, UTC)
    fallen += [
        SilentDevice(device_id=device.device_id, name=device.name, last=device.last_seen.astimezone(UTC).date())
        for device in devices_known_before(scope, start)
        if device.device_id not in seen and device.last_seen < start
    ]
    return sorted(fallen, key=lambda device: (-device.last.toordinal(), device.name, device.device_id)), len(reported)


def _notifications(scope: TenantScope, period: Period) -> Iterator[NotificationFacts]:
    for row in notifications_of_period(scope, period.start, period.end):
        yield NotificationFacts(
            id=str(row.pk),
            alert_id=row.alert_id,
            title=row.alert.title,
            severity=row.alert.severity,
            published=row.published,
            withdrawn=row.withdrawn,
        )
