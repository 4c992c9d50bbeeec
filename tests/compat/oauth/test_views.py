"""The token endpoints as existing clients call them, and the documents that lead there."""

import base64
import json
import re
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import jwt
import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

MDE = "https://api.securitycenter.microsoft.com"


def post(path: str, form: dict | bytes | str, content_type: str = "application/x-www-form-urlencoded", **more):
    body = urlencode(form) if isinstance(form, dict) else form
    return Client().post(path, body, content_type=content_type, **more)


def claims_of(answer) -> dict:
    return jwt.decode(answer.json()["access_token"], options={"verify_signature": False})


class TestTokenV2:
    @pytest.mark.requirement("R78")
    def test_answers_a_bearer_token_for_an_hour(self, credentials, ask_token):
        known = credentials()
        answer = ask_token("aurora", known.form(scope=f"{MDE}/.default"))
        assert answer.status_code == 200
        body = answer.json()
        assert body | {"access_token": ""} == {
            "token_type": "Bearer",
            "expires_in": 3599,
            "ext_expires_in": 3599,
            "access_token": "",
        }
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.requirement("R78")
    def test_the_token_names_roles_tenant_and_application(self, credentials, ask_token, cast, clock):
        known = credentials("aurora", "Alert.Read.All", "AdvancedQuery.Read.All")
        claims = claims_of(ask_token("aurora", known.form(scope=f"{MDE}/.default")))
        assert claims["roles"] == ["AdvancedQuery.Read.All", "Alert.Read.All"]
        assert claims["tid"] == str(cast.aurora.pk)
        assert claims["appid"] == claims["azp"] == claims["sub"] == known.client_id
        assert claims["aud"] == MDE
        assert claims["iss"] == f"http://127.0.0.1:8080/{cast.aurora.pk}/v2.0"
        assert claims["exp"] - claims["iat"] == 3599
        assert claims["iat"] == int(clock.now().timestamp())

    def test_the_signature_is_that_of_the_published_key(self, credentials, ask_token):
        token = ask_token("aurora", credentials().form()).json()["access_token"]
        published = jwt.PyJWKSet.from_dict(Client().get("/common/discovery/v2.0/keys").json())
        key = published[jwt.get_unverified_header(token)["kid"]]
        assert jwt.decode(
            token, key, algorithms=["RS256"], audience="http://127.0.0.1:8080", options={"verify_exp": False}
        )

    def test_the_tenants_id_is_as_good_as_its_slug(self, credentials, ask_token, cast):
        known = credentials()
        assert ask_token(cast.aurora.pk, known.form()).status_code == 200
        assert ask_token("AURORA", known.form()).status_code == 200

    @pytest.mark.parametrize("content_type", ["", "application/octet-stream", "text/plain", "application/json"])
    def test_the_form_is_read_whatever_the_content_type_says(self, credentials, content_type):
        body = urlencode(credentials().form(scope=f"{MDE}/.default"))
        answer = post("/aurora/oauth2/v2.0/token", body, content_type=content_type)
        assert answer.status_code == 200

    def test_what_msal_adds_is_ignored(self, credentials):
        form = credentials().form(
            scope=f"{MDE}/.default openid profile offline_access",
            client_info="1",
            claims='{"access_token":{"xms_cc":{"values":["CP1"]}}}',
            resource="urn:not-for-v2",
        )
        assert post("/aurora/oauth2/v2.0/token?client-request-id=x", form).status_code == 200

    def test_http_basic_is_as_good_as_the_form(self, credentials):
        known = credentials()
        basic = base64.b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()
        form = {"grant_type": "client_credentials", "scope": f"{MDE}/.default"}
        answer = post("/aurora/oauth2/v2.0/token", form, headers={"Authorization": f"Basic {basic}"})
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "resource",
        [
            "https://api.securitycenter.microsoft.com",
            "https://api.securitycenter.microsoft.com/",
            "https://API.securitycenter.windows.com",
            "https://securitycenter.onmicrosoft.com/windowsatpservice",
            "https://api.security.microsoft.com",
            "https://graph.microsoft.com",
            "https://graph.windows.net",
            "http://127.0.0.1:8080",
            "https://127.0.0.1",
            "https://testserver",
        ],
    )
    def test_every_audience_that_clients_name_is_accepted(self, credentials, ask_token, resource):
        answer = ask_token("aurora", credentials().form(scope=f"{resource}/.default"))
        assert answer.status_code == 200
        assert claims_of(answer)["aud"] == resource.rstrip("/")

    def test_two_tokens_of_one_moment_are_two(self, credentials, ask_token, clock):
        known = credentials()
        first, second = (ask_token("aurora", known.form()).json()["access_token"] for _ in range(2))
        assert first != second

    def test_only_the_checksum_of_a_token_is_kept(self, credentials, ask_token):
        from oauth2_provider.models import AccessToken

        text = ask_token("aurora", credentials().form()).json()["access_token"]
        kept = AccessToken.objects.get()
        assert text not in (kept.token, kept.token_checksum)

    def test_tokens_that_have_run_out_are_forgotten(self, credentials, ask_token, clock):
        from oauth2_provider.models import AccessToken

        known = credentials()
        AccessToken.objects.create(
            token="old", expires=clock.now() - timedelta(days=1), application_id=_pk_of(known.client_id)
        )
        ask_token("aurora", known.form())
        assert AccessToken.objects.count() == 1


