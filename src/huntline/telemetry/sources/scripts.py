"""PowerShell 4104: a long script block comes in parts, which are one row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from huntline.telemetry.rows import Row
from huntline.telemetry.sources.values import number


@dataclass(slots=True)
class _Script:
    table: str
    row: Row
    total: int
    parts: dict[int, str] = field(default_factory=dict)
    waited: int = 0

    def joined(self) -> Row:
        """Return the row with the whole text; what is missing of it is said."""
        extra = self.row["AdditionalFields"]
        if isinstance(extra, dict):
            extra["Command"] = "".join(self.parts[index] for index in sorted(self.parts))
            if len(self.parts) < self.total:
                extra["PartsSeen"] = f"{', '.join(map(str, sorted(self.parts)))} of {self.total}"
        return self.row


class ScriptParts:
    """Collects parts by device and ScriptBlockId until all are there, or for as long as two batches."""

    def __init__(self, merged: Counter[str]) -> None:
        self._merged = merged
        self._scripts: dict[tuple[str, str], _Script] = {}

    def add(self, device: str, table: str, row: Row, fields: Row) -> Iterator[Row]:
        """Take one part; yields the row when it is complete."""
        total = number(fields.get("MessageTotal") or 1) or 1
        if total == 1:
            yield row
            return
        key = (device, str(fields.get("ScriptBlockId")))
        script = self._scripts.get(key)
        if script is None:
            script = self._scripts[key] = _Script(table, row, total)
        else:
            self._merged[table] += 1
        script.parts[number(fields.get("MessageNumber") or 1) or 1] = str(fields.get("ScriptBlockText") or "")
        if len(script.parts) == script.total:
            del self._scripts[key]
            yield script.joined()

    def release(self, *, everything: bool) -> Iterator[tuple[str, Row]]:
        """End a batch: give out what waited for a whole batch (or all) in vain."""
        for key, script in list(self._scripts.items()):
            if everything or script.waited:
                del self._scripts[key]
                yield script.table, script.joined()
            script.waited += 1
