"""Samples in parts: what is acknowledged stays, what is wrong is refused whole, and a stranger finds nothing."""

import hashlib
import io
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huntline.audit.queries import newest_entries
from huntline.outbox.models import RecordedEvent
from huntline.samples import storage as storages
from huntline.samples.errors import (
    CaseFull,
    HashDiffers,
    PartConflict,
    PartSizeWrong,
    PartsMissing,
    PartUnknown,
    QuarantineUnavailable,
    SampleDamaged,
    SampleEmpty,
    SampleHashInvalid,
    SampleTooLarge,
    TenantFull,
    UploadFinished,
    UploadNotFound,
)
from huntline.samples.models import Custody, Part, Sample, Upload
from huntline.samples.queries import custody_of, open_uploads_of, samples_of, upload_progress
from huntline.samples.services import abandon_upload, begin_upload, finish_upload, open_sample, put_part, take_sample
from samples_at_rest import objects, sha256

CONTENT = bytes(range(256)) * 10  # 2,560 bytes: two parts of 1,000 and one of 560

pytestmark = pytest.mark.django_db


class Endless(io.RawIOBase):
    """A body without an end; it counts what is taken of it."""

    taken = 0

    def read(self, size=-1):
        self.taken += size
        return bytes(size)


class TestBegin:
    def test_says_how_to_send(self, scope, case, small_parts):
        upload = begin_upload(scope, case, "../x/y.exe", 2560)
        assert (upload.part_size, upload.parts, upload.name) == (1000, 3, "y.exe")
        assert [upload.size_of(number) for number in (1, 2, 3)] == [1000, 1000, 560]

    @pytest.mark.parametrize("size", [0, -1])
    def test_refuses_an_empty_file(self, scope, case, size):
        with pytest.raises(SampleEmpty):
            begin_upload(scope, case, "a", size)

    @pytest.mark.requirement("R56")
    def test_refuses_ten_gigabytes_of_zeros_by_their_declared_size(self, scope, case, quarantine):
        with pytest.raises(SampleTooLarge) as refused:
            begin_upload(scope, case, "zeros", 10 * 2**30)
        assert refused.value.detail == {"most_mib": 512}
        assert not Upload.objects.within(scope).exists()
        assert objects(quarantine) == []

    @pytest.mark.parametrize("text", ["abc", "g" * 64, "a" * 63, "a" * 65])
    def test_refuses_what_is_no_hash(self, scope, case, text):
        with pytest.raises(SampleHashInvalid):
            begin_upload(scope, case, "a", 1, sha256=text)

    @pytest.mark.requirement("R56")
    def test_refuses_more_samples_than_a_case_has(self, scope, case, settings, send):
        settings.HUNTLINE_CASE_SAMPLES = 3
        send(b"one")
        begin_upload(scope, case, "two", 1)
        third = begin_upload(scope, case, "three", 1)
        with pytest.raises(CaseFull):
            begin_upload(scope, case, "four", 1)
        with pytest.raises(CaseFull):
            take_sample(scope, case, "four", b"4")
        begin_upload(scope, uuid.uuid4(), "of another case", 1)
        abandon_upload(scope, case, third.pk)
        begin_upload(scope, case, "four", 1)

    def test_refuses_more_bytes_than_a_tenant_has(self, scope, case, settings, stranger):
        settings.HUNTLINE_SAMPLES_GIB = 1
        for _ in range(2):
            begin_upload(scope, case, "a", 512 * 2**20)
        with pytest.raises(TenantFull) as refused:
            begin_upload(scope, uuid.uuid4(), "b", 1)
        assert refused.value.detail == {"most_gib": 1}
        begin_upload(stranger, uuid.uuid4(), "b", 1)


