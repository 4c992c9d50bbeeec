"""Which columns a query sorts its answer by."""

from huntline.kql.parser import parse
from huntline.kql.source import Limits, Source
from huntline.kql.syntax import As, ExpressionStatement, Name, Pipe, RenderOperator, Serialize, Sort, Take, Top

# What may follow a sort and leaves the order and the names of what was sorted by.
_KEEP_ORDER = (As, RenderOperator, Serialize, Take)


def sorted_by(query: str) -> tuple[str, ...]:
    """Return the columns, foremost first, as far as they are plain names; none where the query does not sort at its end.

    >>> sorted_by("T | sort by a asc, strlen(b) | take 3"), sorted_by("T | sort by a | project b")
    (('a',), ())
    """
    try:
        program, _ = parse(Source(query), Limits())
    except RecursionError:
        return ()
    last = program.statements[-1] if program is not None and program.statements else None
    pipe = last.expression if isinstance(last, ExpressionStatement) else None
    if not isinstance(pipe, Pipe):
        return ()
    for operator in reversed(pipe.operators):
        if isinstance(operator, Sort | Top):
            return _names(operator)
        if not isinstance(operator, _KEEP_ORDER):
            break
    return ()


def _names(operator: Sort | Top) -> tuple[str, ...]:
    names = []
    for key in operator.keys:
        value = key.expression.expression
        if not isinstance(value, Name):
            break  # what stands behind a key that is not in the answer is in no order that could be read from it
        names.append(value.name)
    return tuple(names)
