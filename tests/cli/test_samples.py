"""`huntline samples`: what the operator sees of the quarantine."""

import json
import uuid

import pytest
import typer

from huntline.audit.queries import entries_about
from huntline.cli import samples as commands
from huntline.cli.output import console
from huntline.identity.errors import TenantNotFound
from huntline.samples.errors import RuleFolderMissing, SampleNotFound
from huntline.samples.jobs import examine_due
from huntline.samples.queries import custody_of, examinations_of
from huntline.samples.services import take_sample

pytestmark = pytest.mark.django_db
CASE = uuid.uuid4()


@pytest.fixture(autouse=True)
def quarantine(settings, tmp_path, monkeypatch):
    settings.HUNTLINE_SAMPLES_URL = (tmp_path / "samples").as_uri()
    settings.HUNTLINE_HOME = tmp_path
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yar").write_text('rule found { strings: $a = "program" condition: $a }')
    settings.HUNTLINE_YARA_RULES = str(tmp_path / "rules")
    monkeypatch.setattr(commands.django, "ready", lambda: None)
    return tmp_path


@pytest.fixture
def sample(scope_of):
    return take_sample(scope_of("aurora_admin", "aurora"), CASE, "a\x1b[2Jb.exe", b"MZ a program")


def said(capsys):
    return json.loads(capsys.readouterr().out)


class TestList:
    def test_tells_what_was_found_and_records_the_look(self, cast, sample, capsys):
        examine_due()
        commands.list_samples(tenant="aurora", as_json=True)
        (row,) = said(capsys)
        assert (row["sha256"], row["rules"], row["state"]) == (sample.sha256, ["found"], "held")
        commands.list_samples(tenant="bluefin", as_json=True)
        assert said(capsys) == []
        (entry,) = entries_about(cast.aurora.pk, ["tenant.crossed"])
        assert entry.detail == {"permission": "inquiry:read", "what": "command line"}

    def test_of_all_tenants_before_any_examination(self, sample, capsys, monkeypatch):
        monkeypatch.setattr(console, "width", 300)  # a table folds what has no room
        commands.list_samples(case=CASE, as_json=False)
        printed = capsys.readouterr().out
        assert sample.sha256 in printed
        assert "\x1b" not in printed

    def test_refuses_a_tenant_that_is_not_there(self, cast):
        with pytest.raises(TenantNotFound):
            commands.list_samples(tenant="nobody")


class TestRescan:
    def test_of_one_of_a_tenant_and_of_all(self, cast, scope_of, sample, capsys):
        scope = scope_of("aurora_admin", "aurora")
        for options in ({"sample": sample.pk, "tenant": "aurora"}, {"tenant": "aurora"}, {"case": CASE}):
            examine_due()
            commands.rescan(**{"sample": None, "tenant": None, "case": None, "as_json": True, **options})
            assert said(capsys) == {"samples": 1}
        examine_due()
        assert len(examinations_of(scope, CASE, sample.pk)) == 4
        assert "@localhost" in {row.actor_name[-10:] for row in custody_of(scope, CASE, sample.pk)}

    def test_refuses_a_sample_of_another_tenant_or_of_none(self, cast, sample):
        with pytest.raises(SampleNotFound):
            commands.rescan(sample=sample.pk, tenant="bluefin")
        with pytest.raises(typer.BadParameter):
            commands.rescan(sample=sample.pk)


class TestRules:
    def test_that_compile(self, capsys):
        commands.rules(as_json=True)
        found = said(capsys)
        assert (found["rules"]["rules"], found["problems"]) == (1, [])

    def test_that_do_not_are_named_with_their_place(self, quarantine, capsys):
        (quarantine / "rules" / "b.yar").write_text("rule broken {\n condition: nothing\n}")
        for as_json in (True, False):
            with pytest.raises(typer.Exit) as ended:
                commands.rules(as_json=as_json)
            assert ended.value.exit_code == 1
        assert "b.yar:2:13: E009 unknown identifier `nothing`" in capsys.readouterr().err

    def test_where_no_folder_is_named_or_there(self, settings, capsys):
        settings.HUNTLINE_YARA_RULES = "/nowhere/rules"
        with pytest.raises(RuleFolderMissing):
            commands.rules()
        settings.HUNTLINE_YARA_RULES = ""
        commands.rules(as_json=True)
        assert said(capsys) == {"rules": None, "problems": []}
