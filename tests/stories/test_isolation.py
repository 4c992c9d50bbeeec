"""Every route of every API, called by those who must find nothing there.

The routes come from the OpenAPI documents and from the foreign addresses, so a new one is walked without being asked. One that takes a
body, a part of an address or a foreign address that is not known here fails, and says what to add.
"""

import io
import json
import re
from dataclasses import dataclass
from urllib.parse import urlencode

import pypdf
import pytest
import pyzipper
from django.apps import apps
from django.test import Client

from huntline.compat import urls as foreign
from huntline.enrolment.privacy import CURRENT
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import physical_tables
from huntline.web.api import api
from huntline.web.ingest import ingest_api
from stories.marked_tenant import DEVICE, MARK, ROLES, Desk, detection_rule, draft_of, fill

pytestmark = pytest.mark.django_db

# What stands in a path and is no object of a tenant.
PARTS = {"version": CURRENT, "language": "en", "table": "DeviceProcessEvents", "source": "rows", "part": 1}
PUBLIC = frozenset({("GET", "/api/v1/privacy-statements/{version}/{language}")})
# Of a person, not of a tenant: everybody who is signed in has them.
OWN = frozenset({"/api/v1/session", "/api/v1/provider/tenants/names"})
QUERY = {"query": "union DeviceProcessEvents, DeviceInfo, AlertInfo, AlertEvidence, DeviceAlertEvents | take 100"}
RULE = {"name": "A rule", "severities": ["High"], "recipients": ["soc@bluefin.example"]}
GROUP = {"name": "A group", "conditions": [{"property": "tag", "operator": "equals", "values": ["x"]}]}
HOOK = {"name": "A hook", "url": "https://soc.example/", "events": ["alert.raised"], "severities": ["High"]}
SAVED = {"name": "A hunt", "query": "print 1"}
SCHEDULE = {"every_hours": 24, "lookback_hours": 24, "tenants": ["aurora"]}
ROW = json.dumps({"Timestamp": "2026-11-15T12:00:00Z", "DeviceId": "b1", "ActionType": "ProcessCreated"})

CASE = "/api/v1/tenants/{tenant}/inquiries/{number}"
ANSWER = {"title": "An answer", "language": "en", "text": "x"}

