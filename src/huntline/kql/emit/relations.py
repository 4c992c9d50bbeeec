"""Relations of the plan to SELECTs.

Columns that nobody needs are never asked for: what is needed goes down with the recursion, layers come back up.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from huntline.kql.emit.branches import UNPACKED, has_many_gaps, pack, unpack
from huntline.kql.emit.graphs import emit_components, emit_paths
from huntline.kql.emit.layer import Layer, Ordering, over
from huntline.kql.emit.scalars import ScalarEmitter, plain_constant
from huntline.kql.emit.sequences import emit_sequences
from huntline.kql.functions.conversions import json_text
from huntline.kql.literals import datetime_ticks, format_datetime_sql
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
    Inline,
    InQuery,
    Join,
    Limit,
    Number,
    Path,
    Paths,
    Plan,
    Scalar,
    Scan,
    Sequences,
    Sort,
    SortOrder,
    Windowed,
)
from huntline.kql.sql import (
    Alias,
    Identifier,
    Select,
    Sequenced,
    Sql,
    Template,
    Text,
    call,
    fill,
    sequence,
    string,
    strings,
)
from huntline.kql.types import PHYSICAL, Form, KqlType, ValueType

_K = KqlType
_HEAVY = 400
"""From how many parts an expression, with the definitions it names, gets a SELECT of its own."""
_PART = 20
"""The length of a part of SQL text."""


def columns_of(node: Scalar, found: set[int]) -> None:
    """Add the numbers of the columns that a scalar refers to."""
    if isinstance(node, Column):
        found.add(node.number)
    elif isinstance(node, Apply):
        for argument in node.arguments:
            columns_of(argument, found)
    elif isinstance(node, Path):
        columns_of(node.base, found)
        for step in node.steps:
            if not isinstance(step, str | int):
                columns_of(step, found)
    elif isinstance(node, InQuery):
        columns_of(node.value, found)
    elif isinstance(node, Elementwise):
        inside: set[int] = set()
        columns_of(node.body, inside)
        found |= inside - {element.number for element, _ in node.elements}
        found |= {array.number for _, array in node.elements}


def needs(nodes: Iterable[Scalar]) -> set[int]:
    """Return the numbers of the columns that scalars refer to."""
    found: set[int] = set()
    for node in nodes:
        columns_of(node, found)
    return found


def weigh(node: Scalar, weights: dict[int, int]) -> int:
    """Return how many parts a scalar has once the definitions that it names are put in place.

    A part is about a name or an operator: the geometry of the sphere has functions of a thousand.
    """
    if isinstance(node, Column):
        return weights.get(node.number, 1)
    if isinstance(node, Apply):
        own = len(node.sql.text) // _PART if isinstance(node.sql, Template) else 0
        return 1 + own + sum(weigh(argument, weights) for argument in node.arguments)
    if isinstance(node, Path):
        return 1 + weigh(node.base, weights)
    return 2


class RelationEmitter:
    """Emits relations."""

    def __init__(self) -> None:
        self.scalars = ScalarEmitter(self)

    def emit(self, node: Plan, needed: set[int]) -> Layer:
        """Return a layer that has the needed columns of a relation."""
        return _HANDLERS[type(node)](self, node, needed)

    def one_column(self, plan: Plan, column: Column, *, first: bool) -> Sql:
        """Return the SELECT of a column, of its first row only where `first` is set."""
        layer = self.emit(plan, {column.number})
        if first:
            if layer.closed:
                layer = self._wrap(layer, {column.number})
            layer.limit = 1
        return layer.close([column.number])

    def final(self, plan: Plan, outputs: list[tuple[Column, Callable[[Sql], Sql]]]) -> Select:
        """Return the outermost SELECT: each column under the form that the caller of the query expects."""
        needed = {column.number for column, _ in outputs}
        layer = self.emit(plan, needed)
        if layer.group is not None or layer.having:
            layer = self._wrap(layer, needed)
        columns = [(shape(layer.reference(column.number)), None) for column, shape in outputs]
        return layer.select(columns, layer.definitions)

    def _wrap(self, layer: Layer, needed: set[int]) -> Layer:
        """Finish a layer and return a new one that reads it."""
        order = layer.order
        wanted = needed | {key.number for key in order}
        shown = {number for number in wanted if number in layer.bare or number in layer.definitions}
        if layer.limit is None:
            layer.order = ()
        select = layer.close(sorted(shown))
        return over(select, shown, order)

    def _open(self, layer: Layer, needed: set[int]) -> Layer:
        """Return a layer whose rows are final as far as WHERE is concerned."""
        return self._wrap(layer, needed) if layer.closed or layer.group is not None else layer

    def _scan(self, node: Scan, _needed: set[int]) -> Layer:
        database, table = node.table.physical
        parts: list[Sql] = [Identifier(table)] if database is None else [Identifier(database), Identifier(table)]
        layer = Layer(sequence(parts, "."), reads_table=True)
        for column in node.columns:
            if column.symbol is not None:
                layer.bare[column.number] = Identifier(column.symbol.name)
        tenants = tuple(node.scope.tenant_ids)
        tenant = Identifier(node.table.tenant_column)
        layer.where.append(
            fill("{0} = {1}", tenant, string(tenants[0]))
            if len(tenants) == 1
            else fill("{0} IN {1}", tenant, strings(tenants))
        )
        if node.window is not None and node.table.time_column is not None:
            time = Identifier(node.table.time_column)
            start, end = (_moment(datetime_ticks(moment)) for moment in (node.window.start, node.window.end))
            layer.where.extend((fill("{0} >= {1}", time, start), fill("{0} < {1}", time, end)))
        return layer

    def _inline(self, node: Inline, needed: set[int]) -> Layer:
        if not node.columns:
            return Layer(None if node.rows == 1 else Sequenced("numbers(", (Text(str(node.rows)),), "", ")"))
        arrays: list[Sql] = []
        layer = Layer(None)
        for column, values in zip(node.columns, node.values, strict=True):
            if column.number not in needed and arrays:
                continue
            arrays.append(_array(column.type, values))
            layer.bare[column.number] = _row_value(column.type, len(arrays))
        zipped = fill("(SELECT arrayJoin({0}) AS _r)", call("arrayZip", *arrays))
        layer.source = zipped
        return layer

    def _counting(self, node: Counting, _needed: set[int]) -> Layer:
        empty = Layer(None)
        low, high, step = (self.scalars.emit(item, empty) for item in (node.low, node.high, node.step))
        bounds = (node.low, node.high, node.step)
        kind = node.column.type.kql
        if kind is _K.DATETIME:
            low, high = fill("reinterpret({0}, 'Int64')", low), fill("reinterpret({0}, 'Int64')", high)
        if all(isinstance(bound, Constant) for bound in bounds):
            count: Sql = Text(f"numbers({_row_count(bounds)})")
        else:
            steps = fill("toUInt64(greatest(0, floor(({1} - {0}) / {2}) + 1))", low, high, step)
            count = fill("(SELECT arrayJoin(range({0})) AS number)", steps)
        value = fill("({0} + toInt64(number) * {1})", low, step)
        if kind is _K.DATETIME:
            value = fill("reinterpret({0}, 'DateTime64(7, \\'UTC\\')')", value)
        number = node.column.number
        layer = Layer(count, definitions={number: value})
        return self._wrap(layer, {number})

    def _filter(self, node: Filter, needed: set[int]) -> Layer:
        below = needed | needs((node.predicate,))
        layer = self.emit(node.input, below)
        if layer.closed or layer.group is not None:
            layer = self._wrap(layer, below)
        if weigh(node.predicate, layer.weights) > _HEAVY and layer.weights:
            layer = self._wrap(layer, below)
        layer.where.append(self.scalars.condition(node.predicate, layer))
        return layer

    def _extend(self, node: Extend, needed: set[int]) -> Layer:
        definitions = [(column, scalar) for column, scalar in node.definitions if column.number in needed]
        below = (needed - {column.number for column, _ in node.definitions}) | needs(
            scalar for _, scalar in definitions
        )
        layer = self.emit(node.input, below)
        if not definitions:
            return layer
        if layer.group is not None or any(weigh(scalar, layer.weights) > _HEAVY for _, scalar in definitions):
            layer = self._wrap(layer, below)
        emitted = [(column, scalar, self.scalars.emit(scalar, layer)) for column, scalar in definitions]
        for column, scalar, sql in emitted:
            layer.definitions[column.number] = sql
            layer.weights[column.number] = weigh(scalar, layer.weights)
        return layer

    def _aggregate(self, node: Aggregate, needed: set[int]) -> Layer:
        aggregates = [(column, scalar) for column, scalar in node.aggregates if column.number in needed]
        below = needs(scalar for _, scalar in (*node.keys, *aggregates))
        layer = self.emit(node.input, below)
        if layer.closed or layer.group is not None:
            layer = self._wrap(layer, below)
        layer.order = ()
        keys = [(column, self.scalars.emit(scalar, layer)) for column, scalar in node.keys]
        values = [(column, self.scalars.emit(scalar, layer)) for column, scalar in aggregates]
        layer.group = tuple(sql for _, sql in keys)
        layer.definitions.update({column.number: sql for column, sql in (*keys, *values)})
        layer.reads_table = False
        if not needed:
            # Nobody asks for a column, but the number of rows still depends on the grouping.
            layer.definitions[0] = Text("count()")
            return over(layer.close([0]), [0])
        return layer

    def _join(self, node: Join, needed: set[int]) -> Layer:
        keys = node.keys
        left = self._side(node.left, needed, {key.number for key, _ in keys})
        right = self._side(node.right, needed, {key.number for _, key in keys})
        conditions = [fill("{0} = {1}", Alias(first.number), Alias(second.number)) for first, second in keys]
        source = fill(
            f"{{0}} AS _l {_JOINS[node.kind]} JOIN {{1}} AS _r ON {{2}}",
            left[0],
            right[0],
            sequence(conditions, " AND "),
        )
        return over(source, left[1] | right[1])

    def _side(self, plan: Plan, needed: set[int], keys: set[int]) -> tuple[Sql, set[int]]:
        layer = self.emit(plan, needed | keys)
        shown = {number for number in needed | keys if number in layer.bare or number in layer.definitions}
        if layer.limit is None:
            layer.order = ()
        return layer.close(sorted(shown)), shown

    def _first_of_key(self, node: FirstOfKey, needed: set[int]) -> Layer:
        keys = [key.number for key in node.keys]
        layer = self.emit(node.input, needed | set(keys))
        available = {number for number in needed | set(keys) if number in layer.bare or number in layer.definitions}
        layer.order = layer.order if layer.limit is not None else ()
        others = sorted(available - set(keys))
        source = fill("{0} AS _s", layer.close(sorted(available)))
        inner = [_qualified(number) for number in others]
        outer = Layer(source, bare={key: Alias(key) for key in keys}, group=tuple(Alias(key) for key in keys))
        for position, number in enumerate(others):
            whole = call("tuple", *inner)
            # The hash of a tuple is never NULL, as that of its values would be: argMin passes over rows whose order is NULL.
            row = fill("argMin({0}, cityHash64({0}))", whole)
            outer.definitions[number] = fill(f"{{0}}.{position + 1}", row)
        return self._wrap(outer, available)

    def _concat(self, node: Concat, needed: set[int]) -> Layer:
        shown = [i for i, column in enumerate(node.columns) if column.number in needed]
        columns = [node.columns[i] for i in shown]
        values = [[given[i] for i in shown] for _, given in node.inputs]
        layers = [self._branch(plan, chosen) for (plan, _), chosen in zip(node.inputs, values, strict=True)]
        emitted = [
            [self.scalars.emit(value, layer) for value in chosen] for layer, chosen in zip(layers, values, strict=True)
        ]
        numbers = [column.number for column in columns]
        packed = has_many_gaps(columns, values)
        selected = pack(columns, values, emitted) if packed else [_named(numbers, texts) for texts in emitted]
        branches = [layer.select(chosen, layer.definitions) for layer, chosen in zip(layers, selected, strict=True)]
        union = sequence(branches, " UNION ALL ", "(", ")")
        if not packed:
            return over(union, numbers)
        return self._wrap(Layer(fill(UNPACKED, union), bare=unpack(columns, values)), set(numbers))

    def _branch(self, plan: Plan, values: list[Scalar]) -> Layer:
        layer = self.emit(plan, needs(values))
        if layer.group is not None:
            layer = self._wrap(layer, needs(values))
        if layer.limit is None:
            layer.order = ()
        return layer

    def _sort(self, node: Sort, needed: set[int]) -> Layer:
        keys = [key for key in node.keys if isinstance(key.key, Column)]
        below = needed | needs(key.key for key in keys)
        layer = self.emit(node.input, below)
        if layer.closed or layer.group is not None:
            layer = self._wrap(layer, below)
        layer.order = tuple(
            Ordering(key.key.number, key.descending, key.nulls_first) for key in keys if isinstance(key.key, Column)
        )
        return layer

    def _limit(self, node: Limit, needed: set[int]) -> Layer:
        layer = self.emit(node.input, needed)
        if layer.closed:
            layer = self._wrap(layer, needed)
        layer.limit = node.count
        return layer

    def _expand(self, node: Expand, needed: set[int]) -> Layer:
        below = (needed - {column.number for column, _ in node.arrays}) | needs(scalar for _, scalar in node.arrays)
        if node.index is not None:
            below.discard(node.index.number)
        layer = self.emit(node.input, below)
        layer = self._wrap(layer, {n for n in below if n in layer.bare or n in layer.definitions})
        arrays = [(column, self.scalars.emit(scalar, layer)) for column, scalar in node.arrays]
        if len(arrays) > 1:
            longest = call("greatest", *(fill("length({0})", sql) for _, sql in arrays))
            arrays = [(column, fill(_RESIZED[_is_text(column.type)], sql, longest)) for column, sql in arrays]
        if node.limit is not None:
            arrays = [(column, fill(f"arraySlice({{0}}, 1, {node.limit})", sql)) for column, sql in arrays]
        parts: list[Sql] = [fill("{0} AS {1}", sql, Alias(column.number)) for column, sql in arrays]
        numbers = [column.number for column, _ in arrays]
        if node.index is not None:
            parts.append(
                fill(
                    "arrayMap(_i -> toInt64(_i) - 1, arrayEnumerate({0})) AS {1}",
                    arrays[0][1],
                    Alias(node.index.number),
                )
            )
            numbers.append(node.index.number)
        source = fill("{0} ARRAY JOIN {1}", layer.source or Text("system.one"), sequence(parts))
        expanded = Layer(source, bare=dict(layer.bare), order=layer.order)
        expanded.bare.update({number: Alias(number) for number in numbers})
        return expanded

    def _number(self, node: Number, needed: set[int]) -> Layer:
        below = needed - {node.column.number}
        layer = self.emit(node.input, below)
        layer = self._wrap(layer, below)
        counted: Sql = Text("toInt64(rowNumberInAllBlocks())")
        if layer.order:
            ordered = [fill(f"{{0}} {_direction(key)}", layer.reference(key.number)) for key in layer.order]
            counted = fill("toInt64(row_number() OVER (ORDER BY {0}) - 1)", sequence(ordered))
        layer.definitions[node.column.number] = counted
        return self._wrap(layer, needed | {node.column.number})

    def _windowed(self, node: Windowed, needed: set[int]) -> Layer:
        definitions = [(column, scalar) for column, scalar in node.definitions if column.number in needed]
        outer = needed - {column.number for column, _ in node.definitions}
        keys = [key.key for key in node.order if isinstance(key.key, Column)]
        below = outer | needs(scalar for _, scalar in definitions) | needs(node.partition) | needs(keys)
        layer = self.emit(node.input, below)
        layer = self._wrap(layer, below)
        window = self._window(node, layer)
        for column, scalar in definitions:
            layer.definitions[column.number] = fill("{0} OVER ({1})", self.scalars.emit(scalar, layer), window)
        return self._wrap(layer, needed)

    def _window(self, node: Windowed, layer: Layer) -> Sql:
        parts: list[Sql] = []
        if node.partition:
            parts.append(sequence([self.scalars.emit(item, layer) for item in node.partition], ", ", "PARTITION BY "))
        keys = [self._order_key(key, layer) for key in node.order]
        if keys:
            parts.append(sequence(keys, ", ", "ORDER BY "))
        if node.frame:
            parts.append(Text(node.frame))
        return sequence(parts, " ")

    def _sequences(self, node: Sequences, needed: set[int]) -> Layer:
        used = needs(scalar for step in node.steps for scalar in (step.condition, *step.assignments))
        remembered = {column.number for step in node.steps for column, _ in step.remembered}
        declared = {column.number for column, _ in node.declared}
        used |= {source.number for step in node.steps for _, source in step.remembered}
        return emit_sequences(self, node, needed, used - remembered - declared)

    def _paths(self, node: Paths, needed: set[int]) -> Layer:
        return emit_paths(self, node, needed)

    def _components(self, node: Components, _needed: set[int]) -> Layer:
        return emit_components(self, node)

    def wrap(self, layer: Layer, needed: set[int]) -> Layer:
        """Finish a layer and return a new one that reads it."""
        return self._wrap(layer, needed)

    def order_key(self, key: SortOrder, layer: Layer) -> Sql:
        """Return a key of an ORDER BY inside a window."""
        return self._order_key(key, layer)

    def _order_key(self, key: SortOrder, layer: Layer) -> Sql:
        return fill(f"{{0}} {_direction(key)}", self.scalars.emit(key.key, layer))


def _named(numbers: list[int], texts: list[Sql]) -> list[tuple[Sql, int | None]]:
    return [(sql, None if sql == Alias(number) else number) for number, sql in zip(numbers, texts, strict=True)]


_JOINS = {
    "inner": "INNER",
    "leftouter": "LEFT",
    "rightouter": "RIGHT",
    "fullouter": "FULL",
    "leftsemi": "LEFT SEMI",
    "leftanti": "LEFT ANTI",
    "rightsemi": "RIGHT SEMI",
    "rightanti": "RIGHT ANTI",
}
_RESIZED = {True: "arrayResize({0}, {1}, '')", False: "arrayResize(arrayMap(_e -> toNullable(_e), {0}), {1}, NULL)"}


def _direction(key: SortOrder | Ordering) -> str:
    return f"{'DESC' if key.descending else 'ASC'} NULLS {'FIRST' if key.nulls_first else 'LAST'}"


def _is_text(kind: ValueType) -> bool:
    return kind.kql in (_K.STRING, _K.GUID) or kind.form is Form.JSON or kind.element in (_K.STRING, _K.GUID)


def _qualified(number: int) -> Sql:
    return Sequenced("_s.", (Alias(number),), "", "")


def _moment(ticks: int) -> Sql:
    return Text(f"toDateTime64('{format_datetime_sql(ticks)}', 7, 'UTC')")


def _row_count(bounds: tuple[Scalar, ...]) -> int:
    low, high, step = (bound.value if isinstance(bound, Constant) else None for bound in bounds)
    if not all(isinstance(value, int | float) for value in (low, high, step)) or not step:
        return 0
    return max(0, int((high - low) // step) + 1)  # type: ignore[operator]


def _array(kind: ValueType, values: tuple[object, ...]) -> Sql:
    """Return the values of a column as one array."""
    if kind.form is Form.JSON:
        return strings([value if isinstance(value, str) and not value else json_text(value) for value in values])
    if kind.kql in (_K.STRING, _K.GUID):
        return strings([str(value) for value in values])
    if kind.kql is _K.DECIMAL:
        texts = strings(["" if value is None else str(value) for value in values])
        return fill("arrayMap(_v -> toDecimal256OrNull(_v, 18), {0})", texts)
    items: list[Sql] = [Text("NULL") if value is None else _item(kind.kql, value) for value in values]
    target = "Nullable(Int64)" if kind.kql is _K.DATETIME else PHYSICAL[kind.kql]
    return sequence(items, ", ", "CAST([", f"], 'Array({target})')")


def _item(kind: KqlType, value: object) -> Sql:
    if kind is _K.DATETIME or (isinstance(value, int) and not isinstance(value, bool)):
        return Text(str(value))
    if isinstance(value, Decimal):
        return Text(str(value))
    return plain_constant(kind, value)


def _row_value(kind: ValueType, position: int) -> Sql:
    value = Text(f"_r.{position}")
    return fill("reinterpret({0}, 'DateTime64(7, \\'UTC\\')')", value) if kind.kql is _K.DATETIME else value


_HANDLERS: dict[type, Callable[[RelationEmitter, Any, set[int]], Layer]] = {
    Scan: RelationEmitter._scan,  # noqa: SLF001
    Inline: RelationEmitter._inline,  # noqa: SLF001
    Counting: RelationEmitter._counting,  # noqa: SLF001
    Filter: RelationEmitter._filter,  # noqa: SLF001
    Extend: RelationEmitter._extend,  # noqa: SLF001
    Aggregate: RelationEmitter._aggregate,  # noqa: SLF001
    Join: RelationEmitter._join,  # noqa: SLF001
    FirstOfKey: RelationEmitter._first_of_key,  # noqa: SLF001
    Concat: RelationEmitter._concat,  # noqa: SLF001
    Sort: RelationEmitter._sort,  # noqa: SLF001
    Limit: RelationEmitter._limit,  # noqa: SLF001
    Expand: RelationEmitter._expand,  # noqa: SLF001
    Number: RelationEmitter._number,  # noqa: SLF001
    Windowed: RelationEmitter._windowed,  # noqa: SLF001
    Sequences: RelationEmitter._sequences,  # noqa: SLF001
    Paths: RelationEmitter._paths,  # noqa: SLF001
    Components: RelationEmitter._components,  # noqa: SLF001
}
