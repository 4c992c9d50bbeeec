"""A customer who has something of everything, and in all of it one word that stands nowhere else."""

import json
from dataclasses import dataclass
from datetime import timedelta

from huntline.delivery.jobs import send_due
from huntline.delivery.models import Suppression
from huntline.detections.jobs import run_due_rules
from huntline.enrolment.privacy import CURRENT
from huntline.handoff.jobs import make_due
from huntline.identity.models import Tenant
from huntline.kernel import now
from huntline.outbox.services import dispatch
from huntline.telemetry.schema import physical_tables
from huntline.web.subscribers import SUBSCRIBERS

MARK = "zyxmarkxyz"
# The only ids that whoever sends telemetry chooses: the walk puts them into addresses, which an answer may repeat.
DEVICE = "d7" * 20
ROLES = ["Alert.ReadWrite.All", "AdvancedQuery.Read.All", "AdvancedHunting.Read.All", "Machine.Read.All"]
# Tables whose rows nothing but publishing writes.
OF_ALERTS = frozenset({"AlertEvidence", "AlertInfo", "DeviceAlertEvents"})


class Desk:
    """Somebody who calls the portal's API."""

    def __init__(self, client, tenant="aurora"):
        self.client, self.tenant = client, tenant

    def call(self, method, path, body=None):
        """Call and return the answer's JSON; fail unless it is a 2xx. `path` begins with ~ where it is below the tenant's address."""
        address = "/api/v1" + path.replace("~", f"/tenants/{self.tenant}")
        answer = self.client.generic(method, address, json.dumps(body) if body is not None else "", "application/json")
        assert 200 <= answer.status_code < 300, f"{method} {address}: {answer.status_code} {answer.content[:2000]!r}"
        return json.loads(answer.content) if answer.content else None


@dataclass(frozen=True)
class Marked:
    """The ids of what the customer has, by the names that routes give them, and the secrets that only it knows."""

    ids: dict[str, object]
    ingest_secret: str
    client_secret: str


def fill(cast, sign_in):
    """Fill aurora with marked objects of every kind, as its own people and the provider's would."""
    Tenant.objects.filter(pk=cast.aurora.pk).update(name=f"Aurora {MARK}")
    admin, hunter, lead = (Desk(sign_in(part)) for part in ("aurora_admin", "hunter", "hunt_lead"))
    key = admin.call("POST", "~/ingest-keys", {"name": MARK})
    send_telemetry(admin.client, key["secret"])
    client = admin.call("POST", "~/api-clients", {"name": MARK, "roles": ROLES})
    member = admin.call("POST", "~/members", {"email": f"{MARK}@aurora.example", "name": MARK, "role": "reader"})
    application = enrol(admin, Desk(sign_in("account_manager")))
    rule = {
        "name": MARK,
        "severities": ["High"],
        "recipients": [f"{MARK}@aurora.example"],
        "include_device_information": True,
    }
    rule_id = admin.call("POST", "~/email-rules", rule)["id"]
    condition = {"property": "tag", "operator": "equals", "values": [MARK]}
    group = admin.call("POST", "~/device-groups", {"name": MARK, "conditions": [condition]})
    admin.call("PUT", f"~/devices/{DEVICE}/tags", {"tags": [MARK]})
    hook = {"name": MARK, "url": f"https://{MARK}.example/", "events": ["alert.raised"], "severities": ["High"]}
    webhook_id = admin.call("POST", "~/webhooks", hook)["id"]
    message = admin.call("POST", f"~/webhooks/{webhook_id}/test")
    refused = Suppression(tenant_id=cast.aurora.pk, address=f"{MARK}@gone.example", refusals=3, since=now())
    refused.save()
    saved = admin.call("POST", "~/saved-hunts", {"name": MARK, "description": MARK, "query": f"print '{MARK}'"})
    rule = admin.call("POST", "~/detection-rules", detection_rule(MARK))
    assert run_due_rules() == 1
    notification, evidence, draft = publish(hunter, lead)
    hunt = admin.call("POST", "~/hunts", {"query": f"DeviceEvents | where FileName == '{MARK}'"})
    recipient = {"recipient_name": MARK, "recipient_email": f"{MARK}@responders.example"}
    given = admin.call(
        "POST", "~/handoffs", recipient | {"subject_kind": "notification", "subject_id": notification["id"]}
    )
    make_due()
    schedule = schedule_of_provider(hunter)
    case = ask_experts(admin, hunter, Desk(sign_in("account_manager")))
    dispatch(SUBSCRIBERS)
    send_due()
    alert_id = notification["alert_id"]
    admin.call("PATCH", f"~/alerts/{alert_id}", {"comment": MARK})
    admin.call("POST", f"~/email-rules/{rule_id}/test", {"recipient": f"{MARK}@aurora.example"})
    [mail, *_] = Desk(sign_in("platform_operator")).call("GET", "/provider/outbox")["items"]
    ids = {
        "alert_id": alert_id,
        "application_id": application,
        "client_id": client["id"],
        "detection_rule_id": rule["id"],
        "device_id": DEVICE,
        "draft_id": draft,
        "evidence_id": evidence,
        "group_id": group["id"],
        "handoff_id": given["id"],
        "hunt_id": hunt["id"],
        "incident_id": notification["incident_id"],
        "key_id": key["id"],
        "mail_id": mail["id"],
        "membership_id": member["id"],
        "message_id": message["id"],
        "notification_id": notification["id"],
        "rule_id": rule_id,
        "run_id": hunt["run_id"],
        "saved_hunt_id": saved["id"],
        "suppression_id": refused.pk,
        "webhook_id": webhook_id,
        "schedule_id": schedule,
        **case,
    }
    return Marked(ids, key["secret"], client["client_secret"])


