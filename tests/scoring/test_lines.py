"""Files of queries: tolerant of what a line leaves out, not of what is no JSON."""

import json

import pytest

from huntline.scoring.errors import FileUnreadable, LineBroken
from huntline.scoring.lines import Answer, Line, read_lines


@pytest.fixture
def write(tmp_path):
    def written(*lines):
        path = tmp_path / "queries.jsonl"
        path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return path

    return written


class TestReadLines:
    def test_a_line_has_an_id_a_query_and_an_answer(self, write):
        path = write(
            {"id": "a", "query": "print x=1", "expected_columns": ["x"], "expected_rows": [["1"]], "truncated": True}
        )
        assert read_lines(path) == [Line("a", "print x=1", Answer(("x",), (("1",),)), True, True)]

    def test_what_is_left_out_is_not_needed(self, write):
        path = write({"query": "print 1"}, "", {"id": 7, "query": "print 2", "expected_rows": None})
        assert read_lines(path) == [
            Line("line 1", "print 1", None, False, True),
            Line("7", "print 2", None, False, True),
        ]

    @pytest.mark.parametrize("query", [None, 5, ["print 1"]])
    def test_a_line_may_have_no_text(self, write, query):
        assert read_lines(write({"query": query}))[0].query is None

    def test_no_rows_under_headings_are_an_answer_and_no_rows_alone_are_none(self, write):
        path = write(
            {"query": "", "expected_columns": ["x"], "expected_rows": []},
            {"query": "", "expected_columns": [], "expected_rows": []},
            {"query": "", "expected_columns": ["x"]},
        )
        assert [line.answer for line in read_lines(path)] == [Answer(("x",), ()), None, None]

    def test_cells_may_be_values(self, write):
        path = write({"query": "", "expected_rows": [[1, None, True, {"a": [1]}]]})
        assert read_lines(path)[0].answer == Answer(None, (("1", "", "true", '{"a": [1]}'),))

    def test_lines_are_chosen_by_fields_and_by_number(self, write):
        path = write(*({"id": str(n), "query": "", "a": n % 2, "b": n % 3 == 0} for n in range(12)))
        assert [line.id for line in read_lines(path, only=["a", "b"])] == ["3", "9"]
        assert [line.id for line in read_lines(path, only=["a"], limit=2)] == ["1", "3"]
        assert read_lines(path, only=["unheard_of"]) == []

    @pytest.mark.parametrize("broken", ["{", "[1]", "null", '"text"', '{"query": "a"} x'])
    def test_a_broken_line_is_named_by_its_number(self, write, broken):
        with pytest.raises(LineBroken) as caught:
            read_lines(write({"query": "print 1"}, "", broken))
        assert caught.value.detail["line"] == 3

    def test_a_file_that_is_not_there_or_no_text_is_refused(self, tmp_path):
        for path in (tmp_path / "absent.jsonl", tmp_path):
            with pytest.raises(FileUnreadable):
                read_lines(path)
        (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(FileUnreadable, match="not UTF-8"):
            read_lines(tmp_path / "binary")
