"""Read inquiries: a customer's own, the desk over all customers, and the clocks."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from huntline.identity import TenantScope
from huntline.inquiries import clocks
from huntline.inquiries.access import open_to, require_access
from huntline.inquiries.calendars import Agreed, calendars_within
from huntline.inquiries.errors import InquiryNotFound
from huntline.inquiries.models import Inquiry, Message, Span, Subject
from huntline.inquiries.states import OPEN, State
from huntline.kernel import Page, PageRequest, now


def inquiries_within(
    scope: TenantScope, page: PageRequest, states: Collection[State] = (), search: str = ""
) -> Page[Inquiry]:
    """Return inquiries, the latest change first, each with its tenant; to an expert, those that they have open."""
    rows = Inquiry.objects.within(scope).select_related("tenant")
    if scope.crosses:
        rows = rows.filter(pk__in=open_to(scope))
    if states:
        rows = rows.filter(state__in=states)
    text = search.strip().replace("\0", "")
    if text:
        rows = rows.filter(Q(topic__icontains=text) | Q(number__iexact=text) | Q(asked_by__icontains=text))
    return Page(list(rows[page.offset : page.offset + page.size]), rows.count(), page)


def desk_within(scope: TenantScope, page: PageRequest, *, mine: bool = False) -> Page[Inquiry]:
    """Return the open inquiries of all the scope's tenants, what is due first at the top; those awaited from customers come last."""
    rows = Inquiry.objects.within(scope).filter(state__in=OPEN).select_related("tenant")
    if mine:
        rows = rows.filter(assigned_id=scope.subject.id)
    ordered = rows.order_by(F("promised").asc(nulls_last=True), "since", "id")
    return Page(list(ordered[page.offset : page.offset + page.size]), rows.count(), page)


def known_inquiry(scope: TenantScope, number: str) -> Inquiry:
    """Return an inquiry with its tenant, for what may be known of it without having it open. Raises InquiryNotFound."""
    row = None
    if "\0" not in number:
        row = Inquiry.objects.within(scope).select_related("tenant").filter(number=number).first()
    if row is None:
        raise InquiryNotFound(number)
    return row


def find_inquiry(scope: TenantScope, number: str) -> Inquiry:
    """Return an inquiry with its tenant, for those who may read it. Raises InquiryNotFound, CaseAccessMissing."""
    row = known_inquiry(scope, number)
    require_access(scope, row)
    return row


def inquiry_with_id(scope: TenantScope, inquiry_id: uuid.UUID) -> Inquiry:
    """Return an inquiry with its tenant, for jobs that an event names it to. Raises InquiryNotFound."""
    row = Inquiry.objects.within(scope).select_related("tenant").filter(pk=inquiry_id).first()
    if row is None:
        raise InquiryNotFound(str(inquiry_id))
    return row


def subjects_of(scope: TenantScope, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Subject]]:
    """Return the subjects of some inquiries, in one query; nothing stands for the others."""
    found: dict[uuid.UUID, list[Subject]] = defaultdict(list)
    for row in Subject.objects.within(scope).filter(inquiry_id__in=list(ids)):
        found[row.inquiry_id].append(row)
    return found


def thread_of(scope: TenantScope, inquiry: Inquiry) -> list[Message]:
    """Return the messages of an inquiry, the first one first."""
    return list(Message.objects.within(scope).filter(inquiry=inquiry))


def find_message(scope: TenantScope, inquiry_id: uuid.UUID, message_id: uuid.UUID) -> Message:
    """Return one message of an inquiry with both and the tenant. Raises InquiryNotFound."""
    rows = Message.objects.within(scope).select_related("inquiry__tenant")
    row = rows.filter(inquiry_id=inquiry_id, pk=message_id).first()
    if row is None:
        raise InquiryNotFound(str(inquiry_id))
    return row


def spans_of(scope: TenantScope, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Span]]:
    """Return the spans of some inquiries, in one query; nothing stands for the others."""
    found: dict[uuid.UUID, list[Span]] = defaultdict(list)
    for row in Span.objects.within(scope).filter(inquiry_id__in=list(ids)):
        found[row.inquiry_id].append(row)
    return found


