"""Printed answers against answers of the engine."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from huntline.scoring.comparing import same_answer, same_value
from huntline.scoring.lines import Answer

MOMENT = datetime(2020, 2, 1, 13, 5, 6, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


class TestValue:
    @pytest.mark.parametrize(
        ("printed", "value"),
        [
            # Missing
            ("", None),
            ("null", None),
            ("NaN", math.nan),
            ("", ""),
            # Truth
            ("True", True),
            ("1", True),
            ("false", False),
            # Numbers
            ("5", 5),
            ("1,234,567", 1234567),
            ("3.14", math.pi),
            ("0.333333333", 1 / 3),
            ("1.5e3", 1500.0),
            ("∞", math.inf),
            ("-∞", -math.inf),
            ("2.50", Decimal("2.5")),
            # Times
            ("2020-02-01 13:05:06.1234560", MOMENT),
            ("2020-02-01T13:05:06Z", MOMENT),
            ("2/1/2020, 1:05:06.123 PM", MOMENT),
            ("2020-02-01", datetime(2020, 2, 1)),  # noqa: DTZ001 - the engine's may be naive
            ("01:00:00", HOUR),
            ("-1.02:00:00", -26 * HOUR),
            ("2 days", 48 * HOUR),
            ("00:00:01.5", timedelta(seconds=1.5)),
            # Dynamic
            ("[1, 2.0000001]", [1, 2]),
            ("[2,\n1,]", [1, 2]),
            ("", []),
            ('{"b": [1, {"c": null}], "a": "x"}', {"a": "x", "b": [{"c": None}, 1]}),
            ('{"a": "1"}', {"a": 1}),
            ('["{\\"a\\":1}"]', ['{"a": 1}']),
            # Texts
            ('"quoted"', "quoted"),
            ("two  words", "two words"),
            ("2020-02-01 13:05:06.0000000", "2020-02-01T13:05:06Z"),
            ('{"a":1}', '{ "a": 1 }'),
            ("1.50", "1.5"),
        ],
    )
    def test_is_the_one_that_is_printed(self, printed, value):
        assert same_value(printed, value)

    @pytest.mark.parametrize(
        ("printed", "value"),
        [
            ("x", None),
            ("0", None),
            ("true", False),
            ("yes", True),
            ("5", 6),
            ("five", 5),
            ("3.14", 3.2),
            ("3", 3.4),
            ("2020-02-01 13:05:07", MOMENT - timedelta(seconds=1)),
            ("2020-02-01 13:05:06.5", MOMENT),
            ("soon", MOMENT),
            ("01:00:01", HOUR),
            ("an hour", HOUR),
            ("[1, 2]", [1, 2, 2]),
            ("[1, 1, 2]", [1, 2, 2]),
            ('{"a": 1}', {"a": 2}),
            ('{"a": 1}', {"b": 1}),
            ("x", [1]),
            ('["a"]', ["b"]),
            ("a", "b"),
            ("a", ""),
        ],
    )
    def test_is_another(self, printed, value):
        assert not same_value(printed, value)


def table(text):
    head, *rows = (line.split() for line in text.split(";"))
    return Answer(tuple(head), tuple(tuple(row) for row in rows))


class TestAnswer:
    def test_rows_may_come_in_another_order(self):
        assert same_answer(table("a b; 1 x; 2 y"), ["a", "b"], [[2, "y"], [1, "x"]])

    def test_equal_rows_count_as_often_as_they_are(self):
        assert not same_answer(table("a; 1; 1; 2"), ["a"], [[1], [2], [2]])
        assert not same_answer(table("a; 1"), ["a"], [[1], [1]])

    def test_what_the_query_sorts_by_reads_as_printed(self):
        rows = [[2, "y"], [1, "x"], [1, "z"]]
        assert same_answer(table("a b; 2 y; 1 z; 1 x"), ["a", "b"], rows, sorted_by=["a"])
        assert not same_answer(table("a b; 2 y; 1 z; 1 x"), ["a", "b"], rows, sorted_by=["a", "b"])
        assert not same_answer(table("a b; 1 x; 1 z; 2 y"), ["a", "b"], rows, sorted_by=["a"])
        assert same_answer(table("a b; 1 x; 1 z; 2 y"), ["a", "b"], rows, sorted_by=["not_there"])

    def test_columns_may_have_other_names_or_another_order(self):
        assert same_answer(table("c d; 1 x"), ["a", "b"], [[1, "x"]])
        assert same_answer(table("B A; x 1"), ["a", "b"], [[1, "x"]])
        assert not same_answer(table("d c; x 1"), ["a", "b"], [[1, "x"]])
        assert not same_answer(table("a a; x 1"), ["a", "a"], [[1, "x"]])

    def test_a_column_more_or_less_is_another_answer(self):
        assert not same_answer(table("a; 1"), ["a", "b"], [[1, 2]])
        assert not same_answer(table("a b; 1 2"), ["a"], [[1]])

    def test_rows_alone_are_compared_by_place(self):
        assert same_answer(Answer(None, (("1", "x"),)), ["a", "b"], [[1, "x"]])
        assert not same_answer(Answer(None, (("1", "x", "y"),)), ["a", "b"], [[1, "x"]])

    def test_empty_cells_at_the_end_of_a_row_may_be_left_out(self):
        assert same_answer(Answer(("a", "b"), (("1",),)), ["a", "b"], [[1, None]])
