"""Ask, reply, withdraw; and what is refused before anybody works on it."""

from datetime import timedelta

import pytest

from huntline.audit.models import Entry
from huntline.enrolment.errors import SubscriptionMissing
from huntline.enrolment.states import SubscriptionKind
from huntline.enrolment.subscription import SubscriptionForm, grant_subscription
from huntline.incidents import Category as AlertCategory
from huntline.incidents import Severity
from huntline.incidents.raising import AlertForm, EventRow, create_alert
from huntline.incidents.sources import DetectionSource
from huntline.inquiries import answering, queries
from huntline.inquiries.asking import Contact, ReplyForm, ask, credits_used, reply, withdraw
from huntline.inquiries.errors import (
    CreditsUsedUp,
    InquiryNotFound,
    InquiryStepNotPossible,
    InquiryTextInvalid,
    OwnIntelligence,
    ProviderAsks,
    ReplyAddressInvalid,
    SubjectInvalid,
    SubjectNotFound,
    TooManySubjects,
)
from huntline.inquiries.models import Inquiry
from huntline.inquiries.states import State, Step
from huntline.inquiries.subjects import SubjectForm
from huntline.inquiries.vocabulary import Channel, MessageKind, SubjectKind, Verdict
from huntline.kernel import now
from huntline.outbox.models import RecordedEvent
from huntline.telemetry.models import Device
from publishing import ROW, enrol, publish

pytestmark = pytest.mark.django_db
EVENT = {name: value for name, value in ROW.items() if name != "$table"}


def alert_of(scope, source, title="A script host loads from the internet"):
    form = AlertForm(
        title=title,
        description="mshta.exe opened an address.",
        severity=Severity.MEDIUM,
        category=AlertCategory.EXECUTION,
        detection_source=source,
        events=[EventRow("DeviceProcessEvents", EVENT)],
    )
    return create_alert(scope, form).alert


class TestAsk:
    @pytest.mark.requirement("R34")
    @pytest.mark.requirement("R38")
    @pytest.mark.requirement("R47")
    @pytest.mark.requirement("R48")
    def test_is_a_case_with_a_number_a_thread_and_a_clock(self, admin, form, clock):
        wanted = form(contacts=[Contact("Night shift", phone="+82 2 555 0100")], own_verdict=Verdict.BENIGN)
        row = queries.find_inquiry(admin, ask(admin, wanted).number)
        assert row.number.startswith("TE-")
        assert (row.state, row.subscription, row.reply_email) == ("submitted", "full", "soc@aurora.example")
        assert row.own_verdict == Verdict.BENIGN
        assert row.contacts == [{"name": "Night shift", "email": "", "phone": "+82 2 555 0100"}]
        assert [(one.kind, one.text) for one in queries.thread_of(admin, row)] == [
            ("question", "Is this host compromised?")
        ]
        assert row.promised == clock.now() + timedelta(hours=9)
        assert Entry.objects.latest("sequence").action == "inquiry.asked"
        assert RecordedEvent.objects.latest("id").name == "inquiry_asked"

    @pytest.mark.requirement("R36")
    def test_needs_a_subscription(self, scope_of, form):
        with pytest.raises(SubscriptionMissing):
            ask(scope_of("bluefin_admin", "bluefin"), form())
        assert not Inquiry.objects.unscoped("a test").exists()

    def test_the_providers_people_do_not_ask(self, admin, hunter, form):
        with pytest.raises(ProviderAsks):
            ask(hunter, form())

    def test_the_inquiries_of_a_month_are_counted(self, admin, scope_of, form, clock):
        manager = scope_of("account_manager", "aurora")
        grant_subscription(manager, SubscriptionForm(SubscriptionKind.FULL, credits=2))
        ask(admin, form())
        ask(admin, form())
        with pytest.raises(CreditsUsedUp) as refused:
            ask(admin, form())
        assert "2026-12-01" in refused.value.message
        assert credits_used(admin) == 2
        clock.advance(timedelta(days=15))
        assert ask(admin, form()).number

    @pytest.mark.parametrize("text", ["", "  \n ", "a\0b", "x" * 50_001])
    def test_a_text_that_cannot_be_is_refused(self, admin, form, text):
        with pytest.raises(InquiryTextInvalid):
            ask(admin, form(text=text))

    @pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: c@d.example"])
    def test_an_address_that_cannot_be_is_refused(self, admin, form, address):
        with pytest.raises(ReplyAddressInvalid):
            ask(admin, form(reply_email=address))


