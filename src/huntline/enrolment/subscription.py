"""The expert subscription of a tenant: none, trial, full. The account team grants it; it is apart from notifications."""

import dataclasses
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from huntline.audit.services import record as record_audit
from huntline.enrolment.errors import (
    CreditsInvalid,
    NoSubscriptionToEnd,
    SubscriptionMissing,
    SubscriptionStepNotPossible,
    TermInPast,
)
from huntline.enrolment.events import SubscriptionChanged
from huntline.enrolment.models import Subscription
from huntline.enrolment.states import GRANTS, SubscriptionKind, SubscriptionState
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.kernel import now
from huntline.outbox.services import record as record_event

TRIAL_DAYS: Final = 90
MOST_CREDITS: Final = 10_000


@dataclass(frozen=True, slots=True)
class SubscriptionForm:
    """What the account team grants.

    `until` None: 90 days for a trial, without end for a full one. `credits`: inquiries a month, None for no limit.
    """

    kind: SubscriptionKind
    until: datetime | None = None
    credits: int | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionStanding:
    """What a tenant has now. `until` is when it ends or ended; `credits` is the number of inquiries in a calendar month of UTC."""

    state: SubscriptionState
    since: datetime | None = None
    until: datetime | None = None
    credits: int | None = None
    granted_by: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether experts may be asked."""
        return self.state in {SubscriptionState.TRIAL, SubscriptionState.FULL}


NO_SUBSCRIPTION: Final = SubscriptionStanding(SubscriptionState.NONE)


@transaction.atomic
def grant_subscription(scope: TenantScope, form: SubscriptionForm) -> SubscriptionStanding:
    """Grant the scope's tenant a trial or a full subscription from now on, or another term of it.

    Raises SubscriptionStepNotPossible, TermInPast, CreditsInvalid.
    """
    moment = now()
    before = subscription_of(scope)
    if form.kind not in GRANTS[before.state]:
        raise SubscriptionStepNotPossible(form.kind, before.state)
    until = form.until or (moment + timedelta(days=TRIAL_DAYS) if form.kind == SubscriptionKind.TRIAL else None)
    if until is not None and until <= moment:
        raise TermInPast
    if form.credits is not None and not 1 <= form.credits <= MOST_CREDITS:
        raise CreditsInvalid(MOST_CREDITS)
    goes_on = before.since is not None and before.state == form.kind.value
    row, _ = (
        Subscription.objects.within(scope)
        .select_for_update()
        .update_or_create(
            tenant_id=scope.tenant,
            defaults={
                "kind": form.kind,
                "since": (goes_on and before.since) or moment,
                "until": until,
                "credits": form.credits,
                "granted_by": scope.subject.name,
                "ended": None,
            },
        )
    )
    _tell(scope, row, "subscription.granted", before.state)
    return _standing(row, moment)


@transaction.atomic
def end_subscription(scope: TenantScope) -> SubscriptionStanding:
    """End the subscription of the scope's tenant now. Raises NoSubscriptionToEnd."""
    moment = now()
    row = Subscription.objects.within(scope).select_for_update().filter(tenant_id=scope.tenant).first()
    if row is None or not _standing(row, moment).is_valid:
        raise NoSubscriptionToEnd
    before = _standing(row, moment).state
    row.ended = moment
    row.save()
    _tell(scope, row, "subscription.ended", before)
    return _standing(row, moment)


def subscription_of(scope: TenantScope) -> SubscriptionStanding:
    """Return what the scope's one tenant has now."""
    row = Subscription.objects.within(scope).filter(tenant_id=scope.tenant).first()
    return _standing(row, now()) if row else NO_SUBSCRIPTION


def subscriptions_within(scope: TenantScope) -> dict[uuid.UUID, SubscriptionStanding]:
    """Return what each tenant of the scope has now, in one query; one that never had any has its entry too."""
    moment = now()
    rows = Subscription.objects.within(scope)
    return dict.fromkeys(scope.tenants, NO_SUBSCRIPTION) | {row.tenant_id: _standing(row, moment) for row in rows}


def require_subscription(scope: TenantScope) -> SubscriptionStanding:
    """Return what the scope's tenant has, held until the end of the current transaction.

    Call inside a transaction. Raises SubscriptionMissing.
    """
    row = Subscription.objects.within(scope).select_for_update().filter(tenant_id=scope.tenant).first()
    standing = _standing(row, now()) if row else NO_SUBSCRIPTION
    if not standing.is_valid:
        raise SubscriptionMissing(standing.state)
    return standing


def _standing(row: Subscription, moment: datetime) -> SubscriptionStanding:
    stands = SubscriptionStanding(SubscriptionState(row.kind), row.since, row.until, row.credits, row.granted_by)
    if row.ended is not None:
        return dataclasses.replace(stands, state=SubscriptionState.NONE, until=row.ended)
    if row.until is None or row.until > moment:
        return stands
    # A trial that is over cannot be had again; after a full term everything is open.
    over = SubscriptionState.EXPIRED if row.kind == SubscriptionKind.TRIAL else SubscriptionState.NONE
    return dataclasses.replace(stands, state=over)


def _tell(scope: TenantScope, row: Subscription, action: str, before: SubscriptionState) -> None:
    record_audit(
        action,
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="subscription",
        object_id=row.pk,
        detail={
            "kind": row.kind,
            "before": before,
            "until": row.until.isoformat() if row.until else None,
            "credits": row.credits,
        },
    )
    record_event(SubscriptionChanged(tenant_id=scope.tenant, subscription_id=row.pk))
