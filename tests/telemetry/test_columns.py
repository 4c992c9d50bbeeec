"""Rows become columns of storage values; what does not fit is named."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huntline.telemetry.columns import convert_rows
from huntline.telemetry.rows import MappedRows
from huntline.telemetry.times import DAY, moment_of, ticks_of, ticks_of_text

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def convert(*rows, table="DeviceEvents"):
    return convert_rows(MappedRows(table, [{"Timestamp": NOON, **row} for row in rows]))


class TestValues:
    def test_a_row_that_fits(self):
        columns, refusals = convert(
            {"DeviceName": "pc1", "ProcessId": 7, "IsProcessRemoteSession": True, "ProcessCreationTime": NOON},
            {"DeviceName": None, "ProcessId": None},
        )
        assert refusals == []
        assert columns.count == 2
        assert columns.columns == {
            "Timestamp": [ticks_of(NOON)] * 2,
            "DeviceName": ["pc1", ""],
            "ProcessId": [7, None],
            "IsProcessRemoteSession": [True, None],
            "ProcessCreationTime": [ticks_of(NOON), None],
        }

    def test_columns_without_a_value_are_left_out(self):
        columns, _ = convert({"DeviceName": "", "ProcessId": None, "FileName": "a.exe"})
        assert set(columns.columns) == {"Timestamp", "FileName"}

    @pytest.mark.parametrize(
        ("table", "name", "value", "stored"),
        [
            ("CloudAppEvents", "RawEventData", {"a": [1]}, '{"a":[1]}'),
            ("CloudAppEvents", "RawEventData", '{"a": 1}', '{"a": 1}'),
            ("DeviceEvents", "AdditionalFields", {"Command": "whoami"}, '{"Command":"whoami"}'),
            ("DeviceEvents", "AdditionalFields", "plain", "plain"),
            ("DeviceEvents", "_SourceFields", {"EventID": 1}, '{"EventID":1}'),
            ("DeviceTvmSecureConfigurationAssessment", "ConfigurationImpact", 9, 9),
            ("DeviceEvents", "ProcessCreationTime", "2026-03-02T12:00:00.1234567Z", ticks_of(NOON) + 1_234_567),
            ("DeviceEvents", "ProcessCreationTime", 17, 17),
            ("DeviceEvents", "FileName", "half \ud800 pair", "half ? pair"),
        ],
    )
    def test_each_type_is_stored_as_the_engine_wants_it(self, table, name, value, stored):
        columns, refusals = convert({name: value}, table=table)
        assert refusals == []
        assert columns.columns[name] == [stored]

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("FileName", 5, "FileName: a string is wanted, not a whole number."),
            ("ProcessId", "5", "ProcessId: a whole number is wanted, not a string."),
            ("ProcessId", True, "ProcessId: a whole number is wanted, not a truth value."),
            ("ProcessId", 1 << 63, "ProcessId: 9223372036854775808 does not fit 64 bits."),
            ("RemotePort", 1 << 31, "RemotePort: 2147483648 does not fit 32 bits."),
            ("IsProcessRemoteSession", 1, "IsProcessRemoteSession: true or false is wanted, not a whole number."),
            (
                "ProcessCreationTime",
                "yesterday",
                "ProcessCreationTime: a time such as 2026-03-02T12:00:00Z is wanted, not “yesterday”.",
            ),
        ],
    )
    def test_a_value_of_another_type_is_refused_and_the_other_rows_are_kept(self, name, value, reason):
        columns, refusals = convert({"_Line": 1, "FileName": "good"}, {"_Line": 2, name: value}, {"_Line": 3})
        assert columns.count == 2
        assert [(one.line, one.code, one.reason) for one in refusals] == [(2, "wrong_type", reason)]

    def test_an_unknown_column_is_named_with_the_one_that_may_be_meant(self):
        columns, refusals = convert({"_Line": 4, "DeviceNmae": "x"}, {"DeviceName": "y"})
        assert columns.columns["DeviceName"] == ["y"]
        assert refusals[0].code == "unknown_column"
        assert refusals[0].reason == "DeviceEvents has no column DeviceNmae. Did you mean DeviceName?"

    def test_an_unknown_table_is_refused(self):
        columns, refusals = convert({"_Line": 1}, table="DeviceProcesEvents")
        assert columns is None
        assert refusals[0].reason == "There is no hunting table DeviceProcesEvents. Did you mean DeviceProcessEvents?"

    def test_what_is_ours_alone_cannot_be_sent(self):
        _, refusals = convert({"_TenantId": "x"}, {"_IngestionTime": NOON})
        assert [one.code for one in refusals] == ["unknown_column", "unknown_column"]

    @pytest.mark.parametrize(
        ("time", "code"),
        [
            (None, "missing_time"),
            ("", "missing_time"),
            ("0001-01-01T00:00:00Z", "missing_time"),
            ("1969-12-31T23:59:59Z", "time_out_of_range"),
            ("2199-01-01T00:00:00Z", "time_out_of_range"),
        ],
    )
    def test_a_row_of_a_table_of_events_has_a_time(self, time, code):
        columns, refusals = convert_rows(MappedRows("DeviceEvents", [{"Timestamp": time, "_Line": 9}]))
        assert columns is None
        assert [(one.line, one.code) for one in refusals] == [(9, code)]

    def test_the_year_1_means_no_time(self):
        columns, refusals = convert({"ProcessCreationTime": "0001-01-01T00:00:00Z"})
        assert refusals == []
        assert "ProcessCreationTime" not in columns.columns

    def test_a_table_of_present_state_needs_none(self):
        columns, refusals = convert_rows(MappedRows("DeviceTvmSoftwareInventory", [{"DeviceId": "d"}]))
        assert refusals == []
        assert columns.columns == {"DeviceId": ["d"]}


class TestParts:
    def test_parts_hold_every_row_once(self):
        columns, _ = convert(*({"ProcessId": number} for number in range(10)))
        parts = list(columns.parts(4))
        assert [part.count for part in parts] == [4, 4, 2]
        assert [pid for part in parts for pid in part.columns["ProcessId"]] == list(range(10))


class TestTimes:
    @given(st.integers(min_value=0, max_value=60_000 * DAY).map(lambda ticks: ticks // 10 * 10))
    def test_ticks_and_moments_are_inverse(self, ticks):
        assert ticks_of(moment_of(ticks)) == ticks

    @given(st.integers(min_value=0, max_value=60_000 * DAY))
    def test_a_text_of_seven_digits_keeps_every_tick(self, ticks):
        text = f"{moment_of(ticks):%Y-%m-%dT%H:%M:%S}.{ticks % 10_000_000:07}Z"
        assert ticks_of_text(text) == ticks

    def test_a_zone_is_honoured_and_none_is_utc(self):
        east = NOON.astimezone(timezone(timedelta(hours=9)))
        assert (
            ticks_of(east) == ticks_of_text(east.isoformat()) == ticks_of_text("2026-03-02T12:00:00") == ticks_of(NOON)
        )
