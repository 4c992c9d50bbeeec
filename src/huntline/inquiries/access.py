"""An expert's access to a case: just in time, for a while, with a reason, seen by the customer while it lasts, and revocable."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from huntline.identity import TenantScope
from huntline.identity.models import TenantQuerySet
from huntline.inquiries.errors import AccessSpanInvalid, CaseAccessMissing, CaseAccessNotFound, CaseAccessRevoked
from huntline.inquiries.events import CaseAccessOpened
from huntline.inquiries.models import CaseAccess, Inquiry
from huntline.inquiries.moves import audit, locked
from huntline.kernel import now
from huntline.outbox.services import record as record_event

MOST_HOURS: Final = 24
LONGEST_REASON: Final = 500
# The customer sees who is in the case now: an expert whose last look is no older than this.
PRESENT: Final = timedelta(minutes=2)
_NOTED: Final = timedelta(seconds=30)


@transaction.atomic
def open_case(scope: TenantScope, number: str, reason: str, hours: int) -> CaseAccess:
    """Open a case for the scope's expert, for some hours; an access that lasts is replaced by the new one.

    Raises InquiryNotFound, AccessSpanInvalid, CaseAccessRevoked.
    """
    inquiry = locked(scope, number)
    reason = reason.strip()
    if not 1 <= hours <= MOST_HOURS or not 1 <= len(reason) <= LONGEST_REASON or "\0" in reason:
        raise AccessSpanInvalid(MOST_HOURS)
    moment = now()
    own = CaseAccess.objects.within(scope).filter(inquiry=inquiry, expert_id=scope.subject.id)
    if own.exclude(revoked_by="").filter(allowed=None).exists():
        raise CaseAccessRevoked
    own.filter(closed=None, until__gt=moment).update(closed=moment)
    access = CaseAccess(
        tenant_id=inquiry.tenant_id,
        inquiry=inquiry,
        expert_id=scope.subject.id,
        expert_name=scope.subject.name,
        reason=reason,
        opened=moment,
        until=moment + timedelta(hours=hours),
    )
    access.save(force_insert=True)
    audit(scope, "case.opened", inquiry, reason=reason, until=access.until.isoformat())
    record_event(CaseAccessOpened(tenant_id=inquiry.tenant_id, inquiry_id=inquiry.pk, access_id=access.pk))
    return access


@transaction.atomic
def leave_case(scope: TenantScope, number: str) -> None:
    """End the scope's expert's own access now. Raises InquiryNotFound, CaseAccessMissing."""
    inquiry = locked(scope, number)
    if not _valid(scope, inquiry).update(closed=now()):
        raise CaseAccessMissing
    audit(scope, "case.left", inquiry)


@transaction.atomic
def revoke_access(scope: TenantScope, number: str, access_id: uuid.UUID) -> CaseAccess:
    """Take an expert's access away, by the customer. Raises InquiryNotFound, CaseAccessNotFound."""
    inquiry, access = _of_case(scope, number, access_id)
    moment = now()
    access.closed = access.closed or moment
    access.revoked_by = scope.subject.name
    access.allowed = None
    access.save()
    # The others of the same expert end with it.
    others = CaseAccess.objects.within(scope).filter(inquiry=inquiry, expert_id=access.expert_id, closed=None)
    others.update(closed=moment)
    audit(scope, "case.access_revoked", inquiry, expert=access.expert_name)
    return access


@transaction.atomic
def allow_access(scope: TenantScope, number: str, access_id: uuid.UUID) -> CaseAccess:
    """Let an expert whose access was taken away open the case again. Raises InquiryNotFound, CaseAccessNotFound."""
    inquiry, access = _of_case(scope, number, access_id)
    moment = now()
    revoked = CaseAccess.objects.within(scope).filter(inquiry=inquiry, expert_id=access.expert_id, allowed=None)
    revoked.exclude(revoked_by="").update(allowed=moment)
    access.refresh_from_db(from_queryset=CaseAccess.objects.within(scope))
    audit(scope, "case.access_allowed", inquiry, expert=access.expert_name)
    return access


def require_access(scope: TenantScope, inquiry: Inquiry) -> None:
    """Let the customer's own members pass, and an expert who has the case open; the look is noted. Raises CaseAccessMissing."""
    if not scope.crosses:
        return
    moment = now()
    access = _valid(scope, inquiry, moment).first()
    if access is None:
        raise CaseAccessMissing
    if access.last_used is None or moment - access.last_used > _NOTED:
        _valid(scope, inquiry, moment).update(last_used=moment)


def has_access(scope: TenantScope, inquiry: Inquiry) -> bool:
    """Whether `require_access` would let the scope pass."""
    return not scope.crosses or _valid(scope, inquiry).exists()


def open_to(scope: TenantScope) -> set[uuid.UUID]:
    """Return the ids of the cases that the scope's expert has open now, in one query."""
    rows = CaseAccess.objects.within(scope).filter(_lasting(now()), expert_id=scope.subject.id)
    return set(rows.values_list("inquiry_id", flat=True))


def accesses_of(scope: TenantScope, inquiry: Inquiry) -> list[CaseAccess]:
    """Return all accesses to a case, the newest first."""
    return list(CaseAccess.objects.within(scope).filter(inquiry=inquiry))


def is_lasting(access: CaseAccess, moment: datetime) -> bool:
    """Whether the access holds at a moment."""
    return access.closed is None and access.until > moment


def is_present(access: CaseAccess, moment: datetime) -> bool:
    """Whether the expert looks at the case at a moment."""
    return is_lasting(access, moment) and access.last_used is not None and moment - access.last_used <= PRESENT


def _valid(scope: TenantScope, inquiry: Inquiry, moment: datetime | None = None) -> TenantQuerySet[CaseAccess]:
    rows = CaseAccess.objects.within(scope).filter(_lasting(moment or now()))
    return rows.filter(inquiry=inquiry, expert_id=scope.subject.id)


def _lasting(moment: datetime) -> Q:
    return Q(closed=None, until__gt=moment)


def _of_case(scope: TenantScope, number: str, access_id: uuid.UUID) -> tuple[Inquiry, CaseAccess]:
    inquiry = locked(scope, number)
    access = CaseAccess.objects.within(scope).filter(inquiry=inquiry, pk=access_id).first()
    if access is None:
        raise CaseAccessNotFound
    return inquiry, access
