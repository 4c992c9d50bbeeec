"""OData as the Defender APIs speak it: query options read into values, a filter into a condition of the ORM.

A foreign type is described by a table of `Property` rows; nothing else of a request reaches the database. Why this is not a library:
docs/decisions/0007-odata.md.
"""

from huntline.compat.odata.conditions import condition, ordering
from huntline.compat.odata.options import LARGEST_PAGE, Options, read_options
from huntline.compat.odata.properties import (
    DATETIME,
    INTEGER,
    TEXT,
    UNSTORED,
    UUID,
    Kind,
    Properties,
    Property,
    enumeration,
)

__all__ = [
    "DATETIME",
    "INTEGER",
    "LARGEST_PAGE",
    "TEXT",
    "UNSTORED",
    "UUID",
    "Kind",
    "Options",
    "Properties",
    "Property",
    "condition",
    "enumeration",
    "ordering",
    "read_options",
]
