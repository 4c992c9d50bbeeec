"""Saved functions: checked when saved, called by whoever may see them, frozen with evidence."""

import json
from datetime import timedelta

import pytest

from huntline.hunting.errors import FunctionInvalid, FunctionNameInvalid, LibraryNotOpen, QueryInvalid
from huntline.hunting.models import Disclosure
from huntline.hunting.queries import find_evidence, functions_open_to, view_evidence
from huntline.hunting.services import (
    capture_evidence,
    check,
    check_function,
    delete_saved_hunt,
    release_evidence,
    rerun,
    run,
    run_across,
    save_hunt,
    update_saved_hunt,
)
from huntline.identity.queries import provider_scope_of

pytestmark = pytest.mark.django_db

OF_NAME = "DeviceProcessEvents | where FileName == name | project FileName, ProcessId"
HERE = "/api/v1/tenants/aurora"


def save(scope, name="OfName", parameters="name: string = 'evil.exe'", body=OF_NAME, **more):
    return save_hunt(scope, kind="function", name=name, description="", parameters=parameters, query=body, **more)


class TestSave:
    def test_can_be_called_in_any_hunt_of_the_tenant(self, analyst, cast, insert):
        insert(cast.aurora, "evil.exe", 2)
        insert(cast.bluefin, "evil.exe", 5)
        save(analyst)
        assert run(analyst, "OfName | count").rows.blocks == (b"[2]",)
        assert run(analyst, "OfName('none.exe') | count").rows.blocks == (b"[0]",)

    def test_invoke(self, analyst, cast, insert):
        insert(cast.aurora, "evil.exe", 2)
        save(analyst, "Named", "T: (FileName: string), name: string", "T | where FileName == name")
        assert run(analyst, "DeviceProcessEvents | invoke Named('evil.exe') | count").rows.blocks == (b"[2]",)

    @pytest.mark.parametrize(
        ("parameters", "body", "line"),
        [
            ("", "DeviceProcessEvents\n| where FileNam == 1", 2),
            ("n long", "print 1", 1),
            ("", "print 1 }; print 2 //", 1),
        ],
    )
    def test_what_does_not_compile_is_refused(self, analyst, parameters, body, line):
        with pytest.raises(FunctionInvalid) as refused:
            save(analyst, parameters=parameters, body=body)
        assert refused.value.detail["errors"][0]["line"] == line

    @pytest.mark.parametrize("name", ["strlen", "DeviceEvents", "a b", "FileProfile", "1st"])
    def test_a_name_that_is_taken_or_none(self, analyst, name):
        with pytest.raises(FunctionNameInvalid):
            save(analyst, name)

    def test_a_change_that_calls_itself_is_refused(self, analyst):
        saved = save(analyst)
        with pytest.raises(FunctionInvalid):
            update_saved_hunt(
                analyst,
                saved.pk,
                kind="function",
                name="OfName",
                description="",
                parameters="",
                query="OfName() | take 1",
            )

    def test_a_query_is_kept_though_it_does_not_compile(self, analyst):
        assert save_hunt(analyst, name="draft", description="", query="| whre").parameters == ""

    def test_gone_is_gone(self, analyst):
        delete_saved_hunt(analyst, save(analyst).pk)
        with pytest.raises(QueryInvalid):
            run(analyst, "OfName")


class TestWhoMayCall:
    def test_another_tenant_does_not(self, analyst, scope_of):
        save(analyst)
        assert functions_open_to(scope_of("bluefin_analyst", "bluefin")) == {}
        (finding,) = check(scope_of("bluefin_analyst", "bluefin"), "OfName()")
        assert "OfName" in finding["message"]

    def test_the_providers_library_is_open_to_its_people_in_every_tenant_and_to_no_customer(
        self, hunter, analyst, scope_of
    ):
        save(hunter)
        assert check(scope_of("hunt_lead", "bluefin"), "OfName()") == []
        assert check(analyst, "OfName()") != []
        with pytest.raises(LibraryNotOpen):
            save(analyst, library="provider")

    def test_a_customer_does_not_change_what_the_providers_hunts_find(self, hunter, analyst, cast, insert):
        insert(cast.aurora, "evil.exe", 2)
        save(hunter)
        save(analyst, body="DeviceProcessEvents | where FileName == name and 1 == 2")
        assert run(hunter, "OfName | count").rows.blocks == (b"[2]",)
        assert run(analyst, "OfName | count").rows.blocks == (b"[0]",)

    def test_a_hunt_over_several_tenants(self, hunter, cast, insert):
        insert(cast.aurora, "evil.exe", 2)
        insert(cast.bluefin, "evil.exe", 3)
        save(hunter)
        found = run_across(provider_scope_of(cast.hunter), "OfName | count", tenants=["aurora", "bluefin"])
        assert sorted(row[2] for row in found.rows) == [2, 3]


