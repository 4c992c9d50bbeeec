"""Make packages: once, by one worker, and again when a worker died or something failed for a while."""

import os
import signal
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection

from huntline.audit.models import Entry
from huntline.handoff import jobs
from huntline.handoff.models import Handoff, HandoffState, SubjectKind
from huntline.handoff.services import HandoffForm, make_handoff, withdraw_handoff
from huntline.handoff.storage import file_of, folder
from huntline.handoff.verifying import verify
from huntline.kernel import now
from huntline.outbox.models import RecordedEvent
from publishing import enrol, publish


@pytest.fixture
def admin(cast):
    return enrol(cast)


@pytest.fixture(autouse=True)
def empty_folder(db):
    for file in folder().iterdir():
        file.unlink()


@pytest.fixture
def asked(clock, admin, cast):
    told = publish(cast)
    return make_handoff(admin, HandoffForm(SubjectKind.NOTIFICATION, str(told.pk), "Bo", "bo@responders.example"))


def row_of(asked):
    return Handoff.objects.unscoped("a test").get(pk=asked.pk)


def files():
    return sorted(file.name for file in folder().iterdir())


@pytest.mark.django_db
class TestMake:
    @pytest.mark.requirement("R73", "R75")
    def test_a_package_that_holds(self, asked):
        assert jobs.make_due() == 1
        row = row_of(asked)
        found = verify(file_of(row.pk), fingerprint=row.fingerprint)
        assert found.holds
        assert found.key_is_expected is True
        assert found.manifest["id"] == str(row.pk)
        assert found.manifest["made_by"] == {
            "name": "aurora admin",
            "organization": "Aurora Grid",
            "email": "admin@aurora.example",
        }
        assert found.manifest["made_for"]["name"] == "Bo"
        assert file_of(row.pk).stat().st_size == row.size
        assert {name for name, _, _ in row.contents} >= {"timeline.csv", "indicators.stix.json", "evidence/01.csv"}
        assert oct(file_of(row.pk).stat().st_mode & 0o077) == "0o0"

    def test_is_told_of_once(self, asked):
        jobs.make_due()
        assert jobs.make_due() == 0
        assert RecordedEvent.objects.filter(name="handoff_ready").count() == 1
        entry = Entry.objects.get(action="handoff.ready")
        assert entry.detail["sha256"] == row_of(asked).sha256
        assert "timeline.csv" in entry.detail["files"]

    def test_the_providers_hunter_is_of_the_provider(self, admin, cast, scope_of):
        told = publish(cast)
        form = HandoffForm(SubjectKind.INCIDENT, str(told.alert.incident_id), "Bo", "bo@responders.example")
        made = make_handoff(scope_of("hunter", "aurora"), form)
        jobs.make_due()
        assert verify(file_of(made.pk)).manifest["made_by"]["organization"] == "Watchtower"


