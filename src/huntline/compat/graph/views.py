"""Routes of Graph's alerts and incidents."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from huntline.compat.addresses import address_of
from huntline.compat.graph.bodies import alert_body, comment_body, incident_body
from huntline.compat.graph.changes import read_alert_change, read_comment, read_incident_change
from huntline.compat.graph.properties import ALERT, INCIDENT
from huntline.compat.incidents.rows import comments_in, devices_of, rows_of
from huntline.compat.incidents.views import find_incident, incident_rows
from huntline.compat.odata import Options, read_options
from huntline.compat.pages import Collection
from huntline.compat.reading import read_object
from huntline.compat.wire import json_answer
from huntline.identity import TenantScope
from huntline.incidents import triage
from huntline.incidents.errors import AlertNotFound
from huntline.incidents.incident_triage import IncidentChange, change_incident
from huntline.incidents.models import Alert, Incident
from huntline.incidents.queries import alert_rows, with_parts
from huntline.incidents.triage import AlertChange

_ROOT: Final = "/v1.0/$metadata#security"
ALERTS: Final[Collection[Alert]] = Collection(
    f"{_ROOT}/alerts_v2", ALERT, ("-created", "-id"), 1000, top_is_page_size=True
)
INCIDENTS: Final[Collection[Incident]] = Collection(
    f"{_ROOT}/incidents", INCIDENT, ("-updated", "-id"), 50, top_is_page_size=True
)
_EXPANDABLE: Final = {"alerts": "alerts", "*": "alerts"}
Body = dict[str, Any]


def list_alerts(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer a page of alerts, newest first unless ordered otherwise."""
    options = read_options(request.GET, ALERTS.largest_page)

    def bodies(found: Sequence[Alert]) -> list[Body]:
        devices = devices_of(scope, found)
        return [_chosen(alert_body(alert, devices), options) for alert in found]

    return json_answer(ALERTS.page(request, _alert_rows(scope), options, bodies))


def read_alert(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Answer one alert. Raises AlertNotFound."""
    return _answer_alert(request, _find_alert(scope, alert_id), scope)


def change_alert(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Change an alert and answer it as it is then."""
    triage.change_alert(scope, alert_id, read_alert_change(read_object(request)))
    return _answer_alert(request, _find_alert(scope, alert_id), scope)


def list_comments(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Answer the comments of an alert. Raises AlertNotFound."""
    return _answer_comments(request, ALERTS, _find_alert(scope, alert_id))


def add_comment(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Add a comment to an alert and answer all of its comments."""
    triage.change_alert(scope, alert_id, AlertChange(comment=read_comment(read_object(request))))
    return _answer_comments(request, ALERTS, _find_alert(scope, alert_id))


def list_incidents(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer a page of incidents, the latest change first; with `$expand=alerts` each has its alerts."""
    options = read_options(request.GET, INCIDENTS.largest_page)
    with_alerts = bool(INCIDENTS.names(options.expand, _EXPANDABLE))

    def bodies(found: Sequence[Incident]) -> list[Body]:
        return [_chosen(body, options) for body in _incident_bodies(scope, found, with_alerts=with_alerts)]

    return json_answer(INCIDENTS.page(request, incident_rows(scope), options, bodies))


def read_incident(request: HttpRequest, scope: TenantScope, incident_id: str) -> HttpResponse:
    """Answer one incident. Raises IncidentNotFound."""
    with_alerts = bool(INCIDENTS.names(read_options(request.GET).expand, _EXPANDABLE))
    return _answer_incident(request, scope, incident_id, with_alerts=with_alerts)


def change(request: HttpRequest, scope: TenantScope, incident_id: str) -> HttpResponse:
    """Change an incident and answer it as it is then."""
    incident = find_incident(scope, incident_id)
    change_incident(scope, incident.pk, read_incident_change(read_object(request)))
    return _answer_incident(request, scope, incident_id, with_alerts=False)


def list_incident_comments(request: HttpRequest, scope: TenantScope, incident_id: str) -> HttpResponse:
    """Answer the comments of an incident. Raises IncidentNotFound."""
    return _answer_comments(request, INCIDENTS, find_incident(scope, incident_id))


def add_incident_comment(request: HttpRequest, scope: TenantScope, incident_id: str) -> HttpResponse:
    """Add a comment to an incident and answer all of its comments."""
    incident = find_incident(scope, incident_id)
    change_incident(scope, incident.pk, IncidentChange(comment=read_comment(read_object(request))))
    return _answer_comments(request, INCIDENTS, find_incident(scope, incident_id))


def _alert_rows(scope: TenantScope) -> QuerySet[Alert]:
    return with_parts(scope, alert_rows(scope))


def _find_alert(scope: TenantScope, alert_id: str) -> Alert:
    alert = _alert_rows(scope).filter(pk=alert_id).first()
    if alert is None:
        raise AlertNotFound(alert_id)
    return alert


def _answer_alert(request: HttpRequest, alert: Alert, scope: TenantScope) -> HttpResponse:
    body = alert_body(alert, devices_of(scope, [alert]))
    return json_answer({"@odata.context": f"{address_of(request)}{ALERTS.context}/$entity", **body})


def _answer_comments(request: HttpRequest, kind: Collection[Any], row: Alert | Incident) -> HttpResponse:
    context = f"{address_of(request)}{kind.context}('{row.pk}')/comments"
    return json_answer({"@odata.context": context, "value": [comment_body(one) for one in comments_in(row)]})


def _answer_incident(request: HttpRequest, scope: TenantScope, incident_id: str, *, with_alerts: bool) -> HttpResponse:
    (body,) = _incident_bodies(scope, [find_incident(scope, incident_id)], with_alerts=with_alerts)
    return json_answer({"@odata.context": f"{address_of(request)}{INCIDENTS.context}/$entity", **body})


def _incident_bodies(scope: TenantScope, found: Sequence[Incident], *, with_alerts: bool) -> list[Body]:
    if not with_alerts:
        return [incident_body(incident) for incident in found]
    bodies = []
    for row in rows_of(scope, found):
        for alert in row.alerts:
            alert.tenant = row.incident.tenant  # one tenant, fetched once
        alerts = [alert_body(alert, row.devices) for alert in row.alerts]
        bodies.append({**incident_body(row.incident), "alerts": alerts})
    return bodies


def _chosen(body: Body, options: Options) -> Body:
    """Return what `$select` names, in any case; the id is always there."""
    if not options.select:
        return body
    wanted = {name.text.lower() for name in options.select} | {"id"}
    return {name: value for name, value in body.items() if name.lower() in wanted}
