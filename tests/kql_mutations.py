"""Small changes of published queries, for the oracle: a token dropped, doubled or swapped, a name, an operator or a constant changed."""

import re

_TOKEN = re.compile(r"\s+|\w+|'[^'\n]*'|\"[^\"\n]*\"|!?[=~<>]+|.", re.DOTALL)
_OPERATORS = (
    *(
        "==",
        "!=",
        "<",
        ">",
        ">=",
        "=~",
        "!~",
        "has",
        "contains",
        "startswith",
        "in",
        "!in",
        "in~",
        "has_any",
        "has_all",
    ),
    *("between", "+", "-", "*", "/", "%", "and", "or", "matches"),
)
_CONSTANTS = ("1", "'x'", "1.5", "true", "1h", "now()", "dynamic([1])", "-1", '""')
_NAMES = ("Timestamp", "DeviceId", "FileName", "FileSize", "ProcessId", "AdditionalFields", "RemotePort", "Nowhere")
_WORDS = (
    *(
        "where",
        "extend",
        "project",
        "summarize",
        "by",
        "join",
        "on",
        "sort",
        "take",
        "union",
        "mv-expand",
        "asc",
        "desc",
    ),
    *("let", "print", "distinct", "count", "top", "parse", "with", "render", "to"),
)


def _positions(tokens, fits):
    return [at for at, token in enumerate(tokens) if fits(token)]


def _replaced(tokens, chance, fits, values):
    found = _positions(tokens, fits)
    if not found:
        return False
    tokens[chance.choice(found)] = chance.choice(values)
    return True


def mutated(query, chance):
    """Return the query with one small change, or None where the change that was drawn has no place in it."""
    tokens = _TOKEN.findall(query)
    places = _positions(tokens, lambda token: not token.isspace())
    at, other = chance.choice(places), chance.choice(places)
    kind = chance.randrange(7)
    done = True
    if kind == 0:
        del tokens[at]
    elif kind == 1:
        tokens.insert(at, f"{tokens[at]} ")
    elif kind == 2:
        tokens[at], tokens[other] = tokens[other], tokens[at]
    elif kind == 3:
        done = _replaced(tokens, chance, re.compile(r"[A-Za-z_]\w*\Z").match, _NAMES)
    elif kind == 4:
        done = _replaced(tokens, chance, _OPERATORS.__contains__, _OPERATORS)
    elif kind == 5:
        done = _replaced(tokens, chance, re.compile(r"\d+\Z|'|\"").match, _CONSTANTS)
    else:
        tokens[at] = chance.choice(_WORDS)
    return "".join(tokens) if done else None
