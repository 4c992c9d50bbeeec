"""Run, check and cancel on the real engine."""

import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection

from hunting.questions import BOTH, NOON, SLOW, count_to, named
from huntline.audit.models import Entry
from huntline.hunting.errors import HuntNotFound, LimitInvalid, QueryInvalid, RunIdUsed, WindowInvalid
from huntline.hunting.models import HuntRun, KeptBlock, RunState
from huntline.hunting.queries import history_within
from huntline.hunting.services import cancel, check, run
from huntline.kernel import Conflict, PageRequest, TooMany, new_id
from huntline.telemetry.engine import Engine

pytestmark = pytest.mark.django_db

# Each reads a table in another place of a query.
EVERY_WAY_IN = [
    "DeviceProcessEvents",
    "DeviceProcessEvents | project FileName | union (DeviceProcessEvents | project FileName)",
    "union DeviceProcessEvents, DeviceFileEvents | project FileName",
    "let rows = DeviceProcessEvents; rows | project FileName",
    "let rows = materialize(DeviceProcessEvents | project FileName); rows | union rows",
    "let rows = (name: string) { DeviceProcessEvents | where FileName startswith name }; rows('s') | project FileName",
    "print x = toscalar(DeviceProcessEvents | summarize max(FileName))",
    "range n from 0 to 0 step 1 | join kind=fullouter (DeviceProcessEvents | project n = tolong(99), FileName) on n",
    "print FileName = 'secret.exe' | join kind=inner DeviceProcessEvents on FileName | summarize make_set(FileName)",
    "print FileName = 'secret.exe' | where FileName in ((DeviceProcessEvents | project FileName))",
]


def history(scope):
    return list(history_within(scope, PageRequest()).items)


def closing(target):
    """Return `target` with the end of its thread's own database connection behind it."""

    def work():
        try:
            target()
        finally:
            connection.close()

    return work


@contextmanager
def in_background(target):
    """Run `target` in a thread and keep what it raised."""
    caught = []

    def work():
        try:
            target()
        except Exception as error:  # noqa: BLE001 - whatever it was, the test looks at it
            caught.append(error)

    thread = threading.Thread(target=closing(work))
    thread.start()
    yield caught
    thread.join(30)
    assert not thread.is_alive()


