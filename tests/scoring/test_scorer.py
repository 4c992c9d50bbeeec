"""Lines through the compiler, the engine and the comparer."""

import uuid
from datetime import UTC, datetime

import pytest

from engine_directory import engine_dsn
from huntline.scoring.lines import Answer, Line
from huntline.scoring.score import Stage, total_of
from huntline.scoring.scorer import Scorer
from huntline.scoring.sorting import sorted_by
from huntline.telemetry.engine import Engine

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NUMBER = Answer(("x",), (("1",),))


@pytest.fixture(scope="module")
def scorer():
    engine = Engine(engine_dsn(), f"scorer_{uuid.uuid4().hex}", pool_size=1)
    yield Scorer(engine, at=NOON, seconds=2)
    engine.close()


def line(name, query, answer=None, *, truncated=False, deterministic=True):
    return Line(name, query, answer, truncated, deterministic)


LINES = [
    line("right", "print x=1", NUMBER),
    line("wrong", "print x=2", NUMBER),
    line("no answer", "DeviceEvents | take 1"),
    line("truncated", "print x=2", NUMBER, truncated=True),
    line("random", "print x=2", NUMBER, deterministic=False),
    line("syntax", "DeviceEvents | where"),
    line("name", "DeviceEvents | where Nmae == 1", NUMBER),
    line("policy", "externaldata (x: string) [@'https://example.org/x.csv']"),
    line("elsewhere", "cluster('x').database('y').T | take 1"),
    line("slow", "range x from 1 to 1000000000 step 1 | where hash_sha256(tostring(x)) == '' | count"),
    line("textless", None),
]


class TestScorer:
    def test_counts_how_far_each_query_came(self, scorer):
        done = []
        score = scorer.score(LINES, lambda: done.append(1))
        assert len(done) == len(LINES)
        assert (score.total, score.parsed, score.compiled, score.refused) == (10, 9, 6, 2)
        assert (score.executed, score.comparable, score.answered) == (5, 3, 1)
        assert {stage: score.failed(stage) for stage in Stage} == {
            Stage.PARSE: {"syntax"},
            Stage.COMPILE: {"name"},
            Stage.EXECUTE: {"slow"},
            Stage.ANSWER: {"wrong"},
        }
        assert score.skipped == {"no query": ["textless"], "truncated": ["truncated"], "not deterministic": ["random"]}
        assert (len(score.compile_ms), len(score.execute_ms)) == (10, 5)

    def test_groups_failures_by_cause(self, scorer):
        lines = [line(str(number), "DeviceEvents | where Nmae == 1") for number in range(3)]
        found = scorer.score([line("other", "DeviceEvents | where"), *lines]).as_json()["failures"]
        assert [(one["count"], one["ids"], one["stage"]) for one in found] == [
            (3, ["0", "1", "2"], "compile"),
            (1, ["other"], "parse"),
        ]
        assert "Nmae" in found[0]["cause"]

    def test_sums_scores(self, scorer):
        one, two = scorer.score(LINES[:2]), scorer.score(LINES[1:4])
        both = total_of([one, two])
        assert (both.total, both.comparable, both.answered) == (5, 3, 1)
        assert both.failed(Stage.ANSWER) == {"wrong"}
        assert [len(failure.ids) for failure in both.failures] == [2]
        assert both.as_json()["skipped"] == {"truncated": ["truncated"]}

    def test_has_the_agreed_keys_for_machines(self, scorer):
        found = scorer.score([]).as_json()
        assert {
            "total", "parsed", "compiled", "executed", "refused", "answered", "compile_ms", "failures",
        } <= set(found)  # fmt: skip
        assert found["compile_ms"] == {"p50": 0, "p99": 0, "max": 0}


class TestSortedBy:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("T | sort by a", ("a",)),
            ("let x = 1; T | where b | order by a asc, b desc | take 5 | render table", ("a", "b")),
            ("T | top 3 by a, c", ("a", "c")),
            ("T | sort by strlen(a), b", ()),
            ("T | sort by a, strlen(b), c", ("a",)),
            ("T | sort by a | summarize count()", ()),
            ("T | sort by a | project a", ()),
            ("T", ()),
            ("T | where (", ()),
            ("let x = 1;", ()),
            ("", ()),
        ],
    )
    def test_names_the_columns_foremost_first(self, query, names):
        assert sorted_by(query) == names
