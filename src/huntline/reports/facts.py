"""What a report holds: facts that are the same for every reader, and the words about them in every language.

JSON values all the way, because a month's report is kept as this and is never made again.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel


class Looked(StrEnum):
    """How much of a table's day hunts looked at."""

    NONE = "none"
    PART = "part"
    FULL = "full"


class HuntFacts(BaseModel):
    """One hunt: the runs of the same query by the same side.

    title, text: what was written for customers, or empty. person: only where the provider names its people. query: only where it was
    disclosed. looked: the tables in which runs that ended well looked into the period. start, end: the stretch of time in which it looked.
    rows_last: of the last run that ended well; rows_most: of the one with most. unfinished: runs that failed or were cancelled, which
    looked at nothing.
    """

    title: str
    text: str
    techniques: list[str]
    by: Literal["experts", "own"]
    person: str | None
    scheduled: bool
    runs: int
    unfinished: int
    tables: list[str]
    looked: list[str]
    first_run: datetime
    last_run: datetime
    start: datetime | None
    end: datetime | None
    rows_last: int | None
    rows_most: int | None
    truncated: bool
    query: str | None


class TableFacts(BaseModel):
    """One table: rows day by day, and how much of each day hunts looked at (None on days without rows).

    devices: how many there are in its rows; None where its rows name none.
    """

    table: str
    devices: int | None
    rows: list[int]
    looked: list[Looked | None]

    def days(self, how: Looked) -> int:
        """Return of how many days that much was looked at."""
        return self.looked.count(how)

    @property
    def days_with_rows(self) -> int:
        """On how many days there are rows."""
        return len(self.looked) - self.looked.count(None)


class GapFacts(BaseModel):
    """Days, both included, on which no table has any row."""

    first: date
    last: date


class SilentDevice(BaseModel):
    """A device that stopped: the last day of which there are rows (in the period, or before it)."""

    device_id: str
    name: str
    last: date


class NotificationFacts(BaseModel):
    """A notification that was published in the period."""

    id: str
    alert_id: str
    title: str
    severity: str
    published: datetime
    withdrawn: datetime | None


class ServiceFacts(BaseModel):
    """A stretch of the period in which the service was on; None where it reaches over the period's end."""

    on: datetime | None
    off: datetime | None


class Words(BaseModel):
    """What the facts say, in one language: the sentences in their order."""

    headline: str
    findings: str
    service: str
    more: list[str]
    means: list[str]
    definition: str


class Facts(BaseModel):
    """Everything that was counted. since and until are days in UTC, both included; as_of: the moment at which it was counted."""

    since: date
    until: date
    as_of: datetime
    month: str | None
    customer: str
    provider: str
    service: list[ServiceFacts]
    hunts: list[HuntFacts]
    tables: list[TableFacts]
    gaps: list[GapFacts]
    devices: int
    silent: list[SilentDevice]
    silent_count: int
    notifications: list[NotificationFacts]
    alerts: dict[str, int]

    @property
    def days(self) -> int:
        """How many days have begun by the time of counting."""
        return (min(self.until, self.as_of.date()) - self.since).days + 1

    @property
    def is_over(self) -> bool:
        """Whether the period had ended when it was counted."""
        return self.as_of.date() > self.until


class Report(BaseModel):
    """A report: facts, and words by language."""

    facts: Facts
    words: dict[str, Words]