class TestPutPart:
    @pytest.fixture
    def upload(self, scope, case, small_parts):
        return begin_upload(scope, case, "a.bin", len(CONTENT))

    def test_takes_parts_in_any_order(self, scope, case, upload):
        for number in (3, 1, 2):
            put_part(scope, case, upload.pk, number, BytesIO(CONTENT[(number - 1) * 1000 : number * 1000]))
        assert finish_upload(scope, case, upload.pk).sha256 == sha256(CONTENT)

    def test_the_same_part_again_is_acknowledged_and_stored_once(self, scope, case, upload, quarantine):
        first = put_part(scope, case, upload.pk, 1, BytesIO(CONTENT[:1000]))
        assert put_part(scope, case, upload.pk, 1, BytesIO(CONTENT[:1000])).pk == first.pk
        assert len(objects(quarantine)) == 1

    def test_the_same_place_with_other_content_is_a_conflict(self, scope, case, upload):
        put_part(scope, case, upload.pk, 1, BytesIO(CONTENT[:1000]))
        with pytest.raises(PartConflict):
            put_part(scope, case, upload.pk, 1, BytesIO(bytes(1000)))
        assert upload_progress(scope, case, upload.pk).stored == (1,)

    def test_two_puts_of_one_part_at_once_leave_one_object(self, scope, case, upload, quarantine, monkeypatch):
        real = storages.Folder.put

        def raced(self, name, content):
            monkeypatch.setattr(storages.Folder, "put", real)
            put_part(scope, case, upload.pk, 1, BytesIO(CONTENT[:1000]))
            real(self, name, content)

        monkeypatch.setattr(storages.Folder, "put", raced)
        part = put_part(scope, case, upload.pk, 1, BytesIO(CONTENT[:1000]))
        assert [path.name for path in objects(quarantine)] == [part.object_name[3:]]

    @pytest.mark.parametrize("number", [0, -1, 4, 2**40])
    def test_refuses_a_number_that_is_no_part(self, scope, case, upload, number):
        with pytest.raises(PartUnknown):
            put_part(scope, case, upload.pk, number, BytesIO(b"x"))

    @pytest.mark.parametrize(("number", "length"), [(1, 999), (1, 1001), (1, 0), (3, 559), (3, 561), (3, 1000)])
    def test_refuses_another_size_and_keeps_nothing(self, scope, case, upload, quarantine, number, length):
        with pytest.raises(PartSizeWrong):
            put_part(scope, case, upload.pk, number, BytesIO(bytes(length)))
        assert objects(quarantine) == []
        assert upload_progress(scope, case, upload.pk).stored == ()

    @pytest.mark.requirement("R56")
    def test_a_lying_size_is_cut_off_at_the_declared_one(self, scope, case, upload):
        body = Endless()
        with pytest.raises(PartSizeWrong):
            put_part(scope, case, upload.pk, 1, body)
        assert body.taken == 1001

    def test_a_storage_that_is_full_acknowledges_nothing(self, scope, case, upload, monkeypatch, quarantine):
        def full(_descriptor):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(storages.os, "fsync", full)
        with pytest.raises(QuarantineUnavailable):
            put_part(scope, case, upload.pk, 1, BytesIO(CONTENT[:1000]))
        monkeypatch.undo()
        assert upload_progress(scope, case, upload.pk).stored == ()

    @pytest.mark.requirement("R56")
    def test_nothing_readable_lies_in_the_storage(self, scope, case, small_parts, quarantine, send):
        content = b"MARKER-OF-A-SAMPLE" * 200
        send(content, name="../../marker-of-a-name.exe")
        assert len(objects(quarantine)) == 4
        for path in objects(quarantine):
            assert b"MARKER" not in path.read_bytes()
            assert "marker" not in str(path.relative_to(quarantine))
            assert path.stat().st_mode & 0o777 == 0o600


