from collections import Counter

import pytest

from huntline.telemetry.rows import SOURCE_FIELDS, Refusal
from huntline.telemetry.sources import Mapper, ProcessTable, TableRow
from telemetry.sources.conftest import NOON

SYSMON = "microsoft-windows-sysmon/operational"
POWERSHELL = "microsoft-windows-powershell/operational"
IMAGE = r"C:\Windows\System32\net.exe"
BY_SYSMON = {"ProcessGuid": "{AA}", "ProcessId": "500", "Image": IMAGE, "Hashes": "SHA1=AA", "ParentProcessId": "400"}
BY_SECURITY = {
    "NewProcessId": "0x1f4",
    "NewProcessName": IMAGE.upper(),
    "ProcessId": "0x190",
    "TokenElevationType": "%%1936",
}
SYSMON_FLOW = {
    "Initiated": "true",
    "Protocol": "tcp",
    "SourceIp": "10.0.0.5",
    "SourcePort": "5",
    "DestinationIp": "10.0.0.9",
    "DestinationPort": "445",
}
SECURITY_FLOW = {
    "Direction": "%%14593",
    "Protocol": "6",
    "SourceAddress": "10.0.0.5",
    "SourcePort": "5",
    "DestAddress": "10.0.0.9",
    "DestPort": "445",
}


class TestOneStoryTwice:
    @pytest.mark.parametrize("sysmon_first", [True, False])
    def test_a_start_is_one_row_with_the_best_of_both(self, event, rows_of, sysmon_first):
        told = [event(SYSMON, 1, BY_SYSMON), event("security", 4688, BY_SECURITY, seconds=1.5)]
        rows, mapper = rows_of(*(told if sysmon_first else reversed(told)))
        [(_, row)] = rows
        assert (row["SHA1"], row["ProcessTokenElevation"]) == ("aa", "TokenElevationTypeDefault")
        assert row[SOURCE_FIELDS]["_AlsoToldBy"]["NewProcessId"] == "0x1f4"
        assert mapper.report.merged == {"DeviceProcessEvents": 1}

    def test_a_recording_without_the_pid_is_matched_by_its_parent(self, event, rows_of):
        without = {name: value for name, value in BY_SYSMON.items() if name != "ProcessId"}
        [(_, row)], _ = rows_of(event(SYSMON, 1, without), event("security", 4688, BY_SECURITY))
        assert row["ProcessId"] == 500

    @pytest.mark.parametrize(
        ("change", "seconds"), [({}, 5), ({"NewProcessId": "0x1f5"}, 0), ({"NewProcessName": r"C:\net1.exe"}, 0)]
    )
    def test_another_start_stays_another_row(self, event, rows_of, change, seconds):
        rows, _ = rows_of(event(SYSMON, 1, BY_SYSMON), event("security", 4688, BY_SECURITY | change, seconds=seconds))
        assert len(rows) == 2

    def test_each_takes_one(self, event, rows_of):
        rows, _ = rows_of(event(SYSMON, 1, BY_SYSMON), *[event("security", 4688, BY_SECURITY) for _ in range(2)])
        assert len(rows) == 2

    def test_a_connection_is_one_row(self, event, rows_of):
        rows, mapper = rows_of(event("security", 5156, SECURITY_FLOW), event(SYSMON, 3, SYSMON_FLOW, seconds=4))
        assert len(rows) == 1
        assert mapper.report.merged == {"DeviceNetworkEvents": 1}

    def test_a_service_is_one_row(self, event, rows_of):
        old = event("system", 7045, {"ServiceName": "U", "ImagePath": "u.exe"}, provider="Service Control Manager")
        new = event("security", 4697, {"ServiceName": "U", "ServiceFileName": "u.exe", "SubjectUserName": "Ada"})
        [(_, row)], _ = rows_of(old, new)
        assert row["InitiatingProcessAccountName"] == "ada"

    def test_the_better_source_may_come_batches_later(self, event, rows_of):
        filler = [event("security", 5025, {}) for _ in range(6)]
        rows, _ = rows_of(event("security", 4688, BY_SECURITY), *filler, event(SYSMON, 1, BY_SYSMON), batch_size=2)
        assert Counter(table for table, _ in rows) == {"DeviceEvents": 6, "DeviceProcessEvents": 1}

    def test_what_nobody_tells_better_comes_in_the_end(self, event, rows_of):
        filler = [event("security", 5025, {}) for _ in range(30)]
        rows, _ = rows_of(event("security", 4688, BY_SECURITY), *filler, batch_size=2)
        assert [table for table, _ in rows].index("DeviceProcessEvents") < 20
        rows, _ = rows_of(event("security", 4688, BY_SECURITY))
        assert len(rows) == 1


class TestScripts:
    def part(self, event, number, total=3, text="x", **more):
        fields = {"ScriptBlockId": "s", "MessageNumber": number, "MessageTotal": total, "ScriptBlockText": text}
        return event(POWERSHELL, 4104, fields, **more)

    def test_parts_are_joined_in_their_order(self, event, rows_of):
        parts = [self.part(event, 2, text="b"), self.part(event, 1, text="a"), self.part(event, 3, text="c")]
        [(_, row)], mapper = rows_of(*parts)
        assert row["AdditionalFields"] == {"Command": "abc", "ScriptBlockId": "s"}
        assert mapper.report.merged == {"DeviceEvents": 2}

    def test_a_missing_part_is_said(self, event, rows_of):
        [(_, row)], _ = rows_of(self.part(event, 1, text="a"), self.part(event, 3, text="c"))
        assert row["AdditionalFields"]["Command"] == "ac"
        assert row["AdditionalFields"]["PartsSeen"] == "1, 3 of 3"

    def test_devices_do_not_share_scripts(self, event, rows_of):
        rows, _ = rows_of(self.part(event, 1, total=2), self.part(event, 2, total=2, host="other"))
        assert len(rows) == 2


