"""Reads of devices, ingest keys and batches, always within a scope."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q

from huntline.identity.models import TenantModel, TenantQuerySet
from huntline.identity.scope import TenantScope
from huntline.kernel import Page, PageRequest
from huntline.telemetry.errors import DeviceNotFound
from huntline.telemetry.grouping import UNGROUPED
from huntline.telemetry.models import Device, DeviceGroup, DeviceTag, IngestBatch, IngestKey

M = TypeVar("M", bound=TenantModel)


def devices_within(
    scope: TenantScope, page: PageRequest, *, search: str = "", group: uuid.UUID | None = None, tag: str = ""
) -> Page[Device]:
    """Return the devices whose name or id holds `search`, by name, with their tags; of one group, and with one tag, where asked."""
    found = Device.objects.within(scope)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(device_id__iexact=search))
    if group is not None:
        found = found.filter(group=None) if group == UNGROUPED else found.filter(group=group)
    if tag:
        found = found.filter(Exists(DeviceTag.objects.within(scope).filter(device=OuterRef("pk"), text__iexact=tag)))
    return _page(found.select_related("group").prefetch_related(_tags(scope)), page)


def devices_known_before(scope: TenantScope, moment: datetime) -> list[Device]:
    """Return the devices that were seen before a moment, by name."""
    return list(Device.objects.within(scope).filter(first_seen__lt=moment))


def devices_called(scope: TenantScope, device_ids: Collection[str]) -> list[Device]:
    """Return those of these devices (ids of the hunting tables) that are known, by name."""
    return list(Device.objects.within(scope).filter(device_id__in=device_ids))


def device_within(scope: TenantScope, device_id: str) -> Device:
    """Return the device of that id in the hunting tables. Raises DeviceNotFound."""
    known = Device.objects.within(scope).select_related("group").prefetch_related(_tags(scope))
    device = known.filter(device_id=device_id).first()
    if device is None:
        raise DeviceNotFound(device_id)
    return device


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups of a tenant by rank, each with how many devices it has; and how many no group takes."""

    groups: list[tuple[DeviceGroup, int]]
    ungrouped: int


def groups_within(scope: TenantScope) -> Grouped:
    """Return the device groups with their sizes, in two queries."""
    rows = Device.objects.within(scope).order_by().values_list("group_id").annotate(Count("pk"))
    sizes = dict(rows)
    groups = DeviceGroup.objects.within(scope)
    return Grouped([(group, sizes.get(group.pk, 0)) for group in groups], sizes.get(None, 0))


def group_ids_within(scope: TenantScope) -> set[uuid.UUID]:
    """Return the ids of all device groups, that of the ungrouped devices too."""
    return {UNGROUPED, *DeviceGroup.objects.within(scope).values_list("pk", flat=True)}


def groups_of_devices(scope: TenantScope, device_ids: Collection[str]) -> set[uuid.UUID]:
    """Return the groups of these devices (ids of the hunting tables); one that telemetry never named is ungrouped."""
    known = dict(Device.objects.within(scope).filter(device_id__in=device_ids).values_list("device_id", "group_id"))
    return {known.get(device_id) or UNGROUPED for device_id in device_ids}


def known_devices(scope: TenantScope, device_ids: Collection[str]) -> set[str]:
    """Return those of the ids (of the hunting tables) that the scope's tenants have a device for."""
    return set(Device.objects.within(scope).filter(device_id__in=device_ids).values_list("device_id", flat=True))


def tags_within(scope: TenantScope) -> list[str]:
    """Return every tag that a device has, once."""
    rows = DeviceTag.objects.within(scope).order_by("text").values_list("text", flat=True)
    return list(rows.distinct())


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


def _tags(scope: TenantScope) -> "Prefetch[str, TenantQuerySet[DeviceTag], str]":
    return Prefetch("tags", queryset=DeviceTag.objects.within(scope))


def _page(found: TenantQuerySet[M], page: PageRequest) -> Page[M]:
    return Page(list(found[page.offset : page.offset + page.size]), found.count(), page)
