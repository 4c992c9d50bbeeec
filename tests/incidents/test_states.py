"""The table of a draft's states."""

import pytest

from huntline.incidents.errors import DraftStepNotPossible
from huntline.incidents.states import TRANSITIONS, DraftState, DraftStep, follow


class TestFollow:
    def test_every_row_of_the_table_leads_where_it_says(self):
        assert all(follow(state, step) is target for (state, step), target in TRANSITIONS.items())

    @pytest.mark.parametrize("state", DraftState)
    @pytest.mark.parametrize("step", DraftStep)
    def test_a_step_that_is_not_in_the_table_is_refused_and_named(self, state, step):
        if (state, step) in TRANSITIONS:
            return
        with pytest.raises(DraftStepNotPossible) as refused:
            follow(state, step)
        assert state in refused.value.message
        assert step in refused.value.message

    def test_what_is_published_stays_published(self):
        assert not [step for state, step in TRANSITIONS if state is DraftState.PUBLISHED]

    def test_only_what_is_in_review_is_published(self):
        assert [s for (s, step) in TRANSITIONS if step is DraftStep.PUBLISH] == [DraftState.IN_REVIEW]
