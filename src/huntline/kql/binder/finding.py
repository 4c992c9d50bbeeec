"""find: rows of several tables that fit a predicate, with the columns that the tables share (rule 11)."""

from huntline.kql import syntax
from huntline.kql.binder.combination import concat, option
from huntline.kql.binder.operators import operator
from huntline.kql.binder.packing import bag_from
from huntline.kql.binder.searches import containing, named_columns, searched_tables
from huntline.kql.binder.sources import source
from huntline.kql.binder.state import Relation, State, find_column
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import convert
from huntline.kql.plan import Column, Constant, Extend, Plan, Scalar
from huntline.kql.types import PLAIN, STRING, KqlType

Inputs = list[tuple[str, Relation]]
PACKED = "pack_"


@source(syntax.Find)
def _find_source(state: State, node: syntax.Find) -> Relation:
    return _find(state, searched_tables(state, node.tables, node), node)


@operator(syntax.Find)
def _find_operator(state: State, relation: Relation, node: syntax.Find) -> Relation:
    return _find(state, [("find_arg0", relation)], node)


def _find(state: State, inputs: Inputs, node: syntax.Find) -> Relation:
    label = option(node.options, "withsource")
    named = named_columns(state, inputs, node.predicate, "find")
    inputs = [(name, containing(state, relation, node.predicate)) for name, relation in _speaking(inputs, node, named)]
    if node.columns is None:
        shaped, order = _shared(state, inputs, named)
    else:
        shaped, order = _chosen(state, inputs, node.columns), [item.name or PACKED for item in node.columns]
    return concat(state, shaped, label=label.value if label else "source_", order=order)


def _speaking(inputs: Inputs, node: syntax.Find, named: list[str]) -> Inputs:
    """Return the tables that have a column of the predicate; a text alone speaks of every column."""
    if len(inputs) == 1 or not named or _looks_everywhere(node.predicate):
        return inputs
    return [(name, relation) for name, relation in inputs if any(find_column(relation.fields, one) for one in named)]


def _looks_everywhere(node: syntax.Node) -> bool:
    if isinstance(node, syntax.Logical):
        return any(_looks_everywhere(operand) for operand in node.operands)
    if isinstance(node, syntax.Binary | syntax.Membership):
        return isinstance(node.left, syntax.Star)
    if isinstance(node, syntax.Call) and node.name == "not":
        return any(_looks_everywhere(argument) for argument in node.arguments)
    return isinstance(node, syntax.Literal | syntax.Star)


def _shared(state: State, inputs: Inputs, named: list[str]) -> tuple[Inputs, list[str]]:
    """Return the tables with the columns that all of them have, those that the predicate names, and a bag of the rest.

    The names of the columns come along, in their order.
    """
    first = inputs[0][1].fields if inputs else {}
    common = [name for name in first if all(name in relation.fields for _, relation in inputs)]
    kept = list(dict.fromkeys([*common, *named]))
    packing = any(name not in kept for _, relation in inputs for name in relation.fields)
    found: Inputs = []
    for name, relation in inputs:
        fields = {one: relation.fields[one] for one in kept if one in relation.fields}
        for one in kept:
            if one not in fields and (column := find_column(relation.fields, one)) is not None:
                fields[one] = column
        found.append((name, _packed(state, relation, fields) if packing else Relation(relation.plan, fields)))
    return found, [*kept, PACKED]


def _packed(state: State, relation: Relation, fields: dict[str, Column]) -> Relation:
    """Return a table with some of its columns, and the others in a bag."""
    rest: list[tuple[Scalar, Scalar]] = [
        (Constant(STRING, name), column) for name, column in relation.fields.items() if name not in fields
    ]
    bag = bag_from(rest)
    column = state.column_like(bag)
    return Relation(Extend(relation.plan, ((column, bag),)), {**fields, PACKED: column})


def _chosen(state: State, inputs: Inputs, columns: tuple[syntax.FindColumn, ...]) -> Inputs:
    """Return the tables with the columns that `project` names, in their order and of their types."""
    for item in columns:
        if item.name is not None and not any(find_column(relation.fields, item.name) for _, relation in inputs):
            near = nearest(item.name, {name for _, relation in inputs for name in relation.fields})
            raise Failure("unresolved_column", item.start, item.end, operator="find", name=item.name, replacement=near)
    found: list[tuple[str, Relation]] = []
    for name, relation in inputs:
        plan, fields, packing = relation.plan, {}, False
        for item in columns:
            column = None if item.name is None else find_column(relation.fields, item.name)
            packing = packing or item.name is None
            if item.name is not None and column is not None:
                plan, fields[item.name] = _of_type(state, plan, column, item.type)
        kept = Relation(plan, {**relation.fields, **fields})
        found.append((name, _packed(state, kept, fields) if packing else Relation(plan, fields)))
    return found


def _of_type(state: State, plan: Plan, column: Column, kind: KqlType | None) -> tuple[Plan, Column]:
    """Return a column as another type, null where the value is none of it."""
    if kind is None or column.type.kql is kind:
        return plan, column
    value = convert(column, PLAIN[kind]) or Constant(PLAIN[kind], None)
    other = state.column_like(value)
    return Extend(plan, ((other, value),)), other
