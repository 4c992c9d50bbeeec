"""Reads of webhooks and their messages with every attempt."""

import uuid
from datetime import datetime

from django.db.models import Prefetch

from huntline.delivery.choosing import is_visible
from huntline.delivery.errors import WebhookNotFound
from huntline.delivery.models import HookAttempt, HookMessage, HookState, Webhook
from huntline.identity import TenantScope
from huntline.kernel import Page, PageRequest


def webhooks_within(scope: TenantScope) -> list[Webhook]:
    """Return the webhooks that the bearer may see, oldest first. An organisation has a few of them."""
    return [hook for hook in Webhook.objects.within(scope) if is_visible(scope, hook)]


def find_webhook(scope: TenantScope, hook_id: uuid.UUID) -> Webhook:
    """Return a webhook. Raises WebhookNotFound, also for one that is beyond the bearer's device groups."""
    hook = Webhook.objects.within(scope).filter(pk=hook_id).first()
    if hook is None or not is_visible(scope, hook):
        raise WebhookNotFound
    return hook


def messages_of(scope: TenantScope, hook_id: uuid.UUID, page: PageRequest) -> Page[HookMessage]:
    """Return the messages of a webhook, newest first, with their attempts. Raises WebhookNotFound."""
    hook = find_webhook(scope, hook_id)
    attempts = Prefetch("attempts", queryset=HookAttempt.objects.order_by("at", "id"))
    rows = HookMessage.objects.within(scope).filter(webhook=hook).prefetch_related(attempts)
    return Page(list(rows[page.offset : page.offset + page.size]), rows.count(), page)


def waiting_since(scope: TenantScope) -> dict[uuid.UUID, datetime]:
    """Return the oldest message that waits, for each webhook that has one."""
    rows = HookMessage.objects.within(scope).filter(state=HookState.QUEUED).order_by("-created")
    return dict(rows.values_list("webhook_id", "created"))
