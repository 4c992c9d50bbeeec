"""The routes, for everybody who may call them and everybody who may not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huntline.enrolment.privacy import CURRENT

PAGE = "/api/v1/tenants/aurora/enrolment"
QUEUE = "/api/v1/provider/applications"
FORM = {"name": "Mina Kim", "email": "mina@aurora.example", "privacy_statement_version": CURRENT, "accepted": True}


def submit(client, tenant="aurora"):
    return client.post(f"/api/v1/tenants/{tenant}/enrolment/application", FORM, content_type="application/json")


@pytest.fixture
def submitted(sign_in):
    return submit(sign_in("aurora_admin")).json()["application"]["id"]


class TestReadEnrolment:
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            (None, 401),
            ("bluefin_admin", 404),
            ("platform_operator", 403),
            ("aurora_reader", 200),
            ("aurora_admin", 200),
            ("account_manager", 200),
        ],
    )
    def test_who_may(self, sign_in, who, status):
        assert sign_in(who).get(PAGE).status_code == status

    @pytest.mark.requirement("R5")
    @pytest.mark.requirement("R15")
    def test_shows_no_switch_and_no_application_at_first(self, sign_in):
        page = sign_in("aurora_admin").get(PAGE).json()
        assert (page["state"], page["service_on"], page["application"]) == ("not_applied", None, None)

    @pytest.mark.requirement("R7")
    @pytest.mark.parametrize(("language", "word"), [("en", "Privacy"), ("ko", "개인정보"), ("ja", "プライバシー")])
    def test_shows_and_links_the_privacy_statement_in_the_readers_language(self, sign_in, cast, language, word):
        cast.aurora_admin.language = language
        cast.aurora_admin.save()
        statement = sign_in("aurora_admin").get(PAGE).json()["privacy_statement"]
        assert word in statement["text"]
        linked = sign_in(None).get(statement["url"])
        assert linked.content.decode() == statement["text"]
        assert linked.headers["Content-Type"] == "text/markdown; charset=utf-8"


class TestApply:
    @pytest.mark.requirement("R14")
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            (None, 401),
            ("bluefin_admin", 404),
            ("aurora_reader", 403),
            ("aurora_analyst", 403),
            ("hunter", 403),
            ("aurora_admin", 201),
        ],
    )
    def test_who_may(self, sign_in, who, status):
        assert submit(sign_in(who)).status_code == status

    @pytest.mark.requirement("R3")
    @pytest.mark.requirement("R8")
    def test_confirms_what_was_submitted(self, sign_in, clock):
        answer = submit(sign_in("aurora_admin")).json()
        assert answer["state"] == "submitted"
        assert answer["application"]["email"] == "mina@aurora.example"
        assert answer["application"]["submitted_by"] == "admin@aurora.example"
        assert answer["application"]["submitted_at"] == "2026-11-16T09:00:00Z"

    def test_a_second_time_is_a_conflict_with_a_code(self, sign_in, submitted):
        answer = submit(sign_in("aurora_admin"))
        assert answer.status_code == 409
        assert answer.json()["code"] == "enrolment_step_not_possible"

    def test_can_be_withdrawn(self, sign_in, submitted):
        assert sign_in("aurora_reader").delete(f"{PAGE}/application").status_code == 403
        assert sign_in("aurora_admin").delete(f"{PAGE}/application").json()["state"] == "not_applied"


class TestQueue:
    @pytest.mark.requirement("R10")
    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("aurora_admin", 404), ("hunter", 403), ("account_manager", 200)]
    )
    @pytest.mark.parametrize("act", ["list", "approve", "decline", "ask"])
    def test_who_may(self, sign_in, submitted, who, status, act):
        client = sign_in(who)
        if act == "list":
            answer = client.get(f"{QUEUE}?state=submitted")
        else:
            body = {"decline": {"reason": "Too few devices."}, "ask": {"text": "Which sites?"}}.get(act, {})
            answer = client.post(f"{QUEUE}/{submitted}/{act}", body, content_type="application/json")
        assert answer.status_code == (201 if act == "ask" and status == 200 else status)

    def test_lists_by_state(self, sign_in, submitted):
        manager = sign_in("account_manager")
        found = manager.get(f"{QUEUE}?state=submitted").json()
        assert found["total"] == 1
        assert found["items"][0]["tenant"]["slug"] == "aurora"
        assert manager.get(f"{QUEUE}?state=approved").json() == {"items": [], "total": 0}

    def test_the_applicant_reads_the_decision_and_its_reason(self, sign_in, submitted):
        sign_in("account_manager").post(
            f"{QUEUE}/{submitted}/decline", {"reason": "Too few devices."}, content_type="application/json"
        )
        page = sign_in("aurora_admin").get(PAGE).json()
        assert (page["state"], page["application"]["reason"]) == ("declined", "Too few devices.")


class TestAnswer:
    @pytest.fixture
    def asked(self, sign_in, submitted):
        sign_in("account_manager").post(
            f"{QUEUE}/{submitted}/ask", {"text": "Which sites?"}, content_type="application/json"
        )

    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("hunter", 403), ("aurora_admin", 201)],
    )
    def test_who_may(self, sign_in, asked, who, status):
        answer = sign_in(who).post(f"{PAGE}/application/answer", {"text": "Two."}, content_type="application/json")
        assert answer.status_code == status

    @pytest.mark.requirement("R10")
    def test_both_read_question_and_answer(self, sign_in, asked):
        page = sign_in("aurora_admin").get(PAGE).json()
        assert page["state"] == "details_asked"
        assert sign_in("account_manager").get(QUEUE).json()["items"][0]["waits_for_customer"] is True
        answered = sign_in("aurora_admin").post(
            f"{PAGE}/application/answer", {"text": "Two."}, content_type="application/json"
        )
        (row,) = sign_in("account_manager").get(QUEUE).json()["items"]
        assert row["waits_for_customer"] is False
        assert row["messages"] == answered.json()["application"]["messages"]
        assert [message["text"] for message in row["messages"]] == ["Which sites?", "Two."]

    def test_what_nobody_asked_is_not_answered(self, sign_in, submitted):
        answer = sign_in("aurora_admin").post(
            f"{PAGE}/application/answer", {"text": "Two."}, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "enrolment_step_not_possible")


class TestQueueAtScale:
    def test_the_number_of_database_queries_does_not_grow_with_the_applications(self, sign_in):
        manager = sign_in("account_manager")
        counts = []
        for tenant in ("aurora", "bluefin"):
            submit(sign_in(f"{tenant}_admin"), tenant)
            with CaptureQueriesContext(connection) as made:
                manager.get(QUEUE)
            counts.append(len(made))
        assert counts[0] == counts[1]


class TestSwitch:
    @pytest.fixture
    def approved(self, sign_in, submitted):
        sign_in("account_manager").post(f"{QUEUE}/{submitted}/approve", {}, content_type="application/json")

    @pytest.mark.requirement("R14")
    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("account_manager", 403), ("aurora_admin", 200)],
    )
    def test_who_may(self, sign_in, approved, who, status):
        answer = sign_in(who).put(f"{PAGE}/service", {"on": False}, content_type="application/json")
        assert answer.status_code == status

    @pytest.mark.requirement("R12")
    @pytest.mark.requirement("R13")
    def test_is_on_after_approval_and_can_be_switched(self, sign_in, approved):
        admin = sign_in("aurora_admin")
        assert admin.get(PAGE).json()["service_on"] is True
        assert (
            admin.put(f"{PAGE}/service", {"on": False}, content_type="application/json").json()["service_on"] is False
        )

    @pytest.mark.requirement("R15")
    def test_is_refused_before_approval(self, sign_in, submitted):
        answer = sign_in("aurora_admin").put(f"{PAGE}/service", {"on": True}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "enrolment_not_approved")