class TestPrivilege:
    def test_marks_the_logon_it_belongs_to(self, event, rows_of):
        logons = [event("security", 4624, {"TargetLogonId": logon, "LogonType": 3}) for logon in ("0x1", "0x2")]
        rows, mapper = rows_of(*logons, event("security", 4672, {"SubjectLogonId": "0x2"}))
        assert [row.get("IsLocalAdmin") for _, row in rows] == [None, True]
        assert [one.event_id for one in mapper.report.not_mapped] == [4672]


class TestClocks:
    def test_a_wrong_zone_is_put_right_for_both_logs(self, event, rows_of):
        file = {"UtcTime": "2026-03-02 17:00:00.120", "ProcessGuid": "{A}", "Image": "x", "TargetFilename": "f"}
        rows, _ = rows_of(event("security", 5025, {}), event(SYSMON, 11, file))
        assert [row["Timestamp"].hour for _, row in rows] == [17, 17]

    def test_a_late_report_is_no_zone(self, event, rows_of):
        file = {"UtcTime": "2026-03-02 11:55:00.000", "ProcessGuid": "{A}", "Image": "x", "TargetFilename": "f"}
        rows, _ = rows_of(event("security", 5025, {}), event(SYSMON, 11, file))
        assert [row["Timestamp"].minute for _, row in rows] == [0, 55]

    def test_a_broken_time_of_one_event_is_left_aside(self, event, rows_of):
        good = {"UtcTime": "2026-03-02 12:00:00.000", "ProcessGuid": "{A}", "Image": "x", "TargetFilename": "f"}
        bad = good | {"UtcTime": "2026-02-20 12:00:00.000"}
        rows, _ = rows_of(event(SYSMON, 11, good), event(SYSMON, 11, good), event(SYSMON, 11, bad))
        assert {row["Timestamp"] for _, row in rows} == {NOON}


class TestHosts:
    def test_the_short_name_of_a_machine_is_the_machine(self, event, rows_of):
        short, whole = (event("security", 5025, {}, host=host) for host in ("WS1", "ws1.CORP.example"))
        rows, _ = rows_of(short, whole)
        assert {row["DeviceName"] for _, row in rows} == {"ws1.corp.example"}

    def test_a_short_name_that_two_may_mean_stays(self, event, rows_of):
        rows, _ = rows_of(
            *[event("security", 5025, {}, host=host) for host in ("ws1", "ws1.a.example", "ws1.b.example")]
        )
        assert [row["DeviceName"] for _, row in rows] == ["ws1", "ws1.a.example", "ws1.b.example"]

    def test_an_address_is_not_cut(self, event, rows_of):
        rows, _ = rows_of(*[event("security", 5025, {}, host=host) for host in ("10", "10.0.0.5")])
        assert len({row["DeviceName"] for _, row in rows}) == 2


class TestPowerShell:
    CONTEXT = "Host Application = C:\\WINDOWS\\powershell -nop\r\n"

    def test_the_context_names_a_process_that_is_not_known(self, event, rows_of):
        [(_, row)], _ = rows_of(event(POWERSHELL, 4103, {"ContextInfo": self.CONTEXT, "ExecutionProcessID": 7}))
        assert row["InitiatingProcessFileName"] == "powershell.exe"
        assert row["InitiatingProcessFolderPath"] == r"c:\windows\powershell.exe"
        assert row["InitiatingProcessId"] == 7

    def test_the_process_table_knows_better(self, event, rows_of):
        start = {
            "ProcessGuid": "{AA}",
            "ProcessId": "7",
            "Image": r"C:\x\powershell.exe",
            "CommandLine": "powershell -nop -enc x",
        }
        command = {"ContextInfo": self.CONTEXT, "ExecutionProcessID": 7}
        [_, (_, row)], _ = rows_of(event(SYSMON, 1, start), event(POWERSHELL, 4103, command, seconds=1))
        assert row["InitiatingProcessFolderPath"] == r"c:\x\powershell.exe"
        assert row["InitiatingProcessCommandLine"] == "powershell -nop -enc x"


class TestBatches:
    def test_account_for_every_record(self, event):
        items = [
            event("security", 5025, {}),
            event("security", 4656, {}),
            TableRow("DeviceInfo", {"Timestamp": NOON, "DeviceId": "d"}, 3),
            Refusal(4, "not_json", "no"),
            event("security", 4688, BY_SECURITY),
            event(SYSMON, 1, BY_SYSMON),
        ]
        mapper = Mapper("t", ProcessTable(), batch_size=4)
        batches = list(mapper.map(items))
        assert [batch.number for batch in batches] == [0, 1]
        rows = sum(len(mapped.rows) for batch in batches for mapped in batch.rows)
        refused = sum(len(batch.refusals) for batch in batches)
        records = sum(batch.records for batch in batches)
        assert records == 6 == rows + refused + mapper.report.not_mapped.total() + mapper.report.merged.total()

    def test_of_nothing_are_none(self):
        assert list(Mapper("t", ProcessTable()).map([])) == []
