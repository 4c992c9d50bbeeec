"""Hand a sample out: as an AES archive with the password that the field agrees on, and in no other form."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from stat import S_IFREG
from typing import Final

from django.http import StreamingHttpResponse
from stream_zip import ZIP_64, stream_zip

from huntline.identity import TenantScope
from huntline.kernel import translatable
from huntline.samples.models import Sample, Touch
from huntline.samples.queries import held_sample
from huntline.samples.services.opening import touch, verified_chunks

# It keeps mail gateways and endpoints from opening the archive by themselves; it is no secret.
PASSWORD: Final = "infected"  # noqa: S105 - as said
WARNING: Final = translatable(
    "This file may be malware. Open it only on a machine that is set apart for that. The archive's password is “infected”."
)
_MODE: Final = S_IFREG | 0o400
# The same archive says nothing about when the sample was on somebody's disk.
_MOMENT: Final = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def download(scope: TenantScope, case_id: uuid.UUID, sample_id: uuid.UUID) -> StreamingHttpResponse:
    """Return the sample as a zip (WinZip AE-2, AES-256, password “infected”) with one entry named by its SHA-256.

    The whole sample is found unchanged before the answer begins, and memory stays the same whatever its size. Raises SampleNotFound,
    SampleDeleted, SampleDamaged, QuarantineUnavailable, KeyUnavailable.
    """
    sample = held_sample(scope, case_id, sample_id)
    chunks = verified_chunks(scope, sample)
    touch(scope, sample, Touch.DOWNLOADED)
    response = StreamingHttpResponse(archive(sample, chunks), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{sample.sha256}.zip"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


def archive(sample: Sample, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the archive of one sample as it is made from its content."""
    yield from stream_zip([(sample.sha256, _MOMENT, _MODE, ZIP_64, chunks)], password=PASSWORD)
