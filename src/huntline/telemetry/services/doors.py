"""What comes through the doors of ingest: Defender's envelope, rows of one table, events of a source format."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from huntline.telemetry.columns import unknown_table
from huntline.telemetry.errors import TooManyLines, UnknownFormat, UnknownTable
from huntline.telemetry.intake.defender import read_envelope
from huntline.telemetry.intake.ndjson import read_rows
from huntline.telemetry.intake.portion import Portion
from huntline.telemetry.schema import find_table
from huntline.telemetry.services.batches import MOST_DAYS, OnError, ingest, portion_of
from huntline.telemetry.services.keys import Sender
from huntline.telemetry.services.ledger import Receipt, Sending, digest
from huntline.telemetry.services.processes import processes_of
from huntline.telemetry.sources.formats import FORMATS, SourceSpec
from huntline.telemetry.sources.mapper import Mapper

DEFENDER = "defender"
ROWS = "rows"
# Every record costs memory and time of its own, however short it is: twenty million empty ones fit a body.
MOST_RECORDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Post:
    """An unpacked body, and how its sender wants it to be taken."""

    body: bytes
    idempotency_key: str = ""
    on_error: OnError = OnError.KEEP


def take_envelope(sender: Sender, post: Post) -> Receipt:
    """Take records of the Defender streaming API. Raises SourceNotAllowed, and what `ingest` raises."""
    sender.require(DEFENDER)
    sending = _sending(sender, DEFENDER, post)
    return ingest(sending, read_envelope(post.body), source=DEFENDER, on_error=post.on_error, most_days=MOST_DAYS)


def take_rows(sender: Sender, table_name: str, post: Post) -> Receipt:
    """Take NDJSON rows of one hunting table. Raises SourceNotAllowed, UnknownTable, and what `ingest` raises."""
    sender.require(ROWS)
    table = find_table(table_name)
    if table is None:
        raise UnknownTable(unknown_table(table_name))
    sending = _sending(sender, f"{ROWS}/{table.name}", post)
    return ingest(sending, read_rows(table, post.body), source=ROWS, on_error=post.on_error, most_days=MOST_DAYS)


def take_events(sender: Sender, format_name: str, post: Post) -> Receipt:
    """Take events of a source format and map them. Raises SourceNotAllowed, UnknownFormat, and what `ingest` raises."""
    sender.require(format_name)
    source = FORMATS.get(format_name)
    if source is None:
        raise UnknownFormat(format_name, sorted(FORMATS))
    sending = _sending(sender, f"events/{source.name}", post)
    return ingest(
        sending, _mapped(sender, source, post.body), source=source.name, on_error=post.on_error, most_days=MOST_DAYS
    )


def _mapped(sender: Sender, source: SourceSpec, body: bytes) -> Iterator[Portion]:
    with processes_of(sender.tenant_id) as processes:
        mapper = Mapper(sender.tenant_id, processes)
        # Mapped whole before the first row is stored: the engine's time is not spent with the process table in hand.
        batches = list(mapper.map(source.read(BytesIO(body))))
    for batch in batches:
        yield portion_of(batch.records, batch.rows, batch.refusals)
    not_mapped = {f"{one.channel} {one.event_id}: {one.reason}": n for one, n in mapper.report.not_mapped.items()}
    yield Portion(not_mapped=Counter(not_mapped))


def _sending(sender: Sender, door: str, post: Post) -> Sending:
    """Return what is sent. Raises TooManyLines, before anything is read."""
    if max(post.body.count(b"\n"), post.body.count(b"},{")) > MOST_RECORDS:
        raise TooManyLines(MOST_RECORDS)
    return Sending(
        tenant_id=sender.tenant_id,
        door=door,
        sha256=digest(post.body),
        idempotency_key=post.idempotency_key,
        key_id=sender.key_id,
    )