class TestSubjects:
    def subject(self, kind, reference, **fields):
        return SubjectForm(kind, reference, **fields)

    @pytest.mark.requirement("R39")
    @pytest.mark.requirement("R40")
    @pytest.mark.requirement("R59")
    @pytest.mark.requirement("R60")
    def test_several_alerts_and_their_incident_and_their_notification(self, admin, form, cast):
        enrol(cast)
        notification = publish(cast)
        other = alert_of(admin, DetectionSource.CUSTOM_DETECTION)
        subjects = [
            self.subject(
                SubjectKind.ALERT, notification.alert_id, url=f"/tenants/aurora/alerts/{notification.alert_id}"
            ),
            self.subject(SubjectKind.ALERT, other.pk),
            self.subject(SubjectKind.INCIDENT, str(notification.alert.incident_id)),
            self.subject(SubjectKind.NOTIFICATION, str(notification.pk)),
        ]
        row = ask(admin, form(subjects=subjects))
        found = queries.subjects_of(admin, [row.pk])[row.pk]
        assert [(one.kind, one.label) for one in found[:2]] == [
            ("alert", notification.alert.title),
            ("alert", other.title),
        ]
        assert len(found) == 4

    @pytest.mark.requirement("R65")
    @pytest.mark.requirement("R67")
    def test_a_file_with_a_time_range_and_a_blog_post(self, admin, form):
        span = {"start": "2026-05-01T00:00:00Z", "end": "2026-11-01T00:00:00Z"}
        subjects = [
            self.subject(SubjectKind.FILE, "a" * 40, context=span),
            self.subject(SubjectKind.OUTSIDE, "https://blog.example/actor"),
        ]
        row = ask(admin, form(subjects=subjects))
        found = queries.subjects_of(admin, [row.pk])[row.pk]
        assert found[0].context == span
        assert found[1].label == "https://blog.example/actor"

    @pytest.mark.requirement("R64")
    def test_a_set_of_devices_names_devices_that_are_there(self, admin, form, cast):
        for name in ("one", "two"):
            Device(tenant=cast.aurora, device_id=name, name=name, first_seen=now(), last_seen=now()).save(
                force_insert=True
            )
        devices = self.subject(SubjectKind.DEVICE_SET, "Servers", context={"devices": ["one", "two"]})
        assert ask(admin, form(subjects=[devices])).number
        missing = self.subject(SubjectKind.DEVICE_SET, "Servers", context={"devices": ["one", "three"]})
        with pytest.raises(SubjectNotFound):
            ask(admin, form(subjects=[missing]))
        with pytest.raises(SubjectInvalid):
            ask(admin, form(subjects=[self.subject(SubjectKind.DEVICE_SET, "Servers", context={"devices": "all"})]))

    @pytest.mark.requirement("R45")
    @pytest.mark.requirement("R58")
    def test_an_alert_of_the_own_threat_intelligence_is_referred_to_the_own_team(self, admin, form):
        own = alert_of(admin, DetectionSource.CUSTOMER_TI)
        for subject in (
            self.subject(SubjectKind.ALERT, own.pk),
            self.subject(SubjectKind.INCIDENT, str(own.incident_id)),
        ):
            with pytest.raises(OwnIntelligence) as refused:
                ask(admin, form(subjects=[subject]))
            assert "your own security operations or incident response team" in refused.value.message
        assert not Inquiry.objects.within(admin).exists()

    @pytest.mark.parametrize(
        ("kind", "reference"),
        [
            (SubjectKind.ALERT, "ta0"),
            (SubjectKind.INCIDENT, "4711"),
            (SubjectKind.INCIDENT, "x"),
            (SubjectKind.NOTIFICATION, "x"),
            (SubjectKind.DEVICE, "x"),
            (SubjectKind.HUNT, "8f14e45f-ceea-467f-a8c5-cc1cdfc27ab4"),
        ],
    )
    def test_what_is_not_there_is_named(self, admin, form, kind, reference):
        with pytest.raises(SubjectNotFound):
            ask(admin, form(subjects=[self.subject(kind, reference)]))

    def test_an_alert_of_another_tenant_is_not_there(self, admin, scope_of, form):
        foreign = alert_of(scope_of("bluefin_admin", "bluefin"), DetectionSource.CUSTOM_DETECTION)
        with pytest.raises(SubjectNotFound):
            ask(admin, form(subjects=[self.subject(SubjectKind.ALERT, foreign.pk)]))

    @pytest.mark.parametrize(
        ("kind", "url"),
        [
            (SubjectKind.PAGE, "/tenants/bluefin/home"),
            (SubjectKind.PAGE, "/tenants/aurora.evil"),
            (SubjectKind.PAGE, "https://evil.example/tenants/aurora"),
            (SubjectKind.PAGE, "javascript:alert(1)"),
            (SubjectKind.OUTSIDE, "javascript:alert(1)"),
            (SubjectKind.OUTSIDE, "https://a b"),
        ],
    )
    def test_a_link_leads_to_a_page_of_the_tenant_or_to_the_web(self, admin, form, kind, url):
        with pytest.raises(SubjectInvalid):
            ask(admin, form(subjects=[self.subject(kind, "page", url=url)]))

    def test_too_much_is_refused(self, admin, form):
        with pytest.raises(SubjectInvalid):
            ask(admin, form(subjects=[self.subject(SubjectKind.PAGE, "p", context={"rows": "x" * 200_001})]))
        with pytest.raises(TooManySubjects):
            ask(admin, form(subjects=[self.subject(SubjectKind.FILE, str(number)) for number in range(21)]))


