"""How far back a query looks by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from huntline.hunting.lookback import earliest_compared

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def days(count):
    return datetime(2026, 11, 16, tzinfo=UTC) - timedelta(days=count)


class TestEarliestCompared:
    @pytest.mark.parametrize(
        ("query", "earliest"),
        [
            ("T | where Timestamp > ago(90d)", days(90)),
            ("T | where ago(90d) <= Timestamp and Timestamp < ago(1h)", days(90)),
            ("T | where Timestamp >= datetime(2026-01-02 10:11:12)", datetime(2026, 1, 2, tzinfo=UTC)),
            ("T | where Timestamp between (datetime(2026-01-02) .. 5d)", datetime(2026, 1, 2, tzinfo=UTC)),
            ("T | where Timestamp between (ago(40d) .. now(-10d))", days(40)),
            ("T | where Timestamp > now(-50d)", days(50)),
            ("let back = 60d; T | where Timestamp > ago(back)", days(60)),
            ("let from = ago(45d); T | where Timestamp >= from", days(45)),
            ("let from = startofday(ago(45d)); T | where Timestamp >= from", days(45)),
            ("T | where bin(Timestamp, 1d) >= bin(ago(33d), 1d)", days(33)),
            ("T | join (U | where Timestamp > ago(70d)) on A | where Timestamp > ago(7d)", days(70)),
        ],
    )
    def test_finds_it(self, query, earliest):
        assert earliest_compared(query, NOW) == earliest

    @pytest.mark.parametrize(
        "query",
        [
            "T | take 3",
            "T | extend Age = Timestamp - datetime(1970-01-01)",
            "T | where LastSeen > ago(400d)",
            "T | where Timestamp > Other",
            "T | where Timestamp >",
            "let a = b; let b = a; T | where Timestamp > a",
            "T | where Timestamp > ago(" + "(" * 10_000,
        ],
    )
    def test_does_not_guess(self, query):
        assert earliest_compared(query, NOW) is None

    def test_beyond_the_calendar_is_the_beginning(self):
        assert earliest_compared("T | where Timestamp > ago(10000000d)", NOW) == datetime(1970, 1, 1, tzinfo=UTC)
