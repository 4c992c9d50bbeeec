"""Routes of drafts and their review, alerts, incidents, notifications."""

import uuid
from typing import Annotated

from ninja import Body, Query, Router, Status

from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, member, provider
from huntline.incidents import (
    answers,
    grouping,
    incident_triage,
    publication,
    queries,
    raising,
    revision,
    sample,
    services,
    triage,
)
from huntline.incidents.schemas import (
    AlertChangeIn,
    AlertDetailOut,
    AlertIn,
    AlertList,
    AlertQuery,
    DraftChangeIn,
    DraftIn,
    DraftList,
    DraftOut,
    DraftQuery,
    IncidentChangeIn,
    IncidentDetailOut,
    IncidentList,
    IncidentQuery,
    MergeIn,
    MoveOutIn,
    NotificationDetailOut,
    NotificationList,
    PublishIn,
    ReturnIn,
    SampleIn,
    WithdrawIn,
)
from huntline.incidents.states import DraftState
from huntline.kernel import PageQuery

router = Router()
_read = member(Permission.ALERT_READ)
_manage = member(Permission.ALERT_MANAGE)
_write = member(Permission.DRAFT_WRITE)
_publish = member(Permission.DRAFT_PUBLISH)


@router.get("/tenants/{tenant}/alerts", auth=_read, response=AlertList)
def list_alerts(request: ScopedRequest, tenant: str, asked: Query[AlertQuery]) -> AlertList:  # noqa: ARG001 - the guard reads the path
    """List alerts, newest first."""
    wanted = queries.AlertFilter(asked.status, asked.severity, asked.search, asked.detection_source)
    found = queries.alerts_within(request.auth, asked.request(), wanted)
    return AlertList(items=[answers.alert(row) for row in found.items], total=found.total)


@router.post("/tenants/{tenant}/alerts", auth=_manage, response={200: AlertDetailOut, 201: AlertDetailOut})
def create_alert(request: ScopedRequest, tenant: str, form: AlertIn) -> Status[AlertDetailOut]:  # noqa: ARG001 - as above
    """Raise an alert of another source than our hunters. Answers 200 where it was there already, or an open one took the events."""
    fields = form.model_dump(exclude={"events", "merge_into_open"})
    events = [raising.EventRow(one.table, one.row) for one in form.events]
    wanted = raising.AlertForm(**fields, events=events)
    raised = raising.create_alert(request.auth, wanted, merge_into_open=form.merge_into_open)
    return Status(
        201 if raised.is_new else 200,
        answers.alert_detail(request.auth, queries.find_alert(request.auth, raised.alert.pk)),
    )


@router.get("/tenants/{tenant}/alerts/{alert_id}", auth=_read, response=AlertDetailOut)
def read_alert(request: ScopedRequest, tenant: str, alert_id: str) -> AlertDetailOut:  # noqa: ARG001 - as above
    """Read an alert with its evidence."""
    return answers.alert_detail(request.auth, queries.find_alert(request.auth, alert_id))


@router.patch("/tenants/{tenant}/alerts/{alert_id}", auth=_manage, response=AlertDetailOut)
def change_alert(request: ScopedRequest, tenant: str, alert_id: str, change: AlertChangeIn) -> AlertDetailOut:  # noqa: ARG001 - as above
    """Change an alert's status, owner, classification and determination, or add a comment."""
    triage.change_alert(request.auth, alert_id, triage.AlertChange(**change.model_dump()))
    return answers.alert_detail(request.auth, queries.find_alert(request.auth, alert_id))


@router.get("/tenants/{tenant}/incidents", auth=_read, response=IncidentList)
def list_incidents(request: ScopedRequest, tenant: str, asked: Query[IncidentQuery]) -> IncidentList:  # noqa: ARG001 - as above
    """List incidents, the latest change first."""
    found = queries.incidents_within(request.auth, asked.request(), asked.status, asked.search)
    return IncidentList(items=[answers.incident(row) for row in found.items], total=found.total)


