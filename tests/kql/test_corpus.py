"""Published hunting queries and documented examples: how many compile, run and answer as documented, on one table and on two shards.

`ratchet.json` holds the counts, which may only rise. A run prints what is left, grouped by cause; `huntline kql score` says the same of
any file.
"""

import json
import sys
import uuid
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from engine_directory import engine_dsn
from huntline import kql
from huntline.kql.parser import parse
from huntline.kql.source import Limits, Source
from huntline.kql.values import decode_python
from huntline.scoring.comparing import same_answer
from huntline.scoring.layouts import Layouts
from huntline.scoring.lines import read_lines
from huntline.scoring.scorer import TENANT, Scorer
from huntline.telemetry.schema import CATALOG
from kql_corpus import SHARED, comparer, load
from kql_tables import NOW, TestScope

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(900)]

HERE = Path(__file__).parent
RATCHET = json.loads((HERE / "ratchet.json").read_text(encoding="utf-8"))
MISPRINTS = json.loads((HERE / "misprints.json").read_text(encoding="utf-8"))
"""Examples whose printed answer no engine can give, with the reason."""
HUNTS, EXAMPLES = SHARED / "hunting.dev.jsonl", SHARED / "docs.dev.jsonl"


@pytest.fixture(scope="module")
def layouts():
    with Layouts(engine_dsn(), f"corpus_{uuid.uuid4().hex}") as made:
        yield made


@pytest.fixture(scope="module")
def score(layouts):
    """Score a file on a number of shards, once."""

    @cache
    def scored(path, shards, *only):
        lines = [line for line in read_lines(path, only=only) if line.id not in MISPRINTS]
        return Scorer(layouts.engine(shards), at=NOW).score(lines)

    return scored


def hold(name: str, count: int, total: int, failures: list[tuple[int, str, list[str]]]) -> None:
    """Print what is left, and fail where the count is lower than it was."""
    left = "\n".join(f"{times:5} {cause}: {', '.join(ids)}" for times, cause, ids in failures)
    sys.stdout.write(f"\n{name}: {count} of {total} (held: {RATCHET[name]})\n{left}\n")
    assert count >= RATCHET[name], left


def causes(score):
    return [(len(one.ids), one.cause, one.ids[:5]) for one in score.failures]


def test_what_microsofts_parser_accepts_is_accepted():
    failed = []
    rows = [row for row in load(HUNTS.name) if row["official_parses"]]
    for row in rows:
        source = Source(row["query"])
        _, failures = parse(source, Limits())
        if failures:
            failed.append((1, failures[0].diagnostic(source).message, [row["id"]]))
    hold("hunting_parsed", len(rows) - len(failed), len(rows), failed)


@pytest.mark.parametrize(("shards", "name"), [(1, "hunting_run"), (2, "hunting_run_on_two_shards")])
def test_published_hunts_compile_and_run(score, shards, name):
    """A hunt that policy refuses counts: the refusal is its answer."""
    found = score(HUNTS, shards, "defender_only", "official_binds")
    hold(name, found.executed + found.refused, found.total, causes(found))


@pytest.mark.parametrize(
    ("only", "shards", "name"),
    [
        (["hunting_relevant"], 1, "docs_relevant"),
        ([], 1, "docs_all"),
        ([], 2, "docs_all_on_two_shards"),
    ],
)
def test_documented_examples_answer_as_documented(score, only, shards, name):
    found = score(EXAMPLES, shards, *only)
    hold(name, found.answered, found.comparable, causes(found))


def test_the_comparer_agrees_with_the_one_beside_the_corpus(layouts):
    """On every documented example, and on every one held against its neighbour's answer."""
    theirs = comparer()
    answers = []
    for line in read_lines(EXAMPLES):
        found = kql.compile(line.query, catalog=CATALOG, scope=TestScope((TENANT,)), now=NOW)
        if isinstance(found, kql.CompiledQuery):
            rows = decode_python(found.columns, layouts.engine(1).run(found, tenants=[TENANT]).fetch())
            answers.append((line, [column.name for column in found.columns], rows))
    own = [(line.answer, columns, rows) for line, columns, rows in answers]
    strange = [(line.answer, columns, rows) for (line, *_), (_, columns, rows) in pairwise(answers)]
    for answer, columns, rows in own + strange:
        printed = [list(row) for row in answer.rows]
        agreed = theirs.verdict(list(answer.columns), printed, columns, rows) != "different"
        assert same_answer(answer, columns, rows) == agreed, (answer, columns, rows)
