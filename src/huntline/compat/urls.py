"""Addresses of the foreign contracts. Clients write them in any case, with or without a slash at the end or a version in front."""

import re
from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern
from django.urls.resolvers import RegexPattern

from huntline.compat import errors, limits
from huntline.compat.alerts import views as alerts
from huntline.compat.guards import Operation, by_host, door, no_such_route
from huntline.compat.hunting import views as hunting
from huntline.compat.oauth import views as oauth
from huntline.compat.service import list_entity_sets
from huntline.compat.siem import views as siem
from huntline.identity import Permission

_TENANT = r"(?P<tenant>[A-Za-z0-9._-]{1,64})"


class AnyCase(RegexPattern):
    """An address in any case. Django cannot reverse addresses once one of them holds the flag in its text, so it stands beside it."""

    def __init__(self, regex: str) -> None:
        super().__init__(regex, is_endpoint=True)
        self.__dict__["regex"] = re.compile(regex, re.IGNORECASE)


def _route(address: str, view: Callable[..., HttpResponse]) -> URLPattern:
    return URLPattern(AnyCase(rf"^{address}/?$"), view)


_API = r"api(?:/v1\.0)?"
_ALERT_ID = r"(?P<alert_id>[A-Za-z0-9._-]{1,64})"

_alerts = door(GET=Operation(alerts.list_alerts, Permission.ALERT_READ, limits.ALERTS))
_detections = door(errors.SIEM, GET=Operation(siem.pull_detections, Permission.ALERT_READ, limits.SIEM))
_hunt = door(POST=Operation(hunting.run_query, Permission.HUNT_RUN, limits.HUNTING))

urlpatterns = [
    _route(rf"{_TENANT}/oauth2/v2\.0/token", oauth.token_v2),
    _route(rf"{_TENANT}/oauth2/token", oauth.token_v1),
    _route(rf"{_TENANT}/v2\.0/\.well-known/openid-configuration", oauth.openid_configuration),
    _route(r"common/discovery/v2\.0/keys", oauth.keys),
    _route(r"metadata/endpoints", oauth.cloud_endpoints),
    _route(_API, door(GET=Operation(list_entity_sets, None))),
    # The one address that two contracts share; the host of the exporter tells them apart.
    _route(rf"{_API}/alerts", by_host({"wdatp-alertexporter": _detections}, _alerts)),
    _route(rf"{_API}/alerts/\$count", door(GET=Operation(alerts.count_alerts, Permission.ALERT_READ, limits.ALERTS))),
    _route(
        rf"{_API}/alerts/{_ALERT_ID}",
        door(
            GET=Operation(alerts.read_alert, Permission.ALERT_READ, limits.ALERTS),
            PATCH=Operation(alerts.change_alert, Permission.ALERT_MANAGE, limits.ALERTS),
        ),
    ),
    _route(rf"{_API}/(?:advancedqueries|advancedhunting)/run", _hunt),
    _route(r"siem/api/alerts", _detections),
    # The portal's own API stands under api/v1; everything else below these roots is refused in the foreign shape.
    _route(r"(?:api(?!/v1(?:/|$))|siem)(?:/.*)?", no_such_route),
]