@router.post("/tenants/{tenant}/incidents/merge", auth=_manage, response=IncidentDetailOut)
def merge_incidents(request: ScopedRequest, tenant: str, chosen: MergeIn) -> IncidentDetailOut:  # noqa: ARG001 - as above
    """Merge incidents into the oldest of them, and answer that one; the others lead there from now on."""
    merged = grouping.merge_incidents(request.auth, chosen.incident_ids)
    return answers.incident_detail(queries.find_incident(request.auth, merged.pk))


@router.get("/tenants/{tenant}/incidents/{incident_id}", auth=_read, response=IncidentDetailOut)
def read_incident(request: ScopedRequest, tenant: str, incident_id: int) -> IncidentDetailOut:  # noqa: ARG001 - as above
    """Read an incident with its alerts."""
    return answers.incident_detail(queries.find_incident(request.auth, incident_id))


@router.patch("/tenants/{tenant}/incidents/{incident_id}", auth=_manage, response=IncidentDetailOut)
def change_incident(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    incident_id: int,
    change: IncidentChangeIn,
) -> IncidentDetailOut:
    """Change an incident's status, owner, classification, determination and tags, or add a comment."""
    incident_triage.change_incident(request.auth, incident_id, incident_triage.IncidentChange(**change.model_dump()))
    return answers.incident_detail(queries.find_incident(request.auth, incident_id))


@router.post("/tenants/{tenant}/incidents/{incident_id}/move-out", auth=_manage, response={201: IncidentDetailOut})
def move_alerts_out(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    incident_id: int,
    chosen: MoveOutIn,
) -> Status[IncidentDetailOut]:
    """Move some alerts of an incident into one of their own, and answer that one."""
    made = grouping.move_alerts_out(request.auth, incident_id, chosen.alert_ids)
    return Status(201, answers.incident_detail(queries.find_incident(request.auth, made.pk)))


@router.get("/tenants/{tenant}/notifications", auth=member(Permission.NOTIFICATION_READ), response=NotificationList)
def list_notifications(request: ScopedRequest, tenant: str, page: Query[PageQuery]) -> NotificationList:  # noqa: ARG001 - as above
    """List targeted attack notifications, newest first."""
    found = queries.notifications_within(request.auth, page.request())
    return NotificationList(items=[answers.notification(row) for row in found.items], total=found.total)


@router.post(
    "/tenants/{tenant}/notifications/sample",
    auth=member(Permission.SAMPLE_SEND),
    response={201: NotificationDetailOut},
)
def send_sample(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    wanted: Annotated[SampleIn | None, Body()] = None,
) -> Status[NotificationDetailOut]:
    """Send a sample notification through every channel; everywhere it says that it is none. At most one in ten minutes."""
    made = sample.send_sample(request.auth, (wanted or SampleIn()).severity)
    return Status(201, answers.notification_detail(request.auth, queries.find_notification(request.auth, made.pk)))


@router.get(
    "/tenants/{tenant}/notifications/{notification_id}",
    auth=member(Permission.NOTIFICATION_READ),
    response=NotificationDetailOut,
)
def read_notification(request: ScopedRequest, tenant: str, notification_id: uuid.UUID) -> NotificationDetailOut:  # noqa: ARG001 - as above
    """Read a targeted attack notification."""
    return answers.notification_detail(request.auth, queries.find_notification(request.auth, notification_id))


@router.post("/tenants/{tenant}/notifications/{notification_id}/revise", auth=_write, response={201: DraftOut})
def revise_notification(request: ScopedRequest, tenant: str, notification_id: uuid.UUID) -> Status[DraftOut]:  # noqa: ARG001 - as above
    """Begin the draft of a new version."""
    made = revision.revise_notification(request.auth, notification_id)
    return Status(201, answers.draft(request.auth, queries.find_draft(request.auth, made.pk)))


@router.post(
    "/tenants/{tenant}/notifications/{notification_id}/withdraw", auth=_publish, response=NotificationDetailOut
)
def withdraw_notification(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    notification_id: uuid.UUID,
    why: WithdrawIn,
) -> NotificationDetailOut:
    """Take a notification back; its alert is resolved, and those who were told learn of it."""
    revision.withdraw_notification(request.auth, notification_id, why.reason)
    return answers.notification_detail(request.auth, queries.find_notification(request.auth, notification_id))


