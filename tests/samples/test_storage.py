"""One contract over both kinds of storage: a folder, and a bucket of a server that speaks S3."""

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from io import BytesIO
from pathlib import Path

import pytest
from obstore.store import S3Store

from huntline.samples import storage as storages
from huntline.samples.errors import AddressInvalid, QuarantineUnavailable, SampleDamaged
from huntline.samples.jobs import delete_expired
from huntline.samples.sealing import OVERHEAD, PART_SIZE
from huntline.samples.services import begin_upload, delete_sample, finish_upload, open_sample, put_part, take_sample
from huntline.samples.storage import new_object_name, storage

ROOT = Path(__file__).parents[2]
MOTO = ROOT / ".stamps" / "clients" / "s3" / "bin" / "moto_server"


@pytest.fixture(scope="module")
def s3_server(tmp_path_factory):
    """The address of moto's server."""
    assert MOTO.exists(), "The server is not installed; `make test-clients` does it."
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("moto") / "log").open("wb")
    with log, subprocess.Popen([MOTO, "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log) as server:
        address = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/moto-api/", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
        server.terminate()


@pytest.fixture
def s3_bucket(s3_server, settings, monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    name = f"quarantine-{os.urandom(4).hex()}"
    request = urllib.request.Request(f"{s3_server}/{name}", method="PUT")
    urllib.request.urlopen(request, timeout=5).close()
    settings.HUNTLINE_SAMPLES_URL = f"s3://{name}/samples/here?endpoint={s3_server}&region=us-east-1"
    config = {"endpoint": s3_server, "region": "us-east-1"}
    return S3Store(name, config=config, client_options={"allow_http": True})


@pytest.fixture
def kind(request):
    return request.getfixturevalue(request.param)


BOTH = pytest.mark.parametrize(
    "kind", ["quarantine", pytest.param("s3_bucket", marks=pytest.mark.clients)], indirect=True
)


@BOTH
class TestContract:
    def test_gives_back_what_was_put(self, kind):
        store, name, content = storage(), new_object_name(), os.urandom(100_000)
        assert store.get(name) is None
        assert not store.exists(name)
        store.put(name, content)
        assert store.exists(name)
        assert store.get(name) == content
        store.delete(name)
        assert store.get(name) is None
        assert not store.exists(name)
        store.delete(name)

    def test_takes_the_largest_part(self, kind):
        name, content = new_object_name(), os.urandom(PART_SIZE + OVERHEAD)
        storage().put(name, content)
        assert storage().get(name) == content

    def test_reads_no_more_than_a_part(self, kind):
        name = new_object_name()
        storage().put(name, bytes(PART_SIZE + OVERHEAD + 500_000))
        assert PART_SIZE + OVERHEAD < len(storage().get(name)) <= PART_SIZE + OVERHEAD + 500_000

    @pytest.mark.parametrize(
        "name", ["../secret.key", "/etc/passwd", "ab/../../x", "", "ab/" + "0" * 31, "AB/" + "0" * 32]
    )
    def test_knows_no_other_names_than_its_own(self, kind, name):
        for attempt in (storage().get, storage().delete, storage().exists, lambda name: storage().put(name, b"x")):
            with pytest.raises(ValueError, match="No object"):
                attempt(name)

    @pytest.mark.django_db
    @pytest.mark.requirement("R56")
    def test_a_sample_from_its_first_part_to_its_end(self, kind, scope, case, small_parts):
        content = bytes(range(256)) * 10
        upload = begin_upload(scope, case, "a.bin", len(content))
        for number in (3, 1, 2):
            put_part(scope, case, upload.pk, number, BytesIO(content[(number - 1) * 1000 : number * 1000]))
        sample = finish_upload(scope, case, upload.pk)
        assert open_sample(scope, case, sample.pk).read() == content
        assert delete_sample(scope, case, sample.pk).state == "deleted"
        begun = begin_upload(scope, case, "b.bin", 1000)
        put_part(scope, case, begun.pk, 1, BytesIO(bytes(1000)))
        assert delete_expired() == 0


class TestFolder:
    def test_writes_an_object_once(self, quarantine):
        name = new_object_name()
        storage().put(name, b"first")
        with pytest.raises(QuarantineUnavailable):
            storage().put(name, b"second")
        assert storage().get(name) == b"first"

    def test_is_on_the_disk_before_it_is_acknowledged(self, quarantine, monkeypatch):
        synced, real = [], os.fsync

        def noted(descriptor):
            synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
            real(descriptor)

        monkeypatch.setattr(storages.os, "fsync", noted)
        name = new_object_name()
        storage().put(name, b"content")
        folder = quarantine / name[:2]
        assert synced == [str(quarantine), str(quarantine / name), str(folder)]

    def test_that_went_away_is_said(self, quarantine):
        store = storage()
        shutil.rmtree(quarantine)
        quarantine.write_text("no folder")
        for attempt in (lambda: store.put(new_object_name(), b"x"), lambda: store.get(new_object_name())):
            with pytest.raises(QuarantineUnavailable):
                attempt()


@pytest.mark.clients
@pytest.mark.django_db
class TestBucket:
    def test_holds_nothing_readable(self, s3_bucket, scope, case):
        take_sample(scope, case, "marker-of-a-name.exe", b"MARKER" * 100)
        (found,) = s3_bucket.list().collect()
        assert found["path"].startswith("samples/here/")
        assert "marker" not in found["path"]
        assert b"MARKER" not in bytes(s3_bucket.get(found["path"]).bytes())

    def test_that_was_tampered_with_is_refused(self, s3_bucket, scope, case):
        sample = take_sample(scope, case, "a", b"content")
        (found,) = s3_bucket.list().collect()
        s3_bucket.put(found["path"], b"HLS1 something else")
        with pytest.raises(SampleDamaged):
            open_sample(scope, case, sample.pk)

    def test_that_is_not_there_is_said(self, s3_bucket, settings):
        settings.HUNTLINE_SAMPLES_URL = settings.HUNTLINE_SAMPLES_URL.replace("quarantine-", "absent-")
        store = storage()
        for attempt in (store.get, store.delete, lambda name: store.put(name, b"x")):
            with pytest.raises(QuarantineUnavailable):
                attempt(new_object_name())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "samples",
        "file://host/path",
        "file:relative",
        "s3://",
        "ftp://host/path",
        "s3://bucket/p?key=secret",
        "gs://bucket",
    ],
)
def test_an_address_that_is_none_is_refused(settings, url):
    settings.HUNTLINE_SAMPLES_URL = url
    with pytest.raises(AddressInvalid):
        storage()
