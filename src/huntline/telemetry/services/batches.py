"""Take a batch in: rows to the engine, devices to the register, the batch to the ledger; a repeat is harmless."""

import uuid
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from django.db import transaction

from huntline.telemetry.columns import TableColumns, convert_rows
from huntline.telemetry.engine import Engine, get_engine
from huntline.telemetry.errors import EmptyBatch, RowsRefused
from huntline.telemetry.intake.portion import Portion
from huntline.telemetry.models import BatchState
from huntline.telemetry.rows import MappedRows, Refusal
from huntline.telemetry.schema import SOURCE, TIME
from huntline.telemetry.services.devices import Sightings, keep_devices
from huntline.telemetry.services.ledger import Opened, Receipt, Sending, close_batch, one_at_a_time, open_batch
from huntline.telemetry.times import DAY

# Days of tables that a batch from outside may write. Each is a part on the disk, written and synced by itself (some 40 ms), in tables that
# all tenants share. Files that an operator imports are not bounded.
MOST_DAYS: Final = 500

# Rows of one table that go into one insert: large enough for the engine, small enough for memory.
CHUNK: Final = 20_000


class OnError(StrEnum):
    """What becomes of the good rows of a batch that has bad ones."""

    KEEP = "keep"
    REJECT = "reject"


def ingest(
    sending: Sending,
    portions: Iterable[Portion],
    *,
    source: str,
    on_error: OnError = OnError.KEEP,
    most_days: int | None = None,
) -> Receipt:
    """Store a batch and return what became of it, once its rows are on the disk.

    portions: the batch in stretches, the same stretches whenever it is sent; they are read only when the batch is not
    stored yet. source: the format, kept beside each row. most_days: days of tables that may be written; the rows of
    a stretch that would go beyond are refused.

    Safe to call again after any failure or crash: rows that are stored already are known by their token, which is
    made of the batch's id, the stretch, the table and the chunk.

    Raises RowsRefused (`reject` and a bad row, or no good row at all), EmptyBatch, IdempotencyKeyReused, Unavailable.
    """
    with one_at_a_time(sending):
        batch = open_batch(sending)
        if batch.done is not None:
            return batch.done
        portions = map(_DaysBound(most_days).hold, portions)
        return _take_in(_Store(get_engine(), sending.tenant_id, batch, source), portions, on_error)


def _take_in(store: "_Store", portions: Iterable[Portion], on_error: OnError) -> Receipt:
    receipt = Receipt(store.batch.id)
    if on_error is OnError.REJECT:
        portions = list(portions)
        _refuse_any(portions, receipt)
    for number, portion in enumerate(portions):
        receipt.records += portion.records
        receipt.refuse(portion.refusals)
        receipt.not_mapped.update(portion.not_mapped)
        for rows in portion.tables:
            receipt.stored[rows.table.name] += store.put(rows, f"{number}")
    if receipt.refused >= receipt.records and not receipt.stored:
        _give_up(receipt)
    with transaction.atomic():
        keep_devices(store.tenant_id, store.sightings, store.describe)
        close_batch(receipt, BatchState.STORED)
    return receipt


def portion_of(records: int, rows: Iterable[MappedRows], refusals: Iterable[Refusal]) -> Portion:
    """Return what a source mapped as a portion; rows that do not fit their table become refusals."""
    portion = Portion(records=records, refusals=list(refusals))
    for mapped in rows:
        converted, unfit = convert_rows(mapped)
        if converted is not None:
            portion.tables.append(converted)
        portion.refusals.extend(unfit)
    return portion


class _DaysBound:
    """Counts the days of tables that a batch writes, and refuses what goes beyond the most."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._seen: set[tuple[str, int]] = set()

    def hold(self, portion: Portion) -> Portion:
        """Return the portion without the tables whose days are too many; their rows are among its refusals."""
        if self._most is None:
            return portion
        held, portion.tables = portion.tables, []
        for rows in held:
            days = {(rows.table.name, ticks // DAY) for ticks in rows.columns.get(TIME, ())}
            if len(self._seen | days) <= self._most:
                self._seen |= days
                portion.tables.append(rows)
            else:
                reason = (
                    f"The rows of {rows.table.name} around here lie in {len(days)} days, and one batch may write {self._most} days "
                    "in all. Send fewer days at a time, and look at the clocks of the sources."
                )
                portion.refusals += [Refusal(0, "too_many_days", reason)] * rows.count
        return portion


class _Store:
    """Inserts the rows of one batch, each chunk under a token of its own."""

    def __init__(self, engine: Engine, tenant_id: uuid.UUID, batch: Opened, source: str) -> None:
        self._engine = engine
        self.tenant_id = tenant_id
        self.batch = batch
        self._source = source
        self.sightings = Sightings()

    def put(self, rows: TableColumns, stretch: str) -> int:
        """Insert rows and return how many."""
        for number, part in enumerate(rows.parts(CHUNK)):
            columns = part.columns
            if SOURCE not in columns:
                columns = {**columns, SOURCE: [self._source] * part.count}
            self._engine.insert(
                part.table,
                self.tenant_id,
                columns,
                token=f"{self.batch.id}:{stretch}:{part.table.name}:{number}",
                ingested=self.batch.received,
                again=self.batch.cut_off,
            )
        self.sightings.note(rows)
        return rows.count

    def describe(self, rows: TableColumns) -> None:
        """Insert the DeviceInfo rows that follow from the batch."""
        self.put(rows, "seen")


def _refuse_any(portions: Iterable[Portion], receipt: Receipt) -> None:
    for portion in portions:
        receipt.records += portion.records
        receipt.refuse(portion.refusals)
    if receipt.refused:
        _give_up(receipt)
    receipt.records = 0


def _give_up(receipt: Receipt) -> None:
    """Write the batch down as refused and raise. Raises RowsRefused, EmptyBatch."""
    close_batch(receipt, BatchState.REFUSED)
    if not receipt.refused:
        raise EmptyBatch
    raise RowsRefused(receipt.refused, receipt.records, receipt.refusals)
