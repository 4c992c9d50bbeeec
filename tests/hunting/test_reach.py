"""Where in each table a query looks: what a report may call looked at."""

from datetime import UTC, datetime, timedelta

import pytest

from huntline.hunting.reach import Reach, reach_of
from huntline.hunting.results import Window
from huntline.kql.symbols import FunctionSymbol

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=30), NOW)
P, N = "DeviceProcessEvents", "DeviceNetworkEvents"


def ago(**span):
    return NOW - timedelta(**span)


def reach(query, *tables, functions=None):
    found = reach_of(query, WINDOW, NOW, tables=tables or (P,), functions=functions or {})
    return found if len(tables) > 1 else found[tables[0] if tables else P]


ALL = [Reach(WINDOW.start, WINDOW.end)]


class TestBounds:
    @pytest.mark.parametrize(
        ("condition", "start", "end"),
        [
            ("Timestamp > ago(7d)", ago(days=7), NOW),
            ("ago(7d) <= Timestamp and Timestamp < ago(1h)", ago(days=7), ago(hours=1)),
            ("FileName == 'x' and Timestamp >= datetime(2026-11-10)", datetime(2026, 11, 10, tzinfo=UTC), NOW),
            ("Timestamp between (ago(20d) .. 5d)", ago(days=20), ago(days=15)),
            ("Timestamp between (ago(20d) .. now(-1d))", ago(days=20), ago(days=1)),
            ("Timestamp < ago(10d)", WINDOW.start, ago(days=10)),
            ("Timestamp > ago(90d)", WINDOW.start, NOW),
            ("Timestamp > startofday(ago(2d))", datetime(2026, 11, 14, tzinfo=UTC), NOW),
            ("Timestamp > now() - 3d", ago(days=3), NOW),
            ("FileName has 'x'", WINDOW.start, NOW),
            ("Timestamp between (ProcessCreationTime .. (ProcessCreationTime + 30m))", WINDOW.start, NOW),
        ],
    )
    def test_are_taken_off_the_window(self, condition, start, end):
        assert reach(f"{P} | where {condition}") == [Reach(start, end)]

    @pytest.mark.parametrize(
        "condition",
        [
            "hourofday(Timestamp) < 6",
            "Timestamp > ago(1d) or FileName == 'x'",
            "not(Timestamp < ago(1d))",
            "Timestamp > toscalar(DeviceNetworkEvents | summarize max(Timestamp))",
            "Timestamp !between (ago(3d) .. ago(2d))",
            "ingestion_time() > ago(1d)",
            "datetime_diff('hour', now(), Timestamp) < 4",
        ],
    )
    def test_that_cannot_be_told_leave_a_part(self, condition):
        assert [one.whole for one in reach(f"{P} | where {condition}")] == [False]

    def test_a_window_that_the_query_leaves_empty_is_no_reach(self):
        assert reach(f"{P} | where Timestamp > ago(1d) | where Timestamp < ago(2d)") == []


class TestPlaces:
    def test_each_side_of_a_join_has_its_own(self):
        found = reach(f"{P} | where Timestamp > ago(1d) | join ({N} | where Timestamp > ago(7d)) on DeviceId", P, N)
        assert found == {P: [Reach(ago(days=1), NOW)], N: [Reach(ago(days=7), NOW)]}

    def test_a_baseline_and_what_is_new_in_it(self):
        query = (
            f"let known = {P} | where Timestamp between (ago(20d) .. ago(1d)) | distinct SHA1; "
            f"{P} | where Timestamp > ago(1d) | where SHA1 !in (known)"
        )
        assert set(reach(query)) == {Reach(ago(days=1), NOW), Reach(ago(days=20), ago(days=1))}

    def test_what_narrows_a_let_narrows_its_table(self):
        assert reach(f"let all = {P}; all | where Timestamp > ago(2d)") == [Reach(ago(days=2), NOW)]

    def test_a_let_that_nobody_uses_is_not_looked_at(self):
        assert reach(f"let unused = {P}; {N} | take 1", P, N)[P] == []

    def test_unions_as_source_and_as_operator(self):
        assert reach(f"union {P}, {N} | where Timestamp > ago(2d)", P, N) == {
            P: [Reach(ago(days=2), NOW)],
            N: [Reach(ago(days=2), NOW)],
        }
        assert reach(f"{P} | union {N} | where Timestamp > ago(2d)", P, N)[N] == [Reach(ago(days=2), NOW)]

    def test_wildcards_and_searches_read_all(self):
        assert reach("union Device* | where Timestamp > ago(2d)", P, N)[N][0].start in {ago(days=2), WINDOW.start}
        assert reach("search 'mimikatz'", P, N) == {P: ALL, N: ALL}

    def test_functions_saved_and_local(self):
        saved = {"Recent": FunctionSymbol("Recent", "", f"{P} | where Timestamp > ago(3d)")}
        assert reach("Recent() | take 3", functions=saved) == [Reach(ago(days=3), NOW)]
        assert reach(f"let f = () {{ {P} | where Timestamp > ago(4d) }}; f()") == [Reach(ago(days=4), NOW)]

    def test_a_bound_that_is_a_parameter_leaves_a_part(self):
        found = reach(f"let f = (back: timespan) {{ {P} | where Timestamp > ago(back) }}; f(1d)")
        assert [one.whole for one in found] == [False]

    def test_a_parameter_of_a_saved_function_is_no_column(self):
        saved = {"Recent": FunctionSymbol("Recent", "back: timespan = 1d", f"{P} | where Timestamp > ago(back)")}
        assert [one.whole for one in reach("Recent(2d)", functions=saved)] == [False]

    def test_a_let_that_names_itself_ends(self):
        assert reach(f"let a = a; {P} | where Timestamp > a") == [Reach(WINDOW.start, NOW, whole=False)]
