"""The catalogue of the hunting tables: names, columns, KQL types, how they are stored, and one line about each.

`SCHEMA_VERSION` rises with every change of the catalogue; evidence and the engine record it.
"""

from huntline.telemetry.schema.catalogue import CATALOG, HuntingCatalog, find_table, physical_tables
from huntline.telemetry.schema.spec import (
    CHUNK,
    HIDDEN_COLUMNS,
    INGESTION_TIME,
    SOURCE,
    SOURCE_FIELDS,
    TENANT,
    TIME,
    ColumnSpec,
    IndexKind,
    KqlType,
    TableSpec,
)
from huntline.telemetry.schema.tables import TABLES

SCHEMA_VERSION = 2

__all__ = [
    "CATALOG",
    "CHUNK",
    "HIDDEN_COLUMNS",
    "INGESTION_TIME",
    "SCHEMA_VERSION",
    "SOURCE",
    "SOURCE_FIELDS",
    "TABLES",
    "TENANT",
    "TIME",
    "ColumnSpec",
    "HuntingCatalog",
    "IndexKind",
    "KqlType",
    "TableSpec",
    "find_table",
    "physical_tables",
]
