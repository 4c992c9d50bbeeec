"""The routes: who gets in, and what crosses the wire."""

import json

import pytest

from hunting.questions import BOTH, SLOW, count_to, named
from huntline.hunting.schemas import AnswerOut, ProviderAnswerOut
from huntline.hunting.services import capture_evidence, run, save_hunt
from huntline.kernel import new_id
from huntline.telemetry.schema import TABLES

pytestmark = pytest.mark.django_db

HERE = "/api/v1/tenants/aurora"
SOME = "0190aaaa-0000-7000-8000-00000000000f"
SAVED = {"name": "lolbins", "description": "", "query": BOTH}
# method, path, body, the part of a reader: 403 where reading alerts is not enough, else what the service answers.
ROUTES = [
    ("get", f"{HERE}/schema", None, 403),
    ("get", f"{HERE}/hunts", None, 403),
    ("post", f"{HERE}/hunts", {"query": BOTH}, 403),
    ("post", f"{HERE}/hunts/check", {"query": BOTH}, 403),
    ("post", f"{HERE}/hunts/{SOME}/cancel", None, 403),
    ("get", f"{HERE}/saved-hunts", None, 403),
    ("post", f"{HERE}/saved-hunts", SAVED, 403),
    ("get", f"{HERE}/saved-hunts/{SOME}", None, 403),
    ("put", f"{HERE}/saved-hunts/{SOME}", SAVED, 403),
    ("delete", f"{HERE}/saved-hunts/{SOME}", None, 403),
    ("post", f"{HERE}/evidence", {"hunt_id": SOME, "rows": [0]}, 403),
    ("get", f"{HERE}/evidence", None, 403),
    ("get", f"{HERE}/evidence/{SOME}", None, 404),
    ("post", f"{HERE}/evidence/{SOME}/rerun", None, 404),
    ("get", f"{HERE}/evidence/{SOME}/reruns", None, 404),
]
PROVIDER_ROUTES = [
    ("post", "/api/v1/provider/hunts", {"query": BOTH}),
    ("post", f"/api/v1/provider/hunts/{SOME}/cancel", None),
]


def call(client, method, path, body=None):
    more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(client, method)(path, **more)


def post(client, path, **body):
    return call(client, "post", path, body)


class TestWhoGetsIn:
    @pytest.mark.parametrize(("method", "path", "body", "for_reader"), ROUTES)
    def test_a_tenants_routes(self, sign_in, method, path, body, for_reader):
        assert call(sign_in(None), method, path, body).status_code == 401
        stranger = call(sign_in("bluefin_admin"), method, path, body)
        assert (stranger.status_code, stranger.json()["code"]) == (404, "tenant_not_found")
        assert call(sign_in("account_manager"), method, path, body).status_code == 403
        assert call(sign_in("aurora_reader"), method, path, body).status_code == for_reader
        for part in ("aurora_analyst", "hunter"):
            allowed = call(sign_in(part), method, path, body)
            # What exists answers; a made-up id is not found by its own name, not by the guard's.
            assert allowed.status_code in {200, 201} or allowed.json()["code"].endswith("_not_found")
            assert allowed.status_code in {200, 201, 404}
            assert b"tenant_not_found" not in allowed.content

    @pytest.mark.parametrize(("method", "path", "body"), PROVIDER_ROUTES)
    def test_the_providers_routes(self, sign_in, method, path, body):
        assert call(sign_in(None), method, path, body).status_code == 401
        assert call(sign_in("aurora_admin"), method, path, body).status_code == 404
        assert call(sign_in("account_manager"), method, path, body).status_code == 403
        allowed = call(sign_in("hunter"), method, path, body)
        assert allowed.status_code == 200 or allowed.json()["code"] == "hunt_not_found"


class TestSchema:
    def test_is_what_an_editor_completes_from(self, sign_in):
        answer = sign_in("aurora_analyst").get(f"{HERE}/schema").json()
        tables = {table["name"]: table for table in answer["tables"]}
        assert tables.keys() == {table.name for table in TABLES}
        columns = {column["name"]: column for column in tables["DeviceProcessEvents"]["columns"]}
        assert columns["Timestamp"]["type"] == "datetime"
        assert all(part["documentation"] for part in (*tables.values(), *columns.values()))
        assert not any(name.startswith("_") for name in columns)


