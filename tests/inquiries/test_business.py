"""Business time, with holidays, nights, other zones and clocks that are put forward and back."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huntline.inquiries.business import ALWAYS, Hours

SEOUL, NEW_YORK = zoneinfo.ZoneInfo("Asia/Seoul"), zoneinfo.ZoneInfo("America/New_York")
OFFICE = {day: (time(9), time(18)) for day in range(5)}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestBetween:
    @pytest.mark.parametrize(
        ("start", "end", "hours"),
        [
            ("2026-11-30T00:00", "2026-11-30T09:00", 9),  # nine to six in Seoul
            ("2026-11-30T08:00", "2026-12-01T01:00", 2),  # an hour each day
            ("2026-12-04T08:00", "2026-12-07T01:00", 2),  # over a week-end
            ("2026-12-05T00:00", "2026-12-06T12:00", 0),
            ("2026-12-01T05:00", "2026-12-01T04:00", 0),
        ],
    )
    def test_counts_opening_hours_of_the_zone(self, start, end, hours):
        assert Hours(SEOUL, OFFICE).between(at(start), at(end)) == timedelta(hours=hours)

    def test_a_holiday_does_not_count(self):
        holiday = Hours(SEOUL, OFFICE, frozenset({date(2026, 12, 25)}))
        assert holiday.between(at("2026-12-24T00:00"), at("2026-12-26T00:00")) == timedelta(hours=9)

    def test_around_the_clock_is_by_the_wall_also_when_it_is_put_back(self):
        around = Hours(NEW_YORK, ALWAYS)
        start, end = at("2026-10-31T12:00"), at("2026-11-02T12:00")
        assert around.between(start, end) == end - start

    def test_an_hour_that_is_skipped_does_not_count(self):
        early = Hours(NEW_YORK, {6: (time(1), time(4))})
        assert early.between(at("2026-03-08T00:00"), at("2026-03-09T00:00")) == timedelta(hours=2)


class TestAfter:
    @given(
        start=st.datetimes(
            at("2026-01-01").replace(tzinfo=None), at("2028-01-01").replace(tzinfo=None), timezones=st.just(UTC)
        ),
        minutes=st.integers(1, 60 * 24 * 10),
        zone=st.sampled_from([SEOUL, NEW_YORK, zoneinfo.ZoneInfo("UTC")]),
        weekdays=st.dictionaries(
            st.integers(0, 6),
            st.sampled_from([(time(9), time(18)), (time(1), time(4)), (time.min, time.max)]),
            min_size=1,
        ),
    )
    def test_is_when_that_much_has_passed(self, start, minutes, zone, weekdays):
        hours = Hours(zone, weekdays)
        span = timedelta(minutes=minutes)
        due = hours.after(start, span)
        assert due is not None
        assert hours.between(start, due) == span
        assert hours.between(start, due - timedelta(seconds=1)) < span

    def test_a_calendar_that_never_opens_ends_in_nothing(self):
        assert Hours(SEOUL, {}).after(at("2026-12-01T00:00"), timedelta(hours=1)) is None
