"""The columnar engine that holds the hunting tables: ClickHouse, in this process (chDB) or as a server.

`get_engine()` gives the process's own. An embedded directory belongs to one process at a time.
"""

from huntline.telemetry.engine.answer import Block, Rows, Stats
from huntline.telemetry.engine.engine import Engine, Question
from huntline.telemetry.engine.limits import EngineFault, Limits
from huntline.telemetry.engine.process import close_engine, get_engine

__all__ = [
    "Block",
    "Engine",
    "EngineFault",
    "Limits",
    "Question",
    "Rows",
    "Stats",
    "close_engine",
    "get_engine",
]
