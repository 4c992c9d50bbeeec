"""Advanced hunting as existing clients call it, on the real compiler and engine."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from huntline.kernel import TooMany, new_id
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import find_table
from huntline.telemetry.times import ticks_of

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = ["/api/advancedqueries/run", "/api/advancedhunting/run"]
NOON = datetime(2026, 11, 15, 12, tzinfo=UTC)


def ask(client: Client, query: object, path: str = ADDRESSES[0], **more):
    return client.post(path, {"Query": query}, content_type="application/json", **more)


def refusal(answer, status: int, code: str) -> str:
    assert answer.status_code == status, answer.content
    error = answer.json()["error"]
    assert error["code"] == code
    return error["message"]


@pytest.fixture
def insert(cast):
    """Insert `count` process rows of a customer, a second apart, on the day before the clock's."""

    def rows(tenant: str, file_name: str, count: int = 1, at: datetime = NOON) -> None:
        get_engine().insert(
            find_table("DeviceProcessEvents"),
            cast.tenants[tenant].pk,
            {
                "Timestamp": [ticks_of(at + timedelta(seconds=number)) + 1 for number in range(count)],
                "FileName": [file_name] * count,
                "ProcessId": list(range(count)),
            },
            token=str(new_id()),
            ingested=at,
        )

    return rows


class TestRun:
    @pytest.mark.parametrize("path", [*ADDRESSES, "/API/AdvancedQueries/Run/", "/api/v1.0/advancedqueries/run"])
    def test_stats_schema_and_rows(self, caller, insert, clock, path):
        insert("aurora", "w3wp.exe", 2)
        query = "DeviceProcessEvents | where FileName == 'w3wp.exe' | project Timestamp, FileName, ProcessId | order by ProcessId asc"
        answer = ask(caller(), query, path)
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert list(body) == ["Stats", "Schema", "Results"]
        assert body["Schema"] == [
            {"Name": "Timestamp", "Type": "DateTime"},
            {"Name": "FileName", "Type": "String"},
            {"Name": "ProcessId", "Type": "Int64"},
        ]
        assert body["Results"] == [
            {"Timestamp": f"2026-11-15T12:00:0{number}.0000001Z", "FileName": "w3wp.exe", "ProcessId": number}
            for number in range(2)
        ]
        assert body["Stats"]["ExecutionTime"] >= 0
        assert body["Stats"]["dataset_statistics"][0]["table_row_count"] == 2

    def test_every_type_by_its_name_of_dotnet(self, caller, clock):
        query = (
            "print s='a', b=true, i=int(1), l=long(2), r=1.5, d=datetime(2026-01-02), t=10m, y=dynamic({'a':[1]}), "
            "g=guid(74be27de-1e4e-49d9-b579-fe0b331d3642), m=decimal(1.25), n=long(null)"
        )
        body = ask(caller(), query).json()
        assert {column["Name"]: column["Type"] for column in body["Schema"]} == {
            "s": "String",
            "b": "SByte",
            "i": "Int32",
            "l": "Int64",
            "r": "Double",
            "d": "DateTime",
            "t": "TimeSpan",
            "y": "Object",
            "g": "Guid",
            "m": "SqlDecimal",
            "n": "Int64",
        }
        assert body["Results"] == [
            {
                "s": "a",
                "b": True,
                "i": 1,
                "l": 2,
                "r": 1.5,
                "d": "2026-01-02T00:00:00.0000000Z",
                "t": "00:10:00",
                "y": {"a": [1]},
                "g": "74be27de-1e4e-49d9-b579-fe0b331d3642",
                "m": "1.25",
                "n": None,
            }
        ]

    def test_no_rows(self, caller, clock):
        body = ask(caller(), "DeviceProcessEvents | where FileName == 'nothing' | project FileName").json()
        assert (body["Results"], body["Schema"]) == ([], [{"Name": "FileName", "Type": "String"}])

    def test_thirty_days_and_no_more(self, caller, insert, clock):
        insert("aurora", "old.exe", at=clock.now() - timedelta(days=31))
        insert("aurora", "young.exe", at=clock.now() - timedelta(days=29))
        body = ask(
            caller(), "DeviceProcessEvents | where FileName in ('old.exe', 'young.exe') | distinct FileName"
        ).json()
        assert body["Results"] == [{"FileName": "young.exe"}]

    def test_another_tenants_rows_are_nowhere(self, caller, insert, clock):
        insert("bluefin", "secret.exe", 3)
        for query in (
            "DeviceProcessEvents | where FileName == 'secret.exe' | count",
            "union Device* | where FileName == 'secret.exe' | count",
        ):
            assert ask(caller("aurora"), query).json()["Results"] == [{"Count": 0}]
        found = ask(caller("bluefin"), "DeviceProcessEvents | where FileName == 'secret.exe' | count").json()
        assert found["Results"] == [{"Count": 3}]

    @pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
    def test_the_body_is_read_whatever_the_content_type_says(self, caller, clock, content_type):
        raw = b'\xef\xbb\xbf{"Query": "print x=1", "Timespan": "ignored"}'
        assert caller().post(ADDRESSES[0], raw, content_type=content_type).json()["Results"] == [{"x": 1}]