@router.get("/tenants/{tenant}/drafts", auth=_write, response=DraftList)
def list_drafts(request: ScopedRequest, tenant: str, asked: Query[DraftQuery]) -> DraftList:  # noqa: ARG001 - as above
    """List the drafts for a tenant."""
    found = queries.drafts_within(request.auth, asked.request(), asked.state)
    return DraftList(items=[answers.draft(request.auth, row) for row in found.items], total=found.total)


@router.post("/tenants/{tenant}/drafts", auth=_write, response={201: DraftOut})
def create_draft(request: ScopedRequest, tenant: str, form: DraftIn) -> Status[DraftOut]:  # noqa: ARG001 - as above
    """Begin a draft."""
    made = services.create_draft(request.auth, services.DraftForm(**form.model_dump()))
    return Status(201, answers.draft(request.auth, queries.find_draft(request.auth, made.pk)))


@router.get("/tenants/{tenant}/drafts/{draft_id}", auth=_write, response=DraftOut)
def read_draft(request: ScopedRequest, tenant: str, draft_id: uuid.UUID) -> DraftOut:  # noqa: ARG001 - as above
    """Read a draft."""
    return answers.draft(request.auth, queries.find_draft(request.auth, draft_id))


@router.put("/tenants/{tenant}/drafts/{draft_id}", auth=_write, response=DraftOut)
def change_draft(request: ScopedRequest, tenant: str, draft_id: uuid.UUID, form: DraftChangeIn) -> DraftOut:  # noqa: ARG001 - as above
    """Change a draft."""
    written = services.DraftForm(**form.model_dump(exclude={"revision"}))
    services.change_draft(request.auth, draft_id, written, seen=form.revision)
    return answers.draft(request.auth, queries.find_draft(request.auth, draft_id))


@router.delete("/tenants/{tenant}/drafts/{draft_id}", auth=_write, response={204: None})
def delete_draft(request: ScopedRequest, tenant: str, draft_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Delete a draft that is with its author."""
    services.delete_draft(request.auth, draft_id)
    return Status(204, None)


@router.post("/tenants/{tenant}/drafts/{draft_id}/submit", auth=_write, response=DraftOut)
def submit_draft(request: ScopedRequest, tenant: str, draft_id: uuid.UUID) -> DraftOut:  # noqa: ARG001 - as above
    """Put a draft forward for review."""
    services.submit_draft(request.auth, draft_id)
    return answers.draft(request.auth, queries.find_draft(request.auth, draft_id))


@router.post("/tenants/{tenant}/drafts/{draft_id}/return", auth=_publish, response=DraftOut)
def return_draft(request: ScopedRequest, tenant: str, draft_id: uuid.UUID, why: ReturnIn) -> DraftOut:  # noqa: ARG001 - as above
    """Send a draft back to its author."""
    services.return_draft(request.auth, draft_id, why.reason)
    return answers.draft(request.auth, queries.find_draft(request.auth, draft_id))


@router.post("/tenants/{tenant}/drafts/{draft_id}/publish", auth=_publish, response=NotificationDetailOut)
def publish_draft(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    draft_id: uuid.UUID,
    reviewed: Annotated[PublishIn | None, Body()] = None,
) -> NotificationDetailOut:
    """Publish a draft that somebody else wrote. A second call changes nothing and answers the same notification."""
    made = publication.publish_draft(request.auth, draft_id, seen=reviewed.revision if reviewed else None)
    return answers.notification_detail(request.auth, queries.find_notification(request.auth, made.pk))


@router.get("/provider/drafts", auth=provider(Permission.DRAFT_WRITE), response=DraftList)
def list_all_drafts(request: ScopedRequest, asked: Query[DraftQuery]) -> DraftList:
    """List the drafts for all customers."""
    found = queries.drafts_within(request.auth, asked.request(), asked.state)
    return DraftList(items=[answers.draft(request.auth, row) for row in found.items], total=found.total)


@router.get("/provider/review", auth=provider(Permission.DRAFT_PUBLISH), response=DraftList)
def list_review(request: ScopedRequest, page: Query[PageQuery]) -> DraftList:
    """List what waits for a second pair of eyes."""
    found = queries.drafts_within(request.auth, page.request(), [DraftState.IN_REVIEW])
    return DraftList(items=[answers.draft(request.auth, row) for row in found.items], total=found.total)
