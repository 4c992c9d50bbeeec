"""The compiler from the command line."""

import json

import pytest

from serving import Serving

GOOD = 'DeviceProcessEvents | where FileName =~ "mshta.exe" | summarize count() by DeviceName'


@pytest.fixture
def command(tmp_path):
    return Serving(tmp_path).command


class TestCompile:
    def test_shows_plan_sql_parameters_and_columns(self, command):
        shown = command("kql", "compile", GOOD).stdout
        assert "Scan DeviceProcessEvents" in shown
        assert "\nFROM `DeviceProcessEvents`" in shown.replace("  ", "")
        assert "'mshta.exe'" in shown
        assert "count_" in shown

    def test_shows_one_part_alone(self, command):
        sql, plan = (command("kql", "compile", part, GOOD).stdout for part in ("--sql", "--plan"))
        assert sql.startswith(("SELECT", "WITH"))
        assert "Scan" not in sql
        assert plan.startswith("Answer")
        assert "SELECT" not in plan

    def test_gives_machines_the_same(self, command, tmp_path):
        (tmp_path / "hunt.kql").write_text(GOOD)
        said = json.loads(command("kql", "compile", str(tmp_path / "hunt.kql"), "--json").stdout)
        assert said["compiled"]
        assert said["columns"] == [{"name": "DeviceName", "type": "string"}, {"name": "count_", "type": "long"}]
        assert said["plan"]["title"] == "Answer"
        assert "mshta.exe" in said["parameters"].values()

    def test_marks_what_is_wrong_in_its_line(self, command):
        query = "DeviceProcessEvents\n| where Filename == 1"
        found = command("kql", "compile", "-", stdin=query, check=False)
        assert found.returncode == 1
        assert "error 'where' operator: Failed to resolve column or scalar expression named 'Filename'" in found.stderr
        assert "2 | | where Filename == 1\n  |         ^^^^^^^^ did you mean `FileName`?" in found.stderr
        machine = command("kql", "compile", query, "--json", check=False)
        assert machine.returncode == 1
        (finding,) = json.loads(machine.stdout)["diagnostics"]
        assert (finding["code"], finding["line"], finding["column"]) == ("unresolved_column", 2, 9)
        assert finding["fix"]["replacement"] == "FileName"


class TestScore:
    @pytest.fixture
    def queries(self, tmp_path):
        path = tmp_path / "queries.jsonl"
        lines = [
            {"id": "a", "query": GOOD, "ours": True},
            {"id": "b", "query": "print x=1", "expected_columns": ["x"], "expected_rows": [["1"]], "ours": True},
            {"id": "c", "query": "print x=2", "expected_columns": ["x"], "expected_rows": [["1"]]},
            {"query": "nonsense |"},
        ]
        path.write_text("\n".join(map(json.dumps, lines)))
        return path

    @pytest.mark.parametrize("shards", ["1", "2"])
    def test_one_file_is_one_object(self, command, queries, shards):
        said = json.loads(command("kql", "score", str(queries), "--shards", shards, "--json").stdout)
        assert (said["file"], said["shards"]) == (str(queries), int(shards))
        counts = {name: said[name] for name in ("total", "parsed", "compiled", "executed", "refused", "answered")}
        assert counts == {"total": 4, "parsed": 3, "compiled": 3, "executed": 3, "refused": 0, "answered": 1}
        assert said["compile_ms"]["max"] >= said["compile_ms"]["p50"] > 0
        assert {tuple(failure["ids"]) for failure in said["failures"]} == {("c",), ("line 4",)}

    def test_several_files_are_a_sum_and_its_parts(self, command, queries):
        shown = command("kql", "score", str(queries), str(queries), "--only", "ours", "--limit", "1", "--json").stdout
        said = json.loads(shown)
        assert said["total"] == 2
        assert [part["total"] for part in said["files"]] == [1, 1]

    def test_says_it_in_tables_too(self, command, queries):
        shown = command("kql", "score", str(queries)).stdout
        assert "answers otherwise than documented" in shown

    def test_a_file_that_cannot_be_read_ends_with_1(self, command, queries, tmp_path):
        queries.write_text('{"query": "print 1"}\n{"query": \n')
        found = command("kql", "score", str(queries), check=False)
        assert (found.returncode, "line 2" in found.stderr) == (1, True)
        assert command("kql", "score", str(tmp_path / "absent"), check=False).returncode == 1
