"""Bodies of ingest requests, read into columns."""

import gzip
import io
import json
import time
import zlib

import pytest

from huntline.telemetry.errors import BodyTooLarge, BrokenBody, UnknownEncoding
from huntline.telemetry.intake.bodies import read_body, unpack_gzip
from huntline.telemetry.intake.defender import read_envelope
from huntline.telemetry.intake.ndjson import read_rows
from huntline.telemetry.schema import TABLES, find_table

TIME = "2026-03-02T12:00:00.1234567Z"


def rows_of(body, table="DeviceEvents"):
    (portion,) = read_rows(find_table(table), body)
    return portion


class TestBodies:
    def test_plain_and_packed_bodies_are_the_same(self):
        body = b"x" * 3_000_000
        assert read_body(io.BytesIO(body), encoding="", limit=len(body)) == body
        assert read_body(io.BytesIO(gzip.compress(body)), encoding="gzip", limit=len(body)) == body

    def test_several_members_follow_one_another(self):
        assert unpack_gzip(gzip.compress(b"one,") + gzip.compress(b"two"), 100) == b"one,two"

    def test_thousands_of_members_are_refused_and_cost_little(self):
        began = time.monotonic()
        with pytest.raises(BrokenBody):
            unpack_gzip(gzip.compress(b"") * 200_000, 100)
        assert time.monotonic() - began < 5

    def test_members_of_every_size_follow_one_another(self):
        pieces = [bytes([65 + number % 26]) * number**3 for number in range(60)]
        packed = b"".join(map(gzip.compress, pieces))
        assert unpack_gzip(packed, 10_000_000) == b"".join(pieces)

    def test_an_empty_body_stays_empty(self):
        assert read_body(io.BytesIO(b""), encoding="gzip", limit=10) == b""
        assert unpack_gzip(gzip.compress(b""), 10) == b""

    @pytest.mark.parametrize("error", [ValueError("Bad chunked transfer size"), OSError("Request Entity Too Large")])
    def test_a_body_that_breaks_off_is_the_senders_fault(self, error):
        class Breaking:
            def read(self, size):
                raise error

        with pytest.raises(BrokenBody):
            read_body(Breaking(), encoding="", limit=1000)

    @pytest.mark.parametrize("encoding", ["", "gzip"])
    def test_more_than_the_limit_is_refused(self, encoding):
        with pytest.raises(BodyTooLarge):
            read_body(io.BytesIO(b"x" * 1001), encoding=encoding, limit=1000)

    def test_a_bomb_is_not_unpacked(self):
        packer = zlib.compressobj(wbits=31)
        bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
        assert len(bomb) < 300_000
        with pytest.raises(BodyTooLarge):
            read_body(io.BytesIO(bomb), encoding="gzip", limit=1 << 20)

    @pytest.mark.parametrize(
        "body",
        [b"no gzip at all", gzip.compress(b"x" * 1000)[:-9], gzip.compress(b"x") + b"tail"],
        ids=["foreign", "cut", "with a tail"],
    )
    def test_a_broken_body_is_refused(self, body):
        with pytest.raises(BrokenBody):
            read_body(io.BytesIO(body), encoding="gzip", limit=1 << 20)

    def test_another_encoding_is_refused_by_name(self):
        with pytest.raises(UnknownEncoding) as caught:
            read_body(io.BytesIO(b""), encoding="br", limit=1)
        assert "“br”" in caught.value.message