@pytest.mark.django_db
class TestFailure:
    def test_is_tried_again_with_growing_pauses_and_then_said(self, asked, clock, monkeypatch):
        monkeypatch.setattr(jobs, "write_package", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        for tries in range(1, jobs.MOST_TRIES + 1):
            assert jobs.make_due() == 0
            row = row_of(asked)
            assert (row.tries, row.error_code) == (tries, "internal")
            assert row.state == (HandoffState.FAILED if tries == jobs.MOST_TRIES else HandoffState.MAKING)
            clock.advance(timedelta(hours=3))
        assert jobs.make_due() == 0
        assert files() == []
        assert Entry.objects.get(action="handoff.failed").detail["code"] == "internal"

    def test_one_that_passes_is_made_up_for(self, asked, clock, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr(jobs, "write_package", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
            jobs.make_due()
        assert jobs.make_due() == 0  # not before its time
        clock.advance(timedelta(minutes=1))
        assert jobs.make_due() == 1

    def test_damaged_evidence_is_given_to_nobody(self, asked, cast, clock):
        from huntline.hunting.models import Evidence

        Evidence.objects.unscoped("a test").update(rows_json='[["changed"]]')
        for _ in range(jobs.MOST_TRIES):
            jobs.make_due()
            clock.advance(timedelta(hours=3))
        assert (row_of(asked).state, row_of(asked).error_code) == (HandoffState.FAILED, "handoff_evidence_damaged")
        assert files() == []


@pytest.mark.django_db
class TestClaims:
    def test_one_that_was_in_a_dead_workers_hand_is_made_when_the_lease_is_over(self, asked, clock):
        jobs._claim()
        assert jobs.make_due() == 0
        clock.advance(jobs.LEASE + timedelta(seconds=1))
        assert jobs.make_due() == 1

    def test_or_at_once_when_no_other_process_is_alive(self, asked):
        jobs._claim()
        assert jobs.forget_claims() == 1
        assert jobs.make_due() == 1

    def test_a_worker_that_was_too_slow_changes_nothing(self, asked, clock):
        slow = jobs._claim()
        clock.advance(jobs.LEASE + timedelta(seconds=1))
        assert jobs.make_due() == 1
        before = file_of(asked.pk).read_bytes()
        clock.advance(timedelta(minutes=1))
        assert jobs._make(slow) is False
        assert file_of(asked.pk).read_bytes() == before
        assert files() == [f"{asked.pk}.zip"]

    def test_withdrawn_while_it_is_made(self, asked, admin, monkeypatch):
        real = jobs.write_package

        def meanwhile(*args):
            withdraw_handoff(admin, asked.pk)
            return real(*args)

        monkeypatch.setattr(jobs, "write_package", meanwhile)
        assert jobs.make_due() == 0
        assert row_of(asked).state == HandoffState.WITHDRAWN
        assert files() == []


@pytest.mark.django_db
class TestSweep:
    def old(self, name):
        file = folder() / name
        file.write_bytes(b"x")
        os.utime(file, (time.time() - 3600,) * 2)
        return file

    def test_takes_what_nobody_may_open(self, asked, admin, clock):
        jobs.make_due()
        kept = file_of(asked.pk)
        os.utime(kept, (time.time() - 3600,) * 2)
        orphans = [self.old(f"{uuid.uuid4()}.zip"), self.old(f"{asked.pk}.{uuid.uuid4()}.part")]
        other = self.old("notes.txt")
        assert jobs.sweep_files() == 2
        assert kept.exists()
        assert other.exists()
        assert not [file for file in orphans if file.exists()]
        clock.advance(timedelta(days=31))
        assert jobs.sweep_files() == 1
        assert not kept.exists()
        other.unlink()

    def test_leaves_what_is_in_hand_or_was_written_just_now(self, asked):
        row = jobs._claim()
        self.old(f"{row.pk}.{row.claim}.part")
        (folder() / f"{uuid.uuid4()}.zip").write_bytes(b"x")
        assert jobs.sweep_files() == 0


@pytest.mark.django_db(transaction=True)
def test_several_workers_make_each_once(admin, cast):
    told = publish(cast)
    form = HandoffForm(SubjectKind.NOTIFICATION, str(told.pk), "Bo", "bo@responders.example")
    for _ in range(4):
        make_handoff(admin, form)

    def work(_):
        try:
            return jobs.make_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 4
    assert RecordedEvent.objects.filter(name="handoff_ready").count() == 4
    assert len(files()) == 4


WORKER = """
import datetime, os, signal, sys, time
import django
django.setup()
from huntline.handoff import jobs, packaging, storage
place = sys.argv[1]
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
def after(real):
    def ran(*args, **kwargs):
        real(*args, **kwargs)
        die()
    return ran
if place == "writing":
    packaging._manifest = die
elif place == "before its name":
    jobs.put_in_place = die
elif place == "after its name":
    jobs.put_in_place = after(jobs.put_in_place)
elif place == "before the commit":
    jobs.record_event = after(jobs.record_event)
jobs.LEASE = datetime.timedelta(milliseconds=1)
while not jobs.make_due():
    time.sleep(0.05)
"""


def environment():
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "huntline.web.settings",
        "HUNTLINE_HOME": str(django_settings.HOME),
        "HUNTLINE_DATABASE_URL": url,
    }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_anywhere_loses_and_repeats_nothing(asked):
    for place in ("writing", "before its name", "after its name", "before the commit"):
        done = subprocess.run([sys.executable, "-c", WORKER, place], env=environment(), check=False, timeout=60)
        assert done.returncode == -signal.SIGKILL, place
        assert row_of(asked).state == HandoffState.MAKING
        assert not RecordedEvent.objects.filter(name="handoff_ready").exists()
    assert (
        subprocess.run([sys.executable, "-c", WORKER, "nowhere"], env=environment(), check=False, timeout=60).returncode
        == 0
    )
    row = row_of(asked)
    assert row.state == HandoffState.READY
    assert verify(file_of(row.pk), fingerprint=row.fingerprint).holds
    assert RecordedEvent.objects.filter(name="handoff_ready").count() == 1
    for file in folder().glob("*.part"):
        os.utime(file, (now().timestamp() - 3600,) * 2)
    jobs.sweep_files()
    assert files() == [f"{asked.pk}.zip"]
