"""Errors as problem+json (RFC 9457), in the reader's language."""

from http import HTTPStatus
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from huntline.identity.errors import NotSignedIn
from huntline.kernel import HuntlineError, Kind, translatable

log = structlog.get_logger(__name__)

STATUS: Final = {
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.INVALID: HTTPStatus.BAD_REQUEST,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
}
TITLES: Final = {
    HTTPStatus.UNAUTHORIZED: translatable("Not signed in"),
    HTTPStatus.NOT_FOUND: translatable("Not found"),
    HTTPStatus.METHOD_NOT_ALLOWED: translatable("Not possible here"),
    HTTPStatus.FORBIDDEN: translatable("Not allowed"),
    HTTPStatus.CONFLICT: translatable("Not possible now"),
    HTTPStatus.BAD_REQUEST: translatable("Something in the request is wrong"),
    HTTPStatus.UNPROCESSABLE_ENTITY: translatable("Something in the request is wrong"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: translatable("Too large"),
    HTTPStatus.SERVICE_UNAVAILABLE: translatable("A part of the service does not answer"),
    HTTPStatus.TOO_MANY_REQUESTS: translatable("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: translatable("Something went wrong on our side"),
}


# What is wrong with a field, by pydantic's type of the error; a type that is not here is said in pydantic's English.
FIELDS: Final = {
    "missing": translatable("It is needed."),
    "string_too_short": translatable("It has at least {min_length} characters."),
    "string_too_long": translatable("It has at most {max_length} characters."),
    "string_pattern_mismatch": translatable("It is not written as the documentation says."),
    "too_short": translatable("It has at least {min_length} entries."),
    "too_long": translatable("It has at most {max_length} entries."),
    "greater_than_equal": translatable("It is at least {ge}."),
    "less_than_equal": translatable("It is at most {le}."),
    **dict.fromkeys(("enum", "literal_error"), translatable("It is one of {expected}.")),
    "string_type": translatable("It is a text."),
    "list_type": translatable("It is a list."),
    **dict.fromkeys(("int_parsing", "int_type"), translatable("It is a whole number.")),
    **dict.fromkeys(("bool_parsing", "bool_type"), translatable("It is true or false.")),
    **dict.fromkeys(
        ("datetime_parsing", "datetime_from_date_parsing", "datetime_type"),
        translatable("It is a time such as 2026-11-16T09:00:00Z."),
    ),
    **dict.fromkeys(("uuid_parsing", "uuid_type"), translatable("It is a UUID.")),
}


def problem(status: HTTPStatus, code: str, detail: str, **more: Any) -> JsonResponse:
    """Return an answer of type application/problem+json; `more` are extension members."""
    title = gettext(TITLES.get(status, status.phrase))
    body = {
        "type": f"urn:huntline:problem:{code}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "code": code,
        **more,
    }
    response = JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
    if "retry_after" in more:
        response["Retry-After"] = str(more["retry_after"])
    return response


def from_error(error: HuntlineError) -> JsonResponse:
    """Return the answer for an error that may be shown."""
    status = HTTPStatus.UNAUTHORIZED if isinstance(error, NotSignedIn) else STATUS[error.kind]
    return problem(status, error.code, gettext(error.template).format(**error.values), **error.detail)


def install(api: NinjaAPI) -> None:
    """Make an API answer every error with a problem."""

    @api.exception_handler(HuntlineError)
    def shown(_request: HttpRequest, error: HuntlineError) -> JsonResponse:
        return from_error(error)

    @api.exception_handler(ValidationError)
    def invalid(_request: HttpRequest, error: ValidationError) -> JsonResponse:
        errors = [
            {"location": [str(part) for part in item["loc"]], "message": _said(item), "code": item["type"]}
            for item in error.errors
        ]
        text = gettext("The fields named under “errors” are not as the documentation says.")
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "fields_invalid", text, errors=errors)

    @api.exception_handler(HttpError)
    def unreadable(_request: HttpRequest, error: HttpError) -> JsonResponse:
        # django-ninja's one use of it: a body that cannot be parsed.
        return problem(HTTPStatus(error.status_code), "body_invalid", gettext("The body is not valid JSON."))

    @api.exception_handler(RequestDataTooBig)
    def too_big(_request: HttpRequest, _error: RequestDataTooBig) -> JsonResponse:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        text = gettext("The body is larger than {limit} bytes, which is the most that is read here.").format(limit=most)
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", text, limit=most)

    @api.exception_handler(Exception)
    def internal(request: HttpRequest, error: Exception) -> JsonResponse:
        log.error("request_failed", method=request.method, path=request.path, exc_info=error)
        return problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "internal",
            gettext("The error was logged. Try again, or tell the operator."),
        )


def _said(item: dict[str, Any]) -> str:
    """Return what is wrong with a field, in the reader's language where we have words of our own."""
    template = FIELDS.get(item["type"])
    return gettext(template).format(**item.get("ctx", {})) if template else str(item["msg"])
