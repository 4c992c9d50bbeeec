"""Open a sample for those who hand it on, and download it: who asked stands in the record before the first byte is given."""

import hashlib
import io
import uuid
from collections.abc import Iterator

from django.db import transaction

from huntline.identity import TenantScope
from huntline.samples.content import contents_of, stored_parts
from huntline.samples.custody import note
from huntline.samples.errors import SampleDamaged
from huntline.samples.models import Sample, Touch
from huntline.samples.queries import held_sample


class SampleStream(io.RawIOBase):
    """The content of a sample, to be read once from the beginning. `sample` tells of it; nothing of it is ever on a disk unsealed."""

    def __init__(self, sample: Sample, chunks: Iterator[bytes]) -> None:
        self.sample = sample
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "memoryview[int]", /) -> int:  # type: ignore[override] # typeshed's Buffer is any of these
        """Fill the buffer with what comes next. Raises what `content.contents_of` raises."""
        if not self._left:
            self._left = memoryview(next(self._chunks, b""))
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count


def open_sample(scope: TenantScope, case_id: uuid.UUID, sample_id: uuid.UUID, *, purpose: str = "") -> SampleStream:
    """Return the content as a stream, after all of it was found to be what was received.

    purpose: what it is opened for, in words of the record. Raises SampleNotFound, SampleDeleted, SampleDamaged, QuarantineUnavailable,
    KeyUnavailable; the reading raises them too, where something happens to the sample meanwhile.
    """
    sample = held_sample(scope, case_id, sample_id)
    chunks = verified_chunks(scope, sample)
    touch(scope, sample, Touch.OPENED, purpose=purpose)
    return SampleStream(sample, chunks)


def verified_chunks(scope: TenantScope, sample: Sample) -> Iterator[bytes]:
    """Return the content in pieces, after a first reading that found all of it unchanged. Raises as `open_sample`."""
    parts = stored_parts(scope, sample.pk)
    digest = hashlib.sha256()
    for piece in contents_of(sample, parts):
        digest.update(piece)
    if digest.hexdigest() != sample.sha256:
        raise SampleDamaged
    return contents_of(sample, parts)


@transaction.atomic
def touch(scope: TenantScope, sample: Sample, action: Touch, **detail: object) -> None:
    """Note that somebody was given a sample, in a transaction of its own."""
    note(scope, sample, action, **detail)
