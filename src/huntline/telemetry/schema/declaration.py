"""How a table is written down: name, one line, its columns in order, and what a name means only there."""

from collections.abc import Mapping

from huntline.telemetry.schema.columns import MEANINGS
from huntline.telemetry.schema.layout import HOLDS_JSON, LOW_CARDINALITY, index_kind
from huntline.telemetry.schema.spec import (
    LOW_CARDINALITY_STORAGE,
    STORAGE,
    TIME,
    TIME_STORAGE,
    ColumnSpec,
    IndexKind,
    Meaning,
    TableSpec,
)

# An identifier of an event in tables that do not come from a device's sensor.
EVENT_ID = Meaning("string", "Id of the event.")
FACTS = Meaning("dynamic", "Further facts of the event, as a bag; which ones depends on ActionType.")


def table(
    name: str, doc: str, names: str, *, overrides: Mapping[str, Meaning] | None = None, stored_as: str = ""
) -> TableSpec:
    """Declare a table of the columns `names` (separated by blanks). Raises KeyError for an unexplained name."""
    meanings = {**MEANINGS, **(overrides or {})}
    return TableSpec(
        name=name,
        doc=doc,
        columns=tuple(_column(column, meanings[column]) for column in names.split()),
        stored_as=stored_as or name,
    )


def _column(name: str, meaning: Meaning) -> ColumnSpec:
    storage = STORAGE[meaning.type]
    if name == TIME:
        storage = TIME_STORAGE  # what rows are sorted and kept by
    elif meaning.type == "string" and name in LOW_CARDINALITY:
        storage = LOW_CARDINALITY_STORAGE
    searchable = meaning.type in ("string", "dynamic")
    return ColumnSpec(
        name=name,
        type=meaning.type,
        doc=meaning.doc,
        storage=storage,
        index=index_kind(name) if searchable else IndexKind.NONE,
        holds_json=meaning.type == "dynamic" or (meaning.type == "string" and name in HOLDS_JSON),
    )
