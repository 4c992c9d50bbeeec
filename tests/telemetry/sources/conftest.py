"""Events by hand, and the shared recordings where there are any."""

import copy
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huntline.telemetry.sources import Event, Mapper, ProcessTable

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def recordings() -> Path:
    assert DATA.is_dir(), f"the shared recordings are wanted in {DATA}"
    return DATA


@pytest.fixture
def event():
    """Make an event: `event(channel, id, fields, seconds=after noon)`."""
    made = 0

    def make(channel, event_id, fields, *, seconds=0.0, provider="", host="PC1.corp.example", message=""):
        nonlocal made
        made += 1
        at = NOON + timedelta(seconds=seconds)
        return Event(at, host, channel, provider, event_id, copy.deepcopy(fields), made, 1000 + made, message)

    return make


@pytest.fixture
def rows_of():
    """Map items in one go and return (table, row) pairs in their order, and the mapper."""

    def map_all(*items, processes=None, batch_size=5_000):
        mapper = Mapper("tenant", processes or ProcessTable(), batch_size=batch_size)
        batches = list(mapper.map(items))
        return [(mapped.table, row) for batch in batches for mapped in batch.rows for row in mapped.rows], mapper

    return map_all


@pytest.fixture
def stream():
    return lambda text: io.BytesIO(text if isinstance(text, bytes) else text.encode())
