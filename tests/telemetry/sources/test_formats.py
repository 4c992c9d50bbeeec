import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huntline.telemetry.columns import convert_rows
from huntline.telemetry.rows import Refusal
from huntline.telemetry.sources import FORMATS, Mapper, ProcessTable, TableRow, recognise

NXLOG = {"EventID": 5025, "Channel": "Security", "Hostname": "pc1", "TimeCreated": "2026-03-02T12:00:00Z"}
WINLOGBEAT = {"log_name": "Security", "event_id": 5025, "computer_name": "pc1", "@timestamp": "2026-03-02T12:00:00Z"}
WINLOGBEAT_7 = {
    "@timestamp": "2026-03-02T12:00:00Z",
    "winlog": {
        "channel": "Security",
        "event_id": "5025",
        "computer_name": "pc1",
        "event_data": {"a": "1"},
        "process": {"pid": 4},
    },
}
AZURE = {
    "Type": "SecurityEvent",
    "TimeGenerated": "2026-03-02T12:00:00Z",
    "Computer": "pc1",
    "EventID": 5025,
    "Channel": "Security",
}
ROW = {
    "Timestamp": "2026-03-02T12:00:00Z",
    "DeviceId": "d",
    "ActionType": "ProcessCreated",
    "ProcessCommandLine": "x",
    "ProcessUniqueId": "1",
    "ProcessVersionInfoCompanyName": "",
}
RECORD = {"time": "2026-03-02T12:00:00Z", "category": "AdvancedHunting-DeviceInfo", "properties": {"DeviceId": "d"}}


def read(name, *documents):
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in documents)
    return list(FORMATS[name].read(io.BytesIO(text.encode())))


class TestRecognise:
    @pytest.mark.parametrize(
        ("document", "name"),
        [
            (NXLOG, "nxlog"),
            (WINLOGBEAT, "winlogbeat"),
            (WINLOGBEAT_7, "winlogbeat"),
            (AZURE, "azure"),
            (ROW, "rows"),
            (RECORD, "defender-streaming"),
            ({"records": [RECORD]}, "defender-streaming"),
        ],
    )
    def test_tells_a_format_by_its_first_record(self, document, name):
        head = json.dumps(document).encode() + b"\n"
        for start in (b"", b"\xef\xbb\xbf", b"\r\n\n", b"{broken\n"):
            assert recognise(start + head).name == name

    def test_an_envelope_longer_than_the_head(self):
        assert recognise(b'{"records": [' + b" " * 70_000).name == "defender-streaming"

    @pytest.mark.parametrize(
        ("head", "code"),
        [
            (b"", "empty"),
            (b" \n", "empty"),
            (b"[{}]", "format_not_supported"),
            (b"type=SYSCALL msg=audit(1.2:3): x", "format_not_supported"),
            (b"PK\x03\x04", "format_not_supported"),
            (b"hello", "format_unknown"),
            (b'{"a": 1}', "format_unknown"),
            (b"{", "format_unknown"),
            (b"\x00" * 100, "format_unknown"),
        ],
    )
    def test_refuses_what_it_does_not_know(self, head, code):
        refusal = recognise(head)
        assert isinstance(refusal, Refusal)
        assert refusal.code == code
        assert refusal.reason.endswith(".")


class TestLines:
    def test_a_broken_line_is_refused_by_its_number_and_the_rest_is_read(self):
        found = read("nxlog", NXLOG, "{broken", "", "[1]", NXLOG)
        assert [(item.line, getattr(item, "code", "event")) for item in found] == [
            (1, "event"),
            (2, "not_json"),
            (4, "not_an_object"),
            (5, "event"),
        ]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"TimeCreated": None}, "no_time"),
            ({"TimeCreated": "yesterday"}, "no_time"),
            ({"Hostname": ""}, "no_host"),
            ({"EventID": "x"}, "record_malformed"),
        ],
    )
    def test_a_record_that_lacks_something_is_refused(self, change, code):
        assert [item.code for item in read("nxlog", NXLOG | change)] == [code]

    def test_a_line_without_end_is_refused(self, monkeypatch):
        monkeypatch.setattr("huntline.telemetry.sources.json_lines.LONGEST_LINE", 200)
        found = read("nxlog", NXLOG, NXLOG | {"Message": "x" * 1000}, NXLOG)
        assert [(item.line, getattr(item, "code", "event")) for item in found] == [
            (1, "event"),
            (2, "line_too_long"),
            (3, "event"),
        ]

    def test_the_number_of_an_event_depends_on_its_record_alone(self):
        [one] = read("nxlog", NXLOG)
        [_, two] = read("nxlog", "{}", NXLOG)
        [other] = read("nxlog", NXLOG | {"RecordNumber": 7})
        assert one.report_id == two.report_id != other.report_id


