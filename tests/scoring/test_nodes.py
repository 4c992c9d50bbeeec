"""Two processes, each a ClickHouse node with half of the rows, and the product's engine over both."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from cluster_nodes import STORED, lay_out, nodes
from engine_directory import engine_dsn
from huntline import kql
from huntline.kernel import HuntlineError
from huntline.scoring.layouts import Layouts
from huntline.scoring.lines import read_lines
from huntline.scoring.scorer import Scorer
from huntline.telemetry.columns import convert_rows
from huntline.telemetry.engine import Engine, EngineFault
from huntline.telemetry.engine.connections import open_client
from huntline.telemetry.rows import MappedRows
from huntline.telemetry.schema import CATALOG
from kql_corpus import SHARED

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(600)]

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AURORA, BOREAL = (uuid.UUID(f"0190aaaa-0000-7000-8000-00000000000{number}") for number in (1, 2))
PROCESSES = [
    {
        "Timestamp": NOON + timedelta(seconds=number),
        "DeviceId": f"d{number % 7}",
        "FileName": ["cmd.exe", "mshta.exe", "net.exe"][number % 3],
        "ProcessCommandLine": f"net user guest{number % 11}",
        "ProcessId": number,
        "SHA1": f"{number % 5:040d}",
    }
    for number in range(300)
]
CONNECTIONS = [
    {"Timestamp": NOON + timedelta(seconds=3 * number), "DeviceId": f"d{number % 5}", "RemotePort": 440 + number % 4}
    for number in range(100)
]
HUNTS = [
    "DeviceProcessEvents | summarize n = count(), devices = dcount(DeviceId) by FileName | sort by FileName asc",
    "DeviceProcessEvents | where ProcessCommandLine has 'guest7' | sort by ProcessId asc | take 5 | project ProcessId",
    "DeviceProcessEvents | join kind=inner DeviceNetworkEvents on DeviceId | summarize n = count() by DeviceId | sort by DeviceId asc",
    "DeviceProcessEvents | where SHA1 in ((DeviceProcessEvents | join kind=inner DeviceNetworkEvents on DeviceId | project SHA1)) | count",
    "DeviceProcessEvents | where DeviceId !in ((DeviceNetworkEvents | project DeviceId)) | count",
    "DeviceProcessEvents | join kind=leftanti DeviceNetworkEvents on DeviceId | summarize count() by DeviceId | sort by DeviceId asc",
    "DeviceProcessEvents | summarize arg_max(Timestamp, ProcessId) by DeviceId | sort by DeviceId asc",
    "DeviceProcessEvents | sort by Timestamp asc | extend p = prev(ProcessId), n = row_number() | where n in (1, 150, 300) | project n, p",
    "union DeviceProcessEvents, DeviceNetworkEvents | summarize n = count() by bin(Timestamp, 1m) | sort by Timestamp asc",
    "DeviceProcessEvents | make-series n = count() on Timestamp step 1m by FileName | sort by FileName asc | project FileName, n",
    "print x = toscalar(DeviceProcessEvents | summarize max(ProcessId))",
]


class Scope:
    tenant_ids = (str(AURORA),)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with nodes(tmp_path_factory.mktemp("cluster"), 2) as started:
        lay_out(started)
        yield started


@pytest.fixture(scope="module")
def engine(cluster):
    opened = Engine(cluster[0].dsn, pool_size=2)
    for tenant in (AURORA, BOREAL):
        for table, rows in (("DeviceProcessEvents", PROCESSES), ("DeviceNetworkEvents", CONNECTIONS)):
            made, _ = convert_rows(MappedRows(table, rows))
            opened.insert(made.table, tenant, made.columns, token=f"{tenant}:{table}", ingested=NOON)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def alone():
    """The same rows on one table in this process."""
    with Layouts(engine_dsn(), f"alone_{uuid.uuid4().hex}") as made:
        for tenant in (AURORA, BOREAL):
            made.load(tenant, "DeviceProcessEvents", PROCESSES)
            made.load(tenant, "DeviceNetworkEvents", CONNECTIONS)
        yield made.engine(1)


def compiled(query):
    found = kql.compile(query, catalog=CATALOG, scope=Scope(), now=NOON)
    assert isinstance(found, kql.CompiledQuery), list(found)
    return found


class TestCluster:
    def test_a_start_leaves_the_tables_of_a_cluster_alone(self, engine):
        assert engine.migrated == []

    def test_an_insert_sends_rows_to_both_nodes(self, engine, cluster):
        counts = []
        for node in cluster:
            client = open_client(node.dsn, STORED)
            counts.append(client.query("SELECT count() FROM DeviceProcessEvents").result_rows[0][0])
            client.close()
        assert sum(counts) == 600
        assert min(counts) > 200

    @pytest.mark.parametrize("query", HUNTS)
    def test_answers_as_one_table_does(self, engine, alone, query):
        question = compiled(query)
        answer = engine.run(question, tenants=[str(AURORA)]).fetch()
        assert answer == alone.run(question, tenants=[str(AURORA)]).fetch()
        assert answer

    def test_the_engine_filters_tenants_on_every_shard(self, engine):
        question = compiled(HUNTS[0])
        assert engine.run(question, tenants=[str(BOREAL)]).fetch() == []

    def test_every_tenth_published_hunt_runs(self, engine):
        lines = read_lines(SHARED / "hunting.dev.jsonl", only=["defender_only", "official_binds"])[::10]
        found = Scorer(engine, at=NOON).score(lines)
        assert found.executed + found.refused == found.total, found.failures

    def test_a_dead_node_is_an_error_and_not_half_of_the_rows(self, engine, cluster):
        cluster[1].kill()
        with pytest.raises((EngineFault, HuntlineError)) as caught:
            engine.run(compiled("DeviceProcessEvents | count"), tenants=[str(AURORA)]).fetch()
        assert getattr(caught.value, "code", None) in (210, 279, "engine_unreachable")
