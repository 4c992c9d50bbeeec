"""The routes, for everybody who may call them and everybody who may not."""

import pytest

from huntline.incidents import services
from publishing import ROW, capture, enrol, form_for, publish

pytestmark = pytest.mark.django_db

BASE = "/api/v1/tenants/aurora"
READERS = [
    (None, 401),
    ("bluefin_admin", 404),
    ("platform_operator", 403),
    ("aurora_reader", 200),
    ("aurora_analyst", 200),
    ("hunter", 200),
]
BODY = {
    "title": "Script host started by a document",
    "severity": "High",
    "category": "Execution",
    "summary": "A document started mshta.exe.",
    "what_happened": "At 22:14 winword.exe started mshta.exe.",
    "recommended_steps": ["Isolate ws01 from the network."],
    "techniques": ["T1218.005"],
    "disclosure": "hash",
}


@pytest.fixture
def published(cast):
    enrol(cast)
    return publish(cast)


def send(client, method, path, body=None):
    return getattr(client, method)(path, body or {}, content_type="application/json")


class TestReading:
    @pytest.mark.parametrize(("who", "status"), READERS)
    @pytest.mark.parametrize("page", ["alerts", "incidents", "alerts/{alert}", "incidents/{incident}"])
    def test_who_may(self, sign_in, published, who, status, page):
        path = page.format(alert=published.alert_id, incident=published.alert.incident_id)
        assert sign_in(who).get(f"{BASE}/{path}").status_code == status

    @pytest.mark.parametrize(("who", "status"), [*READERS, ("account_manager", 200)])
    @pytest.mark.parametrize("page", ["notifications", "notifications/{id}"])
    def test_who_may_read_notifications(self, sign_in, published, who, status, page):
        assert sign_in(who).get(f"{BASE}/{page.format(id=published.pk)}").status_code == status

    @pytest.mark.requirement("R17")
    @pytest.mark.requirement("R18")
    @pytest.mark.requirement("R23")
    @pytest.mark.requirement("R26")
    def test_lists_and_pages_say_the_same(self, sign_in, published):
        client = sign_in("aurora_reader")
        alert = client.get(f"{BASE}/alerts").json()["items"][0]
        page = client.get(f"{BASE}/alerts/{alert['id']}").json()
        incident = client.get(f"{BASE}/incidents").json()["items"][0]
        notification = client.get(f"{BASE}/notifications").json()["items"][0]
        assert alert["id"] == page["id"] == notification["alert_id"]
        assert page["notification_id"] == notification["id"]
        assert alert["incident_id"] == incident["id"] == notification["incident_id"]
        for shared in ("title", "severity", "tags", "first_activity", "last_activity", "created"):
            assert alert[shared] == page[shared] == incident[shared] == notification[shared], shared
        assert alert["tags"] == ["Threat experts"]
        assert (
            alert["devices"] == incident["devices"] == [{"device_id": "d1" * 20, "device_name": "ws01.aurora.example"}]
        )
        assert incident["accounts"][0]["account_name"] == "mina"

    @pytest.mark.requirement("R25")
    @pytest.mark.requirement("R28")
    def test_the_alerts_page_tells_the_story_and_shows_the_evidence(self, sign_in, published):
        page = sign_in("aurora_reader").get(f"{BASE}/alerts/{published.alert_id}").json()
        assert page["summary"].startswith("A document started")
        assert page["recommended_steps"][0].startswith("Isolate")
        assert page["evidence"][0]["query"].startswith("DeviceProcessEvents")
        assert page["evidence"][0]["rows"][0][0] == "2026-11-15T22:14:03.1234567Z"
        assert [item["entity_type"] for item in page["evidence_items"]] == ["Machine", "User", "Process", "Process"]

    @pytest.mark.parametrize(("disclosure", "query", "hashed"), [("hash", False, True), ("none", False, False)])
    def test_a_query_that_was_not_disclosed_is_nowhere(self, sign_in, cast, disclosure, query, hashed):
        enrol(cast)
        notification = publish(cast, disclosure=disclosure)
        for path in (f"alerts/{notification.alert_id}", f"notifications/{notification.pk}"):
            answer = sign_in("aurora_admin").get(f"{BASE}/{path}")
            evidence = answer.json()["evidence"][0]
            assert (evidence["query"] is not None, evidence["query_sha256"] is not None) == (query, hashed)
            assert "FileName =~" not in answer.content.decode()
        # The provider's own people see what they asked.
        page = sign_in("hunter").get(f"{BASE}/alerts/{notification.alert_id}").json()
        assert page["evidence"][0]["query"] is not None

    def test_filters_come_from_the_address(self, sign_in, published):
        client = sign_in("aurora_reader")
        for query, total in (
            ("status=New&status=Resolved&severity=High", 1),
            ("status=Resolved", 0),
            ("search=ws01&limit=1", 1),
            ("search=nothing", 0),
        ):
            assert client.get(f"{BASE}/alerts?{query}").json()["total"] == total, query
        assert client.get(f"{BASE}/alerts?status=Nonsense").status_code == 422
        assert client.get(f"{BASE}/alerts?limit=100000").status_code == 422
        assert client.get(f"{BASE}/incidents?status=Active&search=script").json()["total"] == 1

    @pytest.mark.parametrize(
        "path", ["alerts/ta00", "incidents/999999", "notifications/00000000-0000-7000-8000-000000000009"]
    )
    def test_what_is_not_there_is_not_found(self, sign_in, published, path):
        assert sign_in("aurora_admin").get(f"{BASE}/{path}").status_code == 404


