"""Machines as existing clients ask for them."""

from datetime import UTC, datetime, timedelta

import pytest

from huntline.kernel import new_id
from huntline.telemetry.engine import get_engine
from huntline.telemetry.models import Device
from huntline.telemetry.schema import find_table
from huntline.telemetry.times import ticks_of

pytestmark = pytest.mark.django_db

PROPERTIES = """
id mergedIntoMachineId isPotentialDuplication isExcluded exclusionReason computerDnsName firstSeen lastSeen osPlatform osProcessor
osArchitecture version osBuild lastIpAddress lastExternalIpAddress agentVersion healthStatus onboardingStatus deviceValue rbacGroupId
rbacGroupName riskScore exposureLevel isAadJoined aadDeviceId machineTags ipAddresses vmMetadata managedBy managedByStatus
"""
DNS = "ws01.aurora.example"
MACHINE = {"entity_type": "Machine", "role": "Impacted", "device_id": "d1" * 20, "device_name": DNS}


@pytest.fixture
def device(cast, clock):
    def make(tenant: str = "aurora", device_id: str = "d1" * 20, name: str = DNS, **fields) -> Device:
        times = {"first_seen": clock.now() - timedelta(days=30), "last_seen": clock.now()}
        row = Device(tenant_id=cast.tenants[tenant].pk, device_id=device_id, name=name, **{**times, **fields})
        row.save(force_insert=True)
        return row

    return make


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["computerDnsName"] for row in answer.json()["value"]]


class TestList:
    def test_a_machine_has_every_property_of_the_contract(self, caller, device):
        device(os_platform="Windows11")
        body = caller("aurora", "Machine.Read.All").get("/api/machines").json()
        assert body["@odata.context"] == "http://testserver/api/$metadata#Machines"
        (machine,) = body["value"]
        assert machine["id"] == "d1" * 20
        assert machine["computerDnsName"] == DNS
        assert machine["firstSeen"] == "2026-10-17T09:00:00.0000000Z"
        assert machine["lastSeen"] == "2026-11-16T09:00:00.0000000Z"
        assert machine["osPlatform"] == "Windows11"
        assert (machine["healthStatus"], machine["onboardingStatus"]) == ("Active", "Onboarded")
        assert (machine["riskScore"], machine["exposureLevel"]) == ("None", None)
        assert set(machine) == set(PROPERTIES.split())

    def test_filters_orders_and_selects(self, caller, device, clock):
        device(os_platform="Windows11")
        device(
            device_id="d2", name="old.aurora.example", last_seen=clock.now() - timedelta(days=8), os_platform="Linux"
        )
        device("bluefin", device_id="d3", name="stranger")
        client = caller()
        assert names(client.get("/api/machines")) == [DNS, "old.aurora.example"]
        for query, found in {
            f"computerDnsName eq '{DNS.upper()}'": [],
            f"computerDnsName eq '{DNS}'": [DNS],
            "startswith(computerDnsName,'old')": ["old.aurora.example"],
            "healthStatus eq 'Inactive'": ["old.aurora.example"],
            "healthStatus eq 'Active' and osPlatform eq 'Windows11'": [DNS],
            "riskScore ne 'None'": [],
            "onboardingStatus eq 'Onboarded' and lastSeen gt 2026-11-10Z": [DNS],
            "rbacGroupId eq 7": [],
        }.items():
            assert names(client.get("/api/machines", {"$filter": query})) == found, query
        assert names(client.get("/api/machines?$orderby=lastSeen asc&$top=1")) == ["old.aurora.example"]
        chosen = client.get("/api/machines?$select=id,computerDnsName,onboardingStatus,osPlatform&$top=1").json()
        assert list(chosen["value"][0]) == ["id", "computerDnsName", "osPlatform", "onboardingStatus"]
        assert client.get("/api/machines/$count?$filter=osPlatform eq 'Linux'").content == b"1"
        assert client.get("/api/machines?$select=colour").json()["error"]["code"] == "ODataError"

    def test_the_risk_is_that_of_the_worst_open_alert(self, caller, device, publish):
        device()
        device(device_id="d2", name="calm.aurora.example")
        publish(entities=[MACHINE], severity="High", status="Resolved")
        publish("bluefin", entities=[{**MACHINE, "device_id": "d2"}], severity="High")
        client = caller()
        assert client.get(f"/api/machines/{DNS}").json()["riskScore"] == "None"
        publish(entities=[MACHINE], severity="Low")
        publish(entities=[MACHINE], severity="Medium", status="InProgress")
        assert client.get(f"/api/machines/{DNS}").json()["riskScore"] == "Medium"
        assert names(client.get("/api/machines", {"$filter": "riskScore eq 'Medium'"})) == [DNS]

    def test_a_page_costs_the_same_queries_however_long(self, caller, device, django_assert_num_queries):
        client = caller()
        for count in (1, 6):
            for number in range(count):
                device(device_id=f"{count}-{number}", name=f"ws{count}{number}")
            with django_assert_num_queries(2):  # token with its application, machines
                client.get("/api/machines")


