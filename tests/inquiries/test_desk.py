"""The desk: what is due, who has it, private notes, saved answers, and the pace."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huntline.identity.models import Language
from huntline.identity.queries import provider_scope_of
from huntline.inquiries import answers, desk, queries
from huntline.inquiries.access import open_case
from huntline.inquiries.answering import AnswerForm, answer
from huntline.inquiries.asking import ReplyForm, ask, reply
from huntline.inquiries.calendars import CalendarForm, calendar_of, set_calendar
from huntline.inquiries.desk import SavedAnswerForm
from huntline.inquiries.errors import (
    AssigneeInvalid,
    CalendarInvalid,
    CaseAccessMissing,
    SavedAnswerExists,
    SavedAnswerNotFound,
)
from huntline.inquiries.states import Step
from huntline.kernel import PageRequest, new_id

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def over_all(cast, hunter):
    return provider_scope_of(cast.hunter)


class TestDeskWithin:
    def test_what_is_due_first_is_at_the_top_and_what_waits_for_customers_is_last(
        self, admin, hunter, opened, form, over_all, clock
    ):
        answer(hunter, opened.number, AnswerForm(Step.ASK_INFO, "Which user?"))
        later = ask(admin, form())
        clock.advance(HOUR)
        latest = ask(admin, form())
        rows = queries.desk_within(over_all, PageRequest()).items
        assert [row.number for row in rows] == [later.number, latest.number, opened.number]

    def test_shows_nothing_of_what_was_written(self, admin, form, over_all):
        ask(admin, form(topic="A secret topic", text="A secret text"))
        shown = answers.desk(over_all, queries.desk_within(over_all, PageRequest()).items)
        assert "secret" not in shown[0].model_dump_json()

    def test_says_what_is_breached_and_what_will_be(self, inquiry, over_all, clock):
        def shown():
            return answers.desk(over_all, queries.desk_within(over_all, PageRequest()).items)[0]

        assert (shown().breached, shown().at_risk) == (False, False)
        clock.advance(7 * HOUR)
        assert (shown().breached, shown().at_risk) == (False, True)
        clock.advance(3 * HOUR)
        assert shown().breached

    def test_the_number_of_queries_does_not_grow(self, admin, form, over_all):
        def count():
            with CaptureQueriesContext(connection) as run:
                answers.desk(over_all, queries.desk_within(over_all, PageRequest()).items)
            return len(run)

        ask(admin, form())
        few = count()
        for _ in range(5):
            ask(admin, form())
        assert count() == few


class TestAssign:
    def test_gives_it_to_the_next_shift_with_a_note(self, cast, hunter, lead, opened):
        row = desk.assign(hunter, opened.number, cast.hunt_lead.pk, "The sample is still missing.")
        assert row.assigned_to == "hunt_lead@watchtower.example"
        open_case(lead, opened.number, "My shift.", 8)
        assert [note.text for note in desk.notes_of(lead, opened)] == ["The sample is still missing."]
        assert desk.assign(lead, opened.number, None).assigned_to == ""

    def test_only_to_those_who_may_answer(self, cast, hunter, opened):
        for person in (cast.account_manager, cast.aurora_admin):
            with pytest.raises(AssigneeInvalid):
                desk.assign(hunter, opened.number, person.pk)


class TestPrivateNotes:
    def test_need_the_case_open(self, lead, opened):
        with pytest.raises(CaseAccessMissing):
            desk.add_note(lead, opened.number, "Mine.")
        with pytest.raises(CaseAccessMissing):
            desk.notes_of(lead, opened)

    def test_are_nowhere_in_what_the_customer_reads(self, admin, hunter, opened):
        desk.add_note(hunter, opened.number, "For us alone.")
        assert "For us alone" not in answers.detail(admin, opened).model_dump_json()


class TestSavedAnswers:
    def test_are_kept_changed_and_deleted(self, hunter, lead):
        row = desk.save_answer(hunter, SavedAnswerForm("Samples", Language.ENGLISH, "Please send it."))
        desk.save_answer(lead, SavedAnswerForm("Samples", Language.ENGLISH, "Please send them."), row.pk)
        assert [(one.text, one.changed_by) for one in desk.saved_answers()] == [
            ("Please send them.", "hunt_lead@watchtower.example")
        ]
        desk.delete_answer(lead, row.pk)
        assert desk.saved_answers() == []

    def test_one_for_each_title_and_language(self, hunter):
        desk.save_answer(hunter, SavedAnswerForm("Samples", Language.ENGLISH, "Please."))
        desk.save_answer(hunter, SavedAnswerForm("Samples", Language.KOREAN, "보내 주세요."))
        with pytest.raises(SavedAnswerExists):
            desk.save_answer(hunter, SavedAnswerForm("Samples", Language.ENGLISH, "Again."))

    def test_what_is_not_there_is_named(self, hunter):
        with pytest.raises(SavedAnswerNotFound):
            desk.delete_answer(hunter, new_id())


class TestPace:
    def test_keeps_expert_time_apart_and_counts_promises(self, admin, hunter, opened, over_all, cast, clock):
        clock.advance(HOUR)
        answer(hunter, opened.number, AnswerForm(Step.REPORT, "Soon.", promised=clock.now() + 2 * HOUR))
        clock.advance(HOUR)
        answer(hunter, opened.number, AnswerForm(Step.ASK_INFO, "Which user?"))  # in time
        clock.advance(2 * HOUR)
        reply(admin, opened.number, ReplyForm("Mina."))
        clock.advance(HOUR)
        answer(hunter, opened.number, AnswerForm(Step.CONCLUDE, "Benign."))
        pace = queries.pace_of_days(over_all, 30)
        for one in (pace[None], pace[cast.aurora.pk]):
            assert (one.asked, one.open, one.goal_met, one.promised, one.promises_kept) == (1, 0, 1, 1, 1)
            assert one.first_reply.median == HOUR
            assert one.expert_time.median == 3 * HOUR
            assert one.customer_time.median == 2 * HOUR
            assert one.to_conclusion.worst == 5 * HOUR
        assert pace[cast.bluefin.pk].first_reply.n == 0

    def test_a_promise_that_passed_in_silence_is_broken(self, hunter, opened, over_all, clock):
        answer(hunter, opened.number, AnswerForm(Step.NEED_TIME, "Longer.", promised=clock.now() + HOUR))
        assert queries.pace_of_days(over_all, 30)[None].promised == 0
        clock.advance(2 * HOUR)
        pace = queries.pace_of_days(over_all, 30)[None]
        assert (pace.promised, pace.promises_kept) == (1, 0)

    def test_what_nobody_answered_in_time_is_breached(self, inquiry, over_all, clock):
        clock.advance(timedelta(days=3))
        pace = queries.pace_of_days(over_all, 30)[None]
        assert (pace.open, pace.breached, pace.first_reply.n) == (1, 1, 0)


class TestCalendar:
    def test_the_promise_of_a_new_inquiry_follows_it(self, admin, scope_of, form, clock):
        hours = {str(day): ("00:00", "24:00") for day in range(7)}
        set_calendar(scope_of("account_manager", "aurora"), CalendarForm("Asia/Seoul", hours, (), 60))
        assert ask(admin, form()).promised == clock.now() + HOUR

    @pytest.mark.parametrize(
        "fields",
        [
            {"timezone": "Mars/Olympus"},
            {"hours": {}},
            {"hours": {"0": ("18:00", "09:00")}},
            {"hours": {"7": ("09:00", "18:00")}},
            {"hours": {"x": ("09:00", "18:00")}},
            {"hours": {"0": ("9", "x")}},
            {"first_reply_minutes": 0},
            {"first_reply_minutes": 43_201},
        ],
    )
    def test_one_that_cannot_be_is_refused(self, scope_of, cast, fields):
        values = {"timezone": "UTC", "hours": {"0": ("09:00", "18:00")}, "holidays": (), "first_reply_minutes": 60}
        manager = scope_of("account_manager", "aurora")
        with pytest.raises(CalendarInvalid):
            set_calendar(manager, CalendarForm(**(values | fields)))
        assert calendar_of(manager).form.first_reply_minutes == 540
