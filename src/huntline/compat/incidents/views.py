"""Routes of incidents."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse

from huntline.compat.addresses import address_of
from huntline.compat.alerts.changes import DETERMINATIONS
from huntline.compat.changes import list_of_texts, own_names, refuse_unknown, texts_of, word_of
from huntline.compat.errors import RequestBodyInvalid
from huntline.compat.incidents.bodies import incident_body
from huntline.compat.incidents.properties import INCIDENT
from huntline.compat.incidents.rows import rows_of
from huntline.compat.odata import read_options
from huntline.compat.pages import Collection
from huntline.compat.reading import read_object
from huntline.compat.wire import json_answer
from huntline.identity import TenantScope
from huntline.identity.models import TenantQuerySet
from huntline.incidents import Classification
from huntline.incidents.errors import IncidentNotFound
from huntline.incidents.incident_triage import SETTABLE, IncidentChange, change_incident
from huntline.incidents.models import Incident, IncidentComment

LARGEST_PAGE: Final = 100
INCIDENTS: Final[Collection[Incident]] = Collection(
    "/api/$metadata#Incidents", INCIDENT, ("-updated", "-id"), LARGEST_PAGE
)
_TEXTS: Final = ("status", "assignedTo", "classification", "determination", "comment")
_LARGEST_ID: Final = 2**63 - 1


def list_incidents(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer a page of incidents, the latest change first."""
    options = read_options(request.GET, LARGEST_PAGE)

    def bodies(found: Sequence[Incident]) -> list[dict[str, Any]]:
        return [incident_body(row) for row in rows_of(scope, found)]

    return json_answer(INCIDENTS.page(request, incident_rows(scope), options, bodies), odata=True)


def read_incident(request: HttpRequest, scope: TenantScope, incident_id: str) -> HttpResponse:
    """Answer one incident. Raises IncidentNotFound."""
    return _single(request, scope, find_incident(scope, incident_id))


def change(request: HttpRequest, scope: TenantScope, incident_id: str) -> HttpResponse:
    """Change an incident and answer it as it is then."""
    find_incident(scope, incident_id)
    change_incident(scope, int(incident_id), read_change(read_object(request)))
    return _single(request, scope, find_incident(scope, incident_id))


def read_change(body: Mapping[str, Any]) -> IncidentChange:
    """Return the change that a body asks for. Raises RequestBodyInvalid."""
    refuse_unknown(body, (*_TEXTS, "tags"))
    texts = texts_of(body, _TEXTS)
    tags = list_of_texts("tags", body["tags"]) if body.get("tags") is not None else None
    if not texts and tags is None:
        raise RequestBodyInvalid("The request body names nothing to change.")
    return IncidentChange(
        status=word_of("status", texts, {word.value: word for word in SETTABLE}),
        assigned_to=texts.get("assignedTo"),
        classification=word_of("classification", texts, own_names(Classification)),
        determination=word_of("determination", texts, DETERMINATIONS),
        tags=tags,
        comment=texts.get("comment"),
    )


def incident_rows(scope: TenantScope) -> TenantQuerySet[Incident]:
    """Return the incidents with their tenants and comments."""
    comments = Prefetch("comments", queryset=IncidentComment.objects.within(scope))
    return Incident.objects.within(scope).select_related("tenant").prefetch_related(comments)


def find_incident(scope: TenantScope, incident_id: str) -> Incident:
    """Return the incident of this number. Raises IncidentNotFound."""
    number = int(incident_id)
    row = incident_rows(scope).filter(pk=number).first() if number <= _LARGEST_ID else None
    if row is None:
        raise IncidentNotFound(number)
    return row


def _single(request: HttpRequest, scope: TenantScope, incident: Incident) -> HttpResponse:
    (row,) = rows_of(scope, [incident])
    context = f"{address_of(request)}{INCIDENTS.context}/$entity"
    return json_answer({"@odata.context": context, **incident_body(row)}, odata=True)
