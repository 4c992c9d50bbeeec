"""One event and its spec make one row."""

from typing import Final, NamedTuple

from huntline.telemetry.rows import LINE, SOURCE, SOURCE_FIELDS, Row
from huntline.telemetry.schema import find_table
from huntline.telemetry.sources.event import Event
from huntline.telemetry.sources.processes import DeviceProcesses, Named, Process
from huntline.telemetry.sources.spec import Actor, Choice, EventSpec, Rule
from huntline.telemetry.sources.tables import CHANNELS
from huntline.telemetry.sources.values import ABSENT, guid, nonzero

_HAS_DEVICE_ID: Final = {
    spec.table: table.has("DeviceId")
    for specs in CHANNELS.values()
    for spec in specs
    if spec.table is not None and (table := find_table(spec.table)) is not None
}


class Device(NamedTuple):
    """The device of an event: its id and name as rows have them, and its processes."""

    id: str
    name: str
    processes: DeviceProcesses


def build_row(spec: EventSpec, table: str, event: Event, device: Device) -> tuple[Row, Row]:
    """Return the row and its AdditionalFields (the dict that stands in the row, where it holds anything)."""
    fields = event.fields
    row: Row = {"Timestamp": event.at}
    if _HAS_DEVICE_ID[table]:
        row["DeviceId"], row["DeviceName"], row["ReportId"] = device.id, device.name, event.report_id
    else:
        # What a domain controller decided: the client is the device, the controller the destination.
        row["DestinationDeviceName"], row["ReportId"] = device.name, str(event.report_id)
    row["ActionType"] = _action(spec, fields)
    _fill(row, spec.known_by, fields)
    actor = None if spec.actor is None else find_process(spec.actor, event, device)
    if actor is not None:
        row.update(actor.view(table))
    target = None if spec.target is None else find_process(spec.target, event, device)
    if target is not None:
        row.update(target.target_view())
    row.update(spec.constants)
    _fill(row, spec.rules, fields)
    extra: Row = dict(spec.extra_constants)
    _fill(extra, spec.extra, fields)
    if extra:
        row["AdditionalFields"] = extra
    fields.setdefault("EventID", event.event_id)
    fields.setdefault("Channel", event.channel)
    fields.setdefault("Provider_Name", event.provider)
    row[SOURCE_FIELDS] = fields
    row[LINE] = event.line
    if event.source:
        row[SOURCE] = event.source
    return row, extra


def find_process(actor: Actor, event: Event, device: Device) -> Process | None:
    """Return the process that the event names by these fields, or None where it names none."""
    fields = event.fields
    pid = None
    for name in actor.pid:
        if name in fields:
            pid = nonzero(fields[name])
            break
    unique = first_text(fields, actor.guid)
    named = Named(
        guid(unique) if unique is not None else None,
        pid,
        first_text(fields, actor.image),
        first_text(fields, (actor.command_line,)) if actor.command_line else None,
        first_text(fields, (actor.user,)) if actor.user else None,
    )
    return device.processes.named(event.at, named)


def first_text(fields: Row, names: tuple[str, ...]) -> str | None:
    """Return the text of the first of these fields that says something."""
    for name in names:
        value = fields.get(name)
        if value is not None and (found := str(value)) not in ABSENT:
            return found
    return None


def _action(spec: EventSpec, fields: Row) -> str:
    action = spec.action
    if isinstance(action, Choice):
        return action.words.get(str(fields.get(action.field)).lower(), action.default)
    return action


def _fill(row: Row, rules: tuple[Rule, ...], fields: Row) -> None:
    for rule in rules:
        columns, convert = rule.columns, rule.convert
        for name in rule.fields:
            value = fields.get(name)
            if value is None or (isinstance(value, str) and value in ABSENT):
                continue
            if convert is not None:
                value = convert(value)
            if len(columns) == 1:
                if value is None:
                    continue  # it says "unknown": the next field may know
                row[columns[0]] = value
            elif isinstance(value, tuple):
                row.update((column, part) for column, part in zip(columns, value, strict=True) if part is not None)
            break
