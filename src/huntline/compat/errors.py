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
from huntline.kernel import HuntlineError, Invalid, Kind, NotFound, TooMany, new_id

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


def refusal(request: HttpRequest, error: Exception, table: Table = DEFENDER) -> JsonResponse:
    """Return the foreign answer for an error; one that may not be shown is logged under the id that the answer names as `target`."""
    target = str(new_id())
    if isinstance(error, SuspiciousOperation):  # Django's own bounds, such as a thousand query parameters
        return _body(HTTPStatus.BAD_REQUEST, "BadRequest", "The request is not one that can be served.", target)
    if not isinstance(error, HuntlineError):
        log.error("request_failed", method=request.method, path=request.path, target=target, exc_info=error)
        return _body(
            HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerError", "The error was logged. Try again later.", target
        )
    row = next((table[kind] for kind in type(error).__mro__ if kind in table), None)
    status, code = row or table[error.kind]
    answer = _body(status, code, error.message, target)
    if status == HTTPStatus.UNAUTHORIZED:
        named = "" if type(error) is NotSignedIn else ', error="invalid_token"'
        answer["WWW-Authenticate"] = f'Bearer realm="huntline"{named}'
    if "retry_after" in error.detail:
        answer["Retry-After"] = str(error.detail["retry_after"])
    return answer


def _body(status: HTTPStatus, code: str, message: str, target: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message, "target": target}}, status=status)
