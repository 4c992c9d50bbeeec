"""Batches through the use cases, on the real engine and the real database."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from huntline.kernel import Unavailable
from huntline.telemetry import queries
from huntline.telemetry.engine import get_engine
from huntline.telemetry.errors import (
    EmptyBatch,
    IdempotencyKeyReused,
    IdempotencyKeyTooLong,
    IngestKeyInvalid,
    IngestKeyNotFound,
    RowsRefused,
    SourceNotAllowed,
    TooManyLines,
    UnknownFormat,
    UnknownTable,
)
from huntline.telemetry.models import BatchState, Device, IngestBatch
from huntline.telemetry.schema import physical_tables
from huntline.telemetry.services import (
    OnError,
    Post,
    Sender,
    create_key,
    make_key,
    revoke_key,
    sender_of,
    take_envelope,
    take_events,
    take_rows,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    sql: str
    parameters: dict[str, object] = field(default_factory=dict)


@pytest.fixture
def sender(cast):
    return sender_of(make_key(cast.aurora.id, "shipper")[1])


def ask(tenant, sql):
    return get_engine().run(Asked(sql), tenants=[str(tenant.id)]).fetch()


def count(tenant, table="DeviceProcessEvents"):
    return ask(tenant, f"SELECT count() FROM {table}")[0][0]


def lines(*rows, start=NOON):
    filled = [
        {
            "Timestamp": f"{start + timedelta(seconds=n):%Y-%m-%dT%H:%M:%SZ}",
            "DeviceId": "d1",
            "DeviceName": "pc1",
            **row,
        }
        for n, row in enumerate(rows)
    ]
    return "\n".join(json.dumps(row) for row in filled).encode()


TIME = "2026-03-02T12:00:00Z"
SAMPLES = {
    "string": "é x",
    "int": -7,
    "long": 1 << 40,
    "real": 9,
    "bool": True,
    "datetime": TIME,
    "dynamic": {"k": [1]},
}
PROCESSES = lines({"ProcessId": 1}, {"ProcessId": 2}, {"ProcessId": 3})
ONE_BAD = lines({"ProcessId": 1}, {"ProcessId": "two"}, {"ProcessId": 3})


class TestTakeRows:
    def test_rows_are_on_the_disk_when_the_receipt_is_given(self, cast, sender):
        receipt = take_rows(sender, "DeviceProcessEvents", Post(PROCESSES))
        assert (receipt.records, dict(receipt.stored), receipt.refused) == (3, {"DeviceProcessEvents": 3}, 0)
        assert ask(cast.aurora, "SELECT ProcessId, _Source FROM DeviceProcessEvents ORDER BY ProcessId") == [
            (1, "rows"),
            (2, "rows"),
            (3, "rows"),
        ]
        assert count(cast.bluefin) == 0

    def test_the_same_body_again_is_the_same_batch(self, cast, sender):
        first = take_rows(sender, "DeviceProcessEvents", Post(PROCESSES))
        again = take_rows(sender, "DeviceProcessEvents", Post(PROCESSES))
        assert again.repeated
        assert not first.repeated
        assert (again.batch, again.stored, again.records) == (first.batch, first.stored, first.records)
        assert count(cast.aurora) == 3

    def test_another_key_is_another_batch_and_another_body_under_one_key_is_refused(self, cast, sender):
        take_rows(sender, "DeviceProcessEvents", Post(PROCESSES, idempotency_key="1"))
        take_rows(sender, "DeviceProcessEvents", Post(PROCESSES, idempotency_key="2"))
        assert count(cast.aurora) == 6
        with pytest.raises(IdempotencyKeyReused):
            take_rows(sender, "DeviceProcessEvents", Post(ONE_BAD, idempotency_key="1"))
        with pytest.raises(IdempotencyKeyTooLong):
            take_rows(sender, "DeviceProcessEvents", Post(PROCESSES, idempotency_key="x" * 300))

    def test_two_tenants_may_use_one_key(self, cast, sender):
        other = sender_of(make_key(cast.bluefin.id, "shipper")[1])
        for who in (sender, other):
            take_rows(who, "DeviceProcessEvents", Post(PROCESSES, idempotency_key="1"))
        assert count(cast.aurora) == count(cast.bluefin) == 3

    def test_good_rows_are_kept_and_bad_ones_named(self, cast, sender):
        receipt = take_rows(sender, "DeviceProcessEvents", Post(ONE_BAD))
        assert (receipt.records, receipt.stored["DeviceProcessEvents"], receipt.refused) == (3, 2, 1)
        assert (receipt.refusals[0].line, receipt.refusals[0].code) == (2, "wrong_type")
        again = take_rows(sender, "DeviceProcessEvents", Post(ONE_BAD))
        assert again.repeated
        assert again.refusals == receipt.refusals

    def test_the_whole_batch_is_refused_where_the_sender_wants_that(self, cast, sender):
        with pytest.raises(RowsRefused) as caught:
            take_rows(sender, "DeviceProcessEvents", Post(ONE_BAD, on_error=OnError.REJECT))
        assert caught.value.detail["refusals"][0]["line"] == 2
        assert count(cast.aurora) == 0
        # What is mended may come under the same key.
        mended = Post(PROCESSES, idempotency_key="k", on_error=OnError.REJECT)
        with pytest.raises(RowsRefused):
            take_rows(sender, "DeviceProcessEvents", Post(ONE_BAD, idempotency_key="k", on_error=OnError.REJECT))
        assert take_rows(sender, "DeviceProcessEvents", mended).stored["DeviceProcessEvents"] == 3
        assert count(cast.aurora) == 3

    def test_a_batch_without_one_good_row_is_refused_loudly(self, sender):
        with pytest.raises(RowsRefused) as caught:
            take_rows(sender, "DeviceProcessEvents", Post(b'{"x": 1}\nnope\n'))
        assert caught.value.detail["refused"] == 2

    def test_an_empty_batch_is_refused(self, sender):
        with pytest.raises(EmptyBatch):
            take_rows(sender, "DeviceProcessEvents", Post(b"\n \n"))

    def test_an_unknown_table_is_refused_by_name(self, sender):
        with pytest.raises(UnknownTable, match="Did you mean DeviceProcessEvents"):
            take_rows(sender, "DeviceProcesEvents", Post(PROCESSES))

    @pytest.mark.parametrize("table", physical_tables(), ids=lambda table: table.name)
    def test_every_table_gives_back_what_it_took(self, cast, sender, table):
        sent = {column.name: SAMPLES[column.type] for column in table.columns}
        take_rows(sender, table.name, Post(json.dumps(sent).encode()))
        (row,) = ask(cast.aurora, f"SELECT {', '.join(sent)} FROM {table.name} WHERE _Source = 'rows'")
        stored = {name: NOON if value == TIME else value for name, value in sent.items()}
        assert dict(zip(sent, row, strict=True)) == {
            name: json.dumps(value) if isinstance(value, dict) else value for name, value in stored.items()
        }

    def test_only_some_refusals_are_told_but_all_are_counted(self, sender):
        receipt = take_rows(sender, "DeviceProcessEvents", Post(PROCESSES + b"\n{}" * 250))
        assert receipt.refused == 250
        assert len(receipt.refusals) == 100

    def test_a_batch_of_many_chunks_is_stored_whole_and_once(self, cast, sender, monkeypatch):
        monkeypatch.setattr("huntline.telemetry.services.batches.CHUNK", 10)
        monkeypatch.setattr("huntline.telemetry.intake.ndjson.LINES_AT_ONCE", 25)
        body = lines(*({"ProcessId": number} for number in range(95)))
        take_rows(sender, "DeviceProcessEvents", Post(body))
        assert ask(cast.aurora, "SELECT count(), uniqExact(ProcessId) FROM DeviceProcessEvents") == [(95, 95)]


class TestDays:
    """Every day is a part on the disk: rows of ten thousand days would keep the engine busy for minutes, for all tenants."""

    @pytest.fixture(autouse=True)
    def few_days(self, monkeypatch):
        monkeypatch.setattr("huntline.telemetry.services.doors.MOST_DAYS", 5)

    @staticmethod
    def days(count):
        return b"\n".join(
            json.dumps({"Timestamp": (NOON + timedelta(days=day)).isoformat(), "DeviceId": "d"}).encode()
            for day in range(count)
        )

    def test_as_many_as_may_be(self, sender):
        assert take_rows(sender, "DeviceEvents", Post(self.days(5))).stored["DeviceEvents"] == 5

    def test_more_are_refused_and_nothing_is_stored(self, sender, cast):
        with pytest.raises(RowsRefused) as refused:
            take_rows(sender, "DeviceEvents", Post(self.days(6)))
        assert refused.value.detail["refused"] == 6
        assert refused.value.detail["refusals"][0]["code"] == "too_many_days"
        assert ask(cast.aurora, "SELECT count() FROM DeviceEvents") == [(0,)]

    def test_stretches_are_counted_together(self, sender, monkeypatch):
        monkeypatch.setattr("huntline.telemetry.intake.ndjson.LINES_AT_ONCE", 4)
        receipt = take_rows(sender, "DeviceEvents", Post(self.days(8)))
        assert (receipt.stored["DeviceEvents"], receipt.refused) == (4, 4)

    def test_all_or_none(self, sender, monkeypatch, cast):
        monkeypatch.setattr("huntline.telemetry.intake.ndjson.LINES_AT_ONCE", 4)
        with pytest.raises(RowsRefused):
            take_rows(sender, "DeviceEvents", Post(self.days(8), on_error=OnError.REJECT))
        assert ask(cast.aurora, "SELECT count() FROM DeviceEvents") == [(0,)]


class TestRecords:
    @pytest.mark.parametrize("body", [b"{}\n" * 11, b'{"records":[' + b"{}," * 12 + b"{}]}"])
    def test_too_many_are_refused_before_they_are_read(self, sender, monkeypatch, body):
        monkeypatch.setattr("huntline.telemetry.services.doors.MOST_RECORDS", 10)
        with pytest.raises(TooManyLines):
            take_envelope(sender, Post(body))


class TestAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_one_batch_sent_by_several_at_once_is_stored_once(self, cast, sender):
        gate, receipts = threading.Barrier(4), []

        def send():
            gate.wait()
            try:
                receipts.append(take_rows(sender, "DeviceProcessEvents", Post(PROCESSES)))
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert {(receipt.batch, receipt.records) for receipt in receipts} == {(receipts[0].batch, 3)}
        assert len(receipts) == 4
        assert count(cast.aurora) == 3


class TestCutOff:
    """An attempt that dies half-way, and the same batch sent again."""

    def test_rows_that_were_stored_are_not_stored_twice(self, cast, sender, monkeypatch):
        monkeypatch.setattr("huntline.telemetry.services.batches.CHUNK", 10)
        body = lines(*({"ProcessId": number} for number in range(35)))
        engine, inserted = get_engine(), []
        whole = type(engine).insert

        def dies(self, *args, **kwargs):
            if len(inserted) == 2:
                raise Unavailable("engine_insert_failed", "The power went.")
            inserted.append(whole(self, *args, **kwargs))

        with monkeypatch.context() as patched:
            patched.setattr(type(engine), "insert", dies)
            with pytest.raises(Unavailable):
                take_rows(sender, "DeviceProcessEvents", Post(body))
        assert count(cast.aurora) == 20
        receipt = take_rows(sender, "DeviceProcessEvents", Post(body))
        assert not receipt.repeated
        assert ask(cast.aurora, "SELECT count(), uniqExact(ProcessId) FROM DeviceProcessEvents") == [(35, 35)]

    def test_a_receipt_that_was_lost_is_given_again(self, cast, sender, monkeypatch):
        with monkeypatch.context() as patched:

            def dies(*_args):
                raise RuntimeError("killed before the ledger was written")

            patched.setattr("huntline.telemetry.services.batches.close_batch", dies)
            with pytest.raises(RuntimeError):
                take_rows(sender, "DeviceProcessEvents", Post(PROCESSES))
        assert take_rows(sender, "DeviceProcessEvents", Post(PROCESSES)).stored["DeviceProcessEvents"] == 3
        assert count(cast.aurora) == 3
        assert count(cast.aurora, "DeviceInfo") == 1


class TestTakeEnvelope:
    def test_records_go_to_their_tables(self, cast, sender):
        record = {"Timestamp": "2026-03-02T12:00:00Z", "DeviceId": "d9", "MachineGroup": "Tier 0"}
        body = json.dumps(
            {
                "records": [
                    {"category": "AdvancedHunting-DeviceNetworkEvents", "properties": record},
                    {"category": "AdvancedHunting-DeviceInfo", "properties": record},
                    {"category": "AdvancedHunting-Unheard", "properties": record},
                ]
            }
        )
        receipt = take_envelope(sender, Post(body.encode()))
        assert dict(receipt.stored) == {"DeviceNetworkEvents": 1, "DeviceInfo": 1}
        assert (receipt.refused, receipt.refusals[0].line) == (1, 3)
        assert ask(cast.aurora, "SELECT MachineGroup, _Source FROM DeviceInfo") == [("Tier 0", "defender")]
        assert ask(cast.aurora, "SELECT _SourceFields FROM DeviceNetworkEvents") == [('{"MachineGroup":"Tier 0"}',)]


class TestTakeEvents:
    EVENT = {
        "@timestamp": "2026-03-02T12:00:00.000Z",
        "UtcTime": "2026-03-02 12:00:00.000",
        "Hostname": "WKS1.aurora.example",
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "SourceName": "Microsoft-Windows-Sysmon",
        "EventID": 1,
        "Image": "C:\\Windows\\System32\\cmd.exe",
        "CommandLine": "cmd.exe /c whoami",
        "ProcessId": "77",
        "ProcessGuid": "{0a}",
    }

    def test_events_are_mapped_and_the_sources_fields_stand_beside_the_row(self, cast, sender):
        receipt = take_events(sender, "nxlog", Post(json.dumps(self.EVENT).encode()))
        assert dict(receipt.stored) == {"DeviceProcessEvents": 1}
        ((command, device, source, fields),) = ask(
            cast.aurora, "SELECT ProcessCommandLine, DeviceName, _Source, _SourceFields FROM DeviceProcessEvents"
        )
        assert (command, device, source) == ("cmd.exe /c whoami", "wks1.aurora.example", "nxlog")
        assert json.loads(fields)["Image"] == "C:\\Windows\\System32\\cmd.exe"

    def test_what_has_no_place_is_counted_with_its_reason_and_is_no_error(self, sender):
        state = json.dumps({**self.EVENT, "EventID": 4, "State": "Started"}).encode()
        receipt = take_events(sender, "nxlog", Post(state))
        assert (receipt.records, dict(receipt.stored), receipt.refused) == (1, {}, 0)
        ((what, number),) = receipt.not_mapped.items()
        assert number == 1
        assert what.startswith("microsoft-windows-sysmon/operational 4: ")
        assert take_events(sender, "nxlog", Post(state)).not_mapped == receipt.not_mapped

    def test_an_unknown_format_is_refused_with_those_that_are_known(self, sender):
        with pytest.raises(UnknownFormat, match="winlogbeat"):
            take_events(sender, "carrier-pigeon", Post(b"{}"))


class TestDevices:
    def test_devices_are_kept_from_what_arrives(self, cast, sender, scope_of):
        scope = scope_of("aurora_admin", "aurora")
        take_rows(sender, "DeviceProcessEvents", Post(PROCESSES))
        take_rows(sender, "DeviceFileEvents", Post(lines({}, start=NOON - timedelta(days=3))))
        take_rows(sender, "DeviceFileEvents", Post(lines({"DeviceName": "renamed"}, start=NOON + timedelta(hours=2))))
        device = queries.device_within(scope, "d1")
        assert (device.name, device.first_seen) == ("renamed", NOON - timedelta(days=3))
        assert device.last_seen == NOON + timedelta(hours=2)
        assert Device.objects.within(scope_of("bluefin_admin", "bluefin")).count() == 0

    def test_a_device_info_row_is_made_for_each_new_day_and_each_change(self, cast, sender):
        for start in (NOON, NOON + timedelta(hours=1), NOON + timedelta(days=1)):
            take_rows(sender, "DeviceProcessEvents", Post(lines({}, start=start)))
        take_rows(
            sender, "DeviceProcessEvents", Post(lines({"DeviceName": "new"}, start=NOON + timedelta(days=1, hours=1)))
        )
        sql = "SELECT Timestamp, DeviceName, OnboardingStatus, _Source FROM DeviceInfo ORDER BY Timestamp"
        assert ask(cast.aurora, sql) == [
            (NOON, "pc1", "Onboarded", "huntline"),
            (NOON + timedelta(days=1), "pc1", "Onboarded", "huntline"),
            (NOON + timedelta(days=1, hours=1), "new", "Onboarded", "huntline"),
        ]

    def test_a_source_that_describes_its_devices_is_not_corrected(self, cast, sender, scope_of):
        take_rows(sender, "DeviceInfo", Post(lines({"OSPlatform": "Windows11"})))
        take_rows(sender, "DeviceProcessEvents", Post(PROCESSES))
        assert ask(cast.aurora, "SELECT OSPlatform, _Source FROM DeviceInfo") == [("Windows11", "rows")]
        assert queries.device_within(scope_of("aurora_admin", "aurora"), "d1").os_platform == "Windows11"


class TestLedger:
    def test_says_what_was_sent(self, cast, sender, scope_of):
        from huntline.kernel import PageRequest

        take_rows(sender, "DeviceProcessEvents", Post(ONE_BAD))
        page = queries.batches_within(scope_of("aurora_admin", "aurora"), PageRequest())
        (batch,) = page.items
        assert (batch.state, batch.records, batch.rows, batch.refused) == (
            BatchState.STORED,
            3,
            {"DeviceProcessEvents": 2},
            1,
        )
        assert queries.batches_within(scope_of("bluefin_admin", "bluefin"), PageRequest()).total == 0
        assert IngestBatch.objects.within(scope_of("aurora_admin", "aurora")).get().key_id == sender.key_id


class TestKeys:
    def test_a_good_key_names_its_tenant(self, cast, scope_of, clock):
        key, secret = create_key(scope_of("aurora_admin", "aurora"), "edge", sources=["rows"])
        sender = sender_of(secret)
        assert sender == Sender(key.id, cast.aurora.id, ("rows",))
        assert secret not in (key.digest, key.prefix)
        key.refresh_from_db(from_queryset=type(key).objects.within(scope_of("aurora_admin", "aurora")))
        assert key.last_used_at == clock.now()

    @pytest.mark.parametrize(
        "presented", ["", "hlk", "hlk_x", "hlk_x_y", "Bearer x", "hlk_{prefix}_wrong", "xyz_{prefix}_{rest}"]
    )
    def test_a_wrong_key_opens_nothing(self, cast, presented):
        key, secret = make_key(cast.aurora.id, "edge")
        with pytest.raises(IngestKeyInvalid):
            sender_of(presented.format(prefix=key.prefix, rest=secret.split("_", 2)[2]))

    def test_an_expired_key_opens_nothing(self, cast, clock):
        _, secret = make_key(cast.aurora.id, "edge", expires_at=clock.now() + timedelta(hours=1))
        sender_of(secret)
        clock.advance(timedelta(hours=1))
        with pytest.raises(IngestKeyInvalid):
            sender_of(secret)

    def test_a_revoked_key_opens_nothing(self, cast, scope_of):
        key, secret = make_key(cast.aurora.id, "edge")
        with pytest.raises(IngestKeyNotFound):
            revoke_key(scope_of("bluefin_admin", "bluefin"), key.id)
        revoke_key(scope_of("aurora_admin", "aurora"), key.id)
        with pytest.raises(IngestKeyInvalid):
            sender_of(secret)

    @pytest.mark.requirement("R79")
    def test_making_and_revoking_are_in_the_audit_record(self, cast, scope_of):
        from huntline.audit.models import Entry

        scope = scope_of("aurora_admin", "aurora")
        key, secret = create_key(scope, "edge")
        revoke_key(scope, key.id)
        entries = list(Entry.objects.filter(object_type="ingest_key").order_by("sequence"))
        assert [entry.action for entry in entries] == ["ingest_key.created", "ingest_key.revoked"]
        assert secret not in json.dumps([entry.detail for entry in entries])

    def test_a_key_of_one_source_sends_no_other(self, cast):
        sender = sender_of(make_key(cast.aurora.id, "edge", sources=["nxlog"])[1])
        for take in (
            lambda: take_rows(sender, "DeviceEvents", Post(b"{}")),
            lambda: take_envelope(sender, Post(b"{}")),
            lambda: take_events(sender, "winlogbeat", Post(b"{}")),
        ):
            with pytest.raises(SourceNotAllowed):
                take()


SEND = """
import sys, json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from huntline.identity.models import Tenant
from huntline.telemetry.services import Post, Sender, take_rows
from huntline.telemetry.engine import get_engine
tenant = Tenant.objects.filter(slug="t").first() or Tenant.objects.create(slug="t", name="T")
sender = Sender(None, tenant.id, ())
first, last = int(sys.argv[1]), int(sys.argv[2])
for number in range(first, last):
    rows = [{"Timestamp": "2026-03-02T12:00:00Z", "ProcessId": number * 1000 + n, "DeviceId": "d"} for n in range(200)]
    body = "\\n".join(map(json.dumps, rows)).encode()
    take_rows(sender, "DeviceProcessEvents", Post(body))
    print(number, flush=True)
