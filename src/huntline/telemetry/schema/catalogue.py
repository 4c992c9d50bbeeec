"""The catalogue as others ask for it: a table by name, the tables on disk, and what the KQL compiler wants."""

from collections.abc import Mapping, Sequence
from typing import Literal

from huntline.kql.symbols import ColumnSymbol, FunctionSymbol, TableSymbol
from huntline.kql.types import KqlType
from huntline.telemetry.schema.prevalence import rollup_symbol
from huntline.telemetry.schema.spec import INGESTION_TIME, TENANT, TIME, ColumnSpec, IndexKind, TableSpec
from huntline.telemetry.schema.tables import TABLES

_BY_NAME = {table.name: table for table in TABLES}
_REGISTRY_PATHS = frozenset({"RegistryKey", "PreviousRegistryKey"})
_INDEXES: Mapping[IndexKind, Literal["text", "values"]] = {
    IndexKind.VALUES: "values",
    IndexKind.TERMS: "text",
    IndexKind.TERMS_AND_PARTS: "text",
}
_NEVER_NULL = frozenset({"string", "dynamic"})


def find_table(name: str) -> TableSpec | None:
    """Return the table of that exact name, or None."""
    return _BY_NAME.get(name)


def physical_tables() -> tuple[TableSpec, ...]:
    """Return the tables that stand on disk: those that are no second name of another."""
    return tuple(table for table in TABLES if table.stored_as == table.name)


class HuntingCatalog:
    """The hunting tables, as `huntline.kql.symbols.Catalog` asks for them."""

    def __init__(self, tables: Sequence[TableSpec]) -> None:
        self._symbols = {table.name: _table_symbol(table) for table in tables}
        # A wildcard or a search must not read one physical table twice.
        self._names = tuple(table.name for table in tables if table.stored_as == table.name)
        self._prevalence = rollup_symbol()

    def table(self, name: str) -> TableSymbol | None:
        """Return the table of that exact name, or None."""
        return self._symbols.get(name)

    def table_names(self) -> Sequence[str]:
        """Return the names that wildcards and searches read, in their order."""
        return self._names

    def prevalence(self) -> TableSymbol:
        """Return the roll-up of files, which no query can name."""
        return self._prevalence

    def function(self, name: str) -> FunctionSymbol | None:  # noqa: ARG002 - it knows of no library
        """Return None: saved functions belong to tenants."""
        return None

    def function_names(self) -> Sequence[str]:
        """Return none."""
        return ()


def _table_symbol(table: TableSpec) -> TableSymbol:
    return TableSymbol(
        name=table.name,
        columns=tuple(_column_symbol(column) for column in table.columns),
        physical=(None, table.stored_as),
        tenant_column=TENANT,
        time_column=table.time_column,
        ingestion_column=INGESTION_TIME,
        doc=table.doc,
    )


def _column_symbol(column: ColumnSpec) -> ColumnSymbol:
    return ColumnSymbol(
        name=column.name,
        type=KqlType(column.type),
        # The compiler writes predicates for a text index; the index over parts serves `lower(col) LIKE` by itself.
        index=_INDEXES.get(column.index),
        nullable=column.type not in _NEVER_NULL and column.name != TIME,
        registry_path=column.name in _REGISTRY_PATHS,
        doc=column.doc,
    )


CATALOG = HuntingCatalog(TABLES)
