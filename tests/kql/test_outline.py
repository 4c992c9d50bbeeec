"""A plan in words, and its SQL over several lines."""

from datetime import UTC, datetime

import pytest

from huntline import kql
from huntline.kql.outline import Outline, outline
from huntline.kql.pretty import pretty

QUERIES = [
    "DeviceProcessEvents | where FileName =~ 'cmd.exe' and ProcessId in (1, 2) | extend x = strcat(FileName, '(') | project x",
    "DeviceProcessEvents | where DeviceId in ((DeviceNetworkEvents | where RemotePort == 443 | project DeviceId)) | count",
    "DeviceProcessEvents | join kind=leftouter (DeviceNetworkEvents | take 5) on DeviceId | summarize arg_max(Timestamp, *) by DeviceId",
    "union DeviceProcessEvents, DeviceNetworkEvents | summarize count() by bin(Timestamp, 1h) | sort by Timestamp asc",
    "DeviceProcessEvents | mv-expand a = parse_json(AdditionalFields).Ids | sort by Timestamp asc | extend n = row_number(), p = prev(a)",
    "datatable(a: long, b: string) [1, \"x')\", 2, 'SELECT FROM'] | where b != 'WHERE (' | top 1 by a",
    "let m = toscalar(DeviceProcessEvents | summarize max(Timestamp)); DeviceProcessEvents | where Timestamp == m | take 1",
    "range x from 1 to 3 step 1 | extend t = now() - 1d, d = 1h",
]


def walk(node):
    yield node
    for one in node.inputs:
        yield from walk(one)


class TestOutline:
    def test_says_what_each_operator_does(self, compile_query):
        window = kql.Window(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
        found = compile_query(
            "DeviceProcessEvents | where FileName has 'cmd' | take 3 | project f = FileName", window=window
        )
        scan = Outline(
            "Scan DeviceProcessEvents",
            (
                "tenants: 11111111-1111-4111-8111-111111111111",
                "window: 2026-06-01T00:00:00+00:00 to 2026-07-01T00:00:00+00:00",
            ),
        )
        filtered = Outline("Filter", ("predicate: (FileName has 'cmd')",), (scan,))
        assert outline(found.plan) == Outline(
            "Answer", ("columns: f = FileName",), (Outline("Limit", ("count: 3",), (filtered,)),)
        )

    def test_names_the_relations_inside_expressions(self, compile_query):
        titles = [node.title for node in walk(outline(compile_query(QUERIES[1]).plan))]
        assert titles.count("Scan DeviceProcessEvents") == 1
        assert any(title.startswith("query 1: ") for title in titles)

    @pytest.mark.parametrize("query", QUERIES)
    def test_every_scan_is_in_it(self, compile_query, query):
        found = compile_query(query)
        assert isinstance(found, kql.CompiledQuery), list(found)
        scanned = {node.title.partition("Scan ")[2] for node in walk(outline(found.plan)) if "Scan " in node.title}
        assert scanned == set(found.tables)


class TestPretty:
    @pytest.mark.parametrize("query", QUERIES)
    def test_says_the_same(self, compile_query, query):
        sql = compile_query(query).sql
        broken = pretty(sql)
        assert "\n" in broken
        assert "".join(broken.split()) == "".join(sql.split())
        assert max(map(len, broken.splitlines())) < 400

    def test_texts_are_left_alone(self):
        assert pretty("SELECT 'a (SELECT  b'   AS x FROM t") == "SELECT 'a (SELECT  b' AS x\nFROM t"
