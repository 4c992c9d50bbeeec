"""Reminders, and closing what nobody replies to."""

from datetime import timedelta

import pytest

from huntline.inquiries import queries
from huntline.inquiries.answering import AnswerForm, answer
from huntline.inquiries.asking import ReplyForm, reply
from huntline.inquiries.jobs import remind_due
from huntline.inquiries.states import State, Step
from huntline.outbox.models import RecordedEvent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def waiting(hunter, opened):
    answer(hunter, opened.number, AnswerForm(Step.ASK_SAMPLES, "Please send it."))
    return opened


class TestRemindDue:
    @pytest.mark.requirement("R55")
    def test_reminds_three_times_and_then_closes(self, admin, waiting, clock):
        told = []
        for _ in range(15):
            clock.advance(DAY)
            remind_due()
            told.append(queries.thread_of(admin, waiting)[-1].kind)
        kinds = [message.kind for message in queries.thread_of(admin, waiting)]
        assert kinds == ["question", "ask_samples", "reminder", "reminder", "reminder", "closed"]
        assert (told[0], told[1], told[13]) == ("ask_samples", "reminder", "closed")
        assert queries.find_inquiry(admin, waiting.number).state == State.CLOSED_NO_REPLY
        assert RecordedEvent.objects.latest("id").name == "inquiry_closed"

    @pytest.mark.requirement("R55")
    def test_a_reply_opens_it_again(self, admin, waiting, clock):
        clock.advance(14 * DAY)
        remind_due()
        reply(admin, waiting.number, ReplyForm("Here it is."))
        assert queries.find_inquiry(admin, waiting.number).state == State.IN_PROGRESS
        assert remind_due() == 0

    def test_once_is_enough(self, waiting, clock):
        clock.advance(2 * DAY)
        assert [remind_due(), remind_due()] == [1, 0]

    def test_nobody_is_reminded_while_experts_work(self, admin, waiting, clock):
        reply(admin, waiting.number, ReplyForm("Here it is."))
        clock.advance(30 * DAY)
        assert remind_due() == 0
