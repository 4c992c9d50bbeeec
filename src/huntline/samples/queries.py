"""Read samples, uploads, what examinations found, and who touched what."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huntline.identity import TenantScope
from huntline.samples.errors import SampleDeleted, SampleNotFound, UploadNotFound
from huntline.samples.models import Custody, Examination, Part, Sample, SampleState, Upload, UploadState


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is. stored: the numbers of the parts that need not be sent again. size, part_size, received: bytes."""

    upload_id: uuid.UUID
    name: str
    size: int
    part_size: int
    parts: int
    stored: tuple[int, ...]
    received: int
    state: UploadState


def upload_progress(scope: TenantScope, case_id: uuid.UUID, upload_id: uuid.UUID) -> Progress:
    """Return how far an upload is; a finished one has become the sample of the same id. Raises UploadNotFound."""
    rows = Upload.objects.within(scope).exclude(state=UploadState.ABANDONED)
    upload = rows.filter(pk=upload_id, case_id=case_id).first()
    if upload is None:
        raise UploadNotFound
    return _progress(scope, [upload])[0]


def open_uploads_of(scope: TenantScope, case_id: uuid.UUID) -> list[Progress]:
    """Return the uploads of a case that can be resumed, oldest first."""
    return _progress(scope, list(Upload.objects.within(scope).filter(case_id=case_id, state=UploadState.OPEN)))


def samples_of(scope: TenantScope, case_id: uuid.UUID) -> list[Sample]:
    """Return the samples of a case, oldest first, deleted ones too."""
    return list(Sample.objects.within(scope).filter(case_id=case_id))


def samples_within(scope: TenantScope, case_id: uuid.UUID | None = None) -> list[Sample]:
    """Return the samples of all cases or of one, with their tenants, oldest first, deleted ones too."""
    rows = Sample.objects.within(scope).select_related("tenant")
    return list(rows if case_id is None else rows.filter(case_id=case_id))


def sample_within(scope: TenantScope, case_id: uuid.UUID, sample_id: uuid.UUID, *, locked: bool = False) -> Sample:
    """Return a sample, deleted or not. Raises SampleNotFound."""
    rows = Sample.objects.within(scope)
    if locked:
        rows = rows.select_for_update()
    sample = rows.filter(pk=sample_id, case_id=case_id).first()
    if sample is None:
        raise SampleNotFound
    return sample


def held_sample(scope: TenantScope, case_id: uuid.UUID, sample_id: uuid.UUID) -> Sample:
    """Return a sample whose content is there. Raises SampleNotFound, SampleDeleted."""
    sample = sample_within(scope, case_id, sample_id)
    if sample.state != SampleState.HELD:
        raise SampleDeleted
    return sample


def examinations_of(scope: TenantScope, case_id: uuid.UUID, sample_id: uuid.UUID) -> list[Examination]:
    """Return the examinations of a sample, newest first. Raises SampleNotFound."""
    sample = sample_within(scope, case_id, sample_id)
    return list(Examination.objects.within(scope).filter(sample=sample))


def latest_examinations(scope: TenantScope, samples: Sequence[Sample]) -> Mapping[uuid.UUID, Examination]:
    """Return the newest examination of each sample by the sample's id, in one query."""
    rows = Examination.objects.within(scope).filter(sample__in=[sample.pk for sample in samples])
    return {row.sample_id: row for row in rows.order_by("asked", "id")}


def custody_of(scope: TenantScope, case_id: uuid.UUID, sample_id: uuid.UUID) -> list[Custody]:
    """Return who did what with a sample, its upload included, oldest first. Raises SampleNotFound."""
    sample = sample_within(scope, case_id, sample_id)
    return list(Custody.objects.within(scope).filter(sample_id=sample.pk))


def _progress(scope: TenantScope, uploads: Sequence[Upload]) -> list[Progress]:
    rows = Part.objects.within(scope).filter(upload__in=[upload.pk for upload in uploads], stored__isnull=False)
    stored: dict[uuid.UUID, list[tuple[int, int]]] = {}
    for upload_id, number, size in rows.order_by("number").values_list("upload_id", "number", "size"):
        stored.setdefault(upload_id, []).append((number, size))
    return [
        Progress(
            upload.pk,
            upload.name,
            upload.size,
            upload.part_size,
            upload.parts,
            tuple(number for number, _ in stored.get(upload.pk, ())),
            sum(size for _, size in stored.get(upload.pk, ())),
            UploadState(upload.state),
        )
        for upload in uploads
    ]
