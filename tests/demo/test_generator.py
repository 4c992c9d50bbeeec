"""What holds for every generated row, whatever it tells."""

import hashlib
import itertools
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from huntline.demo.customers import AURORA, CUSTOMERS
from huntline.demo.dirt import CUT_AT
from huntline.demo.fleet import Role, build_fleet
from huntline.demo.generator import BATCH_ROWS, Plan, generate
from huntline.demo.moments import DAY, MINUTE, to_ticks
from huntline.demo.processes import LOCAL_LOGON, NETWORK_LOGON, SYSTEM_LOGON
from huntline.telemetry.schema import find_table

PYTHON_TYPES = {"string": str, "int": int, "long": int, "real": float, "bool": bool, "datetime": int, "dynamic": str}
WITH_PROCESSES = (
    "DeviceEvents",
    "DeviceFileEvents",
    "DeviceImageLoadEvents",
    "DeviceLogonEvents",
    "DeviceNetworkEvents",
    "DeviceProcessEvents",
    "DeviceRegistryEvents",
)
SYSTEM_LOGONS = {SYSTEM_LOGON, NETWORK_LOGON, LOCAL_LOGON, 0}
KEYS = [customer.key for customer in CUSTOMERS]


def digest(plan: Plan) -> str:
    found = hashlib.sha256()
    for batch in generate(plan):
        found.update(orjson.dumps((batch.customer, batch.table, batch.rows, batch.arrived, batch.token)))
    return found.hexdigest()


class TestDeterminism:
    SMALL = Plan(datetime(2026, 11, 20, 11, tzinfo=UTC), days=2, scale=0.2)

    def test_same_plan_gives_the_same_bytes(self):
        assert digest(self.SMALL) == digest(self.SMALL)

    @pytest.mark.parametrize(
        "change", [{"seed": 7}, {"until": datetime(2026, 11, 20, 11, 1, tzinfo=UTC)}, {"scale": 0.25}], ids=str
    )
    def test_another_plan_gives_others(self, change):
        assert digest(replace(self.SMALL, **change)) != digest(self.SMALL)

    def test_a_day_does_not_depend_on_the_period_around_it(self):
        def processes(plan):
            return {
                (row["DeviceId"], row["Timestamp"], row["ProcessId"])
                for batch in generate(plan)
                if batch.table == "DeviceProcessEvents"
                for row in batch.rows
                if plan.last - DAY <= row["Timestamp"]
            }

        short = Plan(datetime(2026, 11, 20, 11, tzinfo=UTC), days=1, scale=0.2, customers=[CUSTOMERS[2]])
        assert processes(short) == processes(replace(short, days=4))

    def test_hash_seed_of_python_does_not_matter(self, tmp_path):
        import subprocess
        import sys

        program = (
            "from datetime import UTC, datetime; import orjson, hashlib\n"
            "from huntline.demo.generator import Plan, generate\n"
            "found = hashlib.sha256()\n"
            "for batch in generate(Plan(datetime(2026, 11, 20, 11, tzinfo=UTC), days=1, scale=0.2)):\n"
            "    found.update(orjson.dumps((batch.token, batch.rows)))\n"
            "print(found.hexdigest())\n"
        )
        answers = {
            subprocess.run(
                [sys.executable, "-c", program],
                env={"PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(answers) == 1


class TestPlan:
    @pytest.mark.parametrize("scale", [0, -1, 1000])
    def test_refuses_a_scale_out_of_range(self, scale):
        with pytest.raises(ValueError, match="scale"):
            Plan(datetime(2026, 11, 20, tzinfo=UTC), scale=scale)

    def test_refuses_an_end_without_zone(self):
        with pytest.raises(ValueError, match="time zone"):
            Plan(datetime(2026, 11, 20))  # noqa: DTZ001

    def test_scale_multiplies(self):
        def count(scale):
            plan = Plan(datetime(2026, 11, 20, 11, tzinfo=UTC), days=2, scale=scale, customers=[AURORA])
            return sum(len(batch.rows) for batch in generate(plan))

        assert count(4) > 2.5 * count(1)

    @pytest.mark.parametrize("hours", range(0, 7 * 24, 13))
    def test_every_hour_of_the_week_may_be_the_end(self, hours):
        plan = Plan(datetime(2026, 11, 15, tzinfo=UTC) + timedelta(hours=hours), scale=0.2)
        steps = {label.step for batch in generate(plan) for label in batch.labels}
        assert len(steps) == 25

    @pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 10, 26), date(2027, 1, 1), date(2028, 3, 1)])
    def test_clock_changes_and_turns_of_the_year(self, day):
        plan = Plan(datetime(day.year, day.month, day.day, 2, tzinfo=UTC), scale=0.2)
        assert sum(len(batch.rows) for batch in generate(plan)) > 15_000


