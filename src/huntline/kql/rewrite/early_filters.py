"""Conditions go below unions and joins, to the tables that they speak of.

There they stand beside the tenant and the time, where an index can answer them, and a branch of a union that cannot fit is left out: of
`union * | where FileName == "x"` only the tables that have the column are read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from huntline.kql.functions.operators import logical
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
from huntline.kql.traversal import transform, transform_relations
from huntline.kql.types import BOOL

# On which side of a join a condition may already hold: there it drops only rows that it would drop of the result.
_LEFT = frozenset({"inner", "leftouter", "leftsemi", "leftanti"})
_RIGHT = frozenset({"inner", "rightouter", "rightsemi", "rightanti"})
# Conditions that '' and null fail, as long as what is asked for is not empty itself.
_FAILED_BY_NOTHING = frozenset(
    {
        "==", "=~", "has", "has_cs", "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs", "contains", "contains_cs", "startswith",
        "startswith_cs", "endswith", "endswith_cs",
    }
)  # fmt: skip
_LISTS_FAILED_BY_NOTHING = frozenset({"in", "in~", "has_any"})
_NEVER = Constant(BOOL, value=False)
_MOST = 2_000
"""How many parts the copies of one condition may have together."""


def filter_early(plan: Plan) -> Plan:
    """Return the plan with its conditions as near to the tables as they may stand."""
    moved: Plan = transform_relations(plan, _moved)
    return moved


def _moved(plan: Plan) -> Plan:
    if not isinstance(plan, Filter):
        return plan
    below, left = plan.input, []
    for condition in _conjuncts(plan.predicate):
        sunk = _sink(below, condition)
        if sunk is None:
            left.append(condition)
        else:
            below = sunk
    if below is plan.input:
        return plan
    return Filter(below, logical("and", left)) if left else below


def _conjuncts(condition: Scalar) -> Sequence[Scalar]:
    if isinstance(condition, Apply) and condition.name == "and":
        return [part for argument in condition.arguments for part in _conjuncts(argument)]
    return (condition,)


def _sink(plan: Plan, condition: Scalar) -> Plan | None:
    """Return the plan with the condition below a union or a join in it, or None where none of them lets it pass."""
    if isinstance(plan, Concat):
        return _into_branches(plan, condition)
    if isinstance(plan, Join):
        return _into_side(plan, condition)
    if isinstance(plan, Filter | Sort):
        sunk = _sink(plan.input, condition)
        return None if sunk is None else replace(plan, input=sunk)
    if isinstance(plan, Extend) and _columns(condition).isdisjoint(column.number for column, _ in plan.definitions):
        sunk = _sink(plan.input, condition)
        return None if sunk is None else replace(plan, input=sunk)
    return None


def _onto(plan: Plan, condition: Scalar) -> Plan:
    return _sink(plan, condition) or Filter(plan, condition)


def _into_branches(plan: Concat, condition: Scalar) -> Plan | None:
    if _asks(condition) or _size(condition) * len(plan.inputs) > _MOST:
        return None
    numbers = [column.number for column in plan.columns]
    kept: list[tuple[Plan, tuple[Scalar, ...]]] = []
    for branch, values in plan.inputs:
        here = _folded(_with_values(condition, dict(zip(numbers, values, strict=True))))
        if here != _NEVER:
            kept.append((_onto(branch, here), values))
    if not kept:
        branch, values = plan.inputs[0]
        kept.append((Filter(branch, _NEVER), values))
    return Concat(plan.columns, tuple(kept))


def _into_side(plan: Join, condition: Scalar) -> Plan | None:
    wanted = _columns(condition)
    if plan.kind in _LEFT and _gives(plan.left, wanted):
        return replace(plan, left=_onto(plan.left, condition))
    if plan.kind in _RIGHT and _gives(plan.right, wanted):
        return replace(plan, right=_onto(plan.right, condition))
    return None


def _with_values(condition: Scalar, values: Mapping[int, Scalar]) -> Scalar:
    def visit(node: Scalar) -> Scalar:
        return values.get(node.number, node) if isinstance(node, Column) else node

    placed: Scalar = transform(condition, visit)
    return placed


def _folded(condition: Scalar) -> Scalar:
    """Return the condition without the parts that cannot be true, because the column is none of this branch's."""
    if not isinstance(condition, Apply):
        return condition
    if condition.name in ("and", "or"):
        parts = [_folded(argument) for argument in condition.arguments]
        if condition.name == "and":
            return _NEVER if _NEVER in parts else replace(condition, arguments=tuple(parts))
        possible = [part for part in parts if part != _NEVER]
        return logical("or", possible) if possible else _NEVER
    if len(condition.arguments) == 2 and all(isinstance(argument, Constant) for argument in condition.arguments):
        given, asked = (argument.value for argument in condition.arguments if isinstance(argument, Constant))
        if _cannot_fit(condition.name, given, asked):
            return _NEVER
    return condition


def _cannot_fit(name: str, given: object, asked: object) -> bool:
    """Say whether a value that a branch gives to all its rows, such as its name or nothing, fails a condition."""
    values = asked if isinstance(asked, list) else [asked]
    if given in ("", None):
        known = _LISTS_FAILED_BY_NOTHING if isinstance(asked, list) else _FAILED_BY_NOTHING
        return name in known and not any(value in ("", None) for value in values)
    return (
        name in ("==", "in")
        and isinstance(given, str)
        and all(isinstance(value, str) for value in values)
        and given not in values
    )


def _columns(node: Scalar) -> set[int]:
    found: set[int] = set()

    def visit(part: Scalar) -> Scalar:
        if isinstance(part, Column):
            found.add(part.number)
        return part

    transform(node, visit)
    return found


def _asks(node: Scalar) -> bool:
    """Say whether a condition has a query of its own, which would run once for each branch."""
    if isinstance(node, InQuery | ScalarQuery):
        return True
    if isinstance(node, Path):
        return _asks(node.base) or any(not isinstance(step, str | int) and _asks(step) for step in node.steps)
    return isinstance(node, Apply) and any(_asks(argument) for argument in node.arguments)


def _size(node: Scalar) -> int:
    if isinstance(node, Apply):
        return 1 + sum(_size(argument) for argument in node.arguments)
    return 1 + _size(node.base) if isinstance(node, Path) else 1


def _gives(plan: Plan, wanted: set[int]) -> bool:
    """Say whether a relation has these columns; of what is not known here, it has none."""
    return bool(wanted) and wanted <= set(_given(plan))


def _given(plan: Plan) -> Iterable[int]:
    if isinstance(plan, Scan | Inline | Concat):
        return [column.number for column in plan.columns]
    if isinstance(plan, Counting):
        return [plan.column.number]
    if isinstance(plan, Filter | Sort | Limit | FirstOfKey):
        return _given(plan.input)
    if isinstance(plan, Extend | Windowed):
        return [*_given(plan.input), *(column.number for column, _ in plan.definitions)]
    if isinstance(plan, Number):
        return [*_given(plan.input), plan.column.number]
    if isinstance(plan, Aggregate):
        return [column.number for column, _ in (*plan.keys, *plan.aggregates)]
    if isinstance(plan, Expand):
        made = [column.number for column, _ in plan.arrays]
        return [*_given(plan.input), *made, *([] if plan.index is None else [plan.index.number])]
    if isinstance(plan, Join):
        left = [] if plan.kind.startswith("right") and plan.kind != "rightouter" else _given(plan.left)
        right = [] if plan.kind in ("leftsemi", "leftanti") else _given(plan.right)
        return [*left, *right]
    return ()
