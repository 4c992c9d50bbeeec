"""The tree of a `$filter`: what was compared with what, and where it stood."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Operator(StrEnum):
    """How two values are compared."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"


class Connective(StrEnum):
    """How two conditions are joined."""

    AND = "and"
    OR = "or"


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, in UTC. `exact` is False where the text had digits below a microsecond, which `at` lacks."""

    at: datetime
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it was written: text (quoted), a whole or broken number, true or false, null, or a moment."""

    value: str | int | float | bool | Moment | None
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """A property's name as it was written."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`severity eq 'High'`."""

    name: Name
    operator: Operator
    literal: Literal


@dataclass(frozen=True, slots=True)
class Membership:
    """`severity in ('High','Medium')`."""

    name: Name
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """`startswith(computerDnsName,'srv')`: a function of a property and a text; the function's name is in lower case."""

    function: str
    name: Name
    literal: Literal


@dataclass(frozen=True, slots=True)
class Negation:
    """`not (…)`."""

    inner: "Expression"


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by the same word."""

    connective: Connective
    parts: tuple["Expression", ...]


Expression = Comparison | Membership | Call | Negation | Junction


@dataclass(frozen=True, slots=True)
class Ordering:
    """A term of `$orderby`."""

    name: Name
    descending: bool
