"""Relations that are read as one value."""

from huntline.kql import syntax
from huntline.kql.binder.state import Relation, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.plan import Aggregate, Column, Plan, Scalar, ScalarQuery
from huntline.kql.sql import template
from huntline.kql.types import STRING, Form, KqlType, array_of

_K = KqlType


def first_value(relation: Relation, node: syntax.Node) -> Scalar:
    """Return the value in the first row and column of a relation.

    Raises:
        Failure: it has no column.
    """
    if not relation.fields:
        raise Failure("not_scalar", node.start, node.end)
    column = next(iter(relation.fields.values()))
    kind = column.type
    nullable = kind.form is Form.PLAIN and kind.kql not in (_K.STRING, _K.GUID)
    return ScalarQuery(kind, nullable, relation.plan, column)


def gather(state: State, plan: Plan, column: Column) -> Scalar:
    """Return all values of a column as one array of strings."""
    whole = column.type.form is Form.ARRAY
    value = convert(column, array_of(_K.STRING) if whole else STRING) or column
    pattern = template("groupUniqArrayArray({0})" if whole else "groupUniqArray({0})")
    target = state.column(array_of(_K.STRING), nullable=False)
    gathered = apply("make_set", pattern, target.type, value, nullable=False)
    return ScalarQuery(target.type, nullable=False, plan=Aggregate(plan, (), ((target, gathered),)), column=target)
