"""Deletion that can be shown, retention, and the removal of what was cut off."""

from datetime import timedelta
from io import BytesIO

import pytest

from huntline.audit.queries import newest_entries
from huntline.audit.services import verify
from huntline.samples import storage as storages
from huntline.samples.errors import QuarantineUnavailable
from huntline.samples.jobs import CUT_OFF, IDLE, delete_expired
from huntline.samples.models import Part, Sample, Upload
from huntline.samples.queries import custody_of, sample_within
from huntline.samples.services import abandon_upload, begin_upload, delete_sample, put_part
from samples_at_rest import objects, sha256

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch):
    """A storage that deletes nothing until it is mended."""

    def refuse(_self, name):
        raise QuarantineUnavailable

    monkeypatch.setattr(storages.Folder, "delete", refuse)
    return monkeypatch


class TestDelete:
    @pytest.mark.requirement("R56")
    def test_key_and_content_go_and_what_is_known_stays(self, scope, case, send, small_parts, quarantine):
        content = bytes(2500)
        sample = delete_sample(scope, case, send(content).pk)
        assert sample.state == "deleted"
        assert objects(quarantine) == []
        kept = sample_within(scope, case, sample.pk)
        assert (bytes(kept.wrapped_key), kept.sha256, kept.size) == (b"", sha256(content), 2500)
        touches = [row.action for row in custody_of(scope, case, sample.pk)]
        assert touches == ["upload_begun", "received", "deletion_begun", "deleted"]
        entry = newest_entries(1)[0]
        assert entry.action == "sample.deleted"
        assert entry.detail["sha256"] == sha256(content)
        assert entry.detail["key_destroyed"] is entry.detail["content_gone"] is True
        assert (entry.detail["objects"], entry.detail["found"]) == (3, 3)
        assert list(verify()) == []

    def test_again_changes_nothing(self, scope, case, send):
        sample = send()
        for _ in range(2):
            assert delete_sample(scope, case, sample.pk).state == "deleted"
        assert [row.action for row in custody_of(scope, case, sample.pk)].count("deleted") == 1

    def test_a_storage_that_does_not_answer_is_asked_again(self, scope, case, send, quarantine, broken):
        sample = delete_sample(scope, case, send().pk)
        assert (sample.state, bytes(sample.wrapped_key)) == ("deleting", b"")
        assert delete_expired() == 0
        assert len(objects(quarantine)) == 1
        broken.undo()
        assert delete_expired() == 1
        assert objects(quarantine) == []
        assert sample_within(scope, case, sample.pk).state == "deleted"

    def test_is_not_said_of_a_disk_that_was_taken_away(self, scope, case, send, quarantine):
        sample = send()
        quarantine.rename(quarantine.with_name("elsewhere"))
        assert delete_sample(scope, case, sample.pk).state == "deleting"
        assert delete_expired() == 0
        quarantine.with_name("elsewhere").rename(quarantine)
        assert delete_expired() == 1

    def test_is_not_said_of_content_that_is_still_there(self, scope, case, send, quarantine, monkeypatch):
        monkeypatch.setattr(storages.Folder, "delete", lambda _self, _name: None)
        sample = delete_sample(scope, case, send().pk)
        assert sample.state == "deleting"
        assert "deleted" not in [row.action for row in custody_of(scope, case, sample.pk)]


class TestRetention:
    @pytest.mark.requirement("R56")
    def test_a_sample_is_deleted_on_its_day(self, scope, case, send, clock, quarantine):
        sample = send()
        clock.advance(timedelta(days=90, seconds=-1))
        assert delete_expired() == 0
        clock.advance(timedelta(seconds=1))
        assert delete_expired() == 1
        assert objects(quarantine) == []
        begun = custody_of(scope, case, sample.pk)[-2]
        assert (begun.action, begun.detail, begun.actor_kind) == ("deletion_begun", {"reason": "retention"}, "system")

    def test_the_date_of_the_row_counts(self, scope, send, clock, settings):
        sample = send()
        settings.HUNTLINE_SAMPLE_DAYS = 1
        Sample.objects.within(scope).filter(pk=sample.pk).update(expires=clock.now() + timedelta(days=400))
        clock.advance(timedelta(days=399))
        assert delete_expired() == 0

    def test_one_that_fails_does_not_hold_up_the_others(self, send, clock, monkeypatch, quarantine):
        send(b"one")
        send(b"two")
        real, seen = storages.Folder.delete, []

        def refuse_first(self, name):
            seen.append(name)
            if len(seen) == 1:
                raise QuarantineUnavailable
            real(self, name)

        monkeypatch.setattr(storages.Folder, "delete", refuse_first)
        clock.advance(timedelta(days=91))
        assert delete_expired() == 1
        assert delete_expired() == 1


class TestLeftovers:
    def test_an_upload_that_nobody_resumes_goes_with_its_parts(self, scope, case, small_parts, clock, quarantine):
        upload = begin_upload(scope, case, "a", 2000)
        put_part(scope, case, upload.pk, 1, BytesIO(bytes(1000)))
        clock.advance(IDLE)
        put_part(scope, case, upload.pk, 2, BytesIO(bytes(1000)))
        clock.advance(IDLE)
        delete_expired()
        assert len(objects(quarantine)) == 2
        clock.advance(timedelta(seconds=1))
        delete_expired()
        assert objects(quarantine) == []
        assert not Upload.objects.within(scope).exists()
        assert not Part.objects.within(scope).exists()
        assert newest_entries(1)[0].action == "sample.upload_abandoned"

    def test_an_abandoned_upload_goes_at_once(self, scope, case, quarantine):
        upload = begin_upload(scope, case, "a", 7)
        put_part(scope, case, upload.pk, 1, BytesIO(b"content"))
        abandon_upload(scope, case, upload.pk)
        delete_expired()
        assert objects(quarantine) == []
        assert not Upload.objects.within(scope).exists()

    def test_a_put_that_was_cut_off_is_found_by_its_row(self, scope, case, send, clock, quarantine, monkeypatch):
        from huntline.samples.services import uploads

        upload = begin_upload(scope, case, "a", 7)

        def dies(_scope, _part):
            raise SystemExit

        monkeypatch.setattr(uploads, "_acknowledge", dies)
        with pytest.raises(SystemExit):
            put_part(scope, case, upload.pk, 1, BytesIO(b"content"))
        monkeypatch.undo()
        kept = send(b"another one")
        assert len(objects(quarantine)) == 2
        for _ in range(3):
            clock.advance(CUT_OFF + timedelta(seconds=1))
            delete_expired()
        assert len(objects(quarantine)) == 1
        assert [part.upload_id for part in Part.objects.within(scope)] == [kept.pk]

    def test_a_put_that_ends_after_it_was_condemned_is_refused_and_removed(
        self, scope, case, clock, quarantine, monkeypatch
    ):
        from huntline.samples.errors import UploadNotFound

        upload = begin_upload(scope, case, "a", 7)
        real = storages.Folder.put

        def slow(self, name, content):
            clock.advance(CUT_OFF + timedelta(seconds=1))
            delete_expired()
            real(self, name, content)

        monkeypatch.setattr(storages.Folder, "put", slow)
        with pytest.raises(UploadNotFound):
            put_part(scope, case, upload.pk, 1, BytesIO(b"content"))
        monkeypatch.undo()
        clock.advance(CUT_OFF + timedelta(seconds=1))
        delete_expired()
        assert objects(quarantine) == []
