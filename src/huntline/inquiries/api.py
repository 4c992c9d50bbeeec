"""Routes of inquiries inside a tenant: the customer's, and those of an expert who has the case open."""

import uuid

from ninja import Query, Router, Status

from huntline.enrolment.schemas import SubscriptionOut
from huntline.enrolment.subscription import subscription_of
from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, member
from huntline.inquiries import access, answering, answers, asking, calendars, desk, queries, sector
from huntline.inquiries.schemas import (
    AccessIn,
    AccessList,
    AccessOut,
    AnswerIn,
    AssignIn,
    CalendarIn,
    ComparisonIn,
    ComparisonOut,
    InquiryDetailOut,
    InquiryIn,
    InquiryList,
    InquiryQuery,
    InquiryWithdrawIn,
    NoteIn,
    NoteList,
    NoteOut,
    PaceOut,
    PeriodQuery,
    ReadinessOut,
    ReplyIn,
    SectorIn,
    SectorOut,
    StatusOut,
    SubjectIn,
    SubjectOut,
    SubjectsIn,
)
from huntline.inquiries.subjects import SubjectForm, checked_subjects
from huntline.kernel import now

router = Router()
_read = member(Permission.INQUIRY_READ)
_ask = member(Permission.SECURITY_SETTINGS_MANAGE)
_reply = member(Permission.INQUIRY_REPLY)
_answer = member(Permission.INQUIRY_ANSWER)


@router.get("/tenants/{tenant}/inquiries", auth=_read, response=InquiryList)
def list_inquiries(request: ScopedRequest, tenant: str, asked: Query[InquiryQuery]) -> InquiryList:  # noqa: ARG001 - the guard reads the path
    """List the tenant's inquiries, the latest change first; an expert sees those that are open to them."""
    found = queries.inquiries_within(request.auth, asked.request(), asked.state, asked.search)
    return InquiryList(items=answers.inquiries(request.auth, found.items), total=found.total)


@router.post("/tenants/{tenant}/inquiries/check", auth=_read, response=ReadinessOut)
def check(request: ScopedRequest, tenant: str, wanted: SubjectsIn) -> ReadinessOut:  # noqa: ARG001 - as above
    """Say, before somebody writes, what the subscription allows, and what the inquiry would be about; refuse what cannot be asked."""
    scope = request.auth
    subjects = checked_subjects(scope, [_subject(one) for one in wanted.subjects])
    before = queries.past_inquiries(scope, [one.reference for one in subjects])
    return ReadinessOut(
        subscription=SubscriptionOut.from_orm(subscription_of(scope)),
        credits_used=asking.credits_used(scope),
        first_reply_by=calendars.first_reply_due(scope, now()),
        subjects=[SubjectOut.from_orm(one) for one in subjects],
        before=answers.inquiries(scope, before),
    )


@router.post("/tenants/{tenant}/inquiries", auth=_ask, response={201: InquiryDetailOut})
def ask(request: ScopedRequest, tenant: str, form: InquiryIn) -> Status[InquiryDetailOut]:  # noqa: ARG001 - as above
    """Consult a threat expert."""
    fields = form.model_dump(exclude={"subjects", "contacts"})
    wanted = asking.InquiryForm(
        **fields,
        subjects=[_subject(one) for one in form.subjects],
        contacts=[asking.Contact(one.name, one.email, one.phone) for one in form.contacts],
    )
    return Status(201, answers.detail(request.auth, asking.ask(request.auth, wanted)))


@router.get("/tenants/{tenant}/inquiries/pace", auth=_read, response=PaceOut)
def read_pace(request: ScopedRequest, tenant: str, period: Query[PeriodQuery]) -> PaceOut:  # noqa: ARG001 - as above
    """Say how fast the experts answered this customer."""
    return answers.pace(queries.pace_of_days(request.auth, period.days)[request.auth.tenant], None)


