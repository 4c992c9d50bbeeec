"""Read the record."""

import uuid
from collections.abc import Sequence

from django.db.models import Q

from huntline.audit.models import Entry, Head
from huntline.audit.services import OVERVIEW
from huntline.kernel import Page, PageRequest


def entries_of(tenant_ids: Sequence[uuid.UUID], page: PageRequest) -> Page[Entry]:
    """Return the entries that concern these tenants, newest first. The caller holds the scope that names them."""
    concerned = Q(tenant_id__in=tenant_ids) | Q(tenant_id=None, action=OVERVIEW)
    rows = Entry.objects.filter(concerned).order_by("-sequence")
    return Page(list(rows[page.offset : page.offset + page.size]), rows.count(), page)


def latest_entry(tenant_id: uuid.UUID, action: str) -> Entry | None:
    """Return the newest entry of an action that concerns the tenant, or None."""
    return Entry.objects.filter(tenant_id=tenant_id, action=action).order_by("-sequence").first()


def entries_about(tenant_id: uuid.UUID, actions: Sequence[str]) -> list[Entry]:
    """Return a tenant's entries of these actions, oldest first."""
    return list(Entry.objects.filter(tenant_id=tenant_id, action__in=actions).order_by("sequence"))


def newest_entries(limit: int, tenant_id: uuid.UUID | None = None) -> list[Entry]:
    """Return the newest entries, of one tenant or of all, for the operator's own commands."""
    rows = Entry.objects.order_by("-sequence")
    return list((rows if tenant_id is None else rows.filter(tenant_id=tenant_id))[:limit])


def chain_head() -> tuple[int, str]:
    """Return how many entries were recorded and the hash of the last: what to keep somewhere else. (0, "") for an empty chain."""
    head = Head.objects.first()
    return (head.sequence, head.hash) if head else (0, "")
