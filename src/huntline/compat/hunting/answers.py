"""The answer of a hunt as Defender writes it, put together from the rows' JSON without unpacking what can stay packed."""

from collections.abc import Mapping
from typing import Any, Final

from huntline.hunting.results import HuntResult

# KQL's types by the names of .NET that the contract uses.
TYPES: Final[Mapping[str, str]] = {
    "bool": "SByte",
    "datetime": "DateTime",
    "decimal": "SqlDecimal",
    "dynamic": "Object",
    "guid": "Guid",
    "int": "Int32",
    "long": "Int64",
    "real": "Double",
    "string": "String",
    "timespan": "TimeSpan",
}


def hunt_body(result: HuntResult) -> dict[str, Any]:
    """Return Stats, Schema and Results. Of the engine's use of resources we tell what we measured: the time, and the answer's size."""
    return {
        "Stats": {
            "ExecutionTime": result.duration_ms / 1000,
            "dataset_statistics": [{"table_row_count": result.row_count, "table_size": size_of(result)}],
        },
        "Schema": [{"Name": column.name, "Type": TYPES[column.type]} for column in result.columns],
        "Results": list(result.records()),
    }


def size_of(result: HuntResult) -> int:
    """Return the size of the rows' values as JSON, in bytes."""
    return sum(len(block) for block in result.rows.blocks)
