"""The same rows on one table and on two shards."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from engine_directory import engine_dsn
from huntline import kql
from huntline.scoring.layouts import Layouts
from huntline.telemetry.engine import Engine
from huntline.telemetry.engine.connections import open_client
from huntline.telemetry.schema import CATALOG, physical_tables

TENANT, STRANGER = uuid.uuid4(), uuid.uuid4()
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PROCESSES = [
    {"Timestamp": NOON + timedelta(seconds=number), "DeviceId": f"d{number % 3}", "FileName": f"f{number % 7}.exe"}
    for number in range(100)
]


class Scope:
    tenant_ids = (str(TENANT),)


@pytest.fixture(scope="module")
def layouts():
    with Layouts(engine_dsn(), f"layouts_{uuid.uuid4().hex}") as made:
        for tenant in (TENANT, STRANGER):
            assert made.load(tenant, "DeviceProcessEvents", iter(PROCESSES)) == 100
        made.load(TENANT, "DeviceInfo", [{"Timestamp": NOON, "DeviceId": f"d{number}"} for number in range(3)])
        yield made


def answers(layouts, text, tenant=TENANT):
    compiled = kql.compile(text, catalog=CATALOG, scope=Scope(), now=NOON)
    assert isinstance(compiled, kql.CompiledQuery), compiled
    return [layouts.engine(shards).run(compiled, tenants=[str(tenant)]).fetch() for shards in (1, 2)]


class TestShards:
    def test_both_shards_hold_rows_and_each_row_is_on_one(self, layouts):
        client = open_client(layouts.dsn, layouts.engine(2).database)
        found = client.query("SELECT _shard_num, count() FROM DeviceProcessEvents GROUP BY 1 ORDER BY 1").result_rows
        client.close()
        assert [number for number, _ in found] == [1, 2]
        assert all(count > 50 for _, count in found)
        assert sum(count for _, count in found) == 200

    @pytest.mark.parametrize(
        ("query", "rows"),
        [
            ("DeviceProcessEvents | count", [(100,)]),
            ("DeviceProcessEvents | where FileName has 'f1' | count", [(15,)]),
            ("DeviceProcessEvents | join kind=inner DeviceInfo on DeviceId | count", [(100,)]),
            (
                "DeviceInfo | join kind=leftanti (DeviceProcessEvents | where DeviceId == 'd1') on DeviceId | count",
                [(2,)],
            ),
            (
                "DeviceProcessEvents | where DeviceId in ((DeviceInfo | where DeviceId != 'd0' | project DeviceId)) | count",
                [(66,)],
            ),
            ("DeviceProcessEvents | top 2 by Timestamp asc | project FileName", [("f0.exe",), ("f1.exe",)]),
            ("DeviceProcessEvents | take 3 | count", [(3,)]),
            ("print found = toscalar(DeviceProcessEvents | summarize dcount(FileName))", [(7,)]),
        ],
    )
    def test_answer_as_one_table_does(self, layouts, query, rows):
        assert answers(layouts, query) == [rows, rows]

    def test_a_stranger_finds_nothing_on_either(self, layouts):
        assert answers(layouts, "DeviceProcessEvents | count", uuid.uuid4()) == [[(0,)], [(0,)]]

    def test_opening_again_changes_nothing(self, layouts):
        name = layouts.engine(1).database
        with Layouts(layouts.dsn, name) as again:
            assert [again.engine(shards).migrated for shards in (1, 2)] == [[], []]
        assert len(physical_tables()) == 44

    def test_a_row_that_does_not_fit_is_refused(self, layouts):
        with pytest.raises(ValueError, match="no column Nmae"):
            layouts.load(TENANT, "DeviceInfo", [{"Timestamp": NOON, "Nmae": "x"}])

    def test_the_tables_of_a_cluster_are_not_changed_by_a_start(self, layouts):
        client = open_client(layouts.dsn, layouts.engine(2).database)
        client.command("ALTER TABLE AlertInfo DROP COLUMN Title")
        client.close()
        with pytest.raises(Exception, match="stored as") as caught:
            Engine(layouts.dsn, layouts.engine(2).database)
        assert caught.value.code == "engine_layout_differs"
