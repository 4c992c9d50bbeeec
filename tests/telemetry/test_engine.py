"""The engine on real chDB: insert, run in a scope, limits, cancel, migrations, one owner."""

import os
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine_directory import engine_dsn
from huntline.kernel import Conflict, Invalid, TooMany, Unavailable, new_id
from huntline.telemetry.engine import Engine, EngineFault, Limits
from huntline.telemetry.engine.connections import Connections, open_client
from huntline.telemetry.engine.engine import table_filters
from huntline.telemetry.schema import find_table, physical_tables
from huntline.telemetry.times import ticks_of

AURORA = uuid.UUID("0190aaaa-0000-7000-8000-000000000001")
BOREAL = uuid.UUID("0190aaaa-0000-7000-8000-000000000002")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PROCESSES = find_table("DeviceProcessEvents")
SLOW = "SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 1"


@dataclass(frozen=True)
class Asked:
    sql: str
    parameters: dict[str, object] = field(default_factory=dict)


@pytest.fixture(scope="module")
def engine():
    opened = Engine(engine_dsn(), f"test_{uuid.uuid4().hex}", pool_size=4)
    insert(opened, AURORA, 500)
    insert(opened, BOREAL, 300)
    yield opened
    opened.close()


def insert(engine, tenant, count, token="", start=NOON, again=False):
    return engine.insert(
        PROCESSES,
        tenant,
        {
            "Timestamp": [ticks_of(start + timedelta(seconds=second)) for second in range(count)],
            "DeviceName": [f"pc{second % 7}.example" for second in range(count)],
            "ProcessCommandLine": [f"net user guest{second} /add" for second in range(count)],
            "ProcessId": [None if second % 2 else second for second in range(count)],
        },
        token=token or str(new_id()),
        ingested=NOON + timedelta(hours=1),
        again=again,
    )


def ask(engine, sql, *tenants, **options):
    rows = engine.run(Asked(sql), tenants=[str(tenant) for tenant in tenants or (AURORA, BOREAL)], **options)
    return rows.fetch()


class TestInsert:
    def test_what_goes_in_comes_out(self, engine):
        sql = "SELECT Timestamp, DeviceName, ProcessCommandLine, ProcessId, FileName, ProcessCreationTime, _IngestionTime "
        rows = ask(engine, sql + "FROM DeviceProcessEvents ORDER BY Timestamp LIMIT 2", AURORA)
        later = NOON + timedelta(hours=1)
        assert rows == [
            (NOON, "pc0.example", "net user guest0 /add", 0, "", None, later),
            (NOON + timedelta(seconds=1), "pc1.example", "net user guest1 /add", None, "", None, later),
        ]

    def test_rows_that_are_sent_again_are_stored_once(self, engine):
        tenant = new_id()
        for again in (False, True, True):
            assert insert(engine, tenant, 50, token="batch-1:DeviceProcessEvents:0", again=again) == 50
        insert(engine, tenant, 50, token="batch-2:DeviceProcessEvents:0", again=True)
        assert ask(engine, "SELECT count() FROM DeviceProcessEvents", tenant) == [(100,)]

    def test_old_logs_of_many_days_go_in_at_once_and_once(self, engine):
        tenant, days = new_id(), 110  # the engine refuses more than 100 by default
        columns = {"Timestamp": [ticks_of(NOON - timedelta(days=day)) for day in range(days)]}
        for again in (False, True):
            engine.insert(PROCESSES, tenant, columns, token="old", ingested=NOON, again=again)
        sql = "SELECT count(), uniqExact(toDate(Timestamp)) FROM DeviceProcessEvents"
        assert ask(engine, sql, tenant) == [(days, days)]

    def test_an_insert_that_was_cut_off_between_two_days_is_completed(self, engine):
        tenant, days = new_id(), 5
        columns = {
            "Timestamp": [ticks_of(NOON - timedelta(days=row % days)) for row in range(20)],
            "ProcessId": list(range(20)),
        }
        some = {
            name: [value for row, value in enumerate(values) if row % days in (1, 4)]
            for name, values in columns.items()
        }
        engine.insert(PROCESSES, tenant, some, token="cut", ingested=NOON)
        assert engine.insert(PROCESSES, tenant, columns, token="cut", ingested=NOON, again=True) == 20
        sql = "SELECT count(), uniqExact(ProcessId) FROM DeviceProcessEvents"
        assert ask(engine, sql, tenant) == [(20, 20)]

    def test_rows_of_present_state_that_are_sent_again_are_stored_once(self, engine):
        tenant, table = new_id(), find_table("DeviceTvmSoftwareVulnerabilities")
        assert table.time_column is None
        for _ in range(2):
            engine.insert(table, tenant, {"DeviceId": ["a", "b"]}, token="state", ingested=NOON, again=True)
        assert ask(engine, f"SELECT count() FROM {table.stored_as}", tenant) == [(2,)]

    def test_a_tenants_token_says_nothing_about_anothers(self, engine):
        for tenant in (first := new_id(), second := new_id()):
            insert(engine, tenant, 5, token="same", again=True)
        assert ask(engine, "SELECT count() FROM DeviceProcessEvents", first, second) == [(10,)]

    def test_ticks_finer_than_microseconds_are_kept(self, engine):
        tenant = new_id()
        ticks = ticks_of(NOON) + 1_234_567
        engine.insert(PROCESSES, tenant, {"Timestamp": [ticks]}, token=str(tenant), ingested=NOON)
        assert ask(engine, "SELECT Timestamp FROM DeviceProcessEvents", tenant, exact_times=True) == [(ticks,)]


