"""The alert list as existing clients ask for it."""

import dataclasses
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from huntline.compat.alerts import views

pytestmark = pytest.mark.django_db

USER = {
    "entity_type": "User",
    "role": "Impacted",
    "account_name": "kim",
    "account_domain": "AURORA",
    "account_sid": "S-1-5",
}
PROCESS = {
    "entity_type": "Process",
    "role": "Related",
    "file_name": "w3wp.exe",
    "folder_path": "C:\\Windows\\System32\\inetsrv",
    "sha1": "a" * 40,
    "sha256": "b" * 64,
    "process_id": 4242,
    "process_command_line": "w3wp.exe -ap x",
    "parent_process_id": 4,
    "parent_file_name": "svchost.exe",
}
REGISTRY = {
    "entity_type": "Registry",
    "role": "Related",
    "registry_key": "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run",
    "registry_value_name": "x",
    "registry_value_data": "evil.exe",
    "registry_value_type": "String",
}
URL = {"entity_type": "Url", "role": "Related", "url": "https://evil.example/a?b"}


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["value"]]


@pytest.fixture
def three(publish, clock):
    """Three alerts a minute apart, oldest first: high and new, medium and in progress, low and resolved."""
    made = []
    for severity, status in (("High", "New"), ("Medium", "InProgress"), ("Low", "Resolved")):
        made.append(publish(severity=severity, status=status, title=f"{severity} thing", device_name=f"srv-{severity}"))
        clock.advance(timedelta(minutes=1))
    return made


class TestShape:
    @pytest.mark.requirement("R19", "R23", "R26")
    def test_an_alert_has_every_property_of_the_contract(self, caller, publish, cast, clock):
        alert = publish(
            entities=[USER, PROCESS, URL],
            device_id="d1",
            device_name="mail.aurora.example",
            techniques=["T1505.003"],
            assigned_to="kim@aurora.example",
        )
        body = caller("aurora", "Alert.Read.All").get("/api/alerts").json()
        assert body == {
            "@odata.context": "http://testserver/api/$metadata#Alerts",
            "value": [
                {
                    "id": alert.pk,
                    "incidentId": alert.incident_id,
                    "investigationId": None,
                    "assignedTo": "kim@aurora.example",
                    "severity": "High",
                    "status": "New",
                    "classification": None,
                    "determination": None,
                    "investigationState": "UnsupportedAlertType",
                    "detectionSource": "ThreatExperts",
                    "detectorId": str(alert.detector_id),
                    "category": "Persistence",
                    "threatFamilyName": None,
                    "title": "Web shell on a mail server",
                    "description": "Summary\n\nWhat happened",
                    "alertCreationTime": "2026-11-16T09:00:00.0000000Z",
                    "firstEventTime": "2026-11-16T09:00:00.0000000Z",
                    "lastEventTime": "2026-11-16T09:00:00.0000000Z",
                    "lastUpdateTime": "2026-11-16T09:00:00.0000000Z",
                    "resolvedTime": None,
                    "machineId": "d1",
                    "computerDnsName": "mail.aurora.example",
                    "rbacGroupName": None,
                    "aadTenantId": str(cast.aurora.pk),
                    "threatName": None,
                    "mitreTechniques": ["T1505.003"],
                    "relatedUser": {"userName": "kim", "domainName": "AURORA"},
                    "loggedOnUsers": [],
                    "comments": [],
                    "domains": [{"host": "evil.example"}],
                    "evidence": [],
                }
            ],
        }

    @pytest.mark.requirement("R19")
    def test_evidence_comes_when_it_is_asked_for_with_every_key(self, caller, publish, clock):
        publish(entities=[USER, PROCESS, REGISTRY])
        (alert,) = caller().get("/api/alerts?$expand=evidence").json()["value"]
        user, process, registry = alert["evidence"]
        assert process == {
            "entityType": "Process",
            "evidenceCreationTime": "2026-11-16T09:00:00.0000000Z",
            "sha1": "a" * 40,
            "sha256": "b" * 64,
            "fileName": "w3wp.exe",
            "filePath": "C:\\Windows\\System32\\inetsrv",
            "processId": 4242,
            "processCommandLine": "w3wp.exe -ap x",
            "processCreationTime": None,
            "parentProcessId": 4,
            "parentProcessCreationTime": None,
            "parentProcessFileName": "svchost.exe",
            "parentProcessFilePath": None,
            "ipAddress": None,
            "url": None,
            "registryKey": None,
            "registryHive": None,
            "registryValueType": None,
            "registryValue": None,
            "registryValueName": None,
            "accountName": None,
            "domainName": None,
            "userSid": None,
            "aadUserId": None,
            "userPrincipalName": None,
            "detectionStatus": "Detected",
        }
        assert set(user) == set(registry) == set(process)
        assert (user["accountName"], user["domainName"], user["userSid"]) == ("kim", "AURORA", "S-1-5")
        assert (registry["registryHive"], registry["registryKey"]) == ("HKEY_LOCAL_MACHINE", "SOFTWARE\\Run")
        assert (registry["registryValueName"], registry["registryValue"]) == ("x", "evil.exe")

    def test_comments(self, caller, publish, clock):
        alert = publish()
        client = caller()
        client.patch(f"/api/alerts/{alert.pk}", {"comment": "seen"}, content_type="application/json")
        (found,) = client.get("/api/alerts").json()["value"]
        assert found["comments"] == [
            {"comment": "seen", "createdBy": "aurora SIEM", "createdTime": "2026-11-16T09:00:00.0000000Z"}
        ]

    def test_no_alert_is_an_empty_list(self, caller):
        assert caller().get("/api/alerts").json()["value"] == []


