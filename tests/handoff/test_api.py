"""The routes: anonymous, stranger, member without the right, allowed."""

import pytest

from huntline.handoff.jobs import make_due
from huntline.handoff.models import Handoff
from publishing import enrol, publish

pytestmark = pytest.mark.django_db
PATH = "/api/v1/tenants/aurora/handoffs"


@pytest.fixture
def told(cast):
    enrol(cast)
    return publish(cast)


@pytest.fixture
def wanted(told):
    return {
        "subject_kind": "incident",
        "subject_id": str(told.alert.incident_id),
        "recipient_name": "Bo Response",
        "recipient_email": "bo@responders.example",
        "language": "ja",
        "parts": ["evidence", "comments"],
    }


@pytest.fixture
def made(sign_in, wanted):
    answer = sign_in("aurora_analyst").post(PATH, wanted, content_type="application/json")
    assert answer.status_code == 202, answer.content
    return answer.json()


class TestMake:
    def test_anonymous(self, sign_in, wanted):
        assert sign_in(None).post(PATH, wanted, content_type="application/json").status_code == 401

    def test_stranger(self, sign_in, wanted):
        assert sign_in("bluefin_admin").post(PATH, wanted, content_type="application/json").status_code == 404

    @pytest.mark.parametrize("part", ["aurora_reader", "account_manager", "platform_operator"])
    def test_without_the_right(self, sign_in, wanted, part):
        answer = sign_in(part).post(PATH, wanted, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")

    @pytest.mark.requirement("R73")
    @pytest.mark.parametrize("part", ["aurora_admin", "aurora_analyst", "hunter", "hunt_lead"])
    def test_allowed(self, sign_in, wanted, part):
        answer = sign_in(part).post(PATH, wanted, content_type="application/json")
        assert answer.status_code == 202
        said = answer.json()
        assert said["link"].startswith("http://127.0.0.1:8080/handoff/")
        assert (said["state"], said["can_be_opened"], said["language"]) == ("making", False, "ja")
        assert said["parts"] == ["evidence", "comments"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"subject_kind": "tenant"},
            {"language": "fr"},
            {"parts": ["everything"]},
            {"recipient_name": ""},
            {"recipient_email": "bo"},
            {"subject_id": "x" * 41},
        ],
    )
    def test_bad_input_makes_nothing(self, sign_in, wanted, wrong):
        answer = sign_in("aurora_admin").post(PATH, wanted | wrong, content_type="application/json")
        assert answer.status_code == 422 or answer.json()["code"] == "handoff_recipient_invalid"
        assert not Handoff.objects.unscoped("a test").exists()

    def test_in_words_of_the_readers_language(self, sign_in, wanted):
        client = sign_in("aurora_admin")
        for language, word in (("ko", "받는"), ("ja", "宛先")):
            answer = client.post(
                PATH,
                wanted | {"recipient_email": "bo.example"},
                content_type="application/json",
                headers={"X-Huntline-Language": language},
            )
            assert word in str(answer.json())


class TestRead:
    def test_anonymous_and_stranger(self, sign_in, made):
        for path in (PATH, f"{PATH}/{made['id']}", f"{PATH}/{made['id']}/package.zip"):
            assert sign_in(None).get(path).status_code == 401
            assert sign_in("bluefin_admin").get(path).status_code == 404

    def test_without_the_right(self, sign_in, made):
        assert sign_in("account_manager").get(PATH).status_code == 403

    @pytest.mark.requirement("R75")
    def test_a_reader_sees_what_was_given_to_whom_and_when(self, sign_in, made, settings):
        settings.HUNTLINE_RESPONDERS = "Watchtower CIRT"
        make_due()
        listed = sign_in("aurora_reader").get(PATH).json()
        assert (listed["total"], listed["responders"]) == (1, "Watchtower CIRT")
        (one,) = listed["items"]
        assert (one["state"], one["recipient_email"], one["made_by"]) == (
            "ready",
            "bo@responders.example",
            "analyst@aurora.example",
        )
        assert "timeline.csv" in {file["name"] for file in one["contents"]}
        assert one["receipts"] == []
        assert "link" not in one
        assert "token" not in str(listed)

    def test_of_one_incident(self, sign_in, made):
        client = sign_in("aurora_reader")
        assert client.get(f"{PATH}?subject_kind=incident&subject_id={made['subject_id']}").json()["total"] == 1
        assert client.get(f"{PATH}?subject_kind=notification").json()["total"] == 0

    def test_receipts_are_listed(self, sign_in, made):
        from django.test import Client

        make_due()
        Client(headers={"User-Agent": "Firefox"}).post(made["link"].removeprefix("http://127.0.0.1:8080"))
        (receipt,) = sign_in("aurora_reader").get(f"{PATH}/{made['id']}").json()["receipts"]
        assert (receipt["address"], receipt["client"]) == ("127.0.0.1", "Firefox")


class TestDownload:
    def test_members_take_the_file(self, sign_in, made):
        client = sign_in("aurora_reader")
        early = client.get(f"{PATH}/{made['id']}/package.zip")
        assert (early.status_code, early.json()["code"]) == (409, "handoff_not_ready")
        make_due()
        answer = client.get(f"{PATH}/{made['id']}/package.zip")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)[:2] == b"PK"
        assert "attachment" in answer.headers["Content-Disposition"]


class TestWithdraw:
    def test_anonymous_stranger_and_without_the_right(self, sign_in, made):
        path = f"{PATH}/{made['id']}/withdraw"
        for part, status in ((None, 401), ("bluefin_admin", 404), ("aurora_reader", 403)):
            assert sign_in(part).post(path).status_code == status

    def test_allowed_once(self, sign_in, made):
        path = f"{PATH}/{made['id']}/withdraw"
        answer = sign_in("aurora_admin").post(path)
        assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
        again = sign_in("aurora_admin").post(path)
        assert (again.status_code, again.json()["code"]) == (409, "handoff_withdrawn")