class TestBatches:
    def test_some_ten_thousand_rows_a_customer(self, week):
        counts = Counter()
        for batch in week.batches:
            counts[batch.customer] += len(batch.rows)
        assert set(counts) == set(KEYS)
        assert all(15_000 < count < 60_000 for count in counts.values())

    def test_rows_lie_in_the_period_and_arrive_after_they_happened(self, week):
        for batch in week.batches:
            assert len(batch.rows) <= BATCH_ROWS
            moments = [row["Timestamp"] for row in batch.rows if "Timestamp" in row]
            assert all(week.plan.first <= moment <= week.plan.last for moment in moments)
            assert all(moment <= batch.arrived for moment in moments)
            assert batch.arrived <= to_ticks(week.plan.until)

    def test_tokens_are_unlike(self, week):
        tokens = [batch.token for batch in week.batches]
        assert len(tokens) == len(set(tokens))

    def test_columns_and_types_are_those_of_the_catalogue(self, week):
        for batch in week.batches:
            table = find_table(batch.table)
            types = {column.name: PYTHON_TYPES[column.type] for column in table.columns}
            for row in batch.rows:
                for name, value in row.items():
                    assert type(value) is types[name], (batch.table, name, value)

    def test_json_texts_are_json(self, week):
        for batch in week.batches:
            for row in batch.rows:
                if row.get("AdditionalFields"):
                    assert isinstance(orjson.loads(row["AdditionalFields"]), dict)


def process_key(row, prefix="InitiatingProcess"):
    names = ("InitiatingProcessId", "InitiatingProcessCreationTime") if prefix else ("ProcessId", "ProcessCreationTime")
    return row["DeviceId"], row[names[0]], row[names[1]]


