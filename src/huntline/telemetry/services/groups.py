"""Device groups and tags. Whoever changes one changes which group devices belong to, in the same transaction."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.identity.scope import TenantScope
from huntline.identity.services import actor_of
from huntline.telemetry.errors import DeviceGroupIncomplete, DeviceGroupNotFound, DeviceNotFound, TagsInvalid
from huntline.telemetry.grouping import Condition, Described, Operator, Property, first_group
from huntline.telemetry.models import Device, DeviceGroup, DeviceTag

MOST_CONDITIONS: Final = 20
MOST_TAGS: Final = 50
LONGEST_TAG: Final = 100
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class GroupForm:
    """What a group says. rank: its place, 1 is asked first; None for the last place."""

    name: str
    conditions: Sequence[Condition]
    description: str = ""
    rank: int | None = None


@transaction.atomic
def create_group(scope: TenantScope, form: GroupForm) -> DeviceGroup:
    """Make a group and put devices into it. Raises DeviceGroupIncomplete."""
    group = DeviceGroup(tenant_id=scope.tenant, rank=0)
    _write(scope, group, form)
    _audit(scope, "device_group.created", group, form)
    return group


@transaction.atomic
def change_group(scope: TenantScope, group_id: uuid.UUID, form: GroupForm) -> DeviceGroup:
    """Change a group, or its rank; devices move accordingly. Raises DeviceGroupNotFound, DeviceGroupIncomplete."""
    group = _locked(scope, group_id)
    _write(scope, group, form)
    _audit(scope, "device_group.changed", group, form)
    return group


@transaction.atomic
def delete_group(scope: TenantScope, group_id: uuid.UUID) -> None:
    """Delete a group; its devices go to the next that takes them. Raises DeviceGroupNotFound."""
    group = _locked(scope, group_id)
    _audit(scope, "device_group.deleted", group, None)
    group.delete()
    _renumber([row for row in _groups(scope.tenant) if row.pk != group_id])
    regroup(scope.tenant)


@transaction.atomic
def tag_device(scope: TenantScope, device_id: str, tags: Collection[str]) -> Device:
    """Give a device these tags in place of those it has; it may change its group. Raises DeviceNotFound, TagsInvalid."""
    wanted = {" ".join(tag.split()) for tag in tags} - {""}
    if len(wanted) > MOST_TAGS or any(len(tag) > LONGEST_TAG or not tag.isprintable() for tag in wanted):
        raise TagsInvalid(MOST_TAGS, LONGEST_TAG)
    device = Device.objects.within(scope).select_for_update().filter(device_id=device_id).first()
    if device is None:
        raise DeviceNotFound(device_id)
    rows = DeviceTag.objects.within(scope).filter(device=device)
    present = set(rows.values_list("text", flat=True))
    rows.exclude(text__in=wanted).delete()
    DeviceTag.objects.unscoped("the device is within the scope").bulk_create(
        [DeviceTag(tenant_id=scope.tenant, device=device, text=tag) for tag in sorted(wanted - present)]
    )
    place([device], {device.pk: wanted}, _groups(scope.tenant))
    device.save(update_fields=["group"])
    record(
        "device.tagged",
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="device",
        object_id=device_id,
        detail={"tags": sorted(wanted)},
    )
    return device


def regroup(tenant_id: uuid.UUID) -> None:
    """Put every device of the tenant into the group that takes it."""
    groups, tags = _groups(tenant_id), _tags(tenant_id)
    devices = Device.objects.unscoped("the caller names the tenant").filter(tenant_id=tenant_id)
    changed: list[Device] = []
    for device in devices.iterator(chunk_size=_AT_ONCE):
        before = device.group_id
        place([device], tags, groups)
        if device.group_id != before:
            changed.append(device)
    devices.bulk_update(changed, ["group"], batch_size=_AT_ONCE)


def place_named(tenant_id: uuid.UUID, devices: Sequence[Device]) -> None:
    """Set the group of devices that are new or have another name; the caller saves them."""
    groups = _groups(tenant_id)
    if groups and devices:
        place(devices, _tags(tenant_id), groups)


def place(devices: Iterable[Device], tags: Mapping[uuid.UUID, Collection[str]], groups: Sequence[DeviceGroup]) -> None:
    """Set the group of each device. groups: by rank."""
    ranked = [(group.pk, conditions_of(group)) for group in groups]
    for device in devices:
        device.group_id = first_group(ranked, Described(device.name, device.os_platform, tags.get(device.pk, ())))


def conditions_of(group: DeviceGroup) -> list[Condition]:
    """Return the conditions as they are kept."""
    return [
        Condition(Property(row["property"]), Operator(row["operator"]), tuple(row["values"]))
        for row in group.conditions
    ]


def _groups(tenant_id: uuid.UUID) -> list[DeviceGroup]:
    rows = DeviceGroup.objects.unscoped("the caller names the tenant").filter(tenant_id=tenant_id)
    return list(rows.select_for_update().order_by("rank", "name"))


def _tags(tenant_id: uuid.UUID) -> dict[uuid.UUID, set[str]]:
    """Return the tags of each device that has some."""
    tags: dict[uuid.UUID, set[str]] = {}
    rows = DeviceTag.objects.unscoped("the caller names the tenant").filter(tenant_id=tenant_id)
    for device, text in rows.values_list("device_id", "text"):
        tags.setdefault(device, set()).add(text)
    return tags


def _locked(scope: TenantScope, group_id: uuid.UUID) -> DeviceGroup:
    group = DeviceGroup.objects.within(scope).select_for_update().filter(pk=group_id).first()
    if group is None:
        raise DeviceGroupNotFound
    return group


def _write(scope: TenantScope, group: DeviceGroup, form: GroupForm) -> None:
    name = " ".join(form.name.split())
    others = [row for row in _groups(scope.tenant) if row.pk != group.pk]
    if not name or len(name) > 100 or name.casefold() in {row.name.casefold() for row in others}:
        raise DeviceGroupIncomplete("name")
    if not 1 <= len(form.conditions) <= MOST_CONDITIONS or any(not _is_whole(one) for one in form.conditions):
        raise DeviceGroupIncomplete("conditions")
    group.name, group.description = name, form.description.strip()
    group.conditions = [asdict(condition) | {"values": list(condition.values)} for condition in form.conditions]
    last = len(others) + 1
    place_of = last if form.rank is None else min(max(form.rank, 1), last)
    group.rank = place_of
    group.save()
    _renumber([*others[: place_of - 1], group, *others[place_of - 1 :]])
    regroup(scope.tenant)


def _is_whole(condition: Condition) -> bool:
    return 1 <= len(condition.values) <= MOST_TAGS and all(
        value.strip() and len(value) <= 200 for value in condition.values
    )


def _renumber(groups: Sequence[DeviceGroup]) -> None:
    for rank, group in enumerate(groups, 1):
        if group.rank != rank:
            group.rank = rank
            group.save(update_fields=["rank"])


def _audit(scope: TenantScope, action: str, group: DeviceGroup, form: GroupForm | None) -> None:
    detail: dict[str, object] = {"name": group.name}
    if form is not None:
        detail |= {"rank": group.rank, "conditions": group.conditions}
    record(
        action,
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="device_group",
        object_id=group.pk,
        detail=detail,
    )
