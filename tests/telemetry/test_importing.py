"""Imports of files and folders, on the real engine and the real database."""

import gzip
import json
import shutil
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from huntline.kernel import Unavailable
from huntline.telemetry import importing
from huntline.telemetry.engine import get_engine
from huntline.telemetry.importing import import_paths
from huntline.telemetry.models import Device, IngestBatch

pytestmark = pytest.mark.django_db
SYSMON = "Microsoft-Windows-Sysmon/Operational"


@dataclass(frozen=True)
class Asked:
    sql: str
    parameters: dict[str, object] = field(default_factory=dict)


def record(event_id, second, channel=SYSMON, **fields):
    at = f"2026-03-02 12:{second // 60:02}:{second % 60:02}.000"
    own = {"UtcTime": at} if channel == SYSMON else {}
    return {
        "EventID": event_id,
        "Channel": channel,
        "Hostname": "PC1.corp.example",
        "TimeCreated": at,
        "SourceName": "",
        **own,
        **fields,
    }


START = record(1, 0, ProcessGuid="{AA}", ProcessId="100", Image=r"C:\cmd.exe", CommandLine="cmd /c x")


def file_created(number):
    return record(
        11, number, ProcessGuid="{AA}", ProcessId="100", Image=r"C:\cmd.exe", TargetFilename=rf"C:\{number}.txt"
    )


def write(path, *records):
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in records))
    return path


def run(tenant, *paths):
    """Import and return (progress, summary)."""
    steps, progress = import_paths(tenant.id, paths), []
    while True:
        try:
            progress.append(next(steps))
        except StopIteration as end:
            return progress, end.value


def ask(tenant, sql):
    return get_engine().run(Asked(sql), tenants=[str(tenant.id)]).fetch()


def count(tenant, table="DeviceFileEvents"):
    return ask(tenant, f"SELECT count() FROM {table}")[0][0]


