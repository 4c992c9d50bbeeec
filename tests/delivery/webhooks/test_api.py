"""Routes of webhooks: who may, what is shown, what is refused."""

import ipaddress

import pytest

from huntline.audit.models import Entry
from huntline.delivery.errors import DeviceGroupsReserved, WebhookNotFound, WebhookUrlInvalid
from huntline.delivery.webhooks import queries, services
from huntline.delivery.webhooks.calling import checked_url, may_call
from huntline.delivery.webhooks.services import WebhookForm
from huntline.identity.scope import make_scope
from huntline.telemetry.grouping import UNGROUPED

pytestmark = pytest.mark.django_db
PATH = "/api/v1/tenants/aurora/webhooks"
BODY = {"name": "SOC", "url": "https://soc.example/in", "events": ["alert.raised"], "severities": ["High"]}
FORM = WebhookForm("SOC", "https://soc.example/in", ["alert.raised"], ["High"])


def send(client, method, path, body=None):
    return getattr(client, method)(path, body, content_type="application/json")


@pytest.fixture
def hook(scope_of):
    return services.create_webhook(scope_of("aurora_admin", "aurora"), FORM)


class TestRoutes:
    @pytest.mark.parametrize(
        ("part", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("aurora_admin", 201)]
    )
    def test_who_may_create(self, cast, sign_in, part, status):
        assert send(sign_in(part), "post", PATH, BODY).status_code == status

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("get", "/messages", None),
            ("put", "", BODY),
            ("delete", "", None),
            ("post", "/test", None),
            ("post", "/secret", None),
            ("post", "/replay", {"since": "2026-01-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}),
            ("post", f"/messages/{UNGROUPED}/replay", None),
        ],
    )
    def test_a_stranger_finds_nothing_and_a_member_without_the_right_is_refused(
        self, hook, sign_in, method, path, body
    ):
        for part, tenant, status in (("bluefin_admin", "bluefin", 404), ("aurora_reader", "aurora", 403)):
            url = f"/api/v1/tenants/{tenant}/webhooks/{hook.pk}{path}"
            assert send(sign_in(part), method, url, body).status_code == status

    def test_the_secret_is_shown_once_and_is_in_no_record(self, cast, sign_in):
        client = sign_in("aurora_admin")
        made = send(client, "post", PATH, BODY).json()
        assert made["secret"].startswith("whsec_")
        (listed,) = client.get(PATH).json()["items"]
        assert "secret" not in listed
        changed = send(client, "post", f"{PATH}/{made['id']}/secret").json()
        assert changed["secret"] != made["secret"]
        assert not any(
            secret in str(entry.detail)
            for entry in Entry.objects.all()
            for secret in (made["secret"], changed["secret"])
        )

    def test_test_call_messages_and_deletion(self, hook, sign_in):
        client = sign_in("aurora_admin")
        assert send(client, "post", f"{PATH}/{hook.pk}/test").json()["event"] == "test"
        (message,) = client.get(f"{PATH}/{hook.pk}/messages").json()["items"]
        assert (message["state"], message["attempts"]) == ("queued", [])
        assert send(client, "post", f"{PATH}/{hook.pk}/messages/{message['id']}/replay").status_code == 202
        assert send(client, "put", f"{PATH}/{hook.pk}", BODY | {"enabled": False}).json()["enabled"] is False
        assert client.delete(f"{PATH}/{hook.pk}").status_code == 204
        assert client.get(PATH).json()["total"] == 0

    @pytest.mark.requirement("L19")
    def test_who_is_limited_to_device_groups_manages_webhooks_inside_them(self, hook, scope_of):
        admin = scope_of("aurora_admin", "aurora")
        limited = make_scope(
            admin.tenants, admin.subject, admin.permissions, crosses=False, device_groups=frozenset({UNGROUPED})
        )
        assert queries.webhooks_within(limited) == []
        with pytest.raises(WebhookNotFound):
            services.delete_webhook(limited, hook.pk)
        with pytest.raises(DeviceGroupsReserved):
            services.create_webhook(limited, FORM)
        made = services.create_webhook(
            limited, WebhookForm("Rest", FORM.url, FORM.events, FORM.severities, device_groups=[UNGROUPED])
        )
        assert queries.webhooks_within(limited) == [made]


class TestCheckedUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "http://soc.example/",
            "ftp://soc.example",
            "https://u:p@soc.example/",
            "https:///x",
            "https://soc.example:99999/",
            "x",
            "http://127.0.0.1/",
            "https://soc.example/ x",
            "https://soc.example/\r\nX: y",
        ],
    )
    def test_refuses(self, url):
        with pytest.raises(WebhookUrlInvalid):
            checked_url(url)

    def test_plain_http_to_loopback_where_the_operator_allows_it(self, settings):
        settings.HUNTLINE_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
        assert checked_url("http://127.0.0.1:8000/in") == "http://127.0.0.1:8000/in"


class TestMayCall:
    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("93.184.215.14", True),
            ("2606:2800:21f:cb07::1", True),
            ("127.0.0.1", False),
            ("10.0.0.1", False),
            ("192.168.1.1", False),
            ("172.16.0.1", False),
            ("169.254.169.254", False),
            ("100.64.0.1", False),
            ("0.0.0.0", False),
            ("224.0.0.1", False),
            ("::1", False),
            ("::ffff:127.0.0.1", False),
            ("::ffff:10.0.0.1", False),
            ("fe80::1", False),
            ("fd00::1", False),
            ("2002:7f00:1::", False),
            ("64:ff9b::7f00:1", False),
        ],
    )
    def test_public_addresses_only(self, address, expected):
        assert may_call(ipaddress.ip_address(address), ()) is expected

    def test_and_what_the_operator_allows(self):
        allowed = [ipaddress.ip_network("10.1.0.0/16")]
        assert may_call(ipaddress.ip_address("10.1.2.3"), allowed)
        assert may_call(ipaddress.ip_address("::ffff:10.1.2.3"), allowed)
        assert not may_call(ipaddress.ip_address("10.2.0.1"), allowed)
