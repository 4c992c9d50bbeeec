"""Incidents of Defender XDR as existing clients ask for them and change them."""

from datetime import timedelta

import pytest

from huntline.audit.models import Entry
from huntline.incidents.grouping import merge_incidents
from huntline.incidents.models import Alert, Incident
from huntline.telemetry.models import Device

pytestmark = pytest.mark.django_db

MACHINE = {"entity_type": "Machine", "role": "Impacted", "device_id": "d1", "device_name": "ws01.aurora.example"}
PROCESS = {"entity_type": "Process", "role": "Related", "file_name": "mshta.exe", "sha1": "a" * 40, "process_id": 7}


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [row["incidentId"] for row in answer.json()["value"]]


def patch(client, alert, **body):
    return client.patch(f"/api/incidents/{alert.incident_id}", body, content_type="application/json")


class TestList:
    @pytest.mark.requirement("R17", "R26")
    def test_an_incident_with_its_alerts_devices_and_entities(self, caller, publish, cast, clock):
        Device(
            tenant_id=cast.aurora.pk,
            device_id="d1",
            name="ws01.aurora.example",
            os_platform="Windows11",
            first_seen=clock.now(),
            last_seen=clock.now(),
        ).save(force_insert=True)
        alert = publish(entities=[MACHINE, PROCESS], techniques=["T1218.005"])
        body = caller("aurora", "Incident.Read.All").get("/api/incidents").json()
        assert body["@odata.context"] == "http://testserver/api/$metadata#Incidents"
        (incident,) = body["value"]
        assert incident["incidentId"] == alert.incident_id
        assert incident["incidentName"] == alert.title
        assert incident["incidentUri"].endswith(f"/incidents/{alert.incident_id}?tenant=aurora")
        assert (incident["status"], incident["severity"], incident["redirectIncidentId"]) == ("Active", "High", None)
        assert (incident["classification"], incident["determination"]) == ("Unknown", "NotAvailable")
        (shown,) = incident["alerts"]
        assert (shown["alertId"], shown["title"], shown["severity"]) == (alert.pk, alert.title, "High")
        assert shown["detectionSource"] == "ThreatExperts"
        assert shown["lastUpdatedTime"] == "2026-11-16T09:00:00.0000000Z"
        assert shown["mitreTechniques"] == ["T1218.005"]
        (device,) = shown["devices"]
        assert (device["mdatpDeviceId"], device["deviceDnsName"]) == ("d1", "ws01.aurora.example")
        assert (device["osPlatform"], device["healthStatus"], device["riskScore"]) == ("Windows11", "Active", "High")
        machine, process = shown["entities"]
        assert (machine["entityType"], machine["deviceId"]) == ("Machine", "d1")
        assert (process["processId"], process["verdict"], process["remediationStatus"]) == (7, "Suspicious", "None")

    def test_filters_and_pages(self, caller, publish, clock):
        first = publish()
        clock.advance(timedelta(hours=1))
        second = publish(severity="Low")
        publish("bluefin")
        client = caller()
        assert ids(client.get("/api/incidents")) == [second.incident_id, first.incident_id]
        for query, found in {
            "lastUpdateTime gt 2026-11-16T09:30:00.0000000Z": [second],
            "createdTime lt 2026-11-16T09:30:00Z": [first],
            "status eq 'Active' and severity eq 'Low'": [second],
            "status eq 'Redirected'": [],
            "assignedTo eq null": [second, first],
        }.items():
            assert ids(client.get("/api/incidents", {"$filter": query})) == [one.incident_id for one in found], query
        assert ids(client.get("/api/incidents?$top=1&$skip=1")) == [first.incident_id]
        assert client.get("/api/incidents?$top=101").json()["error"]["code"] == "ODataError"

    def test_a_page_costs_the_same_queries_however_long(self, caller, publish, django_assert_num_queries):
        client = caller()
        for count in (1, 5):
            for _ in range(count):
                publish(entities=[MACHINE, PROCESS])
            with django_assert_num_queries(
                7
            ):  # token with its application, incidents, their comments, alerts, entities, comments, machines
                client.get("/api/incidents")

    def test_the_fifty_first_call_of_a_minute(self, caller, clock):
        client = caller()
        for _ in range(50):
            assert client.get("/api/incidents").status_code == 200
        answer = client.get("/api/incidents")
        assert (answer.status_code, answer["Retry-After"]) == (429, "2")


