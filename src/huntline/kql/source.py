"""The text of a query, where things stand in it, and how much of it is accepted."""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the query text.

    `start` and `end` count characters from 0, `end` is exclusive. `line` and `column` of the start count from 1.
    """

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a query may be before it is refused with a diagnostic."""

    text_length: int = 512 * 1024
    """Characters of query text."""
    nesting: int = 100
    """Brackets and operators inside each other."""
    plan_size: int = 20_000
    """Operators and expressions after functions and names are put in place."""
    diagnostics: int = 20
    """Diagnostics reported for one text."""


@dataclass(slots=True)
class Source:
    """A query text that can say the line and column of an offset."""

    text: str
    _line_starts: list[int] = field(default_factory=list)

    def span(self, start: int, end: int) -> Span:
        """Return the span of the characters from `start` up to `end`."""
        if not self._line_starts:
            self._line_starts = [0]
            self._line_starts.extend(i + 1 for i, char in enumerate(self.text) if char == "\n")
        start = max(0, min(start, len(self.text)))
        end = max(start, min(end, len(self.text)))
        line = bisect_right(self._line_starts, start)
        return Span(start, end, line, start - self._line_starts[line - 1] + 1)