class TestAddress:
    @pytest.mark.parametrize(
        "path",
        ["/api/alerts", "/api/alerts/", "/api/Alerts", "/API/ALERTS/", "/api/v1.0/alerts", "/api/V1.0/alerts/"],
    )
    def test_any_case_slash_and_version(self, caller, three, path):
        assert len(ids(caller().get(path))) == 3

    def test_one(self, caller, three):
        client = caller()
        for path in (f"/api/alerts/{three[0].pk}", f"/api/v1.0/Alerts/{three[0].pk}/"):
            body = client.get(path).json()
            assert body["@odata.context"] == "http://testserver/api/$metadata#Alerts/$entity"
            assert (body["id"], body["evidence"]) == (three[0].pk, [])

    def test_one_with_evidence(self, caller, publish):
        alert = publish(entities=[USER])
        assert len(caller().get(f"/api/alerts/{alert.pk}?$expand=evidence").json()["evidence"]) == 1

    def test_one_that_is_not_there(self, caller):
        answer = caller().get("/api/alerts/ta123")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "ResourceNotFound"

    def test_count_is_a_bare_number(self, caller, three):
        assert caller().get("/api/alerts/$count?$filter=status ne 'Resolved'").content == b"2"


class TestFilter:
    @pytest.mark.requirement("R19")
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("severity eq 'High'", [0]),
            ("Severity eq 'high'", [0]),
            ("severity in ('High','Medium')", [1, 0]),
            ("severity in ('Low')", [2]),
            ("severity eq 'UnSpecified'", []),
            ("status ne 'Resolved'", [1, 0]),
            ("status eq 'New' or status eq 'InProgress'", [1, 0]),
            ("category eq 'Persistence'", [2, 1, 0]),
            ("detectionSource eq 'ThreatExperts'", [2, 1, 0]),
            ("detectionSource eq 'CustomerTI'", []),
            ("InvestigationId eq 5", []),
            ("investigationId eq null", [2, 1, 0]),
            ("assignedTo eq null", [2, 1, 0]),
            ("classification eq null and determination eq 'NotAvailable'", [2, 1, 0]),
            ("startswith(computerDnsName,'SRV-m')", [1]),
            ("alertCreationTime gt 2026-11-16T09:00:00Z", [2, 1]),
            ("alertCreationTime gt 2026-11-16T09:00:00.0000000Z", [2, 1]),
            ("alertCreationTime ge 2026-11-16T09:01:00.0000000Z", [2, 1]),
            ("alertCreationTime lt 2026-11-16T10:01:00+01:00", [0]),
            ("lastUpdateTime ge 2026-11-16Z", [2, 1, 0]),
            ("lastEventTime lt 2018-08-01Z", []),
            ("firstEventTime le 2026-11-16T09:01:00Z", [1, 0]),
            ("resolvedTime eq null", [2, 1, 0]),
        ],
    )
    def test_alerts(self, caller, three, text, expected):
        assert ids(caller().get("/api/alerts", {"$filter": text})) == [three[place].pk for place in expected]

    def test_by_incident_and_id(self, caller, three):
        client = caller()
        assert ids(client.get("/api/alerts", {"$filter": f"incidentId eq {three[1].incident_id}"})) == [three[1].pk]
        assert ids(client.get("/api/alerts", {"$filter": f"id eq '{three[2].pk}'"})) == [three[2].pk]

    def test_the_wire_of_xsoar(self, caller, three):
        path = (
            "/api/alerts?%24filter=alertCreationTime%2Bgt%2B2026-11-16T09%3A00%3A00.000000Z%20and%20"
            "((status%2Beq%2B'New')%20or%20(status%2Beq%2B'InProgress'))&%24orderby=alertCreationTime%2Basc"
            "&%24expand=evidence&%24top=1000&limit=1"
        )
        assert ids(caller().get(path)) == [three[1].pk]

    def test_the_wire_of_mde_client(self, caller, three):
        query = {
            "$filter": "lastUpdateTime eq 2026-11-16T09:00:00+00:00 and severity in ('High', 'Medium')",
            "pageSize": "10000",
        }
        assert ids(caller().get("/api/alerts", query)) == [three[0].pk]

    def test_the_wire_of_elastic(self, caller, three):
        query = {"$expand": "evidence", "$filter": "lastUpdateTime gt 2026-11-16T09:00:59.9999999Z"}
        assert ids(caller().get("/api/alerts", query)) == [three[2].pk, three[1].pk]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("severity eq High", "stands where a value"),
            ("severity eq 'Highest'", "UnSpecified, Informational, Low, Medium, High"),
            ("machine eq 'x'", "“machine”"),
            ("alertCreationTime gt '2026-11-16'", "Edm.DateTimeOffset"),
            ("evidence/any(e:e/fileName eq 'x')", "cannot be read"),
        ],
    )
    def test_refusals(self, caller, text, message):
        answer = caller().get("/api/alerts", {"$filter": text})
        assert answer.status_code == 400
        error = answer.json()["error"]
        assert error["code"] == "ODataError"
        assert message in error["message"]
        assert "At position" in error["message"]


