"""Put a message into a webhook's queue, in the transaction of its cause."""

import json

from huntline.delivery.models import HookEvent, HookMessage, Webhook
from huntline.kernel import new_id
from huntline.outbox.services import announce


def queue(hook: Webhook, event: HookEvent, about: str, body: dict[str, object], alert_id: str = "") -> HookMessage:
    """Return the message, or the one that is there already for the same cause. Its body and id never change."""
    key = new_id()
    message, made = HookMessage.objects.unscoped("the webhook names the tenant").get_or_create(
        webhook=hook,
        about=about,
        defaults={
            "id": key,
            "tenant_id": hook.tenant_id,
            "event": event,
            "alert_id": alert_id,
            "message_id": f"msg_{key.hex}",
            "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        },
    )
    if made:
        announce()
    return message
