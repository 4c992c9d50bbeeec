"""Addresses of the foreign contracts. Clients write them in any case, with or without a slash at the end or a version in front."""

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpResponse
from django.urls import URLPattern
from django.urls.resolvers import RegexPattern

from huntline.compat import errors, limits
from huntline.compat.alerts import related
from huntline.compat.alerts import views as alerts
from huntline.compat.description.document import ODATA, described
from huntline.compat.graph import hunting as graph_hunting
from huntline.compat.graph import views as graph
from huntline.compat.guards import Operation, by_host, door, no_such_graph_route, no_such_route
from huntline.compat.hunting import views as hunting
from huntline.compat.incidents import views as incidents
from huntline.compat.machines import views as machines
from huntline.compat.oauth import views as oauth
from huntline.compat.service import list_entity_sets
from huntline.compat.siem import views as siem
from huntline.identity import Permission

_TENANT = r"(?P<tenant>[A-Za-z0-9._-]{1,64})"


class AnyCase(RegexPattern):
    """An address in any case; what stands for anything stands for line breaks too.

    Django cannot reverse addresses once one of them holds a flag in its text, so the flags stand beside it.
    """

    def __init__(self, regex: str) -> None:
        super().__init__(regex, is_endpoint=True)
        self.__dict__["regex"] = re.compile(regex, re.IGNORECASE | re.DOTALL)


def _route(address: str, view: Callable[..., HttpResponse]) -> URLPattern:
    return URLPattern(AnyCase(rf"^{address}/?\Z"), view)


# What stands for the parts of an address. msgraph-sdk writes two slashes after Graph's version.
_PARTS: Final = {
    "/api": r"api(?:/v1\.0)?",
    "/v1.0/": r"(?:v1\.0|beta)/+",
    "{alert_id}": r"(?P<alert_id>[A-Za-z0-9._-]{1,64})",
    "{incident_id}": r"(?P<incident_id>[0-9]{1,19})",
    "{machine_id}": r"(?P<machine_id>[A-Za-z0-9._-]{1,200})",
    "$count": r"\$count",
}


def _pattern(address: str) -> str:
    root = next(root for root in ("/api", "/v1.0/", "/siem") if address.startswith(root))
    pattern = _PARTS.get(root, "siem") + address.removeprefix(root)
    for part in ("{alert_id}", "{incident_id}", "{machine_id}", "$count"):
        pattern = pattern.replace(part, _PARTS[part])
    return pattern


_READ, _CHANGE, _DEVICES, _HUNT = (
    Permission.ALERT_READ,
    Permission.ALERT_MANAGE,
    Permission.DEVICE_READ,
    Permission.HUNT_RUN,
)
_PULL: Final = ("sinceTimeUtc", "untilTimeUtc", "ago", "limit", "machinegroups")
_PARTS_OF_ONE: Final = ("$select", "$expand")
_alerts = door(GET=Operation(alerts.list_alerts, _READ, limits.ALERTS, "AlertPage", options=ODATA))
_detections = door(errors.SIEM, GET=Operation(siem.pull_detections, _READ, limits.SIEM, "Detections", options=_PULL))
_hunt = door(POST=Operation(hunting.run_query, _HUNT, limits.HUNTING, "HuntAnswer", "Hunt"))
_graph_hunt = door(
    errors.GRAPH, POST=Operation(graph_hunting.run_query, _HUNT, limits.HUNTING, "GraphHuntAnswer", "GraphHunt")
)

