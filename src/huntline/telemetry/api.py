"""Routes: the doors of ingest (`doors`, under `/ingest/v1/`), and keys, batches and devices in the portal's API."""

import uuid
from datetime import UTC, timedelta
from typing import Annotated

from django.conf import settings
from ninja import Query, Router, Status

from huntline.identity.guards import ScopedRequest, member
from huntline.identity.permissions import Permission
from huntline.kernel import PageQuery, now
from huntline.telemetry import queries, services
from huntline.telemetry.coverage import coverage_of
from huntline.telemetry.grouping import Condition
from huntline.telemetry.guards import SenderRequest, ingest_key
from huntline.telemetry.intake.bodies import Readable, read_body
from huntline.telemetry.models import Device, DeviceGroup
from huntline.telemetry.schemas import (
    BatchList,
    BatchOut,
    CheckOut,
    ConditionIn,
    CoverageOut,
    DeviceGroupIn,
    DeviceGroupList,
    DeviceGroupOut,
    DeviceList,
    DeviceOut,
    DeviceQuery,
    GapOut,
    GroupNameOut,
    IngestKeyIn,
    IngestKeyList,
    IngestKeyOut,
    NewIngestKeyOut,
    ReceiptOut,
    RefusalOut,
    TableCoverageOut,
    TagsIn,
)
from huntline.telemetry.services import OnError, Post, Receipt

MIB = 1024 * 1024

_settings = member(Permission.SECURITY_SETTINGS_MANAGE)
DaysQuery = Annotated[int, Query(30, ge=1, le=190, description="How many days, today included.")]

doors = Router()
router = Router()

OnErrorQuery = Annotated[OnError, Query(OnError.KEEP, description="What becomes of the good rows when one is bad.")]


@doors.post("/defender", auth=ingest_key(), response=ReceiptOut)
def send_defender(request: SenderRequest, on_error: OnErrorQuery) -> ReceiptOut:
    """Take records of the Defender streaming API: one `{"records": [...]}`, or one record a line."""
    return _receipt(services.take_envelope(request.auth, _post(request, on_error)))


@doors.post("/rows/{table}", auth=ingest_key(), response=ReceiptOut)
def send_rows(request: SenderRequest, table: str, on_error: OnErrorQuery) -> ReceiptOut:
    """Take rows of one hunting table, one JSON object a line."""
    return _receipt(services.take_rows(request.auth, table, _post(request, on_error)))


@doors.post("/events/{source}", auth=ingest_key(), response=ReceiptOut)
def send_events(request: SenderRequest, source: str, on_error: OnErrorQuery) -> ReceiptOut:
    """Take events of a source format, one JSON object a line (or an EVTX file), and map them to the hunting tables."""
    return _receipt(services.take_events(request.auth, source, _post(request, on_error)))


@router.get("/tenants/{tenant}/ingest-keys", auth=member(Permission.INGEST_KEY_MANAGE), response=IngestKeyList)
def list_ingest_keys(request: ScopedRequest, tenant: str) -> IngestKeyList:  # noqa: ARG001 - the guard reads the path
    """List the tenant's ingest keys."""
    keys = [IngestKeyOut.from_orm(key) for key in queries.keys_within(request.auth)]
    return IngestKeyList(items=keys, total=len(keys))


@router.post(
    "/tenants/{tenant}/ingest-keys", auth=member(Permission.INGEST_KEY_MANAGE), response={201: NewIngestKeyOut}
)
def add_ingest_key(request: ScopedRequest, tenant: str, new: IngestKeyIn) -> Status[NewIngestKeyOut]:  # noqa: ARG001 - as above
    """Make an ingest key; the answer holds its secret, which is kept only as a hash."""
    key, secret = services.create_key(request.auth, new.name, sources=new.sources, expires_at=new.expires_at)
    return Status(201, NewIngestKeyOut(**IngestKeyOut.from_orm(key).model_dump(), secret=secret))


