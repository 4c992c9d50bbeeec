"""Winlogbeat 6 (`log_name`, `event_data`) and 7 and later (`winlog.*`)."""

from huntline.telemetry.sources.event import Event, Item
from huntline.telemetry.sources.json_lines import Document, has_no_host, has_no_time, read_with
from huntline.telemetry.sources.values import moment, number, stable_number


def convert(document: Document, line: int, raw: bytes) -> Item:
    """Turn one record into an event."""
    log = document.get("winlog")
    if isinstance(log, dict):
        names = ("channel", "computer_name", "provider_name", "event_id", "process")
    else:
        log, names = document, ("log_name", "computer_name", "source_name", "event_id", "process_id")
    channel, host, provider, event_id, process = (log.get(name) for name in names)
    at = moment(document.get("@timestamp") or "")
    if at is None:
        return has_no_time(line)
    if not host:
        return has_no_host(line)
    identity = number(event_id)
    if identity is None:
        raise ValueError("event_id is no number")
    data = log.get("event_data") or log.get("user_data") or {}
    if not isinstance(data, dict):
        raise TypeError("event_data is no object")
    user = log.get("user")
    if isinstance(user, dict) and user.get("identifier"):
        data.setdefault("UserID", user["identifier"])
    data["ExecutionProcessID"] = process.get("pid") if isinstance(process, dict) else process
    return Event(
        at=at,
        host=str(host),
        channel=str(channel or "").lower(),
        provider=str(provider or ""),
        event_id=identity,
        fields=data,
        line=line,
        report_id=stable_number(raw.rstrip()),
        message=str(document.get("message") or ""),
    )


read = read_with(convert)
