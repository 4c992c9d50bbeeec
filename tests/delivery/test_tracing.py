"""Why somebody did or did not get a mail: each rule's answer, and the mail server's."""

from datetime import timedelta

import pytest

from huntline.delivery import jobs, services
from huntline.delivery.models import EmailRule, Mail
from huntline.delivery.sending import send_due
from huntline.delivery.services import RuleForm
from huntline.delivery.tracing import Why, trace
from huntline.incidents.events import NotificationPublished
from huntline.kernel import HuntlineError
from huntline.outbox.services import dispatch
from publishing import enrol, publish

pytestmark = pytest.mark.django_db
SUBSCRIBERS = {NotificationPublished: {"delivery.notification_mails": jobs.queue_notification_mails}}
SOC = "soc@aurora.example"


@pytest.fixture
def admin(cast):
    scope = enrol(cast)
    Mail.objects.within(scope).delete()
    return scope


def rule(scope, **fields):
    return services.create_rule(
        scope, RuleForm(**({"name": "Watch", "severities": ["High"], "recipients": [SOC]} | fields))
    )


def published(cast):
    notification = publish(cast)
    dispatch(SUBSCRIBERS)
    return notification.alert_id


def change(scope, made, **fields):
    form = {"name": made.name, "severities": ["High"], "recipients": [SOC]} | fields
    return services.change_rule(scope, made.pk, RuleForm(**form))


class TestTrace:
    @pytest.mark.requirement("R31")
    def test_a_mail_that_went_out_is_shown_with_the_servers_answer(self, server, admin, cast):
        made = rule(admin)
        alert = published(cast)
        send_due()
        found = trace(admin, alert, "SOC@Aurora.example")
        assert found.mail.recipient == SOC
        assert [(attempt.outcome, attempt.code) for attempt in found.mail.attempts.all()] == [("accepted", 250)]
        assert [(one.rule.pk, one.why, one.changed_since) for one in found.rules] == [(made.pk, Why.MATCHED, False)]

    @pytest.mark.requirement("R31")
    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"enabled": False}, Why.RULE_OFF),
            ({"severities": ["Low"]}, Why.SEVERITY_NOT_CHOSEN),
            ({"recipients": ["other@aurora.example"]}, Why.NOT_A_RECIPIENT),
        ],
    )
    def test_each_rule_says_why_it_sent_none(self, admin, cast, fields, why):
        rule(admin, **fields)
        found = trace(admin, published(cast), SOC)
        assert found.mail is None
        assert [one.why for one in found.rules] == [why]

    @pytest.mark.requirement("R31", "R32")
    @pytest.mark.parametrize(
        ("before", "after", "why"),
        [
            ({"severities": ["Low"]}, {}, Why.SEVERITY_CHOSEN_LATER),
            ({"recipients": ["other@aurora.example"]}, {}, Why.RECIPIENT_ADDED_LATER),
        ],
    )
    def test_what_was_chosen_too_late_is_told_with_its_time(self, admin, cast, clock, before, after, why):
        made = rule(admin, **before)
        clock.advance(timedelta(minutes=1))
        alert = published(cast)
        clock.advance(timedelta(minutes=1))
        change(admin, made, **after)
        (one,) = trace(admin, alert, SOC).rules
        assert (one.why, one.since, one.changed_since) == (why, EmailRule.objects.within(admin).get().updated, True)

    def test_the_answer_of_a_rule_is_what_the_mails_follow(self, admin, cast, clock):
        """Whatever the rules are, a mail is there exactly when one of them matches."""
        for number, fields in enumerate(
            ({"enabled": False}, {"severities": ["Low"]}, {"recipients": ["other@aurora.example"]}, {})
        ):
            rule(admin, name=f"Watch {number}", **fields)
        clock.advance(timedelta(minutes=1))
        alert = published(cast)
        for address in (SOC, "other@aurora.example", "nobody@aurora.example"):
            found = trace(admin, alert, address)
            assert (found.mail is not None) == any(one.why is Why.MATCHED for one in found.rules)

    @pytest.mark.parametrize(("alert", "address"), [("ta0", SOC), (None, "no address")])
    def test_what_is_not_there_or_no_address_is_refused(self, admin, cast, alert, address):
        known = published(cast)
        with pytest.raises(HuntlineError):
            trace(admin, alert or known, address)


class TestTraceMail:
    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_reader", 403), ("aurora_admin", 200)]
    )
    def test_who_may(self, sign_in, admin, cast, who, status):
        alert = published(cast)
        page = f"/api/v1/tenants/aurora/email-trace?alert_id={alert}&recipient={SOC}"
        assert sign_in(who).get(page).status_code == status

    @pytest.mark.requirement("R31")
    def test_tells_the_rule_by_name_and_the_alert_by_title(self, sign_in, admin, cast):
        rule(admin, name="Night watch", enabled=False)
        alert = published(cast)
        answer = (
            sign_in("aurora_admin").get(f"/api/v1/tenants/aurora/email-trace?alert_id={alert}&recipient={SOC}").json()
        )
        assert (answer["alert_id"], answer["mail"], answer["severity"]) == (alert, None, "High")
        assert [(one["name"], one["why"]) for one in answer["rules"]] == [("Night watch", "rule_off")]

    def test_an_alert_of_another_tenant_is_not_found(self, sign_in, admin, cast):
        alert = published(cast)
        page = f"/api/v1/tenants/bluefin/email-trace?alert_id={alert}&recipient={SOC}"
        assert sign_in("bluefin_admin").get(page).status_code == 404
