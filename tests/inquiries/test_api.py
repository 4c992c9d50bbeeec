"""The routes, for everybody who may call them and everybody who may not."""

import pytest

from huntline.enrolment.states import SubscriptionKind
from huntline.enrolment.subscription import SubscriptionForm, grant_subscription

HOME = "/api/v1/tenants/aurora/inquiries"
FORM = {
    "topic": "http://localhost:8080/tenants/aurora/devices",
    "category": "compromise",
    "text": "Is this host compromised?",
    "reply_email": "soc@aurora.example",
    "subjects": [{"kind": "page", "reference": "/tenants/aurora/devices", "url": "/tenants/aurora/devices"}],
}
REASON = {"reason": "To answer it.", "hours": 8}


def post(client, path, body=None):
    return client.post(path, body or {}, content_type="application/json")


@pytest.fixture
def subscribed(scope_of, clock):
    grant_subscription(scope_of("account_manager", "aurora"), SubscriptionForm(SubscriptionKind.TRIAL))


@pytest.fixture
def case(subscribed, sign_in):
    return f"{HOME}/{post(sign_in('aurora_admin'), HOME, FORM).json()['number']}"


class TestAsk:
    @pytest.mark.requirement("R44")
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
    def test_who_may(self, subscribed, sign_in, who, status):
        assert post(sign_in(who), HOME, FORM).status_code == status

    @pytest.mark.requirement("R36")
    def test_without_a_subscription_it_says_how_to_get_one(self, sign_in):
        answer = post(sign_in("aurora_admin"), HOME, FORM)
        assert (answer.status_code, answer.json()["code"]) == (403, "subscription_missing")

    @pytest.mark.requirement("R35")
    @pytest.mark.requirement("R46")
    def test_is_a_case_under_the_subscription_with_its_topic(self, subscribed, sign_in):
        page = post(sign_in("aurora_admin"), HOME, FORM).json()
        assert (page["subscription"], page["topic"], page["waits_for"]) == ("trial", FORM["topic"], "experts")
        assert page["steps"] == ["reply", "withdraw"]


class TestCheck:
    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("bluefin_admin", 404), ("platform_operator", 403), ("aurora_reader", 200)]
    )
    def test_who_may(self, sign_in, who, status):
        assert post(sign_in(who), f"{HOME}/check", {"subjects": []}).status_code == status

    @pytest.mark.requirement("R35")
    def test_says_what_the_subscription_allows_and_what_was_asked_before(self, case, sign_in):
        checked = post(sign_in("aurora_admin"), f"{HOME}/check", {"subjects": FORM["subjects"]}).json()
        assert (checked["subscription"]["state"], checked["credits_used"]) == ("trial", 1)
        assert [one["topic"] for one in checked["before"]] == [FORM["topic"]]


class TestReadInquiry:
    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("account_manager", 403), ("hunter", 403), ("aurora_reader", 200)],
    )
    def test_who_may(self, case, sign_in, who, status):
        assert sign_in(who).get(case).status_code == status

    def test_an_expert_opens_the_case_first(self, case, sign_in):
        hunter = sign_in("hunter")
        assert hunter.get(case).json()["code"] == "case_access_missing"
        assert post(hunter, f"{case}/access", REASON).status_code == 201
        page = hunter.get(case).json()
        assert page["messages"][0]["text"] == FORM["text"]
        assert "conclude" in page["steps"]

    @pytest.mark.parametrize("number", ["TE-XXXXXXXX", "%00", "x" * 500])
    def test_what_is_not_there_is_named(self, case, sign_in, number):
        assert sign_in("aurora_admin").get(f"{HOME}/{number}").status_code == 404