class TestImport:
    def test_stores_rows_and_keeps_the_device(self, cast, tmp_path):
        path = write(tmp_path / "log.json", START, file_created(1), record(4656, 2, "Security"), "{broken")
        progress, summary = run(cast.aurora, path)
        assert summary.files == 1
        assert summary.rows == {"DeviceProcessEvents": 1, "DeviceFileEvents": 1}
        assert summary.records == 4
        [(not_mapped, times)] = summary.not_mapped.items()
        assert (not_mapped.channel, not_mapped.event_id, times) == ("security", 4656, 1)
        [refusal] = summary.refusals
        assert (refusal.file, refusal.line, refusal.code) == (str(path), 4, "not_json")
        assert progress[-1].bytes_done == progress[-1].bytes_total == path.stat().st_size
        assert progress[-1].rows == 2
        device = Device.objects.unscoped("a test").get(tenant_id=cast.aurora.id)
        assert device.name == "pc1.corp.example"
        [(line, source, fields)] = ask(
            cast.aurora, "SELECT InitiatingProcessCommandLine, _Source, _SourceFields FROM DeviceFileEvents"
        )
        assert (line, source) == ("cmd /c x", "nxlog")
        assert json.loads(fields)["TargetFilename"] == r"C:\1.txt"
        assert count(cast.bluefin) == 0

    def test_a_file_that_was_imported_adds_nothing(self, cast, tmp_path):
        path = write(tmp_path / "log.json", START, file_created(1))
        run(cast.aurora, path)
        copy = shutil.copy(path, tmp_path / "other-name.json")
        _, summary = run(cast.aurora, path, copy)
        assert (summary.rows, summary.repeated["DeviceFileEvents"]) == ({}, 2)
        assert count(cast.aurora) == 1
        assert run(cast.bluefin, path)[1].rows["DeviceFileEvents"] == 1

    def test_an_import_that_was_cut_off_is_finished(self, cast, tmp_path, monkeypatch):
        monkeypatch.setattr(importing, "GROUP", 10)
        monkeypatch.setattr(importing, "BATCH", 10)
        path = write(tmp_path / "log.json", START, *[file_created(number) for number in range(99)])
        real, calls = importing.ingest, []

        def dies_in_the_third(*args, **kwargs):
            calls.append(args)
            if len(calls) == 3:
                raise Unavailable("engine_insert_failed", "The power went out.")
            return real(*args, **kwargs)

        monkeypatch.setattr(importing, "ingest", dies_in_the_third)
        with pytest.raises(Unavailable):
            run(cast.aurora, path)
        assert 0 < count(cast.aurora) < 99
        monkeypatch.setattr(importing, "ingest", real)
        _, summary = run(cast.aurora, path)
        assert count(cast.aurora) == 99
        assert summary.rows.total() + summary.repeated.total() == 100
        assert summary.repeated.total() == 20
        assert {
            names for (names,) in ask(cast.aurora, "SELECT DISTINCT InitiatingProcessCommandLine FROM DeviceFileEvents")
        } == {"cmd /c x"}

    def test_processes_are_known_across_files_and_after_a_restart(self, cast, tmp_path):
        run(cast.aurora, write(tmp_path / "1.json", START))
        _, summary = run(cast.aurora, write(tmp_path / "2.json", file_created(60)))
        assert summary.rows == {"DeviceFileEvents": 1}
        assert ask(
            cast.aurora, "SELECT InitiatingProcessCommandLine, InitiatingProcessFolderPath FROM DeviceFileEvents"
        ) == [("cmd /c x", r"c:\cmd.exe")]

    def test_a_folder_is_read_with_all_that_is_in_it(self, cast, tmp_path):
        folder = tmp_path / "evidence" / "deep"
        folder.mkdir(parents=True)
        write(folder / "a.json", START)
        (folder / "b.json.gz").write_bytes(gzip.compress(json.dumps(file_created(1)).encode()))
        with zipfile.ZipFile(tmp_path / "evidence" / "c.zip", "w") as archive:
            archive.writestr("d.json", json.dumps(file_created(2)) + "\n{broken\n")
            archive.writestr("../e.json", json.dumps(file_created(3)))
        (tmp_path / "evidence" / "notes.txt").write_text("hello")
        _, summary = run(cast.aurora, tmp_path / "evidence")
        assert summary.files == 4
        assert summary.rows == {"DeviceProcessEvents": 1, "DeviceFileEvents": 2}
        told = {(refusal.file.removeprefix(str(tmp_path)), refusal.line, refusal.code) for refusal in summary.refusals}
        assert told == {
            ("/evidence/c.zip!d.json", 2, "not_json"),
            ("/evidence/c.zip!../e.json", 0, "archive_member_refused"),
        }
        assert [one.file for one in summary.skipped] == [str(tmp_path / "evidence" / "notes.txt")]

    def test_a_named_file_that_is_no_telemetry_is_refused(self, cast, tmp_path):
        notes = tmp_path / "notes.txt"
        notes.write_text("hello")
        _, summary = run(cast.aurora, notes)
        assert [(one.file, one.line, one.code) for one in summary.refusals] == [(str(notes), 0, "format_unknown")]
        assert summary.skipped == []

    def test_rows_that_do_not_fit_are_refused_by_their_line(self, cast, tmp_path):
        good = {"Table": "DeviceFileEvents", "Timestamp": "2026-03-02T12:00:00Z", "DeviceId": "d", "FileName": "a"}
        path = write(tmp_path / "rows.json", good, good | {"FileSize": "big"}, good | {"Timestamp": "1969-01-01"})
        _, summary = run(cast.aurora, path)
        assert summary.rows == {"DeviceFileEvents": 1}
        assert [(one.line, one.code) for one in summary.refusals] == [(2, "wrong_type"), (3, "time_out_of_range")]

    def test_a_file_that_cannot_be_read_does_not_stop_the_rest(self, cast, tmp_path):
        path = write(tmp_path / "log.json", file_created(1))
        _, summary = run(cast.aurora, tmp_path / "missing.json", path)
        assert (summary.files, summary.rows) == (2, {"DeviceFileEvents": 1})
        assert [(one.line, one.code) for one in summary.refusals] == [(0, "file_unreadable")]

    def test_a_file_of_which_nothing_is_mapped_is_no_failure(self, cast, tmp_path):
        path = write(tmp_path / "log.json", record(4656, 1, "Security"))
        _, summary = run(cast.aurora, path)
        assert (summary.rows, summary.not_mapped.total(), summary.refused) == ({}, 1, 0)
        [batch] = IngestBatch.objects.unscoped("a test").filter(tenant_id=cast.aurora.id)
        assert list(batch.not_mapped.values()) == [1]
        _, again = run(cast.aurora, path)
        assert (again.rows, again.records, again.refused) == ({}, 1, 0)

    def test_only_so_many_refusals_are_told_and_all_are_counted(self, cast, tmp_path, monkeypatch):
        monkeypatch.setattr(importing, "TOLD", 3)
        path = write(tmp_path / "log.json", file_created(1), *["{broken"] * 10)
        _, summary = run(cast.aurora, path)
        assert (summary.refused, len(summary.refusals)) == (10, 3)

    def test_groups_are_in_the_ledger_under_the_files_hash(self, cast, tmp_path):
        run(cast.aurora, write(tmp_path / "log.json", START))
        [batch] = IngestBatch.objects.unscoped("a test").filter(tenant_id=cast.aurora.id)
        assert batch.idempotency_key == f"key:{batch.sha256}:0:last"


@pytest.mark.corpus
@pytest.mark.timeout(600)
class TestRecordings:
    def test_all_of_them_twice(self, cast):
        folder = Path(__file__).parents[3] / "shared" / "data"
        expected = Counter()
        for one in json.loads((Path(__file__).parent / "sources" / "expected_rows.json").read_text()).values():
            for name, rows in one["rows"].items():
                expected[name.partition(" ")[0]] += rows
        _, summary = run(cast.aurora, folder)
        assert summary.rows == expected
        in_engine = {table: count(cast.aurora, table) for table in expected}
        assert in_engine == dict(expected)
        _, again = run(cast.aurora, folder)
        assert (again.rows, again.repeated.total()) == ({}, expected.total() + again.repeated["DeviceInfo"])
        assert {table: count(cast.aurora, table) for table in expected} == in_engine