class TestRead:
    def test_by_id_and_by_name(self, caller, device):
        device()
        for asked in ("d1" * 20, DNS, DNS.upper()):
            body = caller().get(f"/api/machines/{asked}").json()
            assert body["id"] == "d1" * 20
            assert body["@odata.context"].endswith("#Machines/$entity")

    def test_a_strangers_machine_is_not_there(self, caller, device):
        device("bluefin")
        for path in ("", "/alerts", "/alerts/$count", "/logonusers"):
            answer = caller("aurora").get(f"/api/machines/{'d1' * 20}{path}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")


class TestAlerts:
    def test_the_machines_alerts_and_their_number(self, caller, device, publish):
        device()
        alert = publish(entities=[MACHINE], device_id="other")
        publish(entities=[MACHINE], status="Resolved")
        publish(entities=[{**MACHINE, "device_id": "d2"}])
        client = caller()
        assert len(client.get(f"/api/machines/{DNS}/alerts").json()["value"]) == 2
        answer = client.get(f"/api/machines/{'d1' * 20}/alerts/$count", {"$filter": "status ne 'Resolved'"})
        assert answer.content == b"1"
        page = client.get(f"/api/machines/{DNS}/alerts?$expand=evidence&$filter=status eq 'New'").json()["value"]
        assert [row["id"] for row in page] == [alert.pk]
        assert page[0]["evidence"][0]["entityType"] == "Machine"


@pytest.mark.django_db(transaction=True)
class TestLogonUsers:
    def test_who_signed_in(self, caller, device, cast, clock):
        device()
        noon = datetime(2026, 11, 15, 12, tzinfo=UTC)
        accounts = [
            ("AURORA", "mina", "Interactive"),
            ("AURORA", "mina", "Network"),
            ("AURORA", "svc-backup", "Network"),
        ]
        get_engine().insert(
            find_table("DeviceLogonEvents"),
            cast.aurora.pk,
            {
                "Timestamp": [ticks_of(noon + timedelta(minutes=number)) for number in range(4)],
                "DeviceId": ["d1" * 20] * 4,
                "ActionType": ["LogonSuccess"] * 3 + ["LogonFailed"],
                "AccountDomain": [domain for domain, _, _ in accounts] + ["AURORA"],
                "AccountName": [name for _, name, _ in accounts] + ["guess"],
                "AccountSid": ["S-1-5-21-1", "S-1-5-21-1", "S-1-5-21-2", ""],
                "LogonType": [kind for _, _, kind in accounts] + ["Network"],
            },
            token=str(new_id()),
            ingested=noon,
        )
        body = caller().get(f"/api/machines/{DNS}/logonusers").json()
        assert [
            (
                row["id"],
                row["accountSid"],
                row["logonTypes"],
                row["isOnlyNetworkUser"],
                row["firstSeen"],
                row["lastSeen"],
            )
            for row in body["value"]
        ] == [
            (r"AURORA\svc-backup", "S-1-5-21-2", "Network", True, *["2026-11-15T12:02:00.0000000Z"] * 2),
            (
                r"AURORA\mina",
                "S-1-5-21-1",
                "Interactive,Network",
                False,
                "2026-11-15T12:00:00.0000000Z",
                "2026-11-15T12:01:00.0000000Z",
            ),
        ]
