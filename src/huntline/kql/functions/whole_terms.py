r"""Terms that a row must hold for a condition on its text to be true: what a text index can answer before the text is read.

`FolderPath startswith "C:\Users\Public\"` is true only of rows with the terms `users` and `public`. The condition itself still decides.
"""

from collections.abc import Iterable
from typing import Final

from huntline.kql.functions.text_search import has_terms, is_ascii, terms_of
from huntline.kql.plan import Apply, Constant
from huntline.kql.sql import IndexedColumn, Sql

# Whether the text asked for begins, and ends, where a term of the column does.
_BOUNDED: Final = {
    "=~": (True, True),
    "startswith": (True, False),
    "startswith_cs": (True, False),
    "endswith": (False, True),
    "endswith_cs": (False, True),
    "contains": (False, False),
    "contains_cs": (False, False),
    "hasprefix": (True, False),
    "hasprefix_cs": (True, False),
    "hassuffix": (False, True),
    "hassuffix_cs": (False, True),
}
_LIST: Final = "in~"
NARROWED: Final = frozenset({*_BOUNDED, _LIST})
"""The conditions that this module knows. `==` and `in` are none of them: the engine takes their terms by itself."""
# Terms of so many rows that looking for them costs more than it saves.
_EVERYWHERE: Final = frozenset({"exe", "dll", "com", "windows", "system32", "program", "files", "x86", "microsoft"})
_MOST: Final = 3
_MOST_LISTED: Final = 100
"""Looking up more terms, in every part of a table, takes longer than reading the column."""


def narrowing(node: Apply, column: IndexedColumn) -> Sql | None:
    """Return the condition on the index that holds wherever `node` does, or None where no term says anything."""
    asked = node.arguments[-1]
    if len(node.arguments) != 2 or not isinstance(asked, Constant):
        return None
    if node.name == _LIST:
        return _one_of(asked.value, column)
    if not isinstance(asked.value, str):
        return None
    terms = whole_terms(asked.value, *_BOUNDED[node.name])
    return has_terms(column, terms[:_MOST], every=True) if terms else None


def _one_of(values: object, column: IndexedColumn) -> Sql | None:
    if not isinstance(values, list | tuple) or not 0 < len(values) <= _MOST_LISTED:
        return None
    found: list[str] = []
    for value in values:
        terms = whole_terms(str(value), left=True, right=True)
        if not terms:
            return None
        found.append(terms[0])
    return has_terms(column, list(dict.fromkeys(found)), every=False)


def whole_terms(text: str, left: bool, right: bool) -> list[str]:  # noqa: FBT001 - the two ends of the text
    r"""Return the terms that stand whole in every text in which this one stands, the longest first.

    `left` and `right`: whether the text begins and ends where a term does.

    >>> whole_terms("C:\\Users\\Pub", True, False)
    ['users']
    """
    if not is_ascii(text):
        return []
    return sorted(
        _useful(term for term, first, last in terms_of(text) if (left or first) and (right or last)), key=_rank
    )


def _useful(terms: Iterable[str]) -> list[str]:
    return [term for term in dict.fromkeys(map(str.lower, terms)) if len(term) > 1 and term not in _EVERYWHERE]


def _rank(term: str) -> int:
    return -len(term)
