"""Requests of clients that cannot run here, sent again as their code and documentation describe them."""

from datetime import timedelta

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(publish, clock):
    first = publish(severity="Medium", entities=[{"entity_type": "File", "role": "Related", "file_name": "a.exe"}])
    clock.advance(timedelta(hours=1))
    return first, publish(severity="High", status="Resolved")


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["value"]]


class TestXsoar:
    """Cortex XSOAR writes pluses for blanks and encodes them once more."""

    def test_fetching_incidents(self, caller, two):
        query = (
            "%24filter=alertCreationTime%2Bgt%2B2026-11-16T08%3A00%3A00Z+and+((detectionSource%2Beq%2B'CustomerTI')+or+"
            "(detectionSource%2Beq%2B'ThreatExperts'))+and+((status%2Beq%2B'New')+or+(status%2Beq%2B'Resolved'))"
            "&%24orderby=alertCreationTime%2Basc&%24expand=evidence&%24top=50"
        )
        assert ids(caller().get(f"/api/alerts?{query}")) == [alert.pk for alert in two]

    def test_its_connection_test_and_its_machines(self, caller, two):
        client = caller()
        assert client.get("/api/alerts?limit=1").status_code == 200
        assert (
            ids(client.get("/api/machines?%24filter=computerDnsName%2Beq%2B'x'+or+lastIpAddress%2Beq%2B'1.2.3.4'"))
            == []
        )

    def test_the_incidents_of_xdr(self, caller, two):
        query = (
            "%24filter=createdTime+gt+2026-11-16T09%3A30%3A00.0000000Z+and+status+ne+'Redirected'&%24top=50&%24skip=0"
        )
        (incident,) = caller().get(f"/api/incidents?{query}").json()["value"]
        assert incident["alerts"][0]["alertId"] == two[1].pk


class TestElastic:
    """Elastic Agent: the older one by the MDE and XDR APIs, the newer one by Graph."""

    def test_alerts(self, caller, two):
        query = "$expand=evidence&$filter=lastUpdateTime+gt+2026-11-16T09:30:00.9999999Z"
        assert ids(caller().get(f"/api/alerts?{query}")) == [two[1].pk]

    def test_incidents(self, caller, two):
        (incident,) = (
            caller().get("/api/incidents?$filter=lastUpdateTime+gt+2026-11-16T09:30:00.9999999Z").json()["value"]
        )
        assert incident["lastUpdateTime"] == "2026-11-16T10:00:00.0000000Z"

    @pytest.mark.parametrize(("kind", "expand"), [("alerts_v2", ""), ("incidents", "&$expand=alerts")])
    def test_graph(self, caller, two, kind, expand):
        query = (
            f"$top=1&$skip=1&$filter=lastUpdateDateTime+ge+2026-11-16T09:00:00Z&$orderby=lastUpdateDateTime+asc{expand}"
        )
        answer = caller().get(f"/v1.0/security/{kind}?{query}", headers={"Prefer": "include-unknown-enum-members"})
        assert ids(answer) == [two[1].pk if kind == "alerts_v2" else str(two[1].incident_id)]


class TestSiemPulls:
    """ArcSight's and Rapid7's connectors, and Microsoft's own samples."""

    @pytest.mark.parametrize(
        "query",
        [
            "?sinceTimeUtc=2026-11-16T09:30:00.000",
            "?limit=20&sinceTimeUtc=2026-11-16T09:30:00.000",
            "?sinceTimeUtc=2026-11-16T09%3A30%3A00.000000Z&untilTimeUtc=2026-11-16T11%3A00%3A00Z",
            "?ago=PT30M",
        ],
    )
    def test_the_last_alert_arrives(self, caller, two, query):
        host = "wdatp-alertexporter-us.windows.com"
        answer = caller().get(f"/api/alerts/{query}", headers={"Host": host})
        assert [row["AlertId"] for row in answer.json()] == [two[1].pk]


class TestMdeClient:
    def test_lists_and_unknown_parameters(self, caller, two):
        query = (
            "pageSize=10000&$filter=lastUpdateTime ge 2021-01-01T00:00:00%2B00:00 and severity in ('High', 'Medium')"
        )
        assert ids(caller().get(f"/api/alerts?{query}")) == [alert.pk for alert in reversed(two)]
