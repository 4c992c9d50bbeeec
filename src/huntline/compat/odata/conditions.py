"""Turn the tree of a `$filter` into a condition of Django's ORM; every value is bound, never part of a text."""

from functools import reduce
from operator import and_, or_
from typing import Any, Final

from django.db.models import Case, F, OrderBy, Q, Value, When

from huntline.compat.errors import ODataError
from huntline.compat.odata.properties import UNSTORED, Properties, Property
from huntline.compat.odata.syntax import (
    Call,
    Comparison,
    Connective,
    Expression,
    Junction,
    Literal,
    Membership,
    Moment,
    Name,
    Negation,
    Operator,
    Ordering,
)

NEVER: Final = Q(pk__in=())
ALWAYS: Final = ~Q(pk__in=())  # an empty Q would vanish beside an `or`
_JOIN: Final = {Connective.AND: and_, Connective.OR: or_}
# Case does not count on either database: SQLite's LIKE ignores it, PostgreSQL's does not.
_LOOKUPS: Final = {"startswith": "istartswith", "endswith": "iendswith", "contains": "icontains"}
# A time is stored to the microsecond. Against a finer one, "not before" means "after" its cut-off form, and so on.
_FINER: Final = {Operator.GE: Operator.GT, Operator.LT: Operator.LE}


def condition(expression: Expression, properties: Properties) -> Q:
    """Return the condition of a filter over the model that `properties` describes. Raises ODataError."""
    match expression:
        case Junction(connective, parts):
            return reduce(_JOIN[connective], (condition(part, properties) for part in parts))
        case Negation(inner):
            return ~condition(inner, properties)
        case Comparison(name, operator, literal):
            return _comparison(properties.find(name), name, operator, literal)
        case Membership(name, literals):
            return _membership(properties.find(name), literals)
        case Call(function, name, literal):
            return _call(properties.find(name), function, name, literal)


def ordering(terms: tuple[Ordering, ...], properties: Properties) -> tuple[OrderBy, ...]:
    """Return the expressions for `order_by`; an enumeration is ordered as the contract lists it. Raises ODataError."""
    found = ((properties.find(term.name), term.descending) for term in terms)
    return tuple(_order(row, descending=descending) for row, descending in found if row.field is not None)


def _order(row: Property, *, descending: bool) -> OrderBy:
    value = _rank(str(row.field), row.kind.members) if row.kind.members else F(str(row.field))
    # Null comes before everything in OData; of our databases one has it first and one last.
    return OrderBy(value, descending=descending, nulls_first=not descending or None, nulls_last=descending or None)


def _rank(field: str, members: tuple[Any, ...]) -> Case:
    ranks = (When(**{field: stored}, then=Value(rank)) for rank, stored in enumerate(members) if stored is not UNSTORED)
    return Case(*ranks, default=Value(len(members)))


def _comparison(row: Property, name: Name, operator: Operator, literal: Literal) -> Q:
    equality = operator in {Operator.EQ, Operator.NE}
    if not equality and not row.kind.ordered:
        raise ODataError(
            "“{name}” of type {type} can be compared by eq, ne and in only.",
            position=name.position,
            name=row.name,
            type=row.kind.name,
        )
    if literal.value is None:
        equal = _is_null(row)
        return {Operator.EQ: equal, Operator.NE: ~equal}.get(operator, NEVER)
    value = row.kind.read(literal)
    if operator is Operator.NE:
        return ~_equal(row, value)
    return _equal(row, value) if operator is Operator.EQ else _ordered(row, operator, value)


def _membership(row: Property, literals: tuple[Literal, ...]) -> Q:
    # One condition however long the list: databases bound the depth of joined ones.
    values = [_storable(row.kind.read(literal)) for literal in literals if literal.value is not None]
    stored = [value for value in values if value is not UNSTORED]
    among = NEVER if row.field is None or not stored else Q(**{f"{row.field}__in": stored})
    return among if len(values) == len(literals) else among | _is_null(row)


def _equal(row: Property, value: Any) -> Q:
    stored = _storable(value)
    return NEVER if row.field is None or stored is UNSTORED else Q(**{row.field: stored})


def _storable(value: Any) -> Any:
    """Return the value as a row can have it: a time that is finer than what is stored is in no row."""
    if isinstance(value, Moment):
        return value.at if value.exact else UNSTORED
    return value


def _ordered(row: Property, operator: Operator, value: Any) -> Q:
    if isinstance(value, Moment):
        operator = operator if value.exact else _FINER.get(operator, operator)
        value = value.at
    return NEVER if row.field is None else Q(**{f"{row.field}__{_SUFFIX[operator]}": value})


_SUFFIX: Final = {Operator.GT: "gt", Operator.GE: "gte", Operator.LT: "lt", Operator.LE: "lte"}


def _is_null(row: Property) -> Q:
    if row.field is None:
        return ALWAYS
    return Q(**{f"{row.field}__isnull": True}) if row.null is None else Q(**{row.field: row.null})


def _call(row: Property, function: str, name: Name, literal: Literal) -> Q:
    if not row.kind.textual:
        raise ODataError(
            "{function} takes a text property; “{name}” is of type {type}.",
            position=name.position,
            function=function,
            name=row.name,
            type=row.kind.name,
        )
    value = row.kind.read(literal)
    return NEVER if row.field is None else Q(**{f"{row.field}__{_LOOKUPS[function]}": value})
