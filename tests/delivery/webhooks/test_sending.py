"""Webhooks against a real HTTP server that is down, slow, failing, redirecting, breaking off, or that never ends its answer."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime

from huntline.delivery.models import AttemptOutcome, HookAttempt, HookMessage, HookState, Mail, MailKind, Webhook
from huntline.delivery.webhooks import calling, jobs, sending, services
from huntline.delivery.webhooks.sending import DISABLE_AFTER, call_due
from huntline.incidents.events import NotificationPublished, NotificationUpdated, NotificationWithdrawn
from huntline.incidents.revision import withdraw_notification
from huntline.outbox.services import dispatch
from mail_servers import free_port
from publishing import enrol, publish, publish_again
from web_receivers import break_off, huge, late, make

pytestmark = pytest.mark.django_db
SUBSCRIBERS = {
    NotificationPublished: {"delivery.webhook_alerts": jobs.queue_alert_calls},
    NotificationUpdated: {"delivery.webhook_updates": jobs.queue_update_calls},
    NotificationWithdrawn: {"delivery.webhook_withdrawals": jobs.queue_withdrawal_calls},
}


def published(cast, **fields):
    notification = publish(cast, **fields)
    dispatch(SUBSCRIBERS)
    return notification


def outcomes():
    return [(row.outcome, row.code) for row in HookAttempt.objects.order_by("at", "id")]


def messages():
    return HookMessage.objects.unscoped("a test").order_by("id")


class TestAnAlert:
    def test_is_posted_as_in_the_other_channels_and_signed(self, receiver, hook, cast, sign_in, clock):
        notification = published(cast)
        assert call_due() == 1
        path, headers, body = receiver.seen[0]
        assert path == "/alerts?team=soc"
        assert headers["Content-Type"] == "application/json"
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = b64decode(hook.secret.removeprefix("whsec_"))
        assert headers["webhook-signature"] == "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert int(headers["webhook-timestamp"]) == clock.now().timestamp()
        told = receiver.body(0)
        assert told["type"] == "alert.raised"
        shown = sign_in("aurora_admin").get(f"/api/v1/tenants/aurora/alerts/{notification.alert_id}").json()
        posted = told["data"]["alert"]
        for field in ("id", "title", "severity", "category", "status", "detection_source", "tags", "incident_id"):
            assert posted[field] == shown[field]
        for field in ("created", "first_activity", "last_activity"):
            assert parse_datetime(posted[field]) == parse_datetime(shown[field])
        assert "devices" not in posted
        assert told["data"]["url"].endswith(f"/tenants/aurora/alerts/{notification.alert_id}")

    def test_names_devices_only_where_the_webhook_says_so(self, receiver, admin, cast):
        make(admin, receiver.url, include_device_information=True)
        published(cast)
        call_due()
        assert receiver.body(0)["data"]["alert"]["devices"][0]["device_name"] == "ws01.aurora.example"

    def test_its_new_version_and_withdrawal_follow(self, receiver, hook, cast, scope_of, clock):
        notification = published(cast)
        clock.advance(timedelta(seconds=1))
        publish_again(cast, notification)
        dispatch(SUBSCRIBERS)
        clock.advance(timedelta(seconds=1))
        withdraw_notification(scope_of("hunt_lead", "aurora"), notification.pk, "It was a drill.")
        dispatch(SUBSCRIBERS)
        assert call_due() == 3
        assert [receiver.body(number)["type"] for number in range(3)] == [
            "alert.raised",
            "alert.updated",
            "alert.withdrawn",
        ]
        assert receiver.body(1)["data"]["version"] == 2
        assert len(set(receiver.ids)) == 3

    @pytest.mark.parametrize("fields", [{"severities": ["Low"]}, {"events": ["alert.withdrawn"]}, {"enabled": False}])
    def test_goes_nowhere_where_it_was_not_chosen(self, receiver, admin, cast, fields):
        make(admin, receiver.url, **fields)
        published(cast)
        assert (messages().count(), call_due()) == (0, 0)

    def test_another_tenants_webhook_hears_nothing(self, receiver, scope_of, cast):
        make(scope_of("bluefin_admin", "bluefin"), receiver.url)
        enrol(cast)
        published(cast)
        assert not messages().exists()


class TestFailures:
    @pytest.mark.parametrize(
        ("step", "outcome", "code"),
        [
            (500, AttemptOutcome.DEFERRED, 500),
            (404, AttemptOutcome.DEFERRED, 404),
            (break_off, AttemptOutcome.UNANSWERED, None),
            (late, AttemptOutcome.UNANSWERED, None),
            (lambda handler: handler.answer(302, Location="http://127.0.0.1:1/"), AttemptOutcome.DEFERRED, 302),
        ],
    )
    def test_are_tried_again_with_the_same_id_and_body(
        self, receiver, hook, cast, clock, monkeypatch, step, outcome, code
    ):
        monkeypatch.setattr(calling, "ANSWER_SECONDS", 0.5)
        receiver.script.append(step)
        published(cast)
        assert call_due() == 0
        assert call_due() == 0
        clock.advance(timedelta(seconds=30))
        assert call_due() == 1
        assert outcomes() == [(outcome, code), (AttemptOutcome.ACCEPTED, 200)]
        assert len(receiver.seen) == 2
        assert len(set(receiver.ids)) == 1
        assert receiver.seen[0][2] == receiver.seen[1][2]
        assert messages().get().state == HookState.SENT

    def test_an_answer_that_never_ends_is_left(self, receiver, hook, cast):
        receiver.script.append(huge)
        published(cast)
        assert call_due() == 1
        assert len(HookAttempt.objects.get().answer) == calling.SHOWN

    def test_a_server_that_is_down_loses_nothing_and_keeps_the_order(self, receiver, admin, cast, clock):
        hook = make(admin, f"http://127.0.0.1:{free_port()}/")
        for number in range(3):
            published(cast, title=f"Alert {number}")
            clock.advance(timedelta(seconds=1))
        for _ in range(4):
            assert call_due() == 0
            clock.advance(timedelta(hours=1))
        # The first was tried, the others waited.
        assert outcomes() == [(AttemptOutcome.UNREACHABLE, None)] * 4
        Webhook.objects.within(admin).filter(pk=hook.pk).update(url=receiver.url)
        clock.advance(timedelta(hours=2))
        assert call_due() == 3
        assert [receiver.body(number)["data"]["alert"]["title"] for number in range(3)] == [
            f"Alert {n}" for n in range(3)
        ]

    def test_one_that_fails_holds_up_no_other(self, receiver, hook, admin, cast):
        make(admin, f"http://127.0.0.1:{free_port()}/")
        published(cast)
        assert call_due() == 1
        assert len(receiver.seen) == 1

    def test_a_worker_that_died_is_followed_by_another_after_its_lease(self, receiver, hook, cast, clock):
        published(cast)
        assert sending._claim() is not None
        assert call_due() == 0
        clock.advance(sending.LEASE + timedelta(seconds=1))
        assert call_due() == 1

    def test_after_days_of_failure_it_is_switched_off_and_the_administrators_hear_of_it(
        self, receiver, hook, admin, cast, clock
    ):
        receiver.script.extend([500] * 200)
        published(cast)
        call_due()
        clock.advance(DISABLE_AFTER + timedelta(minutes=1))
        published(cast)
        call_due()
        hook.refresh_from_db(from_queryset=Webhook.objects.within(admin))
        assert (hook.enabled, hook.disabled) == (False, clock.now())
        mail = Mail.objects.within(admin).get(kind=MailKind.WEBHOOK)
        assert (mail.recipient, mail.subject) == ("admin@aurora.example", "The webhook “SOC” is switched off")
        assert call_due() == 0


class TestReplay:
    def test_of_one_message_is_the_same_message(self, receiver, hook, admin, cast):
        published(cast)
        call_due()
        services.replay_message(admin, hook.pk, messages().get().pk)
        assert call_due() == 1
        assert len(set(receiver.ids)) == 1
        assert outcomes() == [(AttemptOutcome.ACCEPTED, 200)] * 2

    def test_of_a_period(self, receiver, hook, admin, cast, clock):
        moments = []
        for number in range(3):
            published(cast, title=f"Alert {number}")
            moments.append(clock.now())
            clock.advance(timedelta(hours=1))
        services.send_test(admin, hook.pk)
        assert call_due() == 4
        assert services.replay_period(admin, hook.pk, moments[1], clock.now()) == 2
        assert call_due() == 2
        assert receiver.ids[4:] == receiver.ids[1:3]


class TestTestCall:
    def test_is_sent_also_while_the_webhook_is_off_and_is_tried_once(self, receiver, admin, clock):
        hook = make(admin, receiver.url, enabled=False)
        receiver.script.append(500)
        services.send_test(admin, hook.pk)
        assert call_due() == 0
        assert (messages().get().state, receiver.body(0)["type"]) == (HookState.FAILED, "test")


class TestAddresses:
    def test_private_addresses_are_refused_when_the_connection_is_made(self, receiver, hook, cast, settings):
        settings.HUNTLINE_WEBHOOK_NETWORKS = []
        published(cast)
        assert call_due() == 0
        assert receiver.seen == []
        attempt = HookAttempt.objects.get()
        assert (attempt.outcome, attempt.code) == (AttemptOutcome.UNREACHABLE, None)
        assert "may not call" in attempt.answer
