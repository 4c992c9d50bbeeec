"""The main job as a story, on the recording of an attack on a mail server (ProxyLogon): hunt, draft, review, publish, five channels."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huntline.delivery.jobs import send_due
from huntline.enrolment.privacy import CURRENT
from huntline.outbox.services import dispatch
from huntline.telemetry.importing import import_paths
from huntline.web.subscribers import SUBSCRIBERS
from mail_servers import Mailbox, smtp_server
from stories.reading import Api, machine_of, moment

RECORDING = Path(__file__).parents[3] / "shared" / "data" / "otrf-proxylogon_ssrf_rce_poc.zip"
# What the web server's worker process started, at one remove: nobody does that by hand.
HUNT = """
DeviceProcessEvents
| where InitiatingProcessParentFileName =~ "w3wp.exe"
| where InitiatingProcessFileName in~ ("cmd.exe", "powershell.exe")
| where FileName !in~ ("csc.exe", "conhost.exe")
| project-reorder Timestamp, DeviceName, FileName, ProcessCommandLine, InitiatingProcessCommandLine
| sort by Timestamp asc
"""

pytestmark = [pytest.mark.corpus, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customer(sign_in):
    return Api(sign_in("aurora_admin"))


@pytest.fixture
def hunter(sign_in):
    return Api(sign_in("hunter"))


@pytest.fixture
def lead(sign_in):
    return Api(sign_in("hunt_lead"))


@pytest.fixture
def machine(customer, client):
    return machine_of(customer, client)


@pytest.mark.requirement(
    "R3",
    "R9",
    "R10",
    "R11",
    "R12",
    "R17",
    "R18",
    "R19",
    "R20",
    "R21",
    "R22",
    "R23",
    "R24",
    "R25",
    "R26",
    "R27",
    "R28",
    "R29",
)
def test_a_hunter_finds_an_attack_and_the_customer_sees_one_object_in_five_places(
    cast, customer, hunter, lead, machine, sign_in, settings
):
    mailbox = Mailbox()
    with smtp_server(mailbox) as port:
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
        enrol(customer, Api(sign_in("account_manager")))
        rule = {
            "name": "Night shift",
            "severities": ["High"],
            "recipients": ["soc@aurora.example"],
            "include_device_information": True,
        }
        customer.post("/email-rules", rule, expect=201)
        assert list(import_paths(cast.aurora.pk, [RECORDING]))

        found = hunt(hunter)
        draft = write(hunter, found)
        published = publish(hunter, lead, draft)
        dispatch(SUBSCRIBERS)
        send_due()

        seen = portal_view(customer, published)
        window = {"start": seen["first"] - timedelta(days=1), "end": seen["last"] + timedelta(days=1)}
        assert odata_view(machine, published["alert_id"]) == seen
        assert siem_view(machine, published["alert_id"]) == seen
        assert table_view(customer, published["alert_id"], window) == seen
        assert mail_view(mailbox, published["alert_id"]) == {
            "id": seen["id"],
            "title": seen["title"],
            "severity": seen["severity"],
        }
        # The words of the mail's times are for people; the table and the APIs hold the same moments.
        assert f"{seen['created']:%Y-%m-%d %H:%M}" in mailbox.text_of(-1)


def enrol(customer, manager):
    assert customer.get("/enrolment")["state"] == "not_applied"
    form = {"name": "Mina Kim", "email": "mina@aurora.example", "privacy_statement_version": CURRENT, "accepted": True}
    customer.post("/enrolment/application", form, expect=201)
    waiting = manager.get("/api/v1/provider/applications", state="submitted")["items"]
    manager.post(f"/api/v1/provider/applications/{waiting[0]['id']}/approve")
    dispatch(SUBSCRIBERS)
    state = customer.get("/enrolment")
    assert (state["state"], state["service_on"]) == ("approved", True)


def hunt(hunter):
    found = hunter.post("/hunts", {"query": HUNT, "start": "2021-01-01T00:00:00Z", "end": "2022-01-01T00:00:00Z"})
    assert found["row_count"] >= 1
    names = [column["name"] for column in found["columns"]]
    assert {row[names.index("InitiatingProcessParentFileName")].lower() for row in found["rows"]} == {"w3wp.exe"}
    return found


def write(hunter, found):
    chosen = list(range(min(3, found["row_count"])))
    evidence = hunter.post("/evidence", {"hunt_id": found["id"], "rows": chosen}, expect=201)
    text = {
        "title": "Commands run by the mail server's web process",
        "severity": "High",
        "category": "InitialAccess",
        "summary": "Somebody runs commands through a web shell on the mail server.",
        "what_happened": "The worker process of the web server started a command shell, which started programs.",
        "recommended_steps": ["Isolate the mail server from the network.", "Collect the web server's files and logs."],
        "techniques": ["T1190", "T1505.003"],
        "evidence_ids": [evidence["id"]],
        "disclosure": "full",
    }
    draft = hunter.post("/drafts", text, expect=201)
    return hunter.post(f"/drafts/{draft['id']}/submit")


def publish(hunter, lead, draft):
    refused = hunter.client.post(
        f"/api/v1/tenants/aurora/drafts/{draft['id']}/publish", {}, content_type="application/json"
    )
    assert refused.status_code == 403  # a second pair of eyes, and the right to publish
    published = lead.post(f"/drafts/{draft['id']}/publish", {"revision": draft["revision"]})
    assert published["title"] == draft["title"]
    return published


def portal_view(customer, published):
    """Read the notification, alert and incident pages; return what every other channel has to say as well."""
    alert = customer.get(f"/alerts/{published['alert_id']}")
    listed = customer.get("/alerts")["items"]
    incident = customer.get(f"/incidents/{alert['incident_id']}")
    assert [row["id"] for row in listed] == [alert["id"]]
    assert [row["id"] for row in incident["alerts"]] == [alert["id"]]
    assert [row["id"] for row in customer.get("/notifications")["items"]] == [published["id"]]
    for page in (alert, listed[0], incident):
        assert "Threat experts" in page["tags"]
        assert page["severity"] == "High"
    assert alert["evidence"][0]["query"] == HUNT  # disclosed in full, as the hunter chose
    assert alert["evidence"][0]["rows"]
    rerun = customer.post(f"/evidence/{alert['evidence'][0]['id']}/rerun")
    assert rerun["same"] is True
    return view(
        alert["id"],
        alert["title"],
        alert["severity"],
        alert["created"],
        alert["first_activity"],
        alert["last_activity"],
    )


def view(alert_id, title, severity, created, first, last):
    return {
        "id": alert_id,
        "title": title,
        "severity": severity,
        "created": moment(created),
        "first": moment(first),
        "last": moment(last),
    }


def odata_view(machine, alert_id):
    (alert,) = machine("get", "/api/alerts?$filter=detectionSource eq 'ThreatExperts'&$expand=evidence")["value"]
    assert alert["evidence"]
    assert machine("get", f"/api/alerts/{alert_id}")["id"] == alert_id
    return view(
        alert["id"],
        alert["title"],
        alert["severity"],
        alert["alertCreationTime"],
        alert["firstEventTime"],
        alert["lastEventTime"],
    )


def siem_view(machine, alert_id):
    detections = machine("get", "/siem/api/alerts?ago=PT10M")
    assert {row["AlertId"] for row in detections} == {alert_id}
    assert len({(row["AlertTitle"], row["Severity"], row["LastProcessedTimeUtc"]) for row in detections}) == 1
    times = sorted(row["AlertTime"] for row in detections)
    first = detections[0]
    return view(alert_id, first["AlertTitle"], first["Severity"], first["LastProcessedTimeUtc"], times[0], times[-1])


def table_view(customer, alert_id, window):
    """Read the hunting tables by KQL."""
    query = (
        "DeviceAlertEvents | summarize First = min(Timestamp), Last = max(Timestamp) by AlertId, Title, Severity"
        " | join kind=inner (AlertInfo | project AlertId, Created = Timestamp, DetectionSource) on AlertId"
        " | join kind=inner (AlertEvidence | summarize Entities = count() by AlertId) on AlertId"
    )
    asked = {"query": query, "start": window["start"].isoformat(), "end": datetime.now(UTC).isoformat()}
    answer = customer.post("/hunts", asked)
    names = [column["name"] for column in answer["columns"]]
    (row,) = (dict(zip(names, values, strict=True)) for values in answer["rows"])
    assert row["DetectionSource"] == "ThreatExperts"
    assert row["Entities"] >= 2
    return view(row["AlertId"], row["Title"], row["Severity"], row["Created"], row["First"], row["Last"])


def mail_view(mailbox, alert_id):
    welcome, told = mailbox.taken
    assert welcome["To"] == "mina@aurora.example"
    assert told["To"] == "soc@aurora.example"
    text = mailbox.text_of(-1)
    assert f"/tenants/aurora/alerts/{alert_id}" in text
    title = "Commands run by the mail server's web process"
    assert title in told["Subject"]
    assert "Threat experts" in text
    return {
        "id": alert_id,
        "title": title,
        "severity": next(line for line in text.splitlines() if "High" in line) and "High",
    }
