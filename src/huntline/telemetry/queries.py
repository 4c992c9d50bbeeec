"""Reads of devices, ingest keys and batches, always within a scope."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Max

from huntline.identity.models import TenantModel, TenantQuerySet
from huntline.identity.scope import TenantScope
from huntline.kernel import Page, PageRequest
from huntline.telemetry.errors import DeviceNotFound
from huntline.telemetry.models import Device, IngestBatch, IngestKey

M = TypeVar("M", bound=TenantModel)


def devices_within(scope: TenantScope, page: PageRequest, *, search: str = "") -> Page[Device]:
    """Return the devices whose name or id holds `search`, by name."""
    found = Device.objects.within(scope)
    if search:
        found = found.filter(name__icontains=search) | found.filter(device_id__iexact=search)
    return _page(found, page)


def devices_known_before(scope: TenantScope, moment: datetime) -> list[Device]:
    """Return the devices that were seen before a moment, by name."""
    return list(Device.objects.within(scope).filter(first_seen__lt=moment))


def device_within(scope: TenantScope, device_id: str) -> Device:
    """Return the device of that id in the hunting tables. Raises DeviceNotFound."""
    device = Device.objects.within(scope).filter(device_id=device_id).first()
    if device is None:
        raise DeviceNotFound(device_id)
    return device


def keys_within(scope: TenantScope) -> list[IngestKey]:
    """Return the ingest keys, newest first, the revoked ones too."""
    return list(IngestKey.objects.within(scope))


def batches_within(scope: TenantScope, page: PageRequest) -> Page[IngestBatch]:
    """Return the batches that were sent, newest first."""
    return _page(IngestBatch.objects.within(scope), page)


@dataclass(frozen=True, slots=True)
class Reporting:
    """How many devices of a tenant ever reported, and when the last one did."""

    devices: int
    last_seen: datetime | None


def reporting_by_tenant(scope: TenantScope) -> dict[uuid.UUID, Reporting]:
    """Return what reports in each tenant of the scope, in one query."""
    rows = Device.objects.within(scope).order_by().values_list("tenant_id").annotate(Count("pk"), Max("last_seen"))
    known = {tenant: Reporting(count, last) for tenant, count, last in rows}
    return {tenant: known.get(tenant, Reporting(0, None)) for tenant in scope.tenants}


def _page(found: TenantQuerySet[M], page: PageRequest) -> Page[M]:
    return Page(list(found[page.offset : page.offset + page.size]), found.count(), page)
