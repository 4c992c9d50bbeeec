"""What makes a query quick must not change what it answers."""

import json

import pytest

from huntline.kql.emit import branches

UNIONS = [
    "union * | sort by Timestamp asc, DeviceId asc, FileName asc",
    "search 'cmd' | sort by Timestamp asc",
    "search 'evil' or 'openssl'",
    "union withsource=T Device*Events | summarize count(), max(Timestamp) by T, RemotePort | sort by T asc, RemotePort asc",
    "union DeviceNetworkEvents, (union DeviceProcessEvents, DeviceRegistryEvents) | sort by Timestamp asc, DeviceId asc, RemoteIP asc",
    (
        "union (print a = 1, b = dynamic([1]), c = datetime(2020-01-01)), (print b = dynamic({'x': 2}), d = 1.5), (print e = 2h, f = true) "
        "| sort by a, d, e"
    ),
]


class TestUnions:
    @pytest.mark.parametrize("layout", ["engine", "sharded_engine"])
    @pytest.mark.parametrize("query", UNIONS)
    def test_values_in_arrays_answer_as_columns_do(self, request, monkeypatch, layout, query):
        engine = request.getfixturevalue(layout)
        monkeypatch.setattr(branches, "MANY_GAPS", 1_000_000)
        columns = engine.run(query)
        monkeypatch.setattr(branches, "MANY_GAPS", 0)
        arrays = engine.run(query)
        assert (arrays.columns, arrays.types) == (columns.columns, columns.types)
        assert sorted(map(json.dumps, arrays.rows)) == sorted(map(json.dumps, columns.rows))
        if "sort by" in query:
            assert arrays.rows == columns.rows

    def test_few_gaps_stay_columns(self, compile_query):
        assert "_branch" not in compile_query("union DeviceProcessEvents, DeviceNetworkEvents").sql


class TestEarlyFilters:
    def test_a_table_without_the_column_is_not_read(self, compile_query):
        sql = compile_query("union * | where RemoteUrl has 'evil'").sql
        assert "DeviceNetworkEvents" in sql
        assert "DeviceProcessEvents" not in sql

    def test_a_table_of_another_name_is_not_read(self, compile_query, engine):
        query = "union withsource=T * | where T in ('DeviceNetworkEvents', 'x') | summarize count() by T"
        assert "DeviceProcessEvents" not in compile_query(query).sql
        assert engine.rows(query) == [["DeviceNetworkEvents", 3]]

    def test_a_list_may_hold_anything(self, engine):
        query = "union DeviceProcessEvents, DeviceNetworkEvents | where AdditionalFields in (dynamic([{'a': 1}, [2], ''])) | count"
        assert engine.rows(query)[0][0] >= 0

    def test_a_condition_reaches_the_index_through_a_union(self, compile_query):
        sql = compile_query(
            "union DeviceProcessEvents, DeviceNetworkEvents | where FileName has 'cmd' or RemoteUrl has 'evil'"
        ).sql
        assert "hasAllTokens(`FileName`" in sql
        assert "hasAllTokens(`RemoteUrl`" in sql

    def test_a_condition_reaches_the_index_through_a_join(self, compile_query):
        sql = compile_query(
            "DeviceNetworkEvents | join kind=inner DeviceProcessEvents on DeviceId | where RemoteUrl has 'evil' and FileName has 'cmd'"
        ).sql
        assert "hasAllTokens(`FileName`" in sql
        assert "hasAllTokens(`RemoteUrl`" in sql

    @pytest.mark.parametrize(
        "query",
        [
            "union DeviceProcessEvents, DeviceNetworkEvents | where isempty(FileName) | count",
            "union DeviceProcessEvents, DeviceNetworkEvents | where FileName != 'cmd.exe' | count",
            "union DeviceProcessEvents, DeviceNetworkEvents | where isnull(RemotePort) or RemotePort == 443 | count",
            "union DeviceProcessEvents, DeviceNetworkEvents | where not(FileName has 'cmd') | count",
            "union DeviceProcessEvents, DeviceNetworkEvents | where FileName in ('', 'cmd.exe') | count",
            "union DeviceProcessEvents, DeviceNetworkEvents | where RemotePort != 443 | count",
        ],
    )
    def test_rows_without_the_column_count_where_they_fit(self, engine, query):
        head, condition = query.split(" | where ")
        assert engine.rows(query) == engine.rows(f"{head} | sort by DeviceId | take 1000 | where {condition}")

    @pytest.mark.parametrize("kind", ["inner", "leftouter", "rightouter", "fullouter", "innerunique"])
    def test_outer_joins_keep_what_they_must(self, engine, kind):
        joined = f"DeviceProcessEvents | join kind={kind} DeviceNetworkEvents on DeviceId"
        for condition in (
            "RemotePort == 443",
            "FileName == ''",
            "isnull(RemotePort)",
            "AccountName has 'anna'",
            "isempty(RemoteIP)",
        ):
            late = f"{joined} | sort by DeviceId | take 1000 | where {condition} | count"
            assert engine.rows(f"{joined} | where {condition} | count") == engine.rows(late), condition


