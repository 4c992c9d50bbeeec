"""Add to the chain, and walk it."""

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from django.db import transaction

from huntline.audit.models import Entry, Head
from huntline.kernel import now

# What the first entry holds in place of the hash of an entry before it.
GENESIS = hashlib.sha256(b"huntline audit chain, version 1").hexdigest()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: kind (`person`, `client`, `system`), the id by which identity knows them, and the name as it is now."""

    kind: str
    id: str
    name: str


SYSTEM = Actor("system", "huntline", "Huntline")

# A look over all customers at once has one entry, which belongs to every one of them.
OVERVIEW = "tenants.overviewed"


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the chain does not hold. kind: `changed`, `removed`, `reordered` or `truncated`."""

    sequence: int
    kind: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, to which object of which tenant. `detail` holds JSON values only."""

    action: str
    tenant_id: uuid.UUID | None = None
    object_type: str = ""
    object_id: object = ""
    detail: Mapping[str, object] = field(default_factory=dict)


def record(
    action: str,
    *,
    actor: Actor = SYSTEM,
    tenant_id: uuid.UUID | None = None,
    object_type: str = "",
    object_id: object = "",
    detail: dict[str, object] | None = None,
) -> Entry:
    """Add an entry, in the transaction of what it tells of: both are kept, or neither.

    `detail` holds JSON values only. Entries of concurrent transactions wait for one another at the head row.
    """
    (entry,) = record_all([Deed(action, tenant_id, object_type, object_id, detail or {})], actor=actor)
    return entry


@transaction.atomic
def record_all(deeds: Sequence[Deed], *, actor: Actor = SYSTEM) -> list[Entry]:
    """Add an entry for each deed, in their order; otherwise as `record`."""
    Head.objects.get_or_create(id=1, defaults={"hash": GENESIS})
    head = Head.objects.select_for_update().get(id=1)
    entries = []
    for deed in deeds:
        entry = Entry(
            sequence=head.sequence + 1,
            at=now(),
            tenant_id=deed.tenant_id,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            action=deed.action,
            object_type=deed.object_type,
            object_id=str(deed.object_id),
            detail=json.loads(json.dumps(dict(deed.detail))),
            previous_hash=head.hash,
        )
        entry.hash = digest(entry)
        head.sequence, head.hash = entry.sequence, entry.hash
        entries.append(entry)
    Entry.objects.bulk_create(entries, batch_size=500)
    head.save()
    return entries


def digest(entry: Entry) -> str:
    """Return the SHA-256, in hex, over the entry's canonical JSON (keys sorted, UTF-8, no blanks, times in UTC to the microsecond)."""
    fields = {
        "action": entry.action,
        "actor": [entry.actor_kind, entry.actor_id, entry.actor_name],
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "detail": entry.detail,
        "id": str(entry.id),
        "object": [entry.object_type, entry.object_id],
        "previous": entry.previous_hash,
        "sequence": entry.sequence,
        "tenant": str(entry.tenant_id) if entry.tenant_id else None,
    }
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify() -> Iterator[Fault]:
    """Walk the whole chain and yield every place where it does not hold.

    A changed entry no longer has its own hash; a removed one leaves a gap in the numbers; reordered ones do not hold the hash of the
    entry before them; a chain cut at its end does not reach the head. Somebody who can write to the database and rewrites every later
    entry and the head is not found by this: for that, keep the head's hash somewhere else.
    """
    expected, previous = 1, GENESIS
    for entry in Entry.objects.order_by("sequence").iterator(chunk_size=2000):
        if entry.sequence != expected:
            missing = f"{expected}" if entry.sequence == expected + 1 else f"{expected} to {entry.sequence - 1}"
            yield Fault(expected, "removed", f"Entry {missing} is missing.")
        elif entry.previous_hash != previous:
            yield Fault(entry.sequence, "reordered", f"Entry {entry.sequence} does not follow the one before it.")
        if digest(entry) != entry.hash:
            yield Fault(entry.sequence, "changed", f"Entry {entry.sequence} ({entry.action}) is not what was recorded.")
        expected, previous = entry.sequence + 1, entry.hash
    head = Head.objects.filter(id=1).first()
    if head is not None and (head.sequence, head.hash) != (expected - 1, previous):
        yield Fault(
            head.sequence, "truncated", f"The chain ends at {expected - 1}, but {head.sequence} entries were recorded."
        )
