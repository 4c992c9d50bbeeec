"""Notifications: from publishing until each channel shows it, and lists of alerts over SQL that a person writes for the same rows."""

import json
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.mailbox import Mailbox
from bench.telemetry import UNTIL, Sample
from huntline.compat import limits
from huntline.delivery.services import RuleForm, create_rule
from huntline.enrolment import services as enrolment
from huntline.enrolment.privacy import CURRENT
from huntline.hunting.services import capture_evidence, run
from huntline.identity import TenantScope
from huntline.identity.models import TenantKind
from huntline.identity.permissions import Role
from huntline.identity.queries import provider_scope_of, scope_of
from huntline.identity.services import create_api_client, create_tenant, invite
from huntline.incidents import Category, Severity
from huntline.incidents.models import Alert, AlertEntity, Incident, Notification
from huntline.incidents.publication import publish_draft
from huntline.incidents.services import DraftForm, create_draft, submit_draft
from huntline.incidents.vocabulary import EntityRole, EntityType, Verdict
from huntline.kernel import now
from huntline.web.worker import Worker

ALERTS: Final = 100_000
RULES: Final = 1_000
PUBLISHED: Final = 100
NAMED_BY: Final = 20
"""So many of the rules name the severity that is published; the others must be looked at all the same."""
PAGE: Final = 10_000
PATIENCE: Final = 60.0
_ALERTS_OF_INCIDENT: Final = 10
_PORTION: Final = 5_000


