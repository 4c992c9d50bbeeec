"""The score of a set of queries, as numbers and as a value for machines."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """Where a query failed."""

    PARSE = "parse"
    COMPILE = "compile"
    EXECUTE = "execute"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Failure:
    """Queries that failed for one reason."""

    cause: str
    stage: Stage
    ids: tuple[str, ...]


@dataclass(slots=True)
class Score:
    """What became of the queries of a file.

    total: queries. parsed, compiled, executed: how many came that far; executed ones ran without an error. refused: by policy, with
    the diagnostic that says so; they are neither compiled nor failures. comparable: those whose documented answer is known, whole and
    the same at every run; answered: those of them that answered as documented. skipped: ids of those with another answer or without a
    text, by reason. compile_ms: processor time of each compilation; execute_ms: time of each run.
    """

    total: int = 0
    parsed: int = 0
    compiled: int = 0
    executed: int = 0
    refused: int = 0
    comparable: int = 0
    answered: int = 0
    compile_ms: list[float] = field(default_factory=list)
    execute_ms: list[float] = field(default_factory=list)
    skipped: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _failed: dict[tuple[Stage, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def fail(self, stage: Stage, cause: str, query: str) -> None:
        """Record that a query (its id) failed."""
        self._failed[stage, cause].append(query)

    @property
    def failures(self) -> list[Failure]:
        """Failures by cause, the most frequent first."""
        found = [Failure(cause, stage, tuple(ids)) for (stage, cause), ids in self._failed.items()]
        return sorted(found, key=lambda failure: (-len(failure.ids), failure.stage, failure.cause))

    def failed(self, stage: Stage) -> set[str]:
        """Return the ids that failed at a stage."""
        return {query for (where, _), ids in self._failed.items() if where is stage for query in ids}

    def as_json(self) -> dict[str, Any]:
        """Return the score for machines."""
        return {
            "total": self.total,
            "parsed": self.parsed,
            "compiled": self.compiled,
            "executed": self.executed,
            "refused": self.refused,
            "answered": self.answered,
            "comparable": self.comparable,
            "compile_ms": spread(self.compile_ms),
            "execute_ms": spread(self.execute_ms),
            "failures": [
                {"cause": one.cause, "count": len(one.ids), "ids": list(one.ids), "stage": one.stage.value}
                for one in self.failures
            ],
            "skipped": {reason: list(ids) for reason, ids in sorted(self.skipped.items())},
        }


def total_of(scores: Iterable[Score]) -> Score:
    """Return the sum of several scores."""
    total = Score()
    for score in scores:
        for name in ("total", "parsed", "compiled", "executed", "refused", "comparable", "answered"):
            setattr(total, name, getattr(total, name) + getattr(score, name))
        total.compile_ms += score.compile_ms
        total.execute_ms += score.execute_ms
        for reason, ids in score.skipped.items():
            total.skipped[reason] += ids
        for one in score.failures:
            for query in one.ids:
                total.fail(one.stage, one.cause, query)
    return total


def spread(times: Sequence[float]) -> dict[str, float]:
    """Return the median, the 99th percentile (nearest rank) and the largest; 0 where there is no time.

    >>> spread([3.0, 1.0, 2.0])
    {'p50': 2.0, 'p99': 3.0, 'max': 3.0}
    """
    ordered = sorted(times) or [0.0]
    return {
        name: round(ordered[math.ceil(share * len(ordered)) - 1], 3)
        for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
    }
