"""Routes of machines."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from huntline.compat.addresses import address_of
from huntline.compat.alerts.views import ALERTS, answer_page
from huntline.compat.errors import NothingRelated
from huntline.compat.machines.bodies import SELECTABLE, logon_body, machine_body
from huntline.compat.machines.properties import MACHINE
from huntline.compat.machines.rows import machine_rows
from huntline.compat.odata import LARGEST_PAGE, read_options
from huntline.compat.pages import Collection
from huntline.compat.wire import json_answer
from huntline.identity import TenantScope
from huntline.incidents import EntityType
from huntline.incidents.errors import AlertNotFound
from huntline.incidents.models import Alert, AlertEntity
from huntline.incidents.queries import alert_rows
from huntline.kernel import now
from huntline.telemetry.errors import DeviceNotFound
from huntline.telemetry.logons import logons_of
from huntline.telemetry.models import Device

MACHINES: Final[Collection[Device]] = Collection(
    "/api/$metadata#Machines", MACHINE, ("-last_seen", "-id"), LARGEST_PAGE
)
LOOKBACK: Final = timedelta(days=30)


def list_machines(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer a page of machines, the last that reported first."""
    options = read_options(request.GET)
    names = MACHINES.names(options.select, SELECTABLE)
    rows = machine_rows(scope)
    body = MACHINES.page(request, rows, options, lambda found: [machine_body(row, names) for row in found])
    return json_answer(body, odata=True)


def count_machines(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Answer how many machines match, as a bare number."""
    count = MACHINES.matching(machine_rows(scope), read_options(request.GET)).count()
    return HttpResponse(str(count), content_type="text/plain")


def read_machine(request: HttpRequest, scope: TenantScope, machine_id: str) -> HttpResponse:
    """Answer the machine of this id, or of this name. Raises DeviceNotFound."""
    row = find_machine(scope, machine_id)
    names = MACHINES.names(read_options(request.GET).select, SELECTABLE)
    context = f"{address_of(request)}/api/$metadata#Machines/$entity"
    return json_answer({"@odata.context": context, **machine_body(row, names)}, odata=True)


def read_alert_machine(request: HttpRequest, scope: TenantScope, alert_id: str) -> HttpResponse:
    """Answer the machine of an alert. Raises AlertNotFound, NothingRelated, DeviceNotFound."""
    alert = alert_rows(scope).filter(pk=alert_id).first()
    if alert is None:
        raise AlertNotFound(alert_id)
    if not alert.device_id:
        raise NothingRelated("machine")
    context = f"{address_of(request)}/api/$metadata#Machines/$entity"
    return json_answer({"@odata.context": context, **machine_body(find_machine(scope, alert.device_id))}, odata=True)


def list_machine_alerts(request: HttpRequest, scope: TenantScope, machine_id: str) -> HttpResponse:
    """Answer the alerts whose evidence names the machine. Raises DeviceNotFound."""
    return answer_page(request, scope, _alerts_of(scope, machine_id))


def count_machine_alerts(request: HttpRequest, scope: TenantScope, machine_id: str) -> HttpResponse:
    """Answer how many of them match, as a bare number. Raises DeviceNotFound."""
    count = ALERTS.matching(_alerts_of(scope, machine_id), read_options(request.GET)).count()
    return HttpResponse(str(count), content_type="text/plain")


def list_logon_users(request: HttpRequest, scope: TenantScope, machine_id: str) -> HttpResponse:
    """Answer who signed in to the machine in the last thirty days. Raises DeviceNotFound."""
    row = find_machine(scope, machine_id)
    found = logons_of(scope, row.device_id, now() - LOOKBACK)
    context = f"{address_of(request)}/api/$metadata#Users"
    return json_answer({"@odata.context": context, "value": [logon_body(logon) for logon in found]}, odata=True)


def find_machine(scope: TenantScope, machine_id: str) -> Any:
    """Return the machine of this id; the contract takes its name too. Raises DeviceNotFound."""
    rows = machine_rows(scope)
    row = (
        rows.filter(device_id=machine_id).first() or rows.filter(name__iexact=machine_id).order_by("-last_seen").first()
    )
    if row is None:
        raise DeviceNotFound(machine_id)
    return row


def _alerts_of(scope: TenantScope, machine_id: str) -> QuerySet[Alert]:
    row = find_machine(scope, machine_id)
    concerned = AlertEntity.objects.within(scope).filter(entity_type=EntityType.MACHINE, device_id=row.device_id)
    return alert_rows(scope).filter(pk__in=concerned.order_by().values("alert_id"))
