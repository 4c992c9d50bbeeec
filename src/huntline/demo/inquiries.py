"""What the demo's first customer has asked the experts: one case concluded, one that waits for samples, one that nobody has opened."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from huntline.demo.customers import CustomerSpec
from huntline.enrolment.states import SubscriptionKind
from huntline.enrolment.subscription import SubscriptionForm, grant_subscription, subscription_of
from huntline.identity import TenantScope
from huntline.identity.models import Language
from huntline.incidents.queries import notifications_within
from huntline.inquiries.access import leave_case, open_case
from huntline.inquiries.answering import AnswerForm, answer
from huntline.inquiries.asking import Contact, InquiryForm, ReplyForm, ask, reply
from huntline.inquiries.desk import SavedAnswerForm, save_answer, saved_answers
from huntline.inquiries.models import Inquiry
from huntline.inquiries.queries import inquiries_within
from huntline.inquiries.states import Step
from huntline.inquiries.subjects import SubjectForm
from huntline.inquiries.vocabulary import Category, SubjectKind, Verdict
from huntline.kernel import PageRequest, now

MONTHLY: Final = 10
SAVED: Final = (
    (
        "Please send a sample",
        Language.ENGLISH,
        "Please upload the file in this case. It is kept encrypted, and nobody opens it by mistake.",
    ),
    (
        "샘플 요청",
        Language.KOREAN,
        "이 사례에 파일을 업로드해 주세요. 파일은 암호화되어 보관되며 실수로 열리지 않습니다.",
    ),
    (
        "検体のお願い",
        Language.JAPANESE,
        "このケースにファイルをアップロードしてください。暗号化して保管され、誤って開かれることはありません。",
    ),
)


@transaction.atomic
def ask_experts(admin: TenantScope, manager: TenantScope, hunter: TenantScope, customer: CustomerSpec) -> None:
    """Grant a trial and let customer and experts work on three cases; what is there stays.

    The three scopes are of the same customer: its administrator, the account manager, and a hunter.
    """
    if not subscription_of(manager).is_valid:
        grant_subscription(manager, SubscriptionForm(SubscriptionKind.TRIAL, credits=MONTHLY))
    if not saved_answers():
        for title, language, text in SAVED:
            save_answer(hunter, SavedAnswerForm(title, language, text))
    if inquiries_within(admin, PageRequest(1)).total:
        return
    _concluded(admin, hunter, customer)
    _waiting(admin, hunter, customer)
    _ask(
        admin,
        customer,
        Category.PHISHING,
        "phishing",
        "Was the campaign with the shift handover mails aimed at us, or at our whole sector? We read about it here.",
        SubjectForm(SubjectKind.OUTSIDE, "https://blog.example/shift-handover-campaign"),
    )


def _concluded(admin: TenantScope, hunter: TenantScope, customer: CustomerSpec) -> None:
    notification = notifications_within(admin, PageRequest(1)).items[0]
    about = SubjectForm(
        SubjectKind.NOTIFICATION, str(notification.pk), url=f"/tenants/{customer.key}/notifications/{notification.pk}"
    )
    alert = SubjectForm(
        SubjectKind.ALERT, notification.alert_id, url=f"/tenants/{customer.key}/alerts/{notification.alert_id}"
    )
    text = "We have no incident response team. How do we contain this tonight, and was any other laptop reached?"
    case = _ask(admin, customer, Category.NOTIFICATION, f"notifications/{notification.pk}", text, about, alert)
    open_case(hunter, case.number, "To answer the inquiry about the notification.", 8)
    question = "Is the laptop still switched on, and may we assume that nobody has signed in to it since the alert?"
    answer(hunter, case.number, AnswerForm(Step.ASK_INFO, question))
    reply(admin, case.number, ReplyForm("It is switched on and isolated since this morning. Nobody has signed in."))
    end = (
        "No other laptop opened the same page or ran the same command in the last 30 days; the hunts are in your report. Keep the "
        "laptop isolated, reset the user's password, and hand the case over to incident responders for its disk and memory."
    )
    references = ["https://attack.mitre.org/techniques/T1218/005/"]
    answer(hunter, case.number, AnswerForm(Step.CONCLUDE, end, references=references, verdict=Verdict.MALICIOUS))
    leave_case(hunter, case.number)


def _waiting(admin: TenantScope, hunter: TenantScope, customer: CustomerSpec) -> None:
    text = "Our sensor calls this file suspicious, and we find nothing else. We hold it for a tool of our printer's vendor."
    file = SubjectForm(SubjectKind.FILE, "3f786850e387550fdab836ed7e6dc881de23001b", label="prnsvc_update.exe")
    case = _ask(admin, customer, Category.MALWARE, "devices", text, file, own_verdict=Verdict.BENIGN)
    open_case(hunter, case.number, "To look at the file's spread before asking for it.", 8)
    answer(hunter, case.number, AnswerForm(Step.NEED_TIME, "We compare it over time.", now() + timedelta(days=1)))
    answer(
        hunter, case.number, AnswerForm(Step.ASK_SAMPLES, "Please upload the file: its signature is not the vendor's.")
    )


def _ask(
    admin: TenantScope,
    customer: CustomerSpec,
    category: Category,
    page: str,
    text: str,
    *subjects: SubjectForm,
    own_verdict: Verdict = Verdict.UNKNOWN,
) -> Inquiry:
    return ask(
        admin,
        InquiryForm(
            topic=f"{settings.HUNTLINE_PUBLIC_URL}/tenants/{customer.key}/{page}",
            category=category,
            text=text,
            reply_email=f"soc@{customer.domain}",
            subjects=subjects,
            own_verdict=own_verdict,
            contacts=[Contact("Night shift", f"night@{customer.domain}", "+82 2 555 0100")],
        ),
    )