class TestEvidence:
    @pytest.fixture
    def captured(self, hunter, cast, insert):
        insert(cast.aurora, "evil.exe", 2)
        saved = save(hunter)
        result = run(hunter, "OfName | sort by ProcessId asc")
        return saved, capture_evidence(hunter, result.id, [0])

    def test_asks_the_same_question_again_though_the_function_changed(self, captured, hunter):
        saved, evidence = captured
        update_saved_hunt(
            hunter,
            saved.pk,
            kind="function",
            name="OfName",
            description="",
            parameters="",
            query="DeviceProcessEvents | take 0",
        )
        assert rerun(hunter, evidence.pk).record.same
        delete_saved_hunt(hunter, saved.pk)
        assert rerun(hunter, evidence.pk).record.same

    @pytest.mark.parametrize("disclosure", list(Disclosure))
    def test_shows_the_functions_with_the_query_and_not_without(self, captured, hunter, analyst, disclosure):
        _, evidence = captured
        release_evidence(hunter, [evidence.pk], disclosure)
        seen = view_evidence(analyst, find_evidence(analyst, evidence.pk))
        shown = [{"name": "OfName", "parameters": "name: string = 'evil.exe'", "body": OF_NAME}]
        assert seen.functions == (shown if disclosure is Disclosure.FULL else [])


class TestWindow:
    def test_reaches_as_far_as_a_function_looks(self, analyst, clock):
        save(analyst, "Old", "", "DeviceProcessEvents | where Timestamp > ago(90d)")
        save(analyst, "Older", "", "Old | union (DeviceProcessEvents | where Timestamp > ago(120d))")
        window = run(analyst, "Older | count").window
        assert clock.now() - window.start >= timedelta(days=120)


class TestApi:
    @pytest.fixture
    def client(self, sign_in, clock):
        return sign_in("aurora_analyst")

    def post(self, client, path, **body):
        return client.post(f"{HERE}{path}", json.dumps(body), content_type="application/json")

    def test_save_call_and_list(self, client):
        body = {"name": "OfName", "description": "by name", "query": OF_NAME, "parameters": "name: string"}
        created = self.post(client, "/saved-hunts", **body, kind="function")
        assert (created.status_code, created.json()["kind"], created.json()["parameters"]) == (
            201,
            "function",
            "name: string",
        )
        assert self.post(client, "/hunts", query="OfName('x') | count").json()["rows"] == [[0]]
        refused = self.post(
            client, "/saved-hunts", **body | {"name": "Other", "query": "print nothing"}, kind="function"
        )
        assert (refused.status_code, refused.json()["code"]) == (400, "function_invalid")
        assert refused.json()["errors"][0]["start"] == 6

    def test_the_schema_lists_them_with_defenders_own(self, client):
        self.post(
            client,
            "/saved-hunts",
            kind="function",
            name="OfName",
            query=OF_NAME,
            parameters="name: string, n: long = 5",
        )
        functions = {row["name"]: row for row in client.get(f"{HERE}/schema").json()["functions"]}
        assert set(functions) == {"FileProfile", "DeviceFromIP", "AssignedIPAddresses", "SeenBy", "OfName"}
        assert functions["OfName"]["library"] == "tenant"
        assert functions["OfName"]["parameters"] == [
            {"name": "name", "type": "string", "default": None, "columns": []},
            {"name": "n", "type": "long", "default": "5", "columns": []},
        ]
        assert functions["FileProfile"]["parameters"][0]["type"] == "table"

    def test_check_of_a_body_while_it_is_written(self, client):
        asked = {
            "query": "DeviceProcessEvents | where FileNam == name",
            "function": "OfName",
            "parameters": "name: string",
        }
        (found,) = self.post(client, "/hunts/check", **asked).json()["diagnostics"]
        assert (found["start"], found["fix"]["replacement"]) == (28, "FileName")
        assert self.post(client, "/hunts/check", **asked | {"function": "strlen"}).status_code == 400

    def test_check_says_everything_that_it_can_find(self, client):
        asked = "DeviceProcessEvents | where FileNam == 1 or strln(FolderPath) > 1 | project DeviceNam"
        found = self.post(client, "/hunts/check", query=asked).json()["diagnostics"]
        assert [one["fix"]["replacement"] for one in found] == ["FileName", "strlen", "DeviceName"]


def test_check_of_a_function_gives_warnings_too(analyst):
    findings = check_function(analyst, "F", "", "print 1; print 2")
    assert all(finding["severity"] == "warning" for finding in findings)
