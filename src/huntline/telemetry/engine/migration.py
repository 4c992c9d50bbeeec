"""Bring the engine's tables to the catalogue of this version. Safe to run at every start: what is there is left alone."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import huntline
from huntline.kernel import Unavailable, now, translatable
from huntline.telemetry.engine import ddl, rollups
from huntline.telemetry.schema import SCHEMA_VERSION, TableSpec, physical_tables
from huntline.telemetry.schema.prevalence import CONTRIBUTIONS, FILES

_VERSIONS = "huntline_schema"


def migrate(client: Any) -> list[str]:
    """Make missing tables, columns and indexes, record the schema version, and return the statements that were run.

    Raises Unavailable: `engine_newer` when a later version of Huntline wrote here, `engine_layout_differs` when a
    column is stored by another type than the catalogue says.
    """
    client.command(
        f"CREATE TABLE IF NOT EXISTS {ddl.quote(_VERSIONS)} "
        "(version UInt32, applied DateTime64(6, 'UTC'), huntline String) ENGINE = MergeTree ORDER BY version"
    )
    recorded = stored_version(client)
    if recorded > SCHEMA_VERSION:
        raise Unavailable(
            "engine_newer",
            translatable(
                "The telemetry was written by a later Huntline (schema {stored}; this one knows {known}). Install that one."
            ),
            stored=recorded,
            known=SCHEMA_VERSION,
        )
    statements = _missing(client)
    for statement in statements:
        client.command(statement)
    if recorded < SCHEMA_VERSION:
        row = [SCHEMA_VERSION, now(), huntline.__version__]
        client.insert(_VERSIONS, [row], column_names=["version", "applied", "huntline"])
    return statements


def stored_version(client: Any) -> int:
    """Return the schema version that was recorded last; 0 when none was."""
    return int(client.query(f"SELECT max(version) FROM {ddl.quote(_VERSIONS)}").result_rows[0][0])


def _missing(client: Any) -> list[str]:
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for table, name, kind in client.query(
        "SELECT table, name, type FROM system.columns WHERE database = currentDatabase()"
    ).result_rows:
        columns[table][name] = kind
    indexes: dict[str, set[str]] = defaultdict(set)
    for table, name in client.query(
        "SELECT table, name FROM system.data_skipping_indices WHERE database = currentDatabase()"
    ).result_rows:
        indexes[table].add(name)
    spread = _distributed(client)
    statements: list[str] = []
    for spec in physical_tables():
        if spec.name not in columns:
            statements.append(ddl.create_table(spec))
        elif spec.name in spread:
            _compare(spec, columns[spec.name])
        else:
            statements += _changes(spec, columns[spec.name], indexes[spec.name])
    return statements if FILES in spread else statements + _missing_rollups(columns)


def _missing_rollups(stored: Mapping[str, object]) -> list[str]:
    """Return what makes the roll-up of files and its views; rows that are there already are rolled up before their view stands."""
    statements = [] if FILES in stored else [rollups.create_rollup()]
    for contribution in CONTRIBUTIONS:
        if rollups.view_name(contribution) in stored:
            continue
        if contribution.table in stored:
            statements.append(rollups.fill_rollup(contribution))
        statements.append(rollups.create_view(contribution))
    return statements


def _distributed(client: Any) -> set[str]:
    """Return the tables that only point at those of a cluster, where the one who runs the cluster changes them and what is rolled up."""
    asked = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'Distributed'"
    return {name for (name,) in client.query(asked).result_rows}


def _compare(spec: TableSpec, stored: dict[str, str]) -> None:
    for column in ddl.columns_of(spec):
        if stored.get(column.name) != column.storage:
            raise Unavailable(
                "engine_layout_differs",
                translatable("Column {column} of {table} is stored as {stored}, but this Huntline wants {wanted}."),
                column=column.name,
                table=spec.name,
                stored=stored.get(column.name, "(missing)"),
                wanted=column.storage,
            )


def _changes(spec: TableSpec, stored: dict[str, str], indexed: set[str]) -> list[str]:
    table = ddl.quote(spec.name)
    added = [column for column in ddl.columns_of(spec) if column.name not in stored]
    statements = [f"ALTER TABLE {table} ADD COLUMN {ddl.column_definition(column)}" for column in added]
    _compare(spec, stored | {column.name: column.storage for column in added})
    for name, definition in ddl.indexes_of(spec).items():
        if name not in indexed:
            statements += [
                f"ALTER TABLE {table} ADD INDEX {name} {definition}",
                f"ALTER TABLE {table} MATERIALIZE INDEX {name}",
            ]
    return statements
