"""Bursts, refilling, and clients that do not disturb each other."""

from datetime import timedelta

import pytest

from huntline.compat.errors import CallsExceeded
from huntline.compat.limits import Limit


@pytest.fixture
def limit(clock):
    return Limit("test", per_minute=3, per_hour=5)


def spend(limit: Limit, calls: int, client: str = "a") -> None:
    for _ in range(calls):
        limit.spend(client)


class TestSpend:
    def test_a_burst_and_then_a_wait(self, limit, clock):
        spend(limit, 3)
        with pytest.raises(CallsExceeded, match="3 per minute") as caught:
            limit.spend("a")
        assert caught.value.detail == {"retry_after": 20}
        clock.advance(timedelta(seconds=20))
        limit.spend("a")

    def test_a_refused_call_costs_nothing(self, limit, clock):
        spend(limit, 3)
        for _ in range(5):
            with pytest.raises(CallsExceeded):
                limit.spend("a")
        clock.advance(timedelta(seconds=20))
        limit.spend("a")

    def test_the_hour_counts_too(self, limit, clock):
        spend(limit, 3)
        clock.advance(timedelta(minutes=1))
        spend(limit, 2)
        with pytest.raises(CallsExceeded, match="5 per hour") as caught:
            limit.spend("a")
        assert 600 < caught.value.detail["retry_after"] <= 720

    def test_one_client_does_not_disturb_another(self, limit):
        spend(limit, 3, "a")
        spend(limit, 3, "b")

    def test_a_clock_that_goes_back_gives_nothing(self, limit, clock):
        spend(limit, 3)
        clock.advance(timedelta(minutes=-5))
        with pytest.raises(CallsExceeded):
            limit.spend("a")

    def test_clients_that_are_gone_are_forgotten(self, limit, clock, monkeypatch):
        monkeypatch.setattr("huntline.compat.limits._SWEEP_AT", 10)
        for number in range(5):
            limit.spend(f"old {number}")
        clock.advance(timedelta(hours=2))
        limit.spend("new")
        assert {client for client, _window in limit._buckets} == {"new"}
