"""The SQL that makes the tables. Names come from the catalogue only; nothing here holds a value that somebody sent.

The layout and the figures behind it: docs/decisions/0004-engine-layout.md.
"""

from huntline.telemetry.schema import HIDDEN_COLUMNS, INGESTION_TIME, ColumnSpec, IndexKind, TableSpec

TEXT_INDEX = "text(tokenizer = 'splitByNonAlpha', preprocessor = lower({column}))"
VALUES_INDEX = "bloom_filter(0.01)"
PARTS_INDEX = "ngrambf_v1(4, 32768, 3, 0)"

# Times and counters grow along a part: store the differences.
_DELTA = "Delta, ZSTD(1)"
_COUNTERS = frozenset({"ReportId"})


def columns_of(table: TableSpec) -> tuple[ColumnSpec, ...]:
    """Return the stored columns: Huntline's own first, then those that hunters see."""
    return (*HIDDEN_COLUMNS, *table.columns)


def create_table(table: TableSpec) -> str:
    """Return the statement that makes the table where it is missing."""
    lines = [column_definition(column) for column in columns_of(table)]
    lines += [f"INDEX {name} {definition}" for name, definition in indexes_of(table).items()]
    partition = f"PARTITION BY toDate({table.time_column}) " if table.time_column else ""
    key = ", ".join(quote(name) for name in table.sorting_key)
    settings = {
        # An acknowledged row outlives a power cut, not only the process.
        "fsync_after_insert": 1,
        "fsync_part_directory": 1,
    }
    return (
        f"CREATE TABLE IF NOT EXISTS {quote(table.stored_as)} ({', '.join(lines)}) ENGINE = MergeTree "
        f"{partition}ORDER BY ({key}) SETTINGS " + ", ".join(f"{name} = {value}" for name, value in settings.items())
    )


def column_definition(column: ColumnSpec) -> str:
    """Return the column as CREATE TABLE and ADD COLUMN want it."""
    return f"{quote(column.name)} {column.storage} CODEC({_codec(column)})"


def indexes_of(table: TableSpec) -> dict[str, str]:
    """Return the table's skip indexes: name to definition."""
    indexes = {"ingestion_time": f"{quote(INGESTION_TIME)} TYPE minmax GRANULARITY 1"}
    for column in table.columns:
        name = quote(column.name)
        if column.index is IndexKind.VALUES:
            indexes[f"values_of_{column.name}"] = f"{name} TYPE {VALUES_INDEX} GRANULARITY 1"
        elif column.index is not IndexKind.NONE:
            indexes[f"terms_of_{column.name}"] = f"{name} TYPE {TEXT_INDEX.format(column=name)}"
        if column.index is IndexKind.TERMS_AND_PARTS:
            indexes[f"parts_of_{column.name}"] = f"lower({name}) TYPE {PARTS_INDEX} GRANULARITY 1"
    return indexes


def quote(name: str) -> str:
    """Return the name of a table or column in backticks. Raises ValueError for a name that no catalogue would hold."""
    if not name.isidentifier():
        raise ValueError(f"{name!r} is no name of a table or a column.")
    return f"`{name}`"


def _codec(column: ColumnSpec) -> str:
    if "DateTime64" in column.storage or (column.name in _COUNTERS and "Int64" in column.storage):
        return _DELTA
    return "ZSTD(1)"
