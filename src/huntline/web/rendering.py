"""JSON as the APIs answer it: times keep their microseconds, so that every channel tells the same moment."""

from typing import Any

import orjson
from django.http import HttpRequest
from ninja.renderers import BaseRenderer
from pydantic import BaseModel


class Json(BaseRenderer):
    """RFC 3339 times in UTC with `Z`; UUIDs and enums as their text."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002 - the signature is ninja's
        """Return the body."""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    return str(value)