# The body of each route that takes one; {name} is an id of aurora's.
BODIES = {
    "PUT /api/v1/tenants/{tenant}/subscription": {"kind": "full"},
    "PUT /api/v1/tenants/{tenant}/business-calendar": {
        "timezone": "UTC",
        "hours": {"0": ["09:00", "18:00"]},
        "first_reply_minutes": 60,
    },
    "PUT /api/v1/tenants/{tenant}/sector": {"sector": "energy"},
    "POST /api/v1/tenants/{tenant}/inquiries": {
        "topic": "x",
        "category": "other",
        "text": "x",
        "reply_email": "soc@bluefin.example",
        "subjects": [{"kind": "alert", "reference": "{alert_id}"}],
    },
    "POST /api/v1/tenants/{tenant}/inquiries/check": {"subjects": [{"kind": "alert", "reference": "{alert_id}"}]},
    f"POST {CASE}/replies": {"text": "x", "sample_ids": ["{sample_id}"]},
    f"POST {CASE}/withdraw": {"reason": "x"},
    f"POST {CASE}/answers": {"step": "report", "text": "x", "evidence_ids": ["{evidence_id}"]},
    f"POST {CASE}/access": {"reason": "x", "hours": 1},
    f"PUT {CASE}/assignee": {"expert_id": None},
    f"POST {CASE}/notes": {"text": "x"},
    f"POST {CASE}/comparisons": {"indicators": ["evil.example"], "days": 30},
    f"POST {CASE}/uploads": {"name": "x", "size": 1},
    f"PUT {CASE}/uploads/{{upload_id}}/parts/{{part}}": {},
    "POST /api/v1/provider/saved-answers": ANSWER,
    "PUT /api/v1/provider/saved-answers/{answer_id}": ANSWER,
    "PATCH /api/v1/session": {"timezone": "UTC"},
    "POST /api/v1/tenants/{tenant}/members": {"email": "new@bluefin.example", "role": "reader"},
    "POST /api/v1/tenants/{tenant}/api-clients": {"name": "A client", "roles": ROLES},
    "POST /api/v1/tenants/{tenant}/enrolment/application": {
        "name": "Bo",
        "email": "bo@bluefin.example",
        "privacy_statement_version": CURRENT,
        "accepted": True,
    },
    "POST /api/v1/tenants/{tenant}/enrolment/application/answer": {"text": "Two sites."},
    "PUT /api/v1/tenants/{tenant}/enrolment/service": {"on": False},
    "POST /api/v1/tenants/{tenant}/eligibility-talks": {
        "held": "2026-11-01",
        "participants": "Bo",
        "outcome": "eligible",
    },
    "POST /api/v1/provider/applications/{application_id}/ask": {"text": "Which sites?"},
    "POST /api/v1/provider/applications/{application_id}/decline": {"reason": "No."},
    "POST /api/v1/tenants/{tenant}/ingest-keys": {"name": "A key"},
    "POST /api/v1/tenants/{tenant}/hunts": QUERY,
    "POST /api/v1/tenants/{tenant}/hunts/check": QUERY,
    "POST /api/v1/tenants/{tenant}/saved-hunts": SAVED,
    "PUT /api/v1/tenants/{tenant}/saved-hunts/{saved_hunt_id}": SAVED,
    "POST /api/v1/provider/scheduled-hunts": SCHEDULE | {"saved_hunt_id": "{saved_hunt_id}"},
    "PUT /api/v1/provider/scheduled-hunts/{schedule_id}": SCHEDULE,
    "POST /api/v1/tenants/{tenant}/evidence": {"hunt_id": "{hunt_id}", "rows": [0]},
    "POST /api/v1/tenants/{tenant}/detection-rules": detection_rule("A rule"),
    "PUT /api/v1/tenants/{tenant}/detection-rules/{detection_rule_id}": detection_rule("A rule"),
    "POST /api/v1/provider/detection-rules": detection_rule("A rule"),
    "PUT /api/v1/provider/detection-rules/{detection_rule_id}": detection_rule("A rule"),
    "POST /api/v1/provider/hunts": QUERY | {"tenants": ["aurora"]},
    "POST /api/v1/tenants/{tenant}/alerts": {
        "title": "An alert",
        "severity": "Low",
        "category": "General",
        "detection_source": "CustomerTI",
    },
    "PATCH /api/v1/tenants/{tenant}/incidents/{incident_id}": {"status": "Resolved", "comment": "x"},
    "POST /api/v1/tenants/{tenant}/incidents/merge": {"incident_ids": ["{incident_id}", 999999999]},
    "POST /api/v1/tenants/{tenant}/incidents/{incident_id}/move-out": {"alert_ids": ["{alert_id}"]},
    "POST /api/v1/tenants/{tenant}/notifications/sample": {"severity": "Low"},
    "PATCH /api/v1/tenants/{tenant}/alerts/{alert_id}": {"status": "Resolved", "comment": "x"},
    "POST /api/v1/tenants/{tenant}/notifications/{notification_id}/withdraw": {"reason": "No."},
    "POST /api/v1/tenants/{tenant}/drafts": draft_of("{evidence_id}"),
    "PUT /api/v1/tenants/{tenant}/drafts/{draft_id}": draft_of("{evidence_id}"),
    "POST /api/v1/tenants/{tenant}/drafts/{draft_id}/return": {"reason": "No."},
    "POST /api/v1/tenants/{tenant}/drafts/{draft_id}/publish": {"revision": 1},
    "POST /api/v1/tenants/{tenant}/email-rules": RULE,
    "PUT /api/v1/tenants/{tenant}/email-rules/{rule_id}": RULE,
    "POST /api/v1/tenants/{tenant}/email-rules/{rule_id}/test": {"recipient": "soc@bluefin.example"},
    "POST /api/v1/tenants/{tenant}/device-groups": GROUP,
    "PUT /api/v1/tenants/{tenant}/device-groups/{group_id}": GROUP,
    "PUT /api/v1/tenants/{tenant}/devices/{device_id}/tags": {"tags": ["x"]},
    "PUT /api/v1/tenants/{tenant}/members/{membership_id}/device-groups": {"device_groups": ["{group_id}"]},
    "POST /api/v1/tenants/{tenant}/handoffs": {
        "subject_kind": "notification",
        "subject_id": "{notification_id}",
        "recipient_name": "Bo",
        "recipient_email": "bo@responders.example",
    },
    "POST /api/v1/tenants/{tenant}/webhooks": HOOK,
    "PUT /api/v1/tenants/{tenant}/webhooks/{webhook_id}": HOOK,
    "POST /api/v1/tenants/{tenant}/webhooks/{webhook_id}/replay": {
        "since": "2026-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
    },
}

# What routes must be asked with.
ASKED = {"/api/v1/tenants/{tenant}/email-trace": "?alert_id={alert_id}&recipient=soc@bluefin.example"}