class TestCreatingAnAlert:
    ALERT = {
        "title": "A script host loads from the internet",
        "severity": "Medium",
        "category": "Execution",
        "detection_source": "ThirdPartySensors",
        "provider_alert_id": "EDR-17",
        "events": [{"table": "DeviceProcessEvents", "row": {n: v for n, v in ROW.items() if n != "$table"}}],
    }

    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_reader", 403), ("aurora_analyst", 201), ("hunter", 201)],
    )
    def test_who_may(self, sign_in, cast, who, status):
        assert send(sign_in(who), "post", f"{BASE}/alerts", self.ALERT).status_code == status

    def test_is_listed_by_its_source_and_made_once(self, sign_in, published):
        client = sign_in("aurora_analyst")
        made = send(client, "post", f"{BASE}/alerts", self.ALERT).json()
        again = send(client, "post", f"{BASE}/alerts", self.ALERT)
        assert (again.status_code, again.json()["id"]) == (200, made["id"])
        assert (made["tags"], made["provider_alert_id"], made["notification_id"]) == ([], "EDR-17", None)
        assert made["incident_id"] == published.alert.incident_id
        for source, ids in (("ThirdPartySensors", [made["id"]]), ("ThreatExperts", [published.alert_id]), ("AAD", [])):
            listed = client.get(f"{BASE}/alerts?detection_source={source}").json()
            assert [one["id"] for one in listed["items"]] == ids
        assert client.get(f"{BASE}/alerts?detection_source=Oracle").status_code == 422
        assert client.get(f"{BASE}/alerts?search=EDR-17").json()["total"] == 1

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"detection_source": "ThreatExperts"}, 400, "detection_source_not_open"),
            ({"events": [{"table": "Nowhere", "row": {}}]}, 400, "event_invalid"),
            ({"detection_source": "Oracle"}, 422, "fields_invalid"),
        ],
    )
    def test_what_is_refused(self, sign_in, cast, change, status, code):
        answer = send(sign_in("aurora_analyst"), "post", f"{BASE}/alerts", self.ALERT | change)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


class TestChangingAnAlert:
    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_reader", 403), ("aurora_analyst", 200), ("aurora_admin", 200)],
    )
    def test_who_may(self, sign_in, published, who, status):
        answer = send(sign_in(who), "patch", f"{BASE}/alerts/{published.alert_id}", {"status": "InProgress"})
        assert answer.status_code == status

    def test_answers_the_changed_alert(self, sign_in, published):
        change = {
            "status": "Resolved",
            "classification": "TruePositive",
            "determination": "Malware",
            "assigned_to": "admin@aurora.example",
            "comment": "Reimaged.",
        }
        page = send(sign_in("aurora_admin"), "patch", f"{BASE}/alerts/{published.alert_id}", change).json()
        assert {name: page[name] for name in change if name != "comment"} == {
            k: v for k, v in change.items() if k != "comment"
        }
        assert [(c["text"], c["created_by"]) for c in page["comments"]] == [("Reimaged.", "admin@aurora.example")]

    def test_a_determination_that_does_not_fit_has_a_code(self, sign_in, published):
        change = {"classification": "FalsePositive", "determination": "Malware"}
        answer = send(sign_in("aurora_admin"), "patch", f"{BASE}/alerts/{published.alert_id}", change)
        assert (answer.status_code, answer.json()["code"]) == (400, "determination_not_allowed")


