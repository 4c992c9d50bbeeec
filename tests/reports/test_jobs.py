"""The report of a month makes itself, once, and stays as it was made."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from huntline.audit.models import Entry
from huntline.audit.services import verify
from huntline.hunting.models import Frozen, HuntRun
from huntline.identity.models import Tenant
from huntline.kernel import Unavailable
from huntline.outbox.models import RecordedEvent
from huntline.reports import gathering, services
from huntline.reports.errors import ReportDamaged
from huntline.reports.jobs import _resting, keep_due_reports
from huntline.reports.models import MonthReport
from huntline.reports.periods import Period, month_called
from huntline.reports.queries import months_within, read_report
from publishing import enrol

pytestmark = pytest.mark.django_db
NOVEMBER = month_called("2026-11")


@pytest.fixture
def reader(scope_of, clock):
    return scope_of("aurora_reader", "aurora")


@pytest.fixture
def december(cast, clock, send, hunt):
    """Aurora is enrolled in November, one hunt ran, and it is the first of December, noon."""
    Tenant.objects.update(created=clock.now())  # the cast may have been there before the clock was
    enrol(cast)
    send(cast.aurora, 15)
    hunt("DeviceProcessEvents")
    _resting.clear()
    clock.advance(datetime(2026, 12, 1, 12, tzinfo=UTC) - clock.now())
    return clock


class TestKeepDueReports:
    def test_not_before_hunts_could_look_at_the_last_day(self, december):
        december.advance(timedelta(minutes=-1))
        assert keep_due_reports() == 0
        december.advance(timedelta(minutes=1))
        assert keep_due_reports() == 1

    @pytest.mark.requirement("R79")
    def test_once_with_its_hash_an_entry_and_an_event(self, december, cast, reader):
        assert [keep_due_reports() for _ in range(3)] == [1, 0, 0]
        [kept] = MonthReport.objects.within(reader)
        assert (kept.month, kept.sha256) == (date(2026, 11, 1), hashlib.sha256(kept.content.encode()).hexdigest())
        entry = Entry.objects.get(action="report.kept")
        assert (entry.tenant_id, entry.detail) == (cast.aurora.pk, {"month": "2026-11", "sha256": kept.sha256})
        assert list(verify()) == []
        event = RecordedEvent.objects.get(name="report_ready")
        assert event.payload == {"tenant_id": str(cast.aurora.pk), "report_id": str(kept.pk), "month": "2026-11-01"}

    def test_not_for_customers_who_never_had_the_service(self, december, cast, scope_of):
        keep_due_reports()
        assert months_within(scope_of("bluefin_reader", "bluefin")) == []

    def test_makes_up_for_months_in_which_the_server_was_off(self, december, reader):
        december.advance(timedelta(days=62))
        assert keep_due_reports() == 3
        assert [f"{row.month:%Y-%m}" for row in months_within(reader)] == ["2027-01", "2026-12", "2026-11"]

    def test_what_fails_is_tried_again_later(self, december, monkeypatch):
        def down(*_):
            raise Unavailable("engine_down", "The engine is down.")

        with monkeypatch.context() as broken:
            broken.setattr(gathering, "tables_in", down)
            assert keep_due_reports() == 0
        assert keep_due_reports() == 0
        december.advance(timedelta(minutes=11))
        assert keep_due_reports() == 1

    def test_a_second_worker_finds_it_made(self, december, reader, monkeypatch):
        first = services.keep_month(reader, NOVEMBER)
        real = MonthReport.objects.within
        answers = iter([MonthReport.objects.unscoped("the other worker sees none yet").none()])
        monkeypatch.setattr(MonthReport.objects, "within", lambda scope: next(answers, real(scope)))
        assert services.keep_month(reader, NOVEMBER).pk == first.pk
        assert Entry.objects.filter(action="report.kept").count() == 1


class TestKept:
    def test_is_what_the_month_reads_whatever_happens_later(self, december, reader, send, cast):
        keep_due_reports()
        before = read_report(reader, NOVEMBER, by_month=True)
        send(cast.aurora, 20)
        HuntRun.objects.unscoped("the test forgets").all().delete()
        after = read_report(reader, NOVEMBER, by_month=True)
        assert after == before
        assert (after.kept, len(after.report.facts.hunts)) == (december.now(), 1)
        days = read_report(reader, Period(NOVEMBER.since, NOVEMBER.until), by_month=False)
        assert (days.kept, days.report.facts.hunts) == (None, [])

    def test_cannot_be_changed_by_the_code(self, december, reader):
        kept = services.keep_month(reader, NOVEMBER)
        kept.content = "{}"
        with pytest.raises(Frozen):
            kept.save()
        with pytest.raises(Frozen):
            kept.delete()

    def test_changed_in_the_database_it_is_not_shown(self, december, reader):
        kept = services.keep_month(reader, NOVEMBER)
        MonthReport.objects.within(reader).update(content=kept.content.replace("Aurora", "Bluefin"))
        with pytest.raises(ReportDamaged):
            read_report(reader, NOVEMBER, by_month=True)
