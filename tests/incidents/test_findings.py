"""From frozen rows to entities, detections and times."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from huntline.incidents import EntityRole, EntityType, Verdict
from huntline.incidents.findings import SPECS, Frozen, findings_of
from huntline.incidents.models import AlertEntity, Detection
from huntline.telemetry.schema import TABLES
from publishing import COLUMNS, ROW

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC)


def found(*records, tables=("DeviceProcessEvents",)):
    return findings_of([Frozen(records, tables, START, END)])


def of_type(findings, kind):
    return [entity.values for entity in findings.entities if entity.entity_type is kind]


class TestEntities:
    def test_a_process_event_names_device_user_and_both_processes(self):
        findings = found(ROW)
        assert of_type(findings, EntityType.MACHINE) == [{"device_id": "d1" * 20, "device_name": "ws01.aurora.example"}]
        assert of_type(findings, EntityType.USER) == [{"account_name": "mina", "account_domain": "AURORA"}]
        child, parent = of_type(findings, EntityType.PROCESS)
        assert (child["file_name"], child["process_id"], child["parent_file_name"]) == (
            "mshta.exe",
            4711,
            "winword.exe",
        )
        assert child["process_created"] == datetime(2026, 11, 15, 22, 14, 3, 123000, tzinfo=UTC)
        assert (parent["file_name"], parent["process_id"]) == ("winword.exe", 4000)
        assert of_type(findings, EntityType.FILE) == []

    def test_a_network_event_names_address_and_host_and_no_loopback(self):
        event = {"DeviceName": "ws01", "RemoteIP": "203.0.113.9", "RemoteUrl": "http://203.0.113.9/x"}
        findings = found(event, {"DeviceName": "ws01", "RemoteIP": "127.0.0.1"}, {"RemoteIP": "::"})
        assert of_type(findings, EntityType.IP) == [{"ip_address": "203.0.113.9"}]
        assert of_type(findings, EntityType.URL) == [{"url": "http://203.0.113.9/x"}]

    def test_a_file_event_names_the_file(self):
        findings = found({"DeviceName": "ws01", "FileName": "x.dll", "SHA256": "b" * 64, "FileSize": 12})
        (file,) = of_type(findings, EntityType.FILE)
        assert (file["file_name"], file["sha256"], file["file_size"]) == ("x.dll", "b" * 64, 12)

    def test_a_registry_value_is_no_key_and_a_key_is_no_value(self):
        key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Run"
        findings = found({"RegistryKey": key, "RegistryValueName": "x", "RegistryValueData": "y"}, {"RegistryKey": key})
        assert len(of_type(findings, EntityType.REGISTRY_VALUE)) == 1
        assert [values["registry_key"] for values in of_type(findings, EntityType.REGISTRY_KEY)] == [key]

    def test_the_same_thing_in_many_rows_is_one_entity(self):
        again = ROW | {"Timestamp": "2026-11-15T23:00:00Z", "ReportId": 78, "DeviceName": "WS01.aurora.example"}
        assert len(found(ROW, again).entities) == len(found(ROW).entities)

    def test_devices_and_users_are_impacted_and_the_rest_is_suspicious(self):
        for entity in found(ROW, {"RemoteIP": "203.0.113.9"}).entities:
            hit = entity.entity_type in {EntityType.MACHINE, EntityType.USER}
            assert (entity.role is EntityRole.IMPACTED) == hit
            assert entity.verdict is (Verdict.UNKNOWN if hit else Verdict.SUSPICIOUS)

    def test_every_column_that_is_read_exists_in_a_hunting_table(self):
        known = {column.name for table in TABLES for column in table.columns}
        assert {column for spec in SPECS for column in (*spec.wanted, *spec.unless, *spec.columns.values())} <= known

    def test_every_field_exists_in_the_row_that_keeps_it(self):
        kept = {field.name for field in AlertEntity._meta.get_fields()}
        assert {field for spec in SPECS for field in spec.columns} <= kept
        assert set(found(ROW).events[0].values) <= {field.name for field in Detection._meta.get_fields()}


class TestOccurrences:
    def test_keeps_the_time_to_100_ns_and_the_key_of_the_event(self):
        (event,) = found(ROW).events
        assert event.ticks % 10_000_000 == 1_234_567
        assert (event.values["report_id"], event.values["table"]) == (77, "DeviceProcessEvents")

    def test_takes_the_table_from_the_row_and_else_from_a_query_over_one_table(self):
        bare = {name: value for name, value in ROW.items() if name != "$table"}
        assert found(bare).events[0].values["table"] == "DeviceProcessEvents"
        assert "table" not in found(bare, tables=["DeviceProcessEvents", "DeviceInfo"]).events[0].values
        assert found(ROW, tables=["DeviceInfo"]).events[0].values["table"] == "DeviceProcessEvents"

    def test_a_column_that_only_looks_like_a_table_is_not_believed(self):
        assert "table" not in found({"Type": "User", "Timestamp": "2026-11-15T23:00:00Z"}, tables=[]).events[0].values

    def test_the_same_row_in_two_pieces_of_evidence_is_one_detection(self):
        one = Frozen([ROW], ["DeviceProcessEvents"], START, END)
        assert len(findings_of([one, one]).events) == 1


class TestTimes:
    def test_first_and_last_are_those_of_the_rows(self):
        findings = found(ROW, ROW | {"Timestamp": "2026-11-14T08:00:00Z"})
        assert findings.first_activity == datetime(2026, 11, 14, 8, tzinfo=UTC)
        assert findings.last_activity == datetime(2026, 11, 15, 22, 14, 3, 123456, tzinfo=UTC)

    def test_rows_without_a_time_have_the_window(self):
        findings = found({"DeviceName": "ws01", "count_": 12})
        assert (findings.first_activity, findings.last_activity) == (START, END)

    def test_that_nothing_was_found_is_one_detection_without_event(self):
        (event,) = found().events
        assert (event.timed, event.values) == (False, {})


class TestAnyRow:
    @given(
        st.lists(
            st.dictionaries(
                st.sampled_from(sorted(COLUMNS)),
                st.none() | st.text() | st.integers() | st.floats() | st.booleans() | st.lists(st.integers()),
            ),
            max_size=5,
        )
    )
    def test_is_read_without_an_error_and_into_what_can_be_kept(self, records):
        findings = found(*records)
        assert findings.events
        assert findings.first_activity <= findings.last_activity
        texts = [
            v for part in (*findings.entities, *findings.events) for v in part.values.values() if isinstance(v, str)
        ]
        assert not any("\x00" in text for text in texts)
