"""A case handed over: its thread, samples, alerts, and what else it is about, in one package that verifies."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import pyzipper

from huntline.audit.models import Entry
from huntline.delivery.models import Mail
from huntline.enrolment.states import SubscriptionKind
from huntline.enrolment.subscription import SubscriptionForm, grant_subscription
from huntline.handoff import jobs, queries, services
from huntline.handoff.models import HandoffState, Part, SubjectKind
from huntline.handoff.storage import file_of
from huntline.handoff.verifying import verify
from huntline.inquiries.access import open_case
from huntline.inquiries.answering import AnswerForm, answer
from huntline.inquiries.asking import InquiryForm, ReplyForm, ask, reply
from huntline.inquiries.errors import CaseAccessMissing, InquiryNotFound
from huntline.inquiries.queries import find_inquiry
from huntline.inquiries.states import Step
from huntline.inquiries.subjects import SubjectForm
from huntline.inquiries.vocabulary import Category, Verdict
from huntline.inquiries.vocabulary import SubjectKind as About
from huntline.outbox.services import dispatch
from huntline.samples.queries import custody_of
from huntline.samples.services import take_sample
from huntline.web.subscribers import SUBSCRIBERS
from publishing import enrol, publish

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = b"MZ a sample"


@pytest.fixture
def admin(scope_of, clock):
    grant_subscription(scope_of("account_manager", "aurora"), SubscriptionForm(SubscriptionKind.FULL))
    return scope_of("aurora_admin", "aurora")


@pytest.fixture
def hunter(scope_of, clock):
    return scope_of("hunter", "aurora")


@pytest.fixture
def case(admin, hunter, cast):
    enrol(cast)
    notification = publish(cast)
    subjects = [
        SubjectForm(About.NOTIFICATION, str(notification.pk)),
        SubjectForm(About.FILE, "b" * 40, label="prnsvc_update.exe"),
        SubjectForm(About.IP_ADDRESS, "203.0.113.77"),
        SubjectForm(About.USER, "AURORA\\mina"),
    ]
    form = InquiryForm("Topic", Category.MALWARE, "What is it?", "soc@aurora.example", subjects)
    inquiry = ask(admin, form)
    sample = take_sample(admin, inquiry.pk, "prnsvc_update.exe", CONTENT)
    reply(admin, inquiry.number, ReplyForm("Here it is.", [str(sample.pk)]))
    open_case(hunter, inquiry.number, "To answer it.", 8)
    answer(hunter, inquiry.number, AnswerForm(Step.CONCLUDE, "A backdoor.", verdict=Verdict.MALICIOUS))
    return inquiry


def hand_over(scope, case, **fields):
    values = {
        "subject_kind": SubjectKind.CASE,
        "subject_id": case.number,
        "recipient_name": "Response team",
        "recipient_email": "ir@responders.example",
        "parts": (Part.EVIDENCE, Part.SAMPLES),
    }
    made = services.make_handoff(scope, services.HandoffForm(**(values | fields)))
    jobs.make_due()
    return queries.find_handoff(scope, made.pk)


class TestCase:
    @pytest.mark.requirement("R71")
    @pytest.mark.requirement("R75")
    def test_is_one_package_with_thread_samples_and_indicators(self, admin, case):
        row = hand_over(admin, case)
        assert (row.state, row.error_code) == (HandoffState.READY, "")
        file = file_of(row.pk)
        assert verify(file).holds
        with zipfile.ZipFile(file) as package:
            messages = package.read("messages.csv").decode()
            assert [word in messages for word in ("What is it?", "Here it is.", "A backdoor.")] == [True] * 3
            stix = json.loads(package.read("indicators.stix.json"))
            patterns = " ".join(one.get("pattern", "") for one in stix["objects"])
            assert "b" * 40 in patterns
            assert "203.0.113.77" in patterns
            with pyzipper.AESZipFile(io.BytesIO(package.read("samples.zip"))) as samples:
                samples.setpassword(b"infected")
                assert [samples.read(name) for name in samples.namelist()] == [CONTENT]
            assert "evidence/01.csv" in package.namelist()

    @pytest.mark.requirement("R75")
    def test_is_noted_in_the_case_and_in_the_custody_of_its_samples(self, admin, case, clock):
        hand_over(admin, case)
        assert find_inquiry(admin, case.number).handed_over == clock.now()
        assert Entry.objects.filter(action="inquiry.handed_over").count() == 1
        [sample] = find_samples(admin, case)
        opened = [one for one in custody_of(admin, case.pk, sample.pk) if one.action == "opened"]
        assert [one.detail["purpose"] for one in opened] == ["handoff"]

    def test_samples_are_left_out_where_they_are_not_chosen(self, admin, case):
        row = hand_over(admin, case, parts=(Part.EVIDENCE,))
        with zipfile.ZipFile(file_of(row.pk)) as package:
            assert "samples.zip" not in package.namelist()
            assert "samples" in package.read("README.txt").decode()

    def test_an_expert_hands_over_what_is_open_to_them(self, hunter, case, clock):
        assert hand_over(hunter, case).state == HandoffState.READY
        clock.advance(timedelta(hours=9))
        with pytest.raises(CaseAccessMissing):
            hand_over(hunter, case)

    def test_a_case_of_another_tenant_is_not_there(self, case, scope_of):
        with pytest.raises(InquiryNotFound):
            hand_over(scope_of("bluefin_admin", "bluefin"), case)


class TestAskedForResponders:
    """“Can your incident response team help with this notification?”: the answer, and the package that goes to them."""

    @pytest.mark.requirement("R69", "R72", "R74")
    def test_the_customer_reads_what_this_is_and_responders_get_the_notification(self, admin, hunter, cast):
        enrol(cast)
        told = SubjectForm(About.NOTIFICATION, str(publish(cast).pk))
        question = "Can your incident response team help with this?"
        inquiry = ask(admin, InquiryForm("Topic", Category.RESPONSE, question, "soc@aurora.example", [told]))
        open_case(hunter, inquiry.number, "To answer it.", 8)
        words = "We hunt. For response, hand this case over to the responders that you have agreed with."
        answer(hunter, inquiry.number, AnswerForm(Step.CONCLUDE, words))
        row = hand_over(admin, inquiry)
        dispatch(SUBSCRIBERS)
        mails = {
            mail.kind: mail for mail in Mail.objects.unscoped("a test").filter(tenant=cast.aurora).order_by("created")
        }
        assert words in mails["inquiry"].text.replace("\n", " ")
        assert "not incident response" in mails["inquiry"].text.replace("\n", " ")
        assert (mails["handoff"].recipient, row.subject_kind) == ("ir@responders.example", "case")
        with zipfile.ZipFile(file_of(row.pk)) as package:
            assert words in package.read("messages.csv").decode()
            assert "T1218" in package.read("indicators.stix.json").decode()


def find_samples(scope, case):
    from huntline.samples.queries import samples_of

    return samples_of(scope, case.pk)
