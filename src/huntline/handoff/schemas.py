"""What crosses the wire."""

import uuid
from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from huntline.handoff.models import HandoffState, Part, SubjectKind
from huntline.identity.models import Language
from huntline.kernel import PageQuery


class HandoffIn(Schema):
    """What is handed over, to whom, and in which language. `parts` go in besides the alerts."""

    subject_kind: SubjectKind
    subject_id: str = Field(min_length=1, max_length=40)
    recipient_name: str = Field(min_length=1, max_length=200)
    recipient_organization: str = Field("", max_length=200)
    recipient_email: str = Field(min_length=3, max_length=254)
    language: Language = Language.ENGLISH
    parts: list[Part] = Field([Part.EVIDENCE], max_length=4)


class HandoffQuery(PageQuery):
    """Which packages: all, or those about one incident or notification."""

    subject_kind: SubjectKind | None = None
    subject_id: Annotated[str, Field(max_length=40)] = ""


class ReceiptOut(Schema):
    """Somebody took the package: when, from which address, with which program."""

    at: datetime
    address: str
    client: str


class FileOut(Schema):
    """A file of a package."""

    name: str
    size: int
    sha256: str


class HandoffOut(Schema):
    """A package: what was given, to whom, when, and who took it. `can_be_opened`: its link leads to the file now."""

    id: uuid.UUID
    subject_kind: SubjectKind
    subject_id: str
    subject_title: str
    parts: list[Part]
    language: Language
    recipient_name: str
    recipient_organization: str
    recipient_email: str
    made_by: str
    created: datetime
    state: HandoffState
    ready: datetime | None
    expires: datetime
    can_be_opened: bool
    size: int | None
    sha256: str | None
    fingerprint: str | None
    contents: list[FileOut]
    not_made: list[str]
    error_code: str | None
    withdrawn: datetime | None
    withdrawn_by: str | None
    receipts: list[ReceiptOut]


class NewHandoffOut(HandoffOut):
    """The same with its link, which is shown this once and mailed to the recipient when the package is ready."""

    link: str


class HandoffList(Schema):
    """Packages, newest first. responders: whom to call for incident response, in the operator's words; empty where nobody is named."""

    items: list[HandoffOut]
    total: int
    responders: str
    key_url: str
