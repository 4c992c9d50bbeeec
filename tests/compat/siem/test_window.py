"""The parameters of a pull."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from huntline.compat.errors import ParameterInvalid
from huntline.compat.siem.window import Pull, read_pull

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def pull(query: str) -> Pull:
    return read_pull(QueryDict(query))


class TestReadPull:
    @pytest.mark.requirement("R20")
    def test_without_parameters_the_last_two_hours(self, clock):
        assert pull("") == Pull(NOW - timedelta(hours=2), NOW, None, nothing=False)

    @pytest.mark.parametrize(
        ("text", "at"),
        [
            ("2016-09-12T00:00:00.000", datetime(2016, 9, 12, tzinfo=UTC)),
            ("2016-09-12T00:00:00.1234567Z", datetime(2016, 9, 12, 0, 0, 0, 123456, tzinfo=UTC)),
            ("2016-09-12T01:00:00%2B01:00", datetime(2016, 9, 12, tzinfo=UTC)),
            ("2016-09-12T01:00:00+01:00", datetime(2016, 9, 12, tzinfo=UTC)),
            ("2016-09-11T23:00:00-01:00", datetime(2016, 9, 12, tzinfo=UTC)),
            ("2016-09-12", datetime(2016, 9, 12, tzinfo=UTC)),
        ],
    )
    def test_every_form_of_a_time(self, clock, text, at):
        assert pull(f"sinceTimeUtc={text}") == Pull(at, NOW, None, nothing=False)
        assert pull(f"sincetimeutc=2000-01-01&UNTILTIMEUTC={text}").until == at

    @pytest.mark.parametrize(
        ("text", "span"),
        [
            ("PT10M", timedelta(minutes=10)),
            ("P1D", timedelta(days=1)),
            ("P1DT2H30M5.5S", timedelta(days=1, hours=2, minutes=30, seconds=5.5)),
            ("P2W", timedelta(weeks=2)),
            ("pt90s", timedelta(seconds=90)),
        ],
    )
    def test_ago_counts_from_now(self, clock, text, span):
        assert pull(f"ago={text}") == Pull(NOW - span, NOW, None, nothing=False)

    def test_a_very_long_time_ago_is_everything(self, clock):
        assert pull("ago=P99999DT999999H").since.year < 1950

    def test_until_alone_means_the_two_hours_before(self, clock):
        assert pull("untilTimeUtc=2020-01-01T12:00:00Z").since == datetime(2020, 1, 1, 10, tzinfo=UTC)

    def test_limit(self, clock):
        assert pull("limit=20").limit == 20

    @pytest.mark.parametrize("name", ["machinegroups", "DeviceCreatedMachineTags", "CloudCreatedMachineTags"])
    def test_groups_and_tags_that_no_device_has(self, clock, name):
        assert pull(f"{name}=a&{name}=b").nothing
        assert not pull(f"{name}=").nothing

    @pytest.mark.parametrize(
        "query",
        [
            "sinceTimeUtc=yesterday",
            "sinceTimeUtc=",
            "untilTimeUtc=2016-13-01",
            "sinceTimeUtc=0001-01-01T00:00:00%2B14:00",
            "ago=10",
            "ago=P",
            "ago=PT",
            "ago=P1M",
            "ago=P1Y",
            "ago=-PT10M",
            "ago=PT1M&sinceTimeUtc=2016-01-01",
            "limit=0",
            "limit=-1",
            "limit=x",
            "limit=" + "9" * 5000,
        ],
    )
    def test_what_cannot_be_read_is_refused(self, clock, query):
        with pytest.raises(ParameterInvalid):
            pull(query)
