"""The process tables of the tenants whose events come in: kept between posts, filled from the engine after a start."""

import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from huntline.telemetry.engine import Limits, get_engine
from huntline.telemetry.rows import Row
from huntline.telemetry.sources.processes import AS_INITIATOR, ProcessTable
from huntline.telemetry.times import ticks_of

# How far back the starts of a device's processes are looked up, and how many at most.
REMEMBERED: Final = timedelta(days=1)
RECALLED: Final = 20_000

_COLUMNS: Final = ("Timestamp", "FolderPath", *AS_INITIATOR)


@dataclass(frozen=True, slots=True)
class _Starts:
    """The process starts of a device, newest first."""

    parameters: dict[str, object]
    sql: str = (
        f"SELECT {', '.join(_COLUMNS)} FROM DeviceProcessEvents "
        "WHERE _TenantId = {tenant:String} AND DeviceId = {device:String} "
        "AND Timestamp BETWEEN fromUnixTimestamp64Micro({since:Int64}) AND fromUnixTimestamp64Micro({until:Int64}) "
        f"ORDER BY Timestamp DESC LIMIT {RECALLED}"
    )


@dataclass(slots=True)
class _Kept:
    processes: ProcessTable
    lock: threading.Lock = field(default_factory=threading.Lock)


_lock = threading.Lock()
_kept: dict[uuid.UUID, _Kept] = {}


@contextmanager
def processes_of(tenant_id: uuid.UUID) -> Iterator[ProcessTable]:
    """Lend the tenant's process table to one batch at a time."""
    with _lock:
        kept = _kept.get(tenant_id)
        if kept is None:
            kept = _kept[tenant_id] = _Kept(
                ProcessTable(recall=lambda device, at: recall_starts(tenant_id, device, at))
            )
    with kept.lock:
        yield kept.processes


def recall_starts(tenant_id: uuid.UUID, device_id: str, at: datetime) -> Iterable[tuple[datetime, Row]]:
    """Return the process starts that the engine has of a device for the day before `at`, oldest first."""
    question = _Starts(
        {
            "tenant": str(tenant_id),
            "device": device_id,
            "since": ticks_of(at - REMEMBERED) // 10,
            "until": ticks_of(at) // 10,
        },
    )
    with get_engine().run(question, tenants=[str(tenant_id)], limits=Limits(rows=RECALLED)) as rows:
        found = rows.fetch()
    for values in reversed(found):
        started, *rest = values
        row = zip(_COLUMNS[1:], rest, strict=True)
        yield started, {name: value for name, value in row if value not in ("", None)}