class TestRefusal:
    @pytest.mark.parametrize(
        "body", [{}, {"query": "print 1"}, {"Query": ""}, {"Query": " \n"}, {"Query": None}, {"Query": 5}]
    )
    def test_a_missing_query(self, caller, body):
        answer = caller().post(ADDRESSES[0], body, content_type="application/json")
        assert refusal(answer, 400, "InvalidRequestBody") == "Missing query."

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"print 1"', b"\xff", b"[" * 100_000])
    def test_a_body_that_is_no_object(self, caller, body):
        refusal(caller().post(ADDRESSES[0], body, content_type="application/json"), 400, "InvalidRequestBody")

    def test_a_body_that_is_too_large(self, caller):
        body = b'{"Query": "' + b"x" * (4 * 1024 * 1024) + b'"}'
        answer = caller().post(ADDRESSES[0], body, content_type="application/json")
        assert "larger" in refusal(answer, 400, "InvalidRequestBody")

    def test_a_semantic_error(self, caller, clock):
        message = refusal(ask(caller(), "DeviceProcessEvents | where Nothing == 1"), 400, "BadRequest")
        assert "Fix semantic errors in your query" in message
        assert "Nothing" in message

    def test_a_syntax_error(self, caller, clock):
        message = refusal(ask(caller(), "DeviceProcessEvents | where ("), 400, "BadRequest")
        assert "Fix syntax errors in your query" in message

    def test_text_with_braces_is_shown_as_it_is(self, caller, clock):
        message = refusal(ask(caller(), "DeviceProcessEvents | where ['{x}'] == 1"), 400, "BadRequest")
        assert "{x}" in message

    @pytest.mark.parametrize("query", ["\0", "\ud800", "print x='" + "y" * 1_000_000, "(" * 10_000])
    def test_rubbish(self, caller, clock, query):
        assert ask(caller(), query).status_code == 400

    def test_an_answer_that_is_too_large(self, caller, clock, monkeypatch):
        monkeypatch.setattr("huntline.compat.hunting.views.LARGEST_ANSWER", 100)
        message = refusal(ask(caller(), "range x from 1 to 1000 step 1"), 400, "BadRequest")
        assert message == (
            "Query execution has exceeded the allowed result size. Optimize your query by limiting the amount of results and try again"
        )

    def test_rows_end_at_the_limit(self, caller, clock, settings):
        settings.HUNTLINE_HUNT_ROWS = 10
        assert len(ask(caller(), "range x from 1 to 1000 step 1").json()["Results"]) == 10

    @pytest.mark.parametrize(
        ("code", "status", "foreign"),
        [
            ("query_time_limit", 429, "TooManyRequests"),
            ("query_memory_limit", 429, "TooManyRequests"),
            ("query_size_limit", 400, "BadRequest"),
        ],
    )
    def test_limits_of_the_engine(self, caller, monkeypatch, code, status, foreign):
        def met(*_args, **_more):
            raise TooMany(code, "A limit was met.")

        monkeypatch.setattr("huntline.compat.hunting.views.services.run", met)
        assert refusal(ask(caller(), "print 1"), status, foreign)

    def test_the_forty_sixth_call_of_a_minute(self, caller, clock):
        client = caller()
        for _ in range(45):
            assert ask(client, None).status_code == 400
        answer = ask(client, "print 1")
        assert "45 per minute" in refusal(answer, 429, "TooManyRequests")
        assert answer["Retry-After"] == "2"
