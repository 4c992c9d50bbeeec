"""top-nested and top-hitters: the values that come out on top, level by level."""

from dataclasses import dataclass, replace

from huntline.kql import syntax
from huntline.kql.binder.naming import NameMaker, implied_name
from huntline.kql.binder.operators import again, bind_operators, operator, row_count, row_of
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.state import Partition, Relation, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert, to_strict_json
from huntline.kql.plan import (
    Aggregate,
    Column,
    Concat,
    Constant,
    Extend,
    Filter,
    Join,
    Plan,
    Scalar,
    Sort,
    SortOrder,
    Windowed,
)
from huntline.kql.sql import template
from huntline.kql.types import BOOL, LONG, PLAIN, STRING, KqlType

_K = KqlType
_TEXTS = (_K.STRING, _K.GUID, _K.DYNAMIC)


@operator(syntax.TopHitters)
def _top_hitters(state: State, relation: Relation, node: syntax.TopHitters) -> Relation:
    """The values that occur most often, or weigh most; counted, not estimated."""
    start, end = node.start, node.end
    if node.weight is None:
        name = f"approximate_count_{_name_of(node.expression)}"
        total = syntax.Call(start, end, "count", ())
    else:
        name = f"approximate_sum_{implied_name(node.weight) or ''}"
        total = syntax.Call(start, end, "sum", (node.weight,))
    aggregate = syntax.NamedExpression(start, end, (name,), total)
    by = syntax.NamedExpression(start, end, (), syntax.Name(start, end, name))
    key = syntax.SortKey(start, end, by, descending=True, nulls_first=None)
    summarize = syntax.Summarize(start, end, (aggregate,), (node.expression,))
    return bind_operators(state, relation, (summarize, syntax.Top(start, end, node.count, (key,))))


def _name_of(item: syntax.NamedExpression) -> str:
    return item.names[0] if item.names else implied_name(item.expression) or ""


@operator(syntax.TopNested)
def _top_nested(state: State, relation: Relation, node: syntax.TopNested) -> Relation:
    if relation.partition is None:
        return _Hierarchy(state, relation, node.levels).bind()
    if relation.partition.kept:
        raise Failure("in_subquery", node.start, node.end)
    # The subtables are a level of their own, in front of the others and without a number.
    start, end = node.start, node.end
    key = syntax.NamedExpression(start, end, (), syntax.Name(start, end, _SUBTABLE))
    count = syntax.NamedExpression(start, end, (), syntax.Call(start, end, "count", ()))
    level = syntax.TopNestedLevel(start, end, None, key, None, count, descending=True)
    rows = replace(relation, fields={**relation.fields, _SUBTABLE: relation.partition.row})
    found = _Hierarchy(state, rows, (level, *node.levels)).bind()
    (_, row), _, *fields = found.fields.items()
    return Relation(found.plan, dict(fields), None, Partition(row, {}))


_SUBTABLE = "$subtable"


@dataclass(slots=True)
class _Groups:
    """Rows of groups: texts that tell them apart, one for each level so far, and of the last level its value and aggregate."""

    plan: Plan
    texts: list[Column]
    value: Column
    aggregate: Column


