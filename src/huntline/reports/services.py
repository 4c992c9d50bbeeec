"""Keep the report of a month: once for each customer, with its hash, and never again."""

from django.db import IntegrityError, transaction

from huntline.audit.services import record
from huntline.hunting.canonical import canonical, sha256
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.outbox.services import record as record_event
from huntline.reports.events import ReportReady
from huntline.reports.gathering import report_on
from huntline.reports.models import MonthReport
from huntline.reports.periods import Period


def keep_month(scope: TenantScope, month: Period) -> MonthReport:
    """Make and keep the report of a month on the scope's one tenant; return the one that is there where there is one already.

    Nothing is locked while it is counted. Raises Unavailable, TooMany.
    """
    kept = MonthReport.objects.within(scope).filter(month=month.since).first()
    if kept is not None:
        return kept
    content = canonical(report_on(scope, month).model_dump(mode="json"))
    row = MonthReport(tenant_id=scope.tenant, month=month.since, content=content, sha256=sha256(content))
    try:
        with transaction.atomic():
            row.save()
            record(
                "report.kept",
                actor=actor_of(scope.subject),
                tenant_id=scope.tenant,
                object_type="report",
                object_id=row.pk,
                detail={"month": f"{month.since:%Y-%m}", "sha256": row.sha256},
            )
            record_event(ReportReady(tenant_id=scope.tenant, report_id=row.pk, month=month.since.isoformat()))
    except IntegrityError:
        return MonthReport.objects.within(scope).get(month=month.since)  # another worker was first
    return row
