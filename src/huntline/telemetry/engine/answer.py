"""The answer of a query, in blocks as the engine gives them."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

Block = Sequence[tuple[Any, ...]]


@dataclass(slots=True)
class Stats:
    """rows: handed out so far. seconds: since the query was sent, until its last row."""

    rows: int = 0
    seconds: float = 0.0


class Rows:
    """Column names and types of the engine, and the rows in blocks. Iterate once; close it when you stop early.

    A `Rows` holds a connection until its last block is read or it is closed: use it in a `with`.
    """

    def __init__(
        self,
        stream: AbstractContextManager[Any],
        *,
        started: float,
        failed: Callable[[BaseException], Exception],
        release: Callable[[bool], None],
    ) -> None:
        self._stream = stream
        self._blocks = stream.__enter__()
        self._failed = failed
        self._release: Callable[[bool], None] | None = release
        self._started = started
        source = self._blocks.source
        self.columns: tuple[str, ...] = tuple(source.column_names)
        self.types: tuple[str, ...] = tuple(kind.name for kind in source.column_types)
        self.stats = Stats()

    def __iter__(self) -> Iterator[Block]:
        try:
            for block in self._blocks:
                self.stats.rows += len(block)
                self.stats.seconds = time.monotonic() - self._started
                yield block
        except GeneratorExit:
            self.close()
            raise
        except Exception as error:
            self._end(whole=False)
            raise self._failed(error) from error
        self._end(whole=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def fetch(self) -> list[tuple[Any, ...]]:
        """Return all rows that are left."""
        return [row for block in self for row in block]

    def close(self) -> None:
        """Let go of the query and its connection; a query that is not read to its end is stopped."""
        self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        release, self._release = self._release, None
        if release is None:
            return
        self.stats.seconds = time.monotonic() - self._started
        try:
            self._stream.__exit__(None, None, None)
        finally:
            release(whole)
