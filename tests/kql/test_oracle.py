"""Microsoft's own parser beside the compiler: what it accepts is accepted, what it refuses is refused, its columns are the columns.

`disagreements.json` lists where the two differ, each with the reason: `codes` are diagnostics of the compiler that explain a difference
wherever they stand, `queries` are single ones, `mutations` are kinds of differences in texts that nobody wrote.
A difference that is not listed fails, and so does an entry that no longer differs.
"""

import json
import random
from pathlib import Path

import clickhouse_connect
import pytest

from engine_directory import engine_dsn
from huntline import kql
from kql_corpus import CorpusCatalog, compile_in, create_tables, load
from kql_mutations import mutated
from kql_oracle import disagreement, official, ours

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(900)]

SETTINGS = {"max_execution_time": 20, "max_query_size": 10_000_000, "max_ast_elements": 1_000_000}
LIST = json.loads((Path(__file__).parent / "disagreements.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def catalog():
    return CorpusCatalog()


@pytest.fixture(scope="module")
def verdicts(catalog):
    """Each published query and documented example: its row, Microsoft's verdict, and what the compiler made of it."""
    rows = load("hunting.dev.jsonl") + load("docs.dev.jsonl")
    theirs = official(catalog.tables.values(), [row["query"] for row in rows])
    return [(row, verdict, compile_in(catalog, row["query"])) for row, verdict in zip(rows, theirs, strict=True)]


def codes_of(compiled):
    return {item.code for item in (compiled.warnings if isinstance(compiled, kql.CompiledQuery) else compiled)}


def found_in(verdicts):
    """Return the differences by query, and the codes of the list that explain one."""
    found, used = {}, set()
    for row, theirs, compiled in verdicts:
        what = disagreement(theirs, ours(compiled))
        if what is None:
            continue
        explained = codes_of(compiled) & set(LIST["codes"])
        if explained:
            used |= explained
        else:
            found[row["id"]] = what[:200]
    return found, used


def test_the_two_agree_but_for_what_is_listed(verdicts):
    found, used = found_in(verdicts)
    listed = {item["id"]: item["what"] for item in LIST["queries"]}
    unlisted = [{"id": key, "what": what, "reason": ""} for key, what in found.items() if listed.get(key) != what]
    gone = [key for key, what in listed.items() if found.get(key) != what] + sorted(set(LIST["codes"]) - used)
    assert not unlisted, "not listed:\n" + "\n".join(json.dumps(item, ensure_ascii=False) for item in unlisted)
    assert not gone, f"listed, and no longer so: {gone}"


@pytest.fixture(scope="module")
def client(catalog):
    setup = clickhouse_connect.get_client(dsn=engine_dsn())
    setup.command("CREATE DATABASE IF NOT EXISTS kql_oracle")
    setup.close()
    found = clickhouse_connect.get_client(dsn=engine_dsn(), database="kql_oracle")
    create_tables(found, catalog)
    yield found
    found.close()


def test_what_both_accept_runs(verdicts, client):
    """The published queries that `test_corpus` does not run: those that were not known to bind, or that name other products' tables."""
    failed = {}
    for row, theirs, compiled in verdicts:
        known = row.get("defender_only", True) and row.get("official_binds", True)
        if known or not theirs.accepted or not isinstance(compiled, kql.CompiledQuery):
            continue
        try:
            client.query(compiled.sql, parameters=compiled.parameters, settings=SETTINGS)
        except clickhouse_connect.driver.exceptions.DatabaseError as error:
            failed[row["id"]] = str(error)[:300]
    assert not failed


def test_small_changes_of_published_queries_are_judged_alike(catalog):
    """One seed, so that a failure can be looked at: what they differ in must be of a kind that `mutations` gives a reason for."""
    chance = random.Random(20260615)
    published = [
        row["query"]
        for row in load("hunting.dev.jsonl")
        if row["defender_only"] and row["official_binds"] and len(row["query"]) < 600
    ]
    drawn = (mutated(chance.choice(published), chance) for _ in range(400))
    queries = [query for query in drawn if query is not None]
    found = {}
    for query, theirs in zip(queries, official(catalog.tables.values(), queries), strict=True):
        compiled = compile_in(catalog, query)
        what = disagreement(theirs, ours(compiled))
        if what is None or codes_of(compiled) & set(LIST["codes"]):
            continue
        kind = "columns" if what.startswith("columns") else ":".join(what.split(":")[:2])
        if kind not in LIST["mutations"]:
            found[query] = what
    assert not found


def test_every_entry_has_its_reason():
    assert all(len(item["reason"]) > 20 for item in LIST["queries"])
    assert all(len(reason) > 20 for reason in [*LIST["codes"].values(), *LIST["mutations"].values()])