@router.get("/tenants/{tenant}/inquiries/{number}", auth=_read, response=InquiryDetailOut)
def read_inquiry(request: ScopedRequest, tenant: str, number: str) -> InquiryDetailOut:  # noqa: ARG001 - as above
    """Read an inquiry with its thread. An expert opens the case first."""
    return answers.detail(request.auth, queries.known_inquiry(request.auth, number))


@router.get("/tenants/{tenant}/inquiries/{number}/status", auth=_read, response=StatusOut)
def read_status(request: ScopedRequest, tenant: str, number: str) -> StatusOut:  # noqa: ARG001 - as above
    """Say where a case stands, for an outside hub; nothing of what was written."""
    return answers.status(queries.known_inquiry(request.auth, number))


@router.post("/tenants/{tenant}/inquiries/{number}/replies", auth=_reply, response={201: InquiryDetailOut})
def reply(request: ScopedRequest, tenant: str, number: str, form: ReplyIn) -> Status[InquiryDetailOut]:  # noqa: ARG001 - as above
    """Write to the experts: what they wait for, a follow-up, or whatever else belongs to it."""
    message = asking.reply(request.auth, number, asking.ReplyForm(form.text, [str(one) for one in form.sample_ids]))
    return Status(201, answers.detail(request.auth, message.inquiry))


@router.post("/tenants/{tenant}/inquiries/{number}/withdraw", auth=_reply, response=InquiryDetailOut)
def withdraw(request: ScopedRequest, tenant: str, number: str, form: InquiryWithdrawIn) -> InquiryDetailOut:  # noqa: ARG001 - as above
    """Take an inquiry back."""
    return answers.detail(request.auth, asking.withdraw(request.auth, number, form.reason))


@router.post("/tenants/{tenant}/inquiries/{number}/answers", auth=_answer, response={201: InquiryDetailOut})
def answer(request: ScopedRequest, tenant: str, number: str, form: AnswerIn) -> Status[InquiryDetailOut]:  # noqa: ARG001 - as above
    """Answer the customer: more information, samples or time needed, a report between, or concluded."""
    message = answering.answer(request.auth, number, answering.AnswerForm(**form.model_dump()))
    return Status(201, answers.detail(request.auth, message.inquiry))


@router.get("/tenants/{tenant}/inquiries/{number}/access", auth=_read, response=AccessList)
def list_accesses(request: ScopedRequest, tenant: str, number: str) -> AccessList:  # noqa: ARG001 - as above
    """List who of the experts has, or had, the case open, and who looks at it now."""
    rows = access.accesses_of(request.auth, queries.known_inquiry(request.auth, number))
    return AccessList(items=[answers.access(row) for row in rows], total=len(rows))


@router.post("/tenants/{tenant}/inquiries/{number}/access", auth=_answer, response={201: AccessOut})
def open_case(request: ScopedRequest, tenant: str, number: str, form: AccessIn) -> Status[AccessOut]:  # noqa: ARG001 - as above
    """Open a case as an expert, for some hours, with a reason that the customer reads."""
    return Status(201, answers.access(access.open_case(request.auth, number, form.reason, form.hours)))


@router.delete("/tenants/{tenant}/inquiries/{number}/access", auth=_answer, response={204: None})
def leave_case(request: ScopedRequest, tenant: str, number: str) -> Status[None]:  # noqa: ARG001 - as above
    """End the expert's own access now."""
    access.leave_case(request.auth, number)
    return Status(204, None)


@router.delete("/tenants/{tenant}/inquiries/{number}/access/{access_id}", auth=_ask, response=AccessOut)
def revoke_access(request: ScopedRequest, tenant: str, number: str, access_id: uuid.UUID) -> AccessOut:  # noqa: ARG001 - as above
    """Take an expert's access away; the same expert comes back only when it is allowed again."""
    return answers.access(access.revoke_access(request.auth, number, access_id))


@router.post("/tenants/{tenant}/inquiries/{number}/access/{access_id}/allow", auth=_ask, response=AccessOut)
def allow_access(request: ScopedRequest, tenant: str, number: str, access_id: uuid.UUID) -> AccessOut:  # noqa: ARG001 - as above
    """Let an expert whose access was taken away open the case again."""
    return answers.access(access.allow_access(request.auth, number, access_id))


