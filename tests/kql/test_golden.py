"""Queries and the rows they must give, a file for each family under `golden/`.

A file holds cases: a line `# title`, the query, a line `->`, then one JSON array for the column names and one for each row. Without
`sort by` in the query the order of rows does not count.
"""

import json
from pathlib import Path

import pytest

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


@pytest.fixture(params=["one table", "two shards"])
def layout(request):
    return request.getfixturevalue({"one table": "engine", "two shards": "sharded_engine"}[request.param])


@pytest.mark.parametrize(("query", "columns", "rows"), list(cases()))
def test_answer(layout, query, columns, rows):
    answer = layout.run(query)
    assert answer.columns == columns
    if "sort by" in query or "order by" in query or "top " in query:
        assert answer.rows == rows
    else:
        assert sorted(map(json.dumps, answer.rows)) == sorted(map(json.dumps, rows))