def past_inquiries(scope: TenantScope, references: Sequence[str]) -> list[Inquiry]:
    """Return the tenant's inquiries about any of the same references, newest first, 20 at most: what was asked before about it."""
    rows = Subject.objects.within(scope).filter(reference__in=references)
    return list(Inquiry.objects.within(scope).filter(pk__in=rows.values("inquiry_id")).order_by("-asked")[:20])


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the experts are, over the inquiries of a period: business time to the first reply, to the end, and of each side.

    `goal_met` counts the first replies that came within the goal, of `first_reply.n`; `promises` counts answers that came by their
    promised time, of `promised`. `open` and `breached` are of now.
    """

    asked: int
    open: int
    breached: int
    at_risk: int
    goal_met: int
    promised: int
    promises_kept: int
    first_reply: clocks.Spread
    expert_time: clocks.Spread
    customer_time: clocks.Spread
    to_conclusion: clocks.Spread


def pace_within(scope: TenantScope, start: datetime, end: datetime) -> dict[uuid.UUID | None, Pace]:
    """Return the pace for each tenant of the scope, and under None over all of them, for inquiries asked in [start, end).

    A bounded number of queries whatever the number of inquiries.
    """
    rows = list(Inquiry.objects.within(scope).filter(asked__gte=start, asked__lt=end))
    spans = spans_of(scope, [row.pk for row in rows])
    promises = _promises(scope, rows)
    calendars = calendars_within(scope)
    by_tenant: dict[uuid.UUID | None, list[Inquiry]] = {tenant: [] for tenant in scope.tenants}
    for row in rows:
        by_tenant[row.tenant_id].append(row)
    by_tenant[None] = rows
    moment = now()
    return {tenant: _pace(own, spans, promises, calendars, moment) for tenant, own in by_tenant.items()}


def pace_of_days(scope: TenantScope, days: int) -> dict[uuid.UUID | None, Pace]:
    """Return the pace for inquiries asked in the last days (see `pace_within`)."""
    moment = now()
    return pace_within(scope, moment - timedelta(days=days), moment)


def forecasts_of(scope: TenantScope, rows: Sequence[Inquiry]) -> dict[uuid.UUID, clocks.Forecast]:
    """Return what will come of the first reply of those inquiries that wait for it, by the pace of the last 90 days."""
    moment = now()
    waiting = [row for row in rows if row.first_reply is None and State(row.state) in OPEN]
    if not waiting:
        return {}
    calendars = calendars_within(scope)
    paces = _first_reply_pace(scope, moment, calendars)
    return _forecasts(waiting, calendars, paces, moment)


def _first_reply_pace(
    scope: TenantScope, moment: datetime, calendars: dict[uuid.UUID, Agreed]
) -> dict[uuid.UUID, timedelta | None]:
    answered = Inquiry.objects.within(scope).filter(asked__gte=moment - timedelta(days=90)).exclude(first_reply=None)
    times: dict[uuid.UUID, list[timedelta]] = defaultdict(list)
    for tenant, asked, first in answered.values_list("tenant_id", "asked", "first_reply"):
        times[tenant].append(calendars[tenant].hours.between(asked, first or moment))
    return {tenant: clocks.spread(own).p90 for tenant, own in times.items()}


def _forecasts(
    rows: Sequence[Inquiry],
    calendars: dict[uuid.UUID, Agreed],
    paces: dict[uuid.UUID, timedelta | None],
    moment: datetime,
) -> dict[uuid.UUID, clocks.Forecast]:
    found: dict[uuid.UUID, clocks.Forecast] = {}
    for row in rows:
        agreed = calendars[row.tenant_id]
        one = clocks.forecast(agreed.hours, row.asked, agreed.first_reply, paces.get(row.tenant_id), moment)
        if one is not None:
            found[row.pk] = one
    return found


def _promises(scope: TenantScope, rows: Sequence[Inquiry]) -> dict[uuid.UUID, list[bool]]:
    """Return, for each inquiry, which promises of a next message were kept; one that is not due yet is none."""
    kept: dict[uuid.UUID, list[bool]] = defaultdict(list)
    awaited: dict[uuid.UUID, datetime] = {}
    moment = now()
    messages = Message.objects.within(scope).filter(inquiry__in=[row.pk for row in rows], author="experts")
    for inquiry, written, promised in messages.values_list("inquiry_id", "written", "promised"):
        if inquiry in awaited:
            kept[inquiry].append(written <= awaited.pop(inquiry))
        if promised is not None:
            awaited[inquiry] = promised
    for inquiry, promised in awaited.items():
        if promised < moment:
            kept[inquiry].append(False)
    return kept


def _pace(
    rows: Sequence[Inquiry],
    spans: dict[uuid.UUID, list[Span]],
    promises: dict[uuid.UUID, list[bool]],
    calendars: dict[uuid.UUID, Agreed],
    moment: datetime,
) -> Pace:
    first = [
        (row, calendars[row.tenant_id].hours.between(row.asked, row.first_reply)) for row in rows if row.first_reply
    ]
    read = [clocks.read(spans.get(row.pk, []), calendars[row.tenant_id].hours, moment) for row in rows]
    waiting = [row for row in rows if row.first_reply is None and State(row.state) in OPEN]
    usual = clocks.spread([taken for _, taken in first])
    coming = _forecasts(waiting, calendars, {row.tenant_id: usual.p90 for row in rows}, moment).values()
    settled = [kept for row in rows for kept in promises.get(row.pk, [])]
    return Pace(
        asked=len(rows),
        open=sum(State(row.state) in OPEN for row in rows),
        breached=sum(one.breached for one in coming),
        at_risk=sum(one.at_risk for one in coming),
        goal_met=sum(taken <= calendars[row.tenant_id].first_reply for row, taken in first),
        promised=len(settled),
        promises_kept=sum(settled),
        first_reply=usual,
        expert_time=clocks.spread([one.experts_business for one in read]),
        customer_time=clocks.spread([one.customer_business for one in read]),
        to_conclusion=clocks.spread(
            [calendars[row.tenant_id].hours.between(row.asked, row.concluded) for row in rows if row.concluded]
        ),
    )
