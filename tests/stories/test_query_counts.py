"""A list costs the same number of queries however long it is."""

import json
from dataclasses import dataclass
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huntline.audit.services import record
from huntline.delivery.models import Suppression
from huntline.enrolment.privacy import CURRENT
from huntline.identity.permissions import Role
from huntline.identity.queries import scope_of
from huntline.identity.services import create_tenant, invite
from huntline.incidents.services import create_draft, submit_draft
from huntline.kernel import now
from huntline.telemetry.models import Device
from publishing import ROW, capture, enrol, form_for, publish
from stories.marked_tenant import Desk

pytestmark = pytest.mark.django_db
STEP = 3
NUMBERS = count(1)
CONDITIONS = [{"property": "tag", "operator": "equals", "values": ["x"]}]
RULE = {"severities": ["High"], "recipients": ["soc@aurora.example"]}
DETECTION = {"query": "DeviceProcessEvents", "title": "x", "severity": "Low", "category": "Execution"}
HOOK = {"url": "https://soc.example/", "events": ["alert.raised"], "severities": ["High"]}
APPLICATION = {"name": "Bo", "email": "bo@x.example", "privacy_statement_version": CURRENT, "accepted": True}


@dataclass(frozen=True)
class Stage:
    """Who makes rows, and where."""

    cast: object
    desks: dict[str, Desk]

    def __getattr__(self, part):
        return self.desks[part]


@pytest.fixture
def stage(cast, sign_in):
    enrol(cast)
    parts = ("aurora_admin", "hunter", "hunt_lead", "account_manager", "platform_operator")
    return Stage(cast, {part: Desk(sign_in(part)) for part in parts})


def name():
    return f"Row {next(NUMBERS)}"


def a_device(stage, **_):
    number, moment = next(NUMBERS), now()
    row = Device(
        tenant_id=stage.cast.aurora.pk, device_id=f"d{number}", name=f"ws{number}", first_seen=moment, last_seen=moment
    )
    row.save(force_insert=True)
    stage.aurora_admin.call("PUT", f"~/devices/d{number}/tags", {"tags": ["x"]})


def an_alert(stage, **_):
    number = next(NUMBERS)
    event = {**{key: value for key, value in ROW.items() if key != "$table"}, "DeviceId": f"a{number}"}
    event |= {"DeviceName": f"a{number}.aurora.example", "AccountName": f"user{number}"}
    form = {"title": f"Alert {number}", "severity": "High", "category": "Execution", "detection_source": "CustomerTI"}
    form["events"] = [{"table": "DeviceProcessEvents", "row": event}]
    made = stage.aurora_admin.call("POST", "~/alerts", form)
    stage.aurora_admin.call("PATCH", f"~/alerts/{made['id']}", {"comment": "x"})


def a_notification(stage, **_):
    publish(stage.cast)


def a_draft(stage, **_):
    hunter = scope_of(stage.cast.hunter, stage.cast.aurora)
    draft = create_draft(hunter, form_for(capture(stage.cast.aurora.pk)))
    submit_draft(hunter, draft.pk)


def a_customer(stage, **_):
    number = next(NUMBERS)
    tenant = create_tenant(f"customer{number}", f"Customer {number}")
    person = invite(tenant, f"admin@customer{number}.example", Role.ADMIN).person
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    Desk(client, tenant.slug).call("POST", "~/enrolment/application", APPLICATION)


def a_schedule(stage, **_):
    saved = stage.hunter.call("POST", "~/saved-hunts", {"name": name(), "query": "print 1", "library": "provider"})
    wanted = {"saved_hunt_id": saved["id"], "every_hours": 24, "lookback_hours": 24, "tenants": ["aurora", "bluefin"]}
    stage.hunter.call("POST", "/provider/scheduled-hunts", wanted)


def a_batch(stage, *, secret):
    row = json.dumps({"Timestamp": "2026-11-15T12:00:00Z", "DeviceId": name(), "ActionType": "x"})
    headers = {"Authorization": f"Bearer {secret}"}
    answer = Client().post("/ingest/v1/rows/DeviceEvents", row, "application/json", headers=headers)
    assert answer.status_code == 200, answer.content


def a_refused_address(stage, **_):
    address = f"gone{next(NUMBERS)}@aurora.example"
    Suppression(tenant_id=stage.cast.aurora.pk, address=address, refusals=3, since=now()).save()


def an_entry(stage, **_):
    record("test.done", tenant_id=stage.cast.aurora.pk)


def by_call(part, method, path, **body):
    """Return a maker that calls a route; of the body's texts those that are callable are called."""

    def make(stage, **known):
        filled = {key: value() if callable(value) else value for key, value in body.items()}
        stage.desks[part].call(method, path.format(**known), filled or None)

    return make


def rule(stage):
    return {"rule_id": stage.aurora_admin.call("POST", "~/email-rules", RULE | {"name": name()})["id"]}