def send_telemetry(client, secret):
    """Send one marked row to every hunting table."""
    for table in physical_tables():
        if table.name in OF_ALERTS:
            continue
        answer = client.post(
            f"/ingest/v1/rows/{table.name}",
            json.dumps(marked_row(table)),
            content_type="application/x-ndjson",
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "first"},
        )
        assert answer.status_code == 200, f"{table.name}: {answer.content[:500]!r}"


def marked_row(table):
    """Return a row of a moment ago with the mark in every text."""
    moment = (now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {"string": MARK, "dynamic": {"word": MARK}, "datetime": moment}
    row = {column.name: values[column.type] for column in table.columns if column.type in values}
    for column in table.columns:
        if column.holds_json:
            row[column.name] = json.dumps({"word": MARK})
    if any(column.name == "ReportId" and column.type == "long" for column in table.columns):
        row["ReportId"] = 7
    return row | ({"DeviceId": DEVICE} if "DeviceId" in row else {})


def enrol(admin, manager):
    form = {"name": MARK, "email": f"{MARK}@aurora.example", "privacy_statement_version": CURRENT, "accepted": True}
    talk = {"held": "2026-11-01", "participants": MARK, "outcome": "eligible", "notes": MARK}
    manager.call("POST", f"/tenants/{admin.tenant}/eligibility-talks", talk)
    admin.call("POST", "~/enrolment/application", form)
    [application] = manager.call("GET", "/provider/applications")["items"]
    manager.call("POST", f"/provider/applications/{application['id']}/approve")
    return application["id"]


def publish(hunter, lead):
    """Publish a notification and leave another draft in review; returns (notification, evidence id, draft id)."""
    found = hunter.call("POST", "~/hunts", {"query": f"DeviceProcessEvents | where FileName == '{MARK}'"})
    evidence = hunter.call("POST", "~/evidence", {"hunt_id": found["id"], "rows": [0], "note": MARK})["id"]
    drafts = [hunter.call("POST", "~/drafts", draft_of(evidence))["id"] for _ in range(2)]
    for draft in drafts:
        hunter.call("POST", f"~/drafts/{draft}/submit")
    notification = lead.call("POST", f"~/drafts/{drafts[0]}/publish")
    return notification, evidence, drafts[1]


def ask_experts(admin, hunter, manager):
    """Ask the experts, and let one of them answer; returns the ids of the case and of what belongs to it."""
    manager.call("PUT", f"/tenants/{admin.tenant}/subscription", {"kind": "full"})
    question = {"topic": MARK, "category": "other", "text": MARK, "reply_email": f"{MARK}@aurora.example"}
    subject = {"kind": "file", "reference": MARK}
    number = admin.call("POST", "~/inquiries", question | {"subjects": [subject]})["number"]
    case = f"~/inquiries/{number}"
    access = hunter.call("POST", f"{case}/access", {"reason": MARK, "hours": 8})
    hunter.call("POST", f"{case}/answers", {"step": "ask_samples", "text": MARK})
    hunter.call("POST", f"{case}/notes", {"text": MARK})
    saved = hunter.call("POST", "/provider/saved-answers", {"title": MARK, "language": "en", "text": MARK})
    uploads = [admin.call("POST", f"{case}/uploads", {"name": f"{MARK}.bin", "size": len(MARK)}) for _ in range(2)]
    done, begun = (upload["id"] for upload in uploads)
    content = MARK.encode()
    part = f"/api/v1{case.replace('~', f'/tenants/{admin.tenant}')}/uploads/{done}/parts/1"
    assert admin.client.put(part, content, content_type="application/octet-stream").status_code == 204
    sample = admin.call("POST", f"{case}/uploads/{done}/finish")["id"]
    return {
        "access_id": access["id"],
        "answer_id": saved["id"],
        "number": number,
        "sample_id": sample,
        "upload_id": begun,
    }


def detection_rule(name):
    """Return a custom detection rule."""
    return {
        "name": name,
        "query": f"DeviceProcessEvents | where FileName == '{name}'",
        "title": name,
        "severity": "Low",
        "category": "Execution",
    }


def schedule_of_provider(hunter):
    """Let a hunt of the provider's library run by itself in aurora; returns the schedule's id."""
    saved = hunter.call("POST", "~/saved-hunts", {"name": "Library", "query": "DeviceEvents", "library": "provider"})
    wanted = {"saved_hunt_id": saved["id"], "every_hours": 24, "lookback_hours": 24, "tenants": [hunter.tenant]}
    return hunter.call("POST", "/provider/scheduled-hunts", wanted)["id"]


def draft_of(evidence):
    """Return a complete draft over this evidence; its texts are marked where the evidence is its own."""
    return {
        "title": f"Title {MARK}",
        "severity": "High",
        "category": "Execution",
        "summary": MARK,
        "what_happened": MARK,
        "recommended_steps": [MARK],
        "evidence_ids": [str(evidence)],
    }