class TestOptions:
    def test_order(self, caller, three):
        oldest = [alert.pk for alert in three]
        client = caller()
        assert ids(client.get("/api/alerts?$orderby=alertCreationTime asc")) == oldest
        assert ids(client.get("/api/alerts?$orderby=alertCreationTime desc")) == oldest[::-1]
        assert ids(client.get("/api/alerts?$orderby=severity desc")) == oldest
        assert ids(client.get("/api/alerts?$orderby=title")) == [three[0].pk, three[2].pk, three[1].pk]

    def test_top_and_skip(self, caller, three):
        body = caller().get("/api/alerts?$top=1&$skip=1").json()
        assert [row["id"] for row in body["value"]] == [three[1].pk]
        assert "@odata.nextLink" not in body
        assert caller().get("/api/alerts?$top=0").json()["value"] == []

    def test_count(self, caller, three):
        assert caller().get("/api/alerts?$count=true&$top=1").json()["@odata.count"] == 3

    def test_select(self, caller, three):
        (row,) = caller().get("/api/alerts?$select=Title,id&$top=1").json()["value"]
        assert row == {"id": three[2].pk, "title": "Low thing"}

    def test_select_with_evidence_beside_it(self, caller, publish):
        alert = publish(entities=[URL])
        query = "$expand=evidence&$orderby=alertCreationTime desc&$select=id,severity"
        (row,) = caller().get(f"/api/alerts?{query}").json()["value"]
        assert list(row) == ["id", "severity", "evidence"]
        assert (row["id"], len(row["evidence"])) == (alert.pk, 1)

    @pytest.mark.parametrize(
        "query", ["$select=nothing", "$expand=machine", "$orderby=evidence", "$top=10001", "$apply=x"]
    )
    def test_refusals(self, caller, query):
        answer = caller().get(f"/api/alerts?{query}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ODataError")


class TestPages:
    def test_following_the_links_gives_every_alert_once(self, caller, three, monkeypatch):
        monkeypatch.setattr(views, "ALERTS", dataclasses.replace(views.ALERTS, largest_page=2))
        client = caller()
        first = client.get("/api/v1.0/alerts?%24filter=status+ne+'Hidden'&$expand=evidence&$SKIP=0").json()
        link = urlsplit(first["@odata.nextLink"])
        assert (link.scheme, link.netloc, link.path) == ("http", "testserver", "/api/v1.0/alerts")
        assert parse_qs(link.query) == {"$filter": ["status ne 'Hidden'"], "$expand": ["evidence"], "$skip": ["2"]}
        second = client.get(f"{link.path}?{link.query}").json()
        assert "@odata.nextLink" not in second
        assert [row["id"] for row in (*first["value"], *second["value"])] == [alert.pk for alert in reversed(three)]

    def test_a_page_costs_the_same_queries_however_long(self, caller, publish, django_assert_num_queries):
        client = caller()
        publish(entities=[USER, PROCESS])
        with django_assert_num_queries(4):  # token with its application, alerts, entities, comments
            client.get("/api/alerts?$expand=evidence")
        for _ in range(5):
            publish(entities=[USER, PROCESS])
        with django_assert_num_queries(4):
            client.get("/api/alerts?$expand=evidence")