class TestHunts:
    def test_answers_in_the_documented_shape(self, sign_in, clock, cast, insert):
        insert(cast.aurora, "evil.exe", 2)
        chosen = str(new_id())
        response = post(sign_in("aurora_analyst"), f"{HERE}/hunts", query=named("evil.exe"), run_id=chosen)
        answer = response.json()
        assert answer.keys() == AnswerOut.model_fields.keys()
        assert AnswerOut.model_validate(answer).row_count == 2
        assert sorted(answer["rows"]) == [["evil.exe", 0], ["evil.exe", 1]]
        assert answer["columns"] == [{"name": "FileName", "type": "string"}, {"name": "ProcessId", "type": "long"}]
        assert answer["window"] == {"start": "2026-10-17T09:00:00Z", "end": "2026-11-16T09:00:00Z"}
        assert (answer["run_id"], answer["warnings"], answer["render"]) == (chosen, [], None)

    def test_keeps_what_render_asks_for(self, sign_in):
        answer = post(sign_in("aurora_analyst"), f"{HERE}/hunts", query=f"{BOTH} | render piechart").json()
        assert answer["render"]["kind"] == "piechart"

    def test_times_have_a_zone_or_are_refused(self, sign_in, clock):
        client = sign_in("aurora_analyst")
        body = {"query": BOTH, "start": "2026-11-16T00:00:00+09:00", "end": "2026-11-16T09:00:00Z"}
        assert post(client, f"{HERE}/hunts", **body).json()["window"]["start"] == "2026-11-15T15:00:00Z"
        assert post(client, f"{HERE}/hunts", **body | {"start": "2026-11-16T00:00:00"}).status_code == 422

    def test_a_wrong_query_is_a_problem_with_places(self, sign_in):
        response = post(sign_in("aurora_analyst"), f"{HERE}/hunts", query="DeviceProcesEvents | take 1")
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
        problem = response.json()
        assert problem["code"] == "query_invalid"
        (error,) = problem["errors"]
        assert error.keys() == {"code", "severity", "message", "start", "end", "line", "column", "fix"}
        assert (error["start"], error["end"], error["line"], error["column"]) == (0, 18, 1, 1)

    def test_a_met_limit_is_a_problem_that_says_what_to_do(self, sign_in, settings):
        settings.HUNTLINE_HUNT_SECONDS = 1
        response = post(sign_in("aurora_analyst"), f"{HERE}/hunts", query=SLOW)
        assert (response.status_code, response.json()["code"]) == (429, "query_time_limit")
        assert "Narrow the time window" in response.json()["detail"]

    def test_the_history_lists_it(self, sign_in):
        client = sign_in("aurora_analyst")
        first = post(client, f"{HERE}/hunts", query=count_to(3)).json()
        post(client, f"{HERE}/hunts", query=BOTH)
        listed = client.get(f"{HERE}/hunts?limit=1&offset=1").json()
        assert listed["total"] == 2
        (row,) = listed["items"]
        assert (row["id"], row["query"], row["person"]) == (first["id"], count_to(3), "analyst@aurora.example")
        assert (row["state"], row["row_count"], row["error_code"]) == ("done", 3, None)

    def test_an_ended_run_is_cancelled_without_effect(self, sign_in):
        client = sign_in("aurora_analyst")
        answer = post(client, f"{HERE}/hunts", query=BOTH).json()
        response = client.post(f"{HERE}/hunts/{answer['run_id']}/cancel")
        assert (response.status_code, response.json()) == (202, {"state": "done"})

    def test_check(self, sign_in):
        client = sign_in("aurora_analyst")
        assert post(client, f"{HERE}/hunts/check", query=BOTH).json() == {"diagnostics": []}
        (finding,) = post(client, f"{HERE}/hunts/check", query="Nothing").json()["diagnostics"]
        assert finding["severity"] == "error"


