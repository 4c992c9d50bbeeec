"""Documented examples whose rows stand in tables on two shards, and no longer in the query: they answer as documented there too."""

from dataclasses import fields, replace
from itertools import count

import clickhouse_connect
import pytest

from engine_directory import engine_dsn
from huntline import kql
from huntline.kql.emit import emit
from huntline.kql.emit.printer import print_statement
from huntline.kql.emit.relations import RelationEmitter
from huntline.kql.plan import Inline, Scan
from huntline.kql.traversal import _FIELDS
from huntline.kql.types import PHYSICAL
from huntline.kql.values import decode_python
from huntline.scoring.comparing import same_answer
from huntline.scoring.layouts import spread
from huntline.scoring.lines import read_lines
from huntline.scoring.sorting import sorted_by
from kql_corpus import SHARED
from kql_tables import ACME, NOW, TestCatalog, TestScope

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(600)]

DATABASE = "moved_examples"
SETTINGS = {"max_execution_time": 60, "distributed_product_mode": "global"}
OPEN = {
    "arg-min-aggregation-function.md#2": "several rows have the least value",
}
"""Examples whose answer depends on the order of the rows, with the reason."""


class Mover:
    """Puts the rows of a plan into tables on two shards."""

    def __init__(self, client):
        self.client = client
        self.numbers = count()
        self.known = {}

    def move(self, plan):
        """Return the plan with scans in the place of rows."""
        kind = type(plan)
        if kind is tuple:
            return tuple(self.move(item) for item in plan)
        if kind is Inline and plan.columns and plan.rows > 1:
            return self.scan(plan)
        return kind(*(self.move(getattr(plan, field.name)) for field in fields(plan))) if kind in _FIELDS else plan

    def scan(self, rows):
        key = repr((rows.columns, rows.values))
        if key not in self.known:
            self.known[key] = self.table(rows)
        table = self.known[key]
        columns = tuple(
            replace(column, symbol=symbol) for column, symbol in zip(rows.columns, table.columns, strict=True)
        )
        return Scan(table, TestScope(), columns, None)

    def table(self, rows):
        name = f"rows{next(self.numbers)}"
        # The emitter's own SELECT of these rows fills the table.
        layer = RelationEmitter().emit(rows, {column.number for column in rows.columns})
        sql, parameters = print_statement(layer.close([column.number for column in rows.columns]), length=1_000_000)
        names = [f"c{i}" for i in range(len(rows.columns))]
        kinds = [PHYSICAL[column.type.kql] for column in rows.columns]
        columns = ", ".join(f"{column} {kind}" for column, kind in zip(names, kinds, strict=True))
        self.client.command(
            f"CREATE TABLE {name} ({columns}, _TenantId String, place UInt64) ENGINE = MergeTree ORDER BY place"
        )
        self.client.command(
            f"INSERT INTO {name} SELECT *, '{ACME}', rowNumberInAllBlocks() FROM ({sql})", parameters=parameters
        )
        spread(self.client, DATABASE, {name: ["place"]})
        symbols = tuple(
            kql.ColumnSymbol(column, moved.type.kql, nullable=moved.nullable)
            for column, moved in zip(names, rows.columns, strict=True)
        )
        return kql.TableSymbol(name, symbols, (f"{DATABASE}_sharded", name), time_column=None, ingestion_column=None)


@pytest.fixture(scope="module")
def client():
    setup = clickhouse_connect.get_client(dsn=engine_dsn())
    setup.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
    setup.close()
    found = clickhouse_connect.get_client(dsn=engine_dsn(), database=DATABASE)
    yield found
    found.close()


def test_examples_answer_as_documented_from_two_shards(client):
    mover = Mover(client)
    held, wrong = 0, []
    for line in read_lines(SHARED / "docs.dev.jsonl"):
        query = kql.compile(line.query, catalog=TestCatalog(), scope=TestScope(), now=NOW)
        if not line.comparable or not isinstance(query, kql.CompiledQuery):
            continue
        names = [column.name for column in query.columns]
        keys = sorted_by(line.query)

        def answers(sql, parameters, line=line, query=query, names=names, keys=keys):
            found = client.query(sql, parameters=parameters, settings=SETTINGS).result_rows
            return same_answer(line.answer, names, decode_python(query.columns, found), sorted_by=keys)

        moved = mover.move(query.plan.input)
        if moved == query.plan.input or line.id in OPEN or not answers(query.sql, query.parameters):
            continue
        held += 1
        columns = [column for _, column in query.plan.columns]
        if not answers(*emit(moved, columns, length=1_000_000)):
            wrong.append(line.id)
    assert not wrong
    assert held > 75
