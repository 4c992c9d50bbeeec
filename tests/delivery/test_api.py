"""The routes, for everybody who may call them and everybody who may not."""

import pytest

from huntline.audit.models import Entry
from huntline.delivery import jobs
from huntline.delivery.models import Mail
from huntline.delivery.sending import send_due
from huntline.incidents.events import NotificationPublished
from huntline.outbox.services import dispatch
from publishing import enrol, publish

pytestmark = pytest.mark.django_db

RULES = "/api/v1/tenants/aurora/email-rules"
OUTBOX = "/api/v1/provider/outbox"
BODY = {"name": "Night watch", "severities": ["High", "Low"], "recipients": ["soc@aurora.example"], "language": "ko"}
SUBSCRIBERS = {NotificationPublished: {"delivery.queue_notification_mails": jobs.queue_notification_mails}}


def send(client, method, path, body=None):
    return getattr(client, method)(path, body or {}, content_type="application/json")


@pytest.fixture
def rule(sign_in):
    return send(sign_in("aurora_admin"), "post", RULES, BODY).json()


class TestEmailRules:
    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("hunter", 403), ("aurora_admin", 0)],
    )
    @pytest.mark.parametrize(
        ("method", "path", "body", "allowed"),
        [
            ("get", "", None, 200),
            ("post", "", BODY, 201),
            ("get", "/{id}", None, 200),
            ("put", "/{id}", BODY, 200),
            ("delete", "/{id}", None, 204),
            ("post", "/{id}/test", {"recipient": "soc@aurora.example"}, 202),
            ("get", "/{id}/attempts", None, 200),
        ],
    )
    def test_who_may(self, sign_in, rule, who, status, method, path, body, allowed):
        client, address = sign_in(who), RULES + path.format(id=rule["id"])
        answer = client.get(address) if method == "get" else send(client, method, address, body)
        assert answer.status_code == (status or allowed)

    @pytest.mark.requirement("R29")
    @pytest.mark.requirement("R30")
    def test_create_change_delete(self, sign_in, rule):
        client, address = sign_in("aurora_admin"), f"{RULES}/{rule['id']}"
        assert {name: rule[name] for name in BODY} == BODY
        assert (rule["enabled"], rule["include_tenant_link"], rule["include_device_information"]) == (True, True, False)
        changed = send(client, "put", address, {**BODY, "name": "Day watch", "enabled": False}).json()
        assert (changed["name"], changed["enabled"]) == ("Day watch", False)
        assert client.get(RULES).json()["total"] == 1
        send(client, "delete", address)
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize(
        ("fields", "status"),
        [({"severities": ["Severe"]}, 422), ({"recipients": ["nobody"]}, 400), ({"recipients": []}, 422)],
    )
    def test_refuses_what_could_not_be_sent(self, sign_in, fields, status):
        assert send(sign_in("aurora_admin"), "post", RULES, BODY | fields).status_code == status

    def test_a_rule_of_another_tenant_is_not_found(self, sign_in, rule):
        client = sign_in("bluefin_admin")
        assert client.get(f"/api/v1/tenants/bluefin/email-rules/{rule['id']}").status_code == 404

    @pytest.mark.requirement("R31")
    def test_attempts_tell_what_the_mail_server_said(self, sign_in, server, cast, settings):
        enrol(cast)
        client = sign_in("aurora_admin")
        rule = send(client, "post", RULES, BODY).json()
        notification = publish(cast)
        dispatch(SUBSCRIBERS)
        server.script.extend(["451 4.7.1 come back later"])
        send_due()
        (mail,) = client.get(f"{RULES}/{rule['id']}/attempts").json()["items"]
        assert (mail["state"], mail["recipient"], mail["alert_id"]) == (
            "queued",
            "soc@aurora.example",
            notification.alert_id,
        )
        (attempt,) = mail["attempts"]
        assert (attempt["outcome"], attempt["code"], attempt["answer"]) == ("deferred", 451, "4.7.1 come back later")
        assert mail["next_at"] == attempt["next_at"]

    def test_lists_cost_the_same_however_long(self, sign_in, django_assert_max_num_queries):
        client = sign_in("aurora_admin")
        for number in range(8):
            send(client, "post", RULES, {**BODY, "name": f"Rule {number}"})
        with django_assert_max_num_queries(7):
            assert len(client.get(RULES).json()["items"]) == 8


class TestOutbox:
    @pytest.fixture
    def mail(self, sign_in, rule):
        address = f"{RULES}/{rule['id']}/test"
        return send(sign_in("aurora_admin"), "post", address, {"recipient": "soc@aurora.example"}).json()

    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("aurora_admin", 404), ("hunter", 403), ("platform_operator", 200)]
    )
    @pytest.mark.parametrize("path", ["", "/{id}"])
    def test_who_may(self, sign_in, mail, who, status, path):
        assert sign_in(who).get(OUTBOX + path.format(id=mail["id"])).status_code == status

    def test_without_a_mail_server_operators_read_the_mails_here(self, sign_in, mail):
        client = sign_in("platform_operator")
        listed = client.get(OUTBOX).json()["items"][0]
        assert (listed["to"], listed["state"], listed["tenant"]) == ("soc@aurora.example", "kept", "aurora")
        assert "text" not in listed
        opened = client.get(f"{OUTBOX}/{mail['id']}").json()
        assert "Night watch" in opened["text"]
        assert opened["html"].startswith("<!DOCTYPE html>")
        assert opened["sent_at"] is None

    @pytest.mark.parametrize(("state", "shown"), [("kept", True), ("queued", False), ("failed", False)])
    def test_a_link_that_lets_somebody_in_is_for_its_recipient(self, sign_in, mail, state, shown):
        """Else an operator could ask for a new password in somebody's name and read the link before it is sent."""
        rows = Mail.objects.unscoped("the test makes it a secret").filter(pk=mail["id"])
        rows.update(secret=True, state=state)
        opened = sign_in("platform_operator").get(f"{OUTBOX}/{mail['id']}").json()
        assert (bool(opened["text"]), bool(opened["html"])) == (shown, shown)

    @pytest.mark.requirement("R79")
    def test_reading_one_is_in_the_tenants_audit_record(self, sign_in, mail, cast):
        sign_in("platform_operator").get(f"{OUTBOX}/{mail['id']}")
        entry = Entry.objects.get(action="mail.read")
        assert (entry.tenant_id, entry.actor_name) == (cast.aurora.pk, "platform_operator@watchtower.example")

    def test_a_mail_that_is_not_there_is_not_found(self, sign_in):
        answer = sign_in("platform_operator").get(f"{OUTBOX}/00000000-0000-7000-8000-000000000009")
        assert (answer.status_code, answer.json()["code"]) == (404, "mail_not_found")
