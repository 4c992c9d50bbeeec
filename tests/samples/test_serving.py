"""What leaves the quarantine: an encrypted archive or a stream for the hand-off, whole or not at all."""

import io
import re
import struct
import tracemalloc
import uuid
import zipfile

import pytest
import pyzipper
from django.test import RequestFactory

from huntline.audit.queries import newest_entries
from huntline.samples.errors import KeyUnavailable, SampleDamaged, SampleDeleted, SampleNotFound
from huntline.samples.models import Custody, Sample
from huntline.samples.queries import custody_of
from huntline.samples.services import delete_sample, open_sample, take_sample
from huntline.samples.serving import PASSWORD, download
from huntline.web.middleware import SecurityHeaders
from samples_at_rest import objects

pytestmark = pytest.mark.django_db

PLAIN_ZIP = io.BytesIO()
with zipfile.ZipFile(PLAIN_ZIP, "w") as made:
    made.writestr("Evil.class", b"\xca\xfe\xba\xbe")
BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as made:
    for number in range(20):
        made.writestr(f"{number}", bytes(5_000_000))
HOSTILE = {
    "page.html": b"<!DOCTYPE html><script>fetch('/api/v1/me')</script>",
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gifar.gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;" + PLAIN_ZIP.getvalue(),
    "both.pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n" + PLAIN_ZIP.getvalue(),
    "macro.doc": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + b"Attribut\x00e VB_Name AutoOpen Shell",
    "bomb.zip": BOMB.getvalue(),
    "..\\..\\lies.jpg": b"MZ" + bytes(200),
    '"; filename=evil.html': b"<script>",
}


def bytes_of(response) -> bytes:
    return b"".join(response.streaming_content)


def unzipped(archive: bytes) -> dict[str, bytes]:
    with pyzipper.AESZipFile(io.BytesIO(archive)) as opened:
        opened.setpassword(PASSWORD.encode())
        return {entry.filename: opened.read(entry) for entry in opened.infolist()}


class TestDownload:
    @pytest.mark.requirement("R56")
    @pytest.mark.parametrize("name", HOSTILE)
    def test_is_an_encrypted_archive_whatever_the_sample_is(self, scope, expert, case, name):
        content = HOSTILE[name]
        sample = take_sample(scope, case, name, content)
        response = SecurityHeaders(lambda _request: download(expert, case, sample.pk))(RequestFactory().get("/"))
        assert response.headers["Content-Type"] == "application/zip"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{sample.sha256}.zip"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("sandbox")
        assert response.headers["Cache-Control"] == "no-store"
        archive = bytes_of(response)
        assert content not in archive
        assert unzipped(archive) == {sample.sha256: content}

    def test_is_winzip_ae_2_with_256_bits(self, scope, case, send):
        sample = send()
        archive = bytes_of(download(scope, case, sample.pk))
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            (entry,) = opened.infolist()
        assert (entry.compress_type, entry.flag_bits & 1, entry.CRC) == (99, 1, 0)
        # WinZip's extra field: version 2, vendor AE, strength 3 (256 bits).
        assert struct.pack("<HHH2sB", 0x9901, 7, 2, b"AE", 3) in entry.extra
        with pytest.raises((RuntimeError, NotImplementedError)), zipfile.ZipFile(io.BytesIO(archive)) as opened:
            opened.read(entry, pwd=b"wrong")

    def test_is_written_down_before_the_first_byte(self, expert, case, send):
        sample = send()
        download(expert, case, sample.pk)
        last = custody_of(expert, case, sample.pk)[-1]
        assert (last.action, last.actor_name) == ("downloaded", "hunter@watchtower.example")
        entry = newest_entries(1)[0]
        assert (entry.action, entry.sequence) == ("sample.downloaded", last.sequence)
        assert entry.detail["sha256"] == sample.sha256

    def test_a_stranger_and_another_case_find_nothing(self, scope, stranger, case, send):
        sample = send()
        for who, where in ((stranger, case), (scope, uuid.uuid4())):
            for attempt in (download, open_sample, custody_of, delete_sample):
                with pytest.raises(SampleNotFound):
                    attempt(who, where, sample.pk)
        assert open_sample(scope, case, sample.pk).read()

    def test_a_deleted_sample_is_said_to_be_deleted(self, scope, case, send):
        sample = send()
        delete_sample(scope, case, sample.pk)
        for attempt in (download, open_sample):
            with pytest.raises(SampleDeleted):
                attempt(scope, case, sample.pk)

    def test_memory_stays_the_same_whatever_the_size(self, scope, case, monkeypatch):
        from huntline.samples.services import uploads

        monkeypatch.setattr(uploads, "PART_SIZE", 2**20)
        peaks = []
        for size in (4, 24):
            sample = take_sample(scope, case, "large", io.BytesIO(b"\x00\x01\x02\x03" * (size * 2**18)))
            tracemalloc.start()
            taken = sum(len(chunk) for chunk in download(scope, case, sample.pk).streaming_content)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert taken
        assert peaks[1] < peaks[0] * 1.3 + 2**20
        assert peaks[1] < 12 * 2**20


