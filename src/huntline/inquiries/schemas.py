"""What crosses the wire."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import WithJsonSchema

from huntline.enrolment.schemas import SubscriptionOut, TenantNameOut
from huntline.hunting.models import Disclosure
from huntline.identity.models import Language
from huntline.inquiries.states import Side, State, Step
from huntline.inquiries.vocabulary import Author, Category, Channel, MessageKind, Sector, SubjectKind, Verdict
from huntline.kernel import PageQuery
from huntline.samples.models import ExaminationState, SampleState, Touch


def _named(choices: type[StrEnum], title: str) -> WithJsonSchema:
    """Describe choices where they stand: other packages have enums of the same name, and the API's description names each name once."""
    return WithJsonSchema({"enum": [choice.value for choice in choices], "title": title, "type": "string"})


InquiryState = Annotated[State, _named(State, "InquiryState")]
InquiryStep = Annotated[Step, _named(Step, "InquiryStep")]
InquiryCategory = Annotated[Category, _named(Category, "InquiryCategory")]
InquiryVerdict = Annotated[Verdict, _named(Verdict, "InquiryVerdict")]
InquirySubjectKind = Annotated[SubjectKind, _named(SubjectKind, "InquirySubjectKind")]


class SubjectIn(Schema):
    """What an inquiry is about. `url` is a path of the portal, or an address of the web for an outside subject.

    `context` is what the page held: filters, query, rows, start and end, devices of a set.
    """

    kind: InquirySubjectKind
    reference: str = Field(min_length=1, max_length=2000)
    label: str = Field("", max_length=500)
    url: str = Field("", max_length=2000)
    context: dict[str, Any] = Field(default_factory=dict)


class SubjectOut(SubjectIn):
    """A subject with its label."""


class ContactIn(Schema):
    """Somebody to reach beside the one who asks."""

    name: str = Field(min_length=1, max_length=200)
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=60)


class SubjectsIn(Schema):
    """What somebody is about to ask about."""

    subjects: list[SubjectIn] = Field(max_length=20)


class ReadinessOut(Schema):
    """What the head of the inquiry says of the subscription, the subjects as they were found, and what was asked before about them."""

    subscription: SubscriptionOut
    credits_used: int
    first_reply_by: datetime | None
    subjects: list[SubjectOut]
    before: list["InquiryOut"]


class InquiryIn(Schema):
    """A question to the experts. `topic` is pre-filled with the link of the page in view."""

    topic: str = Field(min_length=1, max_length=1000)
    category: InquiryCategory
    text: str = Field(min_length=1, max_length=50_000)
    reply_email: str = Field(min_length=3, max_length=254)
    subjects: list[SubjectIn] = Field([], max_length=20)
    own_verdict: InquiryVerdict = Verdict.UNKNOWN
    contacts: list[ContactIn] = Field([], max_length=10)
    language: Language = Language.ENGLISH


class ReplyIn(Schema):
    """What the customer writes next, with the samples of the case that go with it."""

    text: str = Field(min_length=1, max_length=50_000)
    sample_ids: list[uuid.UUID] = Field([], max_length=200)


class InquiryWithdrawIn(Schema):
    """Why an inquiry is taken back."""

    reason: str = Field(min_length=1, max_length=10_000)


class AnswerIn(Schema):
    """What an expert answers. `promised` is when the experts write next; with more time it is needed.

    The customer sees the evidence from then on, with as much of its queries as `disclosure` says.
    """

    step: Literal[Step.ASK_INFO, Step.ASK_SAMPLES, Step.NEED_TIME, Step.REPORT, Step.CONCLUDE]
    text: str = Field(min_length=1, max_length=50_000)
    promised: datetime | None = None
    references: list[str] = Field([], max_length=20)
    evidence_ids: list[uuid.UUID] = Field([], max_length=20)
    verdict: InquiryVerdict | None = None
    disclosure: Disclosure = Disclosure.FULL


