"""Graph's alerts and incidents as existing clients ask for them and change them."""

import dataclasses
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from huntline.compat.graph import views

pytestmark = pytest.mark.django_db

ALERTS, INCIDENTS = "/v1.0/security/alerts_v2", "/v1.0/security/incidents"
ENTITIES = [
    {"entity_type": "Machine", "role": "Impacted", "device_id": "d1", "device_name": "ws01.aurora.example"},
    {
        "entity_type": "User",
        "role": "Impacted",
        "account_name": "mina",
        "account_domain": "AURORA",
        "account_sid": "S-1",
    },
    {
        "entity_type": "Process",
        "role": "Related",
        "file_name": "mshta.exe",
        "sha1": "a" * 40,
        "parent_file_name": "x.exe",
    },
    {"entity_type": "File", "role": "Related", "file_name": "x.iso", "file_size": 9},
    {"entity_type": "Ip", "role": "Related", "ip_address": "203.0.113.9"},
    {"entity_type": "Url", "role": "Related", "url": "https://evil.example"},
    {"entity_type": "RegistryKey", "role": "Related", "registry_key": "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run"},
    {"entity_type": "Registry", "role": "Related", "registry_key": "HKCU\\X", "registry_value_name": "n"},
]


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["value"]]


def send(client, method: str, path: str, **body):
    return client.generic(method, path, json_of(body), content_type="application/json")


def json_of(body) -> str:
    import json

    return json.dumps(body)


