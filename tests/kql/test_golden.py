"""Queries and the rows they must give, a file for each family under `golden/`.

A file holds cases: a line `# title`, the query, a line `->`, then one JSON array for the column names and one for each row. Without
`sort by` in the query the order of rows does not count.
"""

import json
from pathlib import Path

import pytest

from kql_tables import TABLES

FOLDER = Path(__file__).parent / "golden"


def cases():
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n# ")[0:]:
            if not block.strip():
                continue
            title, _, rest = block.lstrip("# ").partition("\n")
            query, _, answer = rest.partition("\n->\n")
            lines = [json.loads(line) for line in answer.strip().splitlines()]
            yield pytest.param(query, lines[0], lines[1:], id=f"{path.stem}: {title.strip()}")


def layouts():
    """Every case on one table; those that read a table on two shards too, in one process and in two."""
    for case in cases():
        reads = any(name in case.values[0] for name in TABLES)
        for title, engine, marks in LAYOUTS if reads else LAYOUTS[:1]:
            yield pytest.param(engine, *case.values, id=f"{title}-{case.id}", marks=marks)


LAYOUTS = [
    ("one table", "engine", ()),
    ("two shards", "sharded_engine", ()),
    ("two nodes", "cluster_engine", pytest.mark.corpus),
]


@pytest.mark.parametrize(("layout", "query", "columns", "rows"), list(layouts()))
def test_answer(request, layout, query, columns, rows):
    answer = request.getfixturevalue(layout).run(query)
    assert answer.columns == columns
    if "sort by" in query or "order by" in query or "top " in query:
        assert answer.rows == rows
    else:
        assert sorted(map(json.dumps, answer.rows)) == sorted(map(json.dumps, rows))
