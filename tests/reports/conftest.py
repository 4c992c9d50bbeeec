"""Telemetry, hunts and people for reports of the cast's customers, in the real engine."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from huntline.hunting.services import run
from huntline.telemetry.services import Post, Sender, take_rows


@pytest.fixture
def send():
    """Send one row of a device to a table of a tenant, at noon of a day of November 2026 (or another moment)."""

    def send_row(tenant, day, *, table="DeviceProcessEvents", device="d1", hour=12, month=11, file_name="cmd.exe"):
        moment = datetime(2026, month, day, hour, tzinfo=UTC)
        row = {"Timestamp": moment.isoformat(), "DeviceId": device, "DeviceName": f"{device}.aurora.example"}
        body = json.dumps(row | ({"FileName": file_name} if table == "DeviceProcessEvents" else {}))
        take_rows(Sender(None, tenant.pk, ()), table, Post(body.encode()))

    return send_row


@pytest.fixture
def hunt(scope_of, clock):
    """Run a query in aurora as a part of the cast, some minutes later; return the result."""

    def ran(query, part="hunter", tenant="aurora", **window):
        clock.advance(timedelta(minutes=2))
        return run(scope_of(part, tenant), query, **window)

    return ran