class TestAlerts:
    @pytest.mark.requirement("R19", "R23", "R26")
    def test_an_alert_with_its_evidence(self, caller, publish, cast, clock):
        alert = publish(entities=ENTITIES, techniques=["T1218.005"])
        body = caller("aurora", "SecurityAlert.Read.All").get(ALERTS).json()
        assert body["@odata.context"] == "http://testserver/v1.0/$metadata#security/alerts_v2"
        (shown,) = body["value"]
        assert {name: shown[name] for name in ("id", "providerAlertId", "incidentId", "title", "tenantId")} == {
            "id": alert.pk,
            "providerAlertId": alert.pk,
            "incidentId": str(alert.incident_id),
            "title": alert.title,
            "tenantId": str(cast.aurora.pk),
        }
        assert (shown["severity"], shown["status"], shown["classification"]) == ("high", "new", "unknown")
        assert (shown["detectionSource"], shown["serviceSource"]) == ("microsoftThreatExperts", "microsoft365Defender")
        assert shown["systemTags"] == ["Threat experts"]
        assert shown["createdDateTime"] == "2026-11-16T09:00:00.0000000Z"
        kinds = ["device", "user", "process", "file", "ip", "url", "registryKey", "registryValue"]
        assert [one["@odata.type"] for one in shown["evidence"]] == [
            f"#microsoft.graph.security.{kind}Evidence" for kind in kinds
        ]
        device, user, process, file, ip, url, key, value = shown["evidence"]
        assert (device["mdeDeviceId"], device["hostName"], device["dnsDomain"]) == ("d1", "ws01", "aurora.example")
        assert user["userAccount"]["accountName"] == "mina"
        assert (process["imageFile"]["sha1"], process["parentProcessImageFile"]["fileName"]) == ("a" * 40, "x.exe")
        assert process["detailedRoles"] == ["Related"]
        assert (file["fileDetails"]["fileSize"], ip["ipAddress"], url["url"]) == (
            9,
            "203.0.113.9",
            "https://evil.example",
        )
        assert (key["registryHive"], key["registryKey"]) == ("hkeyLocalMachine", "SOFTWARE\\Run")
        assert (value["registryHive"], value["registryKey"], value["registryValueName"]) == (None, "HKCU\\X", "n")

    def test_filters_and_orders(self, caller, publish, clock):
        first = publish(severity="Medium", status="InProgress")
        clock.advance(timedelta(hours=1))
        second = publish()
        publish("bluefin")
        client = caller()
        for query, found in {
            "severity eq 'high'": [second],
            "status eq 'inProgress' or status eq 'resolved'": [first],
            "lastUpdateDateTime ge 2026-11-16T09:30:00Z": [second],
            "serviceSource eq 'microsoft365Defender'": [second, first],
            "serviceSource eq 'microsoftDefenderForEndpoint'": [],
            "detectionSource eq 'microsoftThreatExperts'": [second, first],
            f"incidentId eq '{first.incident_id}'": [first],
            "incidentId eq 'x'": [],
            "severity eq 'unknown'": [],
        }.items():
            assert ids(client.get(ALERTS, {"$filter": query})) == [one.pk for one in found], query
        ordered = client.get(f"{ALERTS}?$orderby=createdDateTime asc&$select=title&$count=true").json()
        assert ordered["@odata.count"] == 2
        assert ordered["value"] == [{"id": one.pk, "title": one.title} for one in (first, second)]
        refused = client.get(f"{ALERTS}?$filter=colour eq 'red'")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "BadRequest")

    @pytest.mark.parametrize(
        "path", ["/v1.0//security/alerts_v2", "/beta/security/alerts_v2", "/V1.0/Security/Alerts_v2/"]
    )
    def test_other_spellings_of_the_address(self, caller, publish, path):
        alert = publish()
        assert ids(caller().get(path, headers={"Prefer": "include-unknown-enum-members"})) == [alert.pk]

    @pytest.mark.parametrize("query", ["", "$top=2"])
    def test_following_the_links_gives_every_alert_once(self, caller, publish, monkeypatch, query):
        monkeypatch.setattr(views, "ALERTS", dataclasses.replace(views.ALERTS, largest_page=2))
        made = [publish().pk for _ in range(5)]
        client, link, seen = caller(), f"{ALERTS}?{query}", []
        while link:
            page = client.get(link).json()
            seen += [row["id"] for row in page["value"]]
            parts = urlsplit(page.get("@odata.nextLink", ""))
            link = parts.path and f"{parts.path}?{parts.query}"
        assert sorted(seen) == sorted(made)
        assert len(seen) == 5

    def test_a_page_costs_the_same_queries_however_long(self, caller, publish, django_assert_num_queries):
        client = caller()
        for count in (1, 5):
            for _ in range(count):
                publish(entities=ENTITIES)
            with django_assert_num_queries(5):  # token with its application, alerts, entities, comments, machines
                client.get(ALERTS)
            with django_assert_num_queries(7):  # and incidents with their comments
                client.get(f"{INCIDENTS}?$expand=alerts")

    def test_changes(self, caller, publish):
        alert = publish()
        change = {
            "@odata.type": "#microsoft.graph.security.alert",
            "status": "resolved",
            "assignedTo": "kim@aurora.example",
            "classification": "falsePositive",
            "determination": "notEnoughDataToValidate",
        }
        body = send(caller("aurora", "SecurityAlert.ReadWrite.All"), "PATCH", f"{ALERTS}/{alert.pk}", **change).json()
        assert {name: body[name] for name in change if name != "@odata.type"} == {
            name: value for name, value in change.items() if name != "@odata.type"
        }
        assert body["resolvedDateTime"]
        assert caller().get(f"/api/alerts/{alert.pk}").json()["determination"] == "NoEnoughDataToValidate"

    def test_comments(self, caller, publish):
        alert = publish()
        path, kind = f"{ALERTS}/{alert.pk}/comments", {"@odata.type": "microsoft.graph.security.alertComment"}
        assert send(caller(), "POST", path, comment="first").status_code == 200
        body = send(caller(), "POST", path, comment="second", **kind).json()
        assert [one["comment"] for one in body["value"]] == ["first", "second"]
        assert caller().get(path).json()["value"] == body["value"]

    @pytest.mark.parametrize("body", [{}, {"status": "unknown"}, {"title": "x"}, {"status": None}])
    def test_changes_that_are_none(self, caller, publish, body):
        assert send(caller(), "PATCH", f"{ALERTS}/{publish().pk}", **body).status_code == 400

    @pytest.mark.parametrize("body", [{}, {"comment": " "}, {"comment": 5}, {"text": "x"}])
    def test_comments_that_are_none(self, caller, publish, body):
        assert send(caller(), "POST", f"{ALERTS}/{publish().pk}/comments", **body).status_code == 400

    def test_a_strangers_is_not_there(self, caller, publish):
        alert, client = publish("bluefin"), caller("aurora")
        assert client.get(f"{ALERTS}/{alert.pk}").status_code == 404
        assert send(client, "PATCH", f"{ALERTS}/{alert.pk}", status="resolved").status_code == 404
        assert send(client, "POST", f"{ALERTS}/{alert.pk}/comments", comment="x").status_code == 404
        assert client.get(f"{INCIDENTS}/{alert.incident_id}").status_code == 404
        assert send(client, "PATCH", f"{INCIDENTS}/{alert.incident_id}", status="resolved").status_code == 404

    def test_reading_is_not_changing(self, caller, publish):
        client = caller("aurora", "SecurityAlert.Read.All")
        assert send(client, "PATCH", f"{ALERTS}/{publish().pk}", status="resolved").status_code == 403


