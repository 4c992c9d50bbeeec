"""The types of KQL, and the physical form in which a value of each travels through SQL.

A `dynamic` value has several physical forms (see `Form`); which one an expression has is part of its type, so that values
are converted late and never by a round trip through text.
"""

from dataclasses import dataclass
from enum import StrEnum


class KqlType(StrEnum):
    """A type of the language, by its own name."""

    STRING = "string"
    BOOL = "bool"
    INT = "int"
    LONG = "long"
    REAL = "real"
    DECIMAL = "decimal"
    DATETIME = "datetime"
    TIMESPAN = "timespan"
    DYNAMIC = "dynamic"
    GUID = "guid"


TYPE_NAMES: dict[str, KqlType] = {
    **{kind.value: kind for kind in KqlType},
    "boolean": KqlType.BOOL,
    "date": KqlType.DATETIME,
    "double": KqlType.REAL,
    "float": KqlType.REAL,
    "int32": KqlType.INT,
    "int64": KqlType.LONG,
    "time": KqlType.TIMESPAN,
    "uuid": KqlType.GUID,
    "uniqueid": KqlType.GUID,
}

INTEGERS = frozenset({KqlType.INT, KqlType.LONG})
NUMBERS = frozenset({KqlType.INT, KqlType.LONG, KqlType.REAL, KqlType.DECIMAL})

NUMBER_RANK = {KqlType.INT: 0, KqlType.LONG: 1, KqlType.REAL: 2, KqlType.DECIMAL: 3}


class Form(StrEnum):
    """How a `dynamic` travels. Every other type has one form, `PLAIN`."""

    PLAIN = "plain"
    """Not a dynamic: the ClickHouse value of the KQL type itself (see `PHYSICAL`)."""
    JSON = "json"
    """A String: JSON text; a text that is no JSON stands for itself as a string; '' is null."""
    ARRAY = "array"
    """An Array of plain values of type `element`, or of JSON texts where `element` is dynamic."""
    SCALAR = "scalar"
    """A plain value of type `element` that KQL calls dynamic, as `split(x, ',')[0]` is."""


@dataclass(frozen=True, slots=True)
class ValueType:
    """The KQL type of a value together with its physical form."""

    kql: KqlType
    form: Form = Form.PLAIN
    element: KqlType | None = None


STRING = ValueType(KqlType.STRING)
BOOL = ValueType(KqlType.BOOL)
INT = ValueType(KqlType.INT)
LONG = ValueType(KqlType.LONG)
REAL = ValueType(KqlType.REAL)
DECIMAL = ValueType(KqlType.DECIMAL)
DATETIME = ValueType(KqlType.DATETIME)
TIMESPAN = ValueType(KqlType.TIMESPAN)
GUID = ValueType(KqlType.GUID)
JSON = ValueType(KqlType.DYNAMIC, Form.JSON)
OPEN = ValueType(KqlType.DYNAMIC, Form.JSON, KqlType.DYNAMIC)
"""A property that a plugin makes a column of: JSON text whose type is known by its values only, so it may stand for any type."""

PLAIN: dict[KqlType, ValueType] = {kind: JSON if kind is KqlType.DYNAMIC else ValueType(kind) for kind in KqlType}
"""The form in which a value of the type is stored and in which branches of different origin meet."""

_ARRAYS = {kind: ValueType(KqlType.DYNAMIC, Form.ARRAY, kind) for kind in KqlType}
_SCALARS = {kind: ValueType(KqlType.DYNAMIC, Form.SCALAR, kind) for kind in KqlType}


def array_of(element: KqlType) -> ValueType:
    """Return the type of an array whose elements are all of one KQL type."""
    return _ARRAYS[element]


def is_dynamic(kind: ValueType) -> bool:
    """Say whether a value is a dynamic as the language knows it, and not one that may stand for any type."""
    return kind.kql is KqlType.DYNAMIC and kind != OPEN


def scalar_of(element: KqlType) -> ValueType:
    """Return the type of a dynamic that is known to hold a plain value of `element`."""
    return JSON if element is KqlType.DYNAMIC else _SCALARS[element]


PHYSICAL: dict[KqlType, str] = {
    KqlType.STRING: "String",
    KqlType.BOOL: "Nullable(Bool)",
    KqlType.INT: "Nullable(Int32)",
    KqlType.LONG: "Nullable(Int64)",
    KqlType.REAL: "Nullable(Float64)",
    KqlType.DECIMAL: "Nullable(Decimal(76, 18))",
    KqlType.DATETIME: "Nullable(DateTime64(7, 'UTC'))",
    KqlType.TIMESPAN: "Nullable(Int64)",
    KqlType.DYNAMIC: "String",
    KqlType.GUID: "String",
}
"""The ClickHouse type of a value inside a query. Strings, dynamics and guids are never NULL: '' is their missing value."""
