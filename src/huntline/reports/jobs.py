"""The reports of months make themselves."""

import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import structlog

from huntline.enrolment.queries import switches_of
from huntline.identity import Permission
from huntline.identity.models import Tenant, TenantKind
from huntline.identity.services import scope_of_job
from huntline.kernel import now
from huntline.reports.gathering import GRACE
from huntline.reports.models import MonthReport
from huntline.reports.periods import Period, month_of
from huntline.reports.services import keep_month

log = structlog.get_logger(__name__)

OWNER: Final = "reports"
# A server that was off for a while makes up for so many months.
MONTHS_BACK: Final = 3
# What failed is tried again after this.
_PAUSE: Final = timedelta(minutes=10)

_resting: dict[tuple[uuid.UUID, Period], datetime] = {}


def keep_due_reports(stop: threading.Event | None = None) -> int:
    """Keep the reports of months that are over, for customers who had the service by then, and return how many were made.

    A month is due twelve hours after its end, so that hunts could look at its last day. What fails in one tenant is logged and tried again.
    """
    made = 0
    for tenant, month in _due(now()):
        if stop and stop.is_set():
            break
        scope = scope_of_job(OWNER, (tenant,), frozenset({Permission.REPORT_READ}))
        try:
            keep_month(scope, month)
            made += 1
        except Exception:
            _resting[tenant, month] = now() + _PAUSE
            log.exception("report_failed", tenant=str(tenant), month=f"{month.since:%Y-%m}")
    return made


def _due(moment: datetime) -> Iterator[tuple[uuid.UUID, Period]]:
    months = [month for month in _months_before(moment) if moment >= month.end + GRACE]
    kept = MonthReport.objects.unscoped("whose month is missing is asked over all customers")
    there = set(kept.filter(month__in=[month.since for month in months]).values_list("tenant_id", "month"))
    customers = dict(Tenant.objects.filter(kind=TenantKind.CUSTOMER).values_list("pk", "created"))
    for month in reversed(months):
        for tenant, created in customers.items():
            missing = created < month.end and (tenant, month.since) not in there
            if missing and _resting.get((tenant, month), moment) <= moment and _had_service(tenant, month):
                yield tenant, month


def _had_service(tenant: uuid.UUID, month: Period) -> bool:
    switches = switches_of(scope_of_job(OWNER, (tenant,), frozenset({Permission.ENROLMENT_READ})))
    return any(on and at < month.end for at, on in switches)


def _months_before(moment: datetime) -> list[Period]:
    found: list[Period] = []
    month = month_of(moment.date())
    for _ in range(MONTHS_BACK):
        month = month_of(month.since - timedelta(days=1))
        found.append(month)
    return found