class TestIncidents:
    def test_with_and_without_alerts(self, caller, publish):
        alert = publish(entities=ENTITIES)
        client = caller("aurora", "SecurityIncident.Read.All")
        (plain,) = client.get(INCIDENTS).json()["value"]
        assert (plain["id"], plain["displayName"], plain["status"]) == (str(alert.incident_id), alert.title, "active")
        assert "alerts" not in plain
        (whole,) = client.get(f"{INCIDENTS}?$expand=alerts&$filter=status eq 'active'").json()["value"]
        assert [one["id"] for one in whole["alerts"]] == [alert.pk]
        one = client.get(f"{INCIDENTS}/{alert.incident_id}?$expand=alerts").json()
        assert one["alerts"] == whole["alerts"]
        assert one["@odata.context"].endswith("/$metadata#security/incidents/$entity")
        assert client.get(f"{INCIDENTS}?$filter=status eq 'redirected'").json()["value"] == []
        assert client.get(f"{INCIDENTS}?$top=51").status_code == 400

    def test_changes(self, caller, publish):
        alert = publish()
        client = caller("aurora", "SecurityIncident.ReadWrite.All")
        path = f"{INCIDENTS}/{alert.incident_id}"
        body = send(client, "PATCH", path, status="resolved", customTags=["case 7"], assignedTo="kim").json()
        assert (body["status"], body["customTags"], body["assignedTo"]) == ("resolved", ["case 7"], "kim")
        for wrong in ({}, {"status": "redirected"}, {"displayName": "x"}, {"customTags": "x"}):
            assert send(client, "PATCH", path, **wrong).status_code == 400

    def test_comments(self, caller, publish):
        path = f"{INCIDENTS}/{publish().incident_id}"
        kind = {"@odata.type": "microsoft.graph.security.alertComment"}
        assert send(caller(), "POST", f"{path}/comments", comment="first").status_code == 200
        body = send(caller(), "POST", f"{path}/comments", comment="second", **kind).json()
        assert [one["comment"] for one in body["value"]] == ["first", "second"]
        assert caller().get(f"{path}/comments").json()["value"] == body["value"]
        assert caller().get(path).json()["comments"] == body["value"]
        (listed,) = caller().get(f"{INCIDENTS}?$expand=alerts").json()["value"]
        assert (listed["comments"], listed["alerts"][0]["comments"]) == (body["value"], [])
        assert [
            one["comment"] for one in caller().get(f"/api{path.removeprefix('/v1.0/security')}").json()["comments"]
        ] == [
            "first",
            "second",
        ]

    @pytest.mark.parametrize("body", [{}, {"comment": " "}, {"comment": 5}, {"text": "x"}])
    def test_comments_that_are_none(self, caller, publish, body):
        assert send(caller(), "POST", f"{INCIDENTS}/{publish().incident_id}/comments", **body).status_code == 400

    def test_a_strangers_takes_no_comment(self, caller, publish):
        path = f"{INCIDENTS}/{publish('bluefin').incident_id}/comments"
        assert send(caller(), "POST", path, comment="x").status_code == 404
        assert caller().get(path).status_code == 404
        read_only = caller("aurora", "SecurityIncident.Read.All")
        assert send(read_only, "POST", f"{INCIDENTS}/{publish().incident_id}/comments", comment="x").status_code == 403
