"""Hand a sample out: as an AES archive with the password that the field agrees on, and in no other form."""

import io
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from django.http import StreamingHttpResponse
from pyzipper import WZ_AES, ZIP_DEFLATED, AESZipFile
from pyzipper.zipfile_aes import AESZipInfo

from huntline.identity import TenantScope
from huntline.kernel import translatable
from huntline.samples.models import Sample, Touch
from huntline.samples.queries import held_sample
from huntline.samples.services.opening import touch, verified_chunks

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# It keeps mail gateways and endpoints from opening the archive by themselves; it is no secret.
PASSWORD: Final = "infected"  # noqa: S105 - as said
WARNING: Final = translatable(
    "This file may be malware. Open it only on a machine that is set apart for that. The archive's password is “infected”."
)
# The archive says nothing about when the sample was on somebody's disk.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)


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
    """Yield the archive of one sample as it is made from its content.

    Where reading the content raises, the archive has no end and opens nowhere.
    """
    sink = _Sink()
    with AESZipFile(sink, "w", compression=ZIP_DEFLATED, compresslevel=1) as zipped:
        zipped.setpassword(PASSWORD.encode())
        # AE-1 would show the content's CRC to everybody.
        zipped.setencryption(WZ_AES, nbits=256, force_wz_aes_version=2)
        with zipped.open(AESZipInfo(sample.sha256, _MOMENT), "w", force_zip64=True) as entry:
            for chunk in chunks:
                entry.write(chunk)
                yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that cannot go back: what the archive writes, until it is handed on."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, content: "ReadableBuffer", /) -> int:
        """Take some bytes."""
        before = len(self._written)
        self._written += content
        return len(self._written) - before

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        taken = bytes(self._written)
        self._written.clear()
        return taken
