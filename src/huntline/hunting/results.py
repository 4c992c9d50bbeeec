"""What a run answers. The rows are held once, as JSON text in blocks, and become Python values only where somebody asks for them."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from huntline.hunting.errors import Finding
from huntline.kql.diagnostics import Diagnostic
from huntline.kql.result import Render

JsonRow = list[object]

BLOCK_ROWS = 1000
DEEPEST = 200
TOO_DEEP = "(nested too deeply to be shown)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer: its name and its KQL type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Window:
    """The time bound of a run: start <= time < end."""

    start: datetime
    end: datetime


class JsonRows:
    """Rows as JSON text in blocks of `BLOCK_ROWS`, the last one shorter.

    A block is the rows' arrays with commas between them, without brackets round the whole, so that blocks are joined by commas.
    """

    __slots__ = ("blocks", "count")

    def __init__(self, blocks: Sequence[bytes] = (), count: int = 0) -> None:
        self.blocks = tuple(blocks)
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[JsonRow]:
        for block in self.blocks:
            yield from unpack(block)


def pack(rows: Sequence[Sequence[object]]) -> bytes:
    """Return the rows as a block. What JSON readers do not agree on is made plain (see `_plain`)."""
    try:
        return orjson.dumps(rows)[1:-1]
    except TypeError:
        return orjson.dumps([[_plain(value) for value in row] for row in rows])[1:-1]


def unpack(block: bytes) -> list[JsonRow]:
    """Return the rows of a block."""
    rows: list[JsonRow] = orjson.loads(b"[" + block + b"]")
    return rows


def gather(pieces: Iterable[Sequence[Sequence[object]]]) -> JsonRows:
    """Return rows that come in pieces of any size."""
    blocks: list[bytes] = []
    waiting: list[Sequence[object]] = []
    count = 0
    for piece in pieces:
        waiting.extend(piece)
        count += len(piece)
        while len(waiting) >= BLOCK_ROWS:
            blocks.append(pack(waiting[:BLOCK_ROWS]))
            del waiting[:BLOCK_ROWS]
    if waiting:
        blocks.append(pack(waiting))
    return JsonRows(blocks, count)


@dataclass(frozen=True, slots=True)
class HuntResult:
    """The answer of one run.

    truncated: there were more than `limit` rows, and the first `limit` are here. duration_ms: in the engine.
    warnings: diagnostics that did not stop the query. render: `{"kind": ..., property: ...}` for the portal to draw, or None.
    """

    id: uuid.UUID
    run_id: uuid.UUID
    columns: tuple[Column, ...]
    rows: JsonRows
    limit: int
    truncated: bool
    duration_ms: int
    warnings: tuple[Finding, ...]
    render: dict[str, object] | None
    window: Window

    @property
    def row_count(self) -> int:
        """How many rows are here."""
        return len(self.rows)

    def records(self) -> Iterator[dict[str, object]]:
        """Yield the rows as objects by column name; of two columns with one name the last counts."""
        names = [column.name for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class TenantOutcome:
    """One tenant's part of a hunt over several.

    hunt_id: its run, from which evidence is captured; `first_row` is where its rows begin in the whole answer. error: None, or the
    code and text of what went wrong there; the other tenants' rows are good.
    """

    tenant: str
    name: str
    hunt_id: uuid.UUID
    first_row: int
    row_count: int
    truncated: bool
    duration_ms: int
    error: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class AcrossResult:
    """The answers of several tenants in one: `TenantId` (the short name of its address) and `TenantName` come first in each row."""

    run_id: uuid.UUID
    columns: tuple[Column, ...]
    rows: JsonRows
    limit_per_tenant: int
    per_tenant: tuple[TenantOutcome, ...]
    warnings: tuple[Finding, ...]
    render: dict[str, object] | None
    window: Window

    @property
    def truncated(self) -> bool:
        """Whether any tenant had more rows than its share."""
        return any(outcome.truncated for outcome in self.per_tenant)


def finding_of(diagnostic: Diagnostic) -> Finding:
    """Return a diagnostic as JSON. Places count characters (code points) from 0, lines and columns from 1."""
    span, fix = diagnostic.span, diagnostic.fix
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "start": span.start,
        "end": span.end,
        "line": span.line,
        "column": span.column,
        "fix": fix
        and {"message": fix.title, "start": fix.span.start, "end": fix.span.end, "replacement": fix.replacement},
    }


def render_of(render: Render | None) -> dict[str, object] | None:
    """Return the drawing that a query asks for as JSON."""
    return None if render is None else {"kind": render.kind, **dict(render.properties)}


def _plain(value: object, depth: int = 0) -> object:
    """Return a value that every JSON reader reads alike: telemetry holds whatever its senders wrote.

    Half of a surrogate pair becomes U+FFFD, an integer beyond 64 bits its digits as text, and what is nested too deeply says so.
    """
    if depth > DEEPEST:
        return TOO_DEEP
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
        return str(value)
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(item, depth + 1) for key, item in value.items()}
    return value


def prefix(rows: JsonRows, values: Sequence[object]) -> JsonRows:
    """Return the rows with these values before each."""
    head = list(values)
    return JsonRows([pack([head + row for row in unpack(block)]) for block in rows.blocks], len(rows))
