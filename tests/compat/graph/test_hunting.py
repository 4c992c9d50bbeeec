"""Hunting by Graph, on the real compiler and engine."""

from datetime import UTC, datetime, timedelta

import pytest

from huntline.compat.errors import RequestBodyInvalid
from huntline.compat.graph.hunting import span_of

ADDRESSES = ["/v1.0/security/runHuntingQuery", "/v1.0//security/microsoft.graph.security.runHuntingQuery"]
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class TestSpan:
    @pytest.mark.parametrize(
        ("text", "span"),
        [
            (None, (None, None)),
            ("P7D", (NOW - 7 * DAY, None)),
            ("PT36H", (NOW - 1.5 * DAY, None)),
            ("2026-11-01T00:00:00Z", (datetime(2026, 11, 1, tzinfo=UTC), None)),
            ("2026-11-01T00:00:00Z/2026-11-03T00:00:00Z", (NOW.replace(day=1, hour=0), NOW.replace(day=3, hour=0))),
            ("2026-11-01T09:00:00+00:00/P2D", (NOW.replace(day=1), NOW.replace(day=3))),
            ("P2D/2026-11-03T09:00:00Z", (NOW.replace(day=1), NOW.replace(day=3))),
        ],
    )
    def test_every_form(self, clock, text, span):
        assert span_of({"timespan": text}) == span

    @pytest.mark.parametrize(
        "text", ["soon", "P1Y", "P7D/P7D", "2026/2027/2028", 7, ["P7D"], "0001-01-01T00:00:00Z/P1D", "//"]
    )
    def test_no_form(self, clock, text):
        with pytest.raises(RequestBodyInvalid):
            span_of({"timespan": text})


@pytest.mark.django_db(transaction=True)
class TestRun:
    @pytest.mark.parametrize("path", ADDRESSES)
    @pytest.mark.parametrize("names", [("Query", "Timespan"), ("query", "timespan")])
    def test_in_small_letters(self, caller, clock, path, names):
        body = dict(zip(names, ("print Answer = 42, At = datetime(2026-11-15)", "P7D"), strict=True))
        said = caller("aurora", "ThreatHunting.Read.All").post(path, body, content_type="application/json").json()
        assert said["@odata.context"].endswith("#microsoft.graph.security.huntingQueryResults")
        assert said["schema"] == [{"name": "Answer", "type": "Int64"}, {"name": "At", "type": "DateTime"}]
        assert said["results"] == [{"Answer": 42, "At": "2026-11-15T00:00:00.0000000Z"}]

    @pytest.mark.parametrize(
        ("body", "text"),
        [
            ({}, "Missing query."),
            ({"Query": "T | where"}, "Fix"),
            ({"Query": "print 1", "Timespan": "P1D/P1D"}, "timespan"),
            ({"Query": "print 1", "Timespan": "2026-11-03T00:00:00Z/2026-11-01T00:00:00Z"}, "window"),
        ],
    )
    def test_refusals(self, caller, clock, body, text):
        answer = caller().post(ADDRESSES[0], body, content_type="application/json")
        assert answer.status_code == 400
        error = answer.json()["error"]
        assert (error["code"], set(error["innerError"])) == ("BadRequest", {"date", "request-id", "client-request-id"})
        assert text in error["message"]
