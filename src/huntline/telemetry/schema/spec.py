"""The words of the catalogue: a column, a table, and how each KQL type is stored.

IdentityInfo has a column `TenantId` of its own (the organisation's id in its cloud directory), which is why the
columns that Huntline keeps beside every row begin with an underscore: `_TenantId`, `_IngestionTime`, `_Source`,
`_SourceFields`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

KqlType = Literal["string", "int", "long", "real", "bool", "datetime", "dynamic"]

TENANT = "_TenantId"
INGESTION_TIME = "_IngestionTime"
SOURCE = "_Source"
CHUNK = "_Chunk"
SOURCE_FIELDS = "_SourceFields"
TIME = "Timestamp"

# A string is never null (missing is ""), and neither is JSON text; every other type has null (KQL's own rule).
STORAGE: Mapping[KqlType, str] = {
    "string": "String",
    "int": "Nullable(Int32)",
    "long": "Nullable(Int64)",
    "real": "Nullable(Float64)",
    "bool": "Nullable(Bool)",
    "datetime": "Nullable(DateTime64(7, 'UTC'))",
    "dynamic": "String",
}
LOW_CARDINALITY_STORAGE = "LowCardinality(String)"
TIME_STORAGE = "DateTime64(7, 'UTC')"


class IndexKind(StrEnum):
    """What the engine can find in a column without reading it."""

    NONE = "none"
    VALUES = "values"
    """Whole values, by equality: hashes."""
    TERMS = "terms"
    """Whole terms, case aside: `has`, `has_any`, `has_all`."""
    TERMS_AND_PARTS = "terms_and_parts"
    """Whole terms, and any four characters in a row: `contains` too."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A column name explained once: its KQL type and one line of documentation."""

    type: KqlType
    doc: str


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column of a hunting table."""

    name: str
    type: KqlType
    doc: str
    storage: str
    index: IndexKind = IndexKind.NONE
    holds_json: bool = False
    """A string whose text is JSON: a source may send the value itself instead of its text."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One hunting table. `columns` are those that hunters see, in their order."""

    name: str
    doc: str
    columns: tuple[ColumnSpec, ...]
    stored_as: str
    """Name of the physical table; differs from `name` where two names mean one table."""

    @property
    def time_column(self) -> str | None:
        """`Timestamp`, or None in tables of present state."""
        return TIME if any(column.name == TIME for column in self.columns) else None

    @property
    def sorting_key(self) -> tuple[str, ...]:
        """How rows lie on disk: the tenant first, so that a tenant's hunt reads only its own; then the device, for its timeline."""
        first = (TENANT, "DeviceId") if self.has("DeviceId") else (TENANT,)
        if self.time_column:
            return (*first, TIME)
        return first if len(first) > 1 else (TENANT, self.columns[0].name)

    def has(self, name: str) -> bool:
        """Whether hunters see a column of this name."""
        return any(column.name == name for column in self.columns)

    def column(self, name: str) -> ColumnSpec:
        """Return the column. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


HIDDEN_COLUMNS: tuple[ColumnSpec, ...] = (
    ColumnSpec(TENANT, "string", "Huntline's tenant that the row belongs to.", LOW_CARDINALITY_STORAGE),
    ColumnSpec(
        INGESTION_TIME, "datetime", "When Huntline took the row in; what ingestion_time() answers.", TIME_STORAGE
    ),
    ColumnSpec(SOURCE, "string", "Format that the row came by, such as defender or sysmon.", LOW_CARDINALITY_STORAGE),
    ColumnSpec(
        SOURCE_FIELDS, "dynamic", "The source's own fields as JSON text, as they came.", "String", holds_json=True
    ),
    ColumnSpec(CHUNK, "long", "What the row was inserted with; by it rows that are sent again are known.", "UInt64"),
)


def columns(*entries: tuple[str, KqlType, str]) -> dict[str, Meaning]:
    """Index explanations by column name. Raises ValueError when a name is explained twice."""
    meanings: dict[str, Meaning] = {}
    for name, kql_type, doc in entries:
        if name in meanings:
            raise ValueError(f"Column {name} is explained twice.")
        meanings[name] = Meaning(kql_type, doc)
    return meanings
