"""Call what is due. Each webhook has one message in hand at a time, the oldest first; while it fails, the others of it wait.

At least once, always under the same `webhook-id`: a receiver that has taken a message and broken off before its answer gets it again.
"""

import threading
import uuid
from datetime import timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F, Q

from huntline.audit.services import record
from huntline.delivery import letters
from huntline.delivery.models import AttemptOutcome, HookAttempt, HookEvent, HookMessage, HookState, MailKind, Webhook
from huntline.delivery.pauses import GIVE_UP_AFTER, LEASE, pause_after
from huntline.delivery.post import queue_letter
from huntline.delivery.queries import provider_name
from huntline.delivery.webhooks.calling import Reply, call
from huntline.identity import Permission
from huntline.identity.models import TenantQuerySet
from huntline.identity.queries import administrators_of
from huntline.kernel import now

log = structlog.get_logger(__name__)

# A receiver that has failed for so long without one success is called no more, and the administrators hear of it.
DISABLE_AFTER: Final = timedelta(days=5)


def call_due(stop: threading.Event | None = None) -> int:
    """Call every webhook that has something due and return how many messages were taken. Several threads may do this at once."""
    taken = 0
    while not (stop and stop.is_set()):
        message = _claim()
        if message is None:
            break
        hook = message.webhook
        reply = call(hook.url, hook.secret, message.message_id, message.body.encode())
        _settle(message, reply)
        taken += reply.outcome is AttemptOutcome.ACCEPTED
    return taken


def forget_claims() -> int:
    """Make due what other processes had claimed. For a process that knows that it is the only one left."""
    return _queued().exclude(leased_until=None).update(claim=None, leased_until=None)


def _claim() -> HookMessage | None:
    moment = now()
    free = Q(leased_until=None) | Q(leased_until__lt=moment)
    on = Q(webhook__enabled=True) | Q(event=HookEvent.TEST)
    busy = _queued().filter(leased_until__gte=moment).values("webhook")
    due = _queued().filter(free, on, due__lte=moment).exclude(webhook__in=busy).order_by("created", "id")
    if not due.exists():
        return None
    with transaction.atomic():
        first = due.values_list("pk", "webhook").first()
        if first is None:
            return None
        # The webhook's row is the lock: two workers never call one webhook at once.
        hook = Webhook.objects.unscoped("the post office serves all tenants").select_for_update().get(pk=first[1])
        message = due.filter(pk=first[0]).first()
        if message is None:
            return None
        message.claim, message.leased_until = uuid.uuid4(), moment + LEASE
        message.save(update_fields=["claim", "leased_until"])
        message.webhook = hook
    return message


@transaction.atomic
def _settle(message: HookMessage, reply: Reply) -> None:
    moment = now()
    accepted = reply.outcome is AttemptOutcome.ACCEPTED
    expired = not accepted and moment - message.waiting_since >= GIVE_UP_AFTER
    final = accepted or expired or message.event == HookEvent.TEST
    again = None if final else moment + pause_after(message.tries + 1)
    changes: dict[str, object] = {"claim": None, "leased_until": None, "due": again or moment, "tries": F("tries") + 1}
    if final:
        changes |= {"state": HookState.SENT if accepted else HookState.FAILED, "settled": moment}
    row = _queued().filter(pk=message.pk)
    # What was accepted is written down whoever holds the claim by now; anything else only by the one who holds it.
    if not (row if accepted else row.filter(claim=message.claim)).update(**changes):
        return
    HookAttempt(
        message=message,
        at=moment,
        outcome=reply.outcome,
        code=reply.code,
        answer=reply.text,
        milliseconds=reply.milliseconds,
        next_at=again,
    ).save(force_insert=True)
    _learn(message, accepted=accepted)
    if again is not None:
        # The others of this webhook would meet the same: they wait as long, without having been tried.
        _queued().filter(webhook=message.webhook_id, leased_until=None, due__lt=again).exclude(pk=message.pk).update(
            due=again
        )
        log.warning("webhook_failed", webhook=str(message.webhook_id), code=reply.code, answer=reply.text[:200])


def _learn(message: HookMessage, *, accepted: bool) -> None:
    """Note how the webhook fares, and disable one that has failed for too long."""
    hooks = Webhook.objects.unscoped("the post office serves all tenants").filter(pk=message.webhook_id)
    if accepted:
        hooks.exclude(failing_since=None).update(failing_since=None)
        return
    if message.event == HookEvent.TEST:
        return
    hooks.filter(failing_since=None).update(failing_since=now())
    hook = hooks.select_for_update().first()
    if hook is None or not hook.enabled or hook.failing_since is None:
        return
    if now() - hook.failing_since >= DISABLE_AFTER:
        hook.enabled, hook.disabled = False, now()
        hook.save(update_fields=["enabled", "disabled"])
        _tell(hook)


def _tell(hook: Webhook) -> None:
    detail: dict[str, object] = {"name": hook.name, "url": hook.url, "failing_since": str(hook.failing_since)}
    record("webhook.disabled", tenant_id=hook.tenant_id, object_type="webhook", object_id=hook.pk, detail=detail)
    for person in administrators_of(hook.tenant_id, Permission.WEBHOOK_MANAGE):
        letter = letters.webhook_disabled_letter(
            person.language, provider_name(), hook.name, hook.url, DISABLE_AFTER.days
        )
        about = f"webhook-disabled:{hook.pk}:{hook.disabled}"
        queue_letter(letter, MailKind.WEBHOOK, about=about, recipient=person.email, tenant_id=hook.tenant_id)


def _queued() -> TenantQuerySet[HookMessage]:
    return HookMessage.objects.unscoped("the post office serves all tenants").filter(state=HookState.QUEUED)
