"""Each mapped event id by an event of its own; and the rules that hold for all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huntline.telemetry.columns import convert_rows
from huntline.telemetry.rows import SOURCE_FIELDS, MappedRows
from huntline.telemetry.schema import find_table
from huntline.telemetry.sources import Event, Mapper, ProcessTable
from huntline.telemetry.sources.spec import Effect
from huntline.telemetry.sources.tables import CHANNELS, NOT_MAPPED, reason_not_mapped
from telemetry.sources.conftest import NOON
from telemetry.sources.event_cases import CASES


class TestEveryEvent:
    @pytest.mark.parametrize(
        "case", CASES, ids=lambda case: f"{case.channel.rpartition('-')[2]}:{case.event_id}:{case.action}"
    )
    def test_becomes_its_row(self, case, event, rows_of):
        [(table, row)], mapper = rows_of(event(case.channel, case.event_id, case.fields, provider=case.provider))
        assert (table, row["ActionType"]) == (case.table, case.action)
        assert {name: row.get(name) for name in case.expected} == case.expected
        extra = row.get("AdditionalFields", {})
        assert {name: extra.get(name) for name in case.extra} == case.extra
        assert row["ReportId"] in (1001, "1001")
        assert case.fields.items() <= row[SOURCE_FIELDS].items()
        assert not mapper.report.not_mapped
        _, refusals = convert_rows(MappedRows(table, [row]))
        assert refusals == []

    def test_has_a_case(self):
        covered = {(case.channel, case.event_id) for case in CASES}
        wanted = {
            (channel, event_id)
            for channel, specs in CHANNELS.items()
            for spec in specs
            if spec.table is not None
            for event_id in spec.ids
        }
        # The two Sysmons share one table of specs, and so do the two channels of WMI-Activity.
        twins = {"linux-sysmon/operational": "microsoft-windows-sysmon/operational"}
        wmi = {"microsoft-windows-wmi-activity/trace", "microsoft-windows-wmi-activity/operational"}
        missing = {
            (channel, event_id)
            for channel, event_id in wanted - covered
            if (twins.get(channel), event_id) not in covered
            and not (channel in wmi and any((twin, event_id) in covered for twin in wmi))
        }
        assert missing == set()


class TestTables:
    def test_specs_name_columns_of_the_catalogue(self):
        for specs in CHANNELS.values():
            for spec in specs:
                table = find_table(spec.table) if spec.table else None
                names = {column for rule in spec.rules for column in rule.columns} | set(spec.constants)
                assert table is None or {name for name in names if not table.has(name)} == set(), spec.ids
                assert not (spec.extra or spec.extra_constants) or (table and table.has("AdditionalFields")), spec.ids
                assert table is not None or spec.effect is not Effect.NONE, spec.ids

    def test_an_id_is_either_mapped_or_not(self):
        for channel, reasons in NOT_MAPPED.items():
            rows = {i for spec in CHANNELS.get(channel, ()) if spec.table is not None for i in spec.ids}
            assert rows & reasons.keys() == set()

    def test_the_unknown_is_said_to_be(self):
        assert reason_not_mapped("security", 9999) == "this event id is not mapped yet"
        assert reason_not_mapped("application", 1) == "this log is not mapped"


class TestRulesForAll:
    def test_the_device_has_one_id_for_ever(self, event, rows_of):
        a = event("security", 5025, {}, host="PC1.CORP.example")
        b = event("security", 5025, {}, host="pc1.corp.EXAMPLE")
        rows, _ = rows_of(a, b)
        assert {row["DeviceName"] for _, row in rows} == {"pc1.corp.example"}
        assert len({row["DeviceId"] for _, row in rows}) == 1
        assert all(len(row["DeviceId"]) == 40 for _, row in rows)

    def test_dashes_and_null_sids_are_nothing(self, event, rows_of):
        fields = {"TargetUserName": "-", "TargetUserSid": "S-1-0-0", "IpAddress": "-", "IpPort": "-", "LogonType": "3"}
        [(_, row)], _ = rows_of(event("security", 4624, fields))
        assert not row.keys() & {"AccountName", "AccountSid", "RemoteIP", "RemoteIPType", "RemotePort"}

    def test_a_number_of_another_program_is_not_mapped(self, event, rows_of):
        rows, mapper = rows_of(event("system", 104, {}, provider="Some-Driver"))
        assert rows == []
        assert [one.reason for one in mapper.report.not_mapped] == ["Some-Driver uses this number for something else"]

    def test_a_missing_kind_is_not_guessed(self, event, rows_of):
        rows, mapper = rows_of(event("microsoft-windows-sysmon/operational", 12, {"TargetObject": "HKLM\\X"}))
        assert rows == []
        assert [one.reason for one in mapper.report.not_mapped] == ["its EventType is missing or not known"]

    def test_an_event_without_a_host_is_not_mapped(self, event, rows_of):
        rows, mapper = rows_of(event("security", 5025, {}, host=""))
        assert (rows, mapper.report.not_mapped.total()) == ([], 1)

    def test_classic_powershell_gives_way_to_module_logging(self, event, rows_of):
        classic = event("windows powershell", 800, {"param3": "x"}, provider="PowerShell")
        modern = event("microsoft-windows-powershell/operational", 4103, {"Payload": "x"})
        rows, mapper = rows_of(classic, modern)
        assert len(rows) == 1
        assert [one.event_id for one in mapper.report.not_mapped] == [800]

    def test_the_rendered_text_serves_where_there_is_nothing_else(self, event, rows_of):
        text = "The audit log was cleared.\r\nSubject:\r\n\tAccount Name:\twardog\r\n\tDomain Name:\tWS5"
        [(_, row)], _ = rows_of(event("security", 1102, {}, message=text))
        assert (row["AccountName"], row["AccountDomain"]) == ("wardog", "ws5")


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["-", "0x", "\\", "{}", "0x" + "f" * 40, "%%1842", "DWORD (0x)", "::ffff:1.2.3.4", "a\\b\\", "\ud800"]
    ),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


class TestHostileFields:
    @settings(max_examples=300, deadline=None)
    @given(data=st.data())
    def test_never_stop_the_mapping(self, data):
        case = data.draw(st.sampled_from(CASES))
        fields = {name: data.draw(ANYTHING, label=name) for name in case.fields}
        event = Event(NOON, "pc1", case.channel, case.provider, case.event_id, fields, 1, 1)
        mapper = Mapper("t", ProcessTable())
        for batch in mapper.map([event]):
            for mapped in batch.rows:
                convert_rows(mapped)