class TestRead:
    def test_one(self, caller, publish):
        alert = publish()
        assert caller().get(f"/api/incidents/{alert.incident_id}").json()["alerts"][0]["alertId"] == alert.pk

    @pytest.mark.parametrize("number", ["0", "9" * 19])
    def test_none(self, caller, number):
        answer = caller().get(f"/api/incidents/{number}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")

    def test_a_strangers_is_not_there(self, caller, publish):
        alert = publish("bluefin")
        client = caller("aurora")
        assert client.get(f"/api/incidents/{alert.incident_id}").status_code == 404
        assert patch(client, alert, status="Resolved").status_code == 404


class TestMerged:
    def test_one_that_was_merged_leads_to_the_other_and_is_changed_no_more(self, caller, publish, scope_of):
        kept, gone = publish(), publish()
        merge_incidents(scope_of("aurora_analyst", "aurora"), [kept.incident_id, gone.incident_id])
        client = caller()
        body = client.get(f"/api/incidents/{gone.incident_id}").json()
        assert (body["status"], body["redirectIncidentId"], body["alerts"]) == ("Redirected", kept.incident_id, [])
        assert ids(client.get("/api/incidents?$filter=status eq 'Redirected'")) == [gone.incident_id]
        graph = client.get(f"/v1.0/security/incidents/{gone.incident_id}").json()
        assert (graph["status"], graph["redirectIncidentId"]) == ("redirected", str(kept.incident_id))
        refused = patch(client, gone, status="Resolved")
        assert (refused.status_code, str(kept.incident_id) in refused.json()["error"]["message"]) == (403, True)


class TestChange:
    def test_everything_at_once(self, caller, publish):
        alert = publish()
        answer = patch(
            caller("aurora", "Incident.ReadWrite.All"),
            alert,
            status="InProgress",
            assignedTo="kim@aurora.example",
            classification="TruePositive",
            determination="Malware",
            tags=["case 7", " case 7 ", "night shift"],
        )
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert (body["status"], body["assignedTo"]) == ("InProgress", "kim@aurora.example")
        assert (body["classification"], body["determination"]) == ("TruePositive", "Malware")
        assert body["tags"] == ["case 7", "night shift"]
        (entry,) = Entry.objects.filter(action="incident.changed")
        assert entry.detail["status"] == ["Active", "InProgress"]

    def test_resolving_resolves_its_alerts(self, caller, publish):
        alert = publish()
        body = patch(caller(), alert, status="Resolved").json()
        assert (body["status"], body["alerts"][0]["status"]) == ("Resolved", "Resolved")
        assert body["alerts"][0]["resolvedTime"] is not None
        assert Alert.objects.unscoped("a test").get(pk=alert.pk).status == "Resolved"
        assert patch(caller(), alert, status="Active").json()["status"] == "Active"

    def test_a_comment_is_added(self, caller, publish, clock):
        alert = publish()
        patch(caller(), alert, comment="first")
        clock.advance(timedelta(minutes=1))
        body = patch(caller(), alert, comment="second", status="InProgress").json()
        assert [one["comment"] for one in body["comments"]] == ["first", "second"]
        assert body["comments"][1]["createdBy"] == "aurora SIEM"
        assert body["comments"][1]["createdTime"] == body["lastUpdateTime"] == "2026-11-16T09:01:00.0000000Z"
        assert caller().get(f"/api/incidents/{alert.incident_id}").json()["comments"] == body["comments"]
        assert body["alerts"][0]["comments"] == []

    def test_the_same_again_is_not_recorded(self, caller, publish):
        alert = publish()
        for _ in range(2):
            assert patch(caller(), alert, tags=["x"]).status_code == 200
        assert Entry.objects.filter(action="incident.changed").count() == 1

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"status": "Redirected"},
            {"status": 5},
            {"severity": "Low"},
            {"tags": "x"},
            {"tags": [1]},
            {"tags": ["\n"]},
            {"tags": ["x" * 101]},
            {"comment": " "},
            {"comment": 5},
            {"classification": "FalsePositive", "determination": "Malware"},
            {"assignedTo": "a\nb"},
        ],
    )
    def test_refusals(self, caller, publish, body):
        alert = publish()
        answer = patch(caller(), alert, **body)
        assert answer.status_code == 400, answer.content
        assert Incident.objects.unscoped("a test").get(pk=alert.incident_id).custom_tags == []

    def test_reading_is_not_changing(self, caller, publish):
        assert patch(caller("aurora", "Incident.Read.All"), publish(), status="Resolved").status_code == 403
