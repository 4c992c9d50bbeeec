"""What is posted: `type`, `timestamp`, `data`, as Standard Webhooks lays it out; the alert has the names of the portal's own API."""

from django.conf import settings

from huntline.delivery.models import HookEvent, Webhook
from huntline.identity.models import Tenant
from huntline.incidents import answers
from huntline.incidents.models import Alert
from huntline.kernel import now


def alert_body(tenant: Tenant, hook: Webhook, event: HookEvent, alert: Alert, **more: object) -> dict[str, object]:
    """Return the body about an alert whose entities are at hand. Id, title, severity and times are those of every other channel."""
    facts = answers.alert(alert).model_dump(mode="json")
    if not hook.include_device_information:
        del facts["devices"]
    return _body(
        event,
        {
            "tenant": {"id": str(tenant.pk), "slug": tenant.slug},
            "alert": facts,
            "url": f"{settings.HUNTLINE_PUBLIC_URL}/tenants/{tenant.slug}/alerts/{alert.pk}",
            **more,
        },
    )


def test_body(hook: Webhook, person: str) -> dict[str, object]:
    """Return the body of a test call."""
    return _body(HookEvent.TEST, {"webhook": hook.name, "asked_by": person})


def _body(event: HookEvent, data: dict[str, object]) -> dict[str, object]:
    return {"type": event.value, "timestamp": now().isoformat().replace("+00:00", "Z"), "data": data}