@pytest.mark.parametrize("customer", KEYS)
class TestConsistency:
    def rows(self, week, customer):
        for table in WITH_PROCESSES:
            for row in week.rows(customer, table):
                yield table, row

    def test_device_name_and_id_belong_together(self, week, customer):
        pairs = {(row["DeviceId"], row["DeviceName"]) for _, row in self.rows(week, customer)}
        assert len(pairs) == len({first for first, _ in pairs}) == len({second for _, second in pairs})
        fleet = build_fleet(next(c for c in CUSTOMERS if c.key == customer), week.plan.seed)
        assert pairs <= {(device.device_id, device.name) for device in fleet.devices}

    def test_parent_exists_before_its_child(self, week, customer):
        first = min(row["Timestamp"] for _, row in self.rows(week, customer))
        known = {process_key(row, "") for row in week.rows(customer, "DeviceProcessEvents")}
        checked = 0
        for _, row in self.rows(week, customer):
            assert row["InitiatingProcessCreationTime"] <= row["Timestamp"]
            if row["InitiatingProcessCreationTime"] > first + 10 * MINUTE and row["InitiatingProcessId"] != 4:
                is_root = row["InitiatingProcessFileName"] in {"launchd", "systemd"}
                assert is_root or process_key(row) in known, row
                checked += 1
        assert checked > 5_000

    def test_process_rows_say_their_own_moment(self, week, customer):
        for row in week.rows(customer, "DeviceProcessEvents"):
            assert row["ProcessCreationTime"] == row["Timestamp"]
            assert row["InitiatingProcessCreationTime"] <= row["ProcessCreationTime"]

    def test_nothing_happens_after_the_process_id_went_to_another(self, week, customer):
        starts, last_seen = defaultdict(set), defaultdict(int)
        for _, row in self.rows(week, customer):
            starts[row["DeviceId"], row["InitiatingProcessId"]].add(row["InitiatingProcessCreationTime"])
            last_seen[process_key(row)] = max(last_seen[process_key(row)], row["Timestamp"])
        for row in week.rows(customer, "DeviceProcessEvents"):
            starts[row["DeviceId"], row["ProcessId"]].add(row["ProcessCreationTime"])
        reused = 0
        for (device, pid), moments in starts.items():
            for earlier, later in itertools.pairwise(sorted(moments)):
                reused += 1
                assert last_seen[device, pid, earlier] < later, (device, pid)
        assert reused > 50, "process ids are given away again"

    def test_facts_about_a_process_are_the_same_wherever_it_is_named(self, week, customer):
        facts = {}
        names = ("FileName", "CommandLine", "FolderPath", "AccountName", "SHA1", "ParentId", "UniqueId")
        for _, row in self.rows(week, customer):
            told = tuple(row.get(f"InitiatingProcess{name}") for name in names)
            assert facts.setdefault(process_key(row), told) == told
        for row in week.rows(customer, "DeviceProcessEvents"):
            told = facts.get(process_key(row, ""))
            if told:
                assert told[0] == row["FileName"]
                assert told[1] == row["ProcessCommandLine"] or len(row["ProcessCommandLine"]) == CUT_AT
                assert told[2] == row["FolderPath"].lower()
                assert told[3] == row["AccountName"]

    def test_a_logon_id_has_a_logon(self, week, customer):
        first = min(row["Timestamp"] for _, row in self.rows(week, customer))
        logons = defaultdict(list)
        for row in week.rows(customer, "DeviceLogonEvents"):
            if row["ActionType"] == "LogonSuccess":
                logons[row["DeviceId"], row["LogonId"]].append(row["Timestamp"])
        # A session that began before the period shows only by a process of then.
        before = {
            (row["DeviceId"], row["InitiatingProcessLogonId"])
            for row in week.rows(customer, "DeviceProcessEvents")
            if row["InitiatingProcessCreationTime"] < first + 10 * MINUTE
        }
        checked = 0
        for row in week.rows(customer, "DeviceProcessEvents"):
            key = row["DeviceId"], row["LogonId"]
            if row["LogonId"] in SYSTEM_LOGONS or key in before:
                continue
            checked += 1
            assert min(logons[key]) <= row["Timestamp"], row
        assert checked > 1_000

    def test_full_paths_with_file_names(self, week, customer):
        for table in ("DeviceProcessEvents", "DeviceFileEvents", "DeviceImageLoadEvents"):
            for row in week.rows(customer, table):
                assert re.split(r"[\\/]", row["FolderPath"])[-1] == row["FileName"]
        for _, row in self.rows(week, customer):
            assert row["InitiatingProcessFolderPath"].endswith(row["InitiatingProcessFileName"].lower())

    def test_registry_keys_are_written_as_the_tables_have_them(self, week, customer):
        for row in week.rows(customer, "DeviceRegistryEvents"):
            assert row["RegistryKey"].startswith(("HKEY_LOCAL_MACHINE\\", "HKEY_CURRENT_USER\\S-1-5-21-"))
            assert "CurrentControlSet" not in row["RegistryKey"]
            assert not row["RegistryKey"].endswith("\\" + row["RegistryValueName"])

    def test_report_id_with_device_and_time_names_a_row(self, week, customer):
        for table in WITH_PROCESSES:
            keys = [(row["DeviceName"], row["ReportId"], row["Timestamp"]) for row in week.rows(customer, table)]
            assert len(keys) == len(set(keys))


class TestSoftware:
    def test_one_hash_for_a_product_and_version(self, week):
        hashes = defaultdict(set)
        for customer in KEYS:
            for row in week.rows(customer, "DeviceProcessEvents"):
                name = row.get("ProcessVersionInfoOriginalFileName", row["FileName"]).lower()
                version = row.get("ProcessVersionInfoProductVersion", "")
                hashes[name, row.get("ProcessVersionInfoProductName"), version].add((row["SHA1"], row["MD5"]))
        with_version = {key: found for key, found in hashes.items() if key[2]}
        assert len(with_version) > 40
        assert all(len(found) == 1 for found in with_version.values())

    def test_common_programs_are_on_many_devices_and_the_implant_on_one(self, week):
        devices = defaultdict(set)
        for customer in KEYS:
            for row in week.rows(customer, "DeviceProcessEvents"):
                devices[row["FileName"]].add(row["DeviceId"])
        assert len(devices["msedge.exe"]) > 60
        assert len(devices["gsupd.exe"]) == 1