class TestChange:
    def change(self, client: Client, alert, body: object, **more):
        return client.patch(f"/api/alerts/{alert.pk}", body, content_type="application/json", **more)

    def test_everything_at_once(self, caller, publish, clock):
        alert = publish()
        clock.advance(timedelta(minutes=5))
        body = {
            "status": "Resolved",
            "assignedTo": "kim@aurora.example",
            "classification": "TruePositive",
            "determination": "MultiStagedAttack",
            "comment": "handled",
        }
        answer = self.change(caller(), alert, body)
        assert answer.status_code == 200
        changed = answer.json()
        assert {name: changed[name] for name in body if name != "comment"} == {
            name: value for name, value in body.items() if name != "comment"
        }
        assert changed["resolvedTime"] == changed["lastUpdateTime"] == "2026-11-16T09:05:00.0000000Z"
        assert changed["comments"][0]["comment"] == "handled"

    def test_older_spellings(self, caller, publish):
        body = {"classification": "FalsePositive", "determination": "Clean"}
        assert self.change(caller(), publish(), body).json()["determination"] == "NotMalicious"

    def test_nobody_is_the_owner(self, caller, publish):
        alert = publish(assigned_to="kim@aurora.example")
        assert self.change(caller(), alert, {"assignedTo": None}).json()["assignedTo"] is None

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"comment": None},
            {"Status": "New"},
            {"status": "Done"},
            {"status": 5},
            {"comment": "\ud800"},
            {"severity": "Low"},
            [],
            "text",
            "{",
            b"\xff",
        ],
    )
    def test_refusals(self, caller, publish, body):
        answer = self.change(caller(), publish(), body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequestBody")

    def test_a_determination_that_does_not_go_with_the_classification(self, caller, publish):
        body = {"classification": "FalsePositive", "determination": "Malware"}
        answer = self.change(caller(), publish(), body)
        assert answer.status_code == 400
        assert "Malware" in answer.json()["error"]["message"]

    def test_reading_does_not_allow_changing(self, caller, publish):
        alert = publish()
        answer = self.change(caller("aurora", "Alert.Read.All"), alert, {"status": "Resolved"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "Forbidden")

    def test_anothers_alert_is_not_there(self, caller, publish):
        alert = publish("bluefin")
        assert self.change(caller("aurora"), alert, {"status": "Resolved"}).status_code == 404
        alert.refresh_from_db(from_queryset=type(alert).objects.unscoped("test"))
        assert alert.status == "New"


class TestIsolation:
    def test_another_tenants_alerts_are_nowhere(self, caller, publish):
        own, other = publish("aurora"), publish("bluefin")
        client = caller("aurora")
        queries = ["", "$expand=evidence", f"$filter=id eq '{other.pk}'", f"$filter=incidentId eq {other.incident_id}",
                   f"$filter=not (id eq '{own.pk}')", "$filter=id ne 'x' or aadTenantId ne null",
                   f"$filter=aadTenantId eq '{other.tenant_id}'"]  # fmt: skip
        for query in queries:
            assert other.pk not in client.get(f"/api/alerts?{query}").content.decode()
        assert client.get("/api/alerts/$count").content == b"1"
        missing, foreign = client.get("/api/alerts/ta0"), client.get(f"/api/alerts/{other.pk}")
        assert missing.status_code == foreign.status_code == 404
        assert missing.json()["error"]["message"].replace("ta0", "") == foreign.json()["error"]["message"].replace(
            other.pk, ""
        )


class TestLimit:
    def test_the_hundred_and_first_call_of_a_minute(self, caller, clock):
        client = caller()
        for _ in range(100):
            assert client.get("/api/alerts?$top=0").status_code == 200
        answer = client.get("/api/alerts?$top=0")
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "TooManyRequests")
        assert answer["Retry-After"] == "1"
        clock.advance(timedelta(seconds=1))
        assert client.get("/api/alerts?$top=0").status_code == 200
