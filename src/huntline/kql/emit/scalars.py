"""Scalars of the plan to SQL."""

from collections.abc import Callable
from math import isfinite
from typing import Any, Protocol

from huntline.kql.emit.layer import Layer
from huntline.kql.functions.conversions import json_text
from huntline.kql.functions.operators import plain_equality
from huntline.kql.functions.whole_terms import NARROWED, narrowing
from huntline.kql.literals import format_datetime_sql
from huntline.kql.plan import Apply, Column, Constant, Elementwise, InQuery, Path, Plan, Scalar, ScalarQuery
from huntline.kql.sql import (
    FALSE,
    NULL,
    TRUE,
    Alias,
    Bound,
    Fill,
    Identifier,
    IndexedColumn,
    Sql,
    Template,
    Text,
    call,
    fill,
    integer,
    sequence,
    string,
    strings,
)
from huntline.kql.types import PHYSICAL, Form, KqlType

_K = KqlType


class Queries(Protocol):
    """Turns relations inside expressions into SQL."""

    def one_column(self, plan: Plan, column: Column, *, first: bool) -> Sql:
        """Return the SELECT of a column, of its first row only where `first` is set."""
        ...


class ScalarEmitter:
    """Emits expressions that refer to the columns of a layer."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    def emit(self, node: Scalar, layer: Layer) -> Sql:
        """Return the SQL of a scalar."""
        handler = _HANDLERS[type(node)]
        return handler(self, node, layer)

    def condition(self, node: Scalar, layer: Layer) -> Sql:
        """Return the SQL of a condition of WHERE, where null and false do the same.

        There a text index may answer, and `==` does not need its null rule.
        """
        if isinstance(node, Apply):
            if node.name in ("and", "or"):
                word = f" {node.name.upper()} "
                return sequence([self.condition(item, layer) for item in node.arguments], word, "(", ")")
            if node.name in _INDEXED:
                return self._indexed(node, layer)
            if node.name == "not" and isinstance(node.arguments[0], Apply) and node.arguments[0].name in _INDEXED:
                return fill("(NOT {0})", self._indexed(node.arguments[0], layer))
            narrower = self._narrower(node, layer)
            if narrower is not None:
                return sequence([narrower, self._apply(node, layer)], " AND ", "(", ")")
            if node.name == "==":
                parts = [self.emit(argument, layer) for argument in node.arguments]
                return plain_equality(node, parts) or self.emit(node, layer)
        return self.emit(node, layer)

    def _indexed(self, node: Apply, layer: Layer) -> Sql:
        parts = [self.emit(argument, layer) for argument in node.arguments]
        parts[0] = _index_of(node.arguments[0], layer) or parts[0]
        return self._build(node, parts)

    def _narrower(self, node: Apply, layer: Layer) -> Sql | None:
        """Return what a text index can say of a condition that it cannot answer alone."""
        index = _index_of(node.arguments[0], layer) if node.name in NARROWED else None
        return None if index is None else narrowing(node, index)

    def _build(self, node: Apply, parts: list[Sql]) -> Sql:
        pattern = node.sql
        if isinstance(pattern, Template):
            return Fill(pattern.parts, tuple([parts[hole] for hole in pattern.holes]))
        return pattern(node, parts)

    def _apply(self, node: Apply, layer: Layer) -> Sql:
        return self._build(node, [self.emit(argument, layer) for argument in node.arguments])

    def _column(self, node: Column, layer: Layer) -> Sql:
        return layer.reference(node.number)

    def _constant(self, node: Constant, _layer: Layer) -> Sql:
        return constant(node)

    def _path(self, node: Path, layer: Layer) -> Sql:
        parts: list[Sql] = [self.emit(node.base, layer)]
        for step in node.steps:
            if isinstance(step, str):
                parts.append(string(step))
            elif isinstance(step, int):
                parts.append(integer(step + 1 if step >= 0 else step))
            elif step.type.kql is _K.STRING:
                parts.append(self.emit(step, layer))
            else:
                parts.append(fill("(toInt64({0}) + if({0} < 0, 0, 1))", self.emit(step, layer)))
        if node.extract is None:
            return call("JSONExtractRaw", *parts)
        parts.append(Text(f"'{node.extract}'"))
        return call("JSONExtract", *parts)

    def _scalar_query(self, node: ScalarQuery, _layer: Layer) -> Sql:
        query = self._queries.one_column(node.plan, node.column, first=True)
        texts = node.type.kql in (_K.STRING, _K.GUID) or node.type.form is Form.JSON
        return fill("ifNull({0}, '')", query) if texts else query

    def _in_query(self, node: InQuery, layer: Layer) -> Sql:
        query = self._queries.one_column(node.plan, node.column, first=False)
        pattern = "ifNull({0} GLOBAL IN {1}, false)" if node.value.nullable else "({0} GLOBAL IN {1})"
        return fill(pattern, self.emit(node.value, layer), query)

    def _elementwise(self, node: Elementwise, layer: Layer) -> Sql:
        """The body sees the columns of the layer, and under its own names those of the element."""
        seen: dict[int, Sql] = {number: Alias(number) for number in layer.definitions}
        seen.update(layer.bare)
        seen.update({element.number: Text(f"_e{element.number}") for element, _ in node.elements})
        names: list[Sql] = [seen[element.number] for element, _ in node.elements]
        arrays = [layer.reference(array.number) for _, array in node.elements]
        body = fill("({0}) -> {1}", sequence(names), self.emit(node.body, Layer(None, bare=seen)))
        return fill(node.sql, body, sequence(arrays))


def _index_of(node: Scalar, layer: Layer) -> IndexedColumn | None:
    """Return the column in a place where its text index can answer, or None where it has none or something was done to it."""
    if not layer.reads_table or not isinstance(node, Column) or node.symbol is None or node.symbol.index != "text":
        return None
    bare = layer.bare.get(node.number)
    return IndexedColumn(bare.name) if isinstance(bare, Identifier) else None


_INDEXED = frozenset({"has", "has_any", "has_all", "has_cs"})
_HANDLERS: dict[type, Callable[[ScalarEmitter, Any, Layer], Sql]] = {
    Column: ScalarEmitter._column,  # noqa: SLF001
    Constant: ScalarEmitter._constant,  # noqa: SLF001
    Apply: ScalarEmitter._apply,  # noqa: SLF001
    Path: ScalarEmitter._path,  # noqa: SLF001
    ScalarQuery: ScalarEmitter._scalar_query,  # noqa: SLF001
    InQuery: ScalarEmitter._in_query,  # noqa: SLF001
    Elementwise: ScalarEmitter._elementwise,  # noqa: SLF001
}


def constant(node: Constant) -> Sql:
    """Return the SQL of a constant: numbers as they are, texts as bound values."""
    kind, value = node.type, node.value
    if kind.form is Form.ARRAY:
        return strings([str(item) for item in value]) if isinstance(value, list | tuple) else Text("[]")
    if kind.form is Form.JSON:
        return string(json_text(value))
    return plain_constant(kind.kql, value)


def plain_constant(kind: KqlType, value: object) -> Sql:
    """Return the SQL of a constant of a plain type."""
    if kind in (_K.STRING, _K.GUID):
        return string(str(value))
    if value is None:
        return Text(f"CAST(NULL, '{PHYSICAL[kind].replace(chr(39), chr(92) + chr(39))}')")
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if kind is _K.DATETIME and isinstance(value, int):
        return Text(f"toDateTime64('{format_datetime_sql(value)}', 7, 'UTC')")
    if kind is _K.DECIMAL:
        return fill("toDecimal256({0}, 18)", Bound(str(value), "String"))
    if isinstance(value, int):
        return _whole(kind, value)
    if isinstance(value, float):
        return Text(f"({value!r})" if isfinite(value) else f"toFloat64('{value!r}')")
    return NULL


def _whole(kind: KqlType, value: int) -> Sql:
    if kind is _K.INT:
        return Text(f"toInt32({value})") if -(2**31) <= value < 2**31 else NULL
    if kind is _K.REAL:
        return Text(f"toFloat64({value})")
    if not -(2**63) <= value < 2**63:
        return NULL
    return Text(f"toInt64({value})")
