"""The experts' side: the four answers and the report between them. Each is one transaction with its audit entry and its event."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from huntline.hunting.models import Disclosure
from huntline.hunting.services import release_evidence
from huntline.identity import TenantScope
from huntline.inquiries.access import require_access
from huntline.inquiries.errors import InquiryStepNotPossible, PromiseInvalid, ReferenceInvalid
from huntline.inquiries.events import InquiryAnswered
from huntline.inquiries.models import Inquiry, Message
from huntline.inquiries.moves import add_message, audit, checked_text, locked, move
from huntline.inquiries.states import ANSWERS, SIDES, Side, State, Step, follow
from huntline.inquiries.vocabulary import Author, MessageKind, Verdict
from huntline.kernel import now
from huntline.outbox.services import record as record_event

MOST_REFERENCES: Final = 20
FURTHEST_PROMISE: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """What an expert answers. `promised` is when the experts write next: needed with more time; `verdict` is told when it is concluded.

    `references` are links (an article about a malware family), `evidence_ids` what hunts of this case found: the customer sees it from
    then on, with as much of the queries as `disclosure` says.
    """

    step: Step
    text: str
    promised: datetime | None = None
    references: Sequence[str] = ()
    evidence_ids: Sequence[uuid.UUID] = ()
    verdict: Verdict | None = None
    disclosure: Disclosure = Disclosure.FULL


@transaction.atomic
def answer(scope: TenantScope, number: str, form: AnswerForm) -> Message:
    """Write to the customer, in one of the ways of the table.

    Raises InquiryNotFound, CaseAccessMissing, InquiryTextInvalid, InquiryStepNotPossible, PromiseInvalid, ReferenceInvalid,
    EvidenceNotFound.
    """
    inquiry = locked(scope, number)
    require_access(scope, inquiry)
    before = State(inquiry.state)
    if form.step not in ANSWERS:
        raise InquiryStepNotPossible(form.step, before)
    state = follow(before, form.step)
    moment = now()
    _require_promise(form, moment)
    evidence = list(dict.fromkeys(form.evidence_ids))
    if evidence:
        release_evidence(scope, evidence, form.disclosure)
    message = Message(
        tenant_id=inquiry.tenant_id,
        inquiry=inquiry,
        author=Author.EXPERTS,
        kind=MessageKind(form.step.value),
        text=checked_text("text", form.text),
        references=_references(form.references),
        evidence_ids=[str(one) for one in evidence],
        promised=form.promised,
        written=moment,
        person_id=scope.subject.id,
        person_name=scope.subject.name,
    )
    add_message(message)
    _settle(inquiry, state, form, moment)
    if not inquiry.assigned_id:
        inquiry.assigned_id, inquiry.assigned_to = scope.subject.id, scope.subject.name
    move(inquiry, state)
    audit(scope, "inquiry.answered", inquiry, step=form.step, message=str(message.pk), before=before)
    record_event(
        InquiryAnswered(tenant_id=inquiry.tenant_id, inquiry_id=inquiry.pk, message_id=message.pk, step=form.step.value)
    )
    return message


@transaction.atomic
def note_handover(scope: TenantScope, number: str) -> None:
    """Note that the case was handed over to incident responders; the inquiry goes on. Raises InquiryNotFound."""
    inquiry = locked(scope, number)
    inquiry.handed_over = inquiry.handed_over or now()
    inquiry.save(update_fields=["handed_over"])
    audit(scope, "inquiry.handed_over", inquiry)


def _settle(inquiry: Inquiry, state: State, form: AnswerForm, moment: datetime) -> None:
    """Put down what the answer means for promises, reminders and the verdict."""
    inquiry.first_reply = inquiry.first_reply or moment
    if form.promised is not None:
        inquiry.promised = form.promised
    elif SIDES[state] is not Side.EXPERTS:
        inquiry.promised = None  # the customer writes next, or nobody
    if state is not State(inquiry.state):
        inquiry.reminders, inquiry.reminded = 0, None
    inquiry.concluded = moment if state is State.CONCLUDED else None
    if form.verdict is not None:
        inquiry.expert_verdict = form.verdict


def _require_promise(form: AnswerForm, moment: datetime) -> None:
    if form.promised is None:
        if form.step is Step.NEED_TIME:
            raise PromiseInvalid
    elif not moment < form.promised <= moment + FURTHEST_PROMISE or form.step is Step.CONCLUDE:
        raise PromiseInvalid


def _references(urls: Sequence[str]) -> list[str]:
    for url in urls:
        is_link = url.startswith(("https://", "http://")) and len(url) <= 2000 and url.isprintable() and " " not in url
        if not is_link or len(urls) > MOST_REFERENCES:
            raise ReferenceInvalid(url)
    return list(dict.fromkeys(urls))
