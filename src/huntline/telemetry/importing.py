"""Import recorded telemetry: files, folders and archives of a tenant, in groups that are stored once however often they come."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from huntline.telemetry.errors import EmptyBatch, RowsRefused
from huntline.telemetry.models import BatchState, IngestBatch
from huntline.telemetry.rows import MappedRows, Refusal, Row
from huntline.telemetry.services import Receipt, Sending, ingest, portion_of
from huntline.telemetry.services.processes import recall_starts
from huntline.telemetry.sources import Item, Mapper, NotMapped, ProcessTable, Source, open_source
from huntline.telemetry.sources.mapper import BATCH

DOOR: Final = "import"
# Rows that are stored together: inserts of this size cost the engine least, and so much is mapped again after a crash.
GROUP: Final = 20_000
# Refusals that are told one by one; all are counted.
TOLD: Final = 1_000
# Refusals of a whole file that is no telemetry. Found in a folder or an archive, it is passed over; named by the user, it is refused.
NO_TELEMETRY: Final = frozenset({"format_unknown", "empty"})
_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is: bytes of the files as they lie on the disk, and rows that are stored."""

    file: Path
    bytes_done: int
    bytes_total: int
    rows: int


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """A record, or a whole file (line 0), that was not taken. `file` is the path, and after `!` the file inside an archive."""

    file: str
    line: int
    code: str
    reason: str


@dataclass(slots=True)
class ImportSummary:
    """What became of an import.

    rows: stored by table. repeated: rows by table that were there already. merged: rows by table that told again what a better source
    tells. refusals: the first of `refused`. skipped: files in folders and archives that are no telemetry. records: all that was read.
    """

    files: int = 0
    records: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    merged: Counter[str] = field(default_factory=Counter)
    not_mapped: Counter[NotMapped] = field(default_factory=Counter)
    refused: int = 0
    refusals: list[FileRefusal] = field(default_factory=list)
    skipped: list[FileRefusal] = field(default_factory=list)

    def refuse(self, file: str, refusals: Iterable[Refusal]) -> None:
        """Count refusals, and keep the first."""
        for one in refusals:
            self.refused += 1
            if len(self.refusals) < TOLD:
                self.refusals.append(FileRefusal(file, one.line, one.code, one.reason))


def import_paths(tenant_id: uuid.UUID, paths: Iterable[Path]) -> Generator[ImportProgress, None, ImportSummary]:
    """Import files, and folders with all that is in them; yields progress, returns the summary.

    A file that was imported before, also under another name, adds nothing; one that was cut off by a crash is finished. What cannot be
    read is a refusal in the summary, and the rest is imported. Raises Unavailable (the engine), and nothing for what stands in a file.
    """
    named = list(paths)
    files = [file for path in named for file in _files(path)]
    sizes = {file: _size(file) for file in files}
    total, before = sum(sizes.values()), 0
    summary = ImportSummary()
    processes = ProcessTable(recall=lambda device, at: recall_starts(tenant_id, device, at))
    for file in files:
        one = _FileImport(tenant_id, file, processes, summary, must_be_telemetry=file in named)
        try:
            for position in one.run():
                rows = summary.rows.total() + summary.repeated.total()
                yield ImportProgress(file, before + min(position, sizes[file]), total, rows)
        except OSError as error:
            summary.refuse(str(file), [Refusal(0, "file_unreadable", f"The file cannot be read: {error.strerror}.")])
        summary.files += 1
        before += sizes[file]
        yield ImportProgress(file, before, total, summary.rows.total() + summary.repeated.total())
    return summary


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(found for found in path.rglob("*") if found.is_file() and not found.is_symlink())
    else:
        yield path


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


class _FileImport:
    """One file: read, mapped, and stored in numbered groups whose key is the file's own hash."""

    def __init__(
        self,
        tenant_id: uuid.UUID,
        file: Path,
        processes: ProcessTable,
        summary: ImportSummary,
        *,
        must_be_telemetry: bool,
    ) -> None:
        self._tenant_id = tenant_id
        self._file = file
        self._summary = summary
        self._must_be_telemetry = must_be_telemetry
        self._mapper = Mapper(tenant_id, processes, batch_size=BATCH)
        self._rows: dict[str, list[Row]] = {}
        self._held = 0
        self._records = 0
        self._group = 0

    def run(self) -> Iterator[int]:
        """Import the file; yields its position in bytes. Raises OSError."""
        digest = _sha256(self._file)
        if self._is_done(digest):
            return
        source: Source | None = None
        position = 0

        def items() -> Iterator[Item]:
            nonlocal source
            for source in open_source(self._file):
                yield from self._items(source)

        for batch in self._mapper.map(items()):
            for mapped in batch.rows:
                self._rows.setdefault(mapped.table, []).extend(mapped.rows)
                self._held += len(mapped.rows)
            self._records += batch.records
            if self._held >= GROUP:
                self._store(digest, last=False)
            position = _position(source, position)
            yield position
        self._store(digest, last=True)
        self._summary.not_mapped.update(self._mapper.report.not_mapped)
        self._summary.merged.update(self._mapper.report.merged)

    def _items(self, source: Source) -> Iterator[Item]:
        """Yield what can be mapped, with its format noted; what was refused goes to the summary."""
        name = f"{self._file}!{source.member}" if source.member else str(self._file)
        for item in source.items:
            if isinstance(item, Refusal):
                self._refuse(name, item, passed_over=bool(source.member) or not self._must_be_telemetry)
                continue
            item.source = source.format
            yield item

    def _refuse(self, name: str, refusal: Refusal, *, passed_over: bool) -> None:
        if passed_over and refusal.code in NO_TELEMETRY:
            self._summary.skipped.append(FileRefusal(name, 0, refusal.code, refusal.reason))
        else:
            self._summary.refuse(name, [refusal])
            self._summary.records += 1

    def _is_done(self, digest: str) -> bool:
        """Say whether the whole file is stored, and take what the ledger knows of it into the summary."""
        batches = IngestBatch.objects.unscoped("the import names the tenant").filter(
            tenant_id=self._tenant_id, door=DOOR, sha256=digest
        )
        groups = list(batches.filter(state=BatchState.STORED))
        if not any(group.idempotency_key.endswith(":last") for group in groups) or len(groups) != batches.count():
            return False
        for group in groups:
            self._summary.records += group.records
            self._summary.repeated.update(group.rows)
        return True

    def _store(self, digest: str, *, last: bool) -> None:
        rows = [MappedRows(table, found) for table, found in self._rows.items()]
        portion = portion_of(self._records, rows, ())
        self._summary.refuse(str(self._file), portion.refusals)
        if last:
            for kind, count in self._mapper.report.not_mapped.items():
                portion.not_mapped[f"{kind.channel} {kind.event_id}: {kind.reason}"] += count
        suffix = ":last" if last else ""
        sending = Sending(self._tenant_id, DOOR, digest, idempotency_key=f"{digest}:{self._group}{suffix}")
        try:
            receipt = ingest(sending, [portion], source=DOOR)
        except (EmptyBatch, RowsRefused):
            receipt = Receipt(uuid.UUID(int=0))
        self._summary.records += self._records
        (self._summary.repeated if receipt.repeated else self._summary.rows).update(receipt.stored)
        self._rows, self._held, self._records = {}, 0, 0
        self._group += 1


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _position(source: Source | None, known: int) -> int:
    try:
        return known if source is None else max(known, source.position())
    except ValueError:  # the file is read to its end and closed
        return known