class TestTerms:
    """An index narrows a condition down; it must not change it."""

    NEEDLES = [
        "cmd.exe",
        "CMD.EXE",
        "cmd",
        "C:\\Windows\\System32\\NET",
        "C:\\Windows",
        ".exe",
        "net user",
        "user bob /",
        " bob ",
        "",
        "-Enc",
        "é",
        "/c",
    ]

    @pytest.mark.parametrize(
        "name",
        [
            "==",
            "=~",
            "startswith",
            "startswith_cs",
            "endswith",
            "endswith_cs",
            "contains",
            "contains_cs",
            "hasprefix",
            "hassuffix",
        ],
    )
    def test_conditions_answer_as_without_an_index(self, engine, name):
        for column in ("ProcessCommandLine", "FolderPath", "FileName"):
            for needle in self.NEEDLES:
                narrowed, plain = (
                    f"DeviceProcessEvents | where {text} {name} @'{needle}' | count"
                    for text in (column, f"strcat({column}, '')")
                )
                assert engine.rows(narrowed) == engine.rows(plain), narrowed

    @pytest.mark.parametrize("name", ["in", "in~", "!in", "!in~"])
    def test_lists_answer_as_without_an_index(self, engine, name):
        for listed in ("'cmd.exe', 'network.exe'", "'CMD.EXE'", "'cmd', 'net'", "'.exe', 'net.exe'", "'', 'cmd.exe'"):
            narrowed, plain = (
                f"DeviceProcessEvents | where {text} {name} ({listed}) | count"
                for text in ("FileName", "strcat(FileName, '')")
            )
            assert engine.rows(narrowed) == engine.rows(plain), narrowed

    @pytest.mark.parametrize(
        ("condition", "term"),
        [
            ("FolderPath startswith @'C:\\Users\\Public'", "users"),
            ("FolderPath contains @'\\Public\\a'", "public"),
            ("FileName =~ 'mimikatz.exe'", "mimikatz"),
            ("FileName in~ ('mimikatz.exe', 'procdump.exe')", "procdump"),
        ],
    )
    def test_the_index_is_asked_for_whole_terms(self, compile_query, condition, term):
        query = compile_query(f"DeviceProcessEvents | where {condition}")
        assert "Tokens(`" in query.sql
        assert any(isinstance(value, list) and term in value for value in query.parameters.values())

    @pytest.mark.parametrize(
        "condition", ["FolderPath contains 'public'", "FileName endswith '.exe'", "not(FileName =~ 'ab.exe')"]
    )
    def test_what_may_be_part_of_a_term_is_not_asked_for(self, compile_query, condition):
        assert "Tokens(" not in compile_query(f"DeviceProcessEvents | where {condition}").sql

    def test_a_long_list_is_not_looked_up_in_the_index(self, engine, compile_query):
        names = ", ".join(f"'tool{number}.exe'" for number in range(600))
        query = f"DeviceProcessEvents | where FileName in ({names}, 'cmd.exe') | count"
        assert "identity(`FileName`)" in compile_query(query).sql
        assert engine.rows(query) == engine.rows("DeviceProcessEvents | where FileName == 'cmd.exe' | count")
