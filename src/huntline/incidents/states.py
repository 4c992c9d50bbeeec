"""The states of a draft as a table: what is not in it cannot happen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from huntline.incidents.errors import DraftStepNotPossible


class DraftState(StrEnum):
    """Where a draft stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    PUBLISHED = "published"


class DraftStep(StrEnum):
    """What somebody does with it."""

    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"


# A deleted draft is gone; its row of the table names the state that it leaves.
TRANSITIONS: Final[Mapping[tuple[DraftState, DraftStep], DraftState]] = {
    (DraftState.DRAFT, DraftStep.EDIT): DraftState.DRAFT,
    (DraftState.DRAFT, DraftStep.DELETE): DraftState.DRAFT,
    (DraftState.DRAFT, DraftStep.SUBMIT): DraftState.IN_REVIEW,
    (DraftState.IN_REVIEW, DraftStep.RETURN): DraftState.RETURNED,
    (DraftState.IN_REVIEW, DraftStep.PUBLISH): DraftState.PUBLISHED,
    (DraftState.RETURNED, DraftStep.EDIT): DraftState.RETURNED,
    (DraftState.RETURNED, DraftStep.DELETE): DraftState.RETURNED,
    (DraftState.RETURNED, DraftStep.SUBMIT): DraftState.IN_REVIEW,
}


def follow(state: DraftState, step: DraftStep) -> DraftState:
    """Return the state after a step. Raises DraftStepNotPossible.

    >>> follow(DraftState.IN_REVIEW, DraftStep.PUBLISH)
    <DraftState.PUBLISHED: 'published'>
    """
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise DraftStepNotPossible(step, state) from None