class TestDrafts:
    @pytest.fixture
    def draft(self, cast, scope_of):
        enrol(cast)
        return services.create_draft(scope_of("hunter", "aurora"), form_for(capture(cast.aurora.pk)))

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            (None, 401),
            ("bluefin_admin", 404),
            ("aurora_admin", 403),
            ("account_manager", 403),
            ("hunter", 0),
            ("hunt_lead", 0),
        ],
    )
    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("get", "drafts", 200),
            ("post", "drafts", 201),
            ("get", "drafts/{id}", 200),
            ("put", "drafts/{id}", 200),
            ("post", "drafts/{id}/submit", 200),
            ("delete", "drafts/{id}", 204),
        ],
    )
    def test_who_may_write(self, sign_in, draft, who, status, method, path, allowed):
        client, path = sign_in(who), f"{BASE}/{path.format(id=draft.pk)}"
        answer = client.get(path) if method == "get" else send(client, method, path, BODY)
        assert answer.status_code == (status or allowed)

    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_admin", 403), ("hunter", 403), ("hunt_lead", 200)],
    )
    @pytest.mark.parametrize("step", ["publish", "return"])
    def test_who_may_review(self, sign_in, draft, who, status, step):
        send(sign_in("hunter"), "post", f"{BASE}/drafts/{draft.pk}/submit")
        answer = send(sign_in(who), "post", f"{BASE}/drafts/{draft.pk}/{step}", {"reason": "Shorter."})
        assert answer.status_code == status

    @pytest.mark.requirement("R27")
    def test_from_the_first_word_to_the_customers_page(self, sign_in, draft, cast):
        hunter, lead, customer = sign_in("hunter"), sign_in("hunt_lead"), sign_in("aurora_reader")
        evidence = str(capture(cast.aurora.pk).pk)
        made = send(hunter, "post", f"{BASE}/drafts", {**BODY, "evidence_ids": [evidence]}).json()
        assert (made["state"], made["own"], made["tenant"]["slug"]) == ("draft", True, "aurora")
        path = f"{BASE}/drafts/{made['id']}"
        assert send(hunter, "post", f"{path}/submit").json()["state"] == "in_review"
        waiting = lead.get("/api/v1/provider/review").json()["items"]
        assert [(row["id"], row["own"]) for row in waiting] == [(made["id"], False)]
        assert customer.get(f"{BASE}/alerts").json()["total"] == 0
        first = send(lead, "post", f"{path}/publish", {"revision": waiting[0]["revision"]})
        again = send(lead, "post", f"{path}/publish")
        assert first.status_code == again.status_code == 200
        assert first.json()["id"] == again.json()["id"]
        assert customer.get(f"{BASE}/alerts").json()["items"][0]["id"] == first.json()["alert_id"]
        assert hunter.get(path).json()["notification_id"] == first.json()["id"]

    def test_the_author_may_not_publish(self, sign_in, draft):
        lead = sign_in("hunt_lead")
        send(lead, "put", f"{BASE}/drafts/{draft.pk}", {**BODY, "evidence_ids": [str(e) for e in draft.evidence]})
        send(lead, "post", f"{BASE}/drafts/{draft.pk}/submit")
        answer = send(lead, "post", f"{BASE}/drafts/{draft.pk}/publish")
        assert (answer.status_code, answer.json()["code"]) == (403, "draft_own")

    @pytest.mark.parametrize(
        ("who", "drafts", "review"),
        [
            (None, 401, 401),
            ("aurora_admin", 404, 404),
            ("account_manager", 403, 403),
            ("hunter", 200, 403),
            ("hunt_lead", 200, 200),
        ],
    )
    def test_who_sees_those_of_all_customers(self, sign_in, draft, who, drafts, review):
        client = sign_in(who)
        assert client.get("/api/v1/provider/drafts?state=draft").status_code == drafts
        assert client.get("/api/v1/provider/review").status_code == review


class TestSendingASample:
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            (None, 401),
            ("bluefin_admin", 404),
            ("aurora_analyst", 403),
            ("hunter", 403),
            ("aurora_admin", 201),
            ("hunt_lead", 201),
        ],
    )
    def test_who_may(self, sign_in, cast, who, status):
        enrol(cast)
        answer = send(sign_in(who), "post", f"{BASE}/notifications/sample", {"severity": "Low"})
        assert answer.status_code == status
        if status == 201:
            assert (answer.json()["severity"], answer.json()["tags"]) == ("Low", ["Threat experts", "Sample"])
            again = send(sign_in(who), "post", f"{BASE}/notifications/sample")
            assert (again.status_code, again.json()["code"]) == (429, "sample_too_soon")


class TestGrouping:
    MANAGERS = [
        (None, 401),
        ("bluefin_admin", 404),
        ("aurora_reader", 403),
        ("account_manager", 403),
        ("aurora_analyst", 200),
        ("hunter", 200),
    ]

    @pytest.fixture
    def together(self, cast):
        enrol(cast)
        return publish(cast), publish(cast)

    @pytest.mark.parametrize(("who", "status"), MANAGERS)
    def test_who_may_move_out_and_merge(self, sign_in, together, who, status):
        first, second = together
        number, client = first.alert.incident_id, sign_in(who)
        out = send(client, "post", f"{BASE}/incidents/{number}/move-out", {"alert_ids": [second.alert_id]})
        assert out.status_code == {200: 201}.get(status, status)
        made = out.json()["id"] if status == 200 else number
        merged = send(client, "post", f"{BASE}/incidents/merge", {"incident_ids": [made, number]})
        assert merged.status_code == status
        if status == 200:
            assert (merged.json()["id"], merged.json()["alert_count"]) == (number, 2)
            gone = client.get(f"{BASE}/incidents/{made}").json()
            assert (gone["status"], gone["redirect_incident_id"], gone["alerts"]) == ("Redirected", number, [])

    def test_what_was_merged_says_where_to(self, sign_in, together):
        first, second = together
        number, client = first.alert.incident_id, sign_in("aurora_analyst")
        made = send(client, "post", f"{BASE}/incidents/{number}/move-out", {"alert_ids": [second.alert_id]}).json()[
            "id"
        ]
        send(client, "post", f"{BASE}/incidents/merge", {"incident_ids": [made, number]})
        again = send(client, "post", f"{BASE}/incidents/{made}/move-out", {"alert_ids": [second.alert_id]})
        assert (again.status_code, again.json()["code"]) == (409, "incident_redirected")