class TestProgress:
    def test_says_what_need_not_be_sent_again(self, scope, case, small_parts):
        upload = begin_upload(scope, case, "a", 2560)
        put_part(scope, case, upload.pk, 3, BytesIO(CONTENT[2000:]))
        put_part(scope, case, upload.pk, 1, BytesIO(CONTENT[:1000]))
        progress = upload_progress(scope, case, upload.pk)
        assert (progress.stored, progress.received, progress.parts) == ((1, 3), 1560, 3)
        assert [found.upload_id for found in open_uploads_of(scope, case)] == [upload.pk]

    def test_asks_the_database_the_same_number_of_times_for_many(self, scope, case):
        for _ in range(2):
            begin_upload(scope, case, "a", 1)
        with CaptureQueriesContext(connection) as few:
            open_uploads_of(scope, case)
        for _ in range(10):
            begin_upload(scope, case, "a", 1)
        with CaptureQueriesContext(connection) as many:
            assert len(open_uploads_of(scope, case)) == 12
        assert len(many) == len(few)


class TestFinish:
    @pytest.mark.requirement("R56")
    def test_makes_a_sample_with_hashes_dates_and_custody(self, scope, case, small_parts, send, clock):
        sample = send(CONTENT, name="in\u202evoice.exe", sha256=sha256(CONTENT).upper())
        assert sample.sha256 == sha256(CONTENT)
        assert sample.sha1 == hashlib.sha1(CONTENT).hexdigest()
        assert sample.md5 == hashlib.md5(CONTENT).hexdigest()
        assert (sample.size, sample.name) == (2560, "in�voice.exe")
        assert sample.expires == clock.now() + timedelta(days=90)
        assert [row.action for row in custody_of(scope, case, sample.pk)] == ["upload_begun", "received"]
        entry = newest_entries(1)[0]
        assert (entry.action, entry.object_id) == ("sample.received", str(sample.pk))
        assert entry.detail["sha256"] == sample.sha256
        assert RecordedEvent.objects.filter(name="sample_received").count() == 1
        assert open_sample(scope, case, sample.pk).read() == CONTENT

    def test_is_the_same_sample_when_asked_again(self, scope, case, send):
        sample = send()
        assert finish_upload(scope, case, sample.pk).pk == sample.pk
        assert len(samples_of(scope, case)) == 1
        assert Custody.objects.within(scope).filter(action="received").count() == 1

    def test_a_part_that_comes_late_is_acknowledged(self, scope, case, send):
        sample = send(b"content")
        put_part(scope, case, sample.pk, 1, BytesIO(b"content"))
        with pytest.raises(PartConflict):
            put_part(scope, case, sample.pk, 1, BytesIO(b"CONTENT"))

    def test_says_which_parts_are_missing(self, scope, case, small_parts):
        upload = begin_upload(scope, case, "a", 20_000)
        put_part(scope, case, upload.pk, 5, BytesIO(bytes(1000)))
        with pytest.raises(PartsMissing) as refused:
            finish_upload(scope, case, upload.pk)
        assert refused.value.detail["missing"] == [1, 2, 3, 4, *range(6, 21)]
        assert "19 parts are missing: 1, 2, 3, 4, 6" in refused.value.message
        assert not Sample.objects.within(scope).exists()

    def test_refuses_another_file_than_was_named(self, scope, case):
        upload = begin_upload(scope, case, "a", 7, sha256=sha256(b"CONTENT"))
        put_part(scope, case, upload.pk, 1, BytesIO(b"content"))
        with pytest.raises(HashDiffers):
            finish_upload(scope, case, upload.pk)
        assert not Sample.objects.within(scope).exists()

    def test_refuses_parts_that_were_changed_in_the_storage(self, scope, case, small_parts, quarantine):
        upload = begin_upload(scope, case, "a", 2000)
        for number in (1, 2):
            put_part(scope, case, upload.pk, number, BytesIO(bytes([number]) * 1000))
        first, second = objects(quarantine)
        kept = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(kept)
        with pytest.raises(SampleDamaged):
            finish_upload(scope, case, upload.pk)

    def test_two_at_once_make_one_sample(self, scope, case, monkeypatch):
        from huntline.samples.services import uploads

        upload = begin_upload(scope, case, "a", 7)
        put_part(scope, case, upload.pk, 1, BytesIO(b"content"))
        real = uploads.contents_of

        def raced(*arguments):
            monkeypatch.setattr(uploads, "contents_of", real)
            finish_upload(scope, case, upload.pk)
            return real(*arguments)

        monkeypatch.setattr(uploads, "contents_of", raced)
        assert finish_upload(scope, case, upload.pk).pk == upload.pk
        assert Sample.objects.within(scope).count() == 1


