"""The SQL of a compiled query over several lines, for people. What it says stays the same."""

import re

_PIECE = re.compile(
    r"'(?:[^'\\]|\\.)*'"  # texts
    r"|`(?:[^`\\]|\\.)*`"  # names of the catalog
    r"|\{\w+:[^}]*\}"  # places for values
    r"|\b(?:UNION ALL|GROUP BY|ORDER BY|LIMIT BY|(?:ARRAY|(?:(?:LEFT|RIGHT|INNER|FULL|CROSS|ANTI|SEMI|ANY|ALL|ASOF) )+)\s*JOIN)\b"
    r"|\w+|\s+|.",
    re.DOTALL,
)
_CLAUSES = frozenset(
    {
        "SELECT",
        "FROM",
        "WHERE",
        "GROUP BY",
        "HAVING",
        "ORDER BY",
        "LIMIT",
        "UNION ALL",
        "ARRAY JOIN",
        "AND",
        "QUALIFY",
        "WINDOW",
        "SETTINGS",
    }
)
_STEP = "  "
_WIDTH = 100


def pretty(sql: str) -> str:
    """Return the statement with a line for each clause, subqueries indented, long lists broken at their commas.

    >>> print(pretty("SELECT a FROM (SELECT b AS a FROM t WHERE f('(') = 1) LIMIT 1"))
    SELECT a
    FROM (
      SELECT b AS a
      FROM t
      WHERE f('(') = 1
    )
    LIMIT 1
    """
    pieces = _PIECE.findall(sql)
    lines: list[str] = [""]
    open_brackets: list[bool] = []  # whether each holds a subquery
    for place, piece in enumerate(pieces):
        indent = _STEP * sum(open_brackets)
        in_query = not open_brackets or open_brackets[-1]
        if piece == "(":
            lines[-1] += piece
            open_brackets.append(_is_query(pieces, place + 1))
            if open_brackets[-1]:
                lines.append(indent + _STEP)
        elif piece == ")" and open_brackets:
            if open_brackets.pop():
                lines.append(_STEP * sum(open_brackets))
            lines[-1] += piece
        elif in_query and (piece in _CLAUSES or piece.endswith("JOIN")) and lines[-1].strip():
            lines.append(indent + (_STEP if piece == "AND" else "") + piece)
        elif piece.isspace():
            lines[-1] += " " if lines[-1].strip() else ""
        else:
            lines[-1] += piece
            if piece == "," and in_query and len(lines[-1]) > _WIDTH:
                lines.append(indent + _STEP * 2)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _is_query(pieces: list[str], place: int) -> bool:
    """Whether a subquery, or several, begin behind a bracket."""
    while place < len(pieces) and pieces[place] == "(":
        place += 1
    return place < len(pieces) and pieces[place] in ("SELECT", "WITH")
