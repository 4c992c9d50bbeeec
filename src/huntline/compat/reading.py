"""Bodies of requests: JSON objects, whatever Content-Type says, bounded."""

import json
from typing import Any, Final

from django.http import HttpRequest

from huntline.compat.errors import RequestBodyInvalid

LARGEST_BODY: Final = 4 * 1024 * 1024


def read_object(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object of the body. Raises RequestBodyInvalid."""
    raw = request.read(LARGEST_BODY + 1)
    if len(raw) > LARGEST_BODY:
        raise RequestBodyInvalid("The request body is larger than {most} bytes.", most=LARGEST_BODY)
    try:
        body = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RequestBodyInvalid("The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise RequestBodyInvalid("The request body is not a JSON object.")
    return body