class TestPlanner:
    def test_a_query_on_which_the_planner_goes_round_is_answered(self, engine):
        sql = (
            "WITH length(DeviceName) + length(lower(DeviceName)) AS size "
            "SELECT DeviceName, size FROM DeviceProcessEvents ORDER BY size DESC, DeviceName LIMIT 1"
        )
        assert ask(engine, sql, AURORA) == [("pc0.example", 22)]


class TestScope:
    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT uniqExact(_TenantId), count() FROM DeviceProcessEvents",
            "SELECT uniqExact(_TenantId), count() FROM (SELECT * FROM DeviceProcessEvents)",
            "WITH x AS (SELECT * FROM DeviceProcessEvents) SELECT uniqExact(_TenantId), count() FROM x",
            (
                "SELECT uniqExact(a._TenantId), count() FROM DeviceProcessEvents AS a "
                "SEMI LEFT JOIN DeviceProcessEvents AS b ON a.ProcessCommandLine = b.ProcessCommandLine"
            ),
            "SELECT 1, (SELECT count() FROM DeviceProcessEvents)",
            r"SELECT uniqExact(_TenantId), count() FROM `Device\x50rocessEvents`",
            "SELECT uniqExact(_TenantId), count() FROM DeviceProcessEvents WHERE hasAllTokens(FileName, 'x') OR 1",
            (
                "SELECT 1, count() FROM DeviceProcessEvents WHERE ProcessCommandLine IN "
                "(SELECT ProcessCommandLine FROM DeviceProcessEvents)"
            ),
        ],
    )
    def test_a_statement_that_forgot_the_tenant_finds_only_the_scope(self, engine, sql):
        assert ask(engine, sql, BOREAL) == [(1, 300)]

    def test_a_stranger_finds_nothing(self, engine):
        assert ask(engine, "SELECT count() FROM DeviceProcessEvents", new_id()) == [(0,)]

    def test_several_tenants_find_their_rows_together(self, engine):
        assert ask(engine, "SELECT count() FROM DeviceProcessEvents", AURORA, BOREAL) == [(800,)]

    def test_every_table_is_covered(self):
        for table in physical_tables():
            filters = table_filters("lake", [str(AURORA)], f"SELECT * FROM {table.stored_as}")
            assert f"'lake.{table.stored_as}': '_TenantId IN (\\'{AURORA}\\')'" in filters

    def test_a_table_named_by_a_parameter_is_covered(self, engine):
        question = Asked("SELECT count() FROM {table:Identifier}", {"table": "DeviceProcessEvents"})
        assert engine.run(question, tenants=[str(BOREAL)]).fetch() == [(300,)]

    def test_a_scope_of_many_tenants_is_no_too_long_query(self, engine):
        many = [str(new_id()) for _ in range(2_000)]
        listed = ", ".join(f"'{tenant}'" for tenant in many)
        sql = f"SELECT count() FROM DeviceProcessEvents WHERE _TenantId IN ('{AURORA}', {listed})"
        assert engine.run(Asked(sql), tenants=[str(AURORA), *many]).fetch() == [(500,)]

    @pytest.mark.parametrize("tenants", [[], ["') OR 1 --"], ["x"]])
    def test_only_uuids_are_tenants(self, tenants):
        with pytest.raises(ValueError, match=r"tenant|UUID"):
            table_filters("lake", tenants, "DeviceEvents")

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT * FROM file('/etc/passwd', 'LineAsString')",
            "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
            "INSERT INTO DeviceProcessEvents (DeviceName) VALUES ('x')",
            "DROP TABLE DeviceProcessEvents",
            "KILL QUERY WHERE 1",
            "SET readonly = 0",
            "SELECT 1 SETTINGS readonly = 0",
            "SELECT count() FROM merge(currentDatabase(), 'Device')",
            "SELECT count() FROM mergeTreeIndex(currentDatabase(), 'Device' || 'ProcessEvents')",
        ],
    )
    def test_a_query_can_only_read_the_tables(self, engine, sql):
        with pytest.raises(EngineFault):
            ask(engine, sql)
        assert insert(engine, new_id(), 1) == 1  # the connections still write