class ThreadMessageOut(Schema):
    """A message of the thread."""

    id: uuid.UUID
    author: Author
    kind: MessageKind
    text: str
    references: list[str]
    evidence_ids: list[uuid.UUID]
    sample_ids: list[uuid.UUID]
    promised: datetime | None
    channel: Channel
    written: datetime
    person_name: str


class StatusOut(Schema):
    """Where a case stands: what an outside hub tracks. It holds nothing of what was written."""

    number: str
    category: InquiryCategory
    state: InquiryState
    waits_for: Side
    since: datetime
    asked: datetime
    updated: datetime
    promised: datetime | None
    first_reply: datetime | None
    concluded: datetime | None
    handed_over: datetime | None


class InquiryOut(StatusOut):
    """An inquiry of a list. `about` is the first of its subjects, empty where it names none."""

    id: uuid.UUID
    tenant: TenantNameOut
    topic: str
    about: str
    asked_by: str
    assigned_to: str
    own_verdict: InquiryVerdict
    expert_verdict: InquiryVerdict
    language: Language
    subscription: str


class InquiryList(Schema):
    """Inquiries, the latest change first."""

    items: list[InquiryOut]
    total: int


class AccessOut(Schema):
    """An expert's access to a case. `lasting`: it holds now. `present`: the expert looks at the case now."""

    id: uuid.UUID
    expert_name: str
    reason: str
    opened: datetime
    until: datetime
    last_used: datetime | None
    closed: datetime | None
    revoked_by: str
    allowed: datetime | None
    lasting: bool
    present: bool


class AccessList(Schema):
    """Accesses to a case, the newest first."""

    items: list[AccessOut]
    total: int


class AccessIn(Schema):
    """Why an expert opens a case, and for how many hours; the customer reads both."""

    reason: str = Field(min_length=1, max_length=500)
    hours: int = Field(8, ge=1, le=24)


class ClocksOut(Schema):
    """How long each side had the case, in seconds: by the wall, and in business time."""

    experts: float
    customer: float
    experts_business: float
    customer_business: float


class InquiryDetailOut(InquiryOut):
    """An inquiry with its thread."""

    reply_email: str
    contacts: list[ContactIn]
    subjects: list[SubjectOut]
    messages: list[ThreadMessageOut]
    accesses: list[AccessOut]
    clocks: ClocksOut
    steps: list[InquiryStep]
    mine: bool


class UploadIn(Schema):
    """A file that is about to be sent. `sha256`, where given, is compared at the end."""

    name: str = Field(min_length=1, max_length=1000)
    size: int
    sha256: str = Field("", max_length=64)


class UploadOut(Schema):
    """How far an upload is: all parts have `part_size` bytes but the last; `received` are the numbers that need not be sent again."""

    id: uuid.UUID
    name: str
    size: int
    part_size: int
    parts: int
    received: list[int]
    finished: bool


class UploadList(Schema):
    """Uploads that can be gone on with, the oldest first."""

    items: list[UploadOut]
    total: int


class SampleMatchOut(Schema):
    """A YARA rule of the provider that matched, and the file that it stands in."""

    rule: str
    file: str
    tags: list[str]
    meta: list[tuple[str, str]]


class AntivirusOut(Schema):
    """What the antivirus says."""

    verdict: str
    signature: str
    engine: str


class SampleOut(Schema):
    """A sample of a case. `type_lies`: the name's extension says something else than the content. Hashes stay after deletion."""

    id: uuid.UUID
    name: str
    size: int
    sha256: str
    sha1: str
    md5: str
    state: SampleState
    received: datetime
    uploaded_by: str
    expires: datetime
    deleted: datetime | None
    examination: ExaminationState
    error_code: str
    type: str
    type_description: str
    type_lies: bool
    rules: list[SampleMatchOut]
    antivirus: AntivirusOut | None


class SampleList(Schema):
    """Samples of a case, the oldest first, deleted ones too."""

    items: list[SampleOut]
    total: int


class CustodyOut(Schema):
    """Who did what with a sample."""

    action: Touch
    at: datetime
    actor_name: str
    detail: dict[str, Any]


