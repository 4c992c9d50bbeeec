"""Token errors as the identity platform words them. Clients read `error` and `error_description`; the numbers are for people."""

import uuid
from enum import Enum
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from django.http import HttpRequest, JsonResponse

from huntline.compat.addresses import address_of
from huntline.identity.errors import TokenRefused
from huntline.kernel import Invalid, new_id, now


class Wording(NamedTuple):
    """A refusal: OAuth's word for it, the HTTP status, the platform's number and text."""

    error: str
    status: HTTPStatus
    number: int
    text: str


class Refusal(Enum):
    """Why there is no token. Source of the numbers: the platform's list of AADSTS error codes."""

    SECRET_WRONG = Wording(
        "invalid_client",
        HTTPStatus.UNAUTHORIZED,
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client "
        "secret ID, for a secret added to app '{client_id}'.",
    )
    SECRET_MISSING = Wording(
        "invalid_client",
        HTTPStatus.UNAUTHORIZED,
        7000216,
        "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    )
    # The same for a client of another tenant, and for a tenant that does not exist.
    CLIENT_UNKNOWN = Wording(
        "unauthorized_client",
        HTTPStatus.BAD_REQUEST,
        700016,
        "Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can happen if the application has "
        "not been installed by the administrator of the tenant. You may have sent your authentication request to the wrong tenant.",
    )
    GRANT_UNSUPPORTED = Wording(
        "unsupported_grant_type",
        HTTPStatus.BAD_REQUEST,
        70003,
        "The app requested an unsupported grant type '{grant_type}'. This server issues tokens for 'client_credentials'.",
    )
    PARAMETER_MISSING = Wording(
        "invalid_request",
        HTTPStatus.BAD_REQUEST,
        900144,
        "The request body must contain the following parameter: '{parameter}'.",
    )
    REQUEST_INVALID = Wording(
        "invalid_request", HTTPStatus.BAD_REQUEST, 90014, "The request body cannot be read: {reason}"
    )
    METHOD_INVALID = Wording(
        "invalid_request",
        HTTPStatus.METHOD_NOT_ALLOWED,
        900561,
        "The endpoint only accepts POST requests. Received a {method} request.",
    )
    RESOURCE_UNKNOWN = Wording(
        "invalid_resource",
        HTTPStatus.BAD_REQUEST,
        500011,
        "The resource principal named {resource} was not found. Ask for this server's own address, or for one of the APIs it serves.",
    )
    SCOPE_INVALID = Wording(
        "invalid_scope",
        HTTPStatus.BAD_REQUEST,
        1002012,
        "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed "
        "to the resource identifier (application ID URI).",
    )


class RequestRefused(Invalid):
    """A request to the token endpoint that ends without a token."""

    def __init__(self, wording: Wording, values: dict[str, Any]) -> None:
        self.wording = wording
        super().__init__(f"token_{wording.error}", wording.text, **values)


_LONGEST_SHOWN: Final = 200


def refused(refusal: Refusal, **values: str) -> RequestRefused:
    """Return the error to raise; values that the caller sent are shown shortened."""
    return RequestRefused(refusal.value, {name: value[:_LONGEST_SHOWN] for name, value in values.items()})


def from_identity(error: TokenRefused, tenant: str, form: dict[str, str]) -> RequestRefused:
    """Return identity's refusal in the platform's words."""
    client_id = form.get("client_id", "")
    if error.error == "invalid_client":
        kind = Refusal.SECRET_WRONG if error.client_is_known else Refusal.CLIENT_UNKNOWN
        return refused(kind, client_id=client_id, tenant=tenant)
    if error.error in {"unsupported_grant_type", "unauthorized_client"}:
        return refused(Refusal.GRANT_UNSUPPORTED, grant_type=form.get("grant_type", ""))
    return refused(Refusal.REQUEST_INVALID, reason=str(error.values["description"]))


def answer(request: HttpRequest, error: RequestRefused) -> JsonResponse:
    """Return the body of a refusal, with ids by which an operator finds it and the time in UTC."""
    trace, correlation = str(new_id()), _correlation_of(request)
    moment = f"{now():%Y-%m-%d %H:%M:%SZ}"
    number = error.wording.number
    body = {
        "error": error.wording.error,
        "error_description": f"AADSTS{number}: {error.message}\r\nTrace ID: {trace}\r\nCorrelation ID: {correlation}\r\n"
        f"Timestamp: {moment}",
        "error_codes": [number],
        "timestamp": moment,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"{address_of(request)}/error?code={number}",
    }
    refusal = JsonResponse(body, status=error.wording.status)
    if error.wording.status == HTTPStatus.METHOD_NOT_ALLOWED:
        refusal["Allow"] = "POST"
    return refusal


def _correlation_of(request: HttpRequest) -> str:
    """Return the id that the client gave its request, if it is one."""
    given = request.headers.get("client-request-id") or request.GET.get("client-request-id", "")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return str(new_id())