# Who reads what a customer's administrator may not.
READERS = {"drafts": "hunt_lead", "eligibility-talks": "account_manager", "/notes": "hunter"}

RUN = {"Query": QUERY["query"]}
# A call for each foreign address and each of its methods.
REFERENCE = {
    "eventTime": "2026-11-15T22:14:03Z",
    "reportId": "1",
    "machineId": DEVICE,
    "severity": "Low",
    "title": "An alert",
    "description": "x",
    "recommendedAction": "x",
    "category": "General",
}
FOREIGN = [
    ("GET", "/aurora/v2.0/.well-known/openid-configuration", None),
    ("POST", "/aurora/oauth2/token", None),
    ("POST", "/aurora/oauth2/v2.0/token", None),
    ("GET", "/common/discovery/v2.0/keys", None),
    ("GET", "/common/discovery/instance", None),
    ("GET", "/metadata/endpoints", None),
    ("GET", "/api/openapi.json", None),
    ("GET", "/api", None),
    ("GET", "/api/alerts?$expand=evidence", None),
    ("GET", "/api/alerts/$count", None),
    ("GET", "/api/alerts/{alert_id}", None),
    ("PATCH", "/api/alerts/{alert_id}", {"status": "Resolved", "comment": "x"}),
    ("POST", "/api/alerts/batchUpdate", {"alertIds": ["{alert_id}"], "status": "Resolved"}),
    ("POST", "/api/alerts/CreateAlertByReference", REFERENCE),
    *(("GET", f"/api/alerts/{{alert_id}}/{kind}", None) for kind in ("machine", "user", "files", "ips", "domains")),
    ("GET", "/api/machines", None),
    ("GET", "/api/machines/$count", None),
    ("GET", "/api/machines/{device_id}", None),
    ("GET", "/api/machines/{device_id}/alerts", None),
    ("GET", "/api/machines/{device_id}/alerts/$count", None),
    ("GET", "/api/machines/{device_id}/logonusers", None),
    ("GET", "/api/incidents", None),
    ("GET", "/api/incidents/{incident_id}", None),
    ("PATCH", "/api/incidents/{incident_id}", {"status": "Resolved"}),
    ("GET", "/v1.0/security/alerts_v2", None),
    ("GET", "/v1.0/security/alerts_v2/{alert_id}", None),
    ("PATCH", "/v1.0/security/alerts_v2/{alert_id}", {"status": "resolved"}),
    ("GET", "/v1.0/security/alerts_v2/{alert_id}/comments", None),
    ("POST", "/v1.0/security/alerts_v2/{alert_id}/comments", {"comment": "x"}),
    ("GET", "/v1.0/security/incidents?$expand=alerts", None),
    ("GET", "/v1.0/security/incidents/{incident_id}", None),
    ("PATCH", "/v1.0/security/incidents/{incident_id}", {"status": "resolved"}),
    ("GET", "/v1.0/security/incidents/{incident_id}/comments", None),
    ("POST", "/v1.0/security/incidents/{incident_id}/comments", {"comment": "x"}),
    ("POST", "/v1.0/security/runHuntingQuery", RUN),
    ("POST", "/v1.0/security/microsoft.graph.security.runHuntingQuery", RUN),
    ("GET", "/v1.0/of/nobody", None),
    ("POST", "/api/advancedqueries/run", RUN),
    ("POST", "/api/advancedhunting/run", RUN),
    ("GET", "/siem/api/alerts?ago=PT48H", None),
    ("GET", "/siem/of/nobody", None),
]


@dataclass(frozen=True)
class Call:
    """An operation of a route: `path` with the names of its parts, and whether it takes a body."""

    method: str
    path: str
    takes_body: bool

    @property
    def names_an_object(self):
        return bool(set(re.findall(r"{(\w+)}", self.path + ASKED.get(self.path, ""))) - {"tenant", *PARTS})

    def send(self, client, tenant, ids):
        """Call the route as `client` with aurora's ids."""
        parts = {"tenant": tenant, **PARTS, **ids}
        for name in re.findall(r"{(\w+)}", self.path):
            assert name in parts, f"{self.path}: add what {name} names to `Marked.ids` in marked_tenant.py"
        body = None
        if self.path.startswith("/ingest/"):
            body = ROW
        elif self.takes_body:
            text = json.dumps(BODIES.get(f"{self.method} {self.path}"))
            assert text != "null", f"{self.method} {self.path}: add a body that it takes to `BODIES`"
            body = re.sub(r'"{(\w+)}"', lambda found: json.dumps(str(parts[found[1]])), text).replace(MARK, "x")
        address = (self.path + ASKED.get(self.path, "")).format(**parts)
        return client.generic(self.method, address, body or "", "application/json")


