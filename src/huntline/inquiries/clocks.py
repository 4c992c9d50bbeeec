"""The two clocks of a case, from the spans of its states: expert time apart from customer time, by the wall and by business hours."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from huntline.inquiries.business import Hours
from huntline.inquiries.states import Side

# What is nearer to its goal than this part of it is at risk.
RISK: Final = 0.25


class Spanned(Protocol):
    """A span of a state: whose clock ran, from when, to when (None: it runs)."""

    @property
    def side(self) -> str:
        """Whose clock."""

    @property
    def began(self) -> datetime:
        """From when."""

    @property
    def ended(self) -> datetime | None:
        """To when."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long each side had the case: by the wall, and in the customer's business hours."""

    experts: timedelta
    customer: timedelta
    experts_business: timedelta
    customer_business: timedelta


def read(spans: Iterable[Spanned], hours: Hours, moment: datetime) -> Clocks:
    """Return the clocks of a case at a moment. A span that runs counts until then."""
    wall = dict.fromkeys(Side, timedelta())
    business = dict.fromkeys(Side, timedelta())
    for span in spans:
        end = span.ended or moment
        wall[Side(span.side)] += max(timedelta(), end - span.began)
        business[Side(span.side)] += hours.between(span.began, end)
    return Clocks(wall[Side.EXPERTS], wall[Side.CUSTOMER], business[Side.EXPERTS], business[Side.CUSTOMER])


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, ninetieth percentile and worst of some spans, and how many they are. None where there is none."""

    n: int
    median: timedelta | None
    p90: timedelta | None
    worst: timedelta | None


def spread(values: Sequence[timedelta]) -> Spread:
    """Return the spread of some spans, by nearest rank: each figure is one that was measured.

    >>> spread([timedelta(hours=hour) for hour in range(1, 11)]).p90
    datetime.timedelta(seconds=32400)
    """
    ordered = sorted(values)
    if not ordered:
        return Spread(0, None, None, None)
    return Spread(len(ordered), _rank(ordered, 0.5), _rank(ordered, 0.9), ordered[-1])


def _rank(ordered: Sequence[timedelta], part: float) -> timedelta:
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will come of a goal that is still open.

    due: when it is missed. breached: it is. at_risk: little of it is left, or the usual pace will miss it.
    """

    due: datetime
    breached: bool
    at_risk: bool


def forecast(
    hours: Hours, began: datetime, goal: timedelta, pace: timedelta | None, moment: datetime
) -> Forecast | None:
    """Return what will come of a goal in business time. pace: the ninetieth percentile so far, None where nothing is known.

    None is returned where the calendar never gets that far.
    """
    due = hours.after(began, goal)
    if due is None:
        return None
    left = goal - hours.between(began, moment)
    breached = moment >= due
    return Forecast(due, breached, not breached and (left <= goal * RISK or (pace is not None and pace > goal)))