class TestReply:
    @pytest.mark.requirement("R57")
    def test_goes_into_the_thread_and_starts_the_experts_clock(self, admin, hunter, opened, clock):
        answering.answer(hunter, opened.number, answering.AnswerForm(Step.ASK_INFO, "Which user?"))
        clock.advance(timedelta(hours=1))
        reply(admin, opened.number, ReplyForm("Mina."))
        row = queries.find_inquiry(admin, opened.number)
        assert row.state == State.IN_PROGRESS
        assert row.promised == clock.now() + timedelta(hours=8) + timedelta(hours=16)  # nine business hours on
        assert [one.kind for one in queries.thread_of(admin, row)] == ["question", "ask_info", "reply"]

    def test_the_same_mail_twice_is_one_message(self, admin, inquiry):
        form = ReplyForm("Mina.", channel=Channel.MAIL, origin="<1@aurora.example>", author="mina@aurora.example")
        first = reply(admin, inquiry.number, form)
        assert reply(admin, inquiry.number, form) == first
        assert first.person_name == "mina@aurora.example"
        assert len(queries.thread_of(admin, inquiry)) == 2

    def test_follows_up_a_concluded_case(self, admin, hunter, opened):
        answering.answer(hunter, opened.number, answering.AnswerForm(Step.CONCLUDE, "Benign."))
        reply(admin, opened.number, ReplyForm("And this one?"))
        row = queries.find_inquiry(admin, opened.number)
        assert (row.state, row.concluded) == (State.IN_PROGRESS, None)

    def test_a_withdrawn_case_takes_none(self, admin, inquiry):
        withdraw(admin, inquiry.number, "Found it.")
        with pytest.raises(InquiryStepNotPossible):
            reply(admin, inquiry.number, ReplyForm("Again."))

    def test_another_tenants_case_is_not_there(self, inquiry, scope_of):
        with pytest.raises(InquiryNotFound):
            reply(scope_of("bluefin_admin", "bluefin"), inquiry.number, ReplyForm("Hello."))

    def test_experts_do_not_reply_as_the_customer(self, hunter, opened):
        with pytest.raises(ProviderAsks):
            reply(hunter, opened.number, ReplyForm("Hello."))


class TestWithdraw:
    def test_ends_the_case_with_its_reason(self, admin, inquiry):
        row = withdraw(admin, inquiry.number, "Found it.")
        assert (row.state, row.promised) == (State.WITHDRAWN, None)
        assert queries.thread_of(admin, row)[-1].kind == MessageKind.WITHDRAWN
        assert RecordedEvent.objects.latest("id").name == "inquiry_closed"

    def test_a_concluded_case_cannot_be_taken_back(self, admin, hunter, opened):
        answering.answer(hunter, opened.number, answering.AnswerForm(Step.CONCLUDE, "Benign."))
        with pytest.raises(InquiryStepNotPossible):
            withdraw(admin, opened.number, "Found it.")
