"""scan: a state machine over rows in an order.

What does not speak of the state is computed before the machine starts, as ordinary columns: the machine itself walks row by row. Rows
that can match no step, whatever the state, do not reach it.
"""

from collections.abc import Mapping
from dataclasses import replace

from huntline.kql import patterns, syntax
from huntline.kql.binder.combination import option
from huntline.kql.binder.operators import bind_operators, known_column, operator, row_of, with_windows
from huntline.kql.binder.scalars import bind_condition
from huntline.kql.binder.state import Element, Relation, Row, State
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.functions.operators import logical
from huntline.kql.plan import (
    Apply,
    Column,
    Constant,
    Counting,
    Extend,
    Filter,
    Inline,
    Number,
    Path,
    Plan,
    Scalar,
    Sequences,
    SequenceStep,
    SortOrder,
    Windowed,
)
from huntline.kql.sql import template
from huntline.kql.traversal import scans, transform
from huntline.kql.types import BOOL, LONG, PLAIN, STRING, KqlType, ValueType

_K = KqlType
_TEXTS = (_K.STRING, _K.GUID, _K.DYNAMIC)
_MOST_STEPS = 16


@operator(patterns.Scan)
def _scan(state: State, relation: Relation, node: patterns.Scan) -> Relation:
    relation = _in_order(state, relation, node)
    machine = _Machine(state, relation, node)
    rows, steps = machine.bind()
    match, number, step, series = (state.column(LONG, nullable=False) for _ in range(4))
    partition = tuple(known_column(relation, item, "scan") for item in node.partition)
    if relation.partition is not None:
        partition = (relation.partition.row, *partition)
    found = Sequences(
        rows,
        relation.order or (),
        partition,
        tuple(machine.declared.values()),
        match=match,
        number=number,
        step=step,
        series=series,
        steps=steps,
    )
    plan: Plan = _last_of_series(state, found) if any(item.output == "last" for item in steps) else found
    fields = dict(relation.fields) | {name: column for name, (column, _) in machine.declared.items()}
    plan, fields = _with_labels(state, plan, fields, node, found)
    order = (SortOrder(number, descending=False, nulls_first=True), SortOrder(step, descending=True, nulls_first=False))
    return Relation(plan, fields, order)


def _with_labels(
    state: State, plan: Plan, fields: dict[str, Column], node: patterns.Scan, found: Sequences
) -> tuple[Plan, dict[str, Column]]:
    """Return the plan with the number of the match and the name of the step, where they are asked for."""
    chosen = option(node.options, "with_match_id")
    if chosen is not None:
        _refuse_taken(fields, chosen.value, chosen.start, chosen.end)
        fields[chosen.value] = found.match
    chosen = option(node.options, "with_step_name")
    if chosen is not None:
        _refuse_taken(fields, chosen.value, chosen.start, chosen.end)
        names = [Constant(STRING, item.name) for item in node.steps]
        holes = ", ".join(f"{{{i + 1}}}" for i in range(len(names)))
        name = apply(
            "step_name", template(f"arrayElement([{holes}], {{0}})"), STRING, found.step, *names, nullable=False
        )
        fields[chosen.value] = state.column_like(name)
        plan = Extend(plan, ((fields[chosen.value], name),))
    return plan, fields


def _refuse_taken(fields: Mapping[str, Column], name: str, start: int, end: int) -> None:
    if name in fields:
        raise Failure("duplicate_column", start, end, operator="scan", name=name)


def _in_order(state: State, relation: Relation, node: patterns.Scan) -> Relation:
    """Return the rows in an order that is known; rows that stand in the query have one."""
    if node.order:
        sort = syntax.Sort(node.start, node.end, node.order)
        relation = replace(bind_operators(state, relation, (sort,)), partition=relation.partition)
    if relation.order is not None:
        return relation
    if relation.partition is None and isinstance(_origin(relation.plan), Inline | Counting):
        position = state.column(LONG, nullable=False)
        order = (SortOrder(position, descending=False, nulls_first=True),)
        return Relation(Number(relation.plan, position), relation.fields, order)
    raise Failure("scan_order", node.start, node.start + len("scan"))


def _origin(plan: Plan) -> Plan:
    while isinstance(plan, Extend | Filter):
        plan = plan.input
    return plan if not any(scans(plan)) else Filter(plan, Constant(BOOL, value=True))


def _last_of_series(state: State, plan: Sequences) -> Plan:
    """Return the rows without those that a step with `output=last` matched before the last of a series."""
    position = state.column(LONG, nullable=False)
    number = apply("row_number", template("row_number()"), LONG, nullable=False)
    partition = (*plan.partition, plan.step, plan.series)
    order = (SortOrder(plan.number, descending=True, nulls_first=False),)
    numbered = Windowed(plan, ((position, number),), partition, order, "")
    places = ", ".join(str(i + 1) for i, item in enumerate(plan.steps) if item.output == "last")
    kept = apply("last", template(f"({{0}} = 1 OR {{1}} NOT IN ({places}))"), BOOL, position, plan.step, nullable=False)
    return Filter(numbered, kept)