def operations(document, prefix):
    for path, methods in document.get_openapi_schema(path_prefix=prefix)["paths"].items():
        for method, operation in methods.items():
            yield Call(method.upper(), path, "requestBody" in operation)


PORTAL = list(operations(api, "/api/v1"))
INGEST = list(operations(ingest_api, "/ingest/v1"))


@pytest.fixture
def marked(cast, sign_in):
    return fill(cast, sign_in)


@pytest.fixture
def unchanged(marked, cast):
    """Fail when something of aurora's is not as it was before."""
    before = everything_of(cast.aurora)
    assert MARK in str(before)
    yield
    assert everything_of(cast.aurora) == before


def everything_of(tenant):
    """Return all rows that belong to a tenant, by model, and how many rows each hunting table holds of it."""
    found = {
        model.__name__: sorted(map(str, model._base_manager.filter(tenant_id=tenant.pk).values()))
        for model in apps.get_models()
        if any(field.attname == "tenant_id" for field in model._meta.concrete_fields)
    }
    for table in physical_tables():
        question = Question(f"SELECT count() FROM `{table.stored_as}`")
        found[table.name] = get_engine().run(question, tenants=[str(tenant.pk)]).fetch()
    return found


@dataclass(frozen=True)
class Question:
    sql: str
    parameters = {}


def walk(client, calls, tenant, ids, allowed):
    """Call them all and return what is wrong: the mark in an answer, a fault of the server, a status that is not allowed."""
    wrong = []
    for call in calls:
        answer = call.send(client, tenant, ids)
        text = text_of(answer)
        if MARK in text or answer.status_code >= 500 or not allowed(call, answer.status_code):
            wrong.append(f"{call.method} {call.path}: {answer.status_code} {text[:300]}")
    return wrong


def text_of(answer):
    """Return what an answer says; of a PDF what its pages say, of a zip what its files say."""
    if answer.headers.get("Content-Type") == "application/zip":
        with pyzipper.AESZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            archive.setpassword(b"infected")  # of the archives of samples
            return " ".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    if answer.headers.get("Content-Type") == "application/pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    if answer.streaming:
        return b"".join(answer.streaming_content).decode("latin-1")
    return answer.content.decode()


def token_of(client_id, secret, tenant):
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    form["scope"] = "https://api.securitycenter.microsoft.com/.default"
    return Client().post(
        f"/{tenant}/oauth2/v2.0/token", urlencode(form), content_type="application/x-www-form-urlencoded"
    )


@pytest.fixture
def application(sign_in):
    """The id and the secret of an application of bluefin's with all roles."""
    made = Desk(sign_in("bluefin_admin"), "bluefin").call("POST", "~/api-clients", {"name": "SIEM", "roles": ROLES})
    return made["client_id"], made["client_secret"]


@pytest.fixture
def machine(application):
    token = token_of(*application, "bluefin").json()["access_token"]
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_the_walk_would_see_the_mark(marked, sign_in):
    """Those who belong there find the mark nearly everywhere: so it is in what the others are kept from."""
    reads = [call for call in PORTAL if call.method == "GET" and "{tenant}" in call.path]
    # These tell nothing that a tenant has named; a download is an archive with a password.
    silent = {"/schema", "/ingest-batches", "/coverage", "/reports", "/subscription", "/business-calendar", "/sector"}
    silent |= {"/pace", "/status", "/download", "/custody"}
    for call in reads:
        part = next((part for end, part in READERS.items() if end in call.path), "aurora_admin")
        answer = call.send(sign_in(part), "aurora", marked.ids)
        assert answer.status_code == 200, f"{call.path}: {answer.content[:300]}"
        told = MARK in text_of(answer)
        assert told or any(call.path.endswith(end) for end in silent | {"/reruns"}), call.path


def test_a_member_of_another_tenant_is_a_stranger(marked, unchanged, sign_in):
    def allowed(call, status):
        if call.path in OWN or (call.method, call.path) in PUBLIC:
            return status == 200
        return status == 404

    assert walk(sign_in("bluefin_admin"), PORTAL, "aurora", marked.ids, allowed) == []


@pytest.mark.parametrize("part", ["bluefin_admin", "hunt_lead"])
def test_ids_of_another_tenant_name_nothing_at_the_own_address(marked, unchanged, sign_in, part):
    calls = [call for call in PORTAL if "{tenant}" in call.path]

    def allowed(call, status):
        holds_an_id = call.names_an_object or "_id}" in str(BODIES.get(f"{call.method} {call.path}"))
        return 400 <= status < 500 if holds_an_id else status < 500

    assert walk(sign_in(part), calls, "bluefin", marked.ids, allowed) == []


