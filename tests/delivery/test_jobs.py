"""What events mean for mail: the whole way to a real mail server."""

from datetime import timedelta

import pytest

from huntline.delivery import jobs, services
from huntline.delivery.models import Mail, MailKind
from huntline.delivery.sending import send_due
from huntline.delivery.services import RuleForm
from huntline.enrolment import services as enrolment
from huntline.enrolment.events import ApplicationApproved, ApplicationDeclined, ApplicationDetailsAsked
from huntline.enrolment.privacy import CURRENT
from huntline.identity.queries import provider_scope_of
from huntline.incidents import Severity
from huntline.incidents.events import NotificationPublished, NotificationUpdated, NotificationWithdrawn
from huntline.incidents.revision import withdraw_notification
from huntline.outbox.services import dispatch
from huntline.reports.events import ReportReady
from huntline.reports.periods import month_of
from huntline.reports.services import keep_month
from publishing import enrol, publish, publish_again

pytestmark = pytest.mark.django_db

SUBSCRIBERS = {
    NotificationPublished: {"delivery.queue_notification_mails": jobs.queue_notification_mails},
    NotificationUpdated: {"delivery.update_mails": jobs.queue_update_mails},
    NotificationWithdrawn: {"delivery.withdrawal_mails": jobs.queue_withdrawal_mails},
    ApplicationApproved: {"delivery.queue_welcome_mail": jobs.queue_welcome_mail},
    ApplicationDeclined: {"delivery.queue_decline_mail": jobs.queue_decline_mail},
    ApplicationDetailsAsked: {"delivery.queue_question_mail": jobs.queue_question_mail},
}


REPORTS = {ReportReady: {"delivery.report_mails": jobs.queue_report_mails}}


@pytest.fixture
def admin(cast):
    scope = enrol(cast)
    dispatch(SUBSCRIBERS)
    Mail.objects.within(scope).delete()
    return scope


def rule(scope, *recipients, **fields):
    values = {"name": "Night watch", "severities": ["High"], "recipients": recipients or ["soc@aurora.example"]}
    return services.create_rule(scope, RuleForm(**(values | fields)))


def mails(scope):
    return Mail.objects.within(scope).order_by("id")


def recipients(scope):
    return sorted(mails(scope).values_list("recipient", flat=True))


class TestQueueReportMails:
    @pytest.fixture
    def make_report(self, admin, clock):
        def make():
            return keep_month(admin, month_of(clock.now().date() - timedelta(days=31)))

        return make

    @pytest.mark.parametrize("language", ["en", "ko", "ja"])
    def test_who_chose_it_learns_of_it_once(self, admin, make_report, language):
        rule(admin, monthly_report=True, language=language)
        rule(admin, "SOC@aurora.example", "ciso@aurora.example", monthly_report=True)
        rule(admin, "night@aurora.example")
        rule(admin, "off@aurora.example", monthly_report=True, enabled=False)
        make_report()
        dispatch(REPORTS)
        dispatch(REPORTS)
        assert recipients(admin) == ["ciso@aurora.example", "soc@aurora.example"]
        mail = mails(admin).get(recipient="soc@aurora.example")
        assert (mail.kind, mail.language) == (MailKind.REPORT, language)
        assert "2026-10" in mail.subject
        assert "/tenants/aurora/reports?month=2026-10" in mail.text
        assert "Aurora Grid" in mail.text

    def test_without_name_and_link_where_the_rule_says_so(self, admin, make_report):
        rule(admin, monthly_report=True, include_tenant_link=False, include_organization_name=False)
        make_report()
        dispatch(REPORTS)
        text = mails(admin).get().text.lower()
        assert "aurora" not in text.replace("soc@aurora.example", "")

    def test_who_came_later_gets_the_next_one(self, admin, make_report, clock):
        make_report()
        clock.advance(timedelta(minutes=1))
        rule(admin, monthly_report=True)
        dispatch(REPORTS)
        assert recipients(admin) == []


