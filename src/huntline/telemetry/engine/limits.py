"""How much one query may use, and what the engine says when it wants more."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clickhouse_connect.driver.exceptions import ClickHouseError

from huntline.kernel import Conflict, HuntlineError, Invalid, TooMany, translatable

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use.

    seconds: of run time. memory_bytes: inside the engine (in-process it can overshoot about twofold). together_bytes: of all that the
    engine does for this user at the moment; what has taken most of it is stopped first. rows and result_bytes: of the answer, before
    it is compressed; more is an error. take: the engine stops after so many rows of the answer, without an error.
    """

    seconds: float = 180.0
    memory_bytes: int = 2048 * MIB
    together_bytes: int | None = None
    rows: int = 100_000
    result_bytes: int = 256 * MIB
    take: int | None = None
    """Hand out the first that many rows and stop there, instead of refusing an answer that is larger."""

    def settings(self) -> dict[str, object]:
        """Return the limits as settings of one query, which may only read."""
        taken: dict[str, object] = {} if self.take is None else {"limit": self.take}
        return taken | {
            "readonly": 1,
            "max_execution_time": self.seconds,
            "timeout_overflow_mode": "throw",
            "max_memory_usage": self.memory_bytes,
            **({} if self.together_bytes is None else {"max_memory_usage_for_user": self.together_bytes}),
            "max_result_rows": self.rows,
            "max_result_bytes": self.result_bytes,
            "result_overflow_mode": "throw",
            # On a cluster a join or an IN means the rows of all shards on both sides. One that lost a shard has no answer, not half.
            "distributed_product_mode": "global",
            "skip_unavailable_shards": 0,
            # The third run of a query over all tables would wait seconds for machine code that saves it nothing.
            "compile_expressions": 0,
            **({} if self.take is None else {"limit": self.take}),
        }


class EngineFault(RuntimeError):
    """The engine refused what Huntline asked: a mistake in the program, never shown. `code` is ClickHouse's."""

    def __init__(self, code: int | None, text: str) -> None:
        self.code = code
        super().__init__(text)


# How the engine begins when it was not the query alone that met its limit.
_OF_ALL: Final = re.compile(r"\b(?:user|total)\)? memory limit exceeded", re.IGNORECASE)

# What the question itself causes at run time, however it was compiled.
_CAUSED_BY_THE_QUERY: Mapping[int, str] = {
    69: "a number is outside of what the function takes",
    128: "a list grows too long",
    131: "a text grows too long",
    167: "the query is nested too deeply",
    168: "the query is too large",
    306: "the query is nested too deeply",
    321: "a value is outside of its type's range",
    407: "a number does not fit its decimal type",
    440: "it takes more rows than there can be",
    427: "a regular expression is invalid",
}


def translate(error: ClickHouseError, limits: Limits) -> Exception:
    """Return what the engine's error means: which limit was met, that it was cancelled, or a fault of ours."""
    code: int = getattr(error, "code", None) or 0
    text = str(error)
    met = _met_limit(code, text, limits)
    if met is not None:
        return met
    if code in (394, 734):
        return Conflict("query_cancelled", translatable("The query was cancelled."))
    if code in _CAUSED_BY_THE_QUERY:
        return Invalid(
            "query_failed", translatable("The query cannot be run: {reason}."), reason=_CAUSED_BY_THE_QUERY[code]
        )
    return EngineFault(code, text)


def _met_limit(code: int, text: str, limits: Limits) -> HuntlineError | None:
    if code in (159, 160):
        return TooMany(
            "query_time_limit",
            translatable("The query ran longer than {seconds} seconds. Narrow the time window or filter earlier."),
            seconds=f"{limits.seconds:g}",
            detail={"limit": "seconds", "value": limits.seconds},
        )
    if code == 241 and limits.together_bytes is not None and _OF_ALL.search(text):
        return TooMany(
            "hunts_memory_limit",
            translatable(
                "All running hunts together need more than {mib} MiB of memory. Try again when others have ended, or narrow the query."
            ),
            mib=limits.together_bytes // MIB,
            detail={"limit": "together_bytes", "value": limits.together_bytes, "retry_after": 5},
        )
    if code == 241:
        return TooMany(
            "query_memory_limit",
            translatable(
                "The query needs more than {mib} MiB of memory. Narrow the time window, or join and summarize fewer rows."
            ),
            mib=limits.memory_bytes // MIB,
            detail={"limit": "memory_bytes", "value": limits.memory_bytes},
        )
    if code == 396 and "max bytes" in text:
        return TooMany(
            "query_size_limit",
            translatable("The answer is larger than {mib} MiB. Project fewer columns or take fewer rows."),
            mib=limits.result_bytes // MIB,
            detail={"limit": "result_bytes", "value": limits.result_bytes},
        )
    if code == 396:
        return TooMany(
            "query_rows_limit",
            translatable("The answer has more than {rows} rows. Filter, summarize, or end the query with take."),
            rows=limits.rows,
            detail={"limit": "rows", "value": limits.rows},
        )
    return None
