"""From rows to what crosses the wire."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from huntline.enrolment.schemas import TenantNameOut
from huntline.identity import TenantScope
from huntline.inquiries import clocks, queries
from huntline.inquiries.access import accesses_of, is_lasting, is_present, open_to
from huntline.inquiries.calendars import calendar_of
from huntline.inquiries.models import CaseAccess, Inquiry, Subject
from huntline.inquiries.schemas import (
    AccessOut,
    ClocksOut,
    DeskRowOut,
    InquiryDetailOut,
    InquiryOut,
    PaceOut,
    SpreadOut,
    StatusOut,
    SubjectOut,
    ThreadMessageOut,
)
from huntline.inquiries.states import ANSWERS, SIDES, TRANSITIONS, State, Step
from huntline.inquiries.vocabulary import SubjectKind
from huntline.kernel import now


def status(row: Inquiry) -> StatusOut:
    """Return where a case stands."""
    return StatusOut.model_validate(_status(row))


def inquiries(scope: TenantScope, rows: Sequence[Inquiry]) -> list[InquiryOut]:
    """Return inquiries of a list, whose tenants are at hand; what they are about is read in one query."""
    found = queries.subjects_of(scope, [row.pk for row in rows])
    return [InquiryOut.model_validate(_inquiry(row, found.get(row.pk, []))) for row in rows]


def detail(scope: TenantScope, row: Inquiry) -> InquiryDetailOut:
    """Return an inquiry with its thread, to those who may read it. Raises CaseAccessMissing."""
    row = queries.find_inquiry(scope, row.number)
    spans = queries.spans_of(scope, [row.pk])[row.pk]
    subjects = queries.subjects_of(scope, [row.pk])[row.pk]
    read = clocks.read(spans, calendar_of(scope.narrowed_to(row.tenant_id)).hours, now())
    return InquiryDetailOut.model_validate(
        {
            **_inquiry(row, subjects),
            "reply_email": row.reply_email,
            "contacts": row.contacts,
            "subjects": [subject(one) for one in subjects],
            "messages": [ThreadMessageOut.from_orm(one) for one in queries.thread_of(scope, row)],
            "accesses": [access(one) for one in accesses_of(scope, row)],
            "clocks": ClocksOut(**{name: span.total_seconds() for name, span in dataclasses.asdict(read).items()}),
            "steps": _steps(scope, row),
            "mine": row.assigned_id == scope.subject.id,
        }
    )


def subject(row: Subject) -> SubjectOut:
    """Return what an inquiry is about."""
    return SubjectOut.from_orm(row)


def access(row: CaseAccess) -> AccessOut:
    """Return an expert's access as it is now."""
    moment = now()
    return AccessOut.model_validate(
        {
            **{name: getattr(row, name) for name in AccessOut.model_fields if hasattr(row, name)},
            "lasting": is_lasting(row, moment),
            "present": is_present(row, moment),
        }
    )


def desk(scope: TenantScope, rows: Sequence[Inquiry]) -> list[DeskRowOut]:
    """Return cases as the desk sees them, in a bounded number of queries."""
    opened = open_to(scope)
    subjects = queries.subjects_of(scope, [row.pk for row in rows])
    coming = queries.forecasts_of(scope, rows)
    return [_desk_row(row, subjects, coming, opened) for row in rows]


def _desk_row(
    row: Inquiry,
    subjects: Mapping[uuid.UUID, list[Subject]],
    coming: Mapping[uuid.UUID, clocks.Forecast],
    opened: set[uuid.UUID],
) -> DeskRowOut:
    forecast = coming.get(row.pk)
    promise_broken = row.promised is not None and row.promised < now()
    return DeskRowOut.model_validate(
        {
            **_status(row),
            "tenant": TenantNameOut.from_orm(row.tenant),
            "subscription": row.subscription,
            "language": row.language,
            "subjects": [SubjectKind(one.kind) for one in subjects.get(row.pk, [])],
            "assigned_to": row.assigned_to,
            "due": row.promised,
            "breached": promise_broken or (forecast.breached if forecast else False),
            "at_risk": bool(forecast and forecast.at_risk),
            "open": row.pk in opened,
        }
    )


def pace(of: queries.Pace, tenant: TenantNameOut | None) -> PaceOut:
    """Return the pace of a tenant, or over all."""
    fields = {field.name: getattr(of, field.name) for field in dataclasses.fields(of)}
    spreads = {name: _spread(value) for name, value in fields.items() if isinstance(value, clocks.Spread)}
    return PaceOut.model_validate({**fields, **spreads, "tenant": tenant})


def _spread(of: clocks.Spread) -> SpreadOut:
    return SpreadOut(n=of.n, median=_seconds(of.median), p90=_seconds(of.p90), worst=_seconds(of.worst))


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _steps(scope: TenantScope, row: Inquiry) -> list[Step]:
    """Return what the reader's side can do now."""
    own = ANSWERS if scope.crosses else (Step.REPLY, Step.WITHDRAW)
    return [step for step in own if (State(row.state), step) in TRANSITIONS]


def _status(row: Inquiry) -> dict[str, object]:
    return {
        "number": row.number,
        "category": row.category,
        "state": row.state,
        "waits_for": SIDES[State(row.state)],
        "since": row.since,
        "asked": row.asked,
        "updated": row.updated,
        "promised": row.promised,
        "first_reply": row.first_reply,
        "concluded": row.concluded,
        "handed_over": row.handed_over,
    }


def _inquiry(row: Inquiry, subjects: Sequence[Subject]) -> dict[str, object]:
    return {
        **_status(row),
        "id": row.pk,
        "tenant": TenantNameOut.from_orm(row.tenant),
        "topic": row.topic,
        "about": subjects[0].label if subjects else "",
        "asked_by": row.asked_by,
        "assigned_to": row.assigned_to,
        "own_verdict": row.own_verdict,
        "expert_verdict": row.expert_verdict,
        "language": row.language,
        "subscription": row.subscription,
    }
