"""The doors of ingest and the routes of keys, batches and devices, over HTTP."""

import gzip
import json
from datetime import timedelta

import pytest
from django.test import Client

from huntline.telemetry.services import make_key, revoke_key

pytestmark = pytest.mark.django_db
ROW = {"Timestamp": "2026-03-02T12:00:00Z", "DeviceId": "d1", "DeviceName": "pc1"}
BODY = json.dumps(ROW).encode()


@pytest.fixture
def secret(cast):
    return make_key(cast.aurora.id, "shipper")[1]


def post(secret, path, body=BODY, **headers):
    extra = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    if secret:
        extra["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return Client().post(f"/ingest/v1/{path}", body, content_type="application/x-ndjson", **extra)


class TestDoors:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("rows/DeviceProcessEvents", BODY),
            ("defender", json.dumps({"category": "AdvancedHunting-DeviceProcessEvents", "properties": ROW}).encode()),
            ("events/rows", json.dumps(ROW | {"ActionType": "ProcessCreated", "ProcessId": 5}).encode()),
        ],
    )
    def test_a_good_key_opens(self, secret, path, body):
        response = post(secret, path, body)
        assert response.status_code == 200, response.content
        answer = response.json()
        assert (answer["records"], answer["refused"], answer["repeated"]) == (1, 0, False)
        assert sum(answer["stored"].values()) == 1
        assert post(secret, path, body).json() == {**answer, "repeated": True}

    def test_gzip_is_the_same_batch_as_plain(self, secret):
        first = post(secret, "rows/DeviceEvents").json()
        again = post(secret, "rows/DeviceEvents", gzip.compress(BODY), content_encoding="gzip").json()
        assert again == {**first, "repeated": True}

    def test_the_key_of_the_header_names_the_batch(self, secret):
        assert post(secret, "rows/DeviceEvents", idempotency_key="a").json()["repeated"] is False
        assert post(secret, "rows/DeviceEvents", idempotency_key="b").json()["repeated"] is False
        assert post(secret, "rows/DeviceEvents", idempotency_key="a").json()["repeated"] is True
        other = post(secret, "rows/DeviceEvents", BODY + b"\n", idempotency_key="a")
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")

    def test_bad_rows_are_kept_out_or_stop_the_batch(self, secret):
        body = BODY + b'\n{"Timestamp": "2026-03-02T12:00:00Z", "DeviceNam": "x"}'
        refused = post(secret, "rows/DeviceEvents?on_error=reject", body)
        assert (refused.status_code, refused.json()["code"]) == (400, "rows_refused")
        assert refused.json()["refusals"] == [
            {
                "line": 2,
                "code": "unknown_column",
                "reason": "DeviceEvents has no column DeviceNam. Did you mean DeviceName?",
            }
        ]
        kept = post(secret, "rows/DeviceEvents", body).json()
        assert (kept["stored"], kept["refused"]) == ({"DeviceEvents": 1}, 1)

    @pytest.mark.parametrize("given", ["", "nonsense", "hlk_x_y"])
    def test_without_a_good_key_the_answer_is_401(self, cast, given):
        response = post(given, "rows/DeviceEvents")
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "ingest_key_invalid"

    def test_an_expired_and_a_revoked_key_are_401(self, cast, scope_of, clock):
        old = make_key(cast.aurora.id, "old", expires_at=clock.now() - timedelta(days=1))[1]
        key, revoked = make_key(cast.aurora.id, "gone")
        revoke_key(scope_of("aurora_admin", "aurora"), key.id)
        assert [post(each, "rows/DeviceEvents").status_code for each in (old, revoked)] == [401, 401]

    @pytest.mark.parametrize(
        ("path", "body", "headers", "status", "code"),
        [
            ("rows/Nothing", BODY, {}, 404, "table_not_found"),
            ("events/pigeon", BODY, {}, 404, "format_not_found"),
            ("rows/DeviceEvents", b"", {}, 400, "batch_empty"),
            ("rows/DeviceEvents", b"\x00\xff", {}, 400, "rows_refused"),
            ("rows/DeviceEvents", b"not gzip", {"content_encoding": "gzip"}, 400, "body_broken"),
            ("rows/DeviceEvents", BODY, {"content_encoding": "br"}, 400, "encoding_unknown"),
            ("rows/DeviceEvents?on_error=perhaps", BODY, {}, 422, "fields_invalid"),
        ],
    )
    def test_what_is_wrong_is_said(self, secret, path, body, headers, status, code):
        response = post(secret, path, body, **headers)
        assert (response.status_code, response.json()["code"]) == (status, code)

    def test_a_body_over_the_limit_is_refused_packed_or_not(self, secret, settings):
        settings.HUNTLINE_INGEST_MIB = 1
        big = BODY + b"\n" + b" " * (1 << 20)
        for body, headers in ((big, {}), (gzip.compress(big), {"content_encoding": "gzip"})):
            response = post(secret, "rows/DeviceEvents", body, **headers)
            assert (response.status_code, response.json()["code"]) == (400, "body_too_large")

    def test_a_key_of_one_source_is_refused_elsewhere(self, cast):
        response = post(make_key(cast.aurora.id, "edge", sources=["nxlog"])[1], "rows/DeviceEvents")
        assert (response.status_code, response.json()["code"]) == (403, "source_not_allowed")


