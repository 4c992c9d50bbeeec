"""Values as a page of documentation prints them, read back."""

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

NULLS: Final = frozenset({"", "null", "none", "nan", "<null>", "(null)"})

_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ISO: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[ T](?P<clock>\d\d:\d\d(?::\d\d)?)(?:\.(?P<fraction>\d+))?)?\s*(?:Z|UTC|\+00:?00)?"
)
_AMERICAN: Final = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"
    r"(?:,?\s(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\.(?P<fraction>\d+))?)?\s*(?P<half>[AaPp][Mm])?"
)
_SPAN: Final = re.compile(
    r"(?P<sign>-?)(?:(?P<days>\d+)\.)?(?P<hours>\d{1,2}):(?P<minutes>\d\d):(?P<seconds>\d\d(?:\.\d+)?)"
)
_DAYS: Final = re.compile(r"(?P<days>-?\d+) days?")
_COMMA_BEFORE_END: Final = re.compile(r",(\s*[\]}])")


def unquoted(text: str) -> str:
    """Return the text without the quotes around it, where it has them."""
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' else text


def number(text: str) -> float | None:
    """Read a number, with commas between thousands or without.

    >>> number("1,234.5"), number("-∞"), number("12 px")
    (1234.5, -inf, None)
    """
    plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    try:
        return float(plain.replace("∞", "inf"))
    except ValueError:
        return None


def last_place(text: str) -> float:
    """Return the value of a one in the last decimal that is printed, 0 where none is.

    >>> last_place("3.14"), last_place("3")
    (0.01, 0.0)
    """
    _, point, decimals = text.rpartition(".")
    return 10.0 ** -len(decimals) if point and decimals.isdecimal() else 0.0


def moment(text: str) -> datetime | None:
    """Read a time, ISO or American, as UTC.

    >>> moment("2/1/2020, 1:05 PM").isoformat()
    '2020-02-01T13:05:00+00:00'
    """
    try:
        if found := _ISO.fullmatch(text):
            whole = datetime.fromisoformat(f"{found['day']}T{found['clock'] or '00:00'}").replace(tzinfo=UTC)
        elif found := _AMERICAN.fullmatch(text):
            hour, half = int(found["hour"] or 0), (found["half"] or "").lower()
            if half:
                hour = hour % 12 + (12 if half == "pm" else 0)
            day = (int(found["year"]), int(found["month"]), int(found["day"]))
            whole = datetime(*day, hour, int(found["minute"] or 0), int(found["second"] or 0), tzinfo=UTC)
        else:
            return None
        return whole + timedelta(seconds=float(f"0.{found['fraction'] or 0}"))
    except (ValueError, OverflowError):
        return None


def span(text: str) -> timedelta | None:
    """Read a timespan.

    >>> span("-1.02:00:00") == -timedelta(days=1, hours=2), span("3 days").days
    (True, 3)
    """
    try:
        if found := _SPAN.fullmatch(text):
            length = timedelta(
                days=int(found["days"] or 0),
                hours=int(found["hours"]),
                minutes=int(found["minutes"]),
                seconds=float(found["seconds"]),
            )
            return -length if found["sign"] else length
        if found := _DAYS.fullmatch(text):
            return timedelta(days=int(found["days"]))
    except OverflowError:
        pass
    return None


def json_value(text: str) -> Any:  # Any: whatever JSON holds
    """Read a list, an object or a quoted text; None for everything else. A comma too many, as pages have it, is passed over."""
    if text[:1] not in ("[", "{", '"'):
        return None
    for candidate in (text, _COMMA_BEFORE_END.sub(r"\1", text.replace("\n", " "))):
        try:
            return json.loads(candidate)
        except (ValueError, RecursionError):
            continue
    return None


def close(wanted: float, found: float, text: str) -> bool:
    """Whether a number is the one that is printed as `text`: within a millionth of it, or of one in its last decimal."""
    if not (math.isfinite(wanted) and math.isfinite(found)):
        return wanted == found or (math.isnan(wanted) and math.isnan(found))
    return math.isclose(wanted, found, rel_tol=1e-6, abs_tol=1e-9) or abs(wanted - found) <= 1.01 * last_place(text)
