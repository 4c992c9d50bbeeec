"""Route of advanced hunting; Defender for Endpoint and Defender XDR differ in its address only."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse

from huntline.compat.hunting.answers import hunt_body, size_of
from huntline.compat.hunting.errors import AnswerTooLarge, QueryMissing, QueryRefused
from huntline.compat.reading import read_object
from huntline.compat.wire import json_answer
from huntline.hunting import services
from huntline.hunting.errors import QueryInvalid
from huntline.hunting.results import HuntResult
from huntline.hunting.watching import Gone
from huntline.identity import TenantScope
from huntline.kernel import TooMany

LARGEST_ANSWER: Final = 124 * 1024 * 1024


def run_query(request: HttpRequest, scope: TenantScope) -> HttpResponse:
    """Run the query of the body over the last thirty days and answer its rows.

    The property is `Query`; names are case-sensitive in this contract. Raises QueryMissing, QueryRefused, AnswerTooLarge, and what
    hunting raises.
    """
    query = read_object(request).get("Query")
    if not isinstance(query, str) or not query.strip():
        raise QueryMissing
    return json_answer(hunt_body(answer_to(request, scope, query)))


def answer_to(
    request: HttpRequest,
    scope: TenantScope,
    query: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
) -> HuntResult:
    """Run a query and return its answer. Raises QueryRefused, AnswerTooLarge, and what hunting raises."""
    result = _run(scope, query, start, end, request.META.get("huntline.gone"))
    if size_of(result) > LARGEST_ANSWER:
        raise AnswerTooLarge
    return result


def _run(scope: TenantScope, query: str, start: datetime | None, end: datetime | None, gone: Gone | None) -> HuntResult:
    try:
        return services.run(scope, query, start=start, end=end, gone=gone)
    except QueryInvalid as error:
        raise QueryRefused(error.heading) from error
    except TooMany as error:
        # The contract answers 400 to a result that is too large, and 429 to every other limit.
        if error.code == "query_size_limit":
            raise AnswerTooLarge from error
        raise