@router.put("/tenants/{tenant}/inquiries/{number}/assignee", auth=_answer, response=StatusOut)
def assign(request: ScopedRequest, tenant: str, number: str, form: AssignIn) -> StatusOut:  # noqa: ARG001 - as above
    """Give a case to an expert or to nobody, with a note for the next shift."""
    return answers.status(desk.assign(request.auth, number, form.expert_id, form.note))


@router.get("/tenants/{tenant}/inquiries/{number}/notes", auth=_answer, response=NoteList)
def list_notes(request: ScopedRequest, tenant: str, number: str) -> NoteList:  # noqa: ARG001 - as above
    """List the private notes of a case."""
    rows = desk.notes_of(request.auth, queries.known_inquiry(request.auth, number))
    return NoteList(items=[NoteOut.from_orm(row) for row in rows], total=len(rows))


@router.post("/tenants/{tenant}/inquiries/{number}/notes", auth=_answer, response={201: NoteOut})
def add_note(request: ScopedRequest, tenant: str, number: str, form: NoteIn) -> Status[NoteOut]:  # noqa: ARG001 - as above
    """Write a note that no customer reads."""
    return Status(201, NoteOut.from_orm(desk.add_note(request.auth, number, form.text)))


@router.get("/tenants/{tenant}/business-calendar", auth=member(Permission.ENROLMENT_READ), response=CalendarIn)
def read_calendar(request: ScopedRequest, tenant: str) -> CalendarIn:  # noqa: ARG001 - as above
    """Say when the customer's clock counts, and what is promised for a first reply."""
    return CalendarIn.from_orm(calendars.calendar_of(request.auth).form)


@router.put("/tenants/{tenant}/business-calendar", auth=member(Permission.SUBSCRIPTION_DECIDE), response=CalendarIn)
def set_calendar(request: ScopedRequest, tenant: str, form: CalendarIn) -> CalendarIn:  # noqa: ARG001 - as above
    """Set when the customer's clock counts, and what is promised."""
    agreed = calendars.set_calendar(
        request.auth,
        calendars.CalendarForm(form.timezone, form.hours, form.holidays, form.first_reply_minutes),
    )
    return CalendarIn.from_orm(agreed.form)


@router.get("/tenants/{tenant}/sector", auth=_read, response=SectorOut)
def read_sector(request: ScopedRequest, tenant: str) -> SectorOut:  # noqa: ARG001 - as above
    """Say in which sector the organization takes part in comparisons."""
    return SectorOut(sector=sector.membership_of(request.auth))


@router.put("/tenants/{tenant}/sector", auth=_ask, response=SectorOut)
def join_sector(request: ScopedRequest, tenant: str, form: SectorIn) -> SectorOut:  # noqa: ARG001 - as above
    """Take part in comparisons over a sector: “was it only us?” is answered by noisy counts over those that take part."""
    return SectorOut(sector=sector.join(request.auth, form.sector))


@router.delete("/tenants/{tenant}/sector", auth=_ask, response=SectorOut)
def leave_sector(request: ScopedRequest, tenant: str) -> SectorOut:  # noqa: ARG001 - as above
    """Take part no more."""
    sector.leave(request.auth)
    return SectorOut(sector=None)


@router.post("/tenants/{tenant}/inquiries/{number}/comparisons", auth=_answer, response={201: ComparisonOut})
def compare(request: ScopedRequest, tenant: str, number: str, form: ComparisonIn) -> Status[ComparisonOut]:  # noqa: ARG001 - as above
    """Say about how many other organizations of the customer's sector have seen something, as an expert who has the case open."""
    return Status(201, ComparisonOut.from_orm(sector.compare(request.auth, number, form.indicators, form.days)))


def _subject(one: SubjectIn) -> SubjectForm:
    return SubjectForm(one.kind, one.reference, one.label, one.url, one.context)