class TestAbandon:
    def test_nothing_can_be_sent_any_more(self, scope, case):
        upload = begin_upload(scope, case, "a", 7)
        abandon_upload(scope, case, upload.pk)
        for attempt in (
            lambda: put_part(scope, case, upload.pk, 1, BytesIO(b"content")),
            lambda: finish_upload(scope, case, upload.pk),
            lambda: upload_progress(scope, case, upload.pk),
            lambda: abandon_upload(scope, case, upload.pk),
        ):
            with pytest.raises(UploadNotFound):
                attempt()
        assert bytes(Upload.objects.within(scope).get().wrapped_key) == b""

    def test_a_finished_one_is_a_sample(self, scope, case, send):
        with pytest.raises(UploadFinished):
            abandon_upload(scope, case, send().pk)

    def test_a_put_under_way_is_not_acknowledged(self, scope, case, monkeypatch):
        upload = begin_upload(scope, case, "a", 7)
        real = storages.Folder.put

        def raced(self, name, content):
            real(self, name, content)
            abandon_upload(scope, case, upload.pk)

        monkeypatch.setattr(storages.Folder, "put", raced)
        with pytest.raises(UploadNotFound):
            put_part(scope, case, upload.pk, 1, BytesIO(b"content"))
        assert Part.objects.within(scope).get().stored is None


class TestStranger:
    @pytest.mark.requirement("R56")
    @pytest.mark.parametrize(
        "attempt",
        [
            lambda *place: put_part(*place, 1, BytesIO(b"content")),
            finish_upload,
            upload_progress,
            abandon_upload,
        ],
    )
    def test_finds_no_upload(self, scope, stranger, case, attempt):
        upload = begin_upload(scope, case, "a", 7)
        put_part(scope, case, upload.pk, 1, BytesIO(b"content"))
        for who, where in ((stranger, case), (scope, uuid.uuid4())):
            with pytest.raises(UploadNotFound):
                attempt(who, where, upload.pk)
            assert open_uploads_of(who, where) == []


class TestTakeSample:
    def test_takes_bytes(self, scope, case):
        sample = take_sample(scope, case, "mail.eml", b"content")
        assert (sample.sha256, sample.size) == (sha256(b"content"), 7)

    @pytest.mark.parametrize("length", [1, 999, 1000, 1001, 2000, 2001, 5555])
    def test_takes_a_stream_of_unknown_length(self, scope, case, small_parts, length):
        content = (CONTENT * 3)[:length]
        sample = take_sample(scope, case, "stream", BytesIO(content))
        assert (sample.size, sample.sha256) == (length, sha256(content))
        assert open_sample(scope, case, sample.pk).read() == content

    def test_refuses_an_endless_stream_whole(self, scope, case, small_parts, settings, monkeypatch):
        from huntline.samples import limits

        monkeypatch.setattr(limits, "largest_sample", lambda: 10_500)
        body = Endless()
        with pytest.raises(SampleTooLarge):
            take_sample(scope, case, "endless", body)
        assert body.taken < 14_000
        assert not Sample.objects.within(scope).exists()
        assert open_uploads_of(scope, case) == []

    def test_refuses_nothing(self, scope, case):
        with pytest.raises(SampleEmpty):
            take_sample(scope, case, "empty", b"")