class TestNxlog:
    def test_local_time_is_put_right_by_the_collectors_two_clocks(self):
        record = {
            "EventID": 1,
            "Hostname": "pc1",
            "EventTime": "2020-09-20 12:16:06",
            "EventReceivedTime": "2020-09-20 12:16:09",
            "@timestamp": "2020-09-20T16:16:09.362Z",
        }
        [event] = read("nxlog", record)
        assert event.at.isoformat() == "2020-09-20T16:16:06+00:00"

    def test_the_collectors_fields_do_not_pass_for_the_events_own(self):
        record = NXLOG | {
            "AccountName": "SYSTEM",
            "AccountType": "User",
            "Domain": "NT AUTHORITY",
            "EventType": "INFO",
            "host": "collector",
            "Message": "EventType: CreateKey\r\n",
            "port": 5,
        }
        [event] = read("nxlog", record)
        assert event.fields == {
            "EventID": 5025,
            "Hostname": "pc1",
            "TimeCreated": NXLOG["TimeCreated"],
            "AccountType": "User",
            "LogUserName": "SYSTEM",
            "LogUserDomain": "NT AUTHORITY",
            "EventType": "CreateKey",
        }

    def test_a_pid_that_was_written_over_is_in_the_text(self):
        [event] = read("nxlog", NXLOG | {"EventID": 5156, "ProcessID": 4, "Message": "Process ID:\t\t1468\r\n"})
        assert (event.fields["ProcessId"], event.fields["ExecutionProcessID"]) == ("1468", 4)


class TestWinlogbeat:
    @pytest.mark.parametrize("document", [WINLOGBEAT, WINLOGBEAT_7])
    def test_both_generations_give_the_same_event(self, document):
        [event] = read("winlogbeat", document)
        assert (event.channel, event.event_id, event.host) == ("security", 5025, "pc1")


class TestAzure:
    def test_event_data_in_a_text(self):
        record = {
            "Type": "WindowsEvent",
            "Provider": "Microsoft-Windows-Sysmon",
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "EventData": '{"Image":"x"}',
            "EventID": 5,
        }
        [event] = read("azure", AZURE | record)
        assert event.fields == {"Image": "x"}

    def test_names_lose_their_types(self):
        [event] = read("azure", AZURE | {"ProcessId_string": "0x4", "LogonGuid_guid": "", "LogonType": 3})
        assert event.fields["ProcessId"] == "0x4"

    def test_sysmon_for_linux_with_spoilt_entities(self):
        xml = (
            '<Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID>'
            '<TimeCreated SystemTime="2022-05-11T18:10:22.016835000Z"/><Channel>Linux-Sysmon/Operational</Channel>'
            "<Computer>UBUNTU5</Computer></System><EventData>"
            '<Data Name="CommandLine">sh -c &quot x&quot ; a &amp;&amp; b</Data></EventData></Event>'
        )
        [event] = read("azure", {"Type": "Syslog", "TimeGenerated": AZURE["TimeGenerated"], "SyslogMessage": xml})
        assert (event.channel, event.event_id, event.host) == ("linux-sysmon/operational", 1, "UBUNTU5")
        assert event.fields["CommandLine"] == 'sh -c "x"; a && b'

    def test_other_syslog_is_no_hunting_table(self):
        [event] = read(
            "azure",
            {"Type": "Syslog", "TimeGenerated": AZURE["TimeGenerated"], "HostName": "h", "SyslogMessage": "hello"},
        )
        assert (event.channel, event.fields["SyslogMessage"]) == ("syslog", "hello")

    @pytest.mark.parametrize("change", [{"Type": None}, {"Type": "Heartbeat"}])
    def test_a_record_that_does_not_say_its_log_is_refused(self, change):
        assert [item.code for item in read("azure", AZURE | change)] == ["unknown_type"]


