"""Sysmon's XML as Sysmon for Linux writes it into syslog.

Relays spoil its entities ("&lt unknown process&gt "), so it is often no XML any more; and no entity of a stranger's may be expanded. It is
flat and written by one program: it is read by its pattern.
"""

import re
from typing import Final

from huntline.telemetry.rows import Refusal
from huntline.telemetry.sources.event import Event
from huntline.telemetry.sources.values import moment, number

_DATA: Final = re.compile(r'<Data Name="([^"]+)">(.*?)</Data>', re.DOTALL)
_EVENT_ID: Final = re.compile(r"<EventID>(\d+)</EventID>")
_TIME: Final = re.compile(r'<TimeCreated SystemTime="([^"]+)"')
_COMPUTER: Final = re.compile(r"<Computer>([^<]*)</Computer>")
_CHANNEL: Final = re.compile(r"<Channel>([^<]*)</Channel>")
_PROVIDER: Final = re.compile(r'<Provider Name="([^"]*)"')
# A relay that splits at ";" leaves a blank in its place.
_ENTITY: Final = re.compile(r"&(lt|gt|quot|apos|amp)[; ]")
_ENTITIES: Final = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}


def parse_event(xml: str, line: int, report_id: int) -> Event | Refusal:
    """Return the event, or the refusal of a text that lacks its id, time or host."""
    event_id, at, host = _EVENT_ID.search(xml), _TIME.search(xml), _COMPUTER.search(xml)
    created = moment(at[1]) if at else None
    identity = number(event_id[1]) if event_id else None
    if identity is None or created is None or host is None:
        return Refusal(line, "not_sysmon_xml", "The XML lacks its EventID, TimeCreated or Computer.")
    channel, provider = _CHANNEL.search(xml), _PROVIDER.search(xml)
    return Event(
        at=created,
        host=host[1],
        channel=(channel[1] if channel else "Linux-Sysmon/Operational").lower(),
        provider=provider[1] if provider else "",
        event_id=identity,
        fields={name: _plain(value) for name, value in _DATA.findall(xml)},
        line=line,
        report_id=report_id,
    )


def _plain(value: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], value) if "&" in value else value
