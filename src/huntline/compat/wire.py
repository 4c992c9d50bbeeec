"""How values are written for foreign clients."""

from datetime import UTC, datetime
from typing import Any

import orjson
from django.http import HttpResponse

from huntline.telemetry.times import TICKS, moment_of


def instant(moment: datetime | None) -> str | None:
    """Return a time as the Defender APIs write it: UTC, seven digits, Z. Clients cut it by position.

    >>> instant(datetime(2026, 11, 16, 9, 0, 0, 250, tzinfo=UTC))
    '2026-11-16T09:00:00.0002500Z'
    """
    if moment is None:
        return None
    # Faster than strftime, and a page of alerts holds fifty thousand times.
    exact = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{exact.isoformat(timespec='microseconds')[:26]}0Z"


def instant_of_ticks(ticks: int) -> str:
    """Return the same for ticks of 100 ns since 1970, to the last digit.

    >>> instant_of_ticks(12345678)
    '1970-01-01T00:00:01.2345678Z'
    """
    return f"{moment_of(ticks):%Y-%m-%dT%H:%M:%S}.{ticks % TICKS:07}Z"


def json_answer(body: Any, *, odata: bool = False) -> HttpResponse:
    """Return a 200 answer with this JSON value."""
    kind = "application/json; odata.metadata=minimal; odata.streaming=true" if odata else "application/json"
    answer = HttpResponse(orjson.dumps(body), content_type=kind)
    if odata:
        answer["OData-Version"] = "4.0"
    return answer
