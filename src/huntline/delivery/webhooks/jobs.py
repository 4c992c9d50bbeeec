"""What events mean for webhooks, and the sender. A handler queues rows in the transaction that marks the event as handled."""

from typing import Final

from huntline.delivery.choosing import Why, judge_alert, sight_of
from huntline.delivery.jobs import OfAlert
from huntline.delivery.models import HookEvent
from huntline.delivery.webhooks.bodies import alert_body
from huntline.delivery.webhooks.queries import webhooks_within
from huntline.delivery.webhooks.queueing import queue
from huntline.delivery.webhooks.sending import call_due
from huntline.identity import Permission
from huntline.identity.queries import tenant_within
from huntline.identity.services import scope_of_job
from huntline.incidents.events import NotificationUpdated, NotificationWithdrawn
from huntline.incidents.queries import find_alert

__all__ = ["call_due", "queue_alert_calls", "queue_update_calls", "queue_withdrawal_calls"]

OWNER: Final = "delivery.webhooks"


def queue_alert_calls(happened: OfAlert) -> None:
    """Queue a message for each webhook that is for the alert: a published notification, or an alert of another detection source."""
    _queue(happened, HookEvent.RAISED, f"raised:{happened.alert_id}")


def queue_update_calls(happened: NotificationUpdated) -> None:
    """Queue a message about the new version of a notification."""
    _queue(happened, HookEvent.UPDATED, f"updated:{happened.alert_id}:{happened.version}", version=happened.version)


def queue_withdrawal_calls(happened: NotificationWithdrawn) -> None:
    """Queue a message: the notification is taken back."""
    _queue(happened, HookEvent.WITHDRAWN, f"withdrawn:{happened.alert_id}")


def _queue(happened: OfAlert, event: HookEvent, about: str, **more: object) -> None:
    scope = scope_of_job(OWNER, (happened.tenant_id,), frozenset({Permission.ALERT_READ}))
    alert, tenant = find_alert(scope, happened.alert_id), tenant_within(scope)
    sight = sight_of(scope, alert)
    for hook in webhooks_within(scope):
        if event in hook.events and judge_alert(hook, sight)[0] is Why.MATCHED:
            queue(hook, event, about, alert_body(tenant, hook, event, alert, **more), alert.pk)
