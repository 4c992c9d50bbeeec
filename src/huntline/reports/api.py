"""Routes of reports."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router, Schema
from pydantic import Field

from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, member
from huntline.reports import queries
from huntline.reports.periods import Period, period_from
from huntline.reports.printing import as_pdf
from huntline.reports.schemas import Language, MonthList, MonthOut, ReportOut
from huntline.reports.spreadsheet import as_csv
from huntline.reports.wording import LANGUAGES

router = Router()


def _file_of(kind: str) -> dict[str, Any]:
    """Return how the API's description says that an answer is a file."""
    return {"responses": {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}}


# The `{tenant}` of a path is read by the guard, which hands the route a scope.


class PeriodQuery(Schema):
    """Which period: a month, or two days in UTC, both included. Without any of them the present month."""

    month: Annotated[str | None, Field(description="A month, such as 2026-06.")] = None
    since: date | None = None
    until: date | None = None

    def period(self) -> Period:
        """Return it. Raises MonthInvalid, PeriodInvalid."""
        return period_from(self.month, self.since, self.until)


class FileQuery(PeriodQuery):
    """Which period, and in which language; without one in the reader's."""

    language: Language | None = None


def _reader_language() -> Language:
    spoken = (get_language() or "en")[:2]
    return Language(spoken if spoken in LANGUAGES else "en")


@router.get("/tenants/{tenant}/reports", auth=member(Permission.REPORT_READ), response=MonthList)
def list_month_reports(request: ScopedRequest, tenant: str) -> MonthList:  # noqa: ARG001 - the guard reads the path
    """List the months whose reports are kept, newest first."""
    rows = [
        MonthOut(month=f"{row.month:%Y-%m}", made=row.made, sha256=row.sha256)
        for row in queries.months_within(request.auth)
    ]
    return MonthList(items=rows, total=len(rows))


@router.get("/tenants/{tenant}/reports/period", auth=member(Permission.REPORT_READ), response=ReportOut)
def read_period_report(request: ScopedRequest, tenant: str, asked: Query[PeriodQuery]) -> ReportOut:  # noqa: ARG001 - as above
    """Say which hunts looked at what, what they did not look at, and what was found: the kept report of a month, else as of now."""
    reading = queries.read_report(request.auth, asked.period(), by_month=asked.month is not None)
    words = reading.report.words[_reader_language()]
    kept = reading.kept
    return ReportOut(facts=reading.report.facts, words=words, kept=kept, sha256=reading.sha256 or None)


@router.get(
    "/tenants/{tenant}/reports/period.pdf",
    auth=member(Permission.REPORT_READ),
    response={200: None},
    openapi_extra=_file_of("application/pdf"),
)
def print_period_report(request: ScopedRequest, tenant: str, asked: Query[FileQuery]) -> HttpResponse:
    """Return the report of a period as a PDF. Where the server has no font for its letters, the answer says so."""
    period = asked.period()
    reading = queries.read_report(request.auth, period, by_month=asked.month is not None)
    language = asked.language or _reader_language()
    pdf = as_pdf(reading.report, language, kept=reading.kept, sha256=reading.sha256)
    return _file(pdf, "application/pdf", tenant, period, f"{language}.pdf")


@router.get(
    "/tenants/{tenant}/reports/period.csv",
    auth=member(Permission.REPORT_READ),
    response={200: None},
    openapi_extra=_file_of("text/csv"),
)
def export_period_report(request: ScopedRequest, tenant: str, asked: Query[FileQuery]) -> HttpResponse:
    """Return the report of a period as a CSV file for spreadsheets."""
    period = asked.period()
    reading = queries.read_report(request.auth, period, by_month=asked.month is not None)
    language = asked.language or _reader_language()
    return _file(
        as_csv(reading.report, language).encode(), "text/csv; charset=utf-8", tenant, period, f"{language}.csv"
    )


def _file(content: bytes, kind: str, tenant: str, period: Period, end: str) -> HttpResponse:
    name = f"huntline-{tenant}-{period.month or f'{period.since}-{period.until}'}.{end}"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
