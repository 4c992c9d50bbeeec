"""How a recipient leaves a rule: from the mail that arrived, without signing in, by one click or by the page's button."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client

from huntline.audit.models import Entry
from huntline.delivery import jobs, queries, services
from huntline.delivery.choosing import Why
from huntline.delivery.leaving import leave_url
from huntline.delivery.models import RuleRecipient
from huntline.delivery.sending import send_due
from huntline.delivery.services import RuleForm
from huntline.delivery.tracing import trace
from huntline.incidents.events import NotificationPublished, NotificationUpdated
from huntline.outbox.services import dispatch
from publishing import enrol, publish, publish_again

pytestmark = pytest.mark.django_db
SUBSCRIBERS = {
    NotificationPublished: {"delivery.notification_mails": jobs.queue_notification_mails},
    NotificationUpdated: {"delivery.update_mails": jobs.queue_update_mails},
}
SOC = "soc@aurora.example"
OTHER = "night@aurora.example"


@pytest.fixture
def told(server, cast, clock):
    """A notification that both recipients of a rule got: scope, rule, and the alert."""
    admin = enrol(cast)
    rule = services.create_rule(admin, RuleForm("Night <watch>", ["High"], [SOC, OTHER], language="ja"))
    notification = publish(cast)
    dispatch(SUBSCRIBERS)
    send_due()
    return SimpleNamespace(admin=admin, rule=rule, notification=notification)


def path_for(server, recipient=SOC):
    """The link in the header of the mail that the recipient got."""
    mail = next(mail for mail in server.taken if mail["To"] == recipient)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = re.fullmatch(r"<(http://127\.0\.0\.1:8080(/mail/unsubscribe/\S+))>", mail["List-Unsubscribe"])
    assert url[1] in mail.get_body(("plain",)).get_content()
    return url[2]


def click(path):
    """What a mail program posts (RFC 8058, section 3.2): a stranger without cookies."""
    body = "List-Unsubscribe=One-Click"
    return Client(enforce_csrf_checks=True).post(path, body, content_type="application/x-www-form-urlencoded")


class TestLeave:
    def test_one_click_takes_this_recipient_off_this_rule(self, server, told, cast, clock):
        assert click(path_for(server)).status_code == 200
        rule = queries.find_rule(told.admin, told.rule.pk)
        assert {row.address: row.left for row in rule.recipients.all()} == {SOC: clock.now(), OTHER: None}
        later = publish(cast)
        dispatch(SUBSCRIBERS)
        send_due()
        assert [mail["To"] for mail in server.taken].count(SOC) == 1
        (one,) = trace(told.admin, later.alert_id, SOC).rules
        assert (one.why, one.since) == (Why.RECIPIENT_LEFT, clock.now())

    def test_it_is_in_the_record_once(self, server, told):
        path = path_for(server)
        assert [click(path).status_code for _ in range(2)] == [200, 200]
        (entry,) = Entry.objects.filter(action="email_rule.recipient_left")
        assert (entry.tenant_id, entry.actor_name, entry.detail["name"]) == (told.admin.tenant, SOC, "Night <watch>")

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_a_look_at_the_link_changes_nothing(self, server, told, method):
        answer = getattr(Client(), method)(path_for(server))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert not RuleRecipient.objects.within(told.admin).exclude(left=None).exists()

    def test_the_page_asks_in_the_rules_language_and_its_button_does_it(self, server, told):
        page = Client().get(path_for(server)).content.decode()
        assert 'lang="ja"' in page
        assert "Night &lt;watch&gt;" in page
        assert '<form method="post">' in page
        assert SOC in click(path_for(server)).content.decode()

    def test_the_link_of_a_year_ago_still_works(self, server, told, clock):
        path = path_for(server)
        clock.advance(clock.now().replace(year=2028) - clock.now())
        assert click(path).status_code == 200
        assert RuleRecipient.objects.within(told.admin).get(address=SOC).left == clock.now()

    @pytest.mark.parametrize(
        "change", [lambda token: token[:-1], lambda token: "f" + token[1:], lambda _: "x", lambda _: "\0"]
    )
    def test_a_link_that_was_not_made_here_does_nothing(self, told, change):
        row = RuleRecipient.objects.within(told.admin).first()
        token = leave_url(row.pk).rpartition("/")[2]
        for answer in (click(f"/mail/unsubscribe/{change(token)}"), Client().get(f"/mail/unsubscribe/{change(token)}")):
            assert answer.status_code == 404
        assert not RuleRecipient.objects.within(told.admin).exclude(left=None).exists()

    def test_the_link_of_a_deleted_rule_says_so(self, server, told):
        path = path_for(server)
        services.delete_rule(told.admin, told.rule.pk)
        assert click(path).status_code == 404

    def test_a_new_version_carries_the_link_too(self, server, told, cast):
        publish_again(cast, told.notification)
        dispatch(SUBSCRIBERS)
        send_due()
        assert {mail["List-Unsubscribe"] for mail in server.taken if mail["To"] == SOC} == {
            f"<http://127.0.0.1:8080{path_for(server)}>"
        }


class TestAfterwards:
    FORM = {"name": "Night watch", "severities": ["High"]}

    def save(self, sign_in, told, recipients):
        path = f"/api/v1/tenants/aurora/email-rules/{told.rule.pk}"
        body = self.FORM | {"recipients": recipients}
        return sign_in("aurora_admin").put(path, body, content_type="application/json").json()

    def test_the_rule_shows_who_left_and_another_change_does_not_bring_them_back(self, server, told, sign_in):
        click(path_for(server))
        saved = self.save(sign_in, told, [OTHER])
        assert (saved["recipients"], [row["address"] for row in saved["left"]]) == ([OTHER], [SOC])

    def test_an_administrator_can_put_them_back_for_later_alerts(self, server, told, sign_in, clock):
        click(path_for(server))
        clock.advance(clock.now().replace(hour=12) - clock.now())
        saved = self.save(sign_in, told, [OTHER, SOC])
        assert (sorted(saved["recipients"]), saved["left"]) == ([OTHER, SOC], [])
        assert RuleRecipient.objects.within(told.admin).get(address=SOC).added == clock.now()
