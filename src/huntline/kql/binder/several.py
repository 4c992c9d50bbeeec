"""Functions that give several columns: `extend series_stats(x)`, `print array_sort_asc(a, b)`.

Such a call is an array; its elements become columns where it stands by itself, under names of the function or of the query.
"""

from collections.abc import Callable

from huntline.kql import syntax
from huntline.kql.binder.naming import implied_name
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.plan import Scalar
from huntline.kql.sql import template
from huntline.kql.types import PLAIN, KqlType

Parts = tuple[tuple[str, KqlType], ...]
SEVERAL_COLUMNS: dict[str, Parts] = {}
"""The ends of the names, and the types: filled by the modules of the functions."""
SEVERAL_NAMES: dict[str, Callable[[syntax.Call], tuple[str, ...]]] = {}
"""Functions whose columns, all dynamic, depend on the call; a call without any gives one value as others do."""


def several(item: syntax.NamedExpression, scalar: Scalar) -> list[tuple[str, Scalar]] | None:
    """Return the columns of an expression that gives several, or None where it gives one.

    Names of the query are those of the first columns; what has none follows under the function's.
    """
    node = item.expression
    if not isinstance(node, syntax.Call):
        return None
    labels, kinds = _labels(node)
    if not labels:
        return None
    names = [*item.names, *labels[len(item.names) :]][: len(labels)]
    found: list[tuple[str, Scalar]] = []
    for i, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        pattern = template(f"arrayElement({{0}}, {i + 1})")
        element = apply("element", pattern, PLAIN[KqlType.DYNAMIC], scalar, nullable=False)
        found.append((name, convert(element, PLAIN[kind]) or element))
    return found


def _labels(node: syntax.Call) -> tuple[tuple[str, ...], tuple[KqlType, ...]]:
    named = SEVERAL_NAMES.get(node.name)
    if named is not None:
        labels = named(node)
        return labels, (KqlType.DYNAMIC,) * len(labels)
    columns = SEVERAL_COLUMNS.get(node.name, ())
    whole = implied_name(node) or (implied_name(node.arguments[0]) if node.arguments else None) or ""
    start = whole if whole.startswith("series_") else f"{node.name}_{whole}"
    return tuple(f"{start}_{name}" for name, _ in columns), tuple(kind for _, kind in columns)