class TestInvention:
    """No real host or address, in any text of any row."""

    ADDRESS = re.compile(r"(?<![\w.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w.])")
    ALLOWED = re.compile(r"10\.\d+\.\d+\.\d+|192\.0\.2\.\d+|198\.51\.100\.\d+|203\.0\.113\.\d+")
    HOST = re.compile(r"https?://([\w.-]+)|@([\w.-]+\.\w+)")

    def test_addresses_are_private_or_for_documentation(self, week):
        columns = (
            "RemoteIP",
            "LocalIP",
            "IPAddress",
            "DestinationIPAddress",
            "SenderIPv4",
            "PublicIP",
            "RequestSourceIP",
        )
        for batch in week.batches:
            for row in batch.rows:
                for column in columns:
                    assert not row.get(column) or self.ALLOWED.fullmatch(row[column]), row[column]

    def test_hosts_end_with_example(self, week):
        for batch in week.batches:
            for row in batch.rows:
                for name, value in row.items():
                    if name in {"RemoteUrl", "UrlDomain", "SenderFromDomain", "DeviceName"} and value:
                        assert value.endswith(".example"), value
                    elif isinstance(value, str):
                        for match in self.HOST.finditer(value):
                            assert (match[1] or match[2]).endswith(".example"), value


class TestDirt:
    def test_two_clocks_are_wrong(self):
        skews = [device.skew for device in build_fleet(AURORA, 1).devices if device.skew]
        assert len(skews) == 2
        assert min(skews) < 0 < max(skews)

    def test_some_hashes_are_missing_and_some_command_lines_cut(self, week):
        rows = [row for customer in KEYS for row in week.rows(customer, "DeviceProcessEvents")]
        missing = sum("SHA256" not in row for row in rows)
        assert 0.002 < missing / len(rows) < 0.03
        lengths = [len(row["ProcessCommandLine"]) for row in rows]
        assert lengths.count(CUT_AT) > 10
        assert max(lengths) > 1.5 * CUT_AT

    def test_texts_in_other_scripts(self, week):
        texts = " ".join(
            row["ProcessCommandLine"] for key in ("aurora", "cobalt") for row in week.rows(key, "DeviceProcessEvents")
        )
        assert re.search("[가-힣]", texts)
        assert re.search("[ぁ-んァ-ン一-龯]", texts)

    def test_rows_are_sent_twice(self, week):
        sent = Counter(
            (batch.table, row["DeviceName"], row["ReportId"], row["Timestamp"])
            for batch in week.batches
            if batch.table in WITH_PROCESSES
            for row in batch.rows
        )
        again = sum(count - 1 for count in sent.values())
        assert 20 < again < 0.05 * sum(sent.values())

    def test_the_silent_laptop_arrives_late(self, week):
        fleet = build_fleet(AURORA, week.plan.seed)
        silent = {device.name for device in fleet.devices if device.goes_silent}
        delays = [
            batch.arrived - row["Timestamp"]
            for batch in week.batches
            if batch.table == "DeviceProcessEvents"
            for row in batch.rows
            if row["DeviceName"] in silent
        ]
        assert max(delays) > 1.2 * DAY


class TestRhythm:
    def test_people_work_by_day_and_backups_run_by_night(self, week):
        browsing, backups = Counter(), Counter()
        for row in week.rows("aurora", "DeviceProcessEvents"):
            hour = (row["Timestamp"] // (60 * MINUTE) + 9) % 24
            if row["FileName"] == "msedge.exe":
                browsing[hour] += 1
            elif row["FileName"] == "coldkeep.exe":
                backups[hour] += 1
        assert sum(browsing[hour] for hour in range(8, 20)) > 0.9 * sum(browsing.values())
        assert backups.most_common(1)[0][0] == 2
        assert browsing[12] < 0.7 * (browsing[11] + browsing[14]) / 2

    def test_failed_sign_ins_of_people_are_few(self, week):
        people = [
            row for row in week.rows("bluefin", "DeviceLogonEvents") if row["LogonType"] in {"Interactive", "Unlock"}
        ]
        failed = sum(row["ActionType"] == "LogonFailed" for row in people) / len(people)
        assert 0.005 < failed < 0.12

    def test_every_kind_of_device_leaves_rows(self, week):
        for customer in CUSTOMERS:
            seen = {row["DeviceName"] for row in week.rows(customer.key, "DeviceProcessEvents")}
            fleet = build_fleet(customer, week.plan.seed)
            assert {device.role for device in fleet.devices if device.name in seen} == set(Role)
