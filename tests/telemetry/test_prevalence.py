"""FileProfile() on a real engine: the roll-up behind it is filled by what is inserted, counts nothing twice, and stays in its tenant."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from engine_directory import engine_dsn
from huntline import kql
from huntline.kql.values import decode_rows
from huntline.telemetry.engine import Engine
from huntline.telemetry.engine.rollups import view_name
from huntline.telemetry.schema import CATALOG, find_table
from huntline.telemetry.schema.prevalence import CONTRIBUTIONS
from huntline.telemetry.times import ticks_of
from kql_tables import TestScope

AURORA, BOREAL = uuid.UUID(int=0xA), uuid.UUID(int=0xB)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
COMMON, RARE, SIGNED, NOWHERE = ("c" * 40, "d" * 40, "e" * 40, "f" * 40)
DOCUMENTED = {
    "SHA1": "string", "SHA256": "string", "MD5": "string", "FileSize": "long", "GlobalPrevalence": "int",
    "GlobalFirstSeen": "datetime", "GlobalLastSeen": "datetime", "Signer": "string", "Issuer": "string", "SignerHash": "string",
    "IsCertificateValid": "bool", "IsRootSignerMicrosoft": "bool", "SignatureState": "string", "IsExecutable": "bool",
    "ThreatName": "string", "Publisher": "string", "SoftwareName": "string", "ProfileAvailability": "string",
}  # fmt: skip


def put(engine, tenant, table, rows, *, token="", again=False):
    columns = {name: [row.get(name, "") for row in rows] for name in rows[0]}
    columns["Timestamp"] = [ticks_of(moment) for moment in columns["Timestamp"]]
    spec = find_table(table)
    engine.insert(spec, tenant, columns, token=token or str(uuid.uuid4()), ingested=NOON, again=again)


def processes(sha1, devices, *, day=0, name="tool.exe"):
    return [
        {
            "Timestamp": NOON + timedelta(days=day, minutes=number),
            "DeviceId": f"device{number}",
            "FileName": name,
            "SHA1": sha1,
            "SHA256": sha1[0] * 64,
            "MD5": sha1[0] * 32,
            "FileSize": 4096,
            "ProcessVersionInfoProductName": "A tool",
        }
        for number in range(devices)
    ]


@pytest.fixture(scope="module")
def engine():
    opened = Engine(engine_dsn(), f"test_{uuid.uuid4().hex}", pool_size=4)
    put(opened, AURORA, "DeviceProcessEvents", processes(COMMON, 40) + processes(COMMON, 20, day=40))
    put(opened, AURORA, "DeviceProcessEvents", processes(RARE, 2, name="run.sh"))
    put(opened, AURORA, "DeviceFileEvents", [{"Timestamp": NOON, "DeviceId": "d", "SHA1": SIGNED}])
    certificate = {"Timestamp": NOON, "DeviceId": "d", "SHA1": SIGNED, "Signer": "Contoso", "Issuer": "A CA"}
    certificate |= {"SignerHash": "5e", "IsSigned": True, "IsTrusted": True, "IsRootSignerMicrosoft": False}
    put(opened, AURORA, "DeviceFileCertificateInfo", [certificate])
    found = {"Timestamp": NOON, "DeviceId": "d", "ActionType": "AntivirusDetection", "SHA1": RARE}
    put(opened, AURORA, "DeviceEvents", [found | {"AdditionalFields": '{"ThreatName": "Trojan:Win32/Example"}'}])
    put(opened, BOREAL, "DeviceProcessEvents", processes(COMMON, 5))
    yield opened
    opened.close()


def hunt(engine, text, *tenants, window=None):
    asked = TestScope(tuple(str(tenant) for tenant in tenants or (AURORA,)))
    query = kql.compile(text, catalog=CATALOG, scope=asked, now=NOON + timedelta(days=60), window=window)
    assert isinstance(query, kql.CompiledQuery), list(query)
    with engine.run(query, tenants=asked.tenant_ids, exact_times=True) as rows:
        names = [column.name for column in query.columns]
        return [dict(zip(names, row, strict=True)) for row in decode_rows(query.columns, rows.fetch())]


def profiles(engine, *hashes, arguments="", tenants=(AURORA,), column="SHA1"):
    values = ", ".join(f"'{value}'" for value in hashes)
    text = f"datatable({column}: string) [{values}] | invoke FileProfile({arguments})"
    return {row[column]: row for row in hunt(engine, text, *tenants)}


class TestColumns:
    def test_all_documented_columns_are_there_with_their_types(self, engine):
        query = kql.compile(
            "DeviceFileEvents | project SHA1 | invoke FileProfile()", catalog=CATALOG, scope=TestScope(), now=NOON
        )
        assert {column.name: str(column.type) for column in query.columns} == DOCUMENTED

    def test_a_file_that_many_devices_have(self, engine):
        row = profiles(engine, COMMON)[COMMON]
        assert (row["GlobalPrevalence"], row["FileSize"], row["SoftwareName"]) == (40, 4096, "A tool")
        assert (row["SHA256"], row["MD5"]) == ("c" * 64, "c" * 32)
        assert row["GlobalFirstSeen"].startswith("2026-03-02T12:00")
        assert row["GlobalLastSeen"].startswith("2026-04-11T12:19")
        assert (row["IsExecutable"], row["ProfileAvailability"], row["SignatureState"]) == (
            True,
            "Available",
            "Unknown",
        )

    def test_prevalence_is_of_all_time_whatever_the_window_of_the_hunt(self, engine):
        window = kql.Window(NOON + timedelta(days=39), NOON + timedelta(days=60))
        text = "DeviceProcessEvents | take 1 | invoke FileProfile() | project GlobalPrevalence, GlobalFirstSeen"
        (row,) = hunt(engine, text, window=window)
        assert (row["GlobalPrevalence"], row["GlobalFirstSeen"][:10]) == (40, "2026-03-02")

    def test_the_signer_comes_from_the_certificates(self, engine):
        row = profiles(engine, SIGNED)[SIGNED]
        assert (row["Signer"], row["Publisher"], row["Issuer"], row["SignerHash"]) == (
            "Contoso",
            "Contoso",
            "A CA",
            "5e",
        )
        assert (row["IsCertificateValid"], row["IsRootSignerMicrosoft"], row["SignatureState"]) == (
            True,
            False,
            "SignedValid",
        )

    def test_what_protection_called_it(self, engine):
        row = profiles(engine, RARE)[RARE]
        assert (row["ThreatName"], row["GlobalPrevalence"], row["IsExecutable"]) == ("Trojan:Win32/Example", 3, None)

    def test_other_hashes_name_files_too(self, engine):
        row = profiles(engine, "c" * 64, arguments="SHA256", column="SHA256")["c" * 64]
        assert (row["SHA1"], row["GlobalPrevalence"]) == (COMMON, 40)
        row = profiles(engine, "d" * 64, arguments="'InitiatingProcessSHA256', 10", column="InitiatingProcessSHA256")
        assert row["d" * 64]["SHA1"] == RARE

    def test_a_file_that_nobody_has_and_an_id_that_is_none(self, engine):
        found = profiles(engine, NOWHERE, "x", "")
        assert found[NOWHERE]["ProfileAvailability"] == "Missing"
        assert found[NOWHERE]["GlobalPrevalence"] is None
        assert (found["x"]["ProfileAvailability"], found[""]["ProfileAvailability"]) == ("", "")

    def test_columns_of_the_hunt_stay(self, engine):
        text = "DeviceProcessEvents | summarize Runs = count() by SHA1, FileName | invoke FileProfile(SHA1, 1000)"
        rows = hunt(engine, text + " | where GlobalPrevalence < 10 | project FileName, Runs, GlobalPrevalence")
        assert rows == [{"FileName": "run.sh", "Runs": 2, "GlobalPrevalence": 3}]


class TestLimit:
    def test_files_behind_the_limit_have_no_profile_and_the_same_ones_every_time(self, engine):
        for _ in range(3):
            found = profiles(engine, SIGNED, RARE, COMMON, RARE, "no id", arguments="SHA1, 2")
            assert {key[:1]: row["ProfileAvailability"] for key, row in found.items()} == {
                "c": "Available", "d": "Available", "e": "", "n": "",
            }  # fmt: skip

    def test_the_first_rows_count_where_rows_have_an_order(self, engine):
        text = "DeviceProcessEvents | summarize n = dcount(DeviceId) by SHA1 | sort by SHA1 desc | invoke FileProfile(SHA1, 1)"
        assert [row["ProfileAvailability"] for row in hunt(engine, text + " | sort by SHA1 desc")] == ["Available", ""]

    def test_a_hundred_files_without_a_limit(self, engine):
        text = "range n from 1 to 150 step 1 | extend SHA1 = hash_sha1(tostring(n)) | invoke FileProfile()"
        found = [row["ProfileAvailability"] for row in hunt(engine, text)]
        assert (found.count("Missing"), found.count("")) == (100, 50)


class TestCounting:
    def test_rows_that_are_sent_again_count_once(self, engine):
        tenant, rows = uuid.uuid4(), processes(COMMON, 3)
        for _ in range(3):
            put(engine, tenant, "DeviceProcessEvents", rows, token="batch", again=True)
        assert profiles(engine, COMMON, tenants=(tenant,))[COMMON]["GlobalPrevalence"] == 3

    def test_a_batch_that_was_cut_off_before_the_roll_up_reaches_it_when_it_is_sent_again(self, engine):
        tenant, rows = uuid.uuid4(), processes(COMMON, 3)
        put(engine, tenant, "DeviceProcessEvents", rows, token="batch")
        with engine._control_lock:
            engine._control.command(
                f"ALTER TABLE FilePrevalence DELETE WHERE _TenantId = '{tenant}' SETTINGS mutations_sync = 1"
            )
        assert profiles(engine, COMMON, tenants=(tenant,))[COMMON]["ProfileAvailability"] == "Missing"
        put(engine, tenant, "DeviceProcessEvents", rows, token="batch", again=True)
        assert profiles(engine, COMMON, tenants=(tenant,))[COMMON]["GlobalPrevalence"] == 3

    def test_telemetry_of_an_earlier_version_is_rolled_up_when_the_engine_opens(self):
        database, tenant = f"test_{uuid.uuid4().hex}", uuid.uuid4()
        earlier = Engine(engine_dsn(), database, pool_size=1)
        for contribution in CONTRIBUTIONS:
            earlier._control.command(f"DROP VIEW {view_name(contribution)}")
        earlier._control.command("DROP TABLE FilePrevalence")
        put(earlier, tenant, "DeviceProcessEvents", processes(COMMON, 3))
        earlier.close()
        now = Engine(engine_dsn(), database, pool_size=1)
        assert profiles(now, COMMON, tenants=(tenant,))[COMMON]["GlobalPrevalence"] == 3
        assert Engine(engine_dsn(), database, pool_size=1).migrated == []
        now.close()


class TestIsolation:
    def test_prevalence_is_that_of_the_scope(self, engine):
        assert profiles(engine, COMMON, tenants=(BOREAL,))[COMMON]["GlobalPrevalence"] == 5
        assert profiles(engine, COMMON, tenants=(AURORA, BOREAL))[COMMON]["GlobalPrevalence"] == 40
        assert profiles(engine, RARE, tenants=(BOREAL,))[RARE]["ProfileAvailability"] == "Missing"

    def test_a_statement_that_forgot_the_tenant_finds_only_the_scope(self, engine):
        class Forgotten:
            sql = "SELECT uniqExact(_TenantId), max(_TenantId) FROM FilePrevalence"
            parameters: dict[str, object] = {}

        assert engine.run(Forgotten(), tenants=[str(BOREAL)]).fetch() == [(1, str(BOREAL))]

    def test_no_query_names_the_roll_up(self):
        for text in ("FilePrevalence | take 1", "union File*", "table('FilePrevalence')"):
            assert isinstance(kql.compile(text, catalog=CATALOG, scope=TestScope(), now=NOON), kql.Diagnostics)