def test_nobody_is_told_nothing(marked, unchanged):
    def allowed(call, status):
        return status == (200 if (call.method, call.path) in PUBLIC else 401)

    assert walk(Client(), [*PORTAL, *INGEST], "aurora", marked.ids, allowed) == []


def test_a_machine_of_another_tenant_is_a_stranger(marked, unchanged, machine):
    def allowed(call, status):
        if (call.method, call.path) in PUBLIC:
            return status == 200
        return status == (404 if "{tenant}" in call.path else 401)

    assert walk(machine, [*PORTAL, *INGEST], "aurora", marked.ids, allowed) == []


def test_a_machine_finds_nothing_by_ids_of_another_tenant(marked, unchanged, machine):
    calls = [call for call in PORTAL if "{tenant}" in call.path]

    def allowed(call, status):
        return 400 <= status < 500 if call.names_an_object else status < 500

    assert walk(machine, calls, "bluefin", marked.ids, allowed) == []


def test_foreign_addresses_tell_a_machine_only_of_its_own_tenant(marked, unchanged, machine):
    for method, path, body in FOREIGN:
        text = (json.dumps(body) if body else "").replace("{alert_id}", str(marked.ids["alert_id"]))
        for hosts in ({}, {"HTTP_HOST": "wdatp-alertexporter-eu.localhost"}):
            answer = machine.generic(method, path.format(**marked.ids), text, "application/json", **hosts)
            told = answer.content.decode()
            assert MARK not in told, f"{method} {path}: {told[:300]}"
            assert answer.status_code < 500, f"{method} {path}: {told[:300]}"
            if "{" in path:
                assert answer.status_code == 404, f"{method} {path}: {answer.status_code} {told[:300]}"
        assert Client().generic(method, path.format(**marked.ids), text, "application/json").status_code in (
            {200, 400, 401, 404}
        )


def test_every_foreign_address_is_walked():
    for route in foreign.urlpatterns:
        views = [route.callback, *getattr(route.callback, "hosts", {}).values()]
        methods = {method for view in views for method in getattr(view, "operations", {None: None})}
        sampled = {
            method
            for method, path, _ in FOREIGN
            if next(
                one
                for one in foreign.urlpatterns
                if one.resolve(path.format(alert_id="ta1", incident_id=1, device_id="d1").partition("?")[0].lstrip("/"))
            )
            is route
        }
        missing = methods - sampled - {None}
        assert not missing, f"{route.pattern.regex.pattern}: add a call for {missing} to `FOREIGN`"
        assert sampled, f"{route.pattern.regex.pattern}: add a call to `FOREIGN`"


@pytest.mark.requirement("R78")
def test_credentials_of_another_tenant_get_no_token(marked, application):
    assert token_of(*application, "bluefin").status_code == 200
    answer = token_of(*application, "aurora")
    assert 400 <= answer.status_code < 500
    assert "access_token" not in answer.json()
    assert MARK not in answer.content.decode()


def test_a_key_of_another_tenant_writes_and_repeats_only_there(marked, unchanged, sign_in):
    secret = Desk(sign_in("bluefin_admin"), "bluefin").call("POST", "~/ingest-keys", {"name": "A key"})["secret"]
    shipper = Client(headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "first"})
    for call in INGEST:
        body = ROW
        if call.path.endswith("/defender"):
            body = json.dumps({"category": "AdvancedHunting-DeviceProcessEvents", "properties": json.loads(ROW)})
        answer = shipper.generic(call.method, call.path.format(**PARTS), body, "application/json")
        assert answer.status_code == 200, f"{call.path}: {answer.content[:300]}"
        assert answer.json()["repeated"] is False
        assert MARK not in answer.content.decode()
    listed = Desk(sign_in("bluefin_admin"), "bluefin").call("GET", "~/ingest-batches")
    assert listed["total"] == len(INGEST)


def test_sessions_and_tokens_open_no_ingest_door(marked, unchanged, sign_in, machine):
    for client in (sign_in("aurora_admin"), machine):
        assert walk(client, INGEST, "aurora", marked.ids, lambda _, status: status == 401) == []


def test_the_local_door_does_not_exist_for_others(marked, sign_in, machine):
    for client in (Client(), sign_in("platform_operator"), machine):
        answer = client.post("/local/v1/hunt", json.dumps({"tenant": "aurora", "query": "print 1"}), "application/json")
        assert answer.status_code == 404
