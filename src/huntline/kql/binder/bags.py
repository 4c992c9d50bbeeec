"""bag_unpack: the properties of a bag as columns.

The columns are known where the query gives them behind the plugin, and where the bags themselves stand in the query. Else the columns
that the rest of the query names are read out of the bag; where the answer would hold all of them, it says so.
"""

from collections.abc import Iterable

from huntline.kql import syntax
from huntline.kql.binder.operators import row_of
from huntline.kql.binder.scalars import bind_scalar, step_into
from huntline.kql.binder.state import Relation, Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import convert
from huntline.kql.plan import (
    Aggregate,
    Apply,
    Column,
    Constant,
    Extend,
    Filter,
    Inline,
    Limit,
    Number,
    Plan,
    Scalar,
    Sort,
)
from huntline.kql.types import JSON, PLAIN, KqlType

_K = KqlType
_CONFLICTS = ("error", "replace_source", "keep_source")


def column_argument(state: State, relation: Relation, node: syntax.Evaluate, position: int) -> tuple[str, Column]:
    """Return the column that an argument names."""
    call = node.call
    if position >= len(call.arguments):
        raise Failure(
            "argument_count", call.start, call.end, name=call.name, expected=f"at least {position + 1}", found=position
        )
    argument = call.arguments[position]
    column = bind_scalar(state, argument, row_of(relation, "evaluate"))
    if not isinstance(argument, syntax.Name) or not isinstance(column, Column):
        raise Failure(
            "argument_type",
            argument.start,
            argument.end,
            name=call.name,
            position=position + 1,
            expected="a column",
            found="expression",
        )
    return argument.name, column


def bag_unpack(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    """Bind `bag_unpack(Bag, Prefix, columnsConflict, ignoredProperties)`."""
    name, bag = column_argument(state, relation, node, 0)
    prefix, conflict, ignored = _options(state, node)
    text = convert(bag, JSON) or bag
    fields = {field: column for field, column in relation.fields.items() if field != name}
    wanted = [(column.name, column.name.removeprefix(prefix), column.type) for column in node.columns or ()]
    if node.columns is None:
        properties = _known_properties(relation.plan, bag)
        if properties is None:
            whole = state.column_like(text)
            return Relation(
                Extend(relation.plan, ((whole, text),)), fields, relation.order, opened=(whole, prefix, name, node)
            )
        wanted = [(prefix + key, key, kind) for key, kind in properties.items() if key not in ignored]
    definitions: list[tuple[Column, Scalar]] = []
    for label, key, kind in wanted:
        if label in fields:
            if node.columns is None and conflict == "error":
                raise Failure("duplicate_column", node.start, node.end, operator="evaluate", name=label)
            if conflict != "replace_source":
                continue
        value = step_into(text, key, node)
        converted = convert(value, PLAIN[kind]) or value
        fields[label] = state.column_like(converted)
        definitions.append((fields[label], converted))
    return Relation(Extend(relation.plan, tuple(definitions)), fields, relation.order)


def _options(state: State, node: syntax.Evaluate) -> tuple[str, str, frozenset[str]]:
    """Return the prefix, what happens to equal names, and the properties to leave out."""
    found: dict[str, object] = {"OutputColumnPrefix": "", "columnsConflict": "error", "ignoredProperties": []}
    order = tuple(found)
    for position, argument in enumerate(node.call.arguments[1:]):
        named = isinstance(argument, syntax.NamedArgument)
        option = argument.name if isinstance(argument, syntax.NamedArgument) else order[min(position, 2)]
        value = bind_scalar(
            state, argument.value if isinstance(argument, syntax.NamedArgument) else argument, Row({}, "evaluate")
        )
        kind = list if option == "ignoredProperties" else str
        if (
            (named and option not in found)
            or position > 2
            or not isinstance(value, Constant)
            or not isinstance(value.value, kind)
        ):
            raise Failure("argument_constant", argument.start, argument.end, name="bag_unpack", position=position + 2)
        if option == "columnsConflict" and value.value not in _CONFLICTS:
            reason = "it must be one of " + ", ".join(_CONFLICTS)
            raise Failure(
                "argument_value", argument.start, argument.end, name="bag_unpack", position=position + 2, reason=reason
            )
        found[option] = value.value
    ignored = found["ignoredProperties"]
    names = frozenset(str(item) for item in ignored) if isinstance(ignored, list) else frozenset()
    return str(found["OutputColumnPrefix"]), str(found["columnsConflict"]), names


def _known_properties(plan: Plan, bag: Scalar, *, whole: bool = True) -> dict[str, KqlType] | None:
    """Return the properties of bags whose names stand in the query, with their types; None where they come from the data.

    Without `whole` rows may have been left out, so that the values of a column in the query say nothing.
    """
    if isinstance(bag, Constant):
        return _properties((bag.value,))
    if isinstance(bag, Apply):
        if bag.name in _PACKED:
            return _packed(plan, bag, whole=whole)
        return _known_properties(plan, bag.arguments[0], whole=whole) if bag.name in _MERGED else None
    while isinstance(plan, Extend | Sort | Number | Filter | Limit | Aggregate):
        if isinstance(plan, Extend | Aggregate):
            definitions = plan.definitions if isinstance(plan, Extend) else (*plan.keys, *plan.aggregates)
            scalar = next((scalar for column, scalar in definitions if column == bag), None)
            if scalar is not None:
                return _known_properties(plan.input, scalar, whole=whole)
        whole = whole and not isinstance(plan, Filter | Limit)
        plan = plan.input
    if not whole or not isinstance(plan, Inline) or bag not in plan.columns:
        return None
    return _properties(plan.values[plan.columns.index(bag)])


_PACKED = frozenset({"bag_pack", "pack_all"})
_MERGED = frozenset({"make_bag", "make_bag_if", "make_dictionary"})


def _packed(plan: Plan, bag: Apply, *, whole: bool) -> dict[str, KqlType] | None:
    """Return the properties of `bag_pack(name, value, ...)`."""
    found: dict[str, KqlType] = {}
    for name, value in zip(bag.arguments[0::2], bag.arguments[1::2], strict=True):
        texts = (name.value,) if isinstance(name, Constant) else _texts(plan, name, whole=whole)
        if texts is None:
            return None
        inside = value.arguments[0] if isinstance(value, Apply) and value.name in ("tojson", "todynamic") else value
        found |= dict.fromkeys(map(str, texts), inside.type.kql)
    return dict(sorted(found.items()))


def _texts(plan: Plan, name: Scalar, *, whole: bool) -> tuple[object, ...] | None:
    """Return the values of a column that stand in the query."""
    while isinstance(plan, Extend | Sort | Number):
        plan = plan.input
    if not whole or not isinstance(plan, Inline) or name not in plan.columns:
        return None
    return plan.values[plan.columns.index(name)]


def _properties(bags: Iterable[object]) -> dict[str, KqlType]:
    """Return the names of all properties, sorted, each with the type that its values have in common."""
    kinds: dict[str, set[KqlType]] = {}
    for bag in bags:
        if isinstance(bag, dict):
            for key, value in bag.items():
                if value is not None:
                    kinds.setdefault(str(key), set()).add(_TYPES.get(type(value), _K.DYNAMIC))
                else:
                    kinds.setdefault(str(key), set())
    return {key: next(iter(kinds[key])) if len(kinds[key]) == 1 else _K.DYNAMIC for key in sorted(kinds)}


_TYPES = {bool: _K.BOOL, int: _K.LONG, float: _K.REAL, str: _K.STRING}
