"""What is related to an alert, and changes of several at once."""

import pytest

from huntline.audit.models import Entry
from huntline.incidents.models import Alert

pytestmark = pytest.mark.django_db

EVIDENCE = [
    {
        "entity_type": "User",
        "role": "Impacted",
        "account_name": "mina",
        "account_domain": "AURORA",
        "account_sid": "S-1-5-21-1",
    },
    {"entity_type": "Process", "role": "Related", "file_name": "mshta.exe", "sha1": "a" * 40},
    {"entity_type": "File", "role": "Related", "file_name": "x.iso", "sha256": "b" * 64, "file_size": 77},
    {"entity_type": "File", "role": "Related", "file_name": "copy.exe", "sha1": "a" * 40},
    {"entity_type": "Ip", "role": "Related", "ip_address": "203.0.113.9"},
    {"entity_type": "Url", "role": "Related", "url": "https://evil.example/a"},
    {"entity_type": "Url", "role": "Related", "url": "https://evil.example/b"},
]


def related(client, alert, kind: str):
    answer = client.get(f"/api/alerts/{alert.pk}/{kind}")
    assert answer.status_code == 200, answer.content
    return answer.json()


class TestRelated:
    def test_each_kind(self, caller, publish, clock):
        alert = publish(entities=EVIDENCE)
        client = caller()
        user = related(client, alert, "user")
        assert (user["id"], user["accountSid"]) == (r"AURORA\mina", "S-1-5-21-1")
        assert user["firstSeen"] == user["lastSeen"] == "2026-11-16T09:00:00.0000000Z"
        files = related(client, alert, "files")["value"]
        assert [(one["sha1"], one["sha256"], one["size"]) for one in files] == [
            ("a" * 40, None, None),
            (None, "b" * 64, 77),
        ]
        assert related(client, alert, "ips") == {
            "@odata.context": "http://testserver/api/$metadata#Ips",
            "value": [{"id": "203.0.113.9"}],
        }
        assert related(client, alert, "domains")["value"] == [{"host": "evil.example"}]

    def test_the_machine(self, caller, publish, cast, clock):
        from huntline.telemetry.models import Device

        alert = publish(device_id="d1")
        client = caller()
        assert client.get(f"/api/alerts/{alert.pk}/machine").status_code == 404
        Device(
            tenant_id=cast.aurora.pk, device_id="d1", name="ws01", first_seen=clock.now(), last_seen=clock.now()
        ).save(force_insert=True)
        assert related(client, alert, "machine")["computerDnsName"] == "ws01"

    @pytest.mark.parametrize("kind", ["machine", "user"])
    def test_nothing_of_the_kind(self, caller, publish, kind):
        answer = caller().get(f"/api/alerts/{publish().pk}/{kind}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")

    @pytest.mark.parametrize("kind", ["machine", "user", "files", "ips", "domains"])
    def test_a_strangers_alert_is_not_there(self, caller, publish, kind):
        alert = publish("bluefin", entities=EVIDENCE)
        assert caller("aurora").get(f"/api/alerts/{alert.pk}/{kind}").status_code == 404


class TestBatch:
    def send(self, client, **body):
        return client.post("/api/alerts/batchUpdate", body, content_type="application/json")

    def test_all_are_changed_and_nothing_is_answered(self, caller, publish):
        alerts = [publish(), publish()]
        change = {"status": "Resolved", "classification": "TruePositive", "determination": "Malware", "comment": "done"}
        answer = self.send(caller(), alertIds=[alert.pk for alert in alerts], **change)
        assert (answer.status_code, answer.content) == (200, b"")
        for alert in alerts:
            kept = Alert.objects.unscoped("a test").get(pk=alert.pk)
            assert (kept.status, kept.determination) == ("Resolved", "Malware")
        assert Entry.objects.filter(action="alert.changed").count() == 2

    def test_all_or_none(self, caller, publish):
        ours, theirs = publish(), publish("bluefin")
        answer = self.send(caller("aurora"), alertIds=[ours.pk, theirs.pk], status="Resolved")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")
        assert Alert.objects.unscoped("a test").get(pk=ours.pk).status == "New"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"status": "Resolved"}, "InvalidRequestBody"),
            ({"alertIds": [], "status": "Resolved"}, "InvalidRequestBody"),
            ({"alertIds": [5], "status": "Resolved"}, "InvalidRequestBody"),
            ({"alertIds": ["\0"], "status": "Resolved"}, "InvalidRequestBody"),
            ({"alertIds": ["ta1"]}, "InvalidRequestBody"),
            ({"alertIds": ["ta1"], "severity": "Low"}, "InvalidRequestBody"),
            ({"alertIds": ["ta1"] * 1001, "status": "Resolved"}, "MaximumBatchSizeExceeded"),
        ],
    )
    def test_refusals(self, caller, body, code):
        answer = self.send(caller(), **body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)

    def test_the_eleventh_call_of_a_minute(self, caller, clock):
        client = caller()
        for _ in range(10):
            assert self.send(client).status_code == 400
        answer = self.send(client)
        assert (answer.status_code, answer["Retry-After"]) == (429, "6")
