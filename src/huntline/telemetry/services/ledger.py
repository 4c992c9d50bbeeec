"""The ledger of batches: a batch that is sent again, also after a crash, is stored once and answered as before."""

import hashlib
import threading
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from huntline.kernel import Unavailable, new_id, now, translatable
from huntline.telemetry.errors import IdempotencyKeyReused, IdempotencyKeyTooLong
from huntline.telemetry.models import BatchState, IngestBatch
from huntline.telemetry.rows import Refusal

LONGEST_KEY: Final = 200
# Refusals that are kept and told; the number of all is told as well.
REFUSALS_KEPT: Final = 100

# Seconds that a second sender of a batch waits for the first.
LONGEST_WAIT: Final = 60
_being_stored: set[tuple[uuid.UUID, str, str]] = set()
_ended = threading.Condition()


@dataclass(frozen=True, slots=True)
class Sending:
    """A batch that somebody sends.

    door: what it came by (`defender`, `rows/DeviceEvents`, `events/sysmon`, `import`). sha256: of the unpacked body.
    idempotency_key: the sender's; without one, the same body at the same door is the same batch.
    """

    tenant_id: uuid.UUID
    door: str
    sha256: str
    idempotency_key: str = ""
    key_id: uuid.UUID | None = None

    @property
    def identity(self) -> str:
        """What makes it the same batch. Raises IdempotencyKeyTooLong."""
        if len(self.idempotency_key) > LONGEST_KEY - 4:
            raise IdempotencyKeyTooLong(LONGEST_KEY - 4)
        return f"key:{self.idempotency_key}" if self.idempotency_key else f"sha256:{self.sha256}"


@dataclass(slots=True)
class Receipt:
    """What became of a batch.

    stored: rows by table. refusals: the first of `refused`. not_mapped: records that have no place in the hunting
    tables, by what they are and why.
    """

    batch: uuid.UUID
    records: int = 0
    stored: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    not_mapped: Counter[str] = field(default_factory=Counter)
    repeated: bool = False

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Count refusals, and keep the first."""
        self.refused += len(refusals)
        self.refusals.extend(refusals[: REFUSALS_KEPT - len(self.refusals)])


def digest(body: bytes) -> str:
    """Return the SHA-256 of an unpacked body, in hex."""
    return hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch in the ledger. cut_off: an earlier sending of it may have stored rows. done: its receipt, if it is stored."""

    id: uuid.UUID
    received: datetime
    cut_off: bool = False
    done: Receipt | None = None


@contextmanager
def one_at_a_time(sending: Sending) -> Iterator[None]:
    """Hold everybody else who sends this batch back until this sending has ended. Raises Unavailable after a minute.

    In this process: the one that has the engine (docs/decisions/0002-one-process-server.md).
    """
    batch = (sending.tenant_id, sending.door, sending.identity)
    with _ended:
        if not _ended.wait_for(lambda: batch not in _being_stored, LONGEST_WAIT):
            raise Unavailable(
                "batch_in_progress", translatable("This batch is being stored right now. Send it again later.")
            )
        _being_stored.add(batch)
    try:
        yield
    finally:
        with _ended:
            _being_stored.discard(batch)
            _ended.notify_all()


@transaction.atomic(durable=True)
def open_batch(sending: Sending) -> Opened:
    """Enter the batch, before its first row is stored.

    A batch that was cut off keeps its id. A refused one stored nothing, so what comes under its key now is a new batch.
    Raises IdempotencyKeyReused.
    """
    batches = IngestBatch.objects.unscoped("the sender's key names the tenant")
    batch, created = batches.select_for_update().get_or_create(
        tenant_id=sending.tenant_id,
        door=sending.door,
        idempotency_key=sending.identity,
        defaults={"sha256": sending.sha256, "key_id": sending.key_id},
    )
    if created:
        return Opened(batch.id, batch.received)
    if batch.state == BatchState.REFUSED:
        batch.delete()
        batch = IngestBatch(
            id=new_id(),
            tenant_id=sending.tenant_id,
            door=sending.door,
            idempotency_key=sending.identity,
            sha256=sending.sha256,
            key_id=sending.key_id,
        )
        batch.save(force_insert=True)
        return Opened(batch.id, batch.received)
    if batch.sha256 != sending.sha256:
        raise IdempotencyKeyReused
    if batch.state == BatchState.STORED:
        return Opened(batch.id, batch.received, done=_receipt(batch))
    return Opened(batch.id, batch.received, cut_off=True)


def close_batch(receipt: Receipt, state: BatchState) -> None:
    """Write down what became of the batch."""
    IngestBatch.objects.unscoped("the batch was opened for its sender").filter(pk=receipt.batch).update(
        state=state,
        finished=now(),
        records=receipt.records,
        rows=dict(receipt.stored),
        not_mapped=dict(receipt.not_mapped),
        refused=receipt.refused,
        refusals=[[one.line, one.code, one.reason] for one in receipt.refusals],
    )


def _receipt(batch: IngestBatch) -> Receipt:
    return Receipt(
        batch=batch.id,
        records=batch.records,
        stored=Counter(batch.rows),
        not_mapped=Counter(batch.not_mapped),
        refused=batch.refused,
        refusals=[Refusal(line, code, reason) for line, code, reason in batch.refusals],
        repeated=True,
    )
