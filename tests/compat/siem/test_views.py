"""The pull as SIEM connectors make it."""

from datetime import timedelta

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

EVENT = {
    "ticks": 17_632_836_001_234_567,
    "device_id": "d1",
    "device_name": "mail.aurora.example",
    "file_name": "w3wp.exe",
    "folder_path": "C:\\inetsrv",
    "sha1": "a" * 40,
    "sha256": "b" * 64,
    "md5": "c" * 32,
    "remote_url": "https://evil.example/a",
    "remote_ip": "203.0.113.7",
    "account_name": "kim",
    "account_domain": "AURORA",
    "command_line": "w3wp.exe -ap x",
    "report_id": 77,
    "table": "DeviceProcessEvents",
}
USER = {"entity_type": "User", "role": "Impacted", "account_name": "kim", "account_domain": "AURORA"}
LOCAL = {"entity_type": "User", "role": "Impacted", "account_name": "admin"}


@pytest.mark.requirement("R20", "R26")
def test_a_detection_has_every_field_of_the_contract(caller, publish, clock):
    alert = publish(entities=[USER, LOCAL], events=[EVENT], threat_family="Chopper")
    answer = caller("aurora", "Alert.Read.All").get("/siem/api/alerts")
    (row,) = answer.json()
    unique, external = row.pop("IocUniqueId"), row.pop("ExternalId")
    assert (len(unique), len(external)) == (64, 40)
    assert row == {
        "AlertTime": "2025-11-16T09:00:00.1234567Z",
        "ComputerDnsName": "mail.aurora.example",
        "AlertTitle": "Web shell on a mail server",
        "Category": "Persistence",
        "Severity": "High",
        "AlertId": alert.pk,
        "Actor": "",
        "LinkToWDATP": f"http://127.0.0.1:8080/alerts/{alert.pk}?tenant=aurora",
        "IocName": "",
        "IocValue": "",
        "CreatorIocName": "",
        "CreatorIocValue": "",
        "Sha1": "a" * 40,
        "FileName": "w3wp.exe",
        "FilePath": "C:\\inetsrv",
        "IpAddress": "203.0.113.7",
        "Url": "https://evil.example/a",
        "IoaDefinitionId": str(alert.detector_id),
        "UserName": "kim",
        "AlertPart": 0,
        "FullId": f"{alert.pk}:{unique}",
        "LastProcessedTimeUtc": "2026-11-16T09:00:00.0000000Z",
        "ThreatCategory": "",
        "ThreatFamily": "Chopper",
        "ThreatName": "",
        "RemediationAction": "",
        "RemediationIsSuccess": None,
        "Source": "ThreatExperts",
        "Md5": "c" * 32,
        "Sha256": "b" * 64,
        "WasExecutingWhileDetected": None,
        "FileHash": "a" * 40,
        "UserDomain": "AURORA",
        "LogOnUsers": "AURORA\\kim; admin",
        "MachineDomain": "aurora.example",
        "MachineName": "mail",
        "InternalIPv4List": "",
        "InternalIPv6List": "",
        "DeviceID": "d1",
        "MachineGroup": "",
        "Description": "Summary\n\nWhat happened",
        "DeviceCreatedMachineTags": "",
        "CloudCreatedMachineTags": "",
        "CommandLine": "w3wp.exe -ap x",
        "ReportID": 77,
        "LinkToMTP": f"http://127.0.0.1:8080/alerts/{alert.pk}?tenant=aurora",
        "IncidentLinkToMTP": f"http://127.0.0.1:8080/incidents/{alert.incident_id}?tenant=aurora",
        "IncidentLinkToWDATP": f"http://127.0.0.1:8080/incidents/{alert.incident_id}?tenant=aurora",
    }
    assert len(row) + 2 == 50


