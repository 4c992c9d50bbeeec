"""The one way in which values are written before they are hashed, so that anybody can check a hash with a few lines of code.

Canonical JSON: UTF-8, keys sorted, no blanks, no escapes but those that JSON demands, numbers as Python's `json` writes them. It is
`json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`.
"""

import base64
import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

Row = Sequence[object]

DIGEST_BYTES = 16


def canonical(value: object) -> str:
    """Return the canonical JSON of a value; times, UUIDs, decimals and bytes are written as text.

    >>> canonical({"b": [1, None], "a": "é"})
    '{"a":"é","b":[1,null]}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def sha256(text: str) -> str:
    """Return the SHA-256 over the text's UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(row: Row) -> bytes:
    """Return the first sixteen bytes of the SHA-256 over the row's canonical JSON."""
    return hashlib.sha256(canonical(row).encode()).digest()[:DIGEST_BYTES]


def digests_of(rows: Iterable[Row]) -> bytes:
    """Return the rows' digests in a line."""
    return b"".join(digest_of(row) for row in rows)


@dataclass(slots=True)
class Difference:
    """How an answer differs from an earlier one, rows as multisets: their order means nothing, how often each occurs does.

    added, removed: the first rows of each, at most `shown`; the counts are of all. Of a row that is gone and was not among `chosen`
    only the digest is known, so `removed_count` can be larger than `removed` is long.
    """

    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    added_count: int = 0
    removed_count: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether both answers hold the same rows."""
        return not self.added_count and not self.removed_count


def compare(chosen: Iterable[Row], before: bytes, after: Iterable[Row], *, shown: int) -> Difference:
    """Return how `after` differs from the answer of which `chosen` were frozen.

    before: the digests of all rows of that answer. Where they are not known (b""), only the chosen rows are looked for, and nothing
    counts as added.
    """
    frozen = list(chosen)
    expected = Counter(_digests(before) if before else map(digest_of, frozen))
    difference = Difference()
    for row in after:
        digest = digest_of(row)
        if expected[digest] > 0:
            expected[digest] -= 1
        elif before or not frozen:
            difference.added_count += 1
            if len(difference.added) < shown:
                difference.added.append(row)
    difference.removed_count = expected.total()
    for row in frozen:
        digest = digest_of(row)
        if expected[digest] > 0 and len(difference.removed) < shown:
            expected[digest] -= 1
            difference.removed.append(row)
    return difference


def _digests(packed: bytes) -> Iterator[bytes]:
    return (packed[at : at + DIGEST_BYTES] for at in range(0, len(packed), DIGEST_BYTES))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date | uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no canonical form.")