class TestQueueNotificationMails:
    @pytest.mark.requirement("R22")
    @pytest.mark.requirement("R24")
    @pytest.mark.requirement("R25")
    @pytest.mark.requirement("R26")
    def test_the_customers_mailbox_gets_it_with_title_and_link(self, server, admin, cast):
        rule(admin, language="ko")
        notification = publish(cast)
        dispatch(SUBSCRIBERS)
        assert send_due() == 1
        message = server.taken[0]
        assert message["Subject"] == f"표적 공격 알림(높음): {notification.alert.title}"
        link = f"http://127.0.0.1:8080/tenants/aurora/alerts/{notification.alert_id}"
        for text in (server.text_of(0), server.html_of(0)):
            assert link in text
            assert notification.alert_id in text
            assert "Aurora Grid" in text
            assert "ws01" not in text

    @pytest.mark.requirement("R22")
    def test_without_a_rule_there_is_no_mail(self, admin, cast):
        publish(cast)
        dispatch(SUBSCRIBERS)
        assert recipients(admin) == []

    def test_an_event_that_comes_twice_is_one_mail(self, admin, cast):
        rule(admin)
        notification = publish(cast)
        happened = NotificationPublished(
            tenant_id=notification.tenant_id,
            notification_id=notification.pk,
            alert_id=notification.alert_id,
            incident_id=notification.alert.incident_id,
        )
        for _ in range(3):
            jobs.queue_notification_mails(happened)
        dispatch(SUBSCRIBERS)
        assert recipients(admin) == ["soc@aurora.example"]

    def test_somebody_whom_two_rules_name_gets_one_mail_by_the_older_rule(self, admin, cast):
        rule(admin, "soc@aurora.example", language="ja")
        rule(admin, "SOC@aurora.example", "second@aurora.example", language="ko")
        publish(cast)
        dispatch(SUBSCRIBERS)
        assert dict(mails(admin).values_list("recipient", "language")) == {
            "soc@aurora.example": "ja",
            "second@aurora.example": "ko",
        }

    @pytest.mark.requirement("R32")
    def test_nothing_is_retroactive(self, admin, cast, clock):
        early = rule(admin, "early@aurora.example")
        clock.advance(timedelta(minutes=1))
        publish(cast)
        clock.advance(timedelta(minutes=1))
        rule(admin, "late-rule@aurora.example")
        services.change_rule(
            admin, early.pk, RuleForm("Night watch", ["High"], ["early@aurora.example", "late@aurora.example"])
        )
        dispatch(SUBSCRIBERS)
        assert recipients(admin) == ["early@aurora.example"]

    def test_a_severity_that_was_added_later_is_not_mailed(self, admin, cast, clock):
        low = rule(admin, severities=["Low"])
        clock.advance(timedelta(minutes=1))
        publish(cast)
        clock.advance(timedelta(minutes=1))
        services.change_rule(admin, low.pk, RuleForm("All", ["Low", "High"], ["soc@aurora.example"]))
        dispatch(SUBSCRIBERS)
        assert recipients(admin) == []
        publish(cast)
        dispatch(SUBSCRIBERS)
        assert recipients(admin) == ["soc@aurora.example"]

    @pytest.mark.parametrize(
        ("fields", "mailed"),
        [
            ({}, True),
            ({"severities": ["Low"]}, False),
            ({"enabled": False}, False),
            ({"severities": [*Severity]}, True),
        ],
    )
    def test_only_the_severities_of_rules_that_are_on(self, admin, cast, fields, mailed):
        rule(admin, **fields)
        publish(cast)
        dispatch(SUBSCRIBERS)
        assert bool(recipients(admin)) == mailed

    def test_a_rule_of_another_tenant_gets_nothing(self, admin, cast, scope_of):
        stranger = scope_of("bluefin_admin", "bluefin")
        rule(stranger, "soc@bluefin.example")
        publish(cast)
        dispatch(SUBSCRIBERS)
        assert recipients(stranger) == recipients(admin) == []

    def test_names_devices_and_the_story_only_where_the_rule_says_so(self, admin, cast):
        rule(admin, include_device_information=True, include_organization_name=False, include_tenant_link=False)
        publish(cast)
        dispatch(SUBSCRIBERS)
        mail = mails(admin).get()
        for text in (mail.text, mail.html):
            assert "ws01.aurora.example" in text
            assert "A document started mshta.exe" in text
            assert "Aurora Grid" not in text
            assert "/tenants/aurora" not in text

    def test_costs_the_same_number_of_queries_for_one_rule_as_for_many(
        self, admin, cast, django_assert_max_num_queries
    ):
        for number in range(12):
            rule(admin, f"p{number}@elsewhere.example", severities=["Low"])
        notification = publish(cast)
        happened = NotificationPublished(
            tenant_id=notification.tenant_id,
            notification_id=notification.pk,
            alert_id=notification.alert_id,
            incident_id=notification.alert.incident_id,
        )
        with django_assert_max_num_queries(10):
            jobs.queue_notification_mails(happened)