class TestIndexes:
    def test_terms_are_found_by_the_index(self, engine):
        sql = "EXPLAIN indexes = 1 SELECT count() FROM DeviceProcessEvents WHERE hasAllTokens(ProcessCommandLine, 'guest7')"
        client = open_client(engine.dsn, engine.database)
        plan = "\n".join(line for (line,) in client.query(sql).result_rows)
        client.close()
        assert "terms_of_ProcessCommandLine" in plan


class TestLimits:
    @pytest.mark.parametrize(
        ("sql", "limits", "code", "limit"),
        [
            (SLOW, Limits(seconds=0.5), "query_time_limit", "seconds"),
            (
                "SELECT groupArray(number) FROM numbers(100000000)",
                Limits(memory_bytes=20_000_000),
                "query_memory_limit",
                "memory_bytes",
            ),
            ("SELECT number FROM numbers(1000)", Limits(rows=999), "query_rows_limit", "rows"),
            (
                "SELECT repeat('x', 1000) FROM numbers(1000)",
                Limits(result_bytes=1000),
                "query_size_limit",
                "result_bytes",
            ),
        ],
    )
    def test_says_which_limit_was_met(self, engine, sql, limits, code, limit):
        with pytest.raises(TooMany) as caught:
            ask(engine, sql, limits=limits)
        assert caught.value.code == code
        assert caught.value.detail["limit"] == limit

    def test_an_answer_exactly_at_the_limit_is_given(self, engine):
        assert len(ask(engine, "SELECT number FROM numbers(999)", limits=Limits(rows=999))) == 999

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT number FROM numbers(1000)",
            "SELECT number FROM numbers(900) UNION ALL SELECT number FROM numbers(100)",
            "SELECT * FROM (SELECT number FROM numbers(1000) ORDER BY number DESC LIMIT 500) ORDER BY number",
            "WITH x AS (SELECT number FROM numbers(1000)) SELECT number FROM x LIMIT 300",
        ],
    )
    def test_takes_the_first_rows_where_the_caller_wants_no_more(self, engine, sql):
        assert len(ask(engine, sql, limits=Limits(rows=100, take=100))) == 100

    def test_taking_cuts_the_answer_and_not_what_it_is_made_of(self, engine):
        sql = "SELECT count(), uniqExact(number) FROM (SELECT number FROM numbers(1000)) WHERE number IN (SELECT number FROM numbers(800))"
        assert ask(engine, sql, limits=Limits(take=1)) == [(800, 800)]

    def test_an_invalid_regular_expression_is_the_callers(self, engine):
        with pytest.raises(Invalid) as caught:
            ask(engine, "SELECT count() FROM DeviceProcessEvents WHERE match(FileName, concat(DeviceName, '('))")
        assert caught.value.code == "query_failed"

    def test_more_rows_than_there_can_be_are_the_callers(self, engine):
        with pytest.raises(Invalid) as caught:
            ask(engine, "SELECT number FROM numbers(3) LIMIT 99999999999999999999")
        assert caught.value.code == "query_failed"

    def test_the_engine_goes_on_after_a_limit(self, engine):
        for _ in range(6):  # more than the pool has places
            with pytest.raises(TooMany):
                ask(engine, "SELECT number FROM numbers(1000)", limits=Limits(rows=10))
        assert ask(engine, "SELECT 1") == [(1,)]


class TestStream:
    def test_rows_come_in_blocks_with_their_columns(self, engine):
        sql = "SELECT number, toString(number) AS text FROM numbers(200000)"
        rows = engine.run(Asked(sql), tenants=[str(AURORA)], limits=Limits(rows=200_000))
        assert rows.columns == ("number", "text")
        assert rows.types == ("UInt64", "String")
        sizes = [len(block) for block in rows]
        assert len(sizes) > 1
        assert sum(sizes) == rows.stats.rows == 200_000
        assert rows.stats.seconds > 0

    def test_one_that_is_not_read_to_its_end_gives_its_connection_back(self, engine):
        for _ in range(6):
            with engine.run(
                Asked("SELECT number FROM numbers(1000000)"), tenants=[str(AURORA)], limits=Limits(rows=10**7)
            ) as rows:
                assert len(next(iter(rows))) > 0
        assert ask(engine, "SELECT 1") == [(1,)]

    def test_values_are_bound(self, engine):
        question = Asked("SELECT {text:String}", {"text": "'; DROP TABLE x; --"})
        assert engine.run(question, tenants=[str(AURORA)]).fetch() == [("'; DROP TABLE x; --",)]


