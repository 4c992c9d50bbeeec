"""Examinations as rows: claimed once, tried again, and written down."""

import threading
import uuid
from datetime import timedelta

import pytest

from antivirus_servers import EICAR, clamd
from huntline.audit.queries import newest_entries
from huntline.outbox.models import RecordedEvent
from huntline.samples import jobs
from huntline.samples import storage as storages
from huntline.samples.errors import QuarantineUnavailable, SampleDeleted, SampleNotFound
from huntline.samples.jobs import MOST_TRIES, examine_due, forget_claims
from huntline.samples.models import Examination
from huntline.samples.queries import custody_of, examinations_of, latest_examinations, samples_of
from huntline.samples.services import delete_sample, rescan
from samples_at_rest import objects

pytestmark = pytest.mark.django_db


@pytest.fixture
def rules(settings, tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "first.yar").write_text('rule first { strings: $a = "program" condition: $a }')
    settings.HUNTLINE_YARA_RULES = str(folder)
    return folder


@pytest.fixture
def quick(monkeypatch):
    """The examining process is tested by itself; here it answers at once, or raises what a test gives."""
    from huntline.samples.examining.findings import FileKind, Findings

    class Quick:
        seen: list = []
        error = None

        def __call__(self, name, size, content, *, rules, ruleset):
            taken = b"".join(content)
            assert len(taken) == size
            self.seen.append(name)
            if self.error is not None:
                raise self.error
            kind = FileKind("pebin", "application/x-dosexec", "executable", "PE", 0.9, name_lies=False)
            return Findings(kind, [], cut=False, ruleset=ruleset, magika="1", yara="1")

    made = Quick()
    made.seen = []
    monkeypatch.setattr(jobs, "examine", made)
    return made


def only(scope) -> Examination:
    return Examination.objects.within(scope).get()


class TestExamine:
    @pytest.mark.requirement("R56")
    def test_the_whole_way(self, scope, case, send, rules, settings):
        with clamd() as server:
            settings.HUNTLINE_CLAMD = f"tcp://127.0.0.1:{server.server_address[1]}"
            sample = send(b"MZ a program " + EICAR, name="picture.jpg")
            assert examine_due() == 1
            assert examine_due() == 0
        (found,) = examinations_of(scope, case, sample.pk)
        assert (found.state, found.error_code) == ("done", "")
        assert [match["rule"] for match in found.findings["matches"]] == ["first"]
        assert found.findings["kind"]["mime"]
        assert found.antivirus["verdict"] == "infected"
        assert found.antivirus["signature"] == "Eicar-Test-Signature"
        last = custody_of(scope, case, sample.pk)[-1]
        assert (last.action, last.actor_kind) == ("examined", "system")
        assert newest_entries(1)[0].action == "sample.examined"
        assert RecordedEvent.objects.filter(name="sample_examined").count() == 1
        assert latest_examinations(scope, samples_of(scope, case))[sample.pk].pk == found.pk

    def test_a_sample_of_several_parts_is_seen_whole(self, scope, send, small_parts, rules):
        send(b"MZ" + bytes(995) + b"program" + bytes(2000))
        assert examine_due() == 1
        assert [match["rule"] for match in only(scope).findings["matches"]] == ["first"]

    @pytest.mark.parametrize("code", ["examination_time", "examination_memory", "examination_crashed"])
    def test_a_sample_that_breaks_the_process_is_said_and_not_tried_again(self, scope, send, quick, code):
        send()
        quick.error = jobs.ExaminationBroke(code)
        assert examine_due() == 1
        assert (only(scope).state, only(scope).error_code, only(scope).findings) == ("failed", code, None)
        assert examine_due() == 0

    def test_rules_that_are_not_there_are_said(self, scope, send, settings, tmp_path):
        settings.HUNTLINE_YARA_RULES = str(tmp_path / "absent")
        send()
        assert examine_due() == 1
        assert only(scope).error_code == "yara_folder_missing"

    def test_damage_is_said(self, scope, send, quick, quarantine):
        send()
        objects(quarantine)[0].write_bytes(b"")
        assert examine_due() == 1
        assert only(scope).error_code == "sample_damaged"

    def test_stops_when_asked(self, send, quick):
        send()
        stop = threading.Event()
        stop.set()
        assert examine_due(stop) == 0
        assert quick.seen == []

    def test_a_deleted_sample_is_not_examined(self, scope, case, send, quick):
        delete_sample(scope, case, send().pk)
        assert examine_due() == 0
        assert only(scope).error_code == "sample_deleted"


