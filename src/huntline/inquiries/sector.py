"""“Was it only us?”: in how many other organizations of the sector something was seen, told so that none of them can be made out.

An organization takes part by its own choice, and only those that take part ask. A question is answered once in a quarter: asked again, it
has the same answer. Each organization that is looked into finds that in its audit record, without what was asked and by whom.
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from huntline.audit.services import SYSTEM
from huntline.audit.services import record as record_audit
from huntline.hunting.services import Indicator, has_seen, read_indicator
from huntline.identity import Permission, TenantScope
from huntline.identity.services import actor_of, scope_of_job
from huntline.inquiries.access import require_access
from huntline.inquiries.disclosure import SMALLEST_COHORT, noise, told
from huntline.inquiries.errors import (
    SectorNotJoined,
    SectorQuestionInvalid,
    SectorQuestionsUsedUp,
    SectorTooSmall,
)
from huntline.inquiries.models import Inquiry, SectorAnswer, SectorMembership
from huntline.inquiries.moves import audit, locked
from huntline.inquiries.vocabulary import Sector
from huntline.kernel import now

OWNER: Final = "sector comparison"
MOST_INDICATORS: Final = 20
MOST_DAYS: Final = 180
# Each answer tells a little (see `disclosure`), and what they tell adds up: so many in a quarter, and no more.
QUESTIONS: Final = 8
_COMPARES: Final = "the comparison reads who takes part; nothing of it is shown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is told. `seen`: about so many other organizations, None for few or none. `period`: the quarter in which it was first asked."""

    sector: Sector
    seen: int | None
    days: int
    period: str


def membership_of(scope: TenantScope) -> Sector | None:
    """Return the sector in which the scope's tenant takes part, or None."""
    row = SectorMembership.objects.within(scope).filter(tenant_id=scope.tenant).first()
    return Sector(row.sector) if row else None


@transaction.atomic
def join(scope: TenantScope, sector: Sector) -> Sector:
    """Take part in the comparison, from now on, in one sector."""
    SectorMembership.objects.within(scope).update_or_create(
        tenant_id=scope.tenant, defaults={"sector": sector, "joined": now(), "joined_by": scope.subject.name}
    )
    _audit(scope, "sector.joined", sector=sector)
    return sector


@transaction.atomic
def leave(scope: TenantScope) -> None:
    """Take part no more: the organization is in no comparison from now on."""
    SectorMembership.objects.within(scope).filter(tenant_id=scope.tenant).delete()
    _audit(scope, "sector.left")


def compare(scope: TenantScope, number: str, indicators: Sequence[str], days: int) -> Comparison:
    """Say in how many other organizations of the customer's sector any of the indicators was seen in the last `days`.

    Asked by an expert who has the case open. Raises InquiryNotFound, CaseAccessMissing, SectorQuestionInvalid, IndicatorInvalid,
    SectorNotJoined, SectorTooSmall, SectorQuestionsUsedUp, and what the engine raises.
    """
    if not 1 <= days <= MOST_DAYS or not 1 <= len(indicators) <= MOST_INDICATORS:
        raise SectorQuestionInvalid(MOST_INDICATORS, MOST_DAYS)
    asked = sorted({read_indicator(text) for text in indicators})
    with transaction.atomic():
        inquiry = locked(scope, number)
        require_access(scope, inquiry)
    sector = membership_of(scope)
    if sector is None:
        raise SectorNotJoined
    period = _quarter(now())
    question = _question(sector, asked, days, period)
    known = SectorAnswer.objects.within(scope).filter(question=question).first()
    if known is not None:
        return Comparison(sector, known.seen, days, period)
    others = _others(scope, sector)
    count = sum(_look(tenant, asked, days) for tenant in others)
    seen = told(count + noise(settings.SECRET_KEY.encode(), f"{scope.tenant}{question}".encode()))
    return _keep(scope, inquiry, question, Comparison(sector, seen, days, period))


def _others(scope: TenantScope, sector: Sector) -> list[uuid.UUID]:
    """Return the other organizations that take part. Raises SectorTooSmall, SectorQuestionsUsedUp."""
    rows = SectorMembership.objects.unscoped(_COMPARES).filter(sector=sector).exclude(tenant_id=scope.tenant)
    others = list(rows.values_list("tenant_id", flat=True))
    if len(others) < SMALLEST_COHORT:
        raise SectorTooSmall(SMALLEST_COHORT)
    asked = SectorAnswer.objects.within(scope).filter(period=_quarter(now())).count()
    if asked >= QUESTIONS:
        raise SectorQuestionsUsedUp(QUESTIONS)
    return others


def _look(tenant_id: uuid.UUID, indicators: Sequence[Indicator], days: int) -> bool:
    record_audit("sector.counted", actor=SYSTEM, tenant_id=tenant_id, object_type="sector", object_id=tenant_id)
    return has_seen(scope_of_job(OWNER, (tenant_id,), frozenset({Permission.HUNT_RUN})), indicators, days)


@transaction.atomic
def _keep(scope: TenantScope, inquiry: Inquiry, question: str, answer: Comparison) -> Comparison:
    """Keep the answer; where the same was asked at the same moment, the first one holds."""
    row, made = SectorAnswer.objects.within(scope).get_or_create(
        tenant_id=scope.tenant,
        question=question,
        defaults={
            "inquiry": inquiry,
            "sector": answer.sector,
            "period": answer.period,
            "seen": answer.seen,
            "asked_by": scope.subject.name,
        },
    )
    if made:
        audit(scope, "sector.compared", inquiry, sector=answer.sector, days=answer.days, seen=answer.seen)
    return Comparison(answer.sector, row.seen, answer.days, answer.period)


def _question(sector: Sector, indicators: Sequence[Indicator], days: int, period: str) -> str:
    content = json.dumps([sector, [[one.kind, one.value] for one in indicators], days, period])
    return hashlib.sha256(content.encode()).hexdigest()


def _quarter(moment: datetime) -> str:
    at = moment.astimezone(UTC)
    return f"{at.year}-Q{(at.month - 1) // 3 + 1}"


def _audit(scope: TenantScope, action: str, **detail: object) -> None:
    record_audit(
        action,
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="sector",
        object_id=scope.tenant,
        detail=detail,
    )