class TestRows:
    def test_values_come_as_they_were_sent(self):
        line = {"Timestamp": TIME, "DeviceName": "pc", "ProcessId": 7, "AdditionalFields": {"a": 1}, "RemotePort": None}
        portion = rows_of(json.dumps(line).encode())
        (columns,) = portion.tables
        assert portion.records == columns.count == 1
        assert columns.columns["DeviceName"] == ["pc"]
        assert columns.columns["ProcessId"] == [7]
        assert columns.columns["AdditionalFields"] == ['{"a": 1}']
        assert columns.columns["Timestamp"][0] % 10 == 7
        assert "RemotePort" not in columns.columns

    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ('"{\\"a\\": 1}"', '{"a": 1}'),
            ('"plain"', '"plain"'),
            ('"5"', '"5"'),
            ("5", "5"),
            ("[1, 2]", "[1, 2]"),
            ("true", "true"),
        ],
    )
    def test_a_dynamic_value_is_json_text(self, sent, stored):
        portion = rows_of(f'{{"Timestamp": "{TIME}", "RawEventData": {sent}}}'.encode(), "CloudAppEvents")
        assert portion.tables[0].columns["RawEventData"] == [stored]

    def test_a_string_that_holds_json_loses_its_quotes(self):
        portion = rows_of(f'{{"Timestamp": "{TIME}", "AdditionalFields": "plain"}}'.encode())
        assert portion.tables[0].columns["AdditionalFields"] == ["plain"]

    @pytest.mark.parametrize(
        ("line", "code", "part"),
        [
            ('{"Timestamp": "2026-03-02T12:00:00Z", "DeviceNam": "x"}', "unknown_column", "Did you mean DeviceName?"),
            ('{"Timestamp": "2026-03-02T12:00:00Z", "ProcessId": "5"}', "wrong_type", "ProcessId"),
            ('{"Timestamp": "2026-03-02T12:00:00Z", "RemotePort": 99999999999}', "wrong_type", "RemotePort"),
            ('{"Timestamp": "noon"}', "wrong_type", "“noon”"),
            ('{"DeviceName": "x"}', "missing_time", "Timestamp"),
            ('{"Timestamp": ', "not_json", "JSON"),
            ("[1]", "wrong_type", "object"),
            ("\xff", "not_json", "JSON"),
            ('{"AdditionalFields": ' + "[" * 9000, "not_json", "JSON"),
        ],
    )
    def test_a_bad_line_is_named_and_the_others_are_kept(self, line, code, part):
        good = f'{{"Timestamp": "{TIME}"}}'
        portion = rows_of(f"{good}\n\n{line}\n{good}\n".encode("latin-1"))
        assert portion.tables[0].count == 2
        (refusal,) = portion.refusals
        assert (refusal.line, refusal.code) == (3, code)
        assert part in refusal.reason

    def test_every_table_takes_a_row_of_all_its_columns(self):
        samples = {"string": "x", "int": 1, "long": 2, "real": 0.5, "bool": True, "datetime": TIME, "dynamic": {"k": 1}}
        for table in TABLES:
            row = {column.name: samples[column.type] for column in table.columns}
            portion = rows_of(json.dumps(row).encode(), table.name)
            assert portion.refusals == []
            assert set(portion.tables[0].columns) == set(row)


class TestDefender:
    RECORD = {
        "time": TIME,
        "tenantId": "ffff",
        "category": "AdvancedHunting-DeviceProcessEvents",
        "properties": {"Timestamp": TIME, "DeviceName": "pc", "ProcessId": 5, "MachineGroup": "Tier 0"},
    }

    @pytest.mark.parametrize("shape", ["document", "pretty document", "records a line", "envelopes a line"])
    def test_every_shape_of_an_export_gives_the_same_rows(self, shape):
        records = [self.RECORD, self.RECORD]
        body = {
            "document": json.dumps({"records": records}),
            "pretty document": json.dumps({"records": records}, indent=2),
            "records a line": "\n".join(json.dumps(record) for record in records),
            "envelopes a line": "\n".join(json.dumps({"records": [record]}) for record in records),
        }[shape]
        (portion,) = read_envelope(body.encode())
        (columns,) = portion.tables
        assert portion.records == columns.count == 2
        assert columns.table.name == "DeviceProcessEvents"
        assert columns.columns["ProcessId"] == [5, 5]
        assert columns.columns["_SourceFields"] == ['{"MachineGroup":"Tier 0"}'] * 2

    def test_machine_group_is_a_column_of_its_own_table(self):
        properties = {"Timestamp": TIME, "DeviceId": "d", "MachineGroup": "Tier 0"}
        record = {"category": "AdvancedHunting-DeviceInfo", "properties": properties}
        (portion,) = read_envelope(json.dumps(record).encode())
        assert portion.tables[0].columns["MachineGroup"] == ["Tier 0"]

    def test_a_column_of_tomorrow_is_kept_beside_the_row(self):
        record = {**self.RECORD, "properties": {**self.RECORD["properties"], "BrandNew": {"x": 1}}}
        (portion,) = read_envelope(json.dumps(record).encode())
        assert portion.refusals == []
        beside = json.loads(portion.tables[0].columns["_SourceFields"][0])
        assert beside == {"MachineGroup": "Tier 0", "BrandNew": {"x": 1}}

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ('{"category": "AdvancedHunting-Nothing", "properties": {}}', "unknown_table"),
            ('{"properties": {}}', "not_a_record"),
            ('{"category": "AdvancedHunting-DeviceEvents", "properties": {"Timestamp": 5}}', "wrong_type"),
            ('{"category": "AdvancedHunting-DeviceEvents", "properties": [1]}', "wrong_type"),
            ('{"records": [', "not_json"),
            ("hello", "not_json"),
        ],
    )
    def test_a_bad_record_is_named_and_the_others_are_kept(self, line, code):
        (portion,) = read_envelope(f"{json.dumps(self.RECORD)}\n{line}".encode())
        assert [columns.count for columns in portion.tables] == [1]
        assert [(refusal.line, refusal.code) for refusal in portion.refusals] == [(2, code)]
