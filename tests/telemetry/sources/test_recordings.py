"""The shared recordings: what each becomes, counted once and kept; and the attacks that must be found in them.

`expected_rows.json` is written by `python tests/telemetry/sources/test_recordings.py` from the checkout, after a look at every change.
"""

import io
import json
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from huntline.telemetry.columns import convert_rows
from huntline.telemetry.rows import MappedRows, Refusal
from huntline.telemetry.sources import FORMATS, Mapper, ProcessTable, open_source

pytestmark = pytest.mark.corpus

DATA = Path(__file__).parents[4] / "shared" / "data"
EXPECTED = Path(__file__).with_name("expected_rows.json")
ARCHIVES = (".zip", ".gz", ".evtx")


@cache
def imported(file: Path):
    """Return rows by table, counts as they are kept, and whether every record was accounted for."""
    mapper = Mapper("tenant", ProcessTable())
    refusals = []

    def items():
        for source in open_source(file):
            for item in source.items:
                if isinstance(item, Refusal):
                    refusals.append(item)
                else:
                    yield item

    rows, records = {}, 0
    for batch in mapper.map(items()):
        records += batch.records
        for mapped in batch.rows:
            rows.setdefault(mapped.table, []).extend(mapped.rows)
    counts = {
        "rows": dict(
            sorted(Counter(f"{table} {row['ActionType']}" for table, found in rows.items() for row in found).items())
        ),
        "merged": dict(sorted(mapper.report.merged.items())),
        "not_mapped": dict(sorted(by_identity(mapper.report.not_mapped).items())),
        "refused": dict(sorted(Counter(refusal.code for refusal in refusals).items())),
    }
    stored = sum(map(len, rows.values()))
    left = mapper.report.not_mapped.total() + mapper.report.merged.total()
    return rows, counts, records == stored + left


def by_identity(not_mapped):
    counted = Counter()
    for one, count in not_mapped.items():
        counted[f"{one.channel} {one.event_id}: {one.reason}"] += count
    return counted


def recordings_of(folder):
    return sorted(file for file in folder.iterdir() if file.name.lower().endswith(ARCHIVES))


def expected():
    return json.loads(EXPECTED.read_text())


class TestRecordings:
    @pytest.mark.parametrize("name", sorted(expected()) if EXPECTED.exists() else [])
    def test_become_the_rows_that_are_expected(self, recordings, name):
        _, counts, complete = imported(recordings / name)
        assert counts == expected()[name]
        assert complete

    def test_none_is_missing(self, recordings):
        assert {file.name for file in recordings_of(recordings)} == set(expected())

    def test_rows_fit_their_tables(self, recordings):
        for file in recordings_of(recordings):
            for table, rows in imported(file)[0].items():
                _, refusals = convert_rows(MappedRows(table, rows))
                assert refusals == [], file.name

    def test_rows_of_a_device_are_told_apart(self, recordings):
        for file in recordings_of(recordings):
            for table, rows in imported(file)[0].items():
                if table.startswith("Device"):
                    keys = Counter((row["DeviceName"], row["Timestamp"], row["ReportId"]) for row in rows)
                    assert [key for key, count in keys.items() if count > 1] == [], (file.name, table)

    def test_importing_again_gives_the_same(self, recordings):
        name = "otrf-empire_launcher_vbs.zip"
        once = imported(recordings / name)
        imported.cache_clear()
        assert imported(recordings / name) == once


def dataset(folder, name):
    plain = re.sub(r"[^a-z0-9.]", "", name.lower())
    [found] = [file for file in recordings_of(folder) if re.sub(r"[^a-z0-9.]", "", file.name.lower()).endswith(plain)]
    return found


def has(row, column, pattern):
    return re.search(pattern, str(row.get(column, "")), re.IGNORECASE) is not None


def extra(row, pattern):
    return re.search(pattern, json.dumps(row.get("AdditionalFields", {})), re.IGNORECASE) is not None


def same(row, column, *words):
    return str(row.get(column, "")).lower() in words