class TestSavedHunts:
    def test_from_birth_to_death(self, sign_in):
        client = sign_in("aurora_analyst")
        created = post(client, f"{HERE}/saved-hunts", **SAVED)
        assert (created.status_code, created.json()["library"]) == (201, "tenant")
        place = f"{HERE}/saved-hunts/{created.json()['id']}"
        changed = call(client, "put", place, SAVED | {"name": "other"})
        assert (changed.status_code, changed.json()["name"]) == (200, "other")
        assert client.get(place).json() == changed.json()
        assert [row["name"] for row in client.get(f"{HERE}/saved-hunts").json()["items"]] == ["other"]
        assert client.delete(place).status_code == 204
        assert client.get(place).status_code == 404

    def test_a_taken_name_is_a_conflict(self, sign_in):
        client = sign_in("aurora_analyst")
        post(client, f"{HERE}/saved-hunts", **SAVED)
        again = post(client, f"{HERE}/saved-hunts", **SAVED)
        assert (again.status_code, again.json()["code"]) == (409, "saved_hunt_name_taken")

    @pytest.mark.parametrize("text", ["\0", "\ud800"])
    def test_text_that_no_database_holds_is_refused(self, sign_in, text):
        assert post(sign_in("aurora_analyst"), f"{HERE}/saved-hunts", **SAVED | {"query": text}).status_code == 422

    def test_another_tenants_is_not_found_under_the_own_path(self, sign_in, scope_of):
        theirs = save_hunt(scope_of("bluefin_admin", "bluefin"), **SAVED)
        assert sign_in("aurora_analyst").get(f"{HERE}/saved-hunts/{theirs.pk}").status_code == 404


class TestEvidence:
    def test_capture_read_and_rerun(self, sign_in, clock, cast, insert):
        insert(cast.aurora, "evil.exe", 2)
        client = sign_in("aurora_analyst")
        hunt = post(client, f"{HERE}/hunts", query=named("evil.exe") + " | sort by ProcessId asc").json()
        captured = post(client, f"{HERE}/evidence", hunt_id=hunt["id"], rows=[1], note="look")
        assert captured.status_code == 201
        evidence = captured.json()
        assert (evidence["rows"], evidence["note"], evidence["captured_by"]) == (
            [["evil.exe", 1]],
            "look",
            "analyst@aurora.example",
        )
        assert evidence["query"] == named("evil.exe") + " | sort by ProcessId asc"
        place = f"{HERE}/evidence/{evidence['id']}"
        assert client.get(place).json() == evidence
        insert(cast.aurora, "evil.exe", first=8)
        again = client.post(f"{place}/rerun").json()
        assert (again["same"], again["added"], again["removed"]) == (False, [["evil.exe", 8]], [])
        (listed,) = client.get(f"{place}/reruns").json()["items"]
        assert listed["id"] == again["id"]

    def test_another_tenants_run_and_evidence_are_not_found(self, sign_in, scope_of, clock):
        theirs = scope_of("bluefin_analyst", "bluefin")
        result = run(theirs, count_to(1))
        evidence = capture_evidence(theirs, result.id, [0])
        for part in ("aurora_analyst", "hunter"):
            client = sign_in(part)
            assert post(client, f"{HERE}/evidence", hunt_id=str(result.id), rows=[0]).status_code == 404
            assert client.get(f"{HERE}/evidence/{evidence.pk}").status_code == 404
            assert client.post(f"{HERE}/evidence/{evidence.pk}/rerun").status_code == 404


class TestProviderHunts:
    def test_answers_in_the_documented_shape(self, sign_in, clock, cast, insert):
        insert(cast.bluefin, "evil.exe")
        client = sign_in("hunter")
        answer = post(client, "/api/v1/provider/hunts", query=named("evil.exe"), tenants=["aurora", "bluefin"]).json()
        assert answer.keys() == ProviderAnswerOut.model_fields.keys()
        assert ProviderAnswerOut.model_validate(answer)
        assert answer["rows"] == [["bluefin", "Bluefin Logistics", "evil.exe", 0]]
        assert [(part["tenant"], part["row_count"]) for part in answer["per_tenant"]] == [("aurora", 0), ("bluefin", 1)]

    def test_an_unknown_tenant_is_not_found(self, sign_in):
        answer = post(sign_in("hunter"), "/api/v1/provider/hunts", query=BOTH, tenants=["nowhere"])
        assert (answer.status_code, answer.json()["code"]) == (404, "tenant_not_found")
