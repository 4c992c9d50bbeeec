"""The state machine of `scan` as a fold over arrays of rows.

The rows of a partition become arrays of a fixed number of rows each, the arrays one array. A fold over the rows of an array, inside a
fold over the arrays, carries the state: the number of sequences so far, and for each step whether it is active, its sequence, how often
it began, and what is remembered of it and the steps before it. What a row gives comes out in an array beside the rows, so that an
ARRAY JOIN puts both together again. In one fold over all rows the copies of its growing result would cost the square of their number.
"""

from typing import Protocol

from huntline.kql.emit.layer import Layer, Ordering, over
from huntline.kql.emit.scalars import ScalarEmitter, constant, plain_constant
from huntline.kql.plan import Column, Plan, Scalar, Sequences, SequenceStep, SortOrder
from huntline.kql.sql import Alias, Select, Sql, Text, call, fill, sequence
from huntline.kql.types import PHYSICAL, KqlType

_CHUNK = 256
"""Rows of an inner array."""
MOST_ROWS = 1_000_000
"""Rows of a partition that are accepted: the machine takes some tens of microseconds for each."""
_TEXTS = (KqlType.STRING, KqlType.GUID, KqlType.DYNAMIC)


class Emitter(Protocol):
    """Emits the input of the machine."""

    scalars: ScalarEmitter

    def emit(self, node: Plan, needed: set[int]) -> Layer:
        """Return a layer that has the needed columns of a relation."""
        ...

    def wrap(self, layer: Layer, needed: set[int]) -> Layer:
        """Finish a layer and return a new one that reads it."""
        ...

    def order_key(self, key: SortOrder, layer: Layer) -> Sql:
        """Return a key of an ORDER BY inside a window."""
        ...


def emit_sequences(emitter: Emitter, node: Sequences, needed: set[int], used: set[int]) -> Layer:
    """Return the layer of `scan`; `used` are the columns of the input that its conditions and assignments speak of."""
    made = {column.number for column, _ in node.declared}
    made |= {column.number for column in (node.match, node.number, node.step, node.series)}
    keys = [column.number for column in node.partition]
    ordered = {key.key.number for key in node.order if isinstance(key.key, Column)}
    below = (needed - made) | used | set(keys) | ordered
    layer = emitter.wrap(emitter.emit(node.input, below), below)
    fold = _Fold(emitter, node, sorted(used), needed)
    carried = sorted(needed - made)
    groups: Sql = sequence([Alias(number) for number in keys])
    window = _window(emitter, node, layer)
    layer.definitions[node.number.number] = fill("toInt64(row_number() OVER ({0}))", window)
    place = node.number.number
    numbered = layer.close(list(dict.fromkeys((*keys, place, *carried, *sorted(used)))))
    by_group = "SELECT {0}, " if keys else "SELECT "
    chunks = fill(
        f"({by_group}intDiv({{1}} - 1, {_CHUNK}) AS _k, arraySort(_t -> _t.1, groupArray(({{1}}, {{2}}, {{3}}))) AS _rows FROM {{4}} "
        f"GROUP BY {'{0}, ' if keys else ''}_k)",
        groups,
        Alias(place),
        call("tuple", *(Alias(number) for number in (place, *sorted(used)))),
        call("tuple", *(Alias(number) for number in (place, *carried))),
        numbered,
    )
    gathered = fill(
        f"({by_group}arraySort(_t -> _t.1, groupArray((_k, arrayMap(_t -> _t.2, _rows), arrayMap(_t -> _t.3, _rows)))) AS _w, "
        f"arrayMap(_t -> _t.2, _w) AS _seen, arrayMap(_t -> _t.3, _w) AS _chunks FROM {{1}}{' GROUP BY {0}' if keys else ''})",
        groups,
        chunks,
    )
    folded = fill(
        f"({by_group}_chunks, {{1}} AS _found FROM {{2}} WHERE throwIf(length(_chunks) > {MOST_ROWS // _CHUNK}, "
        f"'scan: more than {MOST_ROWS} rows follow each other; bound the time or filter the rows before') = 0)",
        groups,
        fold.sql(),
        gathered,
    )
    opened = fill(f"({by_group}_c, _f FROM {{1}} ARRAY JOIN _chunks AS _c, _found AS _f)", groups, folded)
    rows = fill(f"({by_group}_r, _o FROM {{1}} ARRAY JOIN _c AS _r, _f AS _o)", groups, opened)
    result = Layer(fill("{0} ARRAY JOIN _o AS _m", rows))
    result.bare = {number: Alias(number) for number in keys}
    result.bare.update({number: Text(f"_r.{i + 1}") for i, number in enumerate((place, *carried))})
    result.bare.update({number: Text(f"_m.{i + 1}") for i, number in enumerate(fold.outputs)})
    order = (
        Ordering(node.number.number, descending=False, nulls_first=True),
        Ordering(node.step.number, descending=True, nulls_first=False),
    )
    shown = (needed & set(result.bare)) | {node.number.number, node.step.number}
    select: Select = result.close(sorted(shown))
    return over(select, shown, () if keys else order)