class CustodyList(Schema):
    """Who did what with a sample, the first one first."""

    items: list[CustodyOut]
    total: int


class InquiryQuery(PageQuery):
    """Which inquiries."""

    state: list[InquiryState] = Field([], max_length=10)
    search: str = Field("", max_length=200)


class DeskQuery(PageQuery):
    """Which open cases: all, or those that are given to the reader."""

    mine: bool = False


class DeskRowOut(StatusOut):
    """A case as the desk sees it without opening it: nothing of what was written. `open` says that the reader has it open."""

    tenant: TenantNameOut
    subscription: str
    language: Language
    subjects: list[InquirySubjectKind]
    assigned_to: str
    due: datetime | None
    breached: bool
    at_risk: bool
    open: bool


class DeskList(Schema):
    """Open cases, what is due first at the top."""

    items: list[DeskRowOut]
    total: int


class ExpertOut(Schema):
    """Somebody who may be given a case."""

    id: uuid.UUID
    name: str
    email: str


class ExpertList(Schema):
    """The provider's experts, by e-mail."""

    items: list[ExpertOut]
    total: int


class AssignIn(Schema):
    """Whom a case is given to (null: nobody), and what the next shift should know."""

    expert_id: uuid.UUID | None
    note: str = Field("", max_length=50_000)


class NoteIn(Schema):
    """A note that no customer reads."""

    text: str = Field(min_length=1, max_length=50_000)


class NoteOut(Schema):
    """A private note."""

    id: uuid.UUID
    text: str
    written: datetime
    person_name: str


class NoteList(Schema):
    """Private notes, the first one first."""

    items: list[NoteOut]
    total: int


class SavedAnswerIn(Schema):
    """Words to use again."""

    title: str = Field(min_length=1, max_length=200)
    language: Language
    text: str = Field(min_length=1, max_length=50_000)


class SavedAnswerOut(SavedAnswerIn):
    """A saved answer."""

    id: uuid.UUID
    updated: datetime
    changed_by: str


class SavedAnswerList(Schema):
    """Saved answers, by title."""

    items: list[SavedAnswerOut]
    total: int


class CalendarIn(Schema):
    """A business calendar. `hours` maps weekdays ("0" is Monday) to opening hours; "24:00" is midnight."""

    timezone: str = Field(max_length=64)
    hours: dict[str, tuple[str, str]]
    holidays: list[date] = Field([], max_length=1000)
    first_reply_minutes: int


class SpreadOut(Schema):
    """Median, ninetieth percentile and worst in seconds of business time, and of how many."""

    n: int
    median: float | None
    p90: float | None
    worst: float | None


class PaceOut(Schema):
    """How fast the experts are: counts of inquiries, and business time."""

    tenant: TenantNameOut | None
    asked: int
    open: int
    breached: int
    at_risk: int
    goal_met: int
    promised: int
    promises_kept: int
    first_reply: SpreadOut
    expert_time: SpreadOut
    customer_time: SpreadOut
    to_conclusion: SpreadOut


class PaceList(Schema):
    """The pace over all customers (no tenant), then of each."""

    items: list[PaceOut]
    total: int


class SectorIn(Schema):
    """The sector in which an organization takes part in comparisons."""

    sector: Sector


class SectorOut(Schema):
    """The sector in which the organization takes part, null where it does not."""

    sector: Sector | None


class ComparisonIn(Schema):
    """Indicators (hashes, addresses, domains, senders) to look for in other organizations of the sector, over the last days."""

    indicators: list[str] = Field(min_length=1, max_length=20)
    days: int = Field(30, ge=1, le=180)


class ComparisonOut(Schema):
    """About how many other organizations of the sector have seen any of them; null is few or none. Told with noise and in steps."""

    sector: Sector
    seen: int | None
    days: int
    period: str


class PeriodQuery(Schema):
    """Inquiries asked in the last `days`."""

    days: int = Field(90, ge=1, le=3660)


ReadinessOut.model_rebuild()
