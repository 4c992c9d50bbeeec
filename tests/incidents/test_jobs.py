"""The alert's rows in the hunting tables, in the real engine."""

import json

import pytest

from huntline.incidents import jobs, queries
from huntline.incidents.events import NotificationPublished
from huntline.telemetry.engine import get_engine
from publishing import ROW, enrol, publish

pytestmark = pytest.mark.django_db

NETWORK = {
    "Timestamp": "2026-11-15T22:14:04.7654321Z",
    "DeviceId": "d1" * 20,
    "DeviceName": "ws01.aurora.example",
    "InitiatingProcessFileName": "mshta.exe",
    "RemoteIP": "203.0.113.9",
    "RemoteUrl": "http://203.0.113.9/x.hta",
    "ReportId": 78,
    "$table": "DeviceNetworkEvents",
}


class Read:
    """A question in the engine's own SQL: the compiler has tests of its own."""

    parameters: dict[str, object] = {}

    def __init__(self, sql):
        self.sql = sql


def rows_of(table, tenant, columns):
    names = ", ".join(f"`{name}`" for name in columns)
    found = get_engine().run(
        Read(f"SELECT {names} FROM `{table}` ORDER BY Timestamp, AlertId"), tenants=[str(tenant.pk)], exact_times=True
    )
    return [dict(zip(columns, row, strict=True)) for block in found for row in block]


@pytest.fixture
def published(cast):
    enrol(cast)
    notification = publish(cast, rows=[{**ROW, **dict.fromkeys(NETWORK.keys() - ROW.keys())}, NETWORK])
    happened = NotificationPublished(
        tenant_id=notification.tenant_id,
        notification_id=notification.pk,
        alert_id=notification.alert_id,
        incident_id=notification.alert.incident_id,
    )
    jobs.write_alert_rows(happened)
    return notification, happened


class TestWriteAlertRows:
    @pytest.mark.requirement("R21")
    def test_device_alert_events_join_the_events_rows(self, published, cast):
        notification, _ = published
        columns = [
            "AlertId",
            "Timestamp",
            "DeviceName",
            "ReportId",
            "Table",
            "FileName",
            "SHA1",
            "RemoteIP",
            "RemoteUrl",
        ]
        process, network = rows_of("DeviceAlertEvents", cast.aurora, columns)
        assert process["AlertId"] == network["AlertId"] == notification.alert_id
        assert (process["DeviceName"], process["ReportId"], process["Table"]) == (
            "ws01.aurora.example",
            77,
            "DeviceProcessEvents",
        )
        assert process["Timestamp"] % 10_000_000 == 1_234_567
        assert (process["FileName"], process["SHA1"]) == ("mshta.exe", "a" * 40)
        assert (network["ReportId"], network["Table"]) == (78, "DeviceNetworkEvents")
        assert (network["RemoteIP"], network["RemoteUrl"]) == ("203.0.113.9", "http://203.0.113.9/x.hta")

    @pytest.mark.requirement("R26")
    def test_the_tables_say_what_the_alert_says(self, published, cast):
        alert = published[0].alert
        columns = ["AlertId", "Title", "Severity", "Category", "AttackTechniques"]
        expected = {
            "AlertId": alert.pk,
            "Title": alert.title,
            "Severity": alert.severity,
            "Category": alert.category,
            "AttackTechniques": json.dumps(alert.techniques),
        }
        (info,) = rows_of("AlertInfo", cast.aurora, columns)
        events = rows_of("DeviceAlertEvents", cast.aurora, columns)
        assert [info, *events] == [expected] * (1 + len(events))
        (info,) = rows_of("AlertInfo", cast.aurora, ["Timestamp", "DetectionSource"])
        assert info["DetectionSource"] == "ThreatExperts"
        assert info["Timestamp"] == int(alert.created.timestamp() * 1_000_000) * 10

    def test_evidence_has_a_row_for_every_entity(self, published, cast, scope_of):
        columns = ["EntityType", "EvidenceRole", "DeviceName", "AccountName", "FileName", "RemoteIP", "RemoteUrl"]
        kinds = [row["EntityType"] for row in rows_of("AlertEvidence", cast.aurora, columns)]
        entities = queries.entities_of(scope_of("aurora_admin", "aurora"), published[0].alert_id)
        assert sorted(kinds) == sorted(jobs.ENTITY_NAMES[entity.entity_type] for entity in entities)
        assert {"Machine", "User", "Process", "Ip", "Url"} == set(kinds)

    def test_twice_is_as_once(self, published, cast):
        for _ in range(3):
            jobs.write_alert_rows(published[1])
        assert len(rows_of("AlertInfo", cast.aurora, ["AlertId"])) == 1
        assert len(rows_of("DeviceAlertEvents", cast.aurora, ["AlertId"])) == 2

    def test_nobody_else_sees_them(self, published, cast):
        assert rows_of("DeviceAlertEvents", cast.bluefin, ["AlertId"]) == []

    def test_rows_without_a_time_or_an_event_number_still_give_the_alert_its_row(self, cast):
        enrol(cast)
        notification = publish(cast, rows=[{"DeviceName": "ws01.aurora.example"}])
        happened = NotificationPublished(
            tenant_id=notification.tenant_id,
            notification_id=notification.pk,
            alert_id=notification.alert_id,
            incident_id=notification.alert.incident_id,
        )
        jobs.write_alert_rows(happened)
        (row,) = rows_of("DeviceAlertEvents", cast.aurora, ["AlertId", "DeviceName", "ReportId", "Table"])
        assert row == {
            "AlertId": notification.alert_id,
            "DeviceName": "ws01.aurora.example",
            "ReportId": None,
            "Table": "DeviceProcessEvents",
        }
