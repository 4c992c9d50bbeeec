"""Set up webhooks, test them, send again what was sent. Every change is in the audit record, and no secret is."""

import base64
import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from huntline.audit.services import record
from huntline.delivery.addresses import checked_line
from huntline.delivery.choosing import Choice, choose, is_visible
from huntline.delivery.errors import WebhookIncomplete, WebhookMessageNotFound, WebhookNotFound
from huntline.delivery.models import HookEvent, HookMessage, HookState, Webhook
from huntline.delivery.webhooks.bodies import test_body
from huntline.delivery.webhooks.calling import SECRET_PREFIX, checked_url
from huntline.delivery.webhooks.queueing import queue
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.kernel import new_id, now
from huntline.outbox.services import announce


@dataclass(frozen=True, slots=True)
class WebhookForm:
    """What a webhook is for. events: of `HookEvent`. severities, detections, device_groups: as in e-mail rules."""

    name: str
    url: str
    events: Collection[str]
    severities: Sequence[str]
    detections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    device_groups: Collection[uuid.UUID] | None = None
    enabled: bool = True
    include_device_information: bool = False


@transaction.atomic
def create_webhook(scope: TenantScope, form: WebhookForm) -> Webhook:
    """Create a webhook with a secret of its own. Raises WebhookIncomplete, WebhookUrlInvalid and what `choosing.choose` raises."""
    hook = Webhook(tenant_id=scope.tenant, created_by=scope.subject.name, secret=_new_secret())
    _fill(scope, hook, form, was_enabled=False)
    _audit(scope, "webhook.created", hook, url=hook.url, events=hook.events)
    return hook


@transaction.atomic
def change_webhook(scope: TenantScope, hook_id: uuid.UUID, form: WebhookForm) -> Webhook:
    """Change a webhook; one that was disabled after failures and is enabled begins anew. Raises WebhookNotFound and as above."""
    hook = _locked(scope, hook_id)
    was_enabled = hook.enabled
    _fill(scope, hook, form, was_enabled=was_enabled)
    if hook.enabled and not was_enabled:
        _make_due(hook)
    _audit(scope, "webhook.changed", hook, url=hook.url, events=hook.events, enabled=hook.enabled)
    return hook


@transaction.atomic
def change_secret(scope: TenantScope, hook_id: uuid.UUID) -> Webhook:
    """Give the webhook a new secret; what is sent from now on is signed with it. Raises WebhookNotFound."""
    hook = _locked(scope, hook_id)
    hook.secret = _new_secret()
    hook.save(update_fields=["secret"])
    _audit(scope, "webhook.secret_changed", hook)
    return hook


@transaction.atomic
def delete_webhook(scope: TenantScope, hook_id: uuid.UUID) -> None:
    """Delete a webhook with its messages. Raises WebhookNotFound."""
    hook = _locked(scope, hook_id)
    _audit(scope, "webhook.deleted", hook, url=hook.url)
    hook.delete()


@transaction.atomic
def send_test(scope: TenantScope, hook_id: uuid.UUID) -> HookMessage:
    """Queue a test call, which is sent also while the webhook is off. Raises WebhookNotFound."""
    hook = _locked(scope, hook_id)
    message = queue(hook, HookEvent.TEST, f"test:{new_id()}", test_body(hook, scope.subject.name))
    _audit(scope, "webhook.tested", hook)
    return message


@transaction.atomic
def replay_message(scope: TenantScope, hook_id: uuid.UUID, message_id: uuid.UUID) -> HookMessage:
    """Send a message again, under the same id. Raises WebhookNotFound, WebhookMessageNotFound."""
    hook = _locked(scope, hook_id)
    message = HookMessage.objects.within(scope).select_for_update().filter(webhook=hook, pk=message_id).first()
    if message is None:
        raise WebhookMessageNotFound
    _replay(scope, hook, [message_id])
    message.refresh_from_db(from_queryset=HookMessage.objects.within(scope))
    return message


@transaction.atomic
def replay_period(scope: TenantScope, hook_id: uuid.UUID, since: datetime, until: datetime) -> int:
    """Send again, under the same ids, what became of alerts between two times; return how many. Raises WebhookNotFound."""
    hook = _locked(scope, hook_id)
    rows = HookMessage.objects.within(scope).filter(webhook=hook, created__gte=since, created__lte=until)
    ids = list(rows.exclude(event=HookEvent.TEST).exclude(state=HookState.QUEUED).values_list("pk", flat=True))
    return _replay(scope, hook, ids)


def _replay(scope: TenantScope, hook: Webhook, ids: Sequence[uuid.UUID]) -> int:
    moment, count = now(), 0
    for start in range(0, len(ids), 500):
        rows = HookMessage.objects.within(scope).filter(pk__in=ids[start : start + 500], leased_until=None)
        count += rows.update(state=HookState.QUEUED, due=moment, waiting_since=moment, tries=0, settled=None)
    _audit(scope, "webhook.replayed", hook, messages=count)
    announce()
    return count


def _make_due(hook: Webhook) -> None:
    rows = HookMessage.objects.unscoped("the caller holds the webhook").filter(webhook=hook, state=HookState.QUEUED)
    rows.update(due=now(), waiting_since=now())
    announce()


def _fill(scope: TenantScope, hook: Webhook, form: WebhookForm, *, was_enabled: bool) -> None:
    name, known = form.name.strip(), set(HookEvent.values) - {HookEvent.TEST}
    if not name or len(name) > 200:
        raise WebhookIncomplete("name")
    if not form.events or not set(form.events) <= known:
        raise WebhookIncomplete("events")
    moment = now()
    choose(scope, hook, Choice(form.severities, form.detections, form.device_groups), moment, was_enabled=was_enabled)
    hook.name, hook.url = checked_line(name, "name"), checked_url(form.url)
    hook.events = [event for event in HookEvent.values if event in form.events]
    hook.include_device_information = form.include_device_information
    if form.enabled and not was_enabled:
        hook.failing_since = hook.disabled = None
    hook.enabled, hook.updated = form.enabled, moment
    hook.save()


def _locked(scope: TenantScope, hook_id: uuid.UUID) -> Webhook:
    hook = Webhook.objects.within(scope).select_for_update().filter(pk=hook_id).first()
    if hook is None or not is_visible(scope, hook):
        raise WebhookNotFound
    return hook


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _audit(scope: TenantScope, action: str, hook: Webhook, **detail: object) -> None:
    record(
        action,
        actor=actor_of(scope.subject),
        tenant_id=hook.tenant_id,
        object_type="webhook",
        object_id=hook.pk,
        detail={"name": hook.name, **detail},
    )
