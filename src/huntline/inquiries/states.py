"""The states of an inquiry as a table, what each means for the two clocks, and the kinds of answer."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from huntline.inquiries.errors import InquiryStepNotPossible


class State(StrEnum):
    """Where an inquiry stands."""

    SUBMITTED = "submitted"
    IN_PROGRESS = "in_progress"
    WAITING_INFO = "waiting_info"
    WAITING_SAMPLES = "waiting_samples"
    CONCLUDED = "concluded"
    CLOSED_NO_REPLY = "closed_no_reply"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What somebody does about it. The first five are the experts' answers, the others the customer's steps and the system's own."""

    ASK_INFO = "ask_info"
    ASK_SAMPLES = "ask_samples"
    NEED_TIME = "need_time"
    REPORT = "report"
    CONCLUDE = "conclude"
    REPLY = "reply"
    WITHDRAW = "withdraw"
    CLOSE = "close"


class Side(StrEnum):
    """Whose clock runs: who has to do the next thing. Nobody's once an inquiry is at its end."""

    EXPERTS = "experts"
    CUSTOMER = "customer"
    NOBODY = "nobody"


OPEN: Final = frozenset({State.SUBMITTED, State.IN_PROGRESS, State.WAITING_INFO, State.WAITING_SAMPLES})
WAITING: Final = frozenset({State.WAITING_INFO, State.WAITING_SAMPLES})
ANSWERS: Final = (Step.ASK_INFO, Step.ASK_SAMPLES, Step.NEED_TIME, Step.REPORT, Step.CONCLUDE)

SIDES: Final[Mapping[State, Side]] = {
    State.SUBMITTED: Side.EXPERTS,
    State.IN_PROGRESS: Side.EXPERTS,
    State.WAITING_INFO: Side.CUSTOMER,
    State.WAITING_SAMPLES: Side.CUSTOMER,
    State.CONCLUDED: Side.NOBODY,
    State.CLOSED_NO_REPLY: Side.NOBODY,
    State.WITHDRAWN: Side.NOBODY,
}

_ANSWERED: Final[Mapping[Step, State]] = {
    Step.ASK_INFO: State.WAITING_INFO,
    Step.ASK_SAMPLES: State.WAITING_SAMPLES,
    Step.NEED_TIME: State.IN_PROGRESS,
    Step.REPORT: State.IN_PROGRESS,
    Step.CONCLUDE: State.CONCLUDED,
}
# An answer may be given in any open state, also while experts wait: they found what they had asked for, or need something else.
TRANSITIONS: Final[Mapping[tuple[State, Step], State]] = {
    **{(state, step): then for state in OPEN for step, then in _ANSWERED.items()},
    # A report while the customer is awaited leaves the customer's clock alone.
    (State.WAITING_INFO, Step.REPORT): State.WAITING_INFO,
    (State.WAITING_SAMPLES, Step.REPORT): State.WAITING_SAMPLES,
    (State.SUBMITTED, Step.REPLY): State.SUBMITTED,
    (State.IN_PROGRESS, Step.REPLY): State.IN_PROGRESS,
    (State.WAITING_INFO, Step.REPLY): State.IN_PROGRESS,
    (State.WAITING_SAMPLES, Step.REPLY): State.IN_PROGRESS,
    (State.CONCLUDED, Step.REPLY): State.IN_PROGRESS,  # a follow-up
    (State.CLOSED_NO_REPLY, Step.REPLY): State.IN_PROGRESS,  # opened again
    **{(state, Step.WITHDRAW): State.WITHDRAWN for state in OPEN},
    **{(state, Step.CLOSE): State.CLOSED_NO_REPLY for state in WAITING},
}


def follow(state: State, step: Step) -> State:
    """Return the state after a step. Raises InquiryStepNotPossible.

    >>> follow(State.IN_PROGRESS, Step.ASK_SAMPLES)
    <State.WAITING_SAMPLES: 'waiting_samples'>
    """
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise InquiryStepNotPossible(step, state) from None
