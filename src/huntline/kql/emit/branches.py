"""Unions whose branches share few columns.

`union *` and `search` give hundreds of columns, of which a table has some dozens. Side by side, each branch would spell out a NULL for
every column that it lacks, which is most of the statement and most of the engine's time. Instead a branch gives its values in one array
for each physical type, and the columns are taken out of the arrays above, by the number of the branch.
"""

from collections.abc import Sequence

from huntline.kql.plan import Column, Constant, Scalar
from huntline.kql.sql import Alias, Sql, Text, fill, sequence
from huntline.kql.types import PHYSICAL, Form, KqlType

_K = KqlType
_TEXTS = (_K.STRING, _K.GUID, _K.DYNAMIC)
MANY_GAPS = 300
"""From how many missing values on arrays are shorter than the NULLs."""

UNPACKED = "(SELECT * FROM {0} LIMIT 9223372036854775807)"
"""What reads the branches. The limit cuts nothing off: it keeps the engine from computing each column below the union, for each branch."""

Columns = list[tuple[Sql, int | None]]


def has_many_gaps(columns: Sequence[Column], branches: Sequence[Sequence[Scalar]]) -> bool:
    """Say whether most of what the branches give is missing."""
    if any(column.type.form not in (Form.PLAIN, Form.JSON) for column in columns):
        return False
    gaps = sum(sum(map(_is_missing, values)) for values in branches)
    return gaps > MANY_GAPS and gaps * 2 > len(columns) * len(branches)


def _is_missing(value: Scalar) -> bool:
    return isinstance(value, Constant) and value.value in (None, "")


def pack(
    columns: Sequence[Column], branches: Sequence[Sequence[Scalar]], sql: Sequence[Sequence[Sql]]
) -> list[Columns]:
    """Return what each branch selects: its number, an array for each physical type, and the columns that no branch lacks."""
    packed: list[Columns] = []
    for branch, (values, texts) in enumerate(zip(branches, sql, strict=True)):
        plain: Columns = [(Text(f"toUInt16({branch}) AS _branch"), None)]
        arrays: dict[str, list[Sql]] = {kind: [] for kind in _kinds(columns)}
        for i, column in enumerate(columns):
            if _everywhere(i, branches):
                plain.append((texts[i], None if texts[i] == Alias(column.number) else column.number))
            elif not _is_missing(values[i]):
                arrays[_kind(column)].append(texts[i])
        for position, (kind, items) in enumerate(arrays.items()):
            # The first element is what a branch without the column answers.
            filled = sequence([_MISSING[kind == "String"], *items], ", ", "CAST([", f"], 'Array({_quoted(kind)})')")
            plain.append((fill(f"{{0}} AS _values{position}", filled), None))
        packed.append(plain)
    return packed


def unpack(columns: Sequence[Column], branches: Sequence[Sequence[Scalar]]) -> dict[int, Sql]:
    """Return how each column is called above the branches."""
    positions = {kind: position for position, kind in enumerate(_kinds(columns))}
    filled = [dict.fromkeys(positions, 1) for _ in branches]
    found: dict[int, Sql] = {}
    for i, column in enumerate(columns):
        if _everywhere(i, branches):
            found[column.number] = Alias(column.number)
            continue
        kind = _kind(column)
        places: dict[int, int] = {}
        for branch, values in enumerate(branches):
            if not _is_missing(values[i]):
                filled[branch][kind] += 1
                places[branch] = filled[branch][kind]
        found[column.number] = Text(f"_values{positions[kind]}[{_place(places)}]")
    return found


def _place(places: dict[int, int]) -> str:
    """Return the place of a column in the array of its branch, 1 where the branch has no such column."""
    if not places:
        return "1"
    if len(places) == 1:
        ((branch, place),) = places.items()
        return f"if(_branch = {branch}, {place}, 1)"
    return f"transform(_branch, {list(places)}, {list(places.values())}, 1)"


def _everywhere(i: int, branches: Sequence[Sequence[Scalar]]) -> bool:
    return not any(_is_missing(values[i]) for values in branches)


def _kinds(columns: Sequence[Column]) -> list[str]:
    return list(dict.fromkeys(map(_kind, columns)))


def _kind(column: Column) -> str:
    return "String" if column.type.kql in _TEXTS else PHYSICAL[column.type.kql]


def _quoted(kind: str) -> str:
    return kind.replace("'", "\\'")


_MISSING = {True: Text("''"), False: Text("NULL")}
