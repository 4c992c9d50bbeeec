from datetime import timedelta

import pytest

from huntline.telemetry.sources import ProcessTable
from huntline.telemetry.sources.processes import DeviceProcesses, Named
from telemetry.sources.conftest import NOON

SYSMON = "microsoft-windows-sysmon/operational"
CMD = {
    "UtcTime": "2026-03-02 12:00:00.000",
    "ProcessGuid": "{AA}",
    "ProcessId": "100",
    "Image": r"C:\Windows\System32\cmd.exe",
    "CommandLine": "cmd /c x",
    "User": r"CORP\Ada",
    "IntegrityLevel": "High",
    "LogonId": "0x1f4",
    "Hashes": "SHA1=AA11,SHA256=CC33",
    "ParentProcessGuid": "{99}",
    "ParentProcessId": "90",
    "ParentImage": r"C:\inetsrv\w3wp.exe",
    "ParentCommandLine": "w3wp.exe -ap pool",
}
FILE = {"ProcessGuid": "{aa}", "ProcessId": "100", "Image": r"C:\Windows\System32\cmd.exe", "TargetFilename": r"C:\f"}


class TestInitiatingProcess:
    def test_knows_what_only_the_start_told(self, event, rows_of):
        [_, (_, row)], _ = rows_of(event(SYSMON, 1, CMD), event(SYSMON, 11, FILE, seconds=1))
        assert row["InitiatingProcessCommandLine"] == "cmd /c x"
        assert row["InitiatingProcessCreationTime"] == NOON
        assert row["InitiatingProcessSHA1"] == "aa11"
        assert row["InitiatingProcessIntegrityLevel"] == "High"
        assert row["InitiatingProcessAccountName"] == "ada"
        assert row["InitiatingProcessParentId"] == 90
        assert row["InitiatingProcessParentFileName"] == "w3wp.exe"

    def test_the_grandchild_names_its_grandparent(self, event, rows_of):
        child = {
            **CMD,
            "ProcessGuid": "{BB}",
            "ProcessId": "101",
            "Image": r"C:\whoami.exe",
            "ParentProcessGuid": "{AA}",
            "ParentProcessId": "100",
            "ParentImage": CMD["Image"],
        }
        [_, (_, row)], _ = rows_of(event(SYSMON, 1, CMD), event(SYSMON, 1, child, seconds=1))
        assert (row["InitiatingProcessFileName"], row["InitiatingProcessParentFileName"]) == ("cmd.exe", "w3wp.exe")

    def test_a_process_that_started_before_says_what_its_events_say(self, event, rows_of):
        [(_, row)], _ = rows_of(event(SYSMON, 11, FILE))
        assert row["InitiatingProcessFileName"] == "cmd.exe"
        assert "InitiatingProcessCommandLine" not in row
        assert "InitiatingProcessCreationTime" not in row

    def test_the_parent_of_a_start_is_known_from_then_on(self, event, rows_of):
        later = {
            "ProcessGuid": "{99}",
            "ProcessId": "90",
            "Image": r"C:\inetsrv\w3wp.exe",
            "TargetFilename": r"C:\a.aspx",
        }
        [_, (_, row)], _ = rows_of(event(SYSMON, 1, CMD), event(SYSMON, 11, later, seconds=1))
        assert row["InitiatingProcessCommandLine"] == "w3wp.exe -ap pool"

    def test_works_across_files_and_batches(self, event, rows_of):
        processes = ProcessTable()
        rows_of(event(SYSMON, 1, CMD), processes=processes)
        [(_, row)], _ = rows_of(event(SYSMON, 11, FILE, seconds=60), processes=processes)
        assert row["InitiatingProcessCommandLine"] == "cmd /c x"

    def test_devices_do_not_share_processes(self, event, rows_of):
        [_, (_, row)], _ = rows_of(event(SYSMON, 1, CMD), event(SYSMON, 11, FILE, host="other"))
        assert "InitiatingProcessCommandLine" not in row

    def test_a_security_event_finds_it_by_pid(self, event, rows_of):
        flow = {
            "Direction": "%%14593",
            "ProcessID": "100",
            "Application": r"\device\harddiskvolume3\windows\system32\cmd.exe",
        }
        other = {**flow, "ProcessID": "7", "Application": r"\device\harddiskvolume3\tools\n.exe"}
        rows, _ = rows_of(
            event(SYSMON, 1, CMD), event("security", 5156, flow, seconds=1), event("security", 5156, other, seconds=2)
        )
        [found, unknown] = [row for table, row in rows if table == "DeviceNetworkEvents"]
        assert found["InitiatingProcessCommandLine"] == "cmd /c x"
        # Which letter the volume has was learned from the first.
        assert unknown["InitiatingProcessFolderPath"] == r"c:\tools\n.exe"

    def test_a_pid_that_is_used_again_means_the_new_process(self, event, rows_of):
        second = {**CMD, "UtcTime": "2026-03-02 12:01:00.000", "ProcessGuid": "{CC}", "CommandLine": "cmd /c y"}
        flow = {"Direction": "%%14593", "ProcessID": "100", "Application": r"C:\cmd.exe"}
        rows, _ = rows_of(
            event(SYSMON, 1, CMD),
            event(SYSMON, 5, {"ProcessGuid": "{AA}", "UtcTime": "2026-03-02 12:00:30.000"}, seconds=30),
            event(SYSMON, 1, second, seconds=60),
            event("security", 5156, flow, seconds=50),
            event("security", 5156, flow, seconds=70),
        )
        lines = [row.get("InitiatingProcessCommandLine") for table, row in rows if table == "DeviceNetworkEvents"]
        assert lines == [None, "cmd /c y"]

    def test_an_image_that_does_not_fit_is_another_process(self, event, rows_of):
        flow = {"Direction": "%%14593", "ProcessID": "100", "Application": r"C:\svchost.exe"}
        rows, _ = rows_of(event(SYSMON, 1, CMD), event("security", 5156, flow, seconds=1))
        assert "InitiatingProcessCommandLine" not in rows[-1][1]


