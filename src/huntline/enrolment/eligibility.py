"""The talk about eligibility, before a customer applies: recorded by the account manager."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction

from huntline.audit.services import record as record_audit
from huntline.enrolment.errors import TalkInFuture, TalkWithoutPeople
from huntline.enrolment.models import EligibilityTalk
from huntline.enrolment.states import TalkOutcome
from huntline.identity import TenantScope
from huntline.identity.models import Tenant
from huntline.identity.services import actor_of
from huntline.kernel import now


@dataclass(frozen=True, slots=True)
class TalkForm:
    """What is written down about a talk. held: the day, in the customer's time zone. participants: who, in words."""

    held: date
    participants: str
    outcome: TalkOutcome
    notes: str = ""


@transaction.atomic
def record_talk(scope: TenantScope, form: TalkForm) -> EligibilityTalk:
    """Record a talk with the scope's tenant. Raises TalkInFuture, TalkWithoutPeople."""
    participants = " ".join(form.participants.split())
    if not participants:
        raise TalkWithoutPeople
    zone = ZoneInfo(Tenant.objects.only("timezone").get(pk=scope.tenant).timezone)
    if form.held > now().astimezone(zone).date():
        raise TalkInFuture
    talk = EligibilityTalk(
        tenant_id=scope.tenant,
        held=form.held,
        participants=participants,
        outcome=form.outcome,
        notes=form.notes.strip(),
        recorded_by_id=scope.subject.id,
        recorded_by_name=scope.subject.name,
    )
    talk.save(force_insert=True)
    record_audit(
        "eligibility.talk_recorded",
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="eligibility_talk",
        object_id=talk.pk,
        detail={"held": form.held.isoformat(), "outcome": form.outcome},
    )
    return talk


def talks_within(scope: TenantScope) -> list[EligibilityTalk]:
    """Return the recorded talks of the scope's tenants, newest first."""
    return list(EligibilityTalk.objects.within(scope))
