"""The guard of the ingest doors: a good ingest key, and the sender that it names."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from huntline.telemetry.services.keys import Sender, sender_of


class SenderRequest(HttpRequest):
    """A request that passed `ingest_key`, as the server hands it over."""

    auth: Sender
    environ: dict[str, Any]


def ingest_key() -> Callable[[HttpRequest], Sender]:
    """Let those pass who show a good key as `Authorization: Bearer <key>`. Raises IngestKeyInvalid."""

    def guard(request: HttpRequest) -> Sender:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        return sender_of(key.strip() if scheme.lower() == "bearer" else "")

    return guard
