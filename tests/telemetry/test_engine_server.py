"""The same engine as a server: a real ClickHouse over HTTP, which the embedded one can be made into for tests."""

import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from cluster_nodes import nodes
from huntline.kernel import Conflict, TooMany
from huntline.telemetry.engine import Engine, EngineFault, Limits
from huntline.telemetry.schema import find_table
from huntline.telemetry.times import ticks_of

AURORA = uuid.UUID("0190aaaa-0000-7000-8000-000000000001")
BOREAL = uuid.UUID("0190aaaa-0000-7000-8000-000000000002")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PROCESSES = find_table("DeviceProcessEvents")


@dataclass(frozen=True)
class Asked:
    sql: str
    parameters: dict[str, object] = field(default_factory=dict)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with nodes(tmp_path_factory.mktemp("server")) as [node]:
        opened = Engine(node.dsn, pool_size=4)
        for tenant, count in ((AURORA, 50), (BOREAL, 30)):
            for _ in range(2):
                insert(opened, tenant, count)
        yield opened
        opened.close()


def insert(engine, tenant, count):
    columns = {
        "Timestamp": [ticks_of(NOON) + number for number in range(count)],
        "ProcessCommandLine": [f"net user guest{number}" for number in range(count)],
    }
    engine.insert(PROCESSES, tenant, columns, token=f"{tenant}:1", ingested=NOON, again=True)


def ask(engine, sql, *tenants, **options):
    return engine.run(Asked(sql), tenants=[str(tenant) for tenant in tenants or (AURORA, BOREAL)], **options).fetch()


class TestServer:
    def test_a_batch_is_stored_once_and_each_tenant_finds_its_own(self, engine):
        sql = "SELECT count(), min(Timestamp) FROM DeviceProcessEvents"
        assert ask(engine, sql, AURORA) == [(50, NOON)]
        assert ask(engine, sql, BOREAL) == [(30, NOON)]
        assert ask(engine, sql) == [(80, NOON)]

    def test_values_are_bound_and_ticks_are_exact(self, engine):
        question = Asked(
            "SELECT max(Timestamp) FROM DeviceProcessEvents WHERE ProcessCommandLine = {text:String}",
            {"text": "net user guest7"},
        )
        rows = engine.run(question, tenants=[str(AURORA)], exact_times=True)
        assert rows.fetch() == [(ticks_of(NOON) + 7,)]

    def test_a_second_start_changes_nothing(self, engine):
        again = Engine(engine.dsn)
        assert again.migrated == []
        again.close()

    @pytest.mark.parametrize(
        ("sql", "limits", "code"),
        [
            (
                "SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 1",
                Limits(seconds=0.5),
                "query_time_limit",
            ),
            (
                "SELECT groupArray(number) FROM numbers(100000000)",
                Limits(memory_bytes=20_000_000),
                "query_memory_limit",
            ),
            ("SELECT number FROM numbers(1000)", Limits(rows=999), "query_rows_limit"),
            ("SELECT repeat('x', 1000) FROM numbers(1000)", Limits(result_bytes=1000), "query_size_limit"),
        ],
    )
    def test_limits_are_the_same(self, engine, sql, limits, code):
        with pytest.raises(TooMany) as caught:
            ask(engine, sql, limits=limits)
        assert caught.value.code == code

    @pytest.mark.parametrize(
        "sql", ["SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')", "DROP TABLE DeviceEvents"]
    )
    def test_a_query_can_only_read_the_tables(self, engine, sql):
        with pytest.raises(EngineFault):
            ask(engine, sql)

    def test_a_running_query_is_stopped_from_another_thread(self, engine):
        caught = []

        def run():
            try:
                ask(engine, "SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 1", query_id="hunt-9")
            except Conflict as error:
                caught.append(error.code)

        thread = threading.Thread(target=run)
        thread.start()
        deadline = time.monotonic() + 20
        while not engine.cancel("hunt-9") and time.monotonic() < deadline:
            time.sleep(0.05)
        thread.join(20)
        assert caught == ["query_cancelled"]
