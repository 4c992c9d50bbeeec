"""A plan in words, for somebody who looks at what became of a query.

A column of a table goes by its name, any other by the number that the SQL gives it too (`_c12`).
"""

from dataclasses import dataclass, fields
from typing import Any

from huntline.kql.literals import format_datetime, format_timespan
from huntline.kql.plan import (
    Answer,
    Apply,
    Column,
    Concat,
    Constant,
    Inline,
    InQuery,
    Join,
    Path,
    Plan,
    ScalarQuery,
    Scan,
    SequenceStep,
    SortOrder,
)
from huntline.kql.types import KqlType

_INFIX = frozenset(
    {
        "and",
        "or",
        "==",
        "!=",
        "=~",
        "!~",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "has",
        "has_cs",
        "has_any",
        "has_all",
        "in",
        "in~",
    }
    | {
        f"{word}{case}"
        for word in ("contains", "startswith", "endswith", "hasprefix", "hassuffix")
        for case in ("", "_cs")
    }
    | {"matches regex"}
)
_LONG = 20
"""How many elements of a list are shown."""


@dataclass(frozen=True, slots=True)
class Outline:
    """An operator of the plan: what it does, the particulars, and the operators whose rows it takes."""

    title: str
    details: tuple[str, ...] = ()
    inputs: tuple["Outline", ...] = ()


def outline(answer: Answer) -> Outline:
    """Return the plan of a query in words; the root says which columns it answers."""
    names = ", ".join(f"{name} = {_text(column, [])}" for name, column in answer.columns)
    return Outline("Answer", (f"columns: {names}",), (_relation(answer.input),))


def _relation(plan: Plan, role: str = "") -> Outline:
    if isinstance(plan, Scan):
        return Outline(f"{role}Scan {plan.table.name}", _scan(plan))
    if isinstance(plan, Inline):
        return Outline(f"{role}Inline", (f"rows: {plan.rows}", f"columns: {_text(plan.columns, [])}"))
    details: list[str] = []
    inputs: list[Outline] = []
    for field in fields(plan):
        value = getattr(plan, field.name)
        within: list[tuple[str, Plan]] = []
        if isinstance(value, Plan):
            inputs.append(_relation(value, f"{field.name}: " if field.name != "input" else ""))
        elif isinstance(plan, Concat) and field.name == "inputs":
            inputs += [_branch(branch, values) for branch, values in value]
        elif isinstance(plan, Join) and field.name == "keys":
            details.append(f"on: {' and '.join(f'{_text(left, [])} == {_text(right, [])}' for left, right in value)}")
        elif value not in (None, (), ""):
            details.append(f"{field.name}: {_text(value, within)}")
        inputs += [_relation(query, f"{name}: ") for name, query in within]
    return Outline(f"{role}{type(plan).__name__}", tuple(details), tuple(inputs))


def _branch(plan: Plan, values: tuple[Any, ...]) -> Outline:
    within: list[tuple[str, Plan]] = []
    found = Outline("Branch", (f"values: {_text(values, within)}",))
    queries = tuple(_relation(query, f"{name}: ") for name, query in within)
    return Outline(found.title, found.details, (_relation(plan), *queries))


def _scan(plan: Scan) -> tuple[str, ...]:
    database, table = plan.table.physical
    details = [f"tenants: {', '.join(plan.scope.tenant_ids)}"]
    if table != plan.table.name or database is not None:
        details.append(f"stored as: {'.'.join(filter(None, (database, table)))}")
    if plan.window is not None and plan.table.time_column is not None:
        details.append(f"window: {plan.window.start.isoformat()} to {plan.window.end.isoformat()}")
    return tuple(details)


def _text(value: Any, within: list[tuple[str, Plan]]) -> str:  # Any: the parts of a plan are of many types
    """Return a part of a plan as text. Relations inside expressions are put aside into `within` under a name."""
    if isinstance(value, Column):
        return value.symbol.name if value.symbol is not None else f"_c{value.number}"
    if isinstance(value, Constant):
        return _constant(value.type.kql, value.value)
    if isinstance(value, Apply):
        parts = [_text(argument, within) for argument in value.arguments]
        return (
            f"({f' {value.name} '.join(parts)})"
            if value.name in _INFIX and len(parts) > 1
            else f"{value.name}({', '.join(parts)})"
        )
    if isinstance(value, Path):
        steps = "".join(f".{step}" if isinstance(step, str) else f"[{_text(step, within)}]" for step in value.steps)
        return f"{_text(value.base, within)}{steps}"
    if isinstance(value, ScalarQuery | InQuery):
        return _query(value, within)
    if isinstance(value, SortOrder):
        return f"{_text(value.key, within)} {'desc' if value.descending else 'asc'} nulls {'first' if value.nulls_first else 'last'}"
    if isinstance(value, SequenceStep):
        return f"step {value.name} when {_text(value.condition, within)}"
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], Column):
        return f"{_text(value[0], within)} = {_text(value[1], within)}"
    if isinstance(value, tuple):
        return ", ".join(_text(item, within) for item in value)
    return str(value)


def _query(value: ScalarQuery | InQuery, within: list[tuple[str, Plan]]) -> str:
    name = f"query {len(within) + 1}"
    within.append((name, value.plan))
    if isinstance(value, ScalarQuery):
        return f"first({_text(value.column, within)} of {name})"
    return (
        f"({_text(value.value, within)} {'not in' if value.negated else 'in'} {_text(value.column, within)} of {name})"
    )


def _constant(kind: KqlType, value: object) -> str:
    if value is None:
        return f"{kind}(null)"
    if isinstance(value, list | tuple):
        shown = [_constant(kind, item) for item in value[:_LONG]]
        return f"[{', '.join(shown)}{f', and {len(value) - _LONG} more' if len(value) > _LONG else ''}]"
    if isinstance(value, int) and kind is KqlType.DATETIME:
        return format_datetime(value)
    if isinstance(value, int) and kind is KqlType.TIMESPAN:
        return format_timespan(value)
    return repr(value) if isinstance(value, str) else str(value)