class TestListInquiries:
    def test_an_expert_sees_those_that_are_open_to_them(self, case, sign_in):
        hunter = sign_in("hunter")
        assert hunter.get(HOME).json()["total"] == 0
        post(hunter, f"{case}/access", REASON)
        assert hunter.get(HOME).json()["total"] == 1

    def test_by_state_and_by_words(self, case, sign_in):
        client = sign_in("aurora_reader")
        assert client.get(HOME, {"state": "submitted", "search": "devices"}).json()["total"] == 1
        assert client.get(HOME, {"state": "concluded"}).json()["total"] == 0
        assert client.get(HOME, {"search": "elsewhere"}).json()["total"] == 0


class TestThread:
    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_reader", 403), ("hunter", 403), ("aurora_analyst", 201)],
    )
    def test_who_may_reply(self, case, sign_in, who, status):
        assert post(sign_in(who), f"{case}/replies", {"text": "More."}).status_code == status

    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_admin", 403), ("hunt_lead", 403)]
    )
    def test_who_may_not_answer(self, case, sign_in, who, status):
        assert post(sign_in(who), f"{case}/answers", {"step": "report", "text": "x"}).status_code == status

    @pytest.mark.requirement("R50")
    def test_goes_to_and_fro(self, case, sign_in):
        hunter, admin = sign_in("hunter"), sign_in("aurora_admin")
        post(hunter, f"{case}/access", REASON)
        page = post(hunter, f"{case}/answers", {"step": "ask_info", "text": "Which user?"}).json()
        assert (page["state"], page["waits_for"]) == ("waiting_info", "customer")
        page = post(admin, f"{case}/replies", {"text": "Mina."}).json()
        assert (page["state"], page["waits_for"]) == ("in_progress", "experts")
        done = {"step": "conclude", "text": "Benign.", "verdict": "benign"}
        assert post(hunter, f"{case}/answers", done).json()["state"] == "concluded"
        page = admin.get(case).json()
        assert [one["kind"] for one in page["messages"]] == ["question", "ask_info", "reply", "conclude"]
        assert (page["expert_verdict"], page["steps"]) == ("benign", ["reply"])

    def test_an_answer_is_no_step_of_the_customer(self, case, sign_in):
        hunter = sign_in("hunter")
        post(hunter, f"{case}/access", REASON)
        refused = post(hunter, f"{case}/answers", {"step": "reply", "text": "x"})
        assert refused.status_code == 422

    def test_withdrawn(self, case, sign_in):
        page = post(sign_in("aurora_analyst"), f"{case}/withdraw", {"reason": "Found it."}).json()
        assert (page["state"], page["steps"]) == ("withdrawn", [])


class TestStatus:
    @pytest.mark.requirement("R49")
    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_reader", 200), ("hunter", 200)]
    )
    def test_says_where_it_stands_and_nothing_of_what_was_written(self, case, sign_in, who, status):
        answer = sign_in(who).get(f"{case}/status")
        assert answer.status_code == status
        if status == 200:
            assert answer.json()["state"] == "submitted"
            assert FORM["text"] not in answer.content.decode()
            assert "topic" not in answer.json()


class TestAccess:
    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_admin", 403), ("account_manager", 403)]
    )
    def test_who_may_not_open(self, case, sign_in, who, status):
        assert post(sign_in(who), f"{case}/access", REASON).status_code == status

    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("hunter", 403)]
    )
    def test_who_may_not_revoke(self, case, sign_in, who, status):
        opened = post(sign_in("hunter"), f"{case}/access", REASON).json()
        assert sign_in(who).delete(f"{case}/access/{opened['id']}").status_code == status
        assert post(sign_in(who), f"{case}/access/{opened['id']}/allow").status_code == status

    def test_is_shown_revoked_and_allowed_again(self, case, sign_in):
        hunter, admin = sign_in("hunter"), sign_in("aurora_admin")
        opened = post(hunter, f"{case}/access", REASON).json()
        shown = sign_in("aurora_reader").get(f"{case}/access").json()["items"][0]
        assert (shown["reason"], shown["lasting"]) == (REASON["reason"], True)
        assert not admin.delete(f"{case}/access/{opened['id']}").json()["lasting"]
        assert hunter.get(case).status_code == 403
        assert post(hunter, f"{case}/access", REASON).json()["code"] == "case_access_revoked"
        post(admin, f"{case}/access/{opened['id']}/allow")
        assert post(hunter, f"{case}/access", REASON).status_code == 201
        assert hunter.delete(f"{case}/access").status_code == 204
        assert hunter.get(case).status_code == 403


