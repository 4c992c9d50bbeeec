"""Route of the SIEM pull."""

from collections import defaultdict
from itertools import islice

from django.http import HttpRequest, HttpResponse

from huntline.compat.siem.bodies import DetectionRow, detection_body
from huntline.compat.siem.window import Pull, read_pull
from huntline.compat.wire import json_answer
from huntline.identity import TenantScope
from huntline.identity.queries import tenant_within
from huntline.incidents import EntityType
from huntline.incidents.models import AlertEntity, Detection
from huntline.incidents.queries import alert_rows


def pull_detections(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer the detections that arrived in the window, newest first, as a bare array."""
    return json_answer([detection_body(row) for row in _detections(scope, read_pull(request.GET))])


def _detections(scope: TenantScope, pull: Pull) -> list[DetectionRow]:
    """Return them in three queries, however many there are. An alert whose evidence names no event is one detection."""
    if pull.nothing:
        return []
    arrived = alert_rows(scope).filter(created__gte=pull.since, created__lte=pull.until)
    # Every alert gives at least one detection, so no more alerts than that are needed.
    alerts = list(arrived.order_by("-created", "-id")[: pull.limit])
    if not alerts:
        return []
    # By the time of their alerts instead of by a list of ids: a pull without a limit can hold more ids than a statement takes.
    theirs = {"alert__created__gte": alerts[-1].created, "alert__created__lte": alerts[0].created}
    events: dict[str, list[Detection]] = defaultdict(list)
    for event in Detection.objects.within(scope).filter(**theirs).order_by("alert_id", "part"):
        events[event.alert_id].append(event)
    users: dict[str, list[AlertEntity]] = defaultdict(list)
    related = AlertEntity.objects.within(scope).filter(**theirs, entity_type=EntityType.USER)
    for user in related.order_by("alert_id", "place"):
        users[user.alert_id].append(user)
    tenant = tenant_within(scope)
    rows = (
        DetectionRow(tenant, alert, event, users[alert.pk])
        for alert in alerts
        for event in events[alert.pk] or [None]  # type: ignore[list-item] # the one detection without an event
    )
    return list(islice(rows, pull.limit))
