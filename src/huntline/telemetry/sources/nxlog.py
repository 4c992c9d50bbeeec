"""nxlog's flat JSON, in two generations.

`EventTime` in local time with the collector's own fields mixed in (2019, 2020), and the event API's names (`TimeCreated`) since.
"""

from datetime import datetime, timedelta
from typing import Final

from huntline.telemetry.sources.event import Event, Item
from huntline.telemetry.sources.json_lines import Document, has_no_host, has_no_time, read_with
from huntline.telemetry.sources.messages import process_id, sysmon_event_type
from huntline.telemetry.sources.values import moment, number, stable_number

# What the collector says of itself, and what stands in the event's own columns.
PLUMBING: Final = (
    "@version",
    "EventReceivedTime",
    "Message",
    "SourceModuleName",
    "SourceModuleType",
    "host",
    "port",
    "tags",
    "type",
)
# nxlog writes the log's own words over Sysmon's field of the same name.
LOG_EVENT_TYPES: Final = frozenset({"INFO", "WARNING", "ERROR", "AUDIT_SUCCESS", "AUDIT_FAILURE", "VERBOSE"})
_QUARTER: Final = timedelta(minutes=15)


def convert(document: Document, line: int, raw: bytes) -> Item:
    """Turn one record into an event."""
    host = document.get("Hostname") or document.get("host")
    event_id = number(document.get("EventID"))
    if not host:
        return has_no_host(line)
    if event_id is None:
        raise ValueError("EventID is no number")
    at = _time(document)
    if at is None:
        return has_no_time(line)
    message = str(document.get("Message") or "")
    channel = str(document.pop("Channel", None) or "").lower()
    for name in PLUMBING:
        document.pop(name, None)
    _undo_collisions(document, event_id, message)
    return Event(
        at=at,
        host=str(host),
        channel=channel,
        provider=str(document.get("SourceName") or ""),
        event_id=event_id,
        fields=document,
        line=line,
        report_id=stable_number(raw.rstrip()),
        message=message,
    )


def _time(document: Document) -> datetime | None:
    created = document.get("TimeCreated")
    if created:
        return moment(created)
    local = moment(document.get("EventTime") or "")
    shipped, received = document.get("@timestamp"), document.get("EventReceivedTime")
    if local is None:
        return moment(shipped or "")
    utc, there = moment(shipped or ""), moment(received or "")
    if utc is None or there is None:
        return local
    # Both tell when the collector had it, one in UTC and one on its wall clock: the difference is its zone.
    return local + round((utc - there) / _QUARTER) * _QUARTER


def _undo_collisions(fields: Document, event_id: int, message: str) -> None:
    """Give back to their right names the fields that nxlog fills with the log's own facts."""
    if "AccountType" in fields:
        for name, own in (("AccountName", "LogUserName"), ("Domain", "LogUserDomain")):
            if name in fields:
                fields[own] = fields.pop(name)
    if fields.get("EventType") in LOG_EVENT_TYPES:
        event_type = sysmon_event_type(message)
        if event_type is None:
            del fields["EventType"]
        else:
            fields["EventType"] = event_type
    if isinstance(fields.get("ProcessID"), int):
        fields["ExecutionProcessID"] = fields.pop("ProcessID")
        if event_id in (5154, 5156, 5157, 5158) and "ProcessId" not in fields:
            pid = process_id(message)
            if pid is not None:
                fields["ProcessId"] = pid


read = read_with(convert)