class TestPull:
    @pytest.fixture
    def hourly(self, publish, clock):
        """Four alerts an hour apart, the last one now; the first has three events."""
        made = [publish(events=[EVENT] * 3)]
        for _ in range(3):
            clock.advance(timedelta(hours=1))
            made.append(publish(events=[EVENT]))
        return made

    def pulled(self, client: Client, query: str = "", path: str = "/siem/api/alerts", **more) -> list[tuple[str, int]]:
        answer = client.get(f"{path}?{query}", **more)
        assert answer.status_code == 200, answer.content
        return [(row["AlertId"], row["AlertPart"]) for row in answer.json()]

    @pytest.mark.requirement("R20")
    def test_two_hours_newest_first(self, caller, hourly):
        assert self.pulled(caller()) == [(alert.pk, 0) for alert in hourly[:0:-1]]

    def test_detections_are_not_merged(self, caller, hourly):
        found = self.pulled(caller(), "ago=P1D")
        assert found[3:] == [(hourly[0].pk, 0), (hourly[0].pk, 1), (hourly[0].pk, 2)]

    def test_both_bounds_are_included(self, caller, hourly):
        query = "sinceTimeUtc=2026-11-16T10:00:00&untilTimeUtc=2026-11-16T11:00:00.0000000Z"
        assert self.pulled(caller(), query) == [(hourly[2].pk, 0), (hourly[1].pk, 0)]

    def test_limit_is_the_newest_so_many_detections(self, caller, hourly):
        client = caller()
        assert self.pulled(client, "ago=P1D&limit=2") == [(hourly[3].pk, 0), (hourly[2].pk, 0)]
        assert len(self.pulled(client, "ago=P1D&limit=5")) == 5

    def test_an_id_is_the_same_at_every_pull(self, caller, hourly):
        client = caller()
        first, second = (client.get("/siem/api/alerts?ago=P1D").json() for _ in range(2))
        assert first == second
        assert len({row["FullId"] for row in first}) == 6

    def test_groups_that_no_device_has(self, caller, hourly):
        assert self.pulled(caller(), "machinegroups=a&machinegroups=b") == []

    def test_an_alert_without_events_is_one_detection(self, caller, publish):
        alert = publish(device_name="srv1", device_id="d9")
        (row,) = caller().get("/siem/api/alerts/").json()
        assert (row["AlertId"], row["ComputerDnsName"], row["DeviceID"]) == (alert.pk, "srv1", "d9")
        assert (row["FileName"], row["ReportID"]) == ("", None)

    def test_nothing_is_an_empty_array(self, caller):
        assert caller().get("/siem/api/alerts").json() == []

    def test_the_exporters_own_host_has_no_prefix(self, caller, hourly):
        client = caller()
        host = {"Host": "wdatp-alertexporter-eu.securitycenter.windows.com"}
        assert self.pulled(client, "limit=20&sinceTimeUtc=2016-09-12T00:00:00.000", "/api/alerts", headers=host)
        assert "value" in client.get("/api/alerts").json()

    def test_a_pull_costs_the_same_queries_however_long(self, caller, publish, django_assert_num_queries):
        client = caller()
        publish(entities=[USER], events=[EVENT])
        with django_assert_num_queries(5):  # token with its application, alerts, events, users, tenant
            client.get("/siem/api/alerts")
        for _ in range(5):
            publish(entities=[USER], events=[EVENT, EVENT])
        with django_assert_num_queries(5):
            client.get("/siem/api/alerts")

    def test_another_tenants_detections_are_nowhere(self, caller, publish):
        other = publish("bluefin", entities=[USER], events=[EVENT])
        own = publish("aurora", events=[EVENT])
        assert self.pulled(caller("aurora"), "ago=P100D") == [(own.pk, 0)]
        assert other.pk not in caller("aurora").get("/siem/api/alerts?ago=P100D").content.decode()


class TestRefusal:
    def test_without_a_token(self, db):
        answer = Client().get("/siem/api/alerts")
        assert answer.status_code == 401
        assert answer.json()["error"]["message"]

    def test_without_the_role(self, caller):
        answer = caller("aurora", "AdvancedQuery.Read.All").get("/siem/api/alerts")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "Forbidden")

    @pytest.mark.parametrize("query", ["ago=soon", "limit=all", "sinceTimeUtc=x", "ago=PT1M&sinceTimeUtc=2016-01-01"])
    def test_a_malformed_request_is_401_in_this_contract(self, caller, query):
        answer = caller().get(f"/siem/api/alerts?{query}")
        assert answer.status_code == 401
        assert "must be" in answer.json()["error"]["message"]

    def test_our_own_fault_is_500_and_says_nothing(self, caller, monkeypatch):
        monkeypatch.setattr("huntline.compat.siem.views._detections", lambda *_: 1 / 0)
        answer = caller().get("/siem/api/alerts")
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "InternalServerError")
        assert "zero" not in answer.content.decode()