class TestTarget:
    def test_is_known_from_the_table(self, event, rows_of):
        access = {
            "SourceProcessGUID": "{DD}",
            "SourceProcessId": "5",
            "SourceImage": r"C:\m.exe",
            "TargetProcessGUID": "{AA}",
            "TargetProcessId": "100",
            "TargetImage": CMD["Image"],
            "GrantedAccess": "0x1fffff",
        }
        [_, (_, row)], _ = rows_of(event(SYSMON, 1, CMD), event(SYSMON, 10, access, seconds=1))
        assert (row["FileName"], row["ProcessId"], row["ProcessCommandLine"]) == ("cmd.exe", 100, "cmd /c x")
        assert row["InitiatingProcessFileName"] == "m.exe"


class TestBounds:
    def test_the_oldest_process_is_forgotten_first(self):
        device = DeviceProcesses(3)
        for number in range(10):
            device.start({"ProcessUniqueId": f"g{number}", "ProcessId": number, "FolderPath": "x"}, NOON)
        assert len(device) == 3
        assert device.named(NOON, Named(guid="g9")) is not None
        assert device.named(NOON, Named(guid="g0")) is None

    def test_a_forgotten_device_is_recalled(self, monkeypatch):
        asked = []

        def recall(device_id, at):
            asked.append((device_id, at))
            yield at - timedelta(hours=1), {"ProcessUniqueId": "aa", "ProcessId": 100, "ProcessCommandLine": "old"}

        monkeypatch.setattr("huntline.telemetry.sources.processes.COUNTED_EVERY", 1)
        table = ProcessTable(recall=recall, processes=1)
        for device_id in ("one", "one", "two", "one"):
            found = table.device(device_id, NOON).named(NOON, Named(guid="aa"))
            assert found.columns["InitiatingProcessCommandLine"] == "old"
        assert [device for device, _ in asked] == ["one", "two", "one"]
        assert asked[0][1] == NOON
        assert table.size == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_words_about_one_start_add_up(order):
    device = DeviceProcesses(10)
    words = [
        {"ProcessUniqueId": "aa", "ProcessId": 100, "FolderPath": r"C:\a.exe", "SHA1": "11"},
        {"ProcessId": 100, "FolderPath": r"c:\A.exe", "ProcessTokenElevation": "TokenElevationTypeFull"},
    ]
    for index in order:
        device.start(words[index], NOON)
    columns = device.named(NOON, Named(guid="aa")).columns
    assert columns["InitiatingProcessSHA1"] == "11"
    assert columns["InitiatingProcessTokenElevation"] == "TokenElevationTypeFull"
