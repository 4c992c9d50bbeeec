"""Look for texts that break the compiler: `make fuzz` (FUZZ_SECONDS for each way, 600 unless told).

    python -m fuzz cover [SECONDS]    coverage-guided, by atheris
    python -m fuzz random [SECONDS]   by Hypothesis

Texts that break something are kept in `.fuzz/`, one file for each kind of fault, and make the command fail.
"""

import hashlib
import math
import random
import sys
import time
import traceback
from pathlib import Path

KEPT = Path(".fuzz")


class Hunt:
    """Tries texts until the time is over and remembers what broke."""

    def __init__(self, way: str, seconds: float) -> None:
        self.way = way
        self._seconds = seconds
        self._until = math.inf
        self.tried = self.compiled = 0
        self.slowest = 0.0
        self.faults: dict[str, Path] = {}

    def begin(self) -> None:
        """Let the time run, now that everything is loaded."""
        self._until = time.monotonic() + self._seconds

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._until

    def try_text(self, text: str) -> None:
        """Try one text."""
        from fuzz.oracle import check

        self.tried += 1
        started = time.process_time()
        try:
            self.compiled += check(text) is not None
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
            self._keep(text, error)
        self.slowest = max(self.slowest, time.process_time() - started)

    def _keep(self, text: str, error: Exception) -> None:
        where = "".join(traceback.format_exception(error)[-3:])
        kind = hashlib.sha256(where.encode("utf-8", "replace")).hexdigest()[:12]
        if kind in self.faults and self.faults[kind].stat().st_size <= len(text):
            return
        KEPT.mkdir(exist_ok=True)
        self.faults[kind] = KEPT / f"{self.way}-{kind}.txt"
        self.faults[kind].write_text(text, encoding="utf-8", errors="surrogatepass")
        print(f"{self.faults[kind]}: {str(error)[:200]}", flush=True)

    def report(self) -> int:
        """Print what was done, and return the number of kinds of faults."""
        print(
            f"{self.way}: {self.tried:,} texts, {self.compiled:,} of them queries, the slowest {self.slowest:.2f} s, "
            f"{len(self.faults)} kinds of faults",
            flush=True,
        )
        return len(self.faults)


def cover(hunt: Hunt) -> None:
    """Let atheris choose the texts by the lines that they reach. It ends the process."""
    try:
        import atheris
    except ImportError:
        print("cover: atheris has no build for this machine; only `random` looks for texts here.")
        return

    with atheris.instrument_imports(include=["huntline.kql"]):
        from fuzz.oracle import LENGTH, Mutator
    mutator = Mutator()

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        dice = random.Random(seed)
        if dice.random() < 0.2:
            return atheris.Mutate(data, most)
        return mutator.mutate(data.decode("utf-8", "replace"), dice).encode("utf-8", "replace")[:most]

    def one(data: bytes) -> None:
        if hunt.over:
            sys.stdout.flush()
            # libFuzzer has no other end that keeps the exit code.
            import os

            os._exit(1 if hunt.report() else 0)
        hunt.try_text(data.decode("utf-8", "replace"))

    start = KEPT / "seeds"
    start.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate("".join(tokens) for tokens in mutator.texts):
        (start / f"{number:04}.kql").write_text(text, encoding="utf-8")
    options = [sys.argv[0], f"-max_len={LENGTH}", "-timeout=60", "-verbosity=0", "-print_final_stats=0", str(start)]
    hunt.begin()
    atheris.Setup(options, one, custom_mutator=mutate)
    atheris.Fuzz()


def by_hypothesis(hunt: Hunt) -> None:
    """Let Hypothesis choose texts: changed queries, rows of tokens, any characters."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    from fuzz.oracle import Mutator

    mutator = Mutator()
    whole = ["".join(tokens) for tokens in mutator.texts]
    changed = st.tuples(st.sampled_from(whole), st.integers(0, 2**32)).map(
        lambda pair: mutator.mutate(pair[0], random.Random(pair[1]))
    )
    texts = st.one_of(
        changed, changed, st.lists(st.sampled_from(mutator.pool), max_size=60).map(" ".join), st.text(max_size=500)
    )

    @settings(max_examples=2000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(texts)
    def one(text: str) -> None:
        if not hunt.over:
            hunt.try_text(text)

    hunt.begin()
    while not hunt.over:
        one()


def main() -> int:
    """Run one way for its time."""
    way = sys.argv[1] if len(sys.argv) > 1 else "random"
    hunt = Hunt(way, float(sys.argv[2]) if len(sys.argv) > 2 else 600)
    {"cover": cover, "random": by_hypothesis}[way](hunt)
    return 1 if hunt.report() else 0


if __name__ == "__main__":
    sys.exit(main())