class TestAntivirus:
    def test_that_does_not_answer_is_asked_again_and_nothing_else_is(self, scope, send, settings, clock, quick):
        settings.HUNTLINE_CLAMD = "tcp://127.0.0.1:1"
        send(EICAR)
        assert examine_due() == 0
        waiting = only(scope)
        assert (waiting.state, waiting.antivirus["verdict"]) == ("waiting", "unreachable")
        assert waiting.findings["kind"]["label"] == "pebin"
        assert examine_due() == 0
        with clamd() as server:
            settings.HUNTLINE_CLAMD = f"tcp://127.0.0.1:{server.server_address[1]}"
            clock.advance(timedelta(minutes=1))
            assert examine_due() == 1
        assert only(scope).antivirus["verdict"] == "infected"
        assert len(quick.seen) == 1

    def test_is_asked_for_hours(self, scope, send, settings, clock, quick):
        settings.HUNTLINE_CLAMD = "tcp://127.0.0.1:1"
        send()
        for _ in range(MOST_TRIES + 5):
            examine_due()
            clock.advance(timedelta(hours=1, seconds=1))
        assert (only(scope).state, only(scope).tries) == ("waiting", MOST_TRIES + 5)


class TestTries:
    def test_a_storage_that_does_not_answer_is_asked_again(self, scope, send, quick, clock, monkeypatch):
        send()

        def refuse(_self, name):
            raise QuarantineUnavailable

        with monkeypatch.context() as broken:
            broken.setattr(storages.Folder, "get", refuse)
            assert examine_due() == 0
            assert (only(scope).state, only(scope).error_code) == ("waiting", "quarantine_unavailable")
        clock.advance(timedelta(minutes=1))
        assert examine_due() == 1
        assert (only(scope).state, only(scope).error_code) == ("done", "")

    def test_what_goes_wrong_is_logged_without_keys_and_contents(self, send, monkeypatch, capsys):
        send()

        def breaks(*_given, **_named):
            key = "a-key-of-a-sample"  # noqa: F841 - a traceback must not show it
            raise ZeroDivisionError

        monkeypatch.setattr(jobs, "examine", breaks)
        examine_due()
        said = capsys.readouterr()
        assert "ZeroDivisionError" in said.out + said.err
        assert "'a-key-of-a-sample'" not in said.out + said.err

    def test_something_unforeseen_ends_after_so_many(self, scope, send, quick, clock):
        send()
        quick.error = ZeroDivisionError()
        for _ in range(MOST_TRIES + 3):
            examine_due()
            clock.advance(timedelta(hours=2))
        assert (only(scope).state, only(scope).error_code, len(quick.seen)) == ("failed", "internal", MOST_TRIES)

    def test_a_sample_on_which_workers_die_is_left_alone(self, scope, send, quick, clock):
        send()
        for _ in range(MOST_TRIES):
            assert jobs._claim() is not None  # and the worker dies
            assert jobs._claim() is None
            clock.advance(timedelta(hours=1))
        assert examine_due() == 1
        assert (only(scope).state, only(scope).error_code, quick.seen) == ("failed", "examination_interrupted", [])

    def test_a_worker_that_lost_its_claim_writes_nothing(self, scope, send, quick, clock):
        send()
        late = jobs._claim()
        clock.advance(timedelta(hours=1))
        assert examine_due() == 1
        assert jobs._carry_out(late) is False
        assert RecordedEvent.objects.filter(name="sample_examined").count() == 1

    def test_claims_of_dead_processes_are_forgotten(self, send, quick):
        send()
        jobs._claim()
        assert examine_due() == 0
        assert forget_claims() == 1
        assert examine_due() == 1


class TestRescan:
    def test_finds_what_new_rules_find_and_keeps_the_old_look(self, scope, case, send, rules):
        sample = send()
        examine_due()
        (rules / "second.yar").write_text('rule second { strings: $a = "nobody runs" condition: $a }')
        assert rescan(scope, case, sample.pk) == 1
        assert examine_due() == 1
        new, old = examinations_of(scope, case, sample.pk)
        assert [len(look.findings["matches"]) for look in (new, old)] == [2, 1]
        assert new.findings["ruleset"] != old.findings["ruleset"]
        assert "rescan_asked" in [row.action for row in custody_of(scope, case, sample.pk)]

    def test_of_a_case_or_of_all(self, scope, stranger, case, send, quick):
        send(b"one")
        send(b"two")
        examine_due()
        assert rescan(stranger) == 0
        assert rescan(scope, uuid.uuid4()) == 0
        assert rescan(scope, case) == 2
        examine_due()
        assert rescan(scope) == 2

    def test_one_that_waits_is_looked_at_anew(self, scope, send, quick, settings, clock):
        settings.HUNTLINE_CLAMD = "tcp://127.0.0.1:1"
        send()
        examine_due()
        settings.HUNTLINE_CLAMD = ""
        assert rescan(scope) == 1
        assert examine_due() == 1
        assert len(quick.seen) == 2
        assert Examination.objects.within(scope).count() == 1

    def test_refuses_what_is_not_there(self, scope, stranger, case, send):
        sample = send()
        for who, where in ((stranger, case), (stranger, None), (scope, uuid.uuid4())):
            with pytest.raises(SampleNotFound):
                rescan(who, where, sample.pk)
        delete_sample(scope, case, sample.pk)
        with pytest.raises(SampleDeleted):
            rescan(scope, case, sample.pk)
