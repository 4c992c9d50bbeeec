"""Scalar expressions: syntax to typed scalars. One function for each kind of node, in one table."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from huntline.kql import syntax
from huntline.kql.binder.calls import bind_call, bind_operator
from huntline.kql.binder.state import BoundScalar, LetFunction, LetValue, Relation, Row, State, find_column
from huntline.kql.binder.subqueries import gather
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.functions.formats import PATH_PARTS, URL_PARTS
from huntline.kql.functions.operators import among, arithmetic, compare, is_signed, logical, minus, negated
from huntline.kql.literals import TimeOfDay
from huntline.kql.plan import Apply, Column, Constant, Extend, InQuery, Path, Scalar
from huntline.kql.sql import template
from huntline.kql.types import (
    BOOL,
    INTEGERS,
    JSON,
    LONG,
    OPEN,
    PLAIN,
    STRING,
    Form,
    KqlType,
    array_of,
    scalar_of,
)

_K = KqlType


def bind_scalar(state: State, node: syntax.Expression, row: Row) -> Scalar:
    """Return the typed scalar of an expression.

    Raises:
        Failure: a name is unknown or the types do not fit.
    """
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise Failure("not_scalar", node.start, node.end)
    state.spend(node)
    return handler(state, node, row)


def bind_condition(state: State, node: syntax.Expression, row: Row) -> Scalar:
    """Return a scalar of type bool."""
    condition = bind_scalar(state, node, row)
    if condition.type.kql is _K.BOOL:
        return condition
    converted = convert(condition, BOOL) if condition.type == OPEN else None
    if converted is None:
        raise Failure("condition_type", node.start, node.end, operator=row.operator, found=condition.type.kql)
    return converted


def _literal(state: State, node: syntax.Literal, _row: Row) -> Scalar:
    kind = PLAIN[node.type]
    if node.value is None and node.type in (_K.STRING, _K.GUID):
        return Constant(kind, "")
    value = node.value.on_day_of(state.now) if isinstance(node.value, TimeOfDay) else node.value
    return Constant(kind, value)


def _name(state: State, node: syntax.Name, row: Row) -> Scalar:
    column = find_column(row.fields, node.name)
    if column is not None:
        if row.aggregating:
            raise Failure("aggregate_expected", node.start, node.end, operator=row.operator, name=node.name)
        return column
    binding = state.names.find(node.name)
    if isinstance(binding, BoundScalar):
        return binding.scalar
    if isinstance(binding, LetValue):
        return bind_let(state, node, binding)
    if isinstance(binding, LetFunction) and not binding.declaration.parameters:
        return bind_call(state, syntax.Call(node.start, node.end, node.name, ()), row)
    opened = row.relation.opened if row.relation is not None else None
    if opened is not None:
        return _unknown(step_into(opened[0], node.name.removeprefix(opened[1]), node))
    if row.left is not None and row.right is not None and (found := row.right.get(node.name)) is not None:
        return found
    candidates = [*row.fields, *state.names.all()]
    failure = Failure(
        "unresolved_column",
        node.start,
        node.end,
        operator=row.operator,
        name=node.name,
        replacement=nearest(node.name, candidates),
    )
    return state.missed(failure)


def bind_let(state: State, node: syntax.Name, binding: LetValue) -> Scalar:
    """Return the scalar that a `let` stands for."""
    if any(active is binding for active in state.active):
        raise Failure("recursive_name", node.start, node.end, name=node.name)
    with state.within(binding.names, binding):
        if state.is_table(binding.expression):
            raise Failure("tabular_here", node.start, node.end, replacement=f"toscalar({node.name})", name=node.name)
        return bind_scalar(state, binding.expression, Row({}, "let"))


def _member(state: State, node: syntax.Member, row: Row) -> Scalar:
    if isinstance(node.target, syntax.Name):
        side = {"$left": row.left, "$right": row.right}.get(node.target.name)
        if side is not None:
            column = find_column(side, node.name)
            if column is None:
                raise Failure(
                    "join_column_missing",
                    node.start,
                    node.end,
                    operator=row.operator,
                    side=node.target.name[1:],
                    name=node.name,
                    replacement=nearest(
                        f"{node.target.name}.{node.name}", [f"{node.target.name}.{name}" for name in side]
                    ),
                )
            return column
        if row.elements is not None and node.target.name in row.elements:
            return row.elements[node.target.name](node)
    target = bind_scalar(state, node.target, row)
    return step_into(target, node.name, node)


def _unknown(scalar: Scalar) -> Scalar:
    """Return a property whose type nobody knows before the query runs."""
    return replace(scalar, type=OPEN) if isinstance(scalar, Path) else scalar


_MEMBERS = {"parse_url": URL_PARTS, "parseurl": URL_PARTS, "parse_path": PATH_PARTS}


def step_into(target: Scalar, step: str | int | Scalar, node: syntax.Node) -> Scalar:
    """Return a property or an element of a dynamic value."""
    kind = target.type
    if isinstance(target, Apply) and isinstance(step, str) and (member := _MEMBERS.get(target.name, {}).get(step)):
        # One member of a fixed object is computed without the object.
        return apply("member", template(member), scalar_of(_K.STRING), target.arguments[0], nullable=False)
    if isinstance(target, Path):
        return Path(OPEN if kind == OPEN else JSON, target.base, (*target.steps, step))
    if isinstance(target, Constant) and kind.form is Form.JSON:
        return _constant_step(target, step)
    if kind.form is Form.ARRAY and kind.element is not None:
        return _element(target, step, node)
    if kind.form is Form.SCALAR and kind.element is not None:
        plain = convert(target, PLAIN[kind.element])
        if plain is not None and plain.type.kql is _K.STRING:
            return Path(JSON, plain, (step,))
    # A stored text may be stepped into as well: the same column is a dynamic in Sentinel.
    if kind.form is Form.JSON or (kind.kql is _K.STRING and isinstance(target, Column)):
        return Path(OPEN if kind == OPEN else JSON, target, (step,))
    raise Failure("cannot_index", node.start, node.end, found=kind.kql)


def _constant_step(target: Constant, step: str | int | Scalar) -> Scalar:
    value = target.value
    if isinstance(value, dict) and isinstance(step, str):
        return Constant(JSON, value.get(step))
    if isinstance(value, list) and isinstance(step, int):
        inside = -len(value) <= step < len(value)
        return Constant(JSON, value[step] if inside else None)
    return Path(JSON, target, (step,))


def _element(target: Scalar, step: str | int | Scalar, node: syntax.Node) -> Scalar:
    element = target.type.element or _K.DYNAMIC
    texts = element in (_K.STRING, _K.DYNAMIC, _K.GUID)
    function = "arrayElement" if texts else "arrayElementOrNull"
    if isinstance(step, str):
        return Constant(JSON, None)
    if isinstance(step, int):
        position = step + 1 if step >= 0 else step
        return apply(
            "element", template(f"{function}({{0}}, {position})"), scalar_of(element), target, nullable=not texts
        )
    if step.type.kql not in INTEGERS:
        raise Failure("cannot_index", node.start, node.end, found=step.type.kql)
    pattern = template(f"{function}({{0}}, {{1}} + if({{1}} < 0, 0, 1))")
    return apply("element", pattern, scalar_of(element), target, step, nullable=not texts)


def _index(state: State, node: syntax.Index, row: Row) -> Scalar:
    target = bind_scalar(state, node.target, row)
    index = bind_scalar(state, node.index, row)
    if isinstance(index, Constant) and isinstance(index.value, int | str) and not isinstance(index.value, bool):
        return step_into(target, index.value, node)
    if index.type.kql is _K.DYNAMIC:
        index = convert(index, STRING) or index
    elif index.type.kql not in (_K.STRING, *INTEGERS):
        raise Failure("cannot_index", node.index.start, node.index.end, found=index.type.kql)
    return step_into(target, index, node)


def _unary(state: State, node: syntax.Unary, row: Row) -> Scalar:
    operand = bind_scalar(state, node.operand, row)
    result = minus(operand) if node.operator == "-" else operand if is_signed(operand) else None
    if result is None:
        raise Failure(
            "operator_types",
            node.start,
            node.end,
            operator=node.operator,
            left=operand.type.kql,
            right=operand.type.kql,
        )
    return result


def _binary(state: State, node: syntax.Binary, row: Row) -> Scalar:
    operator = node.operator
    if isinstance(node.left, syntax.Star):
        return _any_column(state, node, row)
    left = bind_scalar(state, node.left, row)
    right = bind_scalar(state, node.right, row)
    if operator in ("+", "-", "*", "/", "%"):
        result = arithmetic(operator, left, right)
    elif operator in ("==", "!=", "<", ">", "<=", ">="):
        result = compare(operator, left, right)
        if result is None:
            raise Failure("cannot_compare", node.start, node.end, left=left.type.kql, right=right.type.kql)
    else:
        return bind_operator(operator, left, right, node)
    if result is None:
        raise Failure(
            "operator_types", node.start, node.end, operator=operator, left=left.type.kql, right=right.type.kql
        )
    return result


def _any_column(state: State, node: syntax.Binary, row: Row) -> Scalar:
    """`* has "x"`: any text column."""
    right = bind_scalar(state, node.right, row)
    texts = [column for column in row.fields.values() if column.type.kql in (_K.STRING, _K.DYNAMIC)]
    if not texts:
        return Constant(BOOL, value=False)
    if node.operator in ("==", "!="):
        conditions = [found for column in texts if (found := compare(node.operator, column, right)) is not None]
    else:
        operator = "has" if node.operator == ":" else node.operator
        conditions = [bind_operator(operator, column, right, node) for column in texts]
    return logical("or", conditions)


def _logical(state: State, node: syntax.Logical, row: Row) -> Scalar:
    return logical(node.operator, [_operand(state, operand, row) for operand in node.operands])


def _operand(state: State, node: syntax.Expression, row: Row) -> Scalar:
    """Return an operand of `and` or `or`: a bool, or a dynamic that is read as one."""
    value = bind_scalar(state, node, row)
    converted = convert(value, BOOL) if value.type.kql in (_K.BOOL, _K.DYNAMIC) else None
    if converted is None:
        raise Failure("condition_type", node.start, node.end, operator=row.operator, found=value.type.kql)
    return converted


def _between(state: State, node: syntax.Between, row: Row) -> Scalar:
    value = bind_scalar(state, node.value, row)
    low = bind_scalar(state, node.low, row)
    high = bind_scalar(state, node.high, row)
    if value.type.kql is _K.DATETIME and high.type.kql is _K.TIMESPAN:
        high = arithmetic("+", low, high) or high
    first, second = compare(">=", value, low), compare("<=", value, high)
    if first is None or second is None:
        other = low if first is None else high
        raise Failure("cannot_compare", node.start, node.end, left=value.type.kql, right=other.type.kql)
    inside = logical("and", [first, second])
    return negated(inside) if node.negated else inside


def _membership(state: State, node: syntax.Membership, row: Row) -> Scalar:
    denied = node.operator.startswith("!")
    operator = node.operator.removeprefix("!")
    if isinstance(node.left, syntax.Star):
        texts = [column for column in row.fields.values() if column.type.kql in (_K.STRING, _K.DYNAMIC)]
        result = logical("or", [_member_of(state, node, operator, column, row) for column in texts])
    else:
        result = _member_of(state, node, operator, bind_scalar(state, node.left, row), row)
    return negated(result) if denied else result


def _member_of(state: State, node: syntax.Membership, operator: str, left: Scalar, row: Row) -> Scalar:
    if node.literals is not None:
        return bind_operator(operator, left, Constant(array_of(_K.STRING), list(node.literals)), node)
    if len(node.items) == 1 and state.is_table(node.items[0]):
        return _in_table(state, node, operator, left)
    items = [bind_scalar(state, item, row) for item in node.items]
    if all(isinstance(item, Constant) for item in items):
        found, items = _among_constants(operator, left, items, node)
        if found is not None:
            return found
    if len(items) == 1 and items[0].type.kql is _K.DYNAMIC and not isinstance(items[0], Constant):
        array = convert(items[0], array_of(_K.STRING))
        text = convert(left, STRING) if operator == "in" else left
        if array is not None and text is not None:
            return bind_operator(operator, text, array, node)
    if operator == "in~" and left.type.kql not in (_K.STRING, _K.DYNAMIC):
        raise Failure("cannot_compare", node.start, node.end, left=left.type.kql, right=items[0].type.kql)
    if operator in ("has_any", "has_all"):
        parts = [bind_operator("has", left, convert(item, STRING) or item, node) for item in items]
        return logical("or" if operator == "has_any" else "and", parts)
    result = among(left, items, fold=operator == "in~")
    if result is None:
        raise Failure("cannot_compare", node.start, node.end, left=left.type.kql, right=items[0].type.kql)
    return result


def _among_constants(
    operator: str, left: Scalar, items: list[Scalar], node: syntax.Node
) -> tuple[Scalar | None, list[Scalar]]:
    """Return the condition over a list of constants where it is one of texts; else the constants, lists taken apart."""
    flat: list[object] = []
    kinds: set[KqlType] = set()
    for item in items:
        value = item.value if isinstance(item, Constant) else None
        if item.type.kql is _K.DYNAMIC and isinstance(value, list):
            flat.extend(value)
            kinds.update(_K.STRING if isinstance(part, str) else _K.LONG for part in value)
        else:
            flat.append(value)
            kinds.add(item.type.kql)
    if kinds <= {_K.STRING, _K.GUID} and left.type.kql in (_K.STRING, _K.DYNAMIC, _K.GUID):
        return bind_operator(operator, left, Constant(array_of(_K.STRING), flat), node), items
    if operator in ("has_any", "has_all"):
        return bind_operator(
            operator, left, convert(Constant(JSON, flat), array_of(_K.STRING)) or items[0], node
        ), items
    if any(item.type.kql is _K.DYNAMIC for item in items):
        return None, [_constant_of(value) for value in flat]
    return None, items


def _constant_of(value: object) -> Scalar:
    if isinstance(value, bool):
        return Constant(BOOL, value)
    if isinstance(value, int):
        return Constant(LONG, value)
    if isinstance(value, float):
        return Constant(PLAIN[_K.REAL], value)
    return Constant(STRING, value) if isinstance(value, str) else Constant(JSON, value)


def _in_table(state: State, node: syntax.Membership, operator: str, left: Scalar) -> Scalar:
    relation = state.bind_table(node.items[0])
    if not relation.fields:
        raise Failure("not_scalar", node.start, node.end)
    column = next(iter(relation.fields.values()))
    if operator in ("in", "in~") and column.type.form is not Form.ARRAY:
        return _in_column(state, left, relation, column, node, fold=operator == "in~")
    gathered = gather(state, relation.plan, column)
    return bind_operator(operator, left, gathered, node)


def _in_column(
    state: State, left: Scalar, relation: Relation, column: Column, node: syntax.Membership, *, fold: bool
) -> Scalar:
    if left.type == column.type and left.type.kql is not _K.DYNAMIC and not fold:
        return InQuery(BOOL, left, relation.plan, column, negated=False)
    value, other = convert(left, STRING), convert(column, STRING)
    if value is None or other is None:
        raise Failure("cannot_compare", node.start, node.end, left=left.type.kql, right=column.type.kql)
    if fold:
        lower = template("lowerUTF8({0})")
        value, other = apply("tolower", lower, STRING, value), apply("tolower", lower, STRING, other)
    target = state.column(STRING, nullable=False)
    return InQuery(BOOL, value, Extend(relation.plan, ((target, other),)), target, negated=False)


def _call(state: State, node: syntax.Call, row: Row) -> Scalar:
    return bind_call(state, node, row)


def _named_argument(state: State, node: syntax.NamedArgument, row: Row) -> Scalar:
    return bind_scalar(state, node.value, row)


def _pipe(_state: State, node: syntax.Pipe, _row: Row) -> Scalar:
    raise Failure("tabular_here", node.start, node.end, name="a query")


_HANDLERS: dict[type, Callable[[State, Any, Row], Scalar]] = {
    syntax.Literal: _literal,
    syntax.Name: _name,
    syntax.Member: _member,
    syntax.Index: _index,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Logical: _logical,
    syntax.Between: _between,
    syntax.Membership: _membership,
    syntax.Call: _call,
    syntax.NamedArgument: _named_argument,
    syntax.Pipe: _pipe,
}
