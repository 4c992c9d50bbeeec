"""What real telemetry suffers from: missing hashes, cut command lines, late batches, rows that are sent twice.

Wrong clocks are part of a device (`fleet.Device.skew`), long and foreign texts of what it does.
"""

from datetime import date, timedelta

from huntline.demo.dice import Dice
from huntline.demo.fleet import Device
from huntline.demo.stage import Record, Row

MISSING_HASH = 0.01
CUT_AT = 1000  # characters; an old agent cuts what is longer
CUT = 0.3
RESENT_BATCH = 0.2
RESENT_ROWS = 20

# The silent laptop is out of reach for two days; what it did then arrives on the day after.
SILENT_FROM, SILENT_TO = 4, 3  # days before the last one
LATE_DAY = 2


def soil(records: list[Record], dice: Dice) -> None:
    """Take hashes away and cut command lines, here and there; rows of a storyline stay whole."""
    for record in records:
        if record.table != "DeviceProcessEvents":
            continue
        row = record.row
        if dice.chance(MISSING_HASH) and record.step is None:
            row.pop("SHA256", None)
        command = row.get("ProcessCommandLine")
        if isinstance(command, str) and len(command) > CUT_AT and record.step is None and dice.chance(CUT):
            row["ProcessCommandLine"] = command[:CUT_AT]


def arrival_day(device: Device, day: date, last: date) -> date:
    """Return the day on which the rows of a device's day arrive."""
    away = (last - day).days
    return last - timedelta(days=LATE_DAY) if device.goes_silent and SILENT_TO <= away <= SILENT_FROM else day


def pick_resent(rows: list[Row], labelled: set[int], dice: Dice) -> list[Row]:
    """Return rows that the sender sends once more, because it did not hear the answer. labelled: the `id()` of rows to leave out."""
    if not dice.chance(RESENT_BATCH):
        return []
    start = dice.between(0, max(0, len(rows) - RESENT_ROWS))
    return [row for row in rows[start : start + RESENT_ROWS] if id(row) not in labelled]
