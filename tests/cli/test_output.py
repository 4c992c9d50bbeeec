"""How commands speak."""

import os
import subprocess
import sys

import pytest

from huntline.cli.output import counted, fail


def spoken(*lines: str) -> str:
    """Return what a process without a terminal prints that runs these lines."""
    code = "\n".join(["from huntline.cli.output import console, print_table", *lines])
    plain = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return subprocess.run([sys.executable, "-c", code], env=plain, capture_output=True, text=True, check=True).stdout


class TestFail:
    def test_says_names_with_square_brackets_as_they_are(self, capsys):
        with pytest.raises(SystemExit, match="1"):
            fail("tenant_not_found", "There is no tenant “[/x] [red]”.")
        assert "“[/x] [red]”" in capsys.readouterr().err

    def test_says_what_the_message_does_not_hold_yet(self, capsys):
        found = [{"line": 1, "column": column, "message": text} for column, text in ((8, "First."), (9, "Second."))]
        with pytest.raises(SystemExit, match="1"):
            fail("query_invalid", "The query cannot be run. Line 1, column 8: First.", {"errors": found})
        said = capsys.readouterr().err
        assert said.count("First.") == 1
        assert "line 1, column 9: Second." in said


class TestPrintTable:
    def test_cuts_nothing_in_two_where_no_terminal_is(self):
        long = "0199" * 60
        assert long in spoken(f"print_table(['Id', 'Name'], [('{long}', '[b]')])")

    def test_prints_cells_as_they_are(self):
        assert "[b]" in spoken("print_table(['Id'], [('[b]',)])")


class TestCounted:
    @pytest.mark.parametrize(("count", "text"), [(0, "0 rows"), (1, "1 row"), (1200, "1,200 rows")])
    def test_speaks_of_one_and_of_many(self, count, text):
        assert counted(count, "row") == text
