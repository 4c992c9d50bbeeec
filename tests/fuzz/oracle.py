"""What must hold of the compiler for any text: it answers, in time, and every read of a table carries the scope."""

import dataclasses
import json
import math
import random
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from huntline import kql
from huntline.kql.parser import parse
from huntline.kql.printing import Unprintable, print_program
from huntline.kql.source import Limits, Source
from kql_tables import NOW, TABLES, TestCatalog, TestScope

SECONDS = 1.0
"""Processor time for a text of at most `LENGTH` characters."""
LENGTH = 64 * 1024

GOLDEN = Path(__file__).parents[1] / "kql" / "golden"
FUNCTIONS = (
    kql.FunctionSymbol(
        "Rare", "most: long = 2", "DeviceProcessEvents | summarize n = count() by FileName | where n < most"
    ),
    kql.FunctionSymbol("Of", "T: (DeviceId: string), id: string", "T | where DeviceId == id"),
    kql.FunctionSymbol("Loop", "", "Loop() | union (Rare())"),
)
CATALOG = TestCatalog(*FUNCTIONS)
SCOPE = TestScope()


class Broken(AssertionError):
    """A text for which something does not hold."""


_READ = Limits(nesting=80)
_AGAIN = Limits(nesting=200)


def shape(value: object) -> object:
    """Return a tree without its places."""
    if dataclasses.is_dataclass(value):
        parts = {field.name: shape(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return (type(value).__name__, *(part for name, part in parts.items() if name not in ("start", "end")))
    if isinstance(value, tuple):
        return tuple(map(shape, value))
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if isinstance(value, dict | list):
        return json.dumps(value, default=str)
    return str(value) if type(value).__name__ == "Decimal" else value


def round_trip(text: str) -> bool:
    """Print the tree of a text and read it again; return False where the text has no tree, raise Broken where it is another one."""
    program, failures = parse(Source(text), _READ)
    if failures or program is None:
        return False
    try:
        printed = print_program(program)
    except Unprintable:
        return False
    again, failures = parse(Source(printed), _AGAIN)
    if failures or shape(again) != shape(program) or print_program(again) != printed:
        raise Broken(f"printed, it is another query: {printed[:500]}")
    return True


def check(text: str) -> kql.CompiledQuery | None:
    """Compile a text and raise Broken where what must hold does not."""
    started = time.process_time()
    found = kql.compile(text, catalog=CATALOG, scope=SCOPE, now=NOW)
    taken = time.process_time() - started
    round_trip(text)
    if taken > SECONDS and len(text) <= LENGTH:
        raise Broken(f"it took {taken:.1f} s")
    if isinstance(found, kql.Diagnostics):
        if not len(found) or "internal" in {item.code for item in found}:
            raise Broken("a fault of the compiler")
        if not all(0 <= item.span.start <= item.span.end <= len(text) for item in found):
            raise Broken("a finding outside of the text")
        return None
    for name in TABLES:
        reads = found.sql.count(f"FROM `{name}`")
        if reads != found.sql.count(f"FROM `{name}` WHERE `_TenantId` = "):
            raise Broken(f"{name} is read without a scope")
    return found


def seeds() -> list[str]:
    """Return the queries of the golden tests."""
    found = []
    for path in sorted(GOLDEN.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n# "):
            query = block.lstrip("# ").partition("\n")[2].partition("\n->\n")[0].strip()
            if query:
                found.append(query)
    return found


_TOKEN = re.compile(r"\s+|\w+|\"[^\"\n]*\"|'[^'\n]*'|==|!=|<=|>=|=~|!~|\.\.|.", re.DOTALL)
_NASTY = (
    "(", ")", "[", "]", "{", "}", "|", ",", ";", "..", "dynamic(", '"', "'", "@'", "h'", "```", "\\", "\0", "\ud800", "//", "/*", "-",
    "1", "0", "-9223372036854775808", "1e999", "nan", "9999999999999999999999", "1d", "1tick", "datetime(", "timespan(", "guid(",
    "null", "true", "let ", "x", "$left", "$right", "*", "Device*", "_TenantId", "union ", "search ", "find ", "join ", "on ", "by ",
    "materialize(", "toscalar(", "invoke ", "evaluate ", "Loop()", "Rare()", "Of(", "{p0:String}", "%s", "`", "\u202e", "🦊",
)  # fmt: skip


@dataclass(slots=True)
class Mutator:
    """Makes new texts of old ones, token by token."""

    texts: list[list[str]] = field(default_factory=lambda: [_TOKEN.findall(text) for text in seeds()])
    pool: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pool = sorted({token for tokens in self.texts for token in tokens if not token.isspace()})

    def mutate(self, text: str, dice: random.Random) -> str:
        """Return a text with some tokens changed."""
        tokens = _TOKEN.findall(text)
        for _ in range(dice.choice((1, 1, 2, 3, 5, 8))):
            tokens = self._once(tokens, dice)
        return "".join(tokens)[:LENGTH]

    def _once(self, tokens: list[str], dice: random.Random) -> list[str]:
        at = dice.randrange(len(tokens) + 1)
        to = min(len(tokens), at + dice.choice((1, 1, 2, 4, 10)))
        what = dice.randrange(9)
        if what == 0:
            return tokens[:at] + tokens[to:]
        if what == 1:
            return [*tokens[:at], dice.choice(self.pool), *tokens[at:]]
        if what == 2:
            return [*tokens[:at], dice.choice(self.pool), *tokens[to:]]
        if what == 3:
            return [*tokens[:at], dice.choice(_NASTY), *tokens[at:]]
        if what == 4:
            times = dice.choice((2, 2, 3, 10, 100, 2000 // max(1, to - at)))
            return tokens[:at] + tokens[at:to] * times + tokens[to:]
        if what == 5:
            other = dice.choice(self.texts)
            start = dice.randrange(len(other))
            return tokens[:at] + other[start : start + dice.choice((1, 3, 10, 40))] + tokens[to:]
        if what == 6:
            opened, closed = dice.choice((("(", ")"), ("[", "]"), ("{", "}"), ("not(", ")"), ("(T | ", ")"), ("-", "")))
            times = dice.choice((1, 2, 50, 200))
            return tokens[:at] + [opened] * times + tokens[at:to] + [closed] * times + tokens[to:]
        if what == 7 and len(tokens) > 1:
            i, j = dice.randrange(len(tokens)), dice.randrange(len(tokens))
            tokens[i], tokens[j] = tokens[j], tokens[i]
            return tokens
        return [*tokens, " | ", *dice.choice(self.texts)[-12:]]