class _Machine:
    """Binds the steps of one scan."""

    def __init__(self, state: State, relation: Relation, node: patterns.Scan) -> None:
        self.state = state
        self.relation = relation
        self.node = node
        self.declared: dict[str, tuple[Column, Constant]] = {}
        self.remembered: dict[str, dict[str, tuple[Column, Column]]] = {}
        self.before: list[tuple[Column, Scalar]] = []
        self._state_numbers: set[int] = set()
        self._row = row_of(relation, "scan")

    def bind(self) -> tuple[Plan, tuple[SequenceStep, ...]]:
        """Return the rows that the machine reads, and its steps."""
        if len(self.node.steps) > _MOST_STEPS:
            last = self.node.steps[-1]
            reason = f"it has {len(self.node.steps)} steps; at most {_MOST_STEPS} are accepted"
            raise Failure("invalid_value", last.start, last.end, operator="scan", reason=reason)
        self._declare()
        bound: list[tuple[patterns.Step, Scalar, tuple[Scalar, ...]]] = []
        for step in self.node.steps:
            if step.name in self.remembered:
                raise Failure("duplicate_name", step.start, step.end, name=step.name)
            self.remembered[step.name] = {}
            row = self._row_of_step()
            bound.append((step, bind_condition(self.state, step.condition, row), self._assignments(step, row)))
        plan = with_windows(self.relation, self._row)
        needed = self._possible([condition for _, condition, _ in bound])
        if needed is not None:
            plan = Filter(plan, needed)
        steps = tuple(
            SequenceStep(
                step.name,
                step.output,
                self._hoisted(condition),
                tuple(self._hoisted(value) for value in values),
                tuple(self.remembered[step.name].values()),
            )
            for step, condition, values in bound
        )
        return (Extend(plan, tuple(self.before)) if self.before else plan), steps

    def _declare(self) -> None:
        row = Row({}, "scan")
        for item in self.node.declared:
            name, kind = item.column.name, PLAIN[item.column.type]
            _refuse_taken({**self.relation.fields, **dict.fromkeys(self.declared)}, name, item.start, item.end)  # type: ignore[dict-item]
            default = Constant(kind, "" if kind.kql in (_K.STRING, _K.GUID) else None)
            if item.default is not None:
                value = convert(self.state.bind_scalar(item.default, row), kind)
                if not isinstance(value, Constant):
                    place = item.default
                    reason = f"the default of '{name}' must be a constant of type {kind.kql}"
                    raise Failure("invalid_value", place.start, place.end, operator="scan", reason=reason)
                default = value
            self.declared[name] = (self.state.column(kind, nullable=kind.kql not in _TEXTS), default)

    def _row_of_step(self) -> Row:
        """Return what an expression of the step that was entered last may refer to: the row, and the steps up to itself."""
        elements: dict[str, Element] = {}
        for name in self.remembered:
            elements[name] = self._element(name)
        return replace(self._row, elements=elements)

    def _element(self, step: str) -> Element:
        def value(member: syntax.Member) -> Scalar:
            known = self.remembered[step]
            if member.name not in known:
                source = self._source(member)
                column = self.state.column(PLAIN[source.type.kql], nullable=source.type.kql not in _TEXTS)
                self._state_numbers.add(column.number)
                known[member.name] = (column, source)
            return known[member.name][0]

        return value

    def _source(self, member: syntax.Member) -> Column:
        """Return the column that a step remembers under a name, in its plain form."""
        if member.name in self.declared:
            return self.declared[member.name][0]
        column = self.relation.fields.get(member.name)
        if column is None:
            candidates = [*self.relation.fields, *self.declared]
            raise Failure(
                "unresolved_column",
                member.start,
                member.end,
                operator="scan",
                name=member.name,
                replacement=nearest(member.name, candidates),
            )
        if column.type == PLAIN[column.type.kql]:
            return column
        return self._before(convert(column, PLAIN[column.type.kql]) or column)

    def _assignments(self, step: patterns.Step, row: Row) -> tuple[Scalar, ...]:
        given: dict[str, Scalar] = {}
        for item in step.assignments:
            if item.column not in self.declared:
                raise Failure(
                    "unresolved_column",
                    item.start,
                    item.start + len(item.column),
                    operator="scan",
                    name=item.column,
                    replacement=nearest(item.column, self.declared),
                )
            kind: ValueType = self.declared[item.column][0].type
            scalar = self.state.bind_scalar(item.value, row)
            value = convert(scalar, kind)
            if value is None or (scalar.type.kql is _K.STRING and kind.kql not in (_K.STRING, _K.DYNAMIC, _K.GUID)):
                place = item.value
                raise Failure("cannot_compare", place.start, place.end, left=kind.kql, right=scalar.type.kql)
            given[item.column] = value
        return tuple(given.get(name, default) for name, (_, default) in self.declared.items())

    def _possible(self, conditions: list[Scalar]) -> Scalar | None:
        """Return a condition over the row alone that every row that matches a step meets; None where there is none."""
        parts: list[Scalar] = []
        for condition in conditions:
            operands = condition.arguments if isinstance(condition, Apply) and condition.name == "and" else (condition,)
            free = [item for item in operands if not self._speaks_of_state(item)]
            if not free or any(isinstance(item, Constant) for item in free):
                return None
            parts.append(logical("and", free))
        return logical("or", parts)

    def _speaks_of_state(self, scalar: Scalar) -> bool:
        found = False

        def visit(node: Scalar) -> Scalar:
            nonlocal found
            found = found or (isinstance(node, Column) and node.number in self._state_numbers)
            return node

        transform(scalar, visit)
        return found

    def _hoisted(self, scalar: Scalar) -> Scalar:
        """Return the scalar with what does not speak of the state as columns that are computed before."""
        if isinstance(scalar, Column | Constant):
            return scalar
        if not self._speaks_of_state(scalar):
            return self._before(scalar)
        if isinstance(scalar, Apply):
            return replace(scalar, arguments=tuple(self._hoisted(item) for item in scalar.arguments))
        if isinstance(scalar, Path):
            return replace(scalar, base=self._hoisted(scalar.base))
        return scalar

    def _before(self, scalar: Scalar) -> Column:
        for column, known in self.before:
            if known == scalar:
                return column
        column = self.state.column_like(scalar)
        self.before.append((column, scalar))
        return column
