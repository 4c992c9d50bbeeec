"""A script's access token at the portal's own API, and when it stops working."""

import stat
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from django.test import Client

from huntline.identity import services, tokens
from huntline.identity.api_roles import API_ROLES
from huntline.identity.errors import TokenInvalid
from huntline.identity.models import ApiClient
from huntline.identity.permissions import Permission

pytestmark = pytest.mark.django_db

FORM = [("grant_type", "client_credentials")]


@pytest.fixture
def issued(scope_of):
    """A client of Aurora that may read alerts and members, and its token."""
    client, secret = services.create_api_client(scope_of("aurora_admin", "aurora"), "script", ["Alert.Read.All"])
    form = [*FORM, ("client_id", client.client_id), ("client_secret", secret)]
    return client, tokens.issue("aurora", form, audience="https://x").text


def get(path: str, token: str) -> object:
    return Client().get(path, headers={"Authorization": f"Bearer {token}"})


class TestScopeOfBearer:
    def test_is_the_clients_own_tenant_with_what_its_roles_allow(self, issued, cast):
        client, token = issued
        scope = tokens.scope_of_bearer(f"bearer {token}")
        assert scope.tenants == (cast.aurora.pk,)
        assert scope.permissions == API_ROLES["Alert.Read.All"]
        assert (scope.subject.kind, scope.subject.id, scope.subject.name) == ("client", client.client_id, "script")
        assert not scope.crosses

    def test_ends_after_an_hour(self, scope_of, clock):
        client, secret = services.create_api_client(scope_of("aurora_admin", "aurora"), "script", [])
        form = [*FORM, ("client_id", client.client_id), ("client_secret", secret)]
        token = tokens.issue("aurora", form, audience="https://x").text
        clock.advance(timedelta(seconds=3598))
        assert tokens.scope_of_bearer(f"Bearer {token}")
        clock.advance(timedelta(seconds=1))
        with pytest.raises(TokenInvalid):
            tokens.scope_of_bearer(f"Bearer {token}")

    def test_ends_with_its_client(self, issued, scope_of):
        client, token = issued
        services.remove_api_client(scope_of("aurora_admin", "aurora"), client.pk)
        with pytest.raises(TokenInvalid):
            tokens.scope_of_bearer(f"Bearer {token}")

    def test_a_role_that_is_taken_away_is_gone_at_once(self, issued):
        client, token = issued
        ApiClient.objects.filter(pk=client.pk).update(roles=[])
        assert tokens.scope_of_bearer(f"Bearer {token}").permissions == frozenset()

    def test_a_good_signature_alone_is_not_enough(self, issued):
        _client, token = issued
        claims = jwt.decode(token, options={"verify_signature": False})
        forged = jwt.encode(claims | {"uti": "other"}, tokens.signing_key(), "RS256")
        with pytest.raises(TokenInvalid):
            tokens.scope_of_bearer(f"Bearer {forged}")

    @pytest.mark.parametrize("text", ["", "x", "a.b.c", "é", "\0", "x" * 100_000])
    def test_rubbish_is_refused(self, db, text):
        with pytest.raises(TokenInvalid):
            tokens.scope_of_bearer(f"Bearer {text}")

    def test_another_algorithm_is_refused(self, issued):
        _client, token = issued
        claims = jwt.decode(token, options={"verify_signature": False})
        for forged in (jwt.encode(claims, None, "none"), jwt.encode(claims, "k" * 32, "HS256")):
            with pytest.raises(TokenInvalid):
                tokens.scope_of_bearer(f"Bearer {forged}")


class TestPortalApi:
    def test_a_token_with_the_right(self, scope_of, monkeypatch):
        monkeypatch.setitem(API_ROLES, "Member.Read.All", frozenset({Permission.TENANT_READ}))
        client, secret = services.create_api_client(scope_of("aurora_admin", "aurora"), "s", ["Member.Read.All"])
        form = [*FORM, ("client_id", client.client_id), ("client_secret", secret)]
        token = tokens.issue("aurora", form, audience="https://x").text
        assert get("/api/v1/tenants/aurora/members", token).status_code == 200

    def test_a_strangers_token_cannot_tell_a_tenant_from_none(self, issued):
        _client, token = issued
        there, nowhere = (get(f"/api/v1/tenants/{slug}/members", token) for slug in ("bluefin", "nowhere"))
        assert there.status_code == nowhere.status_code == 404
        assert there.json()["detail"].replace("bluefin", "X") == nowhere.json()["detail"].replace("nowhere", "X")

    def test_a_name_that_no_database_can_look_for(self, issued, sign_in):
        _client, token = issued
        path = "/api/v1/tenants/a%00b/members"
        assert get(path, token).status_code == sign_in("aurora_admin").get(path).status_code == 404

    def test_a_token_without_the_right(self, issued):
        _client, token = issued
        answer = get("/api/v1/tenants/aurora/members", token)
        assert answer.status_code == 403
        assert "tenant:read" in answer.json()["detail"]

    def test_a_bad_token_is_not_rescued_by_a_session(self, sign_in):
        answer = sign_in("aurora_admin").get(
            "/api/v1/tenants/aurora/members", headers={"Authorization": "Bearer rubbish"}
        )
        assert answer.status_code == 401
        assert answer.json()["code"] == "token_invalid"

    def test_a_token_opens_no_page_of_a_person(self, issued):
        _client, token = issued
        assert get("/api/v1/session", token).status_code == 401


class TestCrossSiteRequests:
    def _client(self, cast) -> Client:
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.aurora_admin, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def _post(self, client: Client, **headers: str) -> object:
        body = {"name": "s", "roles": []}
        path = "/api/v1/tenants/aurora/api-clients"
        return client.post(path, body, content_type="application/json", headers=headers)

    def test_a_session_without_the_pages_token_changes_nothing(self, cast):
        answer = self._post(self._client(cast))
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
        assert not ApiClient.objects.exists()

    def test_the_portals_own_page_has_the_token(self, cast):
        client = self._client(cast)
        client.get("/api/v1/session")
        token = client.cookies["huntline_csrf"].value
        assert self._post(client, **{"X-CSRFToken": token}).status_code == 201

    def test_reading_needs_no_token_of_a_page(self, cast):
        assert self._client(cast).get("/api/v1/tenants/aurora/members").status_code == 200

    def test_a_script_needs_none_either(self, issued):
        _client, token = issued
        client = Client(enforce_csrf_checks=True)
        assert self._post(client, Authorization=f"Bearer {token}").json()["code"] == "permission_missing"


class TestSigningKey:
    def test_is_kept_where_only_its_owner_reads(self, settings):
        tokens.signing_key()
        kept = Path(settings.HUNTLINE_HOME) / "token-key.pem"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    def test_is_made_once(self, settings, tmp_path):
        settings.HUNTLINE_HOME = tmp_path
        tokens.signing_key.cache_clear()
        first = tokens.signing_key().private_numbers()
        tokens.signing_key.cache_clear()
        assert tokens.signing_key().private_numbers() == first
        assert [file.name for file in tmp_path.iterdir()] == ["token-key.pem"]
        tokens.signing_key.cache_clear()