def changed(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


class TestDamage:
    """A sample that is not what was received is refused, and none of it is handed out."""

    @pytest.fixture
    def sample(self, send, small_parts):
        return send(bytes(range(256)) * 20)

    @pytest.mark.requirement("R56")
    @pytest.mark.parametrize(
        "damage",
        [
            pytest.param(changed, id="a bit"),
            pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-1]), id="cut off"),
            pytest.param(lambda path: path.write_bytes(b""), id="emptied"),
            pytest.param(lambda path: path.write_bytes(path.read_bytes() + b"x"), id="longer"),
            pytest.param(lambda path: path.unlink(), id="gone"),
        ],
    )
    @pytest.mark.parametrize("place", [0, -1])
    def test_of_any_part_refuses_the_whole(self, scope, case, sample, quarantine, damage, place):
        damage(objects(quarantine)[place])
        for attempt in (download, open_sample):
            with pytest.raises(SampleDamaged):
                attempt(scope, case, sample.pk)
        assert "downloaded" not in [row.action for row in custody_of(scope, case, sample.pk)]

    def test_between_the_look_and_the_answer_breaks_the_archive_off(self, scope, case, sample, quarantine):
        response = download(scope, case, sample.pk)
        for path in objects(quarantine)[1:]:
            path.write_bytes(b"")
        taken = []
        with pytest.raises(SampleDamaged):
            taken.extend(response.streaming_content)
        with pytest.raises(pyzipper.BadZipFile):
            unzipped(b"".join(taken))

    def test_of_the_hash_or_the_size_in_the_database_is_found_too(self, scope, case, sample):
        rows = Sample.objects.within(scope).filter(pk=sample.pk)
        for change in ({"sha256": "0" * 64}, {"sha256": sample.sha256, "size": sample.size + 1}):
            rows.update(**change)
            with pytest.raises(SampleDamaged):
                open_sample(scope, case, sample.pk)

    def test_of_the_key_is_said(self, scope, case, sample, tmp_path):
        (tmp_path / "samples.key").unlink()
        with pytest.raises(KeyUnavailable):
            download(scope, case, sample.pk)


class TestOpenSample:
    def test_reads_like_a_file(self, scope, case, send, small_parts):
        content = bytes(range(256)) * 20
        sample = send(content)
        with io.BufferedReader(open_sample(scope, case, sample.pk, purpose="hand-off"), 700) as stream:
            assert stream.read(3) == content[:3]
            assert stream.read() == content[3:]
        last = custody_of(scope, case, sample.pk)[-1]
        assert (last.action, last.detail) == ("opened", {"purpose": "hand-off"})

    def test_custody_is_written_once(self, scope, case, send):
        from huntline.samples.models import Written

        row = custody_of(scope, case, send().pk)[0]
        with pytest.raises(Written):
            row.delete()
        row.actor_name = "somebody else"
        with pytest.raises(Written):
            row.save()
        assert Custody.objects.within(scope).count() == 2


def test_the_raw_content_is_served_nowhere():
    """No module of the package makes any other response."""
    from pathlib import Path

    import huntline.samples

    sources = {path.name: path.read_text() for path in Path(huntline.samples.__file__).parent.rglob("*.py")}
    assert [name for name, text in sources.items() if re.search(r"Response\b", text)] == ["serving.py"]
