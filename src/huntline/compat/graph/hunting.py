"""Hunting by Graph: the same engine; names in small letters, and a time span of one's own."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from huntline.compat.addresses import address_of
from huntline.compat.durations import duration_of
from huntline.compat.errors import RequestBodyInvalid
from huntline.compat.hunting.answers import TYPES
from huntline.compat.hunting.errors import QueryMissing
from huntline.compat.hunting.views import answer_to
from huntline.compat.reading import read_object
from huntline.compat.wire import json_answer
from huntline.identity import TenantScope
from huntline.kernel import now

Span = tuple[datetime | None, datetime | None]


def run_query(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Run the query of the body over its time span (the last thirty days without one) and answer its rows.

    Clients write the properties with large and with small letters. Raises QueryMissing, QueryRefused, AnswerTooLarge,
    RequestBodyInvalid, and what hunting raises.
    """
    body = {name.lower(): value for name, value in read_object(request).items()}
    query = body.get("query")
    if not isinstance(query, str) or not query.strip():
        raise QueryMissing
    start, end = span_of(body)
    result = answer_to(request, scope, query, start=start, end=end)
    return json_answer(
        {
            "@odata.context": f"{address_of(request)}/v1.0/$metadata#microsoft.graph.security.huntingQueryResults",
            "schema": [{"name": column.name, "type": TYPES[column.type]} for column in result.columns],
            "results": list(result.records()),
        }
    )


def span_of(body: Mapping[str, Any]) -> Span:
    """Return start and end of `timespan`: a duration, start/end, start/duration, duration/end, or a start. Raises RequestBodyInvalid."""
    text = body.get("timespan")
    if text is None or text == "":
        return None, None
    parts = text.strip().split("/") if isinstance(text, str) else []
    spans, moments = [duration_of(part) for part in parts], [_moment(part) for part in parts]
    match spans, moments:
        case [timedelta() as back], _:
            return now() - back, None
        case _, [datetime() as start]:
            return start, None
        case _, [datetime() as start, datetime() as end]:
            return start, end
        case [_, timedelta() as lasting], [datetime() as start, _]:
            return start, start + lasting
        case [timedelta() as back, _], [_, datetime() as end]:
            return end - back, end
    raise RequestBodyInvalid(
        "“timespan” must be a duration such as P7D, or an interval such as 2026-11-01T00:00:00Z/P7D."
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # A hundred years to both sides stay a time, whatever is added.
    return moment if 1900 <= moment.year <= 9000 else None
