"""From thin events to rows of hunting tables: the tables of `tables/` applied, with what one event cannot know alone.

That is: which process did it (`processes`), what the host's clock means (`clocks`), that two logs tell one thing (`pairing`), and that
one script comes in parts (`scripts`). All of it is done in batches of events, so that memory is bounded and the same input gives the
same batches.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from huntline.telemetry.rows import LINE, SOURCE, MappedRows, Refusal, Row
from huntline.telemetry.sources.building import Device, build_row, first_text
from huntline.telemetry.sources.clocks import HostClocks
from huntline.telemetry.sources.event import Event, Item, TableRow
from huntline.telemetry.sources.hosts import HostNames
from huntline.telemetry.sources.pairing import Pairing
from huntline.telemetry.sources.processes import ProcessTable
from huntline.telemetry.sources.scripts import ScriptParts
from huntline.telemetry.sources.spec import Effect, EventSpec
from huntline.telemetry.sources.tables import CHANNELS, reason_not_mapped
from huntline.telemetry.sources.values import device_id, guid, moment, nonzero, stable_number

BATCH: Final = 5_000
# For how many batches a row waits for a better source: shippers send one log a while after the other.
HELD_BATCHES: Final = 5
# A Sysmon event that is older than this when it is written has a broken UtcTime (seen in recordings): the outer time counts.
LATEST_REPORT: Final = timedelta(hours=1)
CLASSIC_POWERSHELL: Final = ("windows powershell", 800)
MODULE_LOGGING: Final = ("microsoft-windows-powershell/operational", 4103)
LOGON: Final = ("security", 4624)


@dataclass(frozen=True, slots=True)
class NotMapped:
    """Events that became no rows."""

    channel: str
    provider: str
    event_id: int
    reason: str


@dataclass(slots=True)
class Batch:
    """What came of one batch of records: `number` counts from 0, `records` is how many were read for it."""

    number: int
    records: int
    rows: list[MappedRows]
    refusals: list[Refusal]


@dataclass(slots=True)
class MappingReport:
    """What is not stored as a row of its own, over all batches so far.

    not_mapped: events without a row. merged: by table, events that a row of another event already tells, and parts of scripts.
    Records read = rows + not mapped + merged + refused.
    """

    not_mapped: Counter[NotMapped] = field(default_factory=Counter)
    merged: Counter[str] = field(default_factory=Counter)


def _index() -> dict[tuple[str, int], tuple[EventSpec, ...]]:
    specs: defaultdict[tuple[str, int], tuple[EventSpec, ...]] = defaultdict(tuple)
    for channel, of_channel in CHANNELS.items():
        for spec in of_channel:
            for event_id in spec.ids:
                specs[channel, event_id] += (spec,)
    return dict(specs)


_SPECS: Final = _index()


class Mapper:
    """Maps the events of one tenant. Keeps state between batches: one mapper for one stream, used by one thread at a time."""

    def __init__(self, tenant_id: object, processes: ProcessTable, *, batch_size: int = BATCH) -> None:
        self.report = MappingReport()
        self._tenant_id = tenant_id
        self._processes = processes
        self._batch_size = batch_size
        self._clocks = HostClocks()
        self._names = HostNames()
        self._ids: dict[str, str] = {}
        self._pairing = Pairing(self.report.merged, HELD_BATCHES)
        self._scripts = ScriptParts(self.report.merged)
        self._logons: dict[tuple[str, int], Row] = {}
        self._module_logging: set[str] = set()
        self._told: list[Counter[int]] = [Counter(), Counter()]
        self._rows: defaultdict[str, list[Row]] = defaultdict(list)

    def map(self, items: Iterable[Item]) -> Iterator[Batch]:
        """Map a stream in batches; the last batch also holds what had been kept back for a second source to tell more."""
        stream = iter(items)
        batch, number = list(islice(stream, self._batch_size)), 0
        while batch:
            following = list(islice(stream, self._batch_size))
            yield self._map_batch(batch, number, last=not following)
            batch, number = following, number + 1

    def _map_batch(self, items: list[Item], number: int, *, last: bool) -> Batch:
        self._learn([item for item in items if isinstance(item, Event)])
        refusals: list[Refusal] = []
        for item in items:
            if isinstance(item, Event):
                self._map_event(item)
            elif isinstance(item, TableRow):
                self._take_row(item)
            else:
                refusals.append(item)
        for kept in (self._pairing, self._scripts):
            for table, row in kept.release(everything=last):
                self._rows[table].append(row)
        self._logons.clear()
        rows = [MappedRows(table, found) for table, found in self._rows.items()]
        self._rows = defaultdict(list)
        return Batch(number, len(items), rows, refusals)

    def _learn(self, events: list[Event]) -> None:
        """Learn from a whole batch what its first events must know already."""
        self._tell_apart(events)
        self._names.learn({event.host for event in events})
        for event in events:
            event.host = self._names.whole(event.host)
        self._clocks.learn(events)
        self._module_logging.update(event.host for event in events if (event.channel, event.event_id) == MODULE_LOGGING)

    def _tell_apart(self, events: list[Event]) -> None:
        """Give records that are the same to the byte numbers of their own, by their order: the same whenever they are read."""
        self._told = [Counter(), self._told[0]]
        present, previous = self._told
        for event in events:
            present[event.report_id] += 1
            repeated = present[event.report_id] + previous[event.report_id] - 1
            if repeated:
                event.report_id = stable_number(b"%d:%d" % (event.report_id, repeated))

    def _take_row(self, item: TableRow) -> None:
        item.row[LINE] = item.line
        if item.source:
            item.row[SOURCE] = item.source
        self._rows[item.table].append(item.row)

    def _map_event(self, event: Event) -> None:
        found = self._spec(event)
        if isinstance(found, str):
            self.report.not_mapped[NotMapped(event.channel, event.provider, event.event_id, found)] += 1
            return
        event.at = self._time(event)
        device = self._device(event)
        if found.table is None:
            self._apply(found, event, device)
        else:
            self._add_row(found, found.table, event, device)

    def _add_row(self, spec: EventSpec, table: str, event: Event, device: Device) -> None:
        row, extra = build_row(spec, table, event, device)
        if spec.effect is Effect.STARTS_PROCESS:
            device.processes.start(row, event.at)
        if spec.effect is Effect.JOINS_PARTS:
            self._rows[table].extend(self._scripts.add(device.id, table, row, event.fields))
        elif spec.merge is None or self._pairing.is_new(spec.merge, table, row, extra):
            self._rows[table].append(row)
        if (event.channel, event.event_id) == LOGON and isinstance(logon := row.get("LogonId"), int):
            self._logons[device.id, logon] = row

    def _apply(self, spec: EventSpec, event: Event, device: Device) -> None:
        """Do what an event does that becomes no row."""
        if spec.effect is Effect.ENDS_PROCESS and spec.actor is not None:
            device.processes.end(guid(first_text(event.fields, spec.actor.guid) or ""), event.at)
        elif spec.effect is Effect.MARKS_PRIVILEGE:
            row = self._logons.get((device.id, nonzero(event.fields.get("SubjectLogonId")) or 0))
            if row is not None:
                row["IsLocalAdmin"] = True
        reason = reason_not_mapped(event.channel, event.event_id)
        self.report.not_mapped[NotMapped(event.channel, event.provider, event.event_id, reason)] += 1

    def _spec(self, event: Event) -> EventSpec | str:
        """Return the spec that fits, or why there is none."""
        identity = (event.channel, event.event_id)
        specs = _SPECS.get(identity)
        if specs is None:
            return reason_not_mapped(*identity)
        if not event.host:
            return "the record does not say on which device it happened"
        if event.message and specs[0].message is not None:
            event.fields.update(specs[0].message(event.message))
        if identity == CLASSIC_POWERSHELL and (reason := self._needless(event)):
            return reason
        for spec in specs:
            if spec.provider and spec.provider != event.provider.lower():
                return f"{event.provider} uses this number for something else"
            if spec.when is None or str(event.fields.get(spec.when[0])).lower() in spec.when[1]:
                return spec
        name = specs[0].when[0] if specs[0].when is not None else ""
        return f"its {name} is missing or not known"

    def _needless(self, event: Event) -> str:
        """Return why an event of the classic PowerShell log is not wanted, or nothing."""
        if event.host in self._module_logging:
            return "4103 of the same device tells the same in full"
        return "" if event.fields.keys() & {"Payload", "param3"} else "the source kept neither its data nor its text"

    def _time(self, event: Event) -> datetime:
        outer = event.at + self._clocks.offset(event.host)
        utc = event.fields.get("UtcTime")
        inner = moment(utc) if utc is not None else None
        return inner if inner is not None and abs(outer - inner) <= LATEST_REPORT else outer

    def _device(self, event: Event) -> Device:
        identity = self._ids.get(event.host)
        if identity is None:
            identity = self._ids[event.host] = device_id(self._tenant_id, event.host)
        return Device(identity, event.host, self._processes.device(identity, event.at))
