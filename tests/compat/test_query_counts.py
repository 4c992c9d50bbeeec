"""A page of a foreign list, and a change of many alerts, cost the same number of queries however many there are."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huntline.incidents.models import AlertEntity
from huntline.kernel import now
from huntline.telemetry.models import Device

pytestmark = pytest.mark.django_db
STEP = 4
MACHINE = {"entity_type": "Machine", "role": "Impacted", "device_id": "d1", "device_name": "ws01.aurora.example"}
PARTS = [
    {"entity_type": "User", "account_name": "mina", "account_domain": "AURORA"},
    {"entity_type": "Process", "file_name": "mshta.exe", "process_id": 7},
    {"entity_type": "Ip", "ip_address": "203.0.113.9"},
    {"entity_type": "Url", "url": "http://203.0.113.9/x"},
]
EVENT = {"table": "DeviceProcessEvents", "report_id": 7, "device_name": "ws01.aurora.example"}


@pytest.fixture
def more(publish, cast):
    """Add alerts, each with an incident, a device, a comment and evidence of its own beside what they share."""
    made = []

    def make():
        for _ in range(STEP):
            number, moment = len(made) + 1, now()
            times = {"first_seen": moment, "last_seen": moment}
            Device(tenant_id=cast.aurora.pk, device_id=f"d{number}", name=f"ws{number}", **times).save(
                force_insert=True
            )
            own = (
                {**MACHINE, "device_id": f"d{number}"}
                if number > 1
                else {**MACHINE, "entity_type": "File", "sha1": "f" * 40}
            )
            parts = [MACHINE, own, *({"role": "Related", **part} for part in PARTS)]
            made.append(publish(entities=parts, events=[EVENT, EVENT]))
        return made

    return make


def change_all(client, alerts):
    body = {"alertIds": [alert.pk for alert in alerts], "assignedTo": f"kim{len(alerts)}", "comment": "Seen."}
    return client.post("/api/alerts/batchUpdate", json.dumps(body | {"status": "Resolved"}), "application/json")


CALLS = {
    "/api/alerts": len,
    "/api/alerts?$expand=evidence": len,
    "/api/alerts?$select=id,comments": len,
    "/api/machines": len,
    "/api/machines/d1/alerts": len,
    "/api/machines/d1/alerts?$expand=evidence": len,
    "/api/incidents": len,
    "/v1.0/security/alerts_v2": len,
    "/v1.0/security/incidents": len,
    "/v1.0/security/incidents?$expand=alerts": len,
    "/siem/api/alerts": lambda alerts: 2 * len(alerts),
}


@pytest.mark.parametrize("path", CALLS)
def test_a_list(path, more, caller):
    client, costs = caller(), []
    for _ in range(2):
        alerts = more()
        with CaptureQueriesContext(connection) as asked:
            found = client.get(path).json()
        assert len(found if isinstance(found, list) else found["value"]) == CALLS[path](alerts)
        costs.append(len(asked))
    assert costs[0] == costs[1], [query["sql"] for query in asked.captured_queries]


def test_a_change_of_many_alerts(more, caller):
    client, costs = caller(), []
    for times in (1, 2):
        for _ in range(times):
            alerts = more()
        with CaptureQueriesContext(connection) as asked:
            assert change_all(client, alerts[-times * STEP :]).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1], [query["sql"] for query in asked.captured_queries]


@pytest.mark.parametrize("kind", ["machine", "user", "files", "ips", "domains"])
def test_what_is_related(kind, more, caller):
    alert, client, costs = more()[0], caller(), []
    for first in (10, 20):
        for place in range(first, first + STEP):
            for offset, part in enumerate(({"entity_type": "File", "sha1": f"{place:040x}"}, *PARTS)):
                values = {"ip_address": f"203.0.113.{place}"} if part["entity_type"] == "Ip" else {}
                values |= {"url": f"http://x{place}.example/"} if part["entity_type"] == "Url" else {}
                AlertEntity(
                    tenant_id=alert.tenant_id, alert=alert, place=place * 10 + offset, role="Related", **(part | values)
                ).save()
        with CaptureQueriesContext(connection) as asked:
            found = client.get(f"/api/alerts/{alert.pk}/{kind}").json()
        if "value" in found:
            assert len(found["value"]) >= STEP * first // 10
        costs.append(len(asked))
    assert costs[0] == costs[1], [query["sql"] for query in asked.captured_queries]
