"""What goes out about an inquiry: to the customer in the asker's language, to the experts without what was written."""

from datetime import timedelta

import pytest

from huntline.delivery.catalogue import texts
from huntline.identity.models import Language
from huntline.inquiries.answering import AnswerForm, answer
from huntline.inquiries.asking import InquiryForm, ReplyForm, ask, reply, withdraw
from huntline.inquiries.jobs import remind_due
from huntline.inquiries.states import Step
from huntline.inquiries.vocabulary import Category

pytestmark = pytest.mark.django_db
SOC, NIGHT, DESK = "soc@aurora.example", "night@aurora.example", "desk@watchtower.example"


def body(message):
    return message.get_body(("plain",)).get_content()


class TestCustomersMails:
    @pytest.mark.requirement("R48")
    def test_the_asker_and_the_contacts_are_told_that_it_arrived(self, case, deliver):
        [mail] = deliver(SOC)
        assert mail["Subject"] == f"[{case.number}] Your inquiry is with the threat experts"
        assert len(deliver(NIGHT)) == 1

    @pytest.mark.requirement("R50")
    @pytest.mark.requirement("R57")
    @pytest.mark.parametrize(
        ("step", "subject"),
        [
            (Step.ASK_INFO, "The experts need more information"),
            (Step.ASK_SAMPLES, "The experts need file samples"),
            (Step.NEED_TIME, "The experts need more time"),
            (Step.REPORT, "A report from the experts"),
            (Step.CONCLUDE, "Your inquiry is concluded"),
        ],
    )
    def test_each_answer_goes_out_with_its_words(self, case, hunter, deliver, clock, step, subject):
        promised = clock.now() + timedelta(days=1) if step is Step.NEED_TIME else None
        form = AnswerForm(step, "Which user was it?", promised, references=["https://example.org/family"])
        answer(hunter, case.number, form)
        mail = deliver(SOC)[-1]
        assert mail["Subject"] == f"[{case.number}] {subject}"
        assert "Which user was it?" in body(mail)
        assert "https://example.org/family" in body(mail)
        assert ("2026-11-17" in body(mail)) is bool(promised)

    def test_all_mails_of_a_case_stand_together(self, case, hunter, deliver):
        answer(hunter, case.number, AnswerForm(Step.REPORT, "At it."))
        first, second = deliver(SOC)
        assert first["References"] == second["References"] == f"<{case.number}@localhost>"
        assert first["Message-ID"] != second["Message-ID"]

    @pytest.mark.requirement("R76")
    @pytest.mark.parametrize("language", Language)
    def test_in_the_askers_language(self, admin, deliver, language):
        form = InquiryForm("Topic", Category.OTHER, "Text", SOC, language=language)
        ask(admin, form)
        mail = deliver(SOC)[-1]
        assert texts(language)["inquiry_asked"]["heading"] in body(mail)
        assert texts(language)["inquiry"]["no_response"] in " ".join(body(mail).split())

    def test_without_an_address_for_replies_it_says_to_use_the_portal(self, case, deliver, settings):
        settings.HUNTLINE_INBOUND_ADDRESS = ""
        [mail] = deliver(SOC)
        assert mail["Reply-To"] is None
        assert "Reply in the portal" in body(mail)

    def test_a_reminder_and_the_end(self, case, hunter, deliver, clock):
        answer(hunter, case.number, AnswerForm(Step.ASK_INFO, "Which user?"))
        for days in (2, 12):
            clock.advance(timedelta(days=days))
            remind_due()
            deliver(SOC)
        subjects = [mail["Subject"].split("] ")[1] for mail in deliver(SOC)]
        assert subjects[-2:] == ["The experts wait for your reply", "Your inquiry is closed without a reply"]

    def test_told_once_however_often_the_event_comes(self, case, deliver):
        deliver(SOC)
        from huntline.delivery.correspondence.jobs import queue_confirmation_mails
        from huntline.inquiries.events import InquiryAsked

        queue_confirmation_mails(InquiryAsked(tenant_id=case.tenant_id, inquiry_id=case.pk))
        assert len(deliver(SOC)) == 1


class TestExpertsMails:
    def test_the_desk_hears_of_a_new_case_and_nothing_of_what_was_written(self, case, deliver):
        [mail] = deliver(DESK)
        assert "compromised" not in mail.as_string()
        assert "Aurora Grid" in body(mail)

    def test_who_has_the_case_hears_of_replies(self, case, admin, hunter, deliver, cast):
        answer(hunter, case.number, AnswerForm(Step.ASK_INFO, "Which user?"))
        reply(admin, case.number, ReplyForm("It was Mina."))
        mail = deliver(cast.hunter.email)[-1]
        assert "The customer wrote" in mail["Subject"]
        assert "Mina" not in mail.as_string()

    def test_a_withdrawal_is_told(self, case, admin, deliver):
        withdraw(admin, case.number, "Found it.")
        assert "took the inquiry back" in deliver(DESK)[-1]["Subject"]
