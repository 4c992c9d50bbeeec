"""A quarantine of a test's own, in its own folder, with small parts where a test asks for them."""

import uuid
from io import BytesIO
from pathlib import Path

import pytest

SAMPLE = b"MZ\x90\x00 this is no program, and nobody runs it " * 50


@pytest.fixture(autouse=True)
def quarantine(settings, tmp_path) -> Path:
    settings.HUNTLINE_SAMPLES_URL = (tmp_path / "samples").as_uri()
    settings.HUNTLINE_SAMPLES_KEY_FILE = ""
    settings.HUNTLINE_HOME = tmp_path
    settings.HUNTLINE_YARA_RULES = settings.HUNTLINE_CLAMD = ""
    return tmp_path / "samples"


@pytest.fixture
def small_parts(monkeypatch) -> int:
    """Parts of 1,000 bytes."""
    from huntline.samples.services import uploads

    monkeypatch.setattr(uploads, "PART_SIZE", 1000)
    return 1000


@pytest.fixture
def case() -> uuid.UUID:
    return uuid.uuid4()


@pytest.fixture
def scope(scope_of):
    return scope_of("aurora_admin", "aurora")


@pytest.fixture
def stranger(scope_of):
    return scope_of("bluefin_admin", "bluefin")


@pytest.fixture
def expert(scope_of):
    return scope_of("hunter", "aurora")


@pytest.fixture
def send(scope, case):
    """Upload a content in parts and return the sample."""
    from huntline.samples.services import begin_upload, finish_upload, put_part

    def sent(content: bytes = SAMPLE, name: str = "sample.bin", **options):
        upload = begin_upload(scope, case, name, len(content), **options)
        for number in range(1, upload.parts + 1):
            start = (number - 1) * upload.part_size
            put_part(scope, case, upload.pk, number, BytesIO(content[start : start + upload.part_size]))
        return finish_upload(scope, case, upload.pk)

    return sent
