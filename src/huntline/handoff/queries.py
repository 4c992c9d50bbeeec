"""Reads of what was handed over, always within a scope."""

import uuid
from dataclasses import dataclass

from django.db.models import Prefetch

from huntline.handoff.errors import HandoffNotFound
from huntline.handoff.models import Handoff, HandoffReceipt, SubjectKind
from huntline.identity import TenantScope
from huntline.identity.models import TenantQuerySet
from huntline.kernel import Page, PageRequest


@dataclass(frozen=True, slots=True)
class About:
    """Packages about what: all, or those of one incident or notification."""

    kind: SubjectKind | None = None
    id: str = ""


def handoffs_within(scope: TenantScope, page: PageRequest, about: About | None = None) -> Page[Handoff]:
    """Return packages with their receipts, newest first."""
    rows = _rows(scope)
    if about and about.kind:
        rows = rows.filter(subject_kind=about.kind)
    if about and about.id:
        rows = rows.filter(subject_id=about.id)
    return Page(list(rows[page.offset : page.offset + page.size]), rows.count(), page)


def find_handoff(scope: TenantScope, handoff_id: uuid.UUID) -> Handoff:
    """Return a package with its tenant and its receipts. Raises HandoffNotFound."""
    row = _rows(scope).select_related("tenant").filter(pk=handoff_id).first()
    if row is None:
        raise HandoffNotFound
    return row


def _rows(scope: TenantScope) -> TenantQuerySet[Handoff]:
    receipts = HandoffReceipt.objects.within(scope)
    return Handoff.objects.within(scope).prefetch_related(Prefetch("receipts", queryset=receipts))