class TestRows:
    def test_the_columns_tell_the_table(self):
        [row] = read("rows", ROW)
        assert isinstance(row, TableRow)
        assert row.table == "DeviceProcessEvents"

    def test_a_row_may_name_its_table(self):
        [row] = read("rows", {"Table": "DeviceNetworkEvents", "Timestamp": "2026-03-02T12:00:00Z", "DeviceId": "d"})
        assert (row.table, row.row) == ("DeviceNetworkEvents", {"Timestamp": "2026-03-02T12:00:00Z", "DeviceId": "d"})

    def test_an_export_of_several_tables_fits_the_one_that_is_filled(self):
        record = dict.fromkeys(("ObjectName", "ActivityType", "RemoteUrl", "RegistryKey"), "")
        [row] = read("rows", ROW | record | {"ReportId_long": 5, "ReportId_string": ""})
        assert (row.table, row.row["ReportId"]) == ("DeviceProcessEvents", 5)
        assert "ObjectName" not in row.row

    @pytest.mark.parametrize("document", [{"Timestamp": "2026-03-02T12:00:00Z"}, ROW | {"NoSuchColumn": 1}])
    def test_a_row_that_fits_none_or_several_is_refused(self, document):
        assert [item.code for item in read("rows", document)] == ["table_unknown"]


class TestStreaming:
    def test_envelopes_and_single_records(self):
        found = read("defender-streaming", {"records": [RECORD, RECORD]}, RECORD | {"properties": '{"DeviceId": "e"}'})
        assert [(item.line, item.table, item.row["DeviceId"]) for item in found] == [
            (1, "DeviceInfo", "d"),
            (1, "DeviceInfo", "d"),
            (2, "DeviceInfo", "e"),
        ]

    @pytest.mark.parametrize(
        ("document", "code"),
        [
            (RECORD | {"category": "AdvancedHunting-NoSuch"}, "table_unknown"),
            (RECORD | {"properties": None}, "record_malformed"),
            (RECORD | {"properties": "{"}, "not_json"),
            ({"records": 5}, "record_malformed"),
            ({"records": [5]}, "record_malformed"),
        ],
    )
    def test_what_is_no_record_is_refused(self, document, code):
        assert [item.code for item in read("defender-streaming", document)] == [code]


class TestEvtx:
    @pytest.mark.parametrize("size", [8, 100, 4095])
    def test_a_file_that_ends_in_its_header_is_refused(self, size):
        [refusal] = FORMATS["evtx"].read(io.BytesIO((b"ElfFile\x00" + bytes(5000))[:size]))
        assert refusal.code == "evtx_cut"

    @pytest.mark.parametrize("start", [b"ElfFile\x00", b"NoFile\x00\x00"])
    def test_a_header_of_garbage_is_refused(self, start):
        found = list(FORMATS["evtx"].read(io.BytesIO(start + b"\xff" * 70_000)))
        assert found
        assert all(isinstance(item, Refusal) for item in found)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.text(max_size=8)
    | st.sampled_from(["9999-12-31T23:59:59-14:00", "0001-01-01"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


class TestHostileRecords:
    @pytest.mark.parametrize("document", [NXLOG, WINLOGBEAT, WINLOGBEAT_7, AZURE, ROW, RECORD])
    @settings(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_become_items_or_refusals(self, document, data):
        name = recognise(json.dumps(document).encode()).name
        broken = data.draw(st.sampled_from(sorted(document)))
        items = read(name, document | {broken: data.draw(VALUES)}, document)
        assert len(items) >= 1
        batches = list(Mapper("t", ProcessTable()).map(items))
        for batch in batches:
            for mapped in batch.rows:
                convert_rows(mapped)

    @pytest.mark.parametrize("name", sorted(FORMATS))
    @given(data=st.binary(max_size=300))
    def test_bytes_of_no_meaning_end_in_refusals(self, name, data):
        assert all(isinstance(item, Refusal) for item in FORMATS[name].read(io.BytesIO(data)))


def test_every_format_says_what_it_is():
    assert all(name == spec.name and spec.doc for name, spec in FORMATS.items())