# Every guarded address by its template, with what it does; the description for machines is made of them too.
DOORS: Final = {
    "/api": door(GET=Operation(list_entity_sets, None, None, "EntitySetPage")),
    "/api/alerts": _alerts,
    "/api/alerts/$count": door(
        GET=Operation(alerts.count_alerts, _READ, limits.ALERTS, "Number", options=("$filter",))
    ),
    "/api/alerts/batchUpdate": door(POST=Operation(alerts.change_alerts, _CHANGE, limits.BATCHES, body="AlertsChange")),
    "/api/alerts/CreateAlertByReference": door(
        POST=Operation(alerts.create_alert, _CHANGE, limits.CREATIONS, "AlertEntity", "AlertReference")
    ),
    "/api/alerts/{alert_id}": door(
        GET=Operation(alerts.read_alert, _READ, limits.ALERTS, "AlertEntity", options=_PARTS_OF_ONE),
        PATCH=Operation(alerts.change_alert, _CHANGE, limits.ALERTS, "AlertEntity", "AlertChange"),
    ),
    "/api/alerts/{alert_id}/machine": door(
        GET=Operation(machines.read_alert_machine, _READ, limits.RELATED, "MachineEntity")
    ),
    "/api/alerts/{alert_id}/user": door(GET=Operation(related.read_user, _READ, limits.RELATED, "UserEntity")),
    "/api/alerts/{alert_id}/files": door(GET=Operation(related.list_files, _READ, limits.RELATED, "FilePage")),
    "/api/alerts/{alert_id}/ips": door(GET=Operation(related.list_ips, _READ, limits.RELATED, "IpPage")),
    "/api/alerts/{alert_id}/domains": door(GET=Operation(related.list_domains, _READ, limits.RELATED, "DomainPage")),
    "/api/machines": door(
        GET=Operation(machines.list_machines, _DEVICES, limits.MACHINES, "MachinePage", options=ODATA)
    ),
    "/api/machines/$count": door(
        GET=Operation(machines.count_machines, _DEVICES, limits.MACHINES, "Number", options=("$filter",))
    ),
    "/api/machines/{machine_id}": door(
        GET=Operation(machines.read_machine, _DEVICES, limits.MACHINES, "MachineEntity", options=("$select",))
    ),
    "/api/machines/{machine_id}/alerts": door(
        GET=Operation(machines.list_machine_alerts, _READ, limits.RELATED, "AlertPage", options=ODATA)
    ),
    "/api/machines/{machine_id}/alerts/$count": door(
        GET=Operation(machines.count_machine_alerts, _READ, limits.RELATED, "Number", options=("$filter",))
    ),
    "/api/machines/{machine_id}/logonusers": door(
        GET=Operation(machines.list_logon_users, _DEVICES, limits.MACHINES, "UserPage")
    ),
    "/api/incidents": door(
        GET=Operation(incidents.list_incidents, _READ, limits.INCIDENTS, "IncidentPage", options=ODATA)
    ),
    "/api/incidents/{incident_id}": door(
        GET=Operation(incidents.read_incident, _READ, limits.INCIDENTS, "IncidentEntity"),
        PATCH=Operation(incidents.change, _CHANGE, limits.INCIDENTS, "IncidentEntity", "IncidentChange"),
    ),
    "/api/advancedqueries/run": _hunt,
    "/api/advancedhunting/run": _hunt,
    "/siem/api/alerts": _detections,
    "/v1.0/security/alerts_v2": door(
        errors.GRAPH, GET=Operation(graph.list_alerts, _READ, limits.GRAPH, "GraphAlertPage", options=ODATA)
    ),
    "/v1.0/security/alerts_v2/{alert_id}": door(
        errors.GRAPH,
        GET=Operation(graph.read_alert, _READ, limits.GRAPH, "GraphAlertEntity"),
        PATCH=Operation(graph.change_alert, _CHANGE, limits.GRAPH, "GraphAlertEntity", "GraphAlertChange"),
    ),
    "/v1.0/security/alerts_v2/{alert_id}/comments": door(
        errors.GRAPH,
        GET=Operation(graph.list_comments, _READ, limits.GRAPH, "GraphCommentPage"),
        POST=Operation(graph.add_comment, _CHANGE, limits.GRAPH, "GraphCommentPage", "GraphCommentGiven"),
    ),
    "/v1.0/security/incidents": door(
        errors.GRAPH, GET=Operation(graph.list_incidents, _READ, limits.GRAPH, "GraphIncidentPage", options=ODATA)
    ),
    "/v1.0/security/incidents/{incident_id}": door(
        errors.GRAPH,
        GET=Operation(graph.read_incident, _READ, limits.GRAPH, "GraphIncidentEntity", options=("$expand",)),
        PATCH=Operation(graph.change, _CHANGE, limits.GRAPH, "GraphIncidentEntity", "GraphIncidentChange"),
    ),
    "/v1.0/security/incidents/{incident_id}/comments": door(
        errors.GRAPH,
        GET=Operation(graph.list_incident_comments, _READ, limits.GRAPH, "GraphCommentPage"),
        POST=Operation(graph.add_incident_comment, _CHANGE, limits.GRAPH, "GraphCommentPage", "GraphCommentGiven"),
    ),
    "/v1.0/security/runHuntingQuery": _graph_hunt,
    "/v1.0/security/microsoft.graph.security.runHuntingQuery": _graph_hunt,
}
# The one address that two contracts share; the host of the exporter tells them apart.
_SHARED: Final = {"/api/alerts": by_host({"wdatp-alertexporter": _detections}, _alerts)}

urlpatterns = [
    _route(rf"{_TENANT}/oauth2/v2\.0/token", oauth.token_v2),
    _route(rf"{_TENANT}/oauth2/token", oauth.token_v1),
    _route(rf"{_TENANT}/v2\.0/\.well-known/openid-configuration", oauth.openid_configuration),
    _route(r"common/discovery/v2\.0/keys", oauth.keys),
    _route(r"common/discovery/instance", oauth.discovery),
    _route(r"metadata/endpoints", oauth.cloud_endpoints),
    _route(r"api/openapi\.json", described(DOORS)),
    *(_route(_pattern(address), _SHARED.get(address, view)) for address, view in DOORS.items()),
    # The portal's own API stands under api/v1; everything else below these roots is refused in the foreign shape.
    _route(r"(?:api(?!/v1(?:/|$))|siem)(?:/.*)?", no_such_route),
    _route(r"(?:v1\.0|beta)(?:/.*)?", no_such_graph_route),
]
