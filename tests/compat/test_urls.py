"""The doors: who gets in, and the shape of every refusal."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import get_resolver

from huntline.compat import urls
from huntline.identity import Permission

pytestmark = pytest.mark.django_db

# A role that allows something else.
OTHER_ROLE = {
    Permission.ALERT_READ: "AdvancedQuery.Read.All",
    Permission.ALERT_MANAGE: "Alert.Read.All",
    Permission.DEVICE_READ: "Alert.Read.All",
    Permission.HUNT_RUN: "Alert.Read.All",
}
# Every method of every address, once under each.
ROUTES = [
    (method, re.sub(r"\{\w+\}", "1", address), OTHER_ROLE.get(operation.permission))
    for address, door in urls.DOORS.items()
    for method, operation in door.operations.items()
]


def check_refusal(answer, status: int, code: str) -> str:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    error = answer.json()["error"]
    if "innerError" in error:  # Graph
        assert set(error) == {"code", "message", "innerError"}
        assert set(error["innerError"]) == {"date", "request-id", "client-request-id"}
        target = error["innerError"]["request-id"]
        code = {"Unauthorized": "InvalidAuthenticationToken"}.get(code, code)
    else:
        assert set(error) == {"code", "message", "target"}
        target = error["target"]
    assert error["code"] == code
    assert uuid.UUID(target)
    assert error["message"]
    return error["message"]


@pytest.mark.parametrize(("method", "path", "other_role"), ROUTES)
class TestDoor:
    @pytest.mark.requirement("R78")
    def test_without_a_token(self, db, method, path, other_role):
        answer = Client().generic(method, path)
        check_refusal(answer, 401, "Unauthorized")
        assert answer["WWW-Authenticate"] == 'Bearer realm="huntline"'

    @pytest.mark.parametrize("sent", ["Bearer", "Bearer x", "Bearer a.b.c", "Basic eDp5", "rubbish"])
    def test_with_a_bad_token(self, db, method, path, other_role, sent):
        answer = Client().generic(method, path, headers={"Authorization": sent})
        check_refusal(answer, 401, "Unauthorized")
        assert answer["WWW-Authenticate"].startswith("Bearer ")

    @pytest.mark.requirement("R78")
    def test_without_the_role(self, caller, method, path, other_role):
        if other_role is not None:
            check_refusal(caller("aurora", other_role).generic(method, path), 403, "Forbidden")

    def test_a_session_is_no_token(self, sign_in, method, path, other_role):
        check_refusal(sign_in("aurora_admin").generic(method, path), 401, "Unauthorized")

    def test_by_another_method(self, caller, method, path, other_role):
        answer = caller().delete(path)
        check_refusal(answer, 405, "BadRequest")
        assert method in answer["Allow"]


class TestAnyOtherAddress:
    @pytest.mark.parametrize(
        "path",
        [
            "/api/nothing",
            "/API/v1.0/Indicators/",
            "/api/alerts/a/b",
            "/api/alerts/%00",
            "/api/alerts/a%0Ab",
            "/api/alerts%0A",
            "/siem",
            "/siem/api/x",
            "/api//alerts",
        ],
    )
    def test_is_refused_in_the_foreign_shape(self, db, path):
        for method in ("GET", "POST", "DELETE"):
            check_refusal(Client().generic(method, path), 404, "NotFound")

    @pytest.mark.parametrize("path", ["/v1.0", "/v1.0/me", "/v1.0/security/alerts", "/beta/security/alerts_v2/a/b"])
    def test_is_refused_in_graphs_shape(self, db, path):
        answer = Client().get(path, headers={"client-request-id": "c1"})
        assert "No resource" in check_refusal(answer, 404, "BadRequest")
        assert answer.json()["error"]["innerError"]["client-request-id"] == "c1"

    def test_the_portals_own_api_is_not_touched(self, db):
        assert "error" not in Client().get("/api/v1/session").json()
        assert Client().get("/api/v1/nothing")["Content-Type"] != "application/json"

    def test_messages_are_english_whatever_the_language(self, db):
        answer = Client().get("/api/alerts", headers={"Accept-Language": "ko"})
        assert check_refusal(answer, 401, "Unauthorized").isascii()


class TestBounds:
    def test_more_parameters_than_anybody_sends(self, caller):
        check_refusal(
            caller().get("/api/alerts?" + "&".join(f"p{number}=1" for number in range(1001))), 400, "BadRequest"
        )

    def test_every_option_at_once_and_very_long(self, caller):
        query = "$filter=" + "(" * 40_000
        check_refusal(caller().get(f"/api/alerts?{query}"), 400, "ODataError")


class TestPing:
    def test_any_good_token_may_ask(self, caller):
        for path in ("/api", "/api/", "/API/v1.0"):
            answer = caller("aurora", "Machine.Read.All").get(path)
            assert answer.status_code == 200
            assert answer.json()["@odata.context"] == "http://testserver/api/$metadata"


def test_every_foreign_route_but_sign_in_has_a_guard():
    open_to_all = {
        "token_v1",
        "token_v2",
        "openid_configuration",
        "keys",
        "discovery",
        "cloud_endpoints",
        "no_such_route",
        "no_such_graph_route",
        "describe",
    }
    unguarded = {
        route.callback.__name__
        for route in urls.urlpatterns
        if not hasattr(route.callback, "operations") and not hasattr(route.callback, "hosts")
    }
    assert unguarded == open_to_all


def test_other_addresses_can_still_be_reversed():
    assert get_resolver().reverse_dict