class TestTokenV1:
    @pytest.mark.requirement("R78")
    def test_answers_texts_and_the_resource(self, credentials, clock):
        form = credentials().form(resource="https://graph.windows.net")
        body = post("/aurora/oauth2/token", form).json()
        began = int(clock.now().timestamp())
        token = body.pop("access_token")
        assert body == {
            "token_type": "Bearer",
            "expires_in": "3599",
            "ext_expires_in": "3599",
            "expires_on": str(began + 3599),
            "not_before": str(began),
            "resource": "https://graph.windows.net",
        }
        assert jwt.decode(token, options={"verify_signature": False, "verify_exp": False})["aud"] == body["resource"]

    def test_the_resource_of_the_curl_sample(self, credentials):
        form = credentials().form(resource="https://securitycenter.onmicrosoft.com/windowsatpservice")
        assert post("/aurora/oauth2/token", form).status_code == 200

    def test_a_scope_is_understood_too(self, credentials):
        answer = post("/aurora/oauth2/token", credentials().form(scope=f"{MDE}/.default"))
        assert answer.json()["resource"] == MDE


class TestRefusal:
    def test_wrong_secret(self, credentials, ask_token, clock):
        known = credentials()
        correlation = str(uuid.uuid4())
        answer = ask_token("aurora", known.form(client_secret="wrong"), **{"client-request-id": correlation})
        assert answer.status_code == 401
        body = answer.json()
        assert body["error"] == "invalid_client"
        assert body["error_codes"] == [7000215]
        assert body["timestamp"] == "2026-11-16 09:00:00Z"
        assert body["correlation_id"] == correlation
        assert uuid.UUID(body["trace_id"])
        assert body["error_uri"] == "http://testserver/error?code=7000215"
        assert body["error_description"] == (
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
            f"not the client secret ID, for a secret added to app '{known.client_id}'.\r\nTrace ID: {body['trace_id']}\r\n"
            f"Correlation ID: {correlation}\r\nTimestamp: 2026-11-16 09:00:00Z"
        )

    def test_a_client_of_another_tenant_cannot_tell_a_tenant_from_none(self, credentials, ask_token, cast):
        known = credentials("bluefin")
        forms = [known.form(), known.form(client_secret="wrong"), known.form(client_id=str(uuid.uuid4()))]
        for form in forms:
            answers = [ask_token(name, form) for name in ("aurora", "nowhere", cast.aurora.pk, uuid.uuid4())]
            assert {answer.status_code for answer in answers} == {400}
            assert {answer.json()["error"] for answer in answers} == {"unauthorized_client"}
            told = {
                re.sub(r"directory '[^']*'", "directory ''", answer.json()["error_description"].partition("\r\n")[0])
                for answer in answers
            }
            assert len(told) == 1

    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            ({"grant_type": None}, (400, "invalid_request", 900144)),
            ({"client_id": None}, (400, "invalid_request", 900144)),
            ({"client_secret": None}, (401, "invalid_client", 7000216)),
            ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
            ({"grant_type": "authorization_code"}, (400, "unsupported_grant_type", 70003)),
            ({"scope": "https://evil.example/.default"}, (400, "invalid_resource", 500011)),
            ({"scope": "https://[/.default"}, (400, "invalid_resource", 500011)),
            ({"scope": f"{MDE}/Alert.Read"}, (400, "invalid_scope", 1002012)),
            ({"client_id": "a\0b"}, (400, "unauthorized_client", 700016)),
        ],
    )
    def test_each_mistake_has_its_number(self, credentials, ask_token, changed, expected):
        form = credentials().form(scope=f"{MDE}/.default") | changed
        answer = ask_token("aurora", {name: value for name, value in form.items() if value is not None})
        body = answer.json()
        assert (answer.status_code, body["error"], *body["error_codes"]) == expected
        assert body["error_description"].startswith(f"AADSTS{expected[-1]}: ")

    @pytest.mark.parametrize(
        "body", [b"", b"\xff\xfe", b"{}", json.dumps({"grant_type": "client_credentials"}).encode()]
    )
    def test_a_body_that_is_no_form(self, db, body):
        answer = post("/aurora/oauth2/v2.0/token", body, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")

    @pytest.mark.parametrize("body", ["a=" + "x" * 70_000, "a=1&" * 100])
    def test_a_body_that_is_too_large(self, db, body):
        answer = post("/aurora/oauth2/v2.0/token", body, content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, answer.json()["error_codes"]) == (400, [90014])

    def test_other_methods(self, db):
        answer = Client().get("/aurora/oauth2/v2.0/token")
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert answer.json()["error"] == "invalid_request"

    def test_a_session_opens_no_token_endpoint(self, sign_in):
        assert sign_in("aurora_admin").post("/aurora/oauth2/v2.0/token", {}).status_code == 400


class TestDocuments:
    @pytest.mark.parametrize("tenant", ["aurora", "nowhere"])
    def test_discovery_leads_to_this_server_and_tells_nothing(self, db, tenant):
        answer = Client().get(f"/{tenant}/v2.0/.well-known/openid-configuration")
        body = answer.json()
        assert answer.status_code == 200
        assert body["token_endpoint"] == f"http://testserver/{tenant}/oauth2/v2.0/token"
        assert body["issuer"] == f"http://testserver/{tenant}/v2.0"
        for needed in ("authorization_endpoint", "device_authorization_endpoint", "jwks_uri"):
            assert body[needed].startswith("http://testserver/")

    def test_behind_the_public_address_its_scheme_counts(self, db, settings):
        settings.HUNTLINE_PUBLIC_URL = "https://hunt.example"
        body = Client().get("/aurora/v2.0/.well-known/openid-configuration", headers={"Host": "hunt.example"}).json()
        assert body["token_endpoint"] == "https://hunt.example/aurora/oauth2/v2.0/token"

    def test_cloud_endpoints_send_msticpy_here(self, db):
        body = Client().get("/metadata/endpoints?api-version=latest").json()
        assert body["authentication"]["loginEndpoint"] == "http://testserver/"
        assert body["microsoftGraphResourceId"] == "http://testserver/"

    def test_the_key_set_holds_no_private_part(self, db):
        (key,) = Client().get("/common/discovery/v2.0/keys").json()["keys"]
        assert set(key) == {"kty", "key_ops", "n", "e", "use", "alg", "kid"}


def _pk_of(client_id: str) -> int:
    from huntline.identity.models import ApiClient

    return ApiClient.objects.get(client_id=client_id).pk


class TestDiscovery:
    def test_an_authority_is_known_by_the_name_that_the_client_uses(self, db):
        asked = {
            "api-version": "1.1",
            "authorization_endpoint": "https://hunt.example:8443/aurora/oauth2/v2.0/authorize",
        }
        said = Client().get("/common/discovery/instance", asked).json()
        assert said["tenant_discovery_endpoint"] == "http://testserver/aurora/v2.0/.well-known/openid-configuration"
        assert said["metadata"] == [
            dict.fromkeys(("preferred_network", "preferred_cache"), "hunt.example:8443")
            | {"aliases": ["hunt.example:8443"]}
        ]

    @pytest.mark.parametrize("endpoint", ["", "x", "https://a b/", "https://[/"])
    def test_what_names_nobody_is_answered_with_our_own(self, db, endpoint):
        said = Client().get("/common/discovery/instance", {"authorization_endpoint": endpoint}).json()
        assert said["metadata"][0]["aliases"] == ["testserver"]
