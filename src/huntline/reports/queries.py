"""Read reports: of a month as it was kept, of any other period as things stand."""

from dataclasses import dataclass
from datetime import datetime

from huntline.identity import TenantScope
from huntline.reports.errors import ReportDamaged
from huntline.reports.facts import Report
from huntline.reports.gathering import report_on
from huntline.reports.models import MonthReport
from huntline.reports.periods import Period


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as it is read. kept: when it was made, where it is the kept one of a month; then sha256 is over its content."""

    report: Report
    kept: datetime | None = None
    sha256: str = ""


def months_within(scope: TenantScope) -> list[MonthReport]:
    """Return the kept reports of the scope's tenant without their content, newest first."""
    return list(MonthReport.objects.within(scope).defer("content"))


def read_report(scope: TenantScope, period: Period, *, by_month: bool) -> Reading:
    """Return the report of a period: the kept one where a month is asked for that has one, else one of this moment.

    Raises ReportDamaged, Unavailable, TooMany.
    """
    kept = MonthReport.objects.within(scope).filter(month=period.since).first() if by_month and period.month else None
    if kept is None:
        return Reading(report_on(scope, period))
    if not kept.is_intact:
        raise ReportDamaged
    return Reading(Report.model_validate_json(kept.content), kept.made, kept.sha256)
