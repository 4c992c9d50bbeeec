"""What a report counts: real rows, real runs, a real engine."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huntline.enrolment.services import switch_service
from huntline.hunting.errors import QueryInvalid
from huntline.hunting.models import Disclosure, HuntRun
from huntline.hunting.services import ReportWords, capture_evidence, release_evidence, save_hunt
from huntline.incidents.sample import send_sample
from huntline.reports.facts import Looked
from huntline.reports.gathering import gather, report_on
from huntline.reports.periods import Period
from publishing import enrol, publish

pytestmark = pytest.mark.django_db
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
QUERY = "DeviceProcessEvents | where FileName == 'mshta.exe' and DeviceName has 'PRIVATE'"


@pytest.fixture
def reader(scope_of, clock):
    return scope_of("aurora_reader", "aurora")


@pytest.fixture
def about(reader):
    """The facts of November on aurora."""
    return lambda period=NOVEMBER: gather(reader, period)


def looked(facts, table="DeviceProcessEvents"):
    found = next(one for one in facts.tables if one.table == table)
    return {day + 1: how for day, how in enumerate(found.looked) if how is not None}


class TestLookedAt:
    @pytest.mark.requirement("R61")
    def test_what_a_hunt_read_what_it_missed_and_what_nobody_read(self, send, hunt, about, cast, clock):
        for day in (2, 3, 14, 15):
            send(cast.aurora, day)
        send(cast.aurora, 14, table="DeviceNetworkEvents")
        hunt("DeviceProcessEvents | where Timestamp > datetime(2026-11-03 18:00) | where FileName == 'x'")
        facts = about()
        assert looked(facts) == {2: Looked.NONE, 3: Looked.NONE, 14: Looked.FULL, 15: Looked.FULL}
        assert looked(facts, "DeviceNetworkEvents") == {14: Looked.NONE}
        assert [(one.looked, one.runs, one.rows_last) for one in facts.hunts] == [(["DeviceProcessEvents"], 1, 0)]

    def test_rows_that_arrived_after_the_hunt_were_not_all_looked_at(self, send, hunt, about, cast, clock):
        send(cast.aurora, 10)
        hunt("DeviceProcessEvents")
        assert looked(about()) == {10: Looked.FULL}
        clock.advance(timedelta(hours=1))
        send(cast.aurora, 10, hour=13)
        assert looked(about()) == {10: Looked.PART}
        hunt("DeviceProcessEvents | where FileName == 'y'")
        assert looked(about()) == {10: Looked.FULL}

    def test_two_hunts_reach_over_a_day_together(self, send, hunt, about, cast):
        for hour in (2, 12, 22):
            send(cast.aurora, 10, hour=hour)
        noon = datetime(2026, 11, 10, 12, tzinfo=UTC)
        hunt("DeviceProcessEvents", start=noon - timedelta(days=1), end=noon)
        assert looked(about()) == {10: Looked.PART}
        hunt("DeviceProcessEvents", start=noon, end=noon + timedelta(days=1))
        assert looked(about()) == {10: Looked.FULL}

    def test_a_condition_on_the_time_that_cannot_be_told_is_a_part(self, send, hunt, about, cast):
        send(cast.aurora, 10)
        hunt("DeviceProcessEvents | where hourofday(Timestamp) < 6")
        assert looked(about()) == {10: Looked.PART}

    def test_a_run_that_failed_looked_at_nothing(self, send, hunt, about, cast):
        send(cast.aurora, 10)
        hunt("DeviceProcessEvents")
        HuntRun.objects.unscoped("a test breaks it").update(state="failed")
        facts = about()
        assert looked(facts) == {10: Looked.NONE}
        assert (facts.hunts[0].unfinished, facts.hunts[0].looked, facts.hunts[0].rows_last) == (1, [], None)
        with pytest.raises(QueryInvalid):
            hunt("Nothing | take 1")
        assert len(about().hunts) == 1

    def test_a_hunt_just_after_the_period_counts_where_it_looked_into_it(self, send, hunt, about, cast, clock):
        first = Period(date(2026, 11, 1), date(2026, 11, 15))
        clock.advance(datetime(2026, 11, 16, 1, tzinfo=UTC) - clock.now())
        send(cast.aurora, 15)
        hunt("DeviceProcessEvents")
        assert looked(about(first)) == {15: Looked.FULL}
        hunt("DeviceProcessEvents | where Timestamp > datetime(2026-11-16)")
        assert len(about(first).hunts) == 1
        clock.advance(timedelta(hours=12))
        hunt("DeviceProcessEvents | count")
        assert len(about(first).hunts) == 1

    def test_a_run_of_before_reaches_were_kept_is_a_part(self, send, hunt, about, cast):
        send(cast.aurora, 10)
        hunt("DeviceProcessEvents")
        HuntRun.objects.unscoped("a test makes it old").update(reach=None)
        assert looked(about()) == {10: Looked.PART}


class TestHunts:
    @pytest.mark.requirement("R16")
    def test_runs_of_one_query_are_one_hunt_with_the_words_for_customers(self, scope_of, hunt, about):
        words = ReportWords("Documents that start script hosts", "What mails bring.", ["T1218.005"])
        library = scope_of("hunter", "aurora")
        save_hunt(library, name="PRIVATE name", description="PRIVATE note", query=QUERY, words=words)
        hunt(QUERY)
        hunt(QUERY)
        hunt("DeviceEvents | take 1")
        named, unnamed = about().hunts
        assert (named.title, named.text, named.techniques) == (words.title, words.text, words.techniques)
        assert (named.runs, named.by, named.person, named.query) == (2, "experts", None, None)
        assert (unnamed.title, unnamed.tables) == ("", ["DeviceEvents"])

    @pytest.mark.requirement("R61")
    def test_a_customer_reads_nothing_that_the_provider_keeps_for_itself(self, scope_of, hunt, reader):
        save_hunt(scope_of("hunter", "aurora"), name="PRIVATE name", description="PRIVATE note", query=QUERY)
        hunt(QUERY)
        told = report_on(reader, NOVEMBER).model_dump_json()
        assert "PRIVATE" not in told
        assert "hunter@" not in told
        assert HuntRun.objects.within(reader).get().query_sha256 not in told

    def test_hunters_are_named_where_the_provider_chose_so(self, hunt, about, settings):
        settings.HUNTLINE_REPORT_NAMES = True
        hunt(QUERY)
        assert about().hunts[0].person == "hunter@watchtower.example"

    def test_a_query_is_told_where_it_was_disclosed(self, send, scope_of, hunt, about, cast):
        send(cast.aurora, 10, file_name="a")
        query = "DeviceProcessEvents | where FileName == 'a'"
        found = hunt(query)
        hunter = scope_of("hunter", "aurora")
        evidence = capture_evidence(hunter, found.id, [0], note="", techniques=[])
        release_evidence(hunter, [evidence.pk], Disclosure.HASH)
        assert about().hunts[0].query is None
        release_evidence(hunter, [evidence.pk], Disclosure.FULL)
        assert about().hunts[0].query == query

    def test_the_customers_own_hunts_are_told_as_such(self, scope_of, hunt, about):
        save_hunt(scope_of("aurora_analyst", "aurora"), name="Our own", description="", query="DeviceEvents | take 3")
        hunt("DeviceEvents | take 3", "aurora_analyst")
        [own] = about().hunts
        assert (own.title, own.by, own.query) == ("Our own", "own", None)

    def test_hunts_in_other_tenants_are_not_there(self, send, hunt, about, cast):
        send(cast.bluefin, 10)
        hunt("DeviceProcessEvents", tenant="bluefin")
        facts = about()
        assert (facts.hunts, facts.tables, facts.devices) == ([], [], 0)


class TestTheRest:
    def test_gaps_and_devices_that_fell_silent(self, send, about, cast):
        send(cast.aurora, 12, device="old")
        for day in (12, 13, 15, 16):
            send(cast.aurora, day, device="busy", hour=3)
        send(cast.aurora, 20, month=10, device="gone")
        facts = about()
        assert [(gap.first.day, gap.last.day) for gap in facts.gaps] == [(1, 11), (14, 14)]
        assert [(one.device_id, one.last) for one in facts.silent] == [
            ("old", date(2026, 11, 12)),
            ("gone", date(2026, 10, 20)),
        ]
        assert facts.devices == 2

    @pytest.mark.requirement("R23")
    def test_notifications_and_alerts_of_the_period(self, cast, about):
        enrol(cast)
        notification = publish(cast)
        [told] = about().notifications
        assert (told.title, told.severity, told.withdrawn) == (notification.alert.title, "High", None)
        assert about().alerts == {"ThreatExperts": 1}
        assert about(Period(date(2026, 10, 1), date(2026, 10, 31))).notifications == []

    def test_a_sample_is_no_finding(self, cast, about):
        send_sample(enrol(cast))
        assert (about().notifications, about().alerts) == ([], {})

    def test_when_the_service_was_on(self, cast, about, clock):
        assert about().service == []
        admin = enrol(cast)
        began = clock.now()
        assert [(one.on, one.off) for one in about().service] == [(began, None)]
        clock.advance(timedelta(days=2))
        switch_service(admin, on=False)
        ended = clock.now()
        clock.advance(timedelta(days=1))
        assert [(one.on, one.off) for one in about().service] == [(began, ended)]

    def test_days_to_come_are_not_in_it(self, send, about, cast):
        send(cast.aurora, 10)
        facts = about()
        assert (facts.days, len(facts.tables[0].rows), facts.is_over) == (16, 16, False)

    def test_the_number_of_queries_does_not_grow(self, send, hunt, about, cast):
        send(cast.aurora, 10)
        hunt("DeviceProcessEvents")
        with CaptureQueriesContext(connection) as few:
            about()
        for number in range(5):
            send(cast.aurora, 11, device=f"more{number}")
            hunt(f"DeviceProcessEvents | take {number + 2}")
        with CaptureQueriesContext(connection) as many:
            about()
        assert len(many) == len(few) <= 12