def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class TestRun:
    def test_answers_the_tenants_rows(self, analyst, cast, insert):
        insert(cast.aurora, "powershell.exe", 3, first=10)
        result = run(analyst, named("powershell.exe"))
        assert [(column.name, column.type) for column in result.columns] == [
            ("FileName", "string"),
            ("ProcessId", "long"),
        ]
        assert sorted(result.rows) == [["powershell.exe", 10], ["powershell.exe", 11], ["powershell.exe", 12]]
        assert (result.row_count, result.truncated) == (3, False)
        assert next(result.records()).keys() == {"FileName", "ProcessId"}

    def test_finds_nothing_of_another_tenant(self, scope_of, clock, cast, insert):
        insert(cast.aurora, "secret.exe")
        for part, tenant in (("bluefin_admin", "bluefin"), ("hunter", "bluefin"), ("hunter", "watchtower")):
            assert run(scope_of(part, tenant), named("secret.exe")).row_count == 0
            assert run(scope_of(part, tenant), "DeviceProcessEvents").row_count == 0

    @pytest.mark.parametrize("query", EVERY_WAY_IN)
    def test_no_place_of_a_query_reads_another_tenant(self, scope_of, clock, cast, insert, query):
        insert(cast.aurora, "secret.exe")
        assert "secret" in str(list(run(scope_of("aurora_analyst", "aurora"), query).rows))
        assert "secret" not in str(list(run(scope_of("bluefin_analyst", "bluefin"), query).rows))

    def test_is_in_the_history_with_its_figures(self, analyst, cast, insert):
        insert(cast.aurora, "cmd.exe", 2)
        result = run(analyst, named("cmd.exe"))
        (row,) = history(analyst)
        assert (row.pk, row.run_id) == (result.id, result.run_id)
        assert (row.query, row.subject_name, row.state, row.row_count) == (
            named("cmd.exe"),
            "analyst@aurora.example",
            "done",
            2,
        )
        assert row.duration_ms is not None
        assert (row.window_start, row.window_end) == (result.window.start, result.window.end)

    def test_window_is_thirty_days_unless_asked(self, analyst, clock):
        result = run(analyst, BOTH)
        assert (result.window.start, result.window.end) == (clock.now() - timedelta(days=30), clock.now())

    def test_a_query_that_looks_further_back_is_not_cut(self, analyst, clock, cast, insert):
        insert(cast.aurora, "old.exe", at=NOON - timedelta(days=80))
        assert run(analyst, named("old.exe")).row_count == 0
        query = named("old.exe").replace("|", "| where Timestamp > ago(90d) |", 1)
        assert run(analyst, query).row_count == 1
        asked = run(analyst, query, start=clock.now() - timedelta(days=7))
        assert (asked.row_count, asked.window.start) == (0, clock.now() - timedelta(days=7))

    def test_start_belongs_to_the_window_and_end_does_not(self, analyst, cast, insert):
        insert(cast.aurora, "a.exe", 10)
        result = run(analyst, named("a.exe"), start=NOON + timedelta(seconds=2), end=NOON + timedelta(seconds=5))
        assert sorted(row[1] for row in result.rows) == [2, 3, 4]

    @pytest.mark.parametrize(
        ("start", "end"), [(NOON, NOON), (NOON + timedelta(1), NOON), (NOON.replace(tzinfo=None), None)]
    )
    def test_refuses_an_empty_window_and_times_without_a_zone(self, analyst, start, end):
        with pytest.raises(WindowInvalid):
            run(analyst, BOTH, start=start, end=end)
        assert history(analyst) == []

    def test_an_answer_that_is_cut_says_so(self, analyst, cast, insert):
        insert(cast.aurora, "many.exe", 50)
        cut = run(analyst, named("many.exe"), max_rows=49)
        assert (cut.row_count, cut.limit, cut.truncated) == (49, 49, True)
        whole = run(analyst, named("many.exe"), max_rows=50)
        assert (whole.row_count, whole.truncated) == (50, False)

    @pytest.mark.parametrize("most", [0, -1, 100_001])
    def test_refuses_limits_beyond_the_settings(self, analyst, most):
        with pytest.raises(LimitInvalid, match="100000"):
            run(analyst, BOTH, max_rows=most)

    def test_a_query_that_does_not_compile_is_refused_with_its_places(self, analyst):
        with pytest.raises(QueryInvalid) as refused:
            run(analyst, "DeviceProcesEvents | take 1")
        (finding,) = refused.value.detail["errors"]
        assert (finding["line"], finding["column"], finding["start"], finding["end"]) == (1, 1, 0, 18)
        assert refused.value.heading.startswith("Fix semantic errors in your query.")
        assert history(analyst) == []

    @pytest.mark.parametrize("text", ['print "\0"', "print '\ud800'"])
    def test_refuses_characters_that_no_database_holds(self, analyst, text):
        with pytest.raises(QueryInvalid) as refused:
            run(analyst, text)
        assert refused.value.detail["errors"][0]["start"] == 7

    @pytest.mark.parametrize(
        "text", [r"print strcat('\ud800', tostring(now()))", r"print ['a\0b'] = 1", r"print ['\udfff'] = 1"]
    )
    def test_refuses_escapes_of_such_characters(self, analyst, text):
        with pytest.raises(QueryInvalid):
            run(analyst, text)

    def test_time_limit(self, analyst, settings):
        settings.HUNTLINE_HUNT_SECONDS = 1
        with pytest.raises(TooMany) as met:
            run(analyst, SLOW)
        assert met.value.code == "query_time_limit"
        (row,) = history(analyst)
        assert (row.state, row.error_code) == ("failed", "query_time_limit")

    def test_memory_limit(self, analyst, settings):
        settings.HUNTLINE_HUNT_MEMORY_MIB = 16
        with pytest.raises(TooMany) as met:
            run(analyst, "range n from 1 to 20000000 step 1 | summarize dcount(n) by n | sort by n")
        assert met.value.code == "query_memory_limit"
        assert history(analyst)[0].error_code == "query_memory_limit"

    def test_memory_limit_of_all_hunts_together(self, analyst, settings):
        settings.HUNTLINE_HUNTS_MEMORY_MIB = 32
        with pytest.raises(TooMany) as met:
            run(analyst, "range n from 1 to 20000000 step 1 | summarize dcount(n) by n | sort by n")
        assert (met.value.code, met.value.detail["limit"]) == ("hunts_memory_limit", "together_bytes")
        assert "32 MiB" in met.value.message
        settings.HUNTLINE_HUNTS_MEMORY_MIB = 4096
        assert run(analyst, "print 1").row_count == 1

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("print x = " + "(" * 400 + "1" + ")" * 400, "nested_too_deep"),
            ("print x = " + "not(" * 400 + "true" + ")" * 400, "nested_too_deep"),
            ("print '" + "x" * 600_000 + "'", "text_too_long"),
            (
                "let a = DeviceEvents; "
                + "".join(f"let {b} = union {a}, {a}, {a}; " for a, b in pairwise("abcdefghijk"))
                + "k",
                "too_complex",
            ),
        ],
        ids=["brackets", "calls", "length", "growth"],
    )
    def test_limits_of_the_text(self, analyst, query, code):
        with pytest.raises(QueryInvalid) as refused:
            run(analyst, query)
        assert refused.value.detail["errors"][0]["code"] == code
        assert any(character.isdigit() for character in refused.value.detail["errors"][0]["message"])

    def test_a_list_of_many_values_is_no_problem(self, analyst):
        values = ", ".join(f"'{number:064x}'" for number in range(5000))
        assert run(analyst, f"DeviceProcessEvents | where SHA256 in ({values}) | count").rows.blocks == (b"[0]",)

    def test_a_run_id_is_used_once_in_a_tenant(self, analyst, scope_of):
        chosen = new_id()
        assert run(analyst, BOTH, run_id=chosen).run_id == chosen
        with pytest.raises(RunIdUsed):
            run(analyst, BOTH, run_id=chosen)
        # Another tenant may use the same, and learns nothing.
        assert run(scope_of("bluefin_analyst", "bluefin"), BOTH, run_id=chosen).run_id == chosen

    @pytest.mark.django_db(transaction=True)
    def test_no_transaction_is_open_while_the_engine_works(self, analyst, cast, insert, monkeypatch):
        insert(cast.aurora, "a.exe")
        seen = []
        engine_runs = Engine.run

        def observe(self, *args, **options):
            seen.append((connection.in_atomic_block, history(analyst)[0].state))
            return engine_runs(self, *args, **options)

        monkeypatch.setattr(Engine, "run", observe)
        run(analyst, named("a.exe"))
        assert seen == [(False, "running")]

    @pytest.mark.django_db(transaction=True)
    def test_several_at_once(self, analyst, cast, insert):
        insert(cast.aurora, "a.exe", 3)
        counts = []
        threads = [
            threading.Thread(target=closing(lambda: counts.append(run(analyst, named("a.exe")).row_count)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert counts == [3] * 8
        assert [row.state for row in history(analyst)] == ["done"] * 8

    def test_a_hunter_in_a_customers_tenant_is_in_its_audit_record(self, hunter, analyst, cast):
        result = run(hunter, BOTH)
        run(analyst, BOTH)
        (entry,) = Entry.objects.filter(tenant_id=cast.aurora.pk, action="tenant.crossed")
        assert entry.actor_name == "hunter@watchtower.example"
        assert str(result.id) in entry.detail["what"]

    def test_what_a_hunter_ran_is_not_shown_to_the_customer(self, hunter, analyst):
        run(hunter, BOTH)
        assert history(analyst) == []
        assert [row.query for row in history(hunter)] == [BOTH]

    def test_a_run_that_a_dead_process_left_is_settled_by_the_next(self, analyst, clock):
        result = run(analyst, BOTH)
        HuntRun.objects.within(analyst).filter(pk=result.id).update(state=RunState.RUNNING)
        clock.advance(timedelta(seconds=1))
        run(analyst, BOTH)
        assert [row.state for row in history(analyst)] == ["done", "running"]
        clock.advance(timedelta(hours=1))
        run(analyst, BOTH)
        assert [(row.state, row.error_code) for row in history(analyst)][-1] == ("failed", "interrupted")

    def test_rows_are_forgotten_after_a_day(self, analyst, clock, cast, insert):
        insert(cast.aurora, "a.exe")
        run(analyst, named("a.exe"))
        assert KeptBlock.objects.within(analyst).count() == 1
        clock.advance(timedelta(hours=25))
        run(analyst, "range n from 1 to 2000 step 1")
        assert sorted(KeptBlock.objects.within(analyst).values_list("first", "count")) == [(0, 1000), (1000, 1000)]

    def test_a_large_answer(self, analyst):
        columns = ", ".join(f'c{number} = strcat("value ", tostring(n), " of column {number}")' for number in range(19))
        result = run(analyst, f"{count_to(100_000)} | extend {columns}")
        assert (result.row_count, len(result.columns), result.truncated) == (100_000, 20, False)
        row = HuntRun.objects.within(analyst).get(pk=result.id)
        assert row.kept_rows == 100_000


class TestCheck:
    def test_says_nothing_about_a_good_query(self, analyst):
        assert check(analyst, BOTH) == []

    def test_says_what_is_wrong_and_where(self, analyst):
        (finding,) = check(analyst, "DeviceProcesEvents | take 1")
        assert (finding["severity"], finding["start"], finding["end"]) == ("error", 0, 18)
        assert history(analyst) == []


@pytest.mark.django_db(transaction=True)
class TestCancel:
    def test_stops_a_run_from_another_thread_and_records_it(self, analyst):
        chosen = new_id()
        with in_background(lambda: run(analyst, SLOW, run_id=chosen)) as caught:
            wait_until(lambda: [row.state for row in history(analyst)] == ["running"])
            cancel(analyst, chosen)
        (error,) = caught
        assert isinstance(error, Conflict)
        assert error.code == "query_cancelled"
        assert [(row.state, row.error_code) for row in history(analyst)] == [("cancelled", "query_cancelled")]

    def test_a_run_whose_client_has_gone_is_cancelled(self, analyst):
        with pytest.raises(Conflict) as cancelled:
            run(analyst, SLOW, gone=lambda: True)
        assert cancelled.value.code == "query_cancelled"
        assert history(analyst)[0].state == "cancelled"
        assert run(analyst, "print 1", gone=lambda: False).row_count == 1

    def test_a_run_that_has_ended_stays_as_it_is(self, analyst):
        result = run(analyst, BOTH)
        assert cancel(analyst, result.run_id) is RunState.DONE

    def test_a_run_of_others_cannot_be_found(self, analyst, hunter, scope_of):
        result = run(analyst, BOTH)
        with pytest.raises(HuntNotFound):
            cancel(scope_of("bluefin_admin", "bluefin"), result.run_id)
        with pytest.raises(HuntNotFound):
            cancel(analyst, run(hunter, BOTH).run_id)
        assert cancel(hunter, result.run_id) is RunState.DONE
