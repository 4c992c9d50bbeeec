"""The business calendar of a customer: what is kept, what stands in for it, and the promises that follow from it."""

import uuid
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction

from huntline.audit.services import record as record_audit
from huntline.identity import TenantScope
from huntline.identity.models import Tenant
from huntline.identity.services import actor_of
from huntline.inquiries.business import Hours
from huntline.inquiries.errors import CalendarInvalid
from huntline.inquiries.models import BusinessCalendar
from huntline.kernel import now

# Monday to Friday, nine to six, and a first reply within one business day: what a customer has until something else is agreed.
OFFICE: Final[Mapping[str, Sequence[str]]] = {str(day): ("09:00", "18:00") for day in range(5)}
FIRST_REPLY: Final = timedelta(hours=9)
LONGEST_GOAL: Final = timedelta(days=30)
MIDNIGHT: Final = "24:00"


@dataclass(frozen=True, slots=True)
class CalendarForm:
    """A calendar: IANA time zone; weekday ("0" is Monday) to opening hours ("09:00", "18:00"; "24:00" is midnight); holidays; the goal."""

    timezone: str
    hours: Mapping[str, Sequence[str]]
    holidays: Sequence[date]
    first_reply_minutes: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed with a customer: opening hours, and the goal for the first reply in business time."""

    hours: Hours
    first_reply: timedelta
    form: CalendarForm


@transaction.atomic
def set_calendar(scope: TenantScope, form: CalendarForm) -> Agreed:
    """Set the calendar of the scope's tenant. Promises that were made stand. Raises CalendarInvalid."""
    agreed = _agreed(form)
    BusinessCalendar.objects.within(scope).update_or_create(
        tenant_id=scope.tenant,
        defaults={
            "timezone": form.timezone,
            "hours": {day: list(span) for day, span in form.hours.items()},
            "holidays": [day.isoformat() for day in form.holidays],
            "first_reply_minutes": form.first_reply_minutes,
            "updated": now(),
            "changed_by": scope.subject.name,
        },
    )
    record_audit(
        "calendar.changed",
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="calendar",
        object_id=scope.tenant,
        detail={"timezone": form.timezone, "first_reply_minutes": form.first_reply_minutes},
    )
    return agreed


def calendar_of(scope: TenantScope) -> Agreed:
    """Return what is agreed with the scope's one tenant."""
    return calendars_within(scope.narrowed_to(scope.tenant))[scope.tenant]


def calendars_within(scope: TenantScope) -> dict[uuid.UUID, Agreed]:
    """Return what is agreed with each tenant of the scope, in two queries."""
    kept = {row.tenant_id: row for row in BusinessCalendar.objects.within(scope)}
    zones = dict(Tenant.objects.filter(pk__in=scope.tenants).values_list("pk", "timezone"))
    return {tenant: _agreed(_form(kept.get(tenant), zone)) for tenant, zone in zones.items()}


def first_reply_due(scope: TenantScope, moment: datetime) -> datetime | None:
    """Return when the experts write at the latest, when they have to from `moment` on."""
    agreed = calendar_of(scope)
    return agreed.hours.after(moment, agreed.first_reply)


def _form(row: BusinessCalendar | None, timezone: str) -> CalendarForm:
    if row is None:
        return CalendarForm(timezone, OFFICE, (), int(FIRST_REPLY.total_seconds() // 60))
    holidays = [date.fromisoformat(day) for day in row.holidays]
    return CalendarForm(row.timezone, row.hours, holidays, row.first_reply_minutes)


def _agreed(form: CalendarForm) -> Agreed:
    goal = timedelta(minutes=form.first_reply_minutes)
    if form.timezone not in zoneinfo.available_timezones() or not timedelta(minutes=1) <= goal <= LONGEST_GOAL:
        raise CalendarInvalid
    try:
        weekdays = {int(day): (_time(opens), _time(closes)) for day, (opens, closes) in form.hours.items()}
    except ValueError:
        raise CalendarInvalid from None
    open_days = [span for day, span in weekdays.items() if 0 <= day <= 6 and span[0] < span[1]]
    if not weekdays or len(open_days) < len(weekdays) or len(form.holidays) > 1000:
        raise CalendarInvalid
    hours = Hours(zoneinfo.ZoneInfo(form.timezone), weekdays, frozenset(form.holidays))
    return Agreed(hours, goal, form)


def _time(text: str) -> time:
    return time.max if text == MIDNIGHT else time.fromisoformat(text)