class _Hierarchy:
    """Binds one top-nested.

    A row is on top at a level if it is so at all levels before, and its value is among the first there. A row that is not falls to the
    `others` of that level and of those behind it; without any it is left out.
    """

    def __init__(self, state: State, relation: Relation, levels: tuple[syntax.TopNestedLevel, ...]) -> None:
        self.state = state
        self.levels = levels
        self.counts = [None if level.count is None else row_count(state, level.count, "top-nested") for level in levels]
        row = row_of(relation, "top-nested")
        definitions: list[tuple[Column, Scalar]] = []
        self.columns = dict(relation.fields)
        self.names: list[tuple[str, str]] = []
        maker = NameMaker()
        for i, level in enumerate(levels):
            key = bind_scalar(state, level.expression.expression, row)
            plain = convert(key, PLAIN[key.type.kql]) or key
            value, text = state.column_like(plain), state.column(STRING, nullable=False)
            definitions += [(value, plain), (text, to_strict_json(plain))]
            self.columns |= {f"$value{i}": value, f"$text{i}": text}
            name = maker.unique(_name_of(level.expression) or f"Column{i + 1}")
            label = level.aggregate.names[0] if level.aggregate.names else f"aggregated_{name}"
            self.names.append((name, maker.unique(label)))
        self.rows = Extend(relation.plan, tuple(definitions))

    def _copy(self) -> Relation:
        return again(self.state, Relation(self.rows, self.columns))

    def _aggregate(self, level: int, row: Relation) -> Scalar:
        given = self.levels[level].aggregate
        scalar = bind_scalar(self.state, given.expression, row_of(row, "top-nested", aggregating=True))
        return convert(scalar, PLAIN[scalar.type.kql]) or scalar

    def _within(self, level: int) -> Relation:
        """Return the rows that are on top at all levels before."""
        copy = self._copy()
        if level == 0:
            return copy
        return self._beside(copy, self._groups(level - 1), "leftsemi", level)

    @staticmethod
    def _beside(rows: Relation, groups: _Groups, kind: str, levels: int) -> Relation:
        keys = tuple((rows.fields[f"$text{i}"], groups.texts[i]) for i in range(levels))
        return Relation(Join(kind, rows.plan, groups.plan, keys), rows.fields)

    def _groups(self, level: int) -> _Groups:
        """Return the values that are on top at a level, under those of the levels before."""
        state, rows = self.state, self._within(level)
        state.spend(self.levels[level], 10)
        texts = [rows.fields[f"$text{i}"] for i in range(level + 1)]
        keys = [(state.column(STRING, nullable=False), text) for text in texts]
        value = rows.fields[f"$value{level}"]
        plain = template("any({0})" if value.type.kql in _TEXTS else "anyOrNull({0})")
        same = apply("any", plain, value.type, value, nullable=value.type.kql not in _TEXTS)
        total = self._aggregate(level, rows)
        chosen, aggregate = state.column_like(same), state.column_like(total)
        plan: Plan = Aggregate(rows.plan, tuple(keys), ((chosen, same), (aggregate, total)))
        found = [column for column, _ in keys]
        count = self.counts[level]
        if count is not None:
            descending = self.levels[level].descending
            order = (
                SortOrder(aggregate, descending, nulls_first=not descending),
                SortOrder(found[-1], descending=False, nulls_first=True),
            )
            position = state.column(LONG, nullable=False)
            number = apply("row_number", template("row_number()"), LONG, nullable=False)
            plan = Windowed(plan, ((position, number),), tuple(found[:-1]), order, "")
            plan = Filter(plan, apply("<=", template(f"({{0}} <= {count})"), BOOL, position, nullable=False))
        return _Groups(plan, found, chosen, aggregate)

    def _prefix(self, levels: int) -> tuple[Plan, list[Column], list[Column]]:
        """Return the values on top at the first levels beside each other: texts, and value and aggregate of each level."""
        first = self._groups(0)
        plan, texts, shown = first.plan, first.texts, [first.value, first.aggregate]
        for level in range(1, levels):
            groups = self._groups(level)
            keys = tuple(zip(texts, groups.texts[:-1], strict=True))
            plan, texts = Join("inner", plan, groups.plan, keys), groups.texts
            shown += [groups.value, groups.aggregate]
        return plan, texts, shown

    def bind(self) -> Relation:
        """Return the rows of all levels."""
        depth = len(self.levels)
        plan, _, shown = self._prefix(depth)
        branches: list[tuple[Plan, tuple[Scalar, ...]]] = [(plan, tuple(shown))]
        branches += [
            self._others(level, shown)
            for level in range(depth)
            if self.counts[level] is not None and any(item.others is not None for item in self.levels[level:])
        ]
        fields: dict[str, Column] = {}
        columns: list[Column] = []
        for i, column in enumerate(shown):
            known = self.state.column(column.type, nullable=column.type.kql not in _TEXTS)
            columns.append(known)
            fields[self.names[i // 2][i % 2]] = known
        if depth == 1:
            order = (SortOrder(columns[1], self.levels[0].descending, nulls_first=not self.levels[0].descending),)
            return Relation(Sort(Concat(tuple(columns), tuple(branches)), order), fields, order)
        return Relation(Concat(tuple(columns), tuple(branches)), fields)

    def _others(self, level: int, shown: list[Column]) -> tuple[Plan, tuple[Scalar, ...]]:
        """Return the rows of what is on top before a level and not at it."""
        state = self.state
        rows = self._beside(self._within(level), self._groups(level), "leftanti", level + 1)
        keys = [(state.column(STRING, nullable=False), rows.fields[f"$text{i}"]) for i in range(level)]
        number = state.column(LONG, nullable=False)
        aggregates: list[tuple[Column, Scalar]] = [
            (number, apply("count", template("toInt64(count())"), LONG, nullable=False))
        ]
        values: list[Scalar] = []
        for i in range(level, len(self.levels)):
            value, aggregate = shown[2 * i], shown[2 * i + 1]
            others = self.levels[i].others
            if others is None:
                values += [_missing(value), _missing(aggregate)]
                continue
            total = self._aggregate(i, rows)
            column = state.column_like(total)
            aggregates.append((column, total))
            values += [self._constant(others, value), column]
        plan: Plan = Aggregate(rows.plan, tuple(keys), tuple(aggregates))
        plan = Filter(plan, apply(">", template("({0} > 0)"), BOOL, number, nullable=False))
        if level == 0:
            return plan, tuple(values)
        prefix, texts, before = self._prefix(level)
        pairs = tuple(zip((column for column, _ in keys), texts, strict=True))
        return Join("inner", plan, prefix, pairs), (*before, *values)

    def _constant(self, node: syntax.Expression, value: Column) -> Scalar:
        found = self.state.bind_scalar(node, row_of(Relation(self.rows, {}), "top-nested"))
        converted = convert(found, value.type)
        if not isinstance(found, Constant) or converted is None:
            reason = f"the value of 'others' must be a constant of type {value.type.kql}"
            raise Failure("invalid_value", node.start, node.end, operator="top-nested", reason=reason)
        return converted


def _missing(column: Column) -> Scalar:
    return Constant(column.type, "" if column.type.kql in (_K.STRING, _K.GUID) else None)
