"""Use cases of telemetry: take batches in, keep devices, make and revoke ingest keys. The only code that writes."""

from huntline.telemetry.services.batches import OnError, ingest, portion_of
from huntline.telemetry.services.doors import Post, take_envelope, take_events, take_rows
from huntline.telemetry.services.keys import Sender, create_key, make_key, revoke_key, sender_of
from huntline.telemetry.services.ledger import Receipt, Sending, digest

__all__ = [
    "OnError",
    "Post",
    "Receipt",
    "Sender",
    "Sending",
    "create_key",
    "digest",
    "ingest",
    "make_key",
    "portion_of",
    "revoke_key",
    "sender_of",
    "take_envelope",
    "take_events",
    "take_rows",
]
