"""Take a file in parts. Each part is sealed and durable before it is acknowledged, and is never taken twice.

What is slow (reading the sender's bytes, writing to the storage, hashing the whole) happens outside of transactions: callers must not hold
one. Before an object is written there is a row with its name, so that whatever is cut off is found again and removed by a job.
"""

import hashlib
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Final, Protocol

from django.conf import settings
from django.db import transaction

from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.kernel import new_id, now
from huntline.outbox.services import record as record_event
from huntline.samples import limits
from huntline.samples.content import contents_of, stored_parts
from huntline.samples.custody import note
from huntline.samples.errors import (
    HashDiffers,
    PartConflict,
    PartSizeWrong,
    PartsMissing,
    PartUnknown,
    SampleHashInvalid,
    SampleTooLarge,
    UploadFinished,
    UploadNotFound,
)
from huntline.samples.events import SampleReceived
from huntline.samples.keys import new_key, unwrap
from huntline.samples.models import Examination, Part, Sample, Touch, Upload, UploadState
from huntline.samples.names import shown_name
from huntline.samples.sealing import PART_SIZE, seal
from huntline.samples.storage import new_object_name, storage

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_CHUNK: Final = 2**16


class Readable(Protocol):
    """A file-like body: `read(n)` returns at most n bytes, and b"" at the end."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        ...


@transaction.atomic
def begin_upload(scope: TenantScope, case_id: uuid.UUID, name: str, size: int, sha256: str = "") -> Upload:
    """Open an upload of `size` bytes; its `parts` are sent with `put_part`, all of `part_size` bytes but the last.

    `sha256`, where given, is compared when the upload is finished. Raises SampleHashInvalid, SampleEmpty, SampleTooLarge, CaseFull,
    TenantFull, KeyUnavailable.
    """
    expected = sha256.strip().lower()
    if expected and not _SHA256.fullmatch(expected):
        raise SampleHashInvalid
    limits.require_size(size)
    limits.require_room(scope, case_id, size)
    upload_id, actor = new_id(), actor_of(scope.subject)
    key = new_key(upload_id)
    upload = Upload(
        id=upload_id,
        tenant_id=scope.tenant,
        case_id=case_id,
        name=shown_name(name),
        size=size,
        part_size=PART_SIZE,
        sha256=expected,
        sender_kind=actor.kind,
        sender_id=actor.id,
        sender_name=actor.name,
        wrapped_key=key.wrapped,
        key_id=key.key_id,
    )
    upload.save(force_insert=True)
    note(scope, upload, Touch.BEGUN, size=size)
    return upload


def put_part(scope: TenantScope, case_id: uuid.UUID, upload_id: uuid.UUID, number: int, body: Readable) -> Part:
    """Take part `number` (from 1) and return it once it is durable.

    The same part with the same content is acknowledged again, also after the upload was finished; with other content it is refused, because
    the file has changed while it was read. Raises UploadNotFound, PartUnknown, PartSizeWrong, PartConflict, QuarantineUnavailable,
    KeyUnavailable.
    """
    upload = _found(scope, case_id, upload_id)
    if not 1 <= number <= upload.parts:
        raise PartUnknown(number, upload.parts)
    content = _read_exactly(body, number, upload.size_of(number))
    digest = hashlib.sha256(content).hexdigest()
    known = _known(scope, upload, number, digest)
    if known is not None:
        return known
    part = Part(
        tenant_id=upload.tenant_id,
        upload=upload,
        number=number,
        object_name=new_object_name(),
        size=len(content),
        sha256=digest,
    )
    key = unwrap(upload.pk, bytes(upload.wrapped_key), upload.key_id)
    part.save(force_insert=True)
    store = storage()
    store.put(part.object_name, seal(key, upload.pk, number, content))
    kept = _acknowledge(scope, part)
    if kept.pk != part.pk:  # somebody else's put of the same part was first
        store.delete(part.object_name)
    return kept


def finish_upload(scope: TenantScope, case_id: uuid.UUID, upload_id: uuid.UUID) -> Sample:
    """Make the upload a sample and return it; asked again, return the same sample.

    Raises UploadNotFound, PartsMissing, HashDiffers, SampleDamaged, QuarantineUnavailable, KeyUnavailable.
    """
    upload = _found(scope, case_id, upload_id)
    if upload.state == UploadState.DONE:
        return Sample.objects.within(scope).get(pk=upload.pk)
    parts = stored_parts(scope, upload.pk)
    missing = sorted(set(range(1, upload.parts + 1)) - {part.number for part in parts})
    if missing:
        raise PartsMissing(missing)
    hashes = (hashlib.sha256(), hashlib.sha1(usedforsecurity=False), hashlib.md5(usedforsecurity=False))
    for content in contents_of(upload, parts):
        for digest in hashes:
            digest.update(content)
    sha256, sha1, md5 = (digest.hexdigest() for digest in hashes)
    if upload.sha256 and upload.sha256 != sha256:
        raise HashDiffers(upload.sha256, sha256)
    return _receive(scope, upload, sha256, sha1, md5)


@transaction.atomic
def abandon_upload(scope: TenantScope, case_id: uuid.UUID, upload_id: uuid.UUID) -> None:
    """Give an upload up: its key goes now, its parts with the next run of the job. Raises UploadNotFound, UploadFinished."""
    upload = _found(scope, case_id, upload_id, locked=True)
    if upload.state == UploadState.DONE:
        raise UploadFinished
    upload.state, upload.wrapped_key, upload.touched = UploadState.ABANDONED, b"", now()
    upload.save(update_fields=["state", "wrapped_key", "touched"])
    note(scope, upload, Touch.ABANDONED)


def take_sample(scope: TenantScope, case_id: uuid.UUID, name: str, content: bytes | Readable) -> Sample:
    """Take a whole file at once, as a mail's attachment is taken. Raises what the four steps of an upload raise.

    A file-like content of unknown length is read no further than one part beyond the largest size, and then refused whole.
    """
    body: Readable = BytesIO(content) if isinstance(content, bytes) else content
    first = _read(body, PART_SIZE)
    ends_here = len(first) < PART_SIZE
    second = b"" if ends_here else _read(body, PART_SIZE)
    if not second:
        upload = begin_upload(scope, case_id, name, len(first))
        put_part(scope, case_id, upload.pk, 1, BytesIO(first))
        return finish_upload(scope, case_id, upload.pk)
    upload = begin_upload(scope, case_id, name, limits.largest_sample())
    try:
        _put_all(scope, upload, first, second, lambda: _read(body, PART_SIZE))
    except Exception:
        abandon_upload(scope, case_id, upload.pk)
        raise
    return finish_upload(scope, case_id, upload.pk)


def _put_all(scope: TenantScope, upload: Upload, first: bytes, second: bytes, following: Callable[[], bytes]) -> None:
    """Put parts until the content ends, and settle the size then."""
    number, size, part, after = 1, 0, first, second
    while part:
        size += len(part)
        if size > upload.size:
            raise SampleTooLarge(settings.HUNTLINE_SAMPLE_MIB)
        if not after:
            _settle_size(scope, upload, size)
        put_part(scope, upload.case_id, upload.pk, number, BytesIO(part))
        number, part, after = number + 1, after, following() if after else b""


@transaction.atomic
def _settle_size(scope: TenantScope, upload: Upload, size: int) -> None:
    upload.size = size
    Upload.objects.within(scope).filter(pk=upload.pk, state=UploadState.OPEN).update(size=size)


@transaction.atomic
def _acknowledge(scope: TenantScope, part: Part) -> Part:
    """Make a written object the part of its place. The row of one that lost its place stays, and the job removes both by it."""
    upload = _found(scope, part.upload.case_id, part.upload_id, locked=True)
    known = _known(scope, upload, part.number, part.sha256)
    if known is not None:
        return known
    moment = now()
    mine = Part.objects.within(scope).filter(pk=part.pk, stored=None, condemned=None)
    if not mine.update(stored=moment):
        raise UploadNotFound  # the job has taken it for cut off
    part.stored = moment
    Upload.objects.within(scope).filter(pk=upload.pk).update(touched=moment)
    return part


@transaction.atomic
def _receive(scope: TenantScope, upload: Upload, sha256: str, sha1: str, md5: str) -> Sample:
    upload = _found(scope, upload.case_id, upload.pk, locked=True)
    if upload.state == UploadState.DONE:  # somebody else finished it meanwhile
        return Sample.objects.within(scope).get(pk=upload.pk)
    moment = now()
    sample = Sample(
        id=upload.pk,
        tenant_id=upload.tenant_id,
        case_id=upload.case_id,
        name=upload.name,
        size=upload.size,
        sender_kind=upload.sender_kind,
        sender_id=upload.sender_id,
        sender_name=upload.sender_name,
        wrapped_key=upload.wrapped_key,
        key_id=upload.key_id,
        sha256=sha256,
        sha1=sha1,
        md5=md5,
        received=moment,
        expires=moment + timedelta(days=settings.HUNTLINE_SAMPLE_DAYS),
    )
    sample.save(force_insert=True)
    Examination(tenant_id=sample.tenant_id, sample=sample).save(force_insert=True)
    upload.state, upload.wrapped_key, upload.touched = UploadState.DONE, b"", moment
    upload.save(update_fields=["state", "wrapped_key", "touched"])
    note(scope, sample, Touch.RECEIVED, size=sample.size, sha1=sha1, md5=md5)
    record_event(SampleReceived(tenant_id=sample.tenant_id, case_id=sample.case_id, sample_id=sample.pk, sha256=sha256))
    return sample


def _known(scope: TenantScope, upload: Upload, number: int, digest: str) -> Part | None:
    """Return the part that is there already, or None where one can still be taken. Raises PartConflict, UploadNotFound."""
    part = Part.objects.within(scope).filter(upload=upload, number=number, stored__isnull=False).first()
    if part is not None and part.sha256 != digest:
        raise PartConflict(number)
    if part is None and upload.state != UploadState.OPEN:
        raise UploadNotFound
    return part


def _found(scope: TenantScope, case_id: uuid.UUID, upload_id: uuid.UUID, *, locked: bool = False) -> Upload:
    rows = Upload.objects.within(scope).exclude(state=UploadState.ABANDONED)
    if locked:
        rows = rows.select_for_update()
    upload = rows.filter(pk=upload_id, case_id=case_id).first()
    if upload is None:
        raise UploadNotFound
    return upload


def _read_exactly(body: Readable, number: int, expected: int) -> bytes:
    content = _read(body, expected + 1)
    if len(content) != expected:
        raise PartSizeWrong(number, expected)
    return content


def _read(body: Readable, most: int) -> bytes:
    taken = bytearray()
    while len(taken) < most:
        chunk = body.read(min(_CHUNK, most - len(taken)))
        if not chunk:
            break
        taken += chunk
    return bytes(taken)
