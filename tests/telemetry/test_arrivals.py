"""What arrived by table, day and device."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from huntline.telemetry.arrivals import DeviceArrivals, devices_in, tables_in
from huntline.telemetry.services import Post, Sender, take_rows

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 16)


def send(tenant, table, *rows):
    body = "\n".join(json.dumps(row) for row in rows).encode()
    take_rows(Sender(None, tenant.id, ()), table, Post(body))


def row(days_ago, hour=8, device="d1"):
    moment = datetime(2026, 11, 16, hour, tzinfo=UTC) - timedelta(days=days_ago)
    return {"Timestamp": moment.isoformat(), "DeviceId": device, "DeviceName": f"{device}.example"}


@pytest.fixture
def scope(scope_of):
    return scope_of("aurora_reader", "aurora")


def test_tables_days_times_and_devices_of_this_tenant_only(scope, cast, clock):
    send(cast.aurora, "DeviceProcessEvents", row(2, 5), row(2, 7, "d2"), row(0))
    send(cast.aurora, "EmailEvents", {"Timestamp": row(1)["Timestamp"]})
    send(cast.bluefin, "DeviceProcessEvents", row(1), row(0, 3, "d9"))
    found = {one.table: one for one in tables_in(scope, DAY - timedelta(days=6), DAY)}
    processes = found["DeviceProcessEvents"]
    assert (processes.devices, processes.rows, list(processes.days)) == (2, 3, [DAY - timedelta(days=2), DAY])
    earlier = processes.days[DAY - timedelta(days=2)]
    assert (earlier.rows, earlier.first.hour, earlier.last.hour, earlier.arrived) == (2, 5, 7, clock.now())
    assert found["EmailEvents"].devices is None


def test_devices_that_report_and_not_those_that_are_only_described(scope, cast, clock):
    send(cast.aurora, "DeviceProcessEvents", row(5), row(3), row(0, 8, "d2"))
    send(cast.aurora, "DeviceLogonEvents", row(3))
    send(cast.aurora, "DeviceInfo", row(0, 8, "d3"))
    assert devices_in(scope, DAY - timedelta(days=6), DAY) == [
        DeviceArrivals("d1", "d1.example", DAY - timedelta(days=5), DAY - timedelta(days=3), 2),
        DeviceArrivals("d2", "d2.example", DAY, DAY, 1),
    ]


def test_nothing_arrived(scope):
    assert (tables_in(scope, DAY, DAY), devices_in(scope, DAY, DAY)) == ([], [])
