"""Routes of the desk, over all customers: what is due, who answers, saved answers, and the pace."""

import uuid

from ninja import Query, Router, Status

from huntline.enrolment.schemas import TenantNameOut
from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, provider
from huntline.identity.queries import customers_within
from huntline.inquiries import answers, desk, queries
from huntline.inquiries.schemas import (
    DeskList,
    DeskQuery,
    ExpertList,
    ExpertOut,
    PaceList,
    PeriodQuery,
    SavedAnswerIn,
    SavedAnswerList,
    SavedAnswerOut,
)

router = Router()
_answer = provider(Permission.INQUIRY_ANSWER)


@router.get("/provider/inquiries", auth=_answer, response=DeskList)
def read_desk(request: ScopedRequest, asked: Query[DeskQuery]) -> DeskList:
    """List the open cases of all customers, what is due first at the top, without what was written."""
    found = queries.desk_within(request.auth, asked.request(), mine=asked.mine)
    return DeskList(items=answers.desk(request.auth, found.items), total=found.total)


@router.get("/provider/experts", auth=_answer, response=ExpertList)
def list_experts(request: ScopedRequest) -> ExpertList:  # noqa: ARG001 - the guard has looked at it
    """List who may be given a case."""
    people = desk.experts()
    return ExpertList(items=[ExpertOut.from_orm(person) for person in people], total=len(people))


@router.get("/provider/inquiries/pace", auth=_answer, response=PaceList)
def read_paces(request: ScopedRequest, period: Query[PeriodQuery]) -> PaceList:
    """Say how fast the experts answer: over all customers, then each."""
    paces = queries.pace_of_days(request.auth, period.days)
    items = [answers.pace(paces[None], None)]
    items += [answers.pace(paces[one.pk], TenantNameOut.from_orm(one)) for one in customers_within(request.auth)]
    return PaceList(items=items, total=len(items))


@router.get("/provider/saved-answers", auth=_answer, response=SavedAnswerList)
def list_saved_answers(request: ScopedRequest) -> SavedAnswerList:  # noqa: ARG001 - as above
    """List saved answers, by title."""
    rows = desk.saved_answers()
    return SavedAnswerList(items=[SavedAnswerOut.from_orm(row) for row in rows], total=len(rows))


@router.post("/provider/saved-answers", auth=_answer, response={201: SavedAnswerOut})
def create_saved_answer(request: ScopedRequest, form: SavedAnswerIn) -> Status[SavedAnswerOut]:
    """Keep an answer for another time."""
    return Status(201, SavedAnswerOut.from_orm(desk.save_answer(request.auth, _saved(form))))


@router.put("/provider/saved-answers/{answer_id}", auth=_answer, response=SavedAnswerOut)
def change_saved_answer(request: ScopedRequest, answer_id: uuid.UUID, form: SavedAnswerIn) -> SavedAnswerOut:
    """Change a saved answer."""
    return SavedAnswerOut.from_orm(desk.save_answer(request.auth, _saved(form), answer_id))


@router.delete("/provider/saved-answers/{answer_id}", auth=_answer, response={204: None})
def delete_saved_answer(request: ScopedRequest, answer_id: uuid.UUID) -> Status[None]:
    """Delete a saved answer."""
    desk.delete_answer(request.auth, answer_id)
    return Status(204, None)


def _saved(form: SavedAnswerIn) -> desk.SavedAnswerForm:
    return desk.SavedAnswerForm(form.title, form.language, form.text)
