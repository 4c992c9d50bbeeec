"""Routes of webhooks."""

import uuid
from datetime import datetime

from ninja import Query, Router, Status

from huntline.delivery.answers import chosen
from huntline.delivery.models import HookMessage, HookState, Webhook
from huntline.delivery.webhooks import queries, services
from huntline.delivery.webhooks.schemas import (
    CallOut,
    NewWebhookOut,
    ReplayIn,
    ReplayOut,
    WebhookIn,
    WebhookList,
    WebhookMessageList,
    WebhookMessageOut,
    WebhookOut,
)
from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, member
from huntline.kernel import PageQuery

router = Router()
_manage = member(Permission.WEBHOOK_MANAGE)
_PATH = "/tenants/{tenant}/webhooks"


@router.get(_PATH, auth=_manage, response=WebhookList)
def list_webhooks(request: ScopedRequest, tenant: str) -> WebhookList:  # noqa: ARG001 - the guard reads the path
    """List the tenant's webhooks."""
    waiting = queries.waiting_since(request.auth)
    items = [_webhook(hook, waiting.get(hook.pk)) for hook in queries.webhooks_within(request.auth)]
    return WebhookList(items=items, total=len(items))


@router.post(_PATH, auth=_manage, response={201: NewWebhookOut})
def create_webhook(request: ScopedRequest, tenant: str, form: WebhookIn) -> Status[NewWebhookOut]:  # noqa: ARG001 - as above
    """Create a webhook; the answer holds the secret that signs its calls, which is shown this once."""
    return Status(201, _with_secret(services.create_webhook(request.auth, _form(form))))


@router.put(_PATH + "/{webhook_id}", auth=_manage, response=WebhookOut)
def change_webhook(request: ScopedRequest, tenant: str, webhook_id: uuid.UUID, form: WebhookIn) -> WebhookOut:  # noqa: ARG001 - as above
    """Change a webhook, or switch it on again."""
    return _webhook(services.change_webhook(request.auth, webhook_id, _form(form)))


@router.post(_PATH + "/{webhook_id}/secret", auth=_manage, response=NewWebhookOut)
def change_webhook_secret(request: ScopedRequest, tenant: str, webhook_id: uuid.UUID) -> NewWebhookOut:  # noqa: ARG001 - as above
    """Give a webhook a new secret, which is shown this once."""
    return _with_secret(services.change_secret(request.auth, webhook_id))


@router.delete(_PATH + "/{webhook_id}", auth=_manage, response={204: None})
def delete_webhook(request: ScopedRequest, tenant: str, webhook_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Delete a webhook with its messages."""
    services.delete_webhook(request.auth, webhook_id)
    return Status(204, None)


@router.post(_PATH + "/{webhook_id}/test", auth=_manage, response={202: WebhookMessageOut})
def test_webhook(request: ScopedRequest, tenant: str, webhook_id: uuid.UUID) -> Status[WebhookMessageOut]:  # noqa: ARG001 - as above
    """Send a test call; what became of it is among the messages."""
    return Status(202, _message(services.send_test(request.auth, webhook_id)))


@router.get(_PATH + "/{webhook_id}/messages", auth=_manage, response=WebhookMessageList)
def list_webhook_messages(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    webhook_id: uuid.UUID,
    page: Query[PageQuery],
) -> WebhookMessageList:
    """List the messages of a webhook, each with every call and the beginning of its answer."""
    found = queries.messages_of(request.auth, webhook_id, page.request())
    return WebhookMessageList(items=[_message(row) for row in found.items], total=found.total)


@router.post(_PATH + "/{webhook_id}/messages/{message_id}/replay", auth=_manage, response={202: WebhookMessageOut})
def replay_webhook_message(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    webhook_id: uuid.UUID,
    message_id: uuid.UUID,
) -> Status[WebhookMessageOut]:
    """Send a message again, under the same id."""
    return Status(202, _message(services.replay_message(request.auth, webhook_id, message_id)))


@router.post(_PATH + "/{webhook_id}/replay", auth=_manage, response={202: ReplayOut})
def replay_webhook(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    webhook_id: uuid.UUID,
    period: ReplayIn,
) -> Status[ReplayOut]:
    """Send the messages of a period again, under the same ids."""
    count = services.replay_period(request.auth, webhook_id, period.since, period.until)
    return Status(202, ReplayOut(messages=count))


def _form(form: WebhookIn) -> services.WebhookForm:
    return services.WebhookForm(**form.model_dump())


def _webhook(hook: Webhook, waiting: datetime | None = None) -> WebhookOut:
    return WebhookOut.model_validate(_facts(hook, waiting))


def _with_secret(hook: Webhook) -> NewWebhookOut:
    return NewWebhookOut.model_validate(_facts(hook, None) | {"secret": hook.secret})


def _facts(hook: Webhook, waiting: datetime | None) -> dict[str, object]:
    return {
        "id": hook.pk,
        "name": hook.name,
        "url": hook.url,
        "enabled": hook.enabled,
        "events": hook.events,
        **chosen(hook),
        "include_device_information": hook.include_device_information,
        "created": hook.created,
        "created_by": hook.created_by,
        "failing_since": hook.failing_since,
        "disabled": hook.disabled,
        "waiting_since": waiting,
    }


def _message(row: HookMessage) -> WebhookMessageOut:
    return WebhookMessageOut.model_validate(
        {
            "id": row.pk,
            "event": row.event,
            "alert_id": row.alert_id or None,
            "message_id": row.message_id,
            "state": row.state,
            "created": row.created,
            "settled": row.settled,
            "next_at": row.due if row.state == HookState.QUEUED else None,
            "body": row.body,
            "attempts": [CallOut.from_orm(attempt) for attempt in row.attempts.all()],
        }
    )
