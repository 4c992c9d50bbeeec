"""Compile, run and compare queries one after another."""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from huntline import kql
from huntline.kernel import HuntlineError
from huntline.kql.parser import parse
from huntline.kql.source import Source
from huntline.kql.values import decode_python
from huntline.scoring.comparing import same_answer
from huntline.scoring.lines import Line
from huntline.scoring.score import Score, Stage
from huntline.scoring.sorting import sorted_by
from huntline.telemetry.engine import Engine, Limits
from huntline.telemetry.schema import CATALOG

REFUSALS: Final = frozenset({"externaldata_not_allowed", "cross_resource_not_allowed"})
"""What policy forbids: a refusal is no failure, but the answer that is wanted."""
TENANT: Final = "00000000-0000-4000-8000-000000000000"
"""Whose rows the queries read: nobody's, because the tables are empty."""

_NUMBERED: Final = re.compile(r"\b(_c|p|__table)\d+\b")
_CAUSE_LENGTH: Final = 200
_ROWS: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Scope:
    tenant_ids: tuple[str, ...] = (TENANT,)


class Scorer:
    """Asks queries of an engine that has the hunting tables.

    at: what `now()` means. seconds: how long one query may run. tenants: whose rows are read.
    """

    def __init__(
        self, engine: Engine, *, at: datetime, seconds: float = 60.0, tenants: Sequence[str] = (TENANT,)
    ) -> None:
        self._engine = engine
        self._at = at
        self._limits = Limits(seconds=seconds, rows=_ROWS + 1, take=_ROWS + 1)
        self._scope = _Scope(tuple(tenants))
        self._compile("print 1")  # what is made once for all queries is no part of the first one's time

    def score(self, lines: Iterable[Line], done: Callable[[], None] = lambda: None) -> Score:
        """Return the score of these lines; `done` is called after each."""
        score = Score()
        for line in lines:
            self._take(line, score)
            done()
        return score

    def _take(self, line: Line, score: Score) -> None:
        if line.query is None:
            score.skipped["no query"].append(line.id)
            return
        score.total += 1
        if line.comparable:
            score.comparable += 1
        elif line.answer is not None:
            score.skipped["truncated" if line.truncated else "not deterministic"].append(line.id)
        found = self._timed(line.query, score)
        parses = _parses(line.query)
        score.parsed += parses
        if isinstance(found, kql.CompiledQuery):
            score.compiled += 1
            self._run(line, found, score)
        elif any(item.code in REFUSALS for item in found):
            score.refused += 1
        else:
            score.fail(Stage.COMPILE if parses else Stage.PARSE, found[0].message, line.id)

    def _timed(self, query: str, score: Score) -> kql.CompiledQuery | kql.Diagnostics:
        started = time.thread_time()
        found = self._compile(query)
        score.compile_ms.append((time.thread_time() - started) * 1000)
        return found

    def _compile(self, query: str) -> kql.CompiledQuery | kql.Diagnostics:
        return kql.compile(query, catalog=CATALOG, scope=self._scope, now=self._at)

    def _run(self, line: Line, compiled: kql.CompiledQuery, score: Score) -> None:
        started = time.monotonic()
        try:
            with self._engine.run(compiled, tenants=self._scope.tenant_ids, limits=self._limits) as found:
                rows = decode_python(compiled.columns, found.fetch())
        except Exception as error:  # noqa: BLE001 - whatever the engine or its driver says is a result
            score.fail(Stage.EXECUTE, _cause(error), line.id)
            return
        score.execute_ms.append((time.monotonic() - started) * 1000)
        score.executed += 1
        if line.answer is None or not line.comparable:
            return
        names = [column.name for column in compiled.columns]
        if same_answer(line.answer, names, rows, sorted_by=sorted_by(line.query or "")):
            score.answered += 1
        else:
            score.fail(Stage.ANSWER, "answers otherwise than documented", line.id)


def _parses(query: str) -> bool:
    try:
        program, failures = parse(Source(query), kql.Limits())
    except RecursionError:
        return False
    return program is not None and not failures


def _cause(error: Exception) -> str:
    """Return what the engine says, without what differs from query to query."""
    if isinstance(error, HuntlineError):
        return error.message
    text = " ".join(_NUMBERED.sub(r"\1", str(error)).split())
    return text[:_CAUSE_LENGTH] or type(error).__name__
