"""Routes of the alert list."""

from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from huntline.compat.addresses import address_of
from huntline.compat.alerts.bodies import ALERT_FIELDS, EVIDENCE
from huntline.compat.alerts.changes import read_change
from huntline.compat.alerts.properties import ALERT
from huntline.compat.alerts.references import read_reference
from huntline.compat.alerts.rows import AlertList
from huntline.compat.errors import BatchTooLarge, RequestBodyInvalid
from huntline.compat.odata import LARGEST_PAGE, Options, read_options
from huntline.compat.pages import Collection, by_lower_case
from huntline.compat.reading import read_object
from huntline.compat.wire import json_answer
from huntline.identity import TenantScope
from huntline.incidents import raising, triage
from huntline.incidents.errors import AlertNotFound
from huntline.incidents.models import Alert
from huntline.incidents.queries import alert_rows

ALERTS: Final[Collection[Alert]] = Collection("/api/$metadata#Alerts", ALERT, ("-created", "-id"), LARGEST_PAGE)
MOST_AT_ONCE: Final = 1000
_SELECTABLE: Final = by_lower_case((*ALERT_FIELDS, EVIDENCE))
_EXPANDABLE: Final = {EVIDENCE: EVIDENCE, "*": EVIDENCE}


def list_alerts(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer a page of alerts, newest first unless ordered otherwise; where more follow, the address of the next page."""
    return answer_page(request, scope, alert_rows(scope))


def answer_page(request: HttpRequest, scope: TenantScope, rows: QuerySet[Alert]) -> HttpResponse:
    """Answer a page of these alerts."""
    options = read_options(request.GET)
    names, with_evidence = _shown(options)
    shown = AlertList(scope, names, with_evidence=with_evidence)
    columns = rows.select_related(None).values_list(*shown.columns)
    return json_answer(ALERTS.page(request, columns, options, shown.bodies), odata=True)


def count_alerts(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer how many alerts match, as a bare number."""
    matching = ALERTS.matching(alert_rows(scope).select_related(None), read_options(request.GET))
    return HttpResponse(str(matching.count()), content_type="text/plain")


def read_alert(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Answer one alert. Raises AlertNotFound."""
    names, with_evidence = _shown(read_options(request.GET))
    return _single(request, scope, alert_id, names, with_evidence=with_evidence)


def change_alert(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Change an alert and answer it as it is then."""
    alert = triage.change_alert(scope, alert_id, read_change(read_object(request)))
    return _single(request, scope, alert.pk)


def create_alert(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Make an alert of an event, or add the event to an open alert of the same device and title; answer it. Raises EventNotFound."""
    form = read_reference(scope, read_object(request))
    raised = raising.create_alert(scope, form, merge_into_open=True)
    return _single(request, scope, raised.alert.pk)


def change_alerts(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Change several alerts alike, all or none, and answer nothing. Raises RequestBodyInvalid, BatchTooLarge, AlertNotFound."""
    body = read_object(request)
    ids = body.pop("alertIds", None)
    if (
        not isinstance(ids, list)
        or not ids
        or not all(isinstance(alert_id, str) and alert_id.isprintable() for alert_id in ids)
    ):
        raise RequestBodyInvalid("“alertIds” must be a list of ids of alerts.")
    if len(ids) > MOST_AT_ONCE:
        raise BatchTooLarge(MOST_AT_ONCE)
    triage.change_alerts(scope, list(dict.fromkeys(ids)), read_change(body))
    return HttpResponse(b"", content_type="application/json")


def _single(
    request: HttpRequest,
    scope: TenantScope,
    alert_id: str,
    names: Sequence[str] = (),
    *,
    with_evidence: bool = False,
) -> HttpResponse:
    shown = AlertList(scope, names, with_evidence=with_evidence)
    row = alert_rows(scope).filter(pk=alert_id).select_related(None).values_list(*shown.columns).first()
    if row is None:
        raise AlertNotFound(alert_id)
    (body,) = shown.bodies([row])
    return json_answer({"@odata.context": f"{address_of(request)}{ALERTS.context}/$entity", **body}, odata=True)


def _shown(options: Options) -> tuple[tuple[str, ...], bool]:
    """Return the properties that are wanted (none: all), and whether the evidence is."""
    return ALERTS.names(options.select, _SELECTABLE), bool(ALERTS.names(options.expand, _EXPANDABLE))
