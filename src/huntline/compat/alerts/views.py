"""Routes of the alert list."""

from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from huntline.compat.addresses import address_of
from huntline.compat.alerts.bodies import ALERT_FIELDS, EVIDENCE, alert_body
from huntline.compat.alerts.changes import read_change
from huntline.compat.alerts.properties import ALERT
from huntline.compat.alerts.rows import rows_of
from huntline.compat.errors import ODataError
from huntline.compat.odata import LARGEST_PAGE, Options, condition, ordering, read_options
from huntline.compat.odata.syntax import Name
from huntline.compat.reading import read_object
from huntline.compat.wire import json_answer
from huntline.identity import TenantScope
from huntline.incidents import triage
from huntline.incidents.errors import AlertNotFound
from huntline.incidents.models import Alert
from huntline.incidents.queries import alert_rows

_NEWEST_FIRST: Final = ("-created", "-id")
_SELECTABLE: Final = {name.lower(): name for name in (*ALERT_FIELDS, EVIDENCE)}


def list_alerts(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer a page of alerts, newest first unless ordered otherwise; where more follow, the address of the next page."""
    options = read_options(request.GET)
    names, with_evidence = _selected(options.select), _evidence_wanted(options.expand)
    matching = _matching(scope, options)
    size = LARGEST_PAGE if options.top is None else options.top
    found = list(matching[options.skip : options.skip + size + 1])
    body: dict[str, object] = {"@odata.context": _context(request)}
    if options.count:
        body["@odata.count"] = matching.count()
    rows = rows_of(scope, found[:size], with_evidence=with_evidence)
    body["value"] = [alert_body(row, names, with_evidence=with_evidence) for row in rows]
    # With $top the client has what it asked for; without it the page ended only because every page ends.
    if options.top is None and len(found) > size:
        body["@odata.nextLink"] = _next_page(request, options.skip + size)
    return json_answer(body, odata=True)


def count_alerts(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer how many alerts match, as a bare number."""
    return HttpResponse(str(_matching(scope, read_options(request.GET)).count()), content_type="text/plain")


def read_alert(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Answer one alert. Raises AlertNotFound."""
    options = read_options(request.GET)
    names, with_evidence = _selected(options.select), _evidence_wanted(options.expand)
    alert = alert_rows(scope).filter(pk=alert_id).first()
    if alert is None:
        raise AlertNotFound(alert_id)
    return _single(request, scope, alert, names, with_evidence=with_evidence)


def change_alert(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Change an alert and answer it as it is then."""
    alert = triage.change_alert(scope, alert_id, read_change(read_object(request)))
    return _single(request, scope, alert, (), with_evidence=False)


def _single(
    request: HttpRequest, scope: TenantScope, alert: Alert, names: Sequence[str], *, with_evidence: bool
) -> HttpResponse:
    (row,) = rows_of(scope, [alert], with_evidence=with_evidence)
    body = alert_body(row, names, with_evidence=with_evidence)
    return json_answer({"@odata.context": f"{_context(request)}/$entity", **body}, odata=True)


def _matching(scope: TenantScope, options: Options) -> QuerySet[Alert]:
    found = alert_rows(scope).select_related(None)
    if options.filter is not None:
        found = found.filter(condition(options.filter, ALERT))
    # The last two make every order whole, so that pages neither repeat nor leave out.
    return found.order_by(*ordering(options.orderby, ALERT), *_NEWEST_FIRST)


def _selected(select: Sequence[Name]) -> tuple[str, ...]:
    unknown = next((name for name in select if name.text.lower() not in _SELECTABLE), None)
    if unknown is not None:
        raise _no_such_property(unknown)
    wanted = {_SELECTABLE[name.text.lower()] for name in select}
    return tuple(name for name in _SELECTABLE.values() if name in wanted)


def _evidence_wanted(expand: Sequence[Name]) -> bool:
    unknown = next((name for name in expand if name.text.lower() not in {EVIDENCE, "*"}), None)
    if unknown is not None:
        raise _no_such_property(unknown)
    return bool(expand)


def _no_such_property(name: Name) -> ODataError:
    return ODataError(
        "Could not find a property named “{name}” on type “{type}”.",
        position=name.position,
        name=name.text,
        type=ALERT.type_name,
    )


def _context(request: HttpRequest) -> str:
    return f"{address_of(request)}/api/$metadata#Alerts"


def _next_page(request: HttpRequest, skip: int) -> str:
    """Return the same address with another `$skip`; clients follow it verbatim."""
    query = request.GET.copy()
    for name in [name for name in query if name.lower() == "$skip"]:
        del query[name]
    query["$skip"] = str(skip)
    return f"{address_of(request)}{request.path}?{query.urlencode(safe='$')}"
