"""Errors reach the reader as problem+json, in the reader's language."""

import re

import pytest

from huntline.enrolment.privacy import CURRENT

HANGUL = re.compile("[가-힣]")
KANA = re.compile("[ぁ-んァ-ヶ]")
APPLICATION = "/api/v1/tenants/aurora/enrolment/application"
FORM = {"name": "Mina Kim", "email": "mina@aurora.example", "privacy_statement_version": CURRENT, "accepted": True}


def problem_of(answer):
    """Return the body, having checked the shape of RFC 9457 with our `code`."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:huntline:problem:{body['code']}"
    assert {"type", "title", "status", "detail", "code"} <= body.keys()
    return body


def stranger(client):
    return client.get("/api/v1/tenants/bluefin/alerts")


def without_the_right(client):
    return client.get("/api/v1/tenants/aurora/ingest-keys")


def not_accepted(client):
    return client.post(APPLICATION, FORM | {"accepted": False}, content_type="application/json")


def without_a_field(client):
    return client.post(APPLICATION, {"name": "Mina Kim"}, content_type="application/json")


def refused_query(client):
    return client.post("/api/v1/tenants/aurora/hunts", {"query": "Nowhere | count"}, content_type="application/json")


REFUSALS = [
    (stranger, "aurora_admin", 404, "tenant_not_found"),
    (without_the_right, "aurora_reader", 403, "permission_missing"),
    (not_accepted, "aurora_admin", 400, "privacy_statement_not_accepted"),
    (refused_query, "aurora_analyst", 400, "query_invalid"),
    (without_a_field, "aurora_admin", 422, "fields_invalid"),
]


class TestLanguageOfThePerson:
    @pytest.mark.requirement("R76")
    @pytest.mark.parametrize(("language", "letters"), [("ko", HANGUL), ("ja", KANA)])
    @pytest.mark.parametrize(("ask", "who", "status", "code"), REFUSALS)
    def test_title_and_detail_are_in_it(self, sign_in, ask, who, status, code, language, letters):
        client = sign_in(who)
        chosen = client.patch("/api/v1/session", {"language": language}, content_type="application/json")
        assert chosen.json()["person"]["language"] == language
        body = problem_of(ask(client))
        assert (body["status"], body["code"]) == (status, code)
        assert letters.search(body["title"])
        assert letters.search(body["detail"])

    def test_says_which_tenant_in_the_glossarys_words(self, sign_in, cast):
        cast.aurora_admin.language = "ko"
        cast.aurora_admin.save()
        body = problem_of(stranger(sign_in("aurora_admin")))
        assert (body["title"], body["detail"]) == ("찾을 수 없습니다", "“bluefin” 테넌트가 없습니다.")

    def test_goes_before_the_browsers(self, sign_in, cast):
        cast.aurora_admin.language = "ja"
        cast.aurora_admin.save()
        answer = sign_in("aurora_admin").get("/api/v1/tenants/bluefin/alerts", headers={"Accept-Language": "ko"})
        assert problem_of(answer)["title"] == "見つかりません"


class TestLanguageOfTheBrowser:
    @pytest.mark.requirement("R76")
    @pytest.mark.parametrize(
        ("accepted", "title"),
        [
            ("ko-KR,ko;q=0.9,en;q=0.8", "로그인하지 않았습니다"),
            ("ja", "サインインしていません"),
            ("fr,en;q=0.5", "Not signed in"),
            ("", "Not signed in"),
        ],
    )
    def test_holds_for_whoever_is_not_signed_in(self, sign_in, accepted, title):
        answer = sign_in(None).get("/api/v1/session", headers={"Accept-Language": accepted})
        body = problem_of(answer)
        assert (body["status"], body["code"], body["title"]) == (401, "not_signed_in", title)


class TestShape:
    def test_fields_are_named_with_their_place(self, sign_in):
        errors = problem_of(without_a_field(sign_in("aurora_admin")))["errors"]
        assert {error["location"][-1] for error in errors} == {"email", "privacy_statement_version", "accepted"}
        assert {error["code"] for error in errors} == {"missing"}

    @pytest.mark.requirement("R76")
    @pytest.mark.parametrize(
        ("change", "code", "message"),
        [
            ({"name": ""}, "string_too_short", "1자 이상이어야 합니다."),
            ({"name": "x" * 201}, "string_too_long", "최대 200자까지 쓸 수 있습니다."),
            ({"name": 7}, "string_type", "텍스트여야 합니다."),
            ({"accepted": "perhaps"}, "bool_parsing", "true 또는 false여야 합니다."),
        ],
    )
    def test_what_is_wrong_with_a_field_is_said_in_the_readers_language(self, sign_in, change, code, message):
        client = sign_in("aurora_admin")
        asked = {"content_type": "application/json", "headers": {"X-Huntline-Language": "ko"}}
        (error,) = problem_of(client.post(APPLICATION, FORM | change, **asked))["errors"]
        assert (error["code"], error["message"]) == (code, message)

    def test_words_that_a_field_may_have_are_named(self, sign_in):
        client = sign_in("aurora_admin")
        answer = client.patch("/api/v1/session", {"theme": "pink"}, content_type="application/json")
        (error,) = problem_of(answer)["errors"]
        assert error["message"] == "It is one of 'light', 'dark' or 'system'."

    def test_a_body_that_is_no_json(self, sign_in):
        body = problem_of(sign_in("aurora_admin").post(APPLICATION, "{", content_type="application/json"))
        assert (body["status"], body["code"], body["detail"]) == (400, "body_invalid", "The body is not valid JSON.")

    def test_a_query_is_answered_with_its_findings(self, sign_in):
        (finding,) = problem_of(refused_query(sign_in("aurora_analyst")))["errors"]
        assert finding["code"]
        assert (finding["line"], finding["column"]) == (1, 1)

    def test_an_address_that_there_is_not(self, sign_in):
        for address in ("/api/v1/nothing", "/ingest/v1/nothing"):
            body = problem_of(sign_in(None).get(address, headers={"Accept-Language": "ko"}))
            assert (body["status"], body["code"], body["title"]) == (404, "route_not_found", "찾을 수 없습니다")

    def test_a_method_that_there_is_not(self, sign_in):
        answer = sign_in("aurora_admin").delete("/api/v1/session")
        body = problem_of(answer)
        assert (body["status"], body["code"]) == (405, "method_not_allowed")
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "PATCH"}
        assert "DELETE" in body["detail"]