class TestNotesAndAssignee:
    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_admin", 403), ("hunt_lead", 403)]
    )
    def test_who_may_not(self, case, sign_in, who, status):
        client = sign_in(who)
        assert client.get(f"{case}/notes").status_code == status
        assert post(client, f"{case}/notes", {"text": "x"}).status_code == status

    def test_notes_and_the_next_shift(self, case, sign_in, cast):
        hunter = sign_in("hunter")
        post(hunter, f"{case}/access", REASON)
        assert post(hunter, f"{case}/notes", {"text": "For us."}).status_code == 201
        given = {"expert_id": str(cast.hunt_lead.pk), "note": "Yours."}
        assert hunter.put(f"{case}/assignee", given, content_type="application/json").status_code == 200
        assert [one["text"] for one in hunter.get(f"{case}/notes").json()["items"]] == ["For us.", "Yours."]
        assert "For us." not in sign_in("aurora_admin").get(case).content.decode()


class TestDesk:
    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("aurora_admin", 404), ("account_manager", 403), ("hunter", 200)]
    )
    def test_who_may(self, case, sign_in, who, status):
        client = sign_in(who)
        for path in ("inquiries", "inquiries/pace", "experts", "saved-answers"):
            assert client.get(f"/api/v1/provider/{path}").status_code == status

    def test_shows_the_case_and_whether_it_is_open(self, case, sign_in):
        hunter = sign_in("hunter")
        row = hunter.get("/api/v1/provider/inquiries").json()["items"][0]
        assert (row["tenant"]["slug"], row["open"], row["subjects"]) == ("aurora", False, ["page"])
        post(hunter, f"{case}/access", REASON)
        assert hunter.get("/api/v1/provider/inquiries").json()["items"][0]["open"]
        assert hunter.get("/api/v1/provider/inquiries", {"mine": "true"}).json()["total"] == 0

    def test_saved_answers(self, sign_in):
        hunter, path = sign_in("hunter"), "/api/v1/provider/saved-answers"
        made = post(hunter, path, {"title": "Samples", "language": "en", "text": "Please send it."})
        assert made.status_code == 201
        changed = {"title": "Samples", "language": "en", "text": "Please send them."}
        one = f"{path}/{made.json()['id']}"
        assert hunter.put(one, changed, content_type="application/json").json()["text"] == "Please send them."
        assert hunter.delete(one).status_code == 204
        assert hunter.delete(one).status_code == 404


class TestCalendar:
    PAGE = "/api/v1/tenants/aurora/business-calendar"

    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_admin", 403), ("account_manager", 200)]
    )
    def test_who_may_set_it(self, sign_in, who, status):
        wanted = {"timezone": "Asia/Seoul", "hours": {"0": ["09:00", "18:00"]}, "holidays": ["2026-12-25"]}
        client = sign_in(who)
        set_ = client.put(self.PAGE, wanted | {"first_reply_minutes": 60}, content_type="application/json")
        assert set_.status_code == status
        if status == 200:
            assert sign_in("aurora_reader").get(self.PAGE).json() == wanted | {"first_reply_minutes": 60}

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            (None, 401),
            ("bluefin_admin", 404),
            ("platform_operator", 403),
            ("aurora_reader", 200),
            ("account_manager", 200),
        ],
    )
    def test_who_may_read_it(self, sign_in, who, status):
        assert sign_in(who).get(self.PAGE).status_code == status

    def test_stands_for_office_hours_until_then(self, sign_in):
        page = sign_in("aurora_reader").get(self.PAGE).json()
        assert (page["timezone"], len(page["hours"]), page["first_reply_minutes"]) == ("UTC", 5, 540)
