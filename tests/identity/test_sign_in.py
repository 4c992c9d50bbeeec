"""Signing in as the portal does it, over django-allauth's headless API."""

import re
import time

import pytest

from huntline.delivery.models import Mail
from suite_settings import PASSWORD

pytestmark = pytest.mark.django_db
ROOT = "/_allauth/browser/v1"


def post(client, path, body, method="post"):
    return getattr(client, method)(f"{ROOT}{path}", body, content_type="application/json")


@pytest.fixture
def visitor(sign_in):
    return sign_in(None)


class TestSignIn:
    def test_with_password(self, visitor, cast):
        assert post(visitor, "/auth/login", {"email": "admin@aurora.example", "password": PASSWORD}).status_code == 200
        session = visitor.get("/api/v1/session").json()
        assert session["person"]["email"] == "admin@aurora.example"
        assert session["memberships"][0]["tenant"]["slug"] == "aurora"
        assert "security_settings:manage" in session["memberships"][0]["permissions"]
        assert session["provider"] is None

    def test_case_of_the_address_does_not_matter(self, visitor, cast):
        assert post(visitor, "/auth/login", {"email": "Admin@Aurora.example", "password": PASSWORD}).status_code == 200

    def test_wrong_password_and_unknown_person_look_alike(self, visitor, cast):
        wrong = post(visitor, "/auth/login", {"email": "admin@aurora.example", "password": "wrong horse battery"})
        unknown = post(visitor, "/auth/login", {"email": "nobody@aurora.example", "password": "wrong horse battery"})
        assert wrong.status_code == unknown.status_code == 400
        assert wrong.json()["errors"] == unknown.json()["errors"]

    def test_nobody_signs_up(self, visitor, cast):
        assert post(visitor, "/auth/signup", {"email": "eve@evil.example", "password": PASSWORD}).status_code == 403

    @pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
    @pytest.mark.parametrize("what", ["email", "phone"])
    def test_nobody_gives_themselves_another_address(self, visitor, cast, method, what):
        """Else they would take the role that whoever is invited by that address shall have."""
        post(visitor, "/auth/login", {"email": "reader@aurora.example", "password": PASSWORD})
        wanted = {"email": "future-admin@bluefin.example", "primary": True}
        assert post(visitor, f"/account/{what}", wanted, method).status_code == 404
        assert visitor.get("/api/v1/session").json()["person"]["email"] == "reader@aurora.example"

    def test_a_session_cookie_alone_changes_nothing(self, cast):
        from django.test import Client

        strict = Client(enforce_csrf_checks=True)
        strict.force_login(cast.aurora_admin, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert strict.patch("/api/v1/session", {"language": "ko"}, content_type="application/json").status_code == 403

    def test_sign_out(self, visitor, cast):
        post(visitor, "/auth/login", {"email": "admin@aurora.example", "password": PASSWORD})
        assert visitor.delete(f"{ROOT}/auth/session").status_code == 401
        assert visitor.get("/api/v1/session").status_code == 401


class TestPasswordReset:
    def test_by_mail(self, visitor, cast):
        assert post(visitor, "/auth/password/request", {"email": "admin@aurora.example"}).status_code == 200
        text = Mail.objects.unscoped("mails about signing in belong to no tenant").get().text
        link = re.search(r"https?://\S+/account/password/reset/key/(\S+)", text)
        assert link, text
        new = "another horse battery staple"
        answer = post(visitor, "/auth/password/reset", {"key": link[1], "password": new})
        assert answer.status_code in (200, 401)  # 401: the password is set, and one must sign in with it
        visitor.cookies.clear()
        assert post(visitor, "/auth/login", {"email": "admin@aurora.example", "password": new}).status_code == 200

    def test_an_unknown_address_is_not_told_apart(self, visitor, cast):
        assert post(visitor, "/auth/password/request", {"email": "nobody@aurora.example"}).status_code == 200


class TestSecondFactor:
    @pytest.fixture
    def activated(self, visitor, cast):
        from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

        post(visitor, "/auth/login", {"email": "admin@aurora.example", "password": PASSWORD})
        assert post(visitor, "/auth/reauthenticate", {"password": PASSWORD}).status_code == 200
        secret = visitor.get(f"{ROOT}/account/authenticators/totp").json()["meta"]["secret"]
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        assert post(visitor, "/account/authenticators/totp", {"code": code}).status_code == 200
        visitor.delete(f"{ROOT}/auth/session")
        return lambda shift: format_hotp_value(hotp_value(secret, int(time.time()) // 30 + shift))

    def test_a_password_alone_is_not_enough_then(self, visitor, activated):
        answer = post(visitor, "/auth/login", {"email": "admin@aurora.example", "password": PASSWORD})
        assert answer.status_code == 401
        assert {
            key: value
            for flow in answer.json()["data"]["flows"]
            if flow["id"] == "mfa_authenticate"
            for key, value in flow.items()
            if key != "types"
        } == {"id": "mfa_authenticate", "is_pending": True}
        assert visitor.get("/api/v1/session").status_code == 401

    def test_code_completes_it(self, visitor, activated):
        post(visitor, "/auth/login", {"email": "admin@aurora.example", "password": PASSWORD})
        assert post(visitor, "/auth/2fa/authenticate", {"code": "000000"}).status_code == 400
        assert post(visitor, "/auth/2fa/authenticate", {"code": activated(1)}).status_code == 200
        assert visitor.get("/api/v1/session").status_code == 200

    def test_a_passkey_can_be_begun(self, visitor, cast):
        post(visitor, "/auth/login", {"email": "admin@aurora.example", "password": PASSWORD})
        assert (
            visitor.get(f"{ROOT}/account/authenticators/webauthn?passwordless").status_code == 401
        )  # asks for the password again
        post(visitor, "/auth/reauthenticate", {"password": PASSWORD})
        options = visitor.get(f"{ROOT}/account/authenticators/webauthn?passwordless").json()
        assert "challenge" in options["data"]["creation_options"]["publicKey"]


class TestPreferences:
    @pytest.mark.requirement("R76")
    def test_language_changes_the_answers(self, sign_in):
        client = sign_in("aurora_reader")
        assert (
            client.patch("/api/v1/session", {"language": "ko"}, content_type="application/json").json()["person"][
                "language"
            ]
            == "ko"
        )

    def test_an_unknown_time_zone_is_refused(self, sign_in):
        answer = sign_in("aurora_reader").patch(
            "/api/v1/session", {"timezone": "Mars/Base"}, content_type="application/json"
        )
        assert answer.status_code == 400
        assert answer.json()["code"] == "timezone_unknown"
