"""Every kind of error has its foreign body, in one place."""

import json

import pytest
from django.test import RequestFactory

from huntline.compat.errors import DEFENDER, GRAPH, SIEM, CallsExceeded, ODataError, refusal
from huntline.identity.errors import NotSignedIn, PermissionMissing, TokenInvalid
from huntline.kernel import Conflict, Forbidden, Invalid, Kind, NotFound, TooMany, Unavailable

REQUEST = RequestFactory().get("/api/alerts")


def told(error: Exception, table=DEFENDER) -> tuple[int, str]:
    answer = refusal(REQUEST, error, table)
    return answer.status_code, json.loads(answer.content)["error"]["code"]


class TestRefusal:
    @pytest.mark.parametrize("table", [DEFENDER, GRAPH, SIEM])
    def test_every_kind_is_in_every_table(self, table):
        assert set(Kind) <= set(table)

    @pytest.mark.parametrize(
        ("error", "defender", "siem"),
        [
            (NotFound("x", "x"), (404, "ResourceNotFound"), (403, "Forbidden")),
            (Forbidden("x", "x"), (403, "Forbidden"), (403, "Forbidden")),
            (Conflict("x", "x"), (403, "DisallowedOperation"), (403, "DisallowedOperation")),
            (Invalid("x", "x"), (400, "BadRequest"), (401, "BadRequest")),
            (Unavailable("x", "x"), (503, "ServiceUnavailable"), (503, "ServiceUnavailable")),
            (TooMany("x", "x"), (429, "TooManyRequests"), (429, "TooManyRequests")),
            (NotSignedIn(), (401, "Unauthorized"), (401, "Unauthorized")),
            (TokenInvalid(), (401, "Unauthorized"), (401, "Unauthorized")),
            (PermissionMissing("x"), (403, "Forbidden"), (403, "Forbidden")),
            (ODataError("x"), (400, "ODataError"), (401, "BadRequest")),
            (ValueError("secret"), (500, "InternalServerError"), (500, "InternalServerError")),
        ],
    )
    def test_status_and_code(self, error, defender, siem):
        assert told(error) == defender
        assert told(error, SIEM) == siem

    def test_a_fault_of_ours_tells_nothing(self):
        assert b"secret" not in refusal(REQUEST, ValueError("secret")).content

    def test_a_bad_token_is_told_from_none(self):
        assert refusal(REQUEST, NotSignedIn())["WWW-Authenticate"] == 'Bearer realm="huntline"'
        assert refusal(REQUEST, TokenInvalid())["WWW-Authenticate"] == 'Bearer realm="huntline", error="invalid_token"'

    def test_when_to_try_again(self):
        assert refusal(REQUEST, CallsExceeded(100, "minute", 1.2))["Retry-After"] == "2"
