"""The two clocks, what is made of them, and what is foreseen."""

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest

from huntline.inquiries.business import Hours
from huntline.inquiries.clocks import forecast, read, spread
from huntline.inquiries.states import Side

OFFICE = Hours(zoneinfo.ZoneInfo("UTC"), {day: (time(9), time(17)) for day in range(5)})
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Span:
    side: Side
    began: datetime
    ended: datetime | None


class TestRead:
    def test_keeps_the_sides_apart_and_nights_out(self):
        spans = [
            Span(Side.EXPERTS, MONDAY, MONDAY + 2 * HOUR),
            Span(Side.CUSTOMER, MONDAY + 2 * HOUR, MONDAY + 25 * HOUR),
            Span(Side.EXPERTS, MONDAY + 25 * HOUR, None),
        ]
        clocks = read(spans, OFFICE, MONDAY + 26 * HOUR)
        assert (clocks.experts, clocks.customer) == (3 * HOUR, 23 * HOUR)
        assert (clocks.experts_business, clocks.customer_business) == (3 * HOUR, 7 * HOUR)


class TestSpread:
    def test_of_nothing_is_nothing(self):
        assert spread([]).median is None

    @pytest.mark.parametrize(
        ("hours", "median", "p90", "worst"), [([5], 5, 5, 5), ([1, 9], 1, 9, 9), (range(1, 101), 50, 90, 100)]
    )
    def test_each_figure_was_measured(self, hours, median, p90, worst):
        found = spread([hour * HOUR for hour in hours])
        assert (found.median, found.p90, found.worst) == (median * HOUR, p90 * HOUR, worst * HOUR)
        assert found.n == len(hours)


class TestForecast:
    def test_is_calm_with_time_left_and_a_good_pace(self):
        found = forecast(OFFICE, MONDAY, 8 * HOUR, 2 * HOUR, MONDAY + HOUR)
        assert (found.due, found.breached, found.at_risk) == (MONDAY + 8 * HOUR, False, False)

    def test_little_left_is_a_risk(self):
        assert forecast(OFFICE, MONDAY, 8 * HOUR, None, MONDAY + 6 * HOUR).at_risk

    def test_a_pace_beyond_the_goal_is_a_risk_from_the_first_minute(self):
        assert forecast(OFFICE, MONDAY, 8 * HOUR, 9 * HOUR, MONDAY).at_risk

    def test_what_is_missed_is_breached_and_no_risk_any_more(self):
        found = forecast(OFFICE, MONDAY, 8 * HOUR, None, MONDAY + 8 * HOUR)
        assert (found.breached, found.at_risk) == (True, False)
