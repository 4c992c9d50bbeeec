"""Walks over plans: one function that rebuilds a plan, and what follows from it."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from huntline.kql.plan import (
    Aggregate,
    Apply,
    Column,
    Components,
    Concat,
    Constant,
    Counting,
    Elementwise,
    Expand,
    Extend,
    Filter,
    FirstOfKey,
    Hops,
    Inline,
    InQuery,
    Join,
    Limit,
    Number,
    Path,
    Paths,
    Plan,
    Scalar,
    ScalarQuery,
    Scan,
    Sequences,
    SequenceStep,
    Sort,
    SortOrder,
    Windowed,
)

_SCALARS: tuple[type, ...] = (Apply, Path, ScalarQuery, InQuery, Elementwise)
_RELATIONS: tuple[type, ...] = (
    Scan, Inline, Counting, Filter, Extend, Aggregate, Join, FirstOfKey, Concat, Sort, Limit, Expand, Number, Windowed,
    Sequences, Paths, Components,
)  # fmt: skip
_OTHERS: tuple[type, ...] = (SortOrder, SequenceStep, Hops)
_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(item.name for item in fields(kind)) for kind in (*_SCALARS, *_RELATIONS, *_OTHERS)
}
_RELATION_KINDS = frozenset(_RELATIONS)
_LEAVES: frozenset[type] = frozenset({Column, Constant})
Visit = Callable[[Any], Any]


def transform(value: Any, visit: Visit) -> Any:  # Any: it rebuilds whatever it is given, in kind
    """Return a plan or scalar rebuilt from the leaves up, each scalar in it (columns among them) as `visit` returns it."""
    kind = type(value)
    if kind is tuple:
        return tuple([transform(item, visit) for item in value])
    if kind in _LEAVES:
        return visit(value)
    names = _FIELDS.get(kind)
    if names is None:
        return value
    rebuilt = kind(*[transform(getattr(value, name), visit) for name in names])
    return visit(rebuilt) if kind in _SCALARS else rebuilt


def transform_relations(value: Any, visit: Visit) -> Any:  # Any: as above
    """Return a plan rebuilt from the leaves up, each relation in it, those inside expressions too, as `visit` returns it."""
    kind = type(value)
    if kind is tuple:
        parts = [transform_relations(item, visit) for item in value]
        return tuple(parts) if any(part is not item for part, item in zip(parts, value, strict=True)) else value
    names = _FIELDS.get(kind)
    if names is None or kind is Scan or kind is Inline:
        return value
    fields_of = [getattr(value, name) for name in names]
    rebuilt = [transform_relations(item, visit) for item in fields_of]
    changed = any(new is not old for new, old in zip(rebuilt, fields_of, strict=True))
    same = kind(*rebuilt) if changed else value
    return visit(same) if kind in _RELATION_KINDS else same


def scans(value: Any) -> Iterator[Scan]:  # Any: as above
    """Yield every scan of a plan, those inside expressions too."""
    if isinstance(value, Scan):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from scans(item)
    else:
        for name in _FIELDS.get(type(value), ()):
            yield from scans(getattr(value, name))


def renumbered(plan: Plan, new_column: Callable[[Column], Column]) -> tuple[Plan, Callable[[Column], Column]]:
    """Return the plan with every column under a new number, so that it can stand beside itself, and the map from old to new."""
    known: dict[int, Column] = {}

    def rename(column: Column) -> Column:
        if column.number not in known:
            known[column.number] = new_column(column)
        return known[column.number]

    def visit(node: Scalar) -> Scalar:
        return rename(node) if isinstance(node, Column) else node

    return transform(plan, visit), rename