# `check_sql` of cases.json in Python. The count is of rows with the two sources of a start merged: `distinct`, or more where one thing was
# done twice (V07: 90 logs cleared at 90 times and one more; V11: two shells ran the same command).
PREDICATES = {
    "V01": (
        2,
        lambda r: (
            same(r, "InitiatingProcessFileName", "mshta.exe")
            or same(r, "ProcessVersionInfoOriginalFileName", "mshta.exe")
        ),
    ),
    "V02": (
        1,
        lambda r: has(
            r, "ProcessCommandLine", r"(\s+-(encod?e?d?c?o?m?m?a?n?d?|e|en|enc|ec)\s).*([A-Za-z0-9+/]{50,}=?)"
        ),
    ),
    "V03": (
        1,
        lambda r: (
            same(r, "FileName", "ntdsutil.exe")
            and has(r, "ProcessCommandLine", r"\b(full|fu)\b")
            and has(r, "ProcessCommandLine", r"\b(temp|perflogs|programdata)\b")
            and "Backup" not in r["ProcessCommandLine"]
        ),
    ),
    "V04": (
        1,
        lambda r: (
            r["RegistryKey"] == r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control\Terminal Server"
            and r.get("RegistryValueName") == "fDenyTSConnections"
            and r["RegistryValueData"] == "0"
            and r["InitiatingProcessFileName"] == "reg.exe"
        ),
    ),
    "V05": (1, lambda r: has(r, "ProcessCommandLine", "firewall add")),
    "V06": (
        1,
        lambda r: (
            same(r, "InitiatingProcessFileName", "wmiprvse.exe")
            and same(r, "FileName", "powershell.exe")
            and has(r, "ProcessCommandLine", "[A-Za-z0-9+/]{50,}")
        ),
    ),
    "V07": (91, lambda r: r["ActionType"] == "SecurityLogCleared"),
    "V08": (1, lambda r: r["ActionType"] == "UserAccountAddedToLocalGroup" and extra(r, '"GroupSid": "S-1-5-32-544"')),
    "V09": (
        4,
        lambda r: (
            r["ActionType"] == "PowerShellCommand"
            and extra(r, "(Add|Set)-MpPreference")
            and extra(r, "Exclusion(Path|Extension|Process|IpAddress)")
        ),
    ),
    "V10": (
        2,
        lambda r: (
            r["FileName"] in ("net.exe", "net1.exe")
            and has(r, "ProcessCommandLine", r"\b(accounts|group|user|localgroup)\b")
        ),
    ),
    "V11": (
        2,
        lambda r: (
            same(r, "InitiatingProcessParentFileName", "w3wp.exe")
            and same(r, "InitiatingProcessFileName", "powershell.exe", "cmd.exe")
            and not same(r, "FileName", "csc.exe", "php-cgi.exe", "vbc.exe", "conhost.exe")
        ),
    ),
    "V12": (1, lambda r: same(r, "RegistryKey", r"hkey_local_machine\software\microsoft\windows\currentversion\run")),
    "V13": (1, lambda r: has(r, "ProcessCommandLine", "comsvcs")),
    "V14": (1, lambda r: has(r, "ProcessCommandLine", " /INJECTRUNNING ")),
}


class TestAttacks:
    @pytest.mark.parametrize("case", sorted(PREDICATES))
    def test_are_found(self, recordings, case):
        cases = {one["case"]: one for one in json.loads((recordings / "cases.json").read_text())}
        rows, _, _ = imported(dataset(recordings, cases[case]["dataset"]))
        count, fits = PREDICATES[case]
        assert len([row for row in rows[cases[case]["table"]] if fits(row)]) == count
        assert cases[case]["distinct"] <= count <= cases[case]["prototype_rows"]

    def test_every_sigma_sample_becomes_a_row_or_says_why(self, recordings):
        for source in open_source(recordings / "sigma-regression.zip"):
            if source.format != "evtx":
                continue
            mapper = Mapper("tenant", ProcessTable())
            [batch] = mapper.map(source.items)
            assert batch.refusals == []
            assert batch.rows or mapper.report.not_mapped, source.member


class TestCutLogs:
    @pytest.fixture
    def whole(self, recordings):
        return (recordings / "evtxmitre-ID104-1102-Event_log_cleared.evtx").read_bytes()

    def read(self, data):
        items = list(FORMATS["evtx"].read(io.BytesIO(data)))
        refusals = [item for item in items if isinstance(item, Refusal)]
        return len(items) - len(refusals), refusals

    def test_a_whole_log_has_no_refusal(self, whole):
        assert self.read(whole) == (91, [])

    def test_half_a_log_gives_its_good_records_and_says_what_is_missing(self, whole):
        count, [refusal] = self.read(whole[: len(whole) // 2])
        assert count == 79  # the eightieth lies across the cut
        assert (refusal.code, refusal.line) == ("evtx_cut", 80)
        assert refusal.reason == "Records 80 to 91 cannot be read: the file is cut."

    def test_a_log_without_its_records_says_so(self, whole):
        count, refusals = self.read(whole[:4096])
        assert (count, [refusal.code for refusal in refusals]) == (0, ["evtx_cut"])

    def test_a_record_of_garbage_does_not_hide_the_others(self, whole):
        data = bytearray(whole)
        data[20_000:20_200] = b"\xff" * 200
        count, refusals = self.read(bytes(data))
        assert 0 < count < 91
        assert refusals
        assert {refusal.code for refusal in refusals} == {"evtx_damaged"}

    @pytest.mark.parametrize("size", range(4096, 69_633, 4_000))
    def test_any_length_is_survived(self, whole, size):
        count, refusals = self.read(whole[:size])
        assert count == 91 or refusals


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    kept = {file.name: imported(file)[1] for file in recordings_of(folder)}
    EXPECTED.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
