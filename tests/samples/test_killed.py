"""A process that is killed in the middle: nothing acknowledged is lost, nothing is left for ever, and the next one goes on."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.conf import settings as django_settings
from django.db import connection

from huntline.kernel import FixedClock, use_clock
from huntline.samples.jobs import delete_expired, examine_due, forget_claims
from huntline.samples.models import Examination, Part, Sample, Upload
from huntline.samples.queries import custody_of, upload_progress
from huntline.samples.services import begin_upload, delete_sample, finish_upload, open_sample, put_part
from samples_at_rest import objects

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CONTENT = bytes(range(256)) * 20  # 5,120 bytes: six parts of 1,000
# The n-th call of a function is the last thing that the process does.
PROGRAM = """
import os, signal, sys, uuid
from io import BytesIO
import django
django.setup()
from huntline.identity.services import scope_of_job
from huntline.samples import jobs, storage
from huntline.samples.services import deletion, uploads
uploads.PART_SIZE = 1000
where, name, nth, when = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
owner = {"uploads": uploads, "deletion": deletion, "jobs": jobs, "folder": storage.Folder, "os": os}[where]
real, calls = getattr(owner, name), []
def deadly(*given, **named):
    calls.append(1)
    if len(calls) == nth and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    made = real(*given, **named)
    if len(calls) == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return made
setattr(owner, name, deadly)
tenant, case, what = uuid.UUID(sys.argv[5]), uuid.UUID(sys.argv[6]), sys.argv[7]
scope = scope_of_job("a test", (tenant,), frozenset())
if what == "upload":
    uploads.take_sample(scope, case, "a.bin", BytesIO(bytes(range(256)) * 20))
elif what == "resume":
    from huntline.samples.queries import open_uploads_of
    (progress,) = open_uploads_of(scope, case)
    for number in set(range(1, progress.parts + 1)) - set(progress.stored):
        content = (bytes(range(256)) * 20)[(number - 1) * 1000 : number * 1000]
        uploads.put_part(scope, case, progress.upload_id, number, BytesIO(content))
        print(number, flush=True)
    uploads.finish_upload(scope, case, progress.upload_id)
    print("finished", flush=True)
elif what == "examine":
    jobs.examine_due()
else:
    deletion.delete_sample(scope, case, uuid.UUID(what))
"""


def run(quarantine, tenant, case, what, where, name, nth=1, when="before"):
    """Run a process that is killed there; return what it had acknowledged."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor != "sqlite":
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "huntline.web.settings",
        "HUNTLINE_HOME": str(quarantine.parent),
        "HUNTLINE_SECRET_KEY": django_settings.SECRET_KEY,
        "HUNTLINE_DATABASE_URL": url,
        "HUNTLINE_SAMPLES_URL": quarantine.as_uri(),
    }
    command = [sys.executable, "-c", PROGRAM, where, name, str(nth), when, str(tenant), str(case), what]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return done.stdout.split()


def days_later(days=3):
    return use_clock(FixedClock(datetime.now(UTC) + timedelta(days=days)))


class TestUpload:
    @pytest.mark.requirement("R56")
    @pytest.mark.parametrize(
        ("where", "name", "nth", "when"),
        [
            pytest.param("folder", "put", 3, "before"),
            ("os", "fsync", 5, "before"),
            ("folder", "put", 3, "after"),
            pytest.param("uploads", "_acknowledge", 3, "after"),
            pytest.param("uploads", "contents_of", 1, "after"),
            pytest.param("uploads", "_receive", 1, "before"),
            ("uploads", "record_event", 1, "after"),
            ("uploads", "_receive", 1, "after"),
        ],
    )
    def test_goes_on_where_it_was_cut_off(self, scope, case, quarantine, small_parts, where, name, nth, when):
        upload = begin_upload(scope, case, "a.bin", len(CONTENT))
        put_part(scope, case, upload.pk, 2, BytesIO(CONTENT[1000:2000]))
        acknowledged = run(quarantine, scope.tenant, case, "resume", where, name, nth, when)
        stored = upload_progress(scope, case, upload.pk).stored
        assert set(stored) >= {2, *map(int, acknowledged)}
        for number in set(range(1, 7)) - set(stored):
            put_part(scope, case, upload.pk, number, BytesIO(CONTENT[(number - 1) * 1000 : number * 1000]))
        sample = finish_upload(scope, case, upload.pk)
        assert open_sample(scope, case, sample.pk).read() == CONTENT
        assert [row.action for row in custody_of(scope, case, sample.pk)].count("received") == 1
        assert Examination.objects.within(scope).count() == 1
        for days in (1, 2, 3):
            with days_later(days):
                delete_expired()
        assert len(objects(quarantine)) == Part.objects.within(scope).count() == 6

    def test_of_a_whole_sample_leaves_nothing_for_ever(self, scope, case, quarantine):
        run(quarantine, scope.tenant, case, "upload", "folder", "put", 4, "after")
        assert objects(quarantine)
        for days in (3, 4, 5):
            with days_later(days):
                delete_expired()
        assert objects(quarantine) == []
        assert not Upload.objects.within(scope).exists()
        assert not Sample.objects.within(scope).exists()


class TestDeletion:
    @pytest.mark.requirement("R56")
    @pytest.mark.parametrize(
        ("where", "name", "nth", "when"),
        [
            ("deletion", "finish_deletion", 1, "before"),
            ("folder", "delete", 3, "after"),
            pytest.param("deletion", "_prove", 1, "before"),
            ("deletion", "note", 2, "after"),
        ],
    )
    def test_is_finished_by_the_job(self, scope, case, quarantine, small_parts, send, where, name, nth, when):
        sample = send(CONTENT)
        run(quarantine, scope.tenant, case, str(sample.pk), where, name, nth, when)
        kept = Sample.objects.within(scope).get()
        assert (kept.state, bytes(kept.wrapped_key)) == ("deleting", b"")
        assert delete_expired() == 1
        assert objects(quarantine) == []
        assert [row.action for row in custody_of(scope, case, sample.pk)].count("deleted") == 1
        assert delete_sample(scope, case, sample.pk).state == "deleted"


class TestExamination:
    @pytest.mark.parametrize(
        ("name", "when"),
        [
            ("_look", "after"),
            ("note", "after"),
            pytest.param("_claim", "after"),
            pytest.param("_settle", "after"),
        ],
    )
    def test_is_done_again_and_told_once(self, scope, case, quarantine, send, name, when):
        sample = send()
        run(quarantine, scope.tenant, case, "examine", "jobs", name, 1, when)
        assert examine_due() == 0
        forget_claims()
        assert examine_due() == 1
        assert Examination.objects.within(scope).get().findings["kind"]["label"]
        assert [row.action for row in custody_of(scope, case, sample.pk)].count("examined") == 1
