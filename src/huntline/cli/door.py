"""Run an operation: in the server's process through its local door while one runs, and in this process otherwise."""

import json
from collections.abc import Iterator
from typing import Any

import httpx

from huntline.cli import django


def operate(operation: str, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the events of an operation. Raises HuntlineError as the operation does, wherever it runs."""
    django.ready()
    from django.conf import settings

    from huntline.operations import OPERATIONS

    socket = settings.HUNTLINE_HOME / "door.sock"
    transport = httpx.HTTPTransport(uds=str(socket))
    # No limit on reading: an import of a large folder may be silent for a while; the server's end closes the stream.
    client = httpx.Client(transport=transport, base_url="http://local", timeout=httpx.Timeout(5, read=None))
    try:
        with client.stream("POST", f"/local/v1/{operation}", json=parameters) as answer:
            answer.raise_for_status()
            yield from map(_event, answer.iter_lines())
            return
    except httpx.ConnectError:
        pass  # no server runs here: the engine is ours
    finally:
        client.close()
    yield from OPERATIONS[operation](parameters)


def _event(line: str) -> dict[str, Any]:
    from huntline.kernel import HuntlineError

    event: dict[str, Any] = json.loads(line)
    if "error" in event:
        error = event["error"]
        # The message is finished text: braces in it are not places to fill.
        text = error["message"].replace("{", "{{").replace("}", "}}")
        raise HuntlineError(error["code"], text, detail=error["detail"])
    return event