class Asked:
    sql = "SELECT count(), uniqExact(ProcessId) FROM DeviceProcessEvents"
    parameters = {}
print("rows", *get_engine().run(Asked, tenants=[str(tenant.id)]).fetch()[0], flush=True)
"""


@pytest.mark.slow
class TestKill:
    @pytest.mark.django_db(transaction=False)
    def test_no_acknowledged_row_is_lost_and_none_is_there_twice(self, tmp_path):
        source = Path(__file__).resolve().parents[2] / "src"
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(source),
            "HUNTLINE_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "huntline.web.settings",
        }

        def start(first, last):
            return subprocess.Popen(
                [sys.executable, "-c", SEND, str(first), str(last)], env=environment, stdout=subprocess.PIPE, text=True
            )

        acknowledged = -1
        for stop_after in (3, 9):
            process = start(0, 10_000)
            for line in process.stdout:
                acknowledged = int(line)
                if acknowledged >= stop_after:
                    os.kill(process.pid, signal.SIGKILL)
                    break
            rest = process.stdout.read().split()
            acknowledged = int(rest[-1]) if rest else acknowledged
            process.wait(30)
        # Everything that was acknowledged is there, and at most the batch in flight besides; nothing is there twice.
        done = start(0, 0).communicate(timeout=120)[0].split()
        stored, distinct = int(done[1]), int(done[2])
        assert stored == distinct
        assert (acknowledged + 1) * 200 <= stored <= (acknowledged + 2) * 200
        # The sender sends again what was not acknowledged, and to be sure also what was.
        done = start(0, acknowledged + 3).communicate(timeout=120)[0].split()
        assert done[-2:] == [str((acknowledged + 3) * 200)] * 2
