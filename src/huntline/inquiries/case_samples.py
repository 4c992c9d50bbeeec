"""Samples of a case: the quarantine keeps them, the case says who may touch them."""

import uuid
from collections.abc import Sequence

from django.http import StreamingHttpResponse

from huntline.identity import TenantScope
from huntline.inquiries.asking import require_customer
from huntline.inquiries.models import Inquiry
from huntline.inquiries.queries import find_inquiry
from huntline.inquiries.states import State, Step, follow
from huntline.samples import queries, services, serving
from huntline.samples.models import Custody, Examination, Part, Sample
from huntline.samples.services import Readable


def begin_upload(scope: TenantScope, number: str, name: str, size: int, sha256: str) -> queries.Progress:
    """Open an upload into a case that takes replies.

    Raises ProviderAsks, InquiryNotFound, InquiryStepNotPossible, and what `samples` raises.
    """
    case = _customers_case(scope, number)
    follow(State(case.state), Step.REPLY)
    upload = services.begin_upload(scope, case.pk, name, size, sha256)
    return queries.upload_progress(scope, case.pk, upload.pk)


def put_part(scope: TenantScope, number: str, upload_id: uuid.UUID, part: int, body: Readable) -> Part:
    """Take a part of an upload. Raises ProviderAsks, InquiryNotFound, and what `samples` raises."""
    return services.put_part(scope, _customers_case(scope, number).pk, upload_id, part, body)


def upload_progress(scope: TenantScope, number: str, upload_id: uuid.UUID) -> queries.Progress:
    """Return how far an upload is. Raises ProviderAsks, InquiryNotFound, UploadNotFound."""
    return queries.upload_progress(scope, _customers_case(scope, number).pk, upload_id)


def open_uploads(scope: TenantScope, number: str) -> list[queries.Progress]:
    """Return the uploads that can be gone on with. Raises ProviderAsks, InquiryNotFound."""
    return queries.open_uploads_of(scope, _customers_case(scope, number).pk)


def finish_upload(scope: TenantScope, number: str, upload_id: uuid.UUID) -> Sample:
    """Make an upload a sample of the case. Raises ProviderAsks, InquiryNotFound, and what `samples` raises."""
    return services.finish_upload(scope, _customers_case(scope, number).pk, upload_id)


def abandon_upload(scope: TenantScope, number: str, upload_id: uuid.UUID) -> None:
    """Give an upload up. Raises ProviderAsks, InquiryNotFound, UploadNotFound, UploadFinished."""
    services.abandon_upload(scope, _customers_case(scope, number).pk, upload_id)


def samples_of(scope: TenantScope, number: str) -> list[tuple[Sample, Examination | None]]:
    """Return the samples of a case, each with its newest examination. Raises InquiryNotFound, CaseAccessMissing."""
    return with_examinations(scope, queries.samples_of(scope, find_inquiry(scope, number).pk))


def with_examinations(scope: TenantScope, samples: Sequence[Sample]) -> list[tuple[Sample, Examination | None]]:
    """Return samples with their newest examinations, in one query."""
    found = queries.latest_examinations(scope, samples)
    return [(sample, found.get(sample.pk)) for sample in samples]


def download(scope: TenantScope, number: str, sample_id: uuid.UUID) -> StreamingHttpResponse:
    """Return a sample in its archive. Raises InquiryNotFound, CaseAccessMissing, SampleNotFound, SampleDeleted."""
    return serving.download(scope, find_inquiry(scope, number).pk, sample_id)


def custody_of(scope: TenantScope, number: str, sample_id: uuid.UUID) -> list[Custody]:
    """Return who did what with a sample. Raises InquiryNotFound, CaseAccessMissing, SampleNotFound."""
    return queries.custody_of(scope, find_inquiry(scope, number).pk, sample_id)


def delete_sample(scope: TenantScope, number: str, sample_id: uuid.UUID) -> Sample:
    """Delete a sample, by the customer whose it is. Raises ProviderAsks, InquiryNotFound, SampleNotFound."""
    return services.delete_sample(scope, _customers_case(scope, number).pk, sample_id)


def _customers_case(scope: TenantScope, number: str) -> Inquiry:
    require_customer(scope)
    return find_inquiry(scope, number)
