"""The catalogue of the hunting tables."""

import json
from pathlib import Path

import pytest

from huntline.kql.types import KqlType
from huntline.telemetry.schema import CATALOG, HIDDEN_COLUMNS, TABLES, TENANT, find_table, physical_tables

SHARED = Path(__file__).resolve().parents[3] / "shared" / "kql" / "schema.json"


class TestCatalogue:
    def test_has_45_tables_of_1109_columns_with_458_names(self):
        assert len(TABLES) == len({table.name for table in TABLES}) == 45
        assert sum(len(table.columns) for table in TABLES) == 1109
        assert len({column.name for table in TABLES for column in table.columns}) == 458

    @pytest.mark.corpus
    def test_names_order_and_types_are_those_of_the_published_schema(self):
        published = json.loads(SHARED.read_text())
        ours = {table.name: [(column.name, column.type) for column in table.columns] for table in TABLES}
        assert ours == {name: list(columns.items()) for name, columns in published.items()}

    def test_every_table_and_column_has_one_line_of_documentation(self):
        lines = [table.doc for table in TABLES] + [column.doc for table in TABLES for column in table.columns]
        assert all(line.endswith(".") and "\n" not in line and 10 < len(line) < 120 for line in lines)

    def test_a_table_of_events_lies_by_tenant_and_time(self):
        table = find_table("DeviceProcessEvents")
        assert table is not None
        assert table.sorting_key == (TENANT, "DeviceId", "Timestamp")
        assert table.column("Timestamp").storage == "DateTime64(7, 'UTC')"

    def test_a_table_of_present_state_lies_by_tenant_and_device(self):
        table = find_table("DeviceTvmSoftwareInventory")
        assert table is not None
        assert table.time_column is None
        assert table.sorting_key == (TENANT, "DeviceId")

    def test_columns_that_hunters_see_never_clash_with_those_beside_the_row(self):
        hidden = {column.name for column in HIDDEN_COLUMNS}
        assert not hidden & {column.name for table in TABLES for column in table.columns}
        identity = find_table("IdentityInfo")
        assert identity is not None
        assert identity.has("TenantId")

    def test_two_spellings_of_one_table_stand_on_one_table(self):
        spelled, other = find_table("GraphApiAuditEvents"), find_table("GraphAPIAuditEvents")
        assert spelled is not None
        assert other is not None
        assert spelled.stored_as == other.name
        assert [column.name for column in spelled.columns] == [column.name for column in other.columns]
        assert len(physical_tables()) == 44


class TestCatalogOfTheCompiler:
    def test_knows_every_table_by_its_exact_name(self):
        assert all(CATALOG.table(table.name) is not None for table in TABLES)
        assert CATALOG.table("deviceevents") is None

    def test_reads_no_physical_table_twice_in_a_wildcard(self):
        physical = [symbol.physical for name in CATALOG.table_names() if (symbol := CATALOG.table(name))]
        assert len(physical) == len(set(physical)) == 44

    def test_says_type_index_and_null_of_a_column(self):
        table = CATALOG.table("DeviceProcessEvents")
        assert table is not None
        columns = table.by_name
        assert columns["ProcessCommandLine"].index == "text"
        assert columns["ProcessId"].type is KqlType.LONG
        assert columns["ProcessId"].nullable
        assert not columns["Timestamp"].nullable
        assert not columns["FileName"].nullable
        registry = CATALOG.table("DeviceRegistryEvents")
        assert registry is not None
        assert registry.by_name["RegistryKey"].registry_path
