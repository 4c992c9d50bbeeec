"""partition: a subquery over the rows of each value of a column.

The rows of all subtables go through the operators together; what gathers rows does so within one subtable (see `Partition`). A subquery
with a source of its own reads it once for each value, beside which the value stands.
"""

from huntline.kql import syntax
from huntline.kql.binder.operators import again, bind_operators, operator
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.sources import bind_table
from huntline.kql.binder.state import BoundScalar, Partition, Relation, Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, to_strict_json
from huntline.kql.plan import Aggregate, Column, Constant, Extend, Join, Plan
from huntline.kql.sql import template
from huntline.kql.types import LONG, STRING


@operator(syntax.Partition)
def _partition(state: State, relation: Relation, node: syntax.Partition) -> Relation:
    if not isinstance(node.column, syntax.Name):
        raise Failure("syntax", node.column.start, node.column.end, expected="a column name", found="an expression")
    key = bind_scalar(state, node.column, Row(relation.fields, "partition"))
    if not isinstance(key, Column):
        raise Failure("not_scalar", node.column.start, node.column.end)
    if node.query is not None:
        return _with_source(state, relation, node, key)
    inner = Relation(relation.plan, relation.fields, relation.order, Partition(key, {}))
    if relation.partition is not None:
        inner = _within(state, relation, relation.partition, key)
    result = bind_operators(state, inner, node.operators)
    return _without(relation, result)


def _within(state: State, relation: Relation, outer: Partition, key: Column) -> Relation:
    """Return the subtables of each row of an outer subquery, which keep what that row is told by."""
    both = template("concat({0}, ' ', {1})")
    row = state.column(STRING, nullable=False)
    texts = (to_strict_json(outer.row), to_strict_json(key))
    plan = Extend(relation.plan, ((row, apply("row", both, STRING, *texts, nullable=False)),))
    kept = {"$outer": outer.row, **{f"$outer{i}": column for i, column in enumerate(outer.kept.values())}}
    return Relation(plan, relation.fields, relation.order, Partition(row, kept))


def _without(relation: Relation, result: Relation) -> Relation:
    """Return the rows of all subtables as those of the surroundings."""
    if relation.partition is None or result.partition is None:
        return Relation(result.plan, result.fields)
    kept = result.partition.kept
    columns = {name: kept[f"$outer{i}"] for i, name in enumerate(relation.partition.kept)}
    return Relation(result.plan, result.fields, None, Partition(kept["$outer"], columns))


def _with_source(state: State, relation: Relation, node: syntax.Partition, key: Column) -> Relation:
    """Return what a subquery with a source of its own gives for each value: `partition by x { T | where y == toscalar(x) }`."""
    query = node.query
    if relation.partition is not None:
        raise Failure("not_supported", node.start, node.end, what="partition with a source inside another subquery")
    source = query.source if isinstance(query, syntax.Pipe) else query
    operators = query.operators if isinstance(query, syntax.Pipe) else ()
    if source is None or not isinstance(node.column, syntax.Name):
        raise Failure("internal", node.start, node.end)
    table = bind_table(state, source)
    copy = again(state, Relation(relation.plan, {"key": key}))
    value = state.column_like(key)
    keys: Plan = Aggregate(copy.plan, ((value, copy.fields["key"]),), ())
    one, other = state.column(LONG, nullable=False), state.column(LONG, nullable=False)
    always = apply("materialize", template("materialize({0})"), LONG, Constant(LONG, 1), nullable=False)
    sides = (Extend(keys, ((one, always),)), Extend(table.plan, ((other, always),)))
    inner = Relation(Join("inner", *sides, ((one, other),)), table.fields, None, Partition(value, {}))
    with state.within(state.names.having(node.column.name, BoundScalar(value))):
        result = bind_operators(state, inner, operators)
    return Relation(result.plan, result.fields)
