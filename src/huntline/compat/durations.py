"""Durations of ISO 8601 in weeks, days and time; years and months have no length of their own."""

import re
from datetime import timedelta
from typing import Final

LONGEST: Final = timedelta(days=36_500)  # before everything; a time that far back still exists
_DURATION: Final = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,10}(?:[.,]\d{1,7})?)S)?)?",
    re.ASCII | re.IGNORECASE,
)


def duration_of(text: str) -> timedelta | None:
    """Return the duration, at most LONGEST; None where the text is none.

    >>> duration_of("PT10M")
    datetime.timedelta(seconds=600)
    """
    match = _DURATION.fullmatch(text)
    parts = (
        {unit: float(value.replace(",", ".")) for unit, value in match.groupdict().items() if value} if match else {}
    )
    return min(timedelta(**parts), LONGEST) if parts else None
