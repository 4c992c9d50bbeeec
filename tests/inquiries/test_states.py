"""The table of states."""

import pytest

from huntline.inquiries.errors import InquiryStepNotPossible
from huntline.inquiries.states import ANSWERS, OPEN, SIDES, TRANSITIONS, WAITING, Side, State, Step, follow


class TestFollow:
    @pytest.mark.requirement("R51")
    @pytest.mark.requirement("R52")
    @pytest.mark.requirement("R53")
    @pytest.mark.requirement("R54")
    @pytest.mark.parametrize(
        ("step", "state", "side"),
        [
            (Step.ASK_INFO, State.WAITING_INFO, Side.CUSTOMER),
            (Step.ASK_SAMPLES, State.WAITING_SAMPLES, Side.CUSTOMER),
            (Step.NEED_TIME, State.IN_PROGRESS, Side.EXPERTS),
            (Step.CONCLUDE, State.CONCLUDED, Side.NOBODY),
        ],
    )
    def test_the_four_answers_are_states_with_one_clock_each(self, step, state, side):
        for before in OPEN:
            assert follow(before, step) is state
        assert SIDES[state] is side

    @pytest.mark.parametrize("state", State)
    @pytest.mark.parametrize("step", Step)
    def test_a_step_that_is_not_in_the_table_is_refused_and_named(self, state, step):
        if (state, step) in TRANSITIONS:
            assert follow(state, step) is TRANSITIONS[state, step]
            return
        with pytest.raises(InquiryStepNotPossible) as refused:
            follow(state, step)
        assert state in refused.value.message
        assert step in refused.value.message

    def test_nothing_leads_back_from_withdrawn(self):
        assert not [step for state, step in TRANSITIONS if state is State.WITHDRAWN]

    def test_only_those_who_are_awaited_are_closed_for_not_replying(self):
        assert {state for state, step in TRANSITIONS if step is Step.CLOSE} == WAITING

    def test_a_report_leaves_the_customers_clock_alone(self):
        assert all(follow(state, Step.REPORT) is state for state in WAITING)

    def test_an_end_takes_no_answer(self):
        assert not [step for state, step in TRANSITIONS if state not in OPEN and step in ANSWERS]