def hook(stage):
    return {"webhook_id": stage.aurora_admin.call("POST", "~/webhooks", HOOK | {"name": name()})["id"]}


def key(stage):
    return {"secret": stage.aurora_admin.call("POST", "~/ingest-keys", {"name": name()})["secret"]}


def evidence(stage):
    found = stage.aurora_admin.call("POST", "~/hunts", {"query": "print x = 1"})
    captured = stage.aurora_admin.call("POST", "~/evidence", {"hunt_id": found["id"], "rows": [0]})
    return {"evidence_id": captured["id"]}


def nothing(_stage):
    return {}


ADMIN = "aurora_admin"
# Who lists what; what has to be there before; and what makes one row more.
LISTS = {
    "~/alerts": (ADMIN, nothing, an_alert),
    "~/incidents": (ADMIN, nothing, an_alert),
    "~/notifications": (ADMIN, nothing, a_notification),
    "~/drafts": ("hunt_lead", nothing, a_draft),
    "/provider/drafts": ("hunt_lead", nothing, a_draft),
    "/provider/review": ("hunt_lead", nothing, a_draft),
    "/provider/tenants": ("account_manager", nothing, a_customer),
    "/provider/tenants/names": ("account_manager", nothing, a_customer),
    "/provider/applications": ("account_manager", nothing, a_customer),
    "/provider/subscriptions": ("account_manager", nothing, a_customer),
    "/provider/scheduled-hunts": ("hunter", nothing, a_schedule),
    "/provider/outbox": (
        "platform_operator",
        rule,
        by_call(ADMIN, "POST", "~/email-rules/{rule_id}/test", recipient="soc@aurora.example"),
    ),
    "~/members": (
        ADMIN,
        nothing,
        by_call(ADMIN, "POST", "~/members", email=lambda: f"p{next(NUMBERS)}@aurora.example", role="reader"),
    ),
    "~/api-clients": (ADMIN, nothing, by_call(ADMIN, "POST", "~/api-clients", name=name, roles=["Alert.Read.All"])),
    "~/audit": (ADMIN, nothing, an_entry),
    "~/eligibility-talks": (
        "account_manager",
        nothing,
        by_call(
            "account_manager", "POST", "~/eligibility-talks", held="2026-11-01", participants="Bo", outcome="eligible"
        ),
    ),
    "~/ingest-keys": (ADMIN, nothing, by_call(ADMIN, "POST", "~/ingest-keys", name=name)),
    "~/ingest-batches": (ADMIN, key, a_batch),
    "~/devices": (ADMIN, nothing, a_device),
    "~/device-groups": (ADMIN, nothing, by_call(ADMIN, "POST", "~/device-groups", name=name, conditions=CONDITIONS)),
    "~/detection-rules": (ADMIN, nothing, by_call(ADMIN, "POST", "~/detection-rules", name=name, **DETECTION)),
    "/provider/detection-rules": (
        "hunter",
        nothing,
        by_call("hunter", "POST", "/provider/detection-rules", name=name, customers=["aurora"], **DETECTION),
    ),
    "~/hunts": (ADMIN, nothing, by_call(ADMIN, "POST", "~/hunts", query="print 1")),
    "~/saved-hunts": (ADMIN, nothing, by_call(ADMIN, "POST", "~/saved-hunts", name=name, query="print 1")),
    "~/evidence/{evidence_id}/reruns": (ADMIN, evidence, by_call(ADMIN, "POST", "~/evidence/{evidence_id}/rerun")),
    "~/email-rules": (ADMIN, nothing, by_call(ADMIN, "POST", "~/email-rules", name=name, **RULE)),
    "~/email-rules/{rule_id}/attempts": (
        ADMIN,
        rule,
        by_call(ADMIN, "POST", "~/email-rules/{rule_id}/test", recipient="soc@aurora.example"),
    ),
    "~/email-suppressions": (ADMIN, nothing, a_refused_address),
    "~/webhooks": (ADMIN, nothing, by_call(ADMIN, "POST", "~/webhooks", name=name, **HOOK)),
    "~/webhooks/{webhook_id}/messages": (ADMIN, hook, by_call(ADMIN, "POST", "~/webhooks/{webhook_id}/test")),
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_queries_however_long(path, stage, settings):
    settings.HUNTLINE_CORRELATION_DAYS = 0  # as many incidents as alerts
    part, before, make = LISTS[path]
    known = before(stage)
    address, desk = path.format(**known), stage.desks[part]
    costs, lengths = [], []
    for _ in range(2):
        for _ in range(STEP):
            make(stage, **known)
        desk.call("GET", address)  # a look of the provider is recorded once in a while
        with CaptureQueriesContext(connection) as asked:
            found = desk.call("GET", address)
        rows = found["items"] if isinstance(found, dict) else found
        costs.append(len(asked))
        lengths.append(len(rows))
    assert lengths[1] - lengths[0] >= STEP
    assert costs[0] == costs[1], [query["sql"] for query in asked.captured_queries]
