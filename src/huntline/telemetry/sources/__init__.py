"""Sources of telemetry: one file per input format, and the mapping of their events to the hunting tables.

`open_source` tells formats by their content and yields thin events; a `Mapper` turns them into rows. What cannot be read is a `Refusal`,
what has no place in the hunting tables is counted with its reason: nothing disappears without a word.
"""

from huntline.telemetry.sources.event import Event, Item, TableRow
from huntline.telemetry.sources.formats import FORMATS, Source, SourceSpec, open_source, recognise
from huntline.telemetry.sources.mapper import Batch, Mapper, MappingReport, NotMapped
from huntline.telemetry.sources.processes import ProcessTable, Recall
from huntline.telemetry.sources.values import device_id

__all__ = [
    "FORMATS",
    "Batch",
    "Event",
    "Item",
    "Mapper",
    "MappingReport",
    "NotMapped",
    "ProcessTable",
    "Recall",
    "Source",
    "SourceSpec",
    "TableRow",
    "device_id",
    "open_source",
    "recognise",
]