def _window(emitter: Emitter, node: Sequences, layer: Layer) -> Sql:
    parts: list[Sql] = []
    if node.partition:
        columns: list[Sql] = [layer.reference(column.number) for column in node.partition]
        parts.append(sequence(columns, ", ", "PARTITION BY "))
    keys = [emitter.order_key(key, layer) for key in node.order if isinstance(key.key, Column)]
    if keys:
        parts.append(sequence(keys, ", ", "ORDER BY "))
    return sequence(parts, " ")


def _physical(column: Column) -> str:
    return PHYSICAL[column.type.kql]


def _cast(value: Sql, kind: str) -> Sql:
    quoted = kind.replace("'", "\\'")
    return fill(f"CAST({{0}}, '{quoted}')", value)


class _Fold:
    """Builds the fold. `_a` is (state, results) before a row `_r`, `_A` the same before an array of rows `_C`.

    Each part of the expression costs about a microsecond a row, so that what nobody asks for is left out of state and results.
    """

    def __init__(self, emitter: Emitter, node: Sequences, row: list[int], needed: set[int]) -> None:
        self.scalars = emitter.scalars
        self.node = node
        self.steps = node.steps
        self.counts = bool({node.match.number, node.series.number} & needed)
        self.row: dict[int, Sql] = {number: Text(f"_r.{i + 2}") for i, number in enumerate(row)}
        self.defaults = {column.number: default for column, default in node.declared}
        counters = [node.match, node.series] if self.counts else []
        self.shown = [d for d, (column, _) in enumerate(node.declared) if column.number in needed]
        shown = [node.declared[d][0] for d in self.shown]
        self.outputs = [column.number for column in (node.step, *counters, *shown)]
        kinds = ["Int64", *("Int64" for _ in counters), *map(_physical, shown)]
        self.output_type = f"Array(Tuple({', '.join(kinds)}))"
        self.state_types = [self._state_type(k) for k in range(len(self.steps))]
        self.state_type = f"Tuple(Int64, {', '.join(self.state_types)})"

    def _known(self, k: int) -> list[tuple[int, Column, Column]]:
        """Return what the state of a step remembers: of which step, under which column, the value of which."""
        return [(j, column, source) for j in range(k + 1) for column, source in self.steps[j].remembered]

    def _state_type(self, k: int) -> str:
        counters = ["Int64", "Int64"] if self.counts else []
        parts = ["UInt8", *counters, *(_physical(column) for _, column, _ in self._known(k))]
        return f"Tuple({', '.join(parts)})"

    def sql(self) -> Sql:
        """Return the results, an array for each row of each array."""
        results = f"Array({self.output_type})"
        inner = fill(
            "arrayFold((_a, _r) -> {0}, _C, (_A.1, {1}))",
            _cast(call("tuple", self._next(), self._results()), f"Tuple({self.state_type}, {results})"),
            _cast(Text("[]"), results),
        )
        body = fill("(tuple({0} AS _z, (_z.1, arrayPushBack(_A.2, _z.2)))).2", inner)
        return fill(
            "arrayFold((_A, _C) -> {0}, _seen, ({1}, {2})).2",
            _cast(body, f"Tuple({self.state_type}, Array({results}))"),
            _cast(self._first(), self.state_type),
            _cast(Text("[]"), f"Array({results})"),
        )

    def _first(self) -> Sql:
        return call("tuple", Text("0"), *(self._empty(k, Text("0")) for k in range(len(self.steps))))

    def _empty(self, k: int, series: Sql) -> Sql:
        values = [self._default(source) for _, _, source in self._known(k)]
        counters = [Text("0"), series] if self.counts else []
        return call("tuple", Text("0"), *counters, *values)

    def _default(self, source: Column) -> Sql:
        known = self.defaults.get(source.number)
        if known is not None:
            return constant(known)
        return Text("''") if source.type.kql in _TEXTS else plain_constant(source.type.kql, None)

    def _old(self, k: int, part: int) -> Sql:
        return Text(f"_a.1.{k + 2}.{part}")

    def _place(self, k: int, column: Column) -> int:
        numbers = [known.number for _, known, _ in self._known(k)]
        return numbers.index(column.number) + (4 if self.counts else 2)

    def _emit(self, scalar: Scalar, names: dict[int, Sql]) -> Sql:
        return self.scalars.emit(scalar, Layer(None, bare={**self.row, **names}))

    def _condition(self, step: SequenceStep, names: dict[int, Sql]) -> Sql:
        condition = step.condition
        sql = self._emit(condition, names)
        return fill("ifNull({0}, false)", sql) if condition.nullable else sql

    def _promoted(self, k: int) -> dict[int, Sql]:
        """Return what a step sees when the state of the step before it becomes its own."""
        return {
            column.number: self._old(k - 1, self._place(k - 1, column)) if j < k else self._default(source)
            for j, column, source in self._known(k)
        }

    def _own(self, k: int) -> dict[int, Sql]:
        """Return what a step sees in its own state. That of the first step may just have been handed on."""
        if k > 0 or len(self.steps) == 1:
            return {column.number: self._old(k, self._place(k, column)) for _, column, _ in self._known(k)}
        return {
            column.number: fill("if(_b1, {0}, {1})", self._default(source), self._old(0, self._place(0, column)))
            for _, column, source in self._known(0)
        }

    def _begins(self, k: int) -> Sql:
        """Return whether the row leads from the step before into this one (check 1); named `_b<k>`."""
        return fill(f"(({_active(k - 1)} = 1 AND {{0}}) AS _b{k})", self._condition(self.steps[k], self._promoted(k)))

    def _repeats(self, k: int) -> Sql:
        """Return whether the row matches the step again, or begins with it if it is the first (check 2)."""
        condition = self._condition(self.steps[k], self._own(k))
        if k == 0:
            return condition
        handed_on = f" AND NOT _b{k + 1}" if k + 1 < len(self.steps) else ""
        return fill(f"({_active(k)} = 1{handed_on} AND {{0}})", condition)

    def _seen(self, k: int) -> dict[int, Sql]:
        """Return what the assignments of a step that matched see."""
        own = self._own(k)
        if k == 0:
            return own
        promoted = self._promoted(k)
        return {number: fill(f"if(_b{k}, {{0}}, {{1}})", promoted[number], own[number]) for number in own}

    def _next(self) -> Sql:
        """Return the state after the row, with the names of what happened at each step, from the last to the first."""
        last = len(self.steps) - 1
        happened: list[Sql] = []
        for k in range(last, -1, -1):
            if k > 0:
                happened.append(self._begins(k))
            matched = fill(f"({{0}} AS _m{k})", self._repeats(k))
            if k > 0:
                matched = fill(f"((_b{k} OR {{0}}) AS _m{k})", self._repeats(k))
            happened.append(matched)
            seen = self._seen(k)
            for d, (column, _) in enumerate(self.node.declared):
                value = self._emit(self.steps[k].assignments[d], seen)
                happened.append(fill(f"({{0}} AS _v{k}_{d})", _cast(value, _physical(column))))
        states = [self._after(k) for k in range(last + 1)]
        state = call("tuple", Text(f"(_a.1.1 + toInt64(_m0 AND {self._fresh()}))" if self.counts else "0"), *states)
        return fill(f"tuple({{0}}, {{1}}).{len(happened) + 1}", sequence(happened), state)

    def _after(self, k: int) -> Sql:
        """Return the state of a step after the row."""
        last = len(self.steps) - 1
        seen = self._seen(k)
        declared = {column.number: d for d, (column, _) in enumerate(self.node.declared)}
        values: list[Sql] = []
        for j, column, source in self._known(k):
            if j < k:
                values.append(seen[column.number])
            elif source.number in declared:
                values.append(Text(f"_v{k}_{declared[source.number]}"))
            else:
                values.append(self.row[source.number])
        matched = call("tuple", Text("1"), *self._counters(k), *values)
        if k == last:
            return fill(f"if(_m{k}, {{0}}, _a.1.{k + 2})", matched)
        cleared = self._empty(k, self._old(k, 3) if self.counts else Text("0"))
        return fill(f"multiIf(_m{k}, {{0}}, _b{k + 1}, {{1}}, _a.1.{k + 2})", matched, cleared)

    def _fresh(self) -> str:
        """Return whether a match of the first step would begin a sequence."""
        return "(_a.1.2.1 = 0" + (" OR _b1)" if len(self.steps) > 1 else ")")

    def _counters(self, k: int) -> list[Sql]:
        """Return the sequence of a step that matched, and how often it began, where they are asked for."""
        if not self.counts:
            return []
        if k == 0:
            fresh = self._fresh()
            return [Text(f"if({fresh}, _a.1.1, _a.1.2.2)"), Text(f"(_a.1.2.3 + toInt64({fresh}))")]
        found = fill(f"if(_b{k}, {{0}}, {{1}})", self._old(k - 1, 2), self._old(k, 2))
        return [found, Text(f"(_a.1.{k + 2}.3 + toInt64(_b{k}))")]

    def _results(self) -> Sql:
        """Return the results with those of the row behind them."""
        found: list[Sql] = []
        for k in range(len(self.steps) - 1, -1, -1):
            if self.steps[k].output == "none":
                continue
            values: list[Sql] = [Text(f"_v{k}_{d}") for d in self.shown]
            one = call("tuple", Text(str(k + 1)), *self._counters(k), *values)
            found.append(fill(f"if(_m{k}, [{{0}}], [])", one))
        row = call("arrayConcat", *found) if found else _cast(Text("[]"), self.output_type)
        return fill("arrayPushBack(_a.2, {0})", row)


def _active(k: int) -> str:
    """Return whether a step is active, before the row."""
    return f"_a.1.{k + 2}.1"
