"""What the foreign contracts refuse, and the one place where an error becomes a foreign body.

Source of codes and statuses: the error page of the Defender APIs. Every answer that is not 2xx is JSON with `error.message`, because
clients read it without asking.
"""

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any, Final

import structlog
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, JsonResponse

from huntline.identity.errors import NotSignedIn
from huntline.kernel import HuntlineError, Invalid, Kind, NotFound, TooMany, new_id, now

log = structlog.get_logger(__name__)

Table = Mapping[Kind | type[HuntlineError], tuple[HTTPStatus, str]]


class ODataError(Invalid):
    """A query option that is wrong. `position` counts characters from 0 in the option's value."""

    def __init__(self, template: str, *, position: int | None = None, **values: Any) -> None:
        more: dict[str, Any] = {} if position is None else {"position": position}
        text = template if position is None else template + " At position {position}."
        super().__init__("odata_invalid", text, detail=more, **more, **values)


class RequestBodyInvalid(Invalid):
    """A body that is not what the route takes."""

    def __init__(self, template: str, **values: Any) -> None:
        super().__init__("request_body_invalid", template, **values)


class ParameterInvalid(Invalid):
    """A query parameter that cannot be read."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(
            "parameter_invalid",
            "The parameter “{name}” must be {expected}.",
            name=name,
            expected=expected,
        )


class BatchTooLarge(Invalid):
    """More objects than one request may change."""

    def __init__(self, most: int) -> None:
        super().__init__("batch_too_large", "A request names at most {most} objects.", most=most)


class NothingRelated(NotFound):
    """The object is there, and has nothing of that kind."""

    def __init__(self, kind: str) -> None:
        super().__init__("nothing_related", "There is no {kind} related to it.", kind=kind)


class EventNotFound(NotFound):
    """No event of that device, report and time is stored."""

    def __init__(self) -> None:
        super().__init__("event_not_found", "No event of this machine has that report id and time.")


class RouteNotFound(NotFound):
    """An address that no contract has."""

    def __init__(self, path: str) -> None:
        super().__init__("route_not_found", "No resource was found at {path}.", path=path)


class MethodNotAllowed(Invalid):
    """An address that is there, and not for this method."""

    def __init__(self, method: str) -> None:
        super().__init__("method_not_allowed", "The method {method} is not allowed here.", method=method)


class CallsExceeded(TooMany):
    """A client called more often than its limit allows."""

    def __init__(self, calls: int, window: str, retry_after: float) -> None:
        super().__init__(
            "calls_exceeded",
            "Calls are limited to {calls} per {window}. Try again in {seconds} seconds.",
            detail={"retry_after": ceil(retry_after)},
            calls=calls,
            window=window,
            seconds=ceil(retry_after),
        )


# The most particular row that fits is used; the kinds stand at the end.
DEFENDER: Final[Table] = {
    NotSignedIn: (HTTPStatus.UNAUTHORIZED, "Unauthorized"),
    ODataError: (HTTPStatus.BAD_REQUEST, "ODataError"),
    RequestBodyInvalid: (HTTPStatus.BAD_REQUEST, "InvalidRequestBody"),
    ParameterInvalid: (HTTPStatus.BAD_REQUEST, "InvalidInput"),
    BatchTooLarge: (HTTPStatus.BAD_REQUEST, "MaximumBatchSizeExceeded"),
    RouteNotFound: (HTTPStatus.NOT_FOUND, "NotFound"),
    MethodNotAllowed: (HTTPStatus.METHOD_NOT_ALLOWED, "BadRequest"),
    Kind.NOT_FOUND: (HTTPStatus.NOT_FOUND, "ResourceNotFound"),
    Kind.FORBIDDEN: (HTTPStatus.FORBIDDEN, "Forbidden"),
    Kind.CONFLICT: (HTTPStatus.FORBIDDEN, "DisallowedOperation"),
    Kind.INVALID: (HTTPStatus.BAD_REQUEST, "BadRequest"),
    Kind.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable"),
    Kind.TOO_MANY: (HTTPStatus.TOO_MANY_REQUESTS, "TooManyRequests"),
}
# The SIEM contract knows three refusals: 401 for a token or a request that is wrong, 403 for a tenant that is not served, 500.
SIEM: Final[Table] = {
    **{kind: row for kind, row in DEFENDER.items() if isinstance(kind, Kind)},
    NotSignedIn: (HTTPStatus.UNAUTHORIZED, "Unauthorized"),
    MethodNotAllowed: (HTTPStatus.METHOD_NOT_ALLOWED, "BadRequest"),
    Kind.INVALID: (HTTPStatus.UNAUTHORIZED, "BadRequest"),
    Kind.NOT_FOUND: (HTTPStatus.FORBIDDEN, "Forbidden"),
}
# Graph has one word for everything that is wrong with a request, and its own for a token.
GRAPH: Final[Table] = {
    NotSignedIn: (HTTPStatus.UNAUTHORIZED, "InvalidAuthenticationToken"),
    RouteNotFound: (HTTPStatus.NOT_FOUND, "BadRequest"),
    MethodNotAllowed: (HTTPStatus.METHOD_NOT_ALLOWED, "BadRequest"),
    Kind.NOT_FOUND: (HTTPStatus.NOT_FOUND, "NotFound"),
    Kind.FORBIDDEN: (HTTPStatus.FORBIDDEN, "Forbidden"),
    Kind.CONFLICT: (HTTPStatus.CONFLICT, "Conflict"),
    Kind.INVALID: (HTTPStatus.BAD_REQUEST, "BadRequest"),
    Kind.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable"),
    Kind.TOO_MANY: (HTTPStatus.TOO_MANY_REQUESTS, "TooManyRequests"),
}


def refusal(request: HttpRequest, error: Exception, table: Table = DEFENDER) -> JsonResponse:
    """Return the foreign answer for an error; one that may not be shown is logged under the id that the answer names as `target`."""
    target = str(new_id())
    if isinstance(error, SuspiciousOperation):  # Django's own bounds, such as a thousand query parameters
        said = "The request is not one that can be served."
        return _answer(request, table, (HTTPStatus.BAD_REQUEST, "BadRequest"), said, target)
    if not isinstance(error, HuntlineError):
        log.error("request_failed", method=request.method, path=request.path, target=target, exc_info=error)
        row = (HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerError")
        return _answer(request, table, row, "The error was logged. Try again later.", target)
    row = next((table[kind] for kind in type(error).__mro__ if kind in table), table[error.kind])
    status = row[0]
    answer = _answer(request, table, row, error.message, target)
    if status == HTTPStatus.UNAUTHORIZED:
        named = "" if type(error) is NotSignedIn else ', error="invalid_token"'
        answer["WWW-Authenticate"] = f'Bearer realm="huntline"{named}'
    if "retry_after" in error.detail:
        answer["Retry-After"] = str(error.detail["retry_after"])
    return answer


def _answer(request: HttpRequest, table: Table, row: tuple[HTTPStatus, str], message: str, target: str) -> JsonResponse:
    status, code = row
    error: dict[str, Any] = {"code": code, "message": message}
    if table is GRAPH:
        inner = {"date": f"{now():%Y-%m-%dT%H:%M:%S}", "request-id": target}
        inner["client-request-id"] = request.headers.get("client-request-id", target)[:64]
        error["innerError"] = inner
    else:
        error["target"] = target
    return JsonResponse({"error": error}, status=status)
