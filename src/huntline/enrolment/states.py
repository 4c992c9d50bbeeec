"""The states of an enrolment, and of an expert subscription, as tables: what is not in them cannot happen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from huntline.enrolment.errors import StepNotPossible


class State(StrEnum):
    """Where a tenant stands."""

    NOT_APPLIED = "not_applied"
    SUBMITTED = "submitted"
    DETAILS_ASKED = "details_asked"
    DECLINED = "declined"
    APPROVED = "approved"


class Step(StrEnum):
    """What somebody does about it."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    DECLINE = "decline"
    ASK = "ask"
    ANSWER = "answer"


class Outcome(StrEnum):
    """What became of one application; it is submitted until somebody decides, also while details are asked."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    DECLINED = "declined"


TRANSITIONS: Final[Mapping[tuple[State, Step], State]] = {
    (State.NOT_APPLIED, Step.SUBMIT): State.SUBMITTED,
    (State.DECLINED, Step.SUBMIT): State.SUBMITTED,  # applying again
    (State.SUBMITTED, Step.WITHDRAW): State.NOT_APPLIED,
    (State.SUBMITTED, Step.APPROVE): State.APPROVED,
    (State.SUBMITTED, Step.DECLINE): State.DECLINED,
    (State.SUBMITTED, Step.ASK): State.DETAILS_ASKED,
    (State.DETAILS_ASKED, Step.ANSWER): State.SUBMITTED,
    (State.DETAILS_ASKED, Step.WITHDRAW): State.NOT_APPLIED,
    (State.DETAILS_ASKED, Step.APPROVE): State.APPROVED,
    (State.DETAILS_ASKED, Step.DECLINE): State.DECLINED,
}


class TalkOutcome(StrEnum):
    """What the talk about eligibility ended with."""

    ELIGIBLE = "eligible"
    NOT_YET = "not_yet"
    NOT_ELIGIBLE = "not_eligible"


class SubscriptionKind(StrEnum):
    """What the account team grants."""

    TRIAL = "trial"
    FULL = "full"


class SubscriptionState(StrEnum):
    """What a tenant has now."""

    NONE = "none"
    TRIAL = "trial"
    FULL = "full"
    EXPIRED = "expired"


# Which kinds may be granted in which state. Nobody tries twice, and a full subscription does not turn into a trial.
GRANTS: Final[Mapping[SubscriptionState, frozenset[SubscriptionKind]]] = {
    SubscriptionState.NONE: frozenset(SubscriptionKind),
    SubscriptionState.TRIAL: frozenset(SubscriptionKind),  # the same again is a longer trial
    SubscriptionState.EXPIRED: frozenset({SubscriptionKind.FULL}),
    SubscriptionState.FULL: frozenset({SubscriptionKind.FULL}),  # another term
}


def follow(state: State, step: Step) -> State:
    """Return the state after a step. Raises StepNotPossible.

    >>> follow(State.SUBMITTED, Step.APPROVE)
    <State.APPROVED: 'approved'>
    """
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise StepNotPossible(step, state) from None