class TestKeyRoutes:
    def test_an_administrator_makes_lists_and_revokes(self, cast, sign_in):
        client = sign_in("aurora_admin")
        made = client.post(
            "/api/v1/tenants/aurora/ingest-keys", {"name": "edge", "sources": ["rows"]}, content_type="application/json"
        )
        assert made.status_code == 201, made.content
        key = made.json()
        assert post(key["secret"], "rows/DeviceEvents").status_code == 200
        listed = client.get("/api/v1/tenants/aurora/ingest-keys").json()["items"]
        assert [(item["name"], item["prefix"], item["sources"]) for item in listed] == [
            ("edge", key["prefix"], ["rows"])
        ]
        assert "secret" not in listed[0]
        assert client.delete(f"/api/v1/tenants/aurora/ingest-keys/{key['id']}").status_code == 204
        assert post(key["secret"], "rows/DeviceEvents").status_code == 401
        batches = client.get("/api/v1/tenants/aurora/ingest-batches").json()
        assert [(item["door"], item["state"]) for item in batches["items"]] == [("rows/DeviceEvents", "stored")]

    @pytest.mark.parametrize(
        ("part", "status"),
        [(None, 401), ("aurora_analyst", 403), ("bluefin_admin", 404), ("platform_operator", 200)],
    )
    def test_only_who_may_manage_keys_sees_them(self, cast, sign_in, part, status):
        assert sign_in(part).get("/api/v1/tenants/aurora/ingest-keys").status_code == status

    def test_a_key_of_another_tenant_does_not_exist(self, cast, sign_in):
        key, secret = make_key(cast.bluefin.id, "theirs")
        response = sign_in("aurora_admin").delete(f"/api/v1/tenants/aurora/ingest-keys/{key.id}")
        assert (response.status_code, response.json()["code"]) == (404, "ingest_key_not_found")
        assert post(secret, "rows/DeviceEvents").status_code == 200


class TestDeviceRoutes:
    def test_devices_are_listed_searched_and_read(self, cast, sign_in, secret):
        other = {**ROW, "DeviceId": "d2", "DeviceName": "server7"}
        post(secret, "rows/DeviceEvents", BODY + b"\n" + json.dumps(other).encode())
        client = sign_in("aurora_reader")
        listed = client.get("/api/v1/tenants/aurora/devices").json()
        assert [item["device_id"] for item in listed["items"]] == ["d1", "d2"]
        assert client.get("/api/v1/tenants/aurora/devices?search=SERVER").json()["total"] == 1
        assert client.get("/api/v1/tenants/aurora/devices/d2").json()["name"] == "server7"
        missing = client.get("/api/v1/tenants/aurora/devices/d3")
        assert (missing.status_code, missing.json()["code"]) == (404, "device_not_found")

    @pytest.mark.parametrize(("part", "status"), [(None, 401), ("bluefin_admin", 404)])
    def test_a_stranger_sees_none(self, cast, sign_in, part, status):
        assert sign_in(part).get("/api/v1/tenants/aurora/devices").status_code == status
