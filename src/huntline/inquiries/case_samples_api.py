"""Routes of the samples of a case: sent in parts, listed with what was found, handed out in archives only."""

import uuid
from collections.abc import Sequence
from typing import cast

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router, Status

from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, member
from huntline.inquiries import case_samples
from huntline.inquiries.schemas import (
    CustodyList,
    CustodyOut,
    SampleList,
    SampleOut,
    UploadIn,
    UploadList,
    UploadOut,
)
from huntline.samples.models import Examination, Sample, UploadState
from huntline.samples.queries import Progress

router = Router()
_read = member(Permission.INQUIRY_READ)
_send = member(Permission.INQUIRY_REPLY)
_CASE = "/tenants/{tenant}/inquiries/{number}"


@router.get(f"{_CASE}/uploads", auth=_send, response=UploadList)
def list_uploads(request: ScopedRequest, tenant: str, number: str) -> UploadList:  # noqa: ARG001 - the guard reads the path
    """List the uploads that can be gone on with."""
    rows = [_upload(row) for row in case_samples.open_uploads(request.auth, number)]
    return UploadList(items=rows, total=len(rows))


@router.post(f"{_CASE}/uploads", auth=_send, response={201: UploadOut})
def begin_upload(request: ScopedRequest, tenant: str, number: str, form: UploadIn) -> Status[UploadOut]:  # noqa: ARG001 - as above
    """Open an upload; its parts follow."""
    opened = case_samples.begin_upload(request.auth, number, form.name, form.size, form.sha256)
    return Status(201, _upload(opened))


@router.get(f"{_CASE}/uploads/{{upload_id}}", auth=_send, response=UploadOut)
def read_upload(request: ScopedRequest, tenant: str, number: str, upload_id: uuid.UUID) -> UploadOut:  # noqa: ARG001 - as above
    """Say which parts are there."""
    return _upload(case_samples.upload_progress(request.auth, number, upload_id))


@router.put(
    f"{_CASE}/uploads/{{upload_id}}/parts/{{part}}",
    auth=_send,
    response={204: None},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def put_part(request: ScopedRequest, tenant: str, number: str, upload_id: uuid.UUID, part: int) -> Status[None]:  # noqa: ARG001 - as above
    """Take a part (1 is the first). It is durable once this answers; the same part again changes nothing."""
    case_samples.put_part(request.auth, number, upload_id, part, cast("HttpRequest", request))
    return Status(204, None)


@router.post(f"{_CASE}/uploads/{{upload_id}}/finish", auth=_send, response={201: SampleOut})
def finish_upload(request: ScopedRequest, tenant: str, number: str, upload_id: uuid.UUID) -> Status[SampleOut]:  # noqa: ARG001 - as above
    """Make the upload a sample of the case."""
    sample = case_samples.finish_upload(request.auth, number, upload_id)
    return Status(201, _samples(case_samples.with_examinations(request.auth, [sample]))[0])


@router.delete(f"{_CASE}/uploads/{{upload_id}}", auth=_send, response={204: None})
def abandon_upload(request: ScopedRequest, tenant: str, number: str, upload_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Give an upload up."""
    case_samples.abandon_upload(request.auth, number, upload_id)
    return Status(204, None)


@router.get(f"{_CASE}/samples", auth=_read, response=SampleList)
def list_samples(request: ScopedRequest, tenant: str, number: str) -> SampleList:  # noqa: ARG001 - as above
    """List the samples of a case with what examinations found."""
    rows = _samples(case_samples.samples_of(request.auth, number))
    return SampleList(items=rows, total=len(rows))


@router.get(f"{_CASE}/samples/{{sample_id}}/custody", auth=_read, response=CustodyList)
def list_custody(request: ScopedRequest, tenant: str, number: str, sample_id: uuid.UUID) -> CustodyList:  # noqa: ARG001 - as above
    """List who did what with a sample, the first one first."""
    rows = [CustodyOut.from_orm(row) for row in case_samples.custody_of(request.auth, number, sample_id)]
    return CustodyList(items=rows, total=len(rows))


@router.get(
    f"{_CASE}/samples/{{sample_id}}/download",
    auth=member(Permission.CASE_SAMPLE_DOWNLOAD),
    openapi_extra={
        "responses": {
            200: {
                "description": "A zip archive (AES-256) with the password “infected”.",
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def download_sample(request: ScopedRequest, tenant: str, number: str, sample_id: uuid.UUID) -> StreamingHttpResponse:  # noqa: ARG001 - as above
    """Hand a sample out, in an AES archive and in no other form."""
    return case_samples.download(request.auth, number, sample_id)


@router.delete(f"{_CASE}/samples/{{sample_id}}", auth=_send, response=SampleOut)
def delete_sample(request: ScopedRequest, tenant: str, number: str, sample_id: uuid.UUID) -> SampleOut:  # noqa: ARG001 - as above
    """Delete a sample for good; hashes and custody stay."""
    sample = case_samples.delete_sample(request.auth, number, sample_id)
    return _samples(case_samples.with_examinations(request.auth, [sample]))[0]


def _upload(row: Progress) -> UploadOut:
    return UploadOut(
        id=row.upload_id,
        name=row.name,
        size=row.size,
        part_size=row.part_size,
        parts=row.parts,
        received=list(row.stored),
        finished=row.state == UploadState.DONE,
    )


def _samples(rows: Sequence[tuple[Sample, Examination | None]]) -> list[SampleOut]:
    return [_sample(*row) for row in rows]


def _sample(row: Sample, examination: Examination | None) -> SampleOut:
    found = (examination.findings if examination else None) or {}
    kind = found.get("kind") or {}
    return SampleOut.model_validate(
        {
            **{
                name: getattr(row, name)
                for name in ("name", "size", "sha256", "sha1", "md5", "state", "received", "expires", "deleted")
            },
            "id": row.pk,
            "uploaded_by": row.sender_name,
            "examination": examination.state if examination else "waiting",
            "error_code": examination.error_code if examination else "",
            "type": kind.get("mime", ""),
            "type_description": kind.get("description", ""),
            "type_lies": bool(kind.get("name_lies")),
            "rules": [{**one, "file": one["namespace"]} for one in found.get("matches", [])],
            "antivirus": examination.antivirus if examination else None,
        }
    )
