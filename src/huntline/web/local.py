"""The local door: runs an operation for the user who runs the server, and streams its events as JSON lines."""

import json
from collections.abc import Iterator

import structlog
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from huntline.kernel import HuntlineError
from huntline.operations import OPERATIONS, Operation

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def operate(request: HttpRequest, operation: str) -> HttpResponseBase:
    """Stream the events of an operation; its parameters are the JSON body. Through the door only: elsewhere it does not exist."""
    run = OPERATIONS.get(operation)
    if not request.META.get("huntline.local") or run is None:
        return JsonResponse({"detail": "Not found"}, status=404)
    return StreamingHttpResponse(_lines(run, json.loads(request.body)), content_type="application/x-ndjson")


def _lines(run: Operation, parameters: dict[str, object]) -> Iterator[bytes]:
    try:
        for happened in run(parameters):
            yield json.dumps(happened, ensure_ascii=False).encode() + b"\n"
    except HuntlineError as error:
        yield (
            json.dumps({"error": {"code": error.code, "message": error.message, "detail": error.detail}}).encode()
            + b"\n"
        )
    except Exception as error:
        log.exception("operation_failed")
        yield (
            json.dumps(
                {"error": {"code": "internal", "message": f"The server failed: {error!r}", "detail": {}}}
            ).encode()
            + b"\n"
        )