class TestCancel:
    def test_another_thread_stops_a_running_query(self, engine):
        caught = []

        def run():
            try:
                ask(engine, SLOW, query_id="hunt-1")
            except Conflict as error:
                caught.append(error.code)

        thread = threading.Thread(target=run)
        thread.start()
        deadline = time.monotonic() + 20
        while not engine.cancel("hunt-1") and time.monotonic() < deadline:
            time.sleep(0.05)
        thread.join(20)
        assert caught == ["query_cancelled"]

    def test_says_when_there_is_nothing_to_stop(self, engine):
        assert engine.cancel("no such query") is False


class TestPool:
    def test_queries_run_side_by_side(self, engine):
        results = []
        gate = threading.Barrier(4)

        def run():
            gate.wait()
            results.extend(ask(engine, "SELECT count() FROM DeviceProcessEvents", AURORA))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert results == [(500,)] * 4

    def test_one_too_many_is_told_to_come_again(self, monkeypatch):
        monkeypatch.setattr("huntline.telemetry.engine.connections.WAIT_FOR_A_CONNECTION", 0.05)
        pool = Connections(object, 1)
        pool.take()
        with pytest.raises(TooMany) as caught:
            pool.take()
        assert caught.value.detail["retry_after"] == 5


class TestMigration:
    def test_a_second_start_changes_nothing(self, engine):
        again = Engine(engine.dsn, engine.database)
        assert engine.migrated
        assert again.migrated == []
        again.close()

    def test_adds_what_is_missing_and_keeps_the_rows(self):
        first = Engine(engine_dsn(), f"test_{uuid.uuid4().hex}")
        insert(first, AURORA, 5)
        client = open_client(first.dsn, first.database)
        client.command("ALTER TABLE DeviceProcessEvents DROP INDEX terms_of_AdditionalFields")
        client.command("ALTER TABLE DeviceProcessEvents DROP COLUMN AdditionalFields")
        client.command("DROP TABLE DeviceEvents")
        client.close()
        second = Engine(first.dsn, first.database)
        assert len(second.migrated) == 4
        assert ask(second, "SELECT count(), any(AdditionalFields) FROM DeviceProcessEvents", AURORA) == [(5, "")]
        assert ask(second, "SELECT count() FROM DeviceEvents", AURORA) == [(0,)]
        second.close()
        first.close()

    def test_refuses_what_a_later_version_wrote(self):
        first = Engine(engine_dsn(), f"test_{uuid.uuid4().hex}")
        client = open_client(first.dsn, first.database)
        client.command("INSERT INTO huntline_schema VALUES (999, now64(6), '99')")
        client.close()
        with pytest.raises(Unavailable) as caught:
            Engine(first.dsn, first.database)
        first.close()
        assert caught.value.code == "engine_newer"

    def test_refuses_another_layout(self):
        first = Engine(engine_dsn(), f"test_{uuid.uuid4().hex}")
        client = open_client(first.dsn, first.database)
        client.command("ALTER TABLE AlertInfo MODIFY COLUMN Title LowCardinality(String)")
        client.close()
        with pytest.raises(Unavailable) as caught:
            Engine(first.dsn, first.database)
        first.close()
        assert caught.value.code == "engine_layout_differs"


class TestOwner:
    def test_another_process_is_told_who_has_it(self, engine):
        program = (
            "import sys\n"
            "from huntline.kernel import Unavailable\n"
            "from huntline.telemetry.engine import Engine\n"
            "try:\n    Engine(sys.argv[1])\n"
            "except Unavailable as error:\n    print(error.code, error.message)\n"
        )
        source = Path(__file__).resolve().parents[2] / "src"
        done = subprocess.run(
            [sys.executable, "-c", program, engine.dsn],
            env={"PYTHONPATH": str(source), "PATH": "/usr/bin"},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert done.stdout.startswith(f"engine_in_use Another process (id {os.getpid()}) has the telemetry in")
        assert done.stderr == ""

    def test_a_second_folder_in_one_process_is_refused(self, engine, tmp_path):
        with pytest.raises(Unavailable) as caught:
            Engine(f"chdb://{tmp_path}")
        assert caught.value.code == "engine_elsewhere"

    def test_a_server_that_does_not_answer(self):
        with pytest.raises(Unavailable) as caught:
            Engine("http://user:secret@127.0.0.1:9/")
        assert caught.value.code == "engine_unreachable"
        assert "secret" not in caught.value.message
