"""Two sources that tell one thing: the row of the better one is kept, and takes from the other what it lacks."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import datetime

from huntline.telemetry.rows import SOURCE_FIELDS, Row
from huntline.telemetry.sources.spec import Merge

Key = tuple[object, ...]
Held = tuple[str, Row]
Generation = dict[Key, list[Held]]


class Pairing:
    """Holds a row of the lesser source back for some batches, until the better source tells the same, or does not.

    One row of the better source takes one of the lesser. What is held is grouped by the batch it came in, which bounds the memory.
    """

    def __init__(self, merged: Counter[str], batches: int) -> None:
        self._merged = merged
        self._batches = batches
        self._better: deque[Generation] = deque([{}])
        self._lesser: deque[Generation] = deque([{}])

    def is_new(self, merge: Merge, table: str, row: Row, extra: Row) -> bool:
        """Say whether the row is to be written now. It is not when it is held back, or was told already."""
        key = (table, row.get("DeviceId"), *(_folded(row.get(name, extra.get(name))) for name in merge.key))
        mine, other = (self._better, self._lesser) if merge.rank == 0 else (self._lesser, self._better)
        found = _take(other, key, row, merge)
        if found is None:
            mine[0].setdefault(key, []).append((table, row))
            return merge.rank == 0
        kept, told_again = (row, found) if merge.rank == 0 else (found, row)
        _complete(kept, told_again)
        self._merged[table] += 1
        return merge.rank == 0

    def release(self, *, everything: bool) -> Iterator[tuple[str, Row]]:
        """End a batch: give out the rows that waited long enough (or all), in vain."""
        self._better.appendleft({})
        self._lesser.appendleft({})
        while len(self._better) > self._batches:
            self._better.pop()
        while len(self._lesser) > (0 if everything else self._batches):
            for held in self._lesser.pop().values():
                yield from held
        if everything:
            self._lesser.append({})


def _complete(kept: Row, told_again: Row) -> None:
    """Give the kept row what only the other source told, its own fields included."""
    own, other = kept.get(SOURCE_FIELDS), told_again.get(SOURCE_FIELDS)
    if isinstance(own, dict) and isinstance(other, dict):
        kept[SOURCE_FIELDS] = {**own, "_AlsoToldBy": other}
    for name, value in told_again.items():
        kept.setdefault(name, value)


def _folded(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _take(generations: Iterable[Generation], key: Key, row: Row, merge: Merge) -> Row | None:
    """Take out the row that tells the same as `row`, if one is held."""
    for generation in generations:
        held = generation.get(key, [])
        for index, (_, candidate) in enumerate(held):
            if _seconds_between(row, candidate) <= merge.seconds and _agree(row, candidate, merge.agree):
                del held[index]
                return candidate
    return None


def _seconds_between(one: Row, other: Row) -> float:
    first, second = one["Timestamp"], other["Timestamp"]
    if not isinstance(first, datetime) or not isinstance(second, datetime):
        raise TypeError("A mapped row has a time")
    return abs((first - second).total_seconds())


def _agree(one: Row, other: Row, columns: tuple[str, ...]) -> bool:
    return all(one.get(name) is None or other.get(name) is None or one[name] == other[name] for name in columns)
