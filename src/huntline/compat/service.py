"""The root of the API: what stands below it. Clients ask here whether a server answers and their token is good."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from huntline.compat.addresses import address_of
from huntline.compat.wire import json_answer
from huntline.identity import TenantScope

_ENTITY_SETS: Final = ("Alerts", "Incidents", "Machines")


def list_entity_sets(request: HttpRequest, scope: TenantScope) -> HttpResponse:  # noqa: ARG001 - every good token may ask
    """Answer the OData service document."""
    sets = [{"name": name, "kind": "EntitySet", "url": name} for name in _ENTITY_SETS]
    return json_answer({"@odata.context": f"{address_of(request)}/api/$metadata", "value": sets}, odata=True)