@router.delete(
    "/tenants/{tenant}/ingest-keys/{key_id}", auth=member(Permission.INGEST_KEY_MANAGE), response={204: None}
)
def remove_ingest_key(request: ScopedRequest, tenant: str, key_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Revoke an ingest key; it stops working at once."""
    services.revoke_key(request.auth, key_id)
    return Status(204, None)


@router.get("/tenants/{tenant}/ingest-batches", auth=member(Permission.INGEST_KEY_MANAGE), response=BatchList)
def list_ingest_batches(request: ScopedRequest, tenant: str, page: Query[PageQuery]) -> BatchList:  # noqa: ARG001 - as above
    """List what was sent, newest first."""
    found = queries.batches_within(request.auth, page.request())
    return BatchList(items=[BatchOut.from_orm(batch) for batch in found.items], total=found.total)


@router.get("/tenants/{tenant}/devices", auth=member(Permission.DEVICE_READ), response=DeviceList)
def list_devices(request: ScopedRequest, tenant: str, asked: Query[DeviceQuery]) -> DeviceList:  # noqa: ARG001 - as above
    """List the devices that telemetry named, by name; of one device group, or with one tag, where asked."""
    found = queries.devices_within(request.auth, asked.request(), search=asked.search, group=asked.group, tag=asked.tag)
    return DeviceList(items=[_device(device) for device in found.items], total=found.total)


@router.get("/tenants/{tenant}/devices/{device_id}", auth=member(Permission.DEVICE_READ), response=DeviceOut)
def read_device(request: ScopedRequest, tenant: str, device_id: str) -> DeviceOut:  # noqa: ARG001 - as above
    """Return one device by its id in the hunting tables."""
    return _device(queries.device_within(request.auth, device_id))


@router.put("/tenants/{tenant}/devices/{device_id}/tags", auth=_settings, response=DeviceOut)
def tag_device(request: ScopedRequest, tenant: str, device_id: str, wanted: TagsIn) -> DeviceOut:  # noqa: ARG001 - as above
    """Give a device these tags in place of those it has; conditions on tags may move it to another group."""
    services.tag_device(request.auth, device_id, wanted.tags)
    return _device(queries.device_within(request.auth, device_id))


@router.get("/tenants/{tenant}/device-groups", auth=member(Permission.DEVICE_READ), response=DeviceGroupList)
def list_device_groups(request: ScopedRequest, tenant: str) -> DeviceGroupList:  # noqa: ARG001 - as above
    """List the device groups in the order in which they are asked."""
    found = queries.groups_within(request.auth)
    items = [_group(group, devices) for group, devices in found.groups]
    return DeviceGroupList(
        items=items, total=len(items), ungrouped=found.ungrouped, tags=queries.tags_within(request.auth)
    )


@router.post("/tenants/{tenant}/device-groups", auth=_settings, response={201: DeviceGroupOut})
def create_device_group(request: ScopedRequest, tenant: str, form: DeviceGroupIn) -> Status[DeviceGroupOut]:  # noqa: ARG001 - as above
    """Make a device group; devices move into it at once."""
    group = services.create_group(request.auth, _group_form(form))
    return Status(201, _sized(request, group))


@router.put("/tenants/{tenant}/device-groups/{group_id}", auth=_settings, response=DeviceGroupOut)
def change_device_group(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    group_id: uuid.UUID,
    form: DeviceGroupIn,
) -> DeviceGroupOut:
    """Change a device group or its rank; devices move at once."""
    return _sized(request, services.change_group(request.auth, group_id, _group_form(form)))


@router.delete("/tenants/{tenant}/device-groups/{group_id}", auth=_settings, response={204: None})
def delete_device_group(request: ScopedRequest, tenant: str, group_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Delete a device group; its devices go to the next that takes them. What was chosen for this group alone has none any more."""
    services.delete_group(request.auth, group_id)
    return Status(204, None)


@router.get("/tenants/{tenant}/coverage", auth=member(Permission.COVERAGE_READ), response=CoverageOut)
def read_coverage(request: ScopedRequest, tenant: str, days: DaysQuery = 30) -> CoverageOut:  # noqa: ARG001 - as above
    """Say what the tenant's telemetry covers: the last `days` days, today included, and whether it is enough to hunt in."""
    today = now().astimezone(UTC).date()
    coverage = coverage_of(request.auth, today - timedelta(days=days - 1), today)
    return CoverageOut(
        since=coverage.since,
        until=coverage.until,
        devices=coverage.devices,
        known_devices=coverage.known_devices,
        users=coverage.users,
        tables=[
            TableCoverageOut(
                table=table.table,
                rows=table.rows,
                first=table.first,
                last=table.last,
                days=[table.days.get(day, 0) for day in coverage.days],
            )
            for table in coverage.tables
        ],
        gaps=[GapOut(first=gap.first, last=gap.last) for gap in coverage.gaps],
        checks=[
            CheckOut(code=check.code, found=check.found, wanted=check.wanted, met=check.met)
            for check in coverage.checks
        ],
    )


def _device(device: Device) -> DeviceOut:
    return DeviceOut(
        device_id=device.device_id,
        name=device.name,
        os_platform=device.os_platform,
        group=GroupNameOut(id=device.group.pk, name=device.group.name) if device.group else None,
        tags=[tag.text for tag in device.tags.all()],
        first_seen=device.first_seen,
        last_seen=device.last_seen,
    )


def _group(group: DeviceGroup, devices: int) -> DeviceGroupOut:
    return DeviceGroupOut(
        id=group.pk,
        name=group.name,
        description=group.description,
        rank=group.rank,
        conditions=[ConditionIn(**row) for row in group.conditions],
        devices=devices,
    )


def _sized(request: ScopedRequest, group: DeviceGroup) -> DeviceGroupOut:
    sizes = {row.pk: devices for row, devices in queries.groups_within(request.auth).groups}
    return _group(group, sizes.get(group.pk, 0))


def _group_form(form: DeviceGroupIn) -> services.GroupForm:
    conditions = [Condition(row.property, row.operator, tuple(row.values)) for row in form.conditions]
    return services.GroupForm(form.name, conditions, form.description, form.rank)


def _post(request: SenderRequest, on_error: OnError) -> Post:
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    # Django reads nothing without a Content-Length; the server has put the chunks together behind it.
    stream: Readable = request.environ["wsgi.input"] if chunked else request
    limit = settings.HUNTLINE_INGEST_MIB * MIB
    body = read_body(stream, encoding=request.headers.get("Content-Encoding", "").strip().lower(), limit=limit)
    return Post(body, request.headers.get("Idempotency-Key", "").strip(), on_error)


def _receipt(receipt: Receipt) -> ReceiptOut:
    return ReceiptOut(
        batch=receipt.batch,
        records=receipt.records,
        stored=dict(receipt.stored),
        refused=receipt.refused,
        refusals=[RefusalOut(line=one.line, code=one.code, reason=one.reason) for one in receipt.refusals],
        not_mapped=dict(receipt.not_mapped),
        repeated=receipt.repeated,
    )
