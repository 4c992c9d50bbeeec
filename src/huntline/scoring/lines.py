"""A file of queries: one JSON object a line, with the documented answer where there is one.

Known fields, all but `query` optional: `id`, `query`, `expected_columns` (names), `expected_rows` (rows of printed values), `truncated`
(the printed rows are not all), `deterministic` (false: another run may answer otherwise). Other fields are there to choose lines by.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huntline.scoring.errors import FileUnreadable, LineBroken


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documentation prints. `columns` is None where only the rows are known."""

    columns: tuple[str, ...] | None
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One query. `id` is `line 12` where the file has none. `query` is None where the line has no text to compile."""

    id: str
    query: str | None
    answer: Answer | None
    truncated: bool
    deterministic: bool

    @property
    def comparable(self) -> bool:
        """Whether an answer can be held against the documented one: it is known, whole, and the same at every run."""
        return self.answer is not None and self.deterministic and not self.truncated


def read_lines(path: Path, *, only: Sequence[str] = (), limit: int | None = None) -> list[Line]:
    """Return the lines in which all of the fields `only` are true, at most `limit`; empty lines are passed over.

    Raises FileUnreadable, LineBroken.
    """
    objects = _objects(path)
    chosen = [_line(number, fields) for number, fields in objects if all(fields.get(field) for field in only)]
    return chosen[:limit]


def _objects(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        texts = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(str(path), getattr(error, "strerror", None) or "it is not UTF-8") from error
    found = []
    for number, text in enumerate(texts, start=1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise LineBroken(str(path), number, str(error)) from error
        if not isinstance(value, dict):
            raise LineBroken(str(path), number, f"it is a {type(value).__name__}")
        found.append((number, value))
    return found


def _line(number: int, fields: dict[str, Any]) -> Line:
    query = fields.get("query")
    return Line(
        id=str(fields.get("id") or f"line {number}"),
        query=query if isinstance(query, str) else None,
        answer=_answer(fields.get("expected_columns"), fields.get("expected_rows")),
        truncated=bool(fields.get("truncated")),
        deterministic=fields.get("deterministic") in (None, True),
    )


def _answer(columns: object, rows: object) -> Answer | None:
    """Return the answer; no rows under headings are one too, and neither rows nor headings are none."""
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    named = isinstance(columns, list) and bool(columns)
    if not rows and not named:
        return None
    names = tuple(_text(name) for name in columns) if isinstance(columns, list) and named else None
    return Answer(names, tuple(tuple(_text(value) for value in row) for row in rows))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
