"""Facts of invented periods, for tests of what is said about them."""

from datetime import UTC, date, datetime, timedelta

from huntline.reports.facts import (
    Facts,
    GapFacts,
    HuntFacts,
    Looked,
    NotificationFacts,
    Report,
    ServiceFacts,
    SilentDevice,
    TableFacts,
)
from huntline.reports.wording import LANGUAGES, words_of

FULL, PART, NONE = Looked.FULL, Looked.PART, Looked.NONE
MADE = datetime(2026, 7, 1, 12, tzinfo=UTC)


def hunt(**fields) -> HuntFacts:
    moment = datetime(2026, 6, 20, 9, 30, tzinfo=UTC)
    values = {
        "title": "Script hosts started by documents",
        "text": "Looks for documents that start mshta or wscript.",
        "techniques": ["T1218.005"],
        "by": "experts",
        "person": None,
        "scheduled": True,
        "runs": 30,
        "unfinished": 0,
        "tables": ["DeviceProcessEvents"],
        "looked": ["DeviceProcessEvents"],
        "first_run": moment - timedelta(days=19),
        "last_run": moment,
        "start": datetime(2026, 6, 1, tzinfo=UTC),
        "end": moment,
        "rows_last": 0,
        "rows_most": 3,
        "truncated": False,
        "query": None,
    }
    return HuntFacts(**(values | fields))


def table(
    name="DeviceProcessEvents", looked=(FULL,) * 23 + (PART, NONE, NONE, NONE) + (None,) * 3, devices=41
) -> TableFacts:
    return TableFacts(
        table=name, devices=devices, rows=[0 if how is None else 1200 for how in looked], looked=list(looked)
    )


def notification(**fields) -> NotificationFacts:
    values = {
        "id": "1",
        "alert_id": "ta1",
        "title": "A document started a script host",
        "severity": "High",
        "published": datetime(2026, 6, 20, 11, tzinfo=UTC),
        "withdrawn": None,
    }
    return NotificationFacts(**(values | fields))


def facts(**fields) -> Facts:
    """June of 2026, over: 14 hunts, process events of 27 days on 41 devices, and nothing found."""
    values = {
        "since": date(2026, 6, 1),
        "until": date(2026, 6, 30),
        "as_of": MADE,
        "month": "2026-06",
        "customer": "Aurora Grid",
        "provider": "Watchtower",
        "service": [ServiceFacts(on=None, off=None)],
        "hunts": [hunt(title=f"Hunt {number}") for number in range(14)],
        "tables": [table(), table("DeviceEvents", (NONE,) * 30, None)],
        "gaps": [],
        "devices": 41,
        "silent": [],
        "silent_count": 0,
        "notifications": [],
        "alerts": {},
    }
    return Facts(**(values | fields))


def gap(first, last) -> GapFacts:
    return GapFacts(first=first, last=last)


def silent(name) -> SilentDevice:
    return SilentDevice(device_id=name, name=name, last=date(2026, 6, 11))


def report(**fields) -> Report:
    found = facts(**fields)
    return Report(facts=found, words={language: words_of(found, language) for language in LANGUAGES})