class TestAgain:
    """Those who were told of a notification learn what became of it."""

    @pytest.fixture
    def told(self, server, admin, cast):
        rule(admin, language="ko", include_device_information=True)
        notification = publish(cast)
        dispatch(SUBSCRIBERS)
        send_due()
        return notification

    @pytest.mark.requirement("R26")
    def test_a_new_version_goes_to_those_who_were_told_and_says_what_changed(self, server, admin, cast, told):
        rule(admin, "new@aurora.example", name="Later")
        publish_again(cast, told, title="Script host on two devices", change_note="두 번째 장치가 있습니다.")
        dispatch(SUBSCRIBERS)
        assert send_due() == 1
        assert server.taken[-1]["To"] == "soc@aurora.example"
        assert "Script host on two devices" in server.taken[-1]["Subject"]
        assert "업데이트" in server.taken[-1]["Subject"]
        assert "두 번째 장치가 있습니다." in server.text_of(-1)

    @pytest.mark.requirement("R26")
    def test_a_withdrawal_says_why(self, server, cast, scope_of, told):
        withdraw_notification(scope_of("hunt_lead", "aurora"), told.pk, "훈련이었습니다.")
        dispatch(SUBSCRIBERS)
        assert send_due() == 1
        assert "철회됨" in server.taken[-1]["Subject"]
        assert "훈련이었습니다." in server.text_of(-1)
        assert f"/alerts/{told.alert_id}" in server.text_of(-1)

    def test_without_device_information_no_free_text_leaves(self, server, admin, cast, scope_of):
        rule(admin)
        told = publish(cast)
        dispatch(SUBSCRIBERS)
        withdraw_notification(scope_of("hunt_lead", "aurora"), told.pk, "ws01 was an exercise.")
        dispatch(SUBSCRIBERS)
        send_due()
        assert "ws01" not in server.text_of(-1)

    def test_a_rule_that_is_gone_still_tells_its_readers_and_says_less(self, server, admin, cast, scope_of, told):
        services.delete_rule(admin, mails(admin).get().rule_id)
        withdraw_notification(scope_of("hunt_lead", "aurora"), told.pk, "ws01: 훈련이었습니다.")
        dispatch(SUBSCRIBERS)
        assert send_due() == 1
        assert "ws01" not in server.text_of(-1)
        assert "Aurora Grid" not in server.text_of(-1)

    def test_who_was_not_told_hears_nothing(self, server, admin, cast, scope_of):
        told = publish(cast)
        rule(admin)
        withdraw_notification(scope_of("hunt_lead", "aurora"), told.pk, "Wrong.")
        dispatch(SUBSCRIBERS)
        assert send_due() == 0


class TestApplicationMails:
    def apply(self, cast, scope_of, language="en"):
        cast.aurora_admin.language = language
        cast.aurora_admin.save()
        form = enrolment.ApplicationForm("Mina Kim", "mina@aurora.example", CURRENT, accepted=True)
        return enrolment.submit_application(scope_of("aurora_admin", "aurora"), form)

    @pytest.mark.requirement("R9")
    @pytest.mark.requirement("R11")
    @pytest.mark.parametrize(("language", "words"), [("en", "Welcome"), ("ko", "환영합니다"), ("ja", "ようこそ")])
    def test_a_welcome_goes_to_the_contact_in_the_applicants_language(self, server, cast, scope_of, language, words):
        application = self.apply(cast, scope_of, language)
        enrolment.approve_application(provider_scope_of(cast.account_manager), application.pk)
        dispatch(SUBSCRIBERS)
        assert send_due() == 1
        assert server.taken[0]["To"] == "mina@aurora.example"
        assert words in server.taken[0]["Subject"]
        assert "Mina Kim" in server.text_of(0)

    @pytest.mark.requirement("R10")
    def test_a_decline_tells_the_reason(self, server, cast, scope_of):
        application = self.apply(cast, scope_of)
        enrolment.decline_application(
            provider_scope_of(cast.account_manager), application.pk, "Only two devices send data."
        )
        dispatch(SUBSCRIBERS)
        send_due()
        assert "Only two devices send data." in server.text_of(0)

    @pytest.mark.requirement("R10")
    def test_a_question_reaches_the_applicant_with_a_link_to_the_place_of_the_answer(self, server, cast, scope_of):
        application = self.apply(cast, scope_of, "ko")
        enrolment.ask_for_details(provider_scope_of(cast.account_manager), application.pk, "어느 사업장이 대상입니까?")
        dispatch(SUBSCRIBERS)
        assert send_due() == 1
        assert server.taken[0]["To"] == "mina@aurora.example"
        assert "추가 정보" in server.text_of(0)
        assert "어느 사업장이 대상입니까?" in server.text_of(0)
        assert "/tenants/aurora/settings/advanced-features" in server.text_of(0)

    @pytest.mark.requirement("R15")
    def test_an_application_alone_brings_no_mail(self, cast, scope_of):
        self.apply(cast, scope_of)
        dispatch(SUBSCRIBERS)
        assert not Mail.objects.within(scope_of("aurora_admin", "aurora")).filter(kind=MailKind.WELCOME).exists()
