"""Microsoft's own parser as an oracle: what it says about queries, next to what the compiler says.

It runs under Node, from `tests/oracle` (`npm ci` there). It knows the language and the given tables, and nothing of what differs here by
intent: a column name of Sentinel (`TimeGenerated`) is put back to the column that it stands for, and the column that a function of
Defender takes by its name is quoted, before it reads a query.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from huntline import kql
from huntline.kql.binder.state import ALIASES

FOLDER = Path(__file__).parent / "oracle"
_BY_COLUMN = re.compile(r"\b(FileProfile|SeenBy)\(\s*([A-Za-z_]\w*)")
_ALIASED = re.compile(rf"\b({'|'.join(ALIASES)})(?=1?\b)")


@dataclass(frozen=True)
class Verdict:
    """What one of the two says: the texts of its errors, or the columns of the answer (None where it is no table)."""

    errors: tuple[str, ...]
    columns: tuple[tuple[str, str], ...] | None
    renamed: frozenset[str] = frozenset()
    """The names of Sentinel that were put back before the query was read."""

    @property
    def accepted(self):
        return not self.errors


def _document(tables):
    functions = json.loads((FOLDER / "defender.json").read_text(encoding="utf-8"))
    return {
        "tables": {table.name: {column.name: column.type.value for column in table.columns} for table in tables},
        "functions": functions,
    }


def _ask(tables, queries):
    lines = [_document(tables), *({"id": number, "query": query} for number, query in enumerate(queries))]
    done = subprocess.run(
        ["node", str(FOLDER / "oracle.cjs")],
        input="".join(f"{json.dumps(line)}\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"the oracle needs Node and `npm ci` in tests/oracle: {done.stderr[-2000:]}"
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == list(range(len(queries)))
    return [
        Verdict(
            tuple(f"{error['code']}: {error['message']}" for error in answer["errors"]),
            None if answer["columns"] is None else tuple((name, kind) for name, kind in answer["columns"]),
        )
        for answer in answers
    ]


def official(tables, queries):
    """Return Microsoft's verdict on each query."""
    quoted = [_BY_COLUMN.sub(r"\1('\2'", query) for query in queries]
    verdicts = _ask(tables, quoted)
    unknown = {number: frozenset(_ALIASED.findall(" ".join(found.errors))) for number, found in enumerate(verdicts)}
    refused = [number for number, names in unknown.items() if names]
    again = _ask(tables, [_put_back(quoted[number], unknown[number]) for number in refused])
    for number, verdict in zip(refused, again, strict=True):
        verdicts[number] = Verdict(verdict.errors, verdict.columns, unknown[number])
    return verdicts


def _put_back(query, names):
    return _ALIASED.sub(lambda found: ALIASES[found[1]] if found[1] in names else found[1], query)


def ours(compiled):
    """Return the compiler's verdict, from what it made of a query."""
    if isinstance(compiled, kql.CompiledQuery):
        return Verdict((), tuple((column.name, column.type.value) for column in compiled.columns))
    return Verdict(tuple(f"{item.code}: {item.message}" for item in compiled), None)


def disagreement(theirs, mine):
    """Return in what the two verdicts differ, as a short text, or None where they agree."""
    if theirs.accepted != mine.accepted:
        if theirs.accepted:
            return f"refused here: {mine.errors[0]}"
        return f"accepted here: {theirs.errors[0]}"
    if not theirs.accepted:
        return None
    a, b = list(theirs.columns or ()), list(mine.columns or ())
    b = [(_put_back(name, theirs.renamed), kind) for name, kind in b]
    return _difference(a, b)


def _difference(theirs, mine):
    if [name for name, _ in theirs] != [name for name, _ in mine]:
        if sorted(theirs) == sorted(mine):
            return "columns: another order"
        missing = [":".join(column) for column in theirs if column not in mine]
        extra = [":".join(column) for column in mine if column not in theirs]
        return f"columns: missing {', '.join(missing) or '-'}; more {', '.join(extra) or '-'}"
    # A type that is not known before the query runs agrees with any.
    changed = [(name, a, b) for (name, a), (_, b) in zip(theirs, mine, strict=True) if a not in (b, "unknown")]
    return "columns: " + "; ".join(f"{name} is {a}, here {b}" for name, a, b in changed) if changed else None
