"""The parameters of a pull: from when to when, and how many. Names in any case; a value that cannot be read is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from huntline.compat.durations import duration_of
from huntline.compat.errors import ParameterInvalid
from huntline.kernel import now

DEFAULT: Final = timedelta(hours=2)
# We keep no machine groups and no device tags, so nothing lies in a group or bears a tag that is asked for.
GROUPS_AND_TAGS: Final = ("machinegroups", "devicecreatedmachinetags", "cloudcreatedmachinetags")
_MOST: Final = 10**9


@dataclass(frozen=True, slots=True)
class Pull:
    """What a client asks for. Both bounds are included; `nothing` where a group or tag is asked for, which no device has."""

    since: datetime
    until: datetime
    limit: int | None
    nothing: bool


def read_pull(query: Mapping[str, str]) -> Pull:
    """Read the parameters. Raises ParameterInvalid."""
    given = {name.lower(): value.strip() for name, value in query.items()}
    until = _moment("untilTimeUtc", given["untiltimeutc"]) if "untiltimeutc" in given else now()
    if "sincetimeutc" in given and "ago" in given:
        raise ParameterInvalid("ago", "left out where sinceTimeUtc is given")
    if "sincetimeutc" in given:
        since = _moment("sinceTimeUtc", given["sincetimeutc"])
    else:
        span = _duration("ago", given["ago"]) if "ago" in given else DEFAULT
        # `ago` counts from now; without it the two hours end where the pull ends.
        since = (now() if "ago" in given else until) - span
    limit = _count("limit", given["limit"]) if "limit" in given else None
    return Pull(since, until, limit, nothing=any(given.get(name) for name in GROUPS_AND_TAGS))


def _moment(name: str, text: str) -> datetime:
    """Read a DateTime; without a zone it is UTC. A plus that was decoded to a blank before an offset is put back."""
    mended = re.sub(r" (?=\d{2}:?\d{2}$)", "+", text) if "T" in text.upper() else text
    try:
        moment = datetime.fromisoformat(mended)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ParameterInvalid(name, "a time such as 2026-11-16T09:00:00Z") from None


def _duration(name: str, text: str) -> timedelta:
    duration = duration_of(text)
    if duration is None:
        raise ParameterInvalid(name, "a duration of ISO 8601 in weeks, days and time, such as PT10M")
    return duration


def _count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:11]) <= _MOST:
        raise ParameterInvalid(name, "a whole number of at least 1")
    return int(text)