class Desk:
    """A customer with rules and alerts, the provider's two hunters, and who reads each channel."""

    def __init__(self, sent: Sample, rules: int) -> None:
        self.tenant = sent.tenant
        provider = create_tenant("bench-provider", "Bench provider", kind=TenantKind.PROVIDER)
        self._admin = invite(self.tenant, "admin@bench.example", Role.ADMIN).person
        self.admin = _within(scope_of(self._admin, self.tenant))
        manager = invite(provider, "manager@bench.example", Role.ACCOUNT_MANAGER).person
        hunter, lead = (
            invite(provider, f"{part}@bench.example", part).person for part in (Role.HUNTER, Role.HUNT_LEAD)
        )
        self.hunter = _within(scope_of(hunter, self.tenant))
        self.lead = _within(scope_of(lead, self.tenant))
        form = enrolment.ApplicationForm("Admin", "admin@bench.example", CURRENT, accepted=True)
        application = enrolment.submit_application(self.admin, form)
        enrolment.approve_application(_within(provider_scope_of(manager)), application.pk)
        for number in range(rules):
            named = Severity.HIGH if number < NAMED_BY else Severity.LOW
            create_rule(self.admin, RuleForm(f"Rule {number}", [named], [f"r{number}@bench.example"]))
        self.portal = Client()
        self.portal.force_login(self._admin, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.machine = self._machine()

    def _machine(self) -> Client:
        roles = ["Alert.Read.All", "AdvancedQuery.Read.All"]
        made, secret = create_api_client(self.admin, "SIEM", roles)
        form = {
            "grant_type": "client_credentials",
            "client_id": made.client_id,
            "client_secret": secret,
            "scope": "https://api.securitycenter.microsoft.com/.default",
        }
        address, kind = f"/{self.tenant.slug}/oauth2/v2.0/token", "application/x-www-form-urlencoded"
        token = Client().post(address, urlencode(form), content_type=kind).json()["access_token"]
        return Client(headers={"Authorization": f"Bearer {token}"})

    def draft(self, title: str) -> DraftForm:
        """Return a complete draft over what a hunt found just now."""
        start = UNTIL - timedelta(days=60)
        found = run(self.hunter, "DeviceProcessEvents | take 3", start=start, end=UNTIL + timedelta(days=1))
        evidence = capture_evidence(self.hunter, found.id, range(found.row_count))
        return DraftForm(
            title=title,
            severity=Severity.HIGH,
            category=Category.EXECUTION,
            summary="Measured.",
            what_happened="A process was started.",
            recommended_steps=["Contain the device."],
            techniques=["T1059"],
            evidence_ids=[evidence.pk],
        )


def measure(sent: Sample, mailbox: Mailbox, scale: float, console: Console) -> None:
    """Print the median and the 99th percentile of each channel, and the ratios of the lists."""
    alerts, rules = max(200, int(ALERTS * scale)), max(NAMED_BY, int(RULES * min(1.0, scale * 10)))
    published = PUBLISHED if scale >= 1 else 3
    desk = Desk(sent, rules)
    _stock(desk, alerts, console)
    worker = Worker()
    worker.start()
    times: dict[str, list[float]] = {}
    try:
        for number in track(range(published), "Publishing", console=console, transient=True):
            for channel, seconds in _publish(desk, mailbox, f"Benchmark finding {number:04}").items():
                times.setdefault(channel, []).append(seconds * 1000)
    finally:
        worker.stop()
    title = (
        f"From publishing to visible: {published} notifications, {rules:,} rules ({NAMED_BY} mail), {alerts:,} alerts"
    )
    table = Table("Channel", "median ms", "p99 ms", title=title, title_justify="left")
    for channel, found in times.items():
        ordered = sorted(found)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        table.add_row(channel, f"{statistics.median(found):,.0f}", f"{p99:,.0f}")
    console.print(table)
    _lists(desk, min(PAGE, alerts), console)


def _publish(desk: Desk, mailbox: Mailbox, title: str) -> dict[str, float]:
    """Publish a notification and return how many seconds later each channel showed it first, as one reader polls them all in turns."""
    draft = create_draft(desk.hunter, desk.draft(title))
    submit_draft(desk.hunter, draft.pk)
    for limit in (limits.ALERTS, limits.SIEM, limits.HUNTING):
        limit.reset()
    begun = time.perf_counter()
    notification = publish_draft(desk.lead, draft.pk)
    waiting = _looks(desk, notification)
    seen: dict[str, float] = {"publishing itself": time.perf_counter() - begun}
    while waiting or len(mailbox.times_of(title)) < NAMED_BY:
        for channel in [channel for channel, look in waiting.items() if look()]:
            seen[channel] = time.perf_counter() - begun
            del waiting[channel]
        if time.perf_counter() - begun > PATIENCE:
            raise TimeoutError(f"Not seen after {PATIENCE} s: {', '.join(waiting) or 'mails'}")
        for limit in (limits.SIEM, limits.HUNTING):
            limit.reset()
    mails = mailbox.times_of(title)
    return seen | {"first mail": mails[0] - begun, f"last of {NAMED_BY} mails": mails[-1] - begun}


def _looks(desk: Desk, notification: Notification) -> dict[str, Callable[[], bool]]:
    """Return, for each channel, whether it shows the notification now."""
    alert = notification.alert_id
    portal, machine = desk.portal, desk.machine
    query = json.dumps({"Query": f"DeviceAlertEvents | where AlertId == '{alert}' | take 1"})

    def hunted() -> bool:
        answer = machine.post("/api/advancedqueries/run", query, content_type="application/json")
        return bool(answer.json()["Results"])

    return {
        "portal: alert": lambda: portal.get(f"/api/v1/tenants/{desk.tenant.slug}/alerts/{alert}").status_code == 200,
        "OData": lambda: machine.get(f"/api/alerts/{alert}").status_code == 200,
        "SIEM pull": lambda: alert.encode() in machine.get("/siem/api/alerts?ago=PT5M&limit=20").content,
        "DeviceAlertEvents": hunted,
    }


def _lists(desk: Desk, page: int, console: Console) -> None:
    """Print the time of lists over that of SQL written by hand for the same rows, fetched and not made into anything."""
    table = Table("List", "rows", "ms", "by hand ms", "ratio", title="Lists of alerts", title_justify="left")
    portal = f"/api/v1/tenants/{desk.tenant.slug}/alerts"
    tenant = (
        connection.ops.adapt_uuidfield_value(desk.tenant.pk)
        if connection.vendor == "postgresql"
        else desk.tenant.pk.hex
    )
    alerts = (
        "SELECT a.*, i.severity FROM incidents_alert a JOIN incidents_incident i ON i.id = a.incident_id WHERE a.tenant_id = %s "
        "ORDER BY a.created DESC, a.id DESC LIMIT %s"
    )
    entities = (
        "SELECT e.* FROM incidents_alertentity e WHERE e.alert_id IN "
        "(SELECT id FROM incidents_alert WHERE tenant_id = %s ORDER BY created DESC, id DESC LIMIT %s) ORDER BY e.alert_id, e.place"
    )
    total = "SELECT count(*) FROM incidents_alert WHERE tenant_id = %s"
    for name, rows, call, by_hand in (
        (
            "portal, page of 50",
            50,
            lambda: desk.portal.get(f"{portal}?page_size=50"),
            [(alerts, 50), (entities, 50), (total,)],
        ),
        ("OData, $top", page, lambda: desk.machine.get(f"/api/alerts?$top={page}"), [(alerts, page)]),
        (
            "OData, $top and $expand=evidence",
            page,
            lambda: desk.machine.get(f"/api/alerts?$top={page}&$expand=evidence"),
            [(alerts, page), (entities, page)],
        ),
    ):
        own = _best(lambda call=call: _good(call()))
        other = _best(lambda by_hand=by_hand: _fetch(tenant, by_hand))
        table.add_row(name, f"{rows:,}", f"{own:,.1f}", f"{other:,.1f}", f"{own / other:.2f}")
    console.print(table)


def _good(answer: object) -> None:
    if getattr(answer, "status_code", None) != 200:
        raise RuntimeError(f"A list was refused: {getattr(answer, 'content', b'')[:300]!r}")


def _fetch(tenant: object, statements: list[tuple[str, *tuple[int, ...]]]) -> None:
    with connection.cursor() as cursor:
        for sql, *limit in statements:
            cursor.execute(sql, [tenant, *limit])
            cursor.fetchall()


def _best(call: Callable[[], None], times: int = 5) -> float:
    """Return the milliseconds of the quickest of some calls."""
    took = []
    for _ in range(times):
        limits.ALERTS.reset()
        begun = time.perf_counter()
        call()
        took.append(time.perf_counter() - begun)
    return min(took) * 1000


def _stock(desk: Desk, count: int, console: Console) -> None:
    """Put alerts of the last year into the database, ten to an incident, each with a device and an account."""
    moment = now()
    for first in track(range(0, count, _PORTION), "Making alerts", console=console, transient=True):
        numbers = range(first, min(count, first + _PORTION))
        times = {number: moment - timedelta(days=1 + 364 * (count - number) / count) for number in numbers}
        openers = numbers[::_ALERTS_OF_INCIDENT]
        incidents = Incident.objects.within(desk.admin).bulk_create(
            [_incident(desk, number, times[number]) for number in openers]
        )
        of = {number // _ALERTS_OF_INCIDENT: incident for number, incident in zip(openers, incidents, strict=True)}
        alerts = [_alert(desk, number, of[number // _ALERTS_OF_INCIDENT], times[number]) for number in numbers]
        Alert.objects.within(desk.admin).bulk_create(alerts, batch_size=500)
        parts = [part for number, alert in zip(numbers, alerts, strict=True) for part in _parts(desk, number, alert)]
        AlertEntity.objects.within(desk.admin).bulk_create(parts, batch_size=500)


def _incident(desk: Desk, number: int, at: datetime) -> Incident:
    return Incident(
        tenant_id=desk.tenant.pk,
        title=f"Stock {number}",
        severity=Severity.MEDIUM,
        created=at,
        updated=at,
        first_activity=at,
        last_activity=at,
    )


def _alert(desk: Desk, number: int, incident: Incident, at: datetime) -> Alert:
    return Alert(
        id=f"ta{number:032x}",
        tenant_id=desk.tenant.pk,
        incident=incident,
        title=f"Stock {number}",
        description="What happened.",
        severity=Severity.MEDIUM,
        category=Category.EXECUTION,
        techniques=["T1059"],
        device_id=f"{number % 500:040x}",
        device_name=f"ws{number % 500}.bench.example",
        created=at,
        updated=at,
        first_activity=at,
        last_activity=at,
    )


def _parts(desk: Desk, number: int, alert: Alert) -> list[AlertEntity]:
    machine = {"device_id": alert.device_id, "device_name": alert.device_name}
    user = {"account_name": f"user{number % 900}", "account_domain": "BENCH"}
    kinds = (EntityType.MACHINE, machine), (EntityType.USER, user)
    return [
        AlertEntity(
            tenant_id=desk.tenant.pk,
            alert=alert,
            place=place,
            entity_type=kind,
            role=EntityRole.IMPACTED,
            verdict=Verdict.SUSPICIOUS,
            **values,
        )
        for place, (kind, values) in enumerate(kinds)
    ]


def _within(scope: TenantScope | None) -> TenantScope:
    if scope is None:
        raise LookupError("The benchmark's own people have no scope in its tenant.")
    return scope
