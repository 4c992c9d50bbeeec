"""The exercise range: its catalogue is well formed, and what is played fits the tables and the rest of the demo."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

import orjson
import pytest

from demo.expectations import generated
from huntline.demo.exercise import RANGE, catalogue
from huntline.demo.exercise.catalogue import STATE, CatalogueInvalid, parse_catalogue
from huntline.demo.fleet import build_fleet
from huntline.demo.generator import exercise_plan, generate
from huntline.telemetry.columns import convert_rows
from huntline.telemetry.rows import MappedRows
from huntline.telemetry.schema import physical_tables

UNTIL = datetime(2026, 6, 15, 12, tzinfo=UTC)
ALLOWED_ADDRESS = re.compile(r"(?:10|127)(?:\.\d+){3}|(?:0\.){3}0|192\.0\.2\.\d+|198\.51\.100\.\d+|203\.0\.113\.\d+")


@pytest.fixture(scope="module")
def month():
    return generated(exercise_plan(UNTIL))


class TestCatalogue:
    def test_covers_many_techniques_of_every_tactic(self):
        techniques = [one for one in catalogue() if one.id != STATE]
        assert len({one.id for one in techniques}) > 80
        assert len({one.tactic for one in techniques}) >= 10
        assert len({(one.id, one.title) for one in techniques}) == len(techniques)

    @pytest.mark.parametrize(
        "text",
        ["# T1 short", "# T1033 x\non moon", "# T1033 x\nas king", "# T1033 x\nrun cmd.exe", "# 1033 x"],
        ids=["id", "platform", "actor", "verb", "title"],
    )
    def test_refuses_what_is_not_of_its_form(self, text):
        with pytest.raises(CatalogueInvalid):
            parse_catalogue("discovery", text)

    def test_data_of_the_registry_may_hold_what_separates_fields(self):
        text = (
            "# T1112 x\nregistry reg.exe RegistryValueSet HKEY_LOCAL_MACHINE\\a | v | x | iex | RegistryValueType=Dword"
        )
        [technique] = parse_catalogue("evasion", text)
        assert dict(technique.lines[0].fields) == {
            "RegistryValueName": "v",
            "RegistryValueData": "x | iex",
            "RegistryValueType": "Dword",
        }


class TestRows:
    def test_every_table_has_rows(self, month):
        assert {batch.table for batch in month.batches} == {table.name for table in physical_tables()}

    def test_rows_fit_the_tables(self, month):
        for batch in month.batches:
            _, refusals = convert_rows(MappedRows(batch.table, batch.rows))
            assert not refusals, (batch.table, refusals[0])

    def test_rows_lie_in_the_period(self, month):
        for batch in month.batches:
            for row in batch.rows:
                if "Timestamp" in row:
                    assert month.plan.first <= row["Timestamp"] <= min(month.plan.last, batch.arrived)

    def test_texts_that_hold_json_are_json(self, month):
        for batch in month.batches:
            for row in batch.rows:
                for name in ("AdditionalFields", "RawEventData"):
                    if row.get(name):
                        assert isinstance(orjson.loads(row[name]), dict), row[name]

    def test_no_placeholder_is_left(self, month):
        for batch in month.batches:
            for row in batch.rows:
                for value in row.values():
                    if isinstance(value, str):
                        assert not re.search(r"\{(?:user|upn|c2|device|guid|sid|oid|domain|dc|target)\}", value), value

    def test_addresses_are_private_or_for_documentation(self, month):
        for batch in month.batches:
            for row in batch.rows:
                for name in (
                    "RemoteIP",
                    "LocalIP",
                    "IPAddress",
                    "SenderIPv4",
                    "PublicIP",
                    "RequestSourceIP",
                    "FileOriginIP",
                ):
                    assert not row.get(name) or ALLOWED_ADDRESS.fullmatch(row[name]), (batch.table, row[name])

    def test_processes_have_parents_that_are_there(self, month):
        rows = month.rows(RANGE.key, "DeviceProcessEvents")
        made = {(row["DeviceId"], row["ProcessId"], row["ProcessCreationTime"]) for row in rows}
        first = min(row["Timestamp"] for row in rows)
        for row in rows:
            assert row["InitiatingProcessCreationTime"] <= row["ProcessCreationTime"]
            if row["InitiatingProcessCreationTime"] > first + 6_000_000_000 and row["InitiatingProcessId"] != 4:
                parent = row["DeviceId"], row["InitiatingProcessId"], row["InitiatingProcessCreationTime"]
                assert parent in made or row["InitiatingProcessFileName"] in {"launchd", "systemd"}, row

    def test_devices_are_those_of_the_fleet(self, month):
        fleet = build_fleet(RANGE, month.plan.seed, month.plan.scale)
        names = {device.name for device in fleet.devices}
        for table in ("DeviceProcessEvents", "DeviceNetworkEvents", "DeviceEvents"):
            assert {row["DeviceName"] for row in month.rows(RANGE.key, table)} <= names

    def test_the_same_plan_gives_the_same_rows(self, month):
        again = [(batch.table, batch.rows) for batch in islice(generate(month.plan), 40)]
        assert again == [(batch.table, batch.rows) for batch in month.batches[:40]]


@pytest.mark.parametrize("hours", range(0, 7 * 24, 31))
def test_every_hour_of_the_week_may_be_the_end(hours):
    plan = exercise_plan(UNTIL + timedelta(hours=hours, minutes=7))
    counts = Counter(batch.table for batch in generate(plan))
    assert set(counts) == {table.name for table in physical_tables()}
