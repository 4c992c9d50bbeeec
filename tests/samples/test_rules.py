"""The provider's rules: each file by itself, what does not compile is said with its place, and the others run."""

import pytest

from huntline.samples.errors import RuleFolderMissing, RulesUnusable
from huntline.samples.examining.rules import compile_rules, hash_of, rule_files
from huntline.samples.rulebook import current_rules

GOOD = 'rule marker : test apt { meta: author = "a" score = 70 strings: $a = "MARKER" condition: $a }\n'
BAD = "rule fine { condition: filesize > 3 }\nrule broken {\n  condition: unknown_word\n}\n"


@pytest.fixture
def folder(tmp_path, settings):
    made = tmp_path / "rules"
    (made / "below").mkdir(parents=True)
    (made / "good.yar").write_text(GOOD)
    (made / "below" / "bad.YARA").write_text(BAD)
    (made / "notes.txt").write_text("no rules")
    settings.HUNTLINE_YARA_RULES = str(made)
    return made


class TestCompile:
    def test_leaves_out_what_does_not_compile_and_says_where(self, folder):
        made = compile_rules(rule_files(folder))
        assert (made.files, made.rules) == (2, 2)
        (problem,) = made.problems
        assert (problem.file, problem.line, problem.column, problem.code) == ("below/bad.YARA", 3, 14, "E009")
        assert "unknown_word" in problem.message
        found = {(rule.namespace, rule.identifier) for rule in made.compiled.scan(b"MARKER").matching_rules}
        assert found == {("good.yar", "marker"), ("below/bad.YARA", "fine")}

    def test_one_name_may_stand_in_two_files(self, folder):
        (folder / "again.yar").write_text(GOOD)
        assert not [problem for problem in compile_rules(rule_files(folder)).problems if problem.file == "again.yar"]

    def test_rules_of_common_collections_compile(self, folder):
        (folder / "loki.yar").write_text(
            'import "pe"\nrule loki { condition: filename matches /invoice/ and extension == ".exe" and filetype == "" '
            'and filepath == "" and owner == "" and not pe.is_pe }\n'
        )
        assert not [problem for problem in compile_rules(rule_files(folder)).problems if problem.file == "loki.yar"]

    def test_says_a_file_that_is_no_text(self, folder):
        (folder / "binary.yar").write_bytes(b"rule a { condition: true }\n// \xff\xfe")
        problems = {problem.file: problem for problem in compile_rules(rule_files(folder)).problems}
        assert (problems["binary.yar"].code, problems["binary.yar"].line) == ("encoding", 2)

    def test_takes_nothing_from_outside_of_the_folder(self, folder, tmp_path):
        (tmp_path / "outside.yar").write_text("rule outside { condition: true }")
        (folder / "includes.yar").write_text(f'include "{tmp_path}/outside.yar"\n')
        made = compile_rules(rule_files(folder))
        assert "outside" not in {rule.identifier for rule in made.compiled}
        assert "includes.yar" in {problem.file for problem in made.problems}

    def test_the_hash_is_of_names_and_contents(self, folder):
        first = hash_of(rule_files(folder))
        assert first == hash_of(rule_files(folder))
        (folder / "good.yar").rename(folder / "better.yar")
        second = hash_of(rule_files(folder))
        (folder / "better.yar").write_text(GOOD + "\n")
        assert len({first, second, hash_of(rule_files(folder))}) == 3


class TestCurrentRules:
    def test_are_compiled_once_for_each_set(self, folder, tmp_path):
        first = current_rules()
        assert (first.files, first.rules, len(first.problems)) == (2, 2, 1)
        written = first.compiled.stat().st_mtime_ns
        assert current_rules() == first
        assert first.compiled.stat().st_mtime_ns == written
        (folder / "below" / "bad.YARA").unlink()
        second = current_rules()
        assert (second.rules, second.problems) == (1, ())
        assert {path.name for path in (tmp_path / "yara").iterdir()} == {
            second.compiled.name,
            second.compiled.stem + ".json",
        }

    def test_are_none_where_no_folder_is_named(self):
        assert current_rules() is None

    def test_a_folder_that_is_not_there_is_said(self, settings, tmp_path):
        settings.HUNTLINE_YARA_RULES = str(tmp_path / "absent")
        with pytest.raises(RuleFolderMissing):
            current_rules()

    def test_a_compiler_that_comes_to_no_end_is_said(self, folder, monkeypatch):
        from huntline.samples import rulebook

        monkeypatch.setattr(rulebook, "_SECONDS", 0.01)
        with pytest.raises(RulesUnusable):
            current_rules()
