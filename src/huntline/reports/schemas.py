"""What crosses the wire."""

from datetime import datetime
from enum import StrEnum

from ninja import Schema

from huntline.reports.facts import Facts, Words


class Language(StrEnum):
    """The languages of a report."""

    ENGLISH = "en"
    KOREAN = "ko"
    JAPANESE = "ja"


class ReportOut(Schema):
    """A report: facts, and what they say in the reader's language. kept: since when it stands unchanged; sha256: of its content then."""

    facts: Facts
    words: Words
    kept: datetime | None
    sha256: str | None


class MonthOut(Schema):
    """A month whose report is kept."""

    month: str
    made: datetime
    sha256: str


class MonthList(Schema):
    """Months, newest first."""

    items: list[MonthOut]
    total: int
