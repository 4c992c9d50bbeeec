"""Compiles queries against a small catalogue and runs them on the embedded engine of this process."""

from dataclasses import dataclass

import clickhouse_connect
import pytest

from cluster_nodes import SPREAD, STORED, nodes, spread_over
from engine_directory import engine_dsn
from huntline import kql
from huntline.kql.values import decode_rows
from huntline.scoring.layouts import spread
from huntline.telemetry.engine.rollups import create_rollup
from huntline.telemetry.schema.prevalence import FILES
from kql_tables import ACME, NOW, ROWS, TABLES, TestCatalog, TestScope, ddl

DATABASE = "kql_tests"
SETTINGS = {"max_execution_time": 20, "max_query_size": 10_000_000, "distributed_product_mode": "global"}
# By what rows are spread over shards.
KEYS = {name: [symbol.columns[0].name, "DeviceId"] for name, symbol in TABLES.items()} | {FILES: ["Day", "SHA1"]}


def compiled(text, *, tenants=(ACME,), window=None, limits=None):
    extra = {"limits": limits} if limits else {}
    return kql.compile(text, catalog=TestCatalog(), scope=TestScope(tenants), now=NOW, window=window, **extra)


@dataclass
class Answer:
    columns: list[str]
    types: list[str]
    rows: list[list[object]]


class Engine:
    def __init__(self, client):
        self.client = client

    def run(self, text, **how):
        query = compiled(text, **how)
        assert isinstance(query, kql.CompiledQuery), [item.message for item in query]
        found = self.client.query(query.sql, parameters=query.parameters, settings=SETTINGS)
        rows = decode_rows(query.columns, found.result_rows)
        return Answer([c.name for c in query.columns], [str(c.type) for c in query.columns], rows)

    def rows(self, text, **how):
        return self.run(text, **how).rows

    def value(self, text, **how):
        return self.rows(text, **how)[0][0]


@pytest.fixture(scope="session")
def engine():
    setup = clickhouse_connect.get_client(dsn=engine_dsn())
    setup.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
    setup.close()
    client = clickhouse_connect.get_client(dsn=engine_dsn(), database=DATABASE)
    create_tables(client)
    fill_tables(client)
    yield Engine(client)
    client.close()


def create_tables(client):
    client.command(create_rollup())
    for symbol in TABLES.values():
        client.command(f"DROP TABLE IF EXISTS `{symbol.name}`")
        client.command(ddl(symbol))


def fill_tables(client, **settings):
    for symbol in TABLES.values():
        names = [column.name for column in symbol.columns] + ["_TenantId", "_IngestionTime"]
        client.insert(symbol.name, ROWS[symbol.name], column_names=names, settings=settings)


@pytest.fixture(scope="session")
def sharded_engine(engine):
    """The same rows on two shards."""
    spread(engine.client, DATABASE, KEYS)
    client = clickhouse_connect.get_client(dsn=engine_dsn(), database=f"{DATABASE}_sharded")
    yield Engine(client)
    client.close()


@pytest.fixture(scope="session")
def cluster_engine(tmp_path_factory):
    """The same rows on two nodes, each in a process of its own."""
    with nodes(tmp_path_factory.mktemp("golden"), 2) as started:
        for node in started:
            setup = clickhouse_connect.get_client(dsn=node.dsn)
            setup.command(f"CREATE DATABASE {STORED}")
            setup.close()
            client = clickhouse_connect.get_client(dsn=node.dsn, database=STORED)
            create_tables(client)
            client.close()
        spread_over(started, KEYS)
        client = clickhouse_connect.get_client(dsn=started[0].dsn, database=SPREAD, autogenerate_session_id=False)
        fill_tables(client, distributed_foreground_insert=1)
        yield Engine(client)
        client.close()


@pytest.fixture
def compile_query():
    return compiled
