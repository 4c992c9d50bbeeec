"""The table of states."""

import pytest

from huntline.enrolment.errors import StepNotPossible
from huntline.enrolment.states import TRANSITIONS, State, Step, follow


class TestFollow:
    def test_every_row_of_the_table_leads_where_it_says(self):
        assert all(follow(state, step) is target for (state, step), target in TRANSITIONS.items())

    @pytest.mark.parametrize("state", State)
    @pytest.mark.parametrize("step", Step)
    def test_a_step_that_is_not_in_the_table_is_refused_and_named(self, state, step):
        if (state, step) in TRANSITIONS:
            return
        with pytest.raises(StepNotPossible) as refused:
            follow(state, step)
        assert refused.value.code == "enrolment_step_not_possible"
        assert state in refused.value.message
        assert step in refused.value.message

    def test_nothing_leads_back_from_approved(self):
        assert not [step for (state, step) in TRANSITIONS if state is State.APPROVED]
