"""Use cases of telemetry: take batches in, keep devices and group them, make and revoke ingest keys. The only code that writes."""

from huntline.telemetry.services.batches import OnError, ingest, portion_of
from huntline.telemetry.services.doors import Post, take_envelope, take_events, take_rows
from huntline.telemetry.services.groups import (
    GroupForm,
    change_group,
    conditions_of,
    create_group,
    delete_group,
    tag_device,
)
from huntline.telemetry.services.keys import Sender, create_key, make_key, revoke_key, sender_of
from huntline.telemetry.services.ledger import Receipt, Sending, digest

__all__ = [
    "GroupForm",
    "OnError",
    "Post",
    "Receipt",
    "Sender",
    "Sending",
    "change_group",
    "conditions_of",
    "create_group",
    "create_key",
    "delete_group",
    "digest",
    "ingest",
    "make_key",
    "portion_of",
    "revoke_key",
    "sender_of",
    "tag_device",
    "take_envelope",
    "take_events",
    "take_rows",
]
