"""The values that a column can have at most: a cheaper plan than its own, for asking about no others."""

from huntline.kql.plan import (
    Aggregate,
    Apply,
    Column,
    Concat,
    Constant,
    Counting,
    Expand,
    Extend,
    Filter,
    FirstOfKey,
    Inline,
    InQuery,
    Join,
    Limit,
    Number,
    Path,
    Plan,
    Scalar,
    ScalarQuery,
    Scan,
    Sort,
    Windowed,
)

_CHANGING = frozenset({"rand", "new_guid"})
"""Functions that answer otherwise when they are asked again."""
_STRIPPED: tuple[type, ...] = (Filter, Extend, Aggregate, FirstOfKey, Sort, Limit, Number, Windowed, Expand)


def superset(plan: Plan, column: Column) -> Plan | None:
    """Return a plan that has the column with all values of `plan` and perhaps more, or None where there is none.

    It leaves out what depends on the order of rows or on chance, so that it may be run beside the plan itself: limits, samples, windows.
    """
    found = _strip(plan)
    return found[0] if found is not None and column.number in found[1] else None


def _strip(plan: Plan) -> tuple[Plan, set[int]] | None:
    """Return the plan without what cuts rows off, and the columns that are left."""
    if isinstance(plan, Scan | Inline):
        return plan, {column.number for column in plan.columns}
    if isinstance(plan, Counting):
        return plan, {plan.column.number}
    if isinstance(plan, Concat):
        return _strip_concat(plan)
    if isinstance(plan, Join):
        return _strip_join(plan)
    source: Plan | None = getattr(plan, "input", None) if isinstance(plan, _STRIPPED) else None
    below = None if source is None else _strip(source)
    if below is None:
        return None
    inner, known = below
    if isinstance(plan, Filter):
        return (Filter(inner, plan.predicate) if _computable(plan.predicate, known) else inner), known
    if isinstance(plan, Extend | Aggregate):
        offered = plan.definitions if isinstance(plan, Extend) else plan.keys
        kept = tuple((column, scalar) for column, scalar in offered if _computable(scalar, known))
        return (Extend(inner, kept) if kept else inner), known | {column.number for column, _ in kept}
    if isinstance(plan, Expand):
        if not all(_computable(scalar, known) for _, scalar in plan.arrays):
            return inner, known
        index = set() if plan.index is None else {plan.index.number}
        expanded = Expand(inner, plan.arrays, plan.index, plan.limit)
        return expanded, known | {column.number for column, _ in plan.arrays} | index
    return inner, known


def _strip_concat(plan: Concat) -> tuple[Plan, set[int]] | None:
    branches: list[tuple[Plan, tuple[Scalar, ...]]] = []
    kept = set(range(len(plan.columns)))
    for branch, values in plan.inputs:
        below = _strip(branch)
        if below is None:
            return None
        kept &= {position for position, value in enumerate(values) if _computable(value, below[1])}
        branches.append((below[0], values))
    places = sorted(kept)
    inputs = tuple((inner, tuple(values[place] for place in places)) for inner, values in branches)
    columns = tuple(plan.columns[place] for place in places)
    return Concat(columns, inputs), {column.number for column in columns}


def _strip_join(plan: Join) -> tuple[Plan, set[int]] | None:
    """Of a join the side that has more columns: each value of a column comes from a row of its side."""
    sides = [side for side in (_strip(plan.left), _strip(plan.right)) if side is not None]
    return max(sides, key=lambda side: len(side[1]), default=None)


def _computable(scalar: Scalar, known: set[int]) -> bool:
    if isinstance(scalar, Column):
        return scalar.number in known
    if isinstance(scalar, Constant):
        return True
    if isinstance(scalar, Apply):
        return scalar.name not in _CHANGING and all(_computable(part, known) for part in scalar.arguments)
    if isinstance(scalar, Path):
        steps = [step for step in scalar.steps if not isinstance(step, str | int)]
        return all(_computable(part, known) for part in (scalar.base, *steps))
    # What reads other rows is asked again as well, and may change.
    return not isinstance(scalar, ScalarQuery | InQuery)
