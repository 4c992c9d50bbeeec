"""The four answers and the report between them, in any order; and that no two clocks ever run at once."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from huntline.hunting.errors import EvidenceNotFound
from huntline.hunting.models import Disclosure
from huntline.hunting.queries import list_evidence
from huntline.inquiries import jobs, queries
from huntline.inquiries.access import open_case
from huntline.inquiries.answering import AnswerForm, answer
from huntline.inquiries.asking import ReplyForm, ask, reply, withdraw
from huntline.inquiries.errors import CaseAccessMissing, InquiryStepNotPossible, PromiseInvalid, ReferenceInvalid
from huntline.inquiries.models import Inquiry
from huntline.inquiries.moves import locked
from huntline.inquiries.states import ANSWERS, SIDES, TRANSITIONS, Side, State, Step
from huntline.inquiries.vocabulary import Verdict
from huntline.kernel import PageRequest, now
from huntline.outbox.models import RecordedEvent
from publishing import capture

pytestmark = pytest.mark.django_db


class TestAnswer:
    @pytest.mark.requirement("R50")
    @pytest.mark.requirement("R51")
    @pytest.mark.requirement("R52")
    @pytest.mark.parametrize(
        ("step", "state"), [(Step.ASK_INFO, State.WAITING_INFO), (Step.ASK_SAMPLES, State.WAITING_SAMPLES)]
    )
    def test_what_is_needed_waits_for_the_customer(self, hunter, opened, step, state, clock):
        clock.advance(timedelta(hours=1))
        answer(hunter, opened.number, AnswerForm(step, "Please send it."))
        row = queries.find_inquiry(hunter, opened.number)
        assert (row.state, row.promised, row.first_reply) == (state, None, clock.now())
        assert RecordedEvent.objects.latest("id").payload["step"] == step

    @pytest.mark.requirement("R53")
    def test_more_time_says_until_when(self, hunter, opened, clock):
        for promised in (None, clock.now(), clock.now() + timedelta(days=366)):
            with pytest.raises(PromiseInvalid):
                answer(hunter, opened.number, AnswerForm(Step.NEED_TIME, "Longer.", promised))
        until = clock.now() + timedelta(days=2)
        answer(hunter, opened.number, AnswerForm(Step.NEED_TIME, "Longer.", until))
        assert queries.find_inquiry(hunter, opened.number).promised == until

    @pytest.mark.requirement("R54")
    @pytest.mark.requirement("R63")
    @pytest.mark.requirement("R66")
    def test_a_conclusion_brings_the_experts_verdict_and_references(self, hunter, opened, clock):
        form = AnswerForm(Step.CONCLUDE, "Benign.", references=["https://example.org/family"], verdict=Verdict.BENIGN)
        message = answer(hunter, opened.number, form)
        row = queries.find_inquiry(hunter, opened.number)
        assert (row.state, row.expert_verdict, row.concluded) == (State.CONCLUDED, Verdict.BENIGN, clock.now())
        assert message.references == ["https://example.org/family"]

    @pytest.mark.requirement("R50")
    def test_a_report_between_keeps_the_state(self, hunter, opened):
        answer(hunter, opened.number, AnswerForm(Step.ASK_INFO, "Which user?"))
        answer(hunter, opened.number, AnswerForm(Step.REPORT, "Half of it is done."))
        assert queries.find_inquiry(hunter, opened.number).state == State.WAITING_INFO

    def test_who_answers_first_has_the_case(self, hunter, lead, opened):
        answer(hunter, opened.number, AnswerForm(Step.REPORT, "At it."))
        open_case(lead, opened.number, "A second look.", 1)
        answer(lead, opened.number, AnswerForm(Step.REPORT, "Me too."))
        assert queries.find_inquiry(hunter, opened.number).assigned_to == hunter.subject.name

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://a b", "https://a\n", "x"])
    def test_a_reference_is_a_link(self, hunter, opened, url):
        with pytest.raises(ReferenceInvalid):
            answer(hunter, opened.number, AnswerForm(Step.REPORT, "See.", references=[url]))

    def test_evidence_is_of_the_same_customer(self, hunter, opened, cast):
        own, foreign = capture(cast.aurora.pk), capture(cast.bluefin.pk)
        message = answer(hunter, opened.number, AnswerForm(Step.REPORT, "See.", evidence_ids=[own.pk]))
        assert message.evidence == [own.pk]
        with pytest.raises(EvidenceNotFound):
            answer(hunter, opened.number, AnswerForm(Step.REPORT, "See.", evidence_ids=[foreign.pk]))

    @pytest.mark.requirement("R28")
    @pytest.mark.parametrize(("disclosure", "query"), [(Disclosure.FULL, True), (Disclosure.NONE, False)])
    def test_the_customer_sees_the_evidence_as_far_as_it_is_disclosed(self, admin, hunter, opened, disclosure, query):
        evidence = capture(opened.tenant_id)
        assert not list_evidence(admin, PageRequest(10)).items
        form = AnswerForm(Step.REPORT, "See.", evidence_ids=[evidence.pk], disclosure=disclosure)
        answer(hunter, opened.number, form)
        (seen,) = list_evidence(admin, PageRequest(10)).items
        assert (seen.id, seen.query is not None) == (evidence.pk, query)

    def test_evidence_of_an_answer_that_is_refused_is_not_released(self, admin, hunter, opened):
        evidence = capture(opened.tenant_id)
        with pytest.raises(ReferenceInvalid):
            form = AnswerForm(Step.REPORT, "See.", evidence_ids=[evidence.pk], references=["x"])
            answer(hunter, opened.number, form)
        assert not list_evidence(admin, PageRequest(10)).items

    def test_needs_the_case_open(self, lead, inquiry):
        with pytest.raises(CaseAccessMissing):
            answer(lead, inquiry.number, AnswerForm(Step.REPORT, "At it."))


class InquiryMachine(RuleBasedStateMachine):
    """Takes steps of both sides, and lets time pass, in any order; `admin`, `hunter`, `form` and `clock` are given by the test."""

    @initialize()
    def begin(self):
        self.inquiry = ask(self.admin, self.form())
        self.state = State.SUBMITTED
        self.grant()

    def grant(self):
        open_case(self.hunter, self.inquiry.number, "To answer it.", 24)

    @rule(minutes=st.integers(1, 60 * 20))
    def wait(self, minutes):
        self.clock.advance(timedelta(minutes=minutes))
        self.grant()

    @rule(step=st.sampled_from([*ANSWERS, Step.REPLY, Step.WITHDRAW]))
    def take(self, step):
        possible = (self.state, step) in TRANSITIONS
        try:
            self.perform(step)
        except InquiryStepNotPossible:
            assert not possible
            return
        assert possible
        self.state = TRANSITIONS[self.state, step]

    @rule()
    def work(self):
        due = self.row().since + timedelta(days=14) <= now()
        jobs.remind_due()
        if due and (self.state, Step.CLOSE) in TRANSITIONS:
            self.state = State.CLOSED_NO_REPLY

    def perform(self, step):
        number = self.inquiry.number
        if step is Step.REPLY:
            reply(self.admin, number, ReplyForm("More."))
        elif step is Step.WITHDRAW:
            withdraw(self.admin, number, "Found it.")
        else:
            promised = now() + timedelta(days=1) if step is Step.NEED_TIME else None
            answer(self.hunter, number, AnswerForm(step, "Text.", promised))

    def row(self):
        return Inquiry.objects.within(self.admin).get(pk=self.inquiry.pk)

    @invariant()
    def stands_where_the_table_says_and_one_clock_runs(self):
        row = self.row()
        assert row.state == self.state
        spans = queries.spans_of(self.admin, [row.pk])[row.pk]
        running = [span for span in spans if span.ended is None]
        assert [(span.state, span.side) for span in running] == [(row.state, SIDES[self.state])]
        assert spans[0].began == row.asked
        for before, after in itertools.pairwise(spans):
            assert before.ended == after.began  # no gap, and never both
        if self.state in {State.CONCLUDED, State.CLOSED_NO_REPLY, State.WITHDRAWN}:
            assert running[0].side == Side.NOBODY


class TestAnyOrderOfSteps:
    def test_the_case_is_where_the_table_says_and_never_do_two_clocks_run(self, admin, hunter, form, clock):
        given = {"admin": admin, "hunter": hunter, "form": staticmethod(form), "clock": clock}
        bound = type("Bound", (InquiryMachine,), given)
        run_state_machine_as_test(bound, settings=settings(max_examples=15, stateful_step_count=12, deadline=None))


class TestTwoAtOnce:
    def test_the_second_sees_what_the_first_did(self, admin, hunter, opened):
        answer(hunter, opened.number, AnswerForm(Step.CONCLUDE, "Done."))
        with pytest.raises(InquiryStepNotPossible):
            answer(hunter, opened.number, AnswerForm(Step.ASK_INFO, "Which user?"))
        assert locked(admin, opened.number).state == State.CONCLUDED
