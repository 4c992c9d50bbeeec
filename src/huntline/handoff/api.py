"""Routes of packages for incident responders."""

import uuid
from typing import Final

from django.http import HttpResponseBase
from ninja import Query, Router, Status

from huntline.handoff import answers, queries, services
from huntline.handoff.schemas import HandoffIn, HandoffList, HandoffOut, HandoffQuery, NewHandoffOut
from huntline.handoff.serving import file_answer
from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, member

router = Router()
_PATH = "/tenants/{tenant}/handoffs"
_read = member(Permission.ALERT_READ)
_make = member(Permission.HANDOFF_MAKE)


@router.get(_PATH, auth=_read, response=HandoffList)
def list_handoffs(request: ScopedRequest, tenant: str, asked: Query[HandoffQuery]) -> HandoffList:  # noqa: ARG001 - the guard reads the path
    """List packages with their receipts, newest first: what was given, to whom, when, and who took it."""
    about = queries.About(asked.subject_kind, asked.subject_id)
    return answers.handoffs(queries.handoffs_within(request.auth, asked.request(), about))


@router.post(_PATH, auth=_make, response={202: NewHandoffOut})
def make_handoff(request: ScopedRequest, tenant: str, form: HandoffIn) -> Status[NewHandoffOut]:  # noqa: ARG001 - as above
    """Ask for a package; the answer holds its link, which is shown this once. The recipient gets a mail when it is ready."""
    made = services.make_handoff(request.auth, services.HandoffForm(**form.model_dump()))
    return Status(202, answers.new_handoff(queries.find_handoff(request.auth, made.pk)))


@router.get(_PATH + "/{handoff_id}", auth=_read, response=HandoffOut)
def read_handoff(request: ScopedRequest, tenant: str, handoff_id: uuid.UUID) -> HandoffOut:  # noqa: ARG001 - as above
    """Read what became of a package."""
    return answers.handoff(queries.find_handoff(request.auth, handoff_id))


@router.post(_PATH + "/{handoff_id}/withdraw", auth=_make, response=HandoffOut)
def withdraw_handoff(request: ScopedRequest, tenant: str, handoff_id: uuid.UUID) -> HandoffOut:  # noqa: ARG001 - as above
    """Take a package back: its link leads nowhere from now on."""
    services.withdraw_handoff(request.auth, handoff_id)
    return answers.handoff(queries.find_handoff(request.auth, handoff_id))


# How the API's description says that the answer is a file.
_ARCHIVE: Final = {
    "responses": {200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}}
}


@router.get(_PATH + "/{handoff_id}/package.zip", auth=_read, response={200: None}, openapi_extra=_ARCHIVE)
def download_handoff(request: ScopedRequest, tenant: str, handoff_id: uuid.UUID) -> HttpResponseBase:  # noqa: ARG001 - as above
    """Return the package's file. This is recorded; it is no receipt of the responders."""
    return file_answer(services.take_file(request.auth, handoff_id))
