"""Records as Azure's agents keep them: `WindowsEvent`, `SecurityEvent`, `Event`, and `Syslog` with Sysmon for Linux inside."""

from collections.abc import Callable
from typing import Final

import orjson

from huntline.telemetry.rows import Refusal
from huntline.telemetry.sources.event import Event, Item
from huntline.telemetry.sources.json_lines import Document, has_no_host, has_no_time, read_with
from huntline.telemetry.sources.sysmon_xml import parse_event
from huntline.telemetry.sources.values import moment, number, stable_number

# Exports add the type to a name that has several.
SUFFIXES: Final = ("_string", "_dynamic", "_guid", "_int", "_long", "_bool")
ENVELOPE: Final = frozenset(
    {
        "Channel",
        "TenantId",
        "SourceSystem",
        "MG",
        "ManagementGroupName",
        "_ResourceId",
        "SourceComputerId",
        "EventOriginId",
        "TimeCollected",
        "EventData",
        "RenderedDescription",
        "ParameterXml",
    }
)


def plain_names(document: Document) -> Document:
    """Return the record without the types at the ends of names. A value wins over an empty one of the same name."""
    plain: Document = {}
    for name, value in document.items():
        for suffix in SUFFIXES:
            if name.endswith(suffix):
                name = name.removesuffix(suffix)  # noqa: PLW2901 - the same column under its plain name
                break
        if name not in plain or plain[name] in (None, ""):
            plain[name] = value
    return plain


def convert(document: Document, line: int, raw: bytes) -> Item:
    """Turn one record into an event."""
    kind = document.get("Type")
    reader = _TABLES.get(str(kind))
    if reader is None:
        reason = (
            f"The record says neither its log nor its provider (Type is {kind!r}): it cannot be told what it means."
        )
        return Refusal(line, "unknown_type", reason)
    return reader(plain_names(document), line, raw)


def _from_log(channel: str, provider: str) -> Callable[[Document, int, bytes], Item]:
    def read_log(document: Document, line: int, raw: bytes) -> Item:
        return _event(document, line, raw, document.get(channel), document.get(provider))

    return read_log


def _event(document: Document, line: int, raw: bytes, channel: object, provider: object) -> Item:
    at = moment(document.get("TimeGenerated") or "")
    host = document.get("Computer")
    event_id = number(document.get("EventID"))
    if at is None:
        return has_no_time(line)
    if not host:
        return has_no_host(line)
    if event_id is None:
        raise ValueError("EventID is no number")
    data = document.get("EventData")
    if isinstance(data, str) and data.startswith("{"):
        data = orjson.loads(data)
    fields = dict(data) if isinstance(data, dict) else {}
    if not fields:
        fields = {name: value for name, value in document.items() if name not in ENVELOPE}
    return Event(
        at=at,
        host=str(host),
        channel=str(channel or "").lower(),
        provider=str(provider or ""),
        event_id=event_id,
        fields=fields,
        line=line,
        report_id=stable_number(raw.rstrip()),
    )


def _syslog(document: Document, line: int, raw: bytes) -> Item:
    message = str(document.get("SyslogMessage") or "")
    if message.startswith("<Event>"):
        return parse_event(message, line, stable_number(raw.rstrip()))
    at = moment(document.get("EventTime") or document.get("TimeGenerated") or "")
    host = document.get("HostName") or document.get("Computer")
    if at is None:
        return has_no_time(line)
    return Event(
        at=at,
        host=str(host or ""),
        channel="syslog",
        provider=str(document.get("ProcessName") or ""),
        event_id=0,
        fields={"SyslogMessage": message, "Facility": document.get("Facility")},
        line=line,
        report_id=stable_number(raw.rstrip()),
    )


_TABLES: Final = {
    "Event": _from_log("EventLog", "Source"),
    "SecurityEvent": _from_log("Channel", "EventSourceName"),
    "Syslog": _syslog,
    "WindowsEvent": _from_log("Channel", "Provider"),
}

read = read_with(convert)
