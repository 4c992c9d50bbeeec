"""Operators over several relations: join, lookup, union (rules 7 and 11)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from huntline.kql import syntax
from huntline.kql.binder.ingestion import with_ingestion
from huntline.kql.binder.naming import NameMaker
from huntline.kql.binder.operators import operator
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.sources import bind_table, matching_tables, source
from huntline.kql.binder.state import Relation, Row, State, find_column
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import apply, convert, to_json
from huntline.kql.functions.operators import comparable
from huntline.kql.plan import Column, Constant, Extend, FirstOfKey, Join, Plan, Scalar
from huntline.kql.sql import template
from huntline.kql.types import INTEGERS, OPEN, PLAIN, STRING, Form, KqlType, is_dynamic

_K = KqlType
_KINDS = {
    "innerunique": "innerunique",
    "inner": "inner",
    "left": "leftouter",
    "leftouter": "leftouter",
    "right": "rightouter",
    "rightouter": "rightouter",
    "full": "fullouter",
    "fullouter": "fullouter",
    "outer": "fullouter",
    "leftsemi": "leftsemi",
    "semi": "leftsemi",
    "rightsemi": "rightsemi",
    "anti": "leftanti",
    "leftanti": "leftanti",
    "leftantisemi": "leftanti",
    "rightanti": "rightanti",
    "rightantisemi": "rightanti",
}
_RIGHT_LED = frozenset({"rightouter", "fullouter", "rightsemi", "rightanti"})
_ONE_SIDED = {"leftsemi": "left", "leftanti": "left", "rightsemi": "right", "rightanti": "right"}


def option(options: syntax.Options, *names: str) -> syntax.Option | None:
    """Return the option of one of these names, or None."""
    return next((item for item in options if item.name in names), None)


@operator(syntax.Join)
def _join(state: State, relation: Relation, node: syntax.Join) -> Relation:
    chosen = option(node.options, "kind")
    kind = "innerunique" if chosen is None else _KINDS.get(chosen.value, "")
    if not kind and chosen is not None:
        raise Failure("unknown_join_kind", chosen.start, chosen.end, name=chosen.value, kinds=", ".join(sorted(_KINDS)))
    right = bind_table(state, node.right)
    pairs = _pairs(state, relation, right, node, "join")
    if not pairs:
        raise Failure("join_condition", node.start, node.end, operator="join")
    keys = [(left, other) for left, other, _ in pairs]
    if relation.partition is not None:
        if kind in _RIGHT_LED:
            raise Failure("in_subquery", node.start, node.end)
        # Rows of one subtable meet those of the same one, and each subtable keeps a row of its own for each key.
        if right.partition is not None:
            keys.append((relation.partition.row, right.partition.row))
        elif kind == "innerunique":
            row = relation.partition.row
            plan, columns = _as_columns(state, relation.plan, [left for left, _ in keys])
            relation = replace(relation, plan=FirstOfKey(plan, (*columns, row)))
            keys = list(zip(columns, (other for _, other in keys), strict=True))
            kind = "inner"
    return joined(state, kind, relation, right, pairs=keys)


@operator(syntax.Lookup)
def _lookup(state: State, relation: Relation, node: syntax.Lookup) -> Relation:
    chosen = option(node.options, "kind")
    kind = "leftouter" if chosen is None else _KINDS.get(chosen.value, "")
    if kind not in ("leftouter", "inner"):
        place = chosen or node
        name = chosen.value if chosen else ""
        raise Failure("unknown_join_kind", place.start, place.end, name=name, kinds="inner, leftouter")
    right = bind_table(state, node.right)
    pairs = _pairs(state, relation, right, node, "lookup")
    hidden = {name for _, _, name in pairs if name is not None}
    if relation.partition is not None and right.partition is not None:
        pairs.append((relation.partition.row, right.partition.row, None))
    return joined(state, kind, relation, right, pairs=[(left, other) for left, other, _ in pairs], hidden=hidden)


def _pairs(
    state: State, left: Relation, right: Relation, node: syntax.Join | syntax.Lookup, name: str
) -> list[tuple[Scalar, Scalar, str | None]]:
    """Return the pairs of keys, and the right column that a condition by name equates."""
    found: list[tuple[Scalar, Scalar, str | None]] = []
    for condition in node.conditions:
        parts = (
            condition.operands
            if isinstance(condition, syntax.Logical) and condition.operator == "and"
            else (condition,)
        )
        for part in parts:
            if isinstance(part, syntax.Name):
                first, second = find_column(left.fields, part.name), find_column(right.fields, part.name)
                if first is None or second is None:
                    side, fields = ("left", left.fields) if first is None else ("right", right.fields)
                    raise Failure(
                        "join_column_missing",
                        part.start,
                        part.end,
                        operator=name,
                        side=side,
                        name=part.name,
                        replacement=nearest(part.name, fields),
                    )
                found.append((*_meet(first, second, part, name), part.name))
            elif isinstance(part, syntax.Binary) and part.operator == "==":
                found.append(_equality(state, left, right, part, name))
            else:
                raise Failure("join_condition", part.start, part.end, operator=name)
    return found


def _equality(
    state: State, left: Relation, right: Relation, node: syntax.Binary, name: str
) -> tuple[Scalar, Scalar, str | None]:
    row = Row({}, name, left=left.fields, right=right.fields)
    sides = [(_side(node.left), node.left), (_side(node.right), node.right)]
    if sides[0][0] == "$right" and sides[1][0] == "$left":
        sides.reverse()
    if sides[0][0] != "$left" or sides[1][0] != "$right":
        raise Failure("join_condition", node.start, node.end, operator=name)
    first, second = bind_scalar(state, sides[0][1], row), bind_scalar(state, sides[1][1], row)
    right_name = sides[1][1].name if isinstance(sides[1][1], syntax.Member) else None
    if is_dynamic(first.type) or is_dynamic(second.type):
        raise Failure("dynamic_key", node.start, node.end, operator=name)
    return (*_meet(first, second, node, name), right_name)


def _side(node: syntax.Expression) -> str:
    """Return which side an expression speaks of: `$left`, `$right`, or ''."""
    if isinstance(node, syntax.Member):
        return node.target.name if isinstance(node.target, syntax.Name) else _side(node.target)
    if isinstance(node, syntax.Index):
        return _side(node.target)
    if isinstance(node, syntax.Call):
        return next((side for argument in node.arguments if (side := _side(argument))), "")
    if isinstance(node, syntax.Binary):
        return _side(node.left) or _side(node.right)
    return ""


def _meet(left: Scalar, right: Scalar, node: syntax.Node, name: str) -> tuple[Scalar, Scalar]:
    """Return both keys in one type: they must be of one, whole numbers apart."""
    kinds = {left.type.kql, right.type.kql}
    same = len(kinds) == 1 or kinds <= INTEGERS or OPEN in (left.type, right.type)
    sides = comparable(left, right) if same else None
    if sides is None:
        raise Failure("key_types", node.start, node.end, operator=name, left=left.type.kql, right=right.type.kql)
    return sides


def joined(
    state: State,
    kind: str,
    left: Relation,
    right: Relation,
    *,
    pairs: list[tuple[Scalar, Scalar]],
    hidden: set[str] | None = None,
) -> Relation:
    """Return the join of two relations; `hidden` columns of the right are left out of the result."""
    left_plan, left_keys = _as_columns(state, left.plan, [first for first, _ in pairs])
    right_plan, right_keys = _as_columns(state, right.plan, [second for _, second in pairs])
    keys = tuple(zip(left_keys, right_keys, strict=True))
    if kind in _ONE_SIDED:
        kept = left if _ONE_SIDED[kind] == "left" else right
        return Relation(Join(kind, left_plan, right_plan, keys), kept.fields)
    if kind == "innerunique":
        left_plan, kind = FirstOfKey(left_plan, tuple(left_keys)), "inner"
    left_plan, left_fields = _can_miss(state, left_plan, left.fields, outer=kind in ("rightouter", "fullouter"))
    right_plan, right_fields = _can_miss(state, right_plan, right.fields, outer=kind in ("leftouter", "fullouter"))
    fields = dict(left_fields)
    shown = {name: column for name, column in right_fields.items() if name not in (hidden or ())}
    # A name that one of the two has by itself is not given to another column: `a, a1` beside `a` is `a, a1, a2`.
    maker = NameMaker((*left_fields, *shown))
    for name, column in shown.items():
        fields[maker.unique(name) if name in left_fields else name] = column
    return Relation(Join(kind, left_plan, right_plan, keys), fields)


def _can_miss(
    state: State, plan: Plan, fields: Mapping[str, Column], *, outer: bool
) -> tuple[Plan, Mapping[str, Column]]:
    """Return a side of a join whose columns can be null, because the other side may have no match for it.

    Texts are '' then, as in the language; what has no null of its own gets one.
    """
    if not outer:
        return plan, fields
    definitions: list[tuple[Column, Scalar]] = []
    found: dict[str, Column] = {}
    for name, column in fields.items():
        kind = column.type
        if kind.form is Form.ARRAY:
            value: Scalar = to_json(column)
        elif column.nullable or kind.kql in (_K.STRING, _K.GUID) or kind.form is not Form.PLAIN:
            found[name] = column
            continue
        else:
            value = apply("nullable", template("toNullable({0})"), kind, column, nullable=True)
        found[name] = state.column_like(value)
        definitions.append((found[name], value))
    return (Extend(plan, tuple(definitions)) if definitions else plan), found


def _as_columns(state: State, plan: Plan, scalars: list[Scalar]) -> tuple[Plan, list[Column]]:
    definitions: list[tuple[Column, Scalar]] = []
    columns: list[Column] = []
    for scalar in scalars:
        if isinstance(scalar, Column):
            columns.append(scalar)
            continue
        if isinstance(scalar, Constant):
            # The engine needs a column on either side of a key, not a constant.
            scalar = apply("materialize", template("materialize({0})"), scalar.type, scalar)  # noqa: PLW2901
        column = state.column_like(scalar)
        definitions.append((column, scalar))
        columns.append(column)
    return (Extend(plan, tuple(definitions)) if definitions else plan), columns


# union


@source(syntax.Union)
def _union_source(state: State, node: syntax.Union) -> Relation:
    return _union(state, [], node)


@operator(syntax.Union)
def _union_operator(state: State, relation: Relation, node: syntax.Union) -> Relation:
    return _union(state, [("union_arg0", relation)], node)


def _union(state: State, first: list[tuple[str, Relation]], node: syntax.Union) -> Relation:
    fuzzy = option(node.options, "isfuzzy")
    labelled = option(node.options, "withsource", "with_source")
    kind = option(node.options, "kind")
    if kind is not None and kind.value not in ("inner", "outer"):
        raise Failure("bad_option", kind.start, kind.end, operator="union", value=kind.value, option="kind")
    inputs = list(first)
    skipped: Failure | None = None
    for operand in node.tables:
        try:
            inputs.extend(tables_of(state, operand, len(inputs)))
        except Failure as failure:
            if fuzzy is None or fuzzy.value != "true" or failure.code != "unresolved_table":
                raise
            skipped = failure
            state.warn(Failure("table_skipped", failure.start, failure.end, name=failure.values.get("name")))
    if not inputs and skipped is not None:
        raise skipped
    if not inputs:
        raise Failure("not_tabular", node.start, node.end)
    # A wide union is more work than a narrow one.
    state.spend(node, sum(len(relation.fields) for _, relation in inputs) // 16)
    return concat(
        state, inputs, inner=kind is not None and kind.value == "inner", label=labelled.value if labelled else None
    )


def tables_of(state: State, node: syntax.Expression, position: int) -> list[tuple[str, Relation]]:
    """Return the tables that an operand of a union names, each with its name."""
    if isinstance(node, syntax.Star):
        names = matching_tables(state, node.pattern)
        if not names:
            raise Failure("unresolved_table", node.start, node.end, operator="union", name=node.pattern)
        return [(name, bind_table(state, syntax.Name(node.start, node.end, name))) for name in names]
    last = node.operators[-1] if isinstance(node, syntax.Pipe) else None
    named = node if isinstance(node, syntax.Name) else last if isinstance(last, syntax.As) else None
    name = named.name if named is not None else f"union_arg{position}"
    return [(name, bind_table(state, node))]


def concat(
    state: State,
    inputs: list[tuple[str, Relation]],
    *,
    inner: bool = False,
    label: str | None = None,
    order: Sequence[str] = (),
) -> Relation:
    """Return the rows of several relations under the columns of all (or, with `inner`, of each), those of `order` first."""
    if len(inputs) == 1 and label is None:
        return inputs[0][1]
    shape = _shape(inputs, order, inner=inner)
    fields: dict[str, Column] = {}
    if label is not None:
        fields[label] = state.column(STRING, nullable=False)
    for name, (_, kind, _) in shape.items():
        fields[name] = state.column(
            PLAIN[kind], nullable=PLAIN[kind].form is Form.PLAIN and kind not in (_K.STRING, _K.GUID)
        )
    branches: list[tuple[Plan, tuple[Scalar, ...]]] = []
    for name, relation in inputs:
        values: list[Scalar] = [Constant(STRING, name)] if label is not None else []
        for original, kind, _ in shape.values():
            column = relation.fields.get(original)
            if column is None or column.type.kql is not kind:
                values.append(Constant(PLAIN[kind], "" if kind in (_K.STRING, _K.GUID) else None))
            else:
                values.append(convert(column, PLAIN[kind]) or column)
        branches.append((relation.plan, tuple(values)))
    return Relation(with_ingestion(state, tuple(fields.values()), branches), fields)


def _shape(
    inputs: list[tuple[str, Relation]], order: Sequence[str], *, inner: bool
) -> dict[str, tuple[str, KqlType, int]]:
    """Return the columns of a union: name in the result -> (name in the inputs, type, how many inputs have it).

    A name with several types gives a column for each, side by side, with the type behind the name.
    """
    counts: dict[str, dict[KqlType, int]] = {name: {} for name in order}
    for _, relation in inputs:
        for name, column in relation.fields.items():
            kinds = counts.setdefault(name, {})
            kinds[column.type.kql] = kinds.get(column.type.kql, 0) + 1
    found: dict[str, tuple[str, KqlType, int]] = {}
    maker = NameMaker()
    for name, kinds in counts.items():
        for kind, count in kinds.items():
            if not inner or count == len(inputs):
                found[maker.unique(name if len(kinds) == 1 else f"{name}_{kind}")] = (name, kind, count)
    return found
