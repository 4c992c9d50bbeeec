"""Process rows in the real engine for the tenants of the cast."""

from datetime import timedelta

import pytest

from hunting.questions import NOON
from huntline.kernel import new_id
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import find_table
from huntline.telemetry.times import ticks_of


@pytest.fixture
def insert():
    """Insert `count` rows of a file name, a second apart, into DeviceProcessEvents of a tenant; ProcessId counts from `first`."""

    def insert_rows(tenant, file_name, count=1, *, first=0, at=NOON):
        get_engine().insert(
            find_table("DeviceProcessEvents"),
            tenant.pk,
            {
                "Timestamp": [ticks_of(at + timedelta(seconds=number)) for number in range(count)],
                "FileName": [file_name] * count,
                "ProcessId": [first + number for number in range(count)],
                "AdditionalFields": ['{"a":{"b":[1,2]}}'] * count,
            },
            token=str(new_id()),
            ingested=at,
        )

    return insert_rows


@pytest.fixture
def analyst(scope_of, clock):
    """The scope of an analyst of aurora, on the Monday of the clock."""
    return scope_of("aurora_analyst", "aurora")


@pytest.fixture
def hunter(scope_of, clock):
    """The scope of a hunter in aurora."""
    return scope_of("hunter", "aurora")
