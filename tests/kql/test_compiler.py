"""What a compiled query is: its window, its hashes, its columns, and that the engine's indexes can answer it."""

from datetime import UTC, datetime

import pytest

from huntline import kql
from huntline.kql.values import decode_python
from kql_tables import ACME, BIRCH

WINDOW = kql.Window(datetime(2026, 6, 15, 10, 1, tzinfo=UTC), datetime(2026, 6, 15, 10, 3, tzinfo=UTC))


class TestWindow:
    def test_bounds_every_table_that_has_a_time(self, engine):
        assert engine.rows("DeviceProcessEvents | project ProcessId | sort by ProcessId asc", window=WINDOW) == [
            [11],
            [12],
        ]
        query = "DeviceProcessEvents | join kind=inner (DeviceNetworkEvents) on DeviceId | count"
        assert engine.value(query, window=WINDOW) == 1

    def test_leaves_tables_without_a_time_alone(self, engine):
        assert engine.value("DeviceTvmSoftwareInventory | count", window=WINDOW) == 1


class TestHashes:
    def test_say_whether_the_same_is_asked(self, compile_query):
        first, second = compile_query("print 1"), compile_query("print  1")
        assert first.text_hash != second.text_hash
        assert first.sql_hash == second.sql_hash
        assert first.sql_hash != compile_query("print 2").sql_hash

    def test_know_the_scope(self, compile_query):
        text = "DeviceProcessEvents | count"
        assert compile_query(text, tenants=(ACME,)).sql_hash != compile_query(text, tenants=(BIRCH,)).sql_hash


class TestAnswer:
    def test_names_the_tables_once_each(self, compile_query):
        query = compile_query(
            "DeviceProcessEvents | join (DeviceNetworkEvents) on DeviceId | union DeviceProcessEvents"
        )
        assert query.tables == ("DeviceProcessEvents", "DeviceNetworkEvents")

    def test_hands_the_drawing_on(self, compile_query):
        query = compile_query(
            "DeviceProcessEvents | summarize count() by FileName | render piechart with (title='Files')"
        )
        assert query.render == kql.Render("piechart", (("title", "Files"),))

    @pytest.mark.parametrize(
        ("expression", "kind", "value"),
        [
            ("'x'", "string", "x"),
            ("1 == 1", "bool", True),
            ("int(5)", "int", 5),
            ("5", "long", 5),
            ("1.5", "real", 1.5),
            ("decimal(1.5)", "decimal", "1.5"),
            ("datetime(2020-01-01)", "datetime", "2020-01-01T00:00:00.0000000Z"),
            ("-1d - 1tick", "timespan", "-1.00:00:00.0000001"),
            ("dynamic({'a': [1, null]})", "dynamic", {"a": [1, None]}),
            ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "guid", "74be27de-1e4e-49d9-b579-fe0b331d3642"),
            ("bool(null)", "bool", None),
            ("int(null)", "int", None),
            ("real(null)", "real", None),
            ("datetime(null)", "datetime", None),
            ("timespan(null)", "timespan", None),
            ("dynamic(null)", "dynamic", None),
            ("1.0 / 0", "real", "Infinity"),
            ("split('a,b', ',')", "dynamic", ["a", "b"]),
            ("pack_array(1d, datetime(2020-01-01))", "dynamic", ["1.00:00:00", "2020-01-01T00:00:00.0000000Z"]),
        ],
    )
    def test_has_one_form_for_each_type(self, engine, expression, kind, value):
        answer = engine.run(f"print x = {expression}")
        assert (answer.types, answer.rows) == ([kind], [[value]])

    def test_decodes_to_python_too(self, compile_query, engine):
        query = compile_query("print a = datetime(2020-01-01), b = 90s, c = dynamic([1])")
        found = engine.client.query(query.sql, parameters=query.parameters).result_rows
        row = decode_python(query.columns, found)[0]
        assert row[0] == datetime(2020, 1, 1, tzinfo=UTC)
        assert row[1].total_seconds() == 90
        assert row[2] == [1]


class TestIndexes:
    @pytest.mark.parametrize(
        "condition",
        [
            "ProcessCommandLine has 'net'",
            "ProcessCommandLine has 'net user'",
            "ProcessCommandLine has_any ('net', 'whoami')",
            "ProcessCommandLine has_all ('net', 'user')",
            "ProcessId > 0 and (ProcessCommandLine has 'net' or FileName has 'net')",
        ],
    )
    def test_terms_are_looked_up_in_the_text_index(self, compile_query, engine, condition):
        query = compile_query(
            f"DeviceProcessEvents | extend x = strlen(FileName) | where {condition} | project ProcessId"
        )
        plan = engine.client.query(
            f"EXPLAIN indexes = 1, actions = 1 {query.sql}", parameters=query.parameters
        ).result_rows
        text = "\n".join(row[0] for row in plan)
        assert "text" in text.lower()
        assert "ix_ProcessCommandLine" in text

    def test_ingestion_time_is_read_from_its_column(self, compile_query, engine):
        assert engine.value("DeviceProcessEvents | where ingestion_time() > datetime(2026-06-15 10:02:30) | count") == 2
        assert "_IngestionTime" in compile_query("DeviceProcessEvents | where ingestion_time() > ago(1d) | count").sql
