"""Published hunts over the exercise range: how many find something, and that one table and two shards answer the same.

`open_answers.json` names the hunts whose answer the language leaves open (`take` without an order, places of equal rank, `rand`), with the
reason: of them only the number of rows is compared. The order of what `make_set` and `make_list` gather is open too, so arrays are
compared as bags.
"""

import json
import re
import sys
import uuid
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from engine_directory import engine_dsn
from huntline import kql
from huntline.demo.generator import exercise_plan, generate
from huntline.kql.values import decode_python
from huntline.scoring.layouts import Layouts
from huntline.scoring.lines import read_lines
from huntline.telemetry.engine import Limits
from huntline.telemetry.schema import CATALOG
from kql_corpus import SHARED
from kql_tables import TestScope

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(1800)]

HERE = Path(__file__).parent
RATCHET = json.loads((HERE / "ratchet.json").read_text(encoding="utf-8"))
OPEN = json.loads((HERE / "open_answers.json").read_text(encoding="utf-8"))
UNTIL = datetime(2026, 6, 15, 12, tzinfo=UTC)
TENANT = uuid.UUID("00000000-0000-4000-8000-000000000001")
CONNECTIONS = 2
LIMITS = Limits(seconds=120, rows=100_001, take=100_001)
CUT = re.compile(r"(\|\s*(?:top|take|limit)\s+)(\d+)")


@pytest.fixture(scope="module")
def layouts():
    """The range's telemetry, on one table and on two shards."""
    with Layouts(engine_dsn(), f"range_{uuid.uuid4().hex}", connections=CONNECTIONS) as made:
        rows = defaultdict(list)
        for batch in generate(exercise_plan(UNTIL)):
            rows[batch.table] += batch.rows
        for table, found in rows.items():
            made.load(TENANT, table, found)
        yield made


def compiled(text):
    return kql.compile(text, catalog=CATALOG, scope=TestScope((str(TENANT),)), now=UNTIL)


@pytest.fixture(scope="module")
def texts():
    """The published hunts, by id."""
    lines = read_lines(SHARED / "hunting.dev.jsonl", only=["defender_only", "official_binds"])
    return {line.id: line.query for line in lines}


@pytest.fixture(scope="module")
def hunts(texts):
    """The published hunts that policy allows, compiled, by id."""
    found = {name: compiled(text) for name, text in texts.items()}
    return {name: hunt for name, hunt in found.items() if isinstance(hunt, kql.CompiledQuery)}


@pytest.fixture(scope="module")
def ask(layouts):
    """Run a hunt on a number of shards, and return its rows."""

    def asked(shards, hunt):
        with layouts.engine(shards).run(hunt, tenants=[str(TENANT)], limits=LIMITS) as answer:
            return decode_python(hunt.columns, answer.fetch())

    return asked


@pytest.fixture(scope="module")
def answers(ask, hunts):
    """The rows of each hunt, on one table and on two shards."""

    def ask_all(shards):
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            rows = pool.map(partial(ask, shards), hunts.values())
            return dict(zip(hunts, rows, strict=True))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(ask_all, (1, 2)))


def hold(name, count, left):
    sys.stdout.write(f"\n{name}: {count} (held: {RATCHET[name]})\n")
    assert count >= RATCHET[name], "\n".join(left)


def as_bag(value):
    """Return a text of the value in which the order of arrays and of properties does not show."""
    if isinstance(value, list):
        return f"[{', '.join(sorted(map(as_bag, value)))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(sorted(f'{key}: {as_bag(item)}' for key, item in value.items()))}}}"
    return repr(value)


def rows_as_bag(rows):
    return Counter(tuple(map(as_bag, row)) for row in rows)


def is_same(reason, rows, others):
    if reason is None:
        return rows_as_bag(rows) == rows_as_bag(others)
    return len(rows) == len(others) or "their number is open" in reason


def test_many_hunts_find_something(answers):
    found = [name for name, rows in answers[0].items() if rows]
    hold("hunting_with_rows", len(found), [])


def test_one_table_and_two_shards_answer_the_same(answers):
    same, left = [], []
    for name, rows in answers[0].items():
        others = answers[1][name]
        if is_same(OPEN.get(name), rows, others):
            same.append(name)
        else:
            left.append(f"{name}: {len(rows)} and {len(others)} rows")
    sys.stdout.write("\n".join(left))
    assert not left, "\n".join(left)
    hold("hunting_same_on_shards", len(same), left)


def test_open_answers_are_those_of_hunts_that_run(answers):
    assert set(OPEN) <= set(answers[0])


def test_a_hunt_that_cuts_rows_off_is_listed(ask, answers, texts):
    """Which rows of equal rank a cut leaves may change from run to run, so such a hunt must not pass as settled by luck."""
    longer = {
        name: compiled(CUT.sub(lambda cut: f"{cut[1]}{int(cut[2]) + 1}", texts[name]))
        for name, rows in answers[0].items()
        if rows and name not in OPEN and CUT.search(texts[name])
    }
    cut = [name for name, hunt in longer.items() if len(ask(1, hunt)) > len(answers[0][name])]
    assert not cut, "name the reason in open_answers.json: " + ", ".join(cut)
