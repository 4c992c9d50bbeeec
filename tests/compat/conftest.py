"""API clients of the cast's customers, and callers that bear their tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.test import Client

ALL_ROLES = ("Alert.ReadWrite.All", "AdvancedQuery.Read.All", "AdvancedHunting.Read.All", "Machine.Read.All")


@dataclass(frozen=True)
class Credentials:
    """What an operator copies into a client's configuration."""

    tenant: object
    client_id: str
    client_secret: str

    def form(self, **more: str) -> dict[str, str]:
        """The fields of a token request."""
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            **more,
        }


@pytest.fixture
def credentials(cast, scope_of) -> Callable[..., Credentials]:
    """Make an API application of a customer with these roles."""
    from huntline.identity.services import create_api_client

    def make(tenant: str = "aurora", *roles: str) -> Credentials:
        client, secret = create_api_client(scope_of(f"{tenant}_admin", tenant), f"{tenant} SIEM", roles or ALL_ROLES)
        return Credentials(cast.tenants[tenant], client.client_id, secret)

    return make


@pytest.fixture
def ask_token() -> Callable[..., object]:
    """Post a form to the v2 token endpoint."""

    def ask(tenant: object, form: dict[str, str], **headers: str):
        body, content_type = urlencode(form), "application/x-www-form-urlencoded"
        return Client().post(f"/{tenant}/oauth2/v2.0/token", body, content_type=content_type, headers=headers or None)

    return ask


@pytest.fixture
def caller(credentials, ask_token) -> Callable[..., Client]:
    """Return a client that bears a token of a customer's application with these roles (all, where none is named)."""

    def make(tenant: str = "aurora", *roles: str) -> Client:
        known = credentials(tenant, *roles)
        token = ask_token(tenant, known.form(scope="https://api.securitycenter.microsoft.com/.default")).json()
        return Client(headers={"Authorization": f"Bearer {token['access_token']}"})

    return make


@pytest.fixture
def publish(cast, scope_of) -> Callable[..., object]:
    """Make an alert in its incident, as publishing does, with these entities and events."""
    from huntline.incidents.models import Alert, AlertEntity, Detection, Incident
    from huntline.kernel import new_id, now
    from huntline.telemetry.times import ticks_of

    def make(tenant: str = "aurora", *, entities: Sequence[dict] = (), events: Sequence[dict] = (), **fields):
        scope, moment = scope_of(f"{tenant}_admin", tenant), now()
        shared = {"tenant_id": scope.tenant, "title": fields.get("title", "Web shell on a mail server")}
        times = {"created": moment, "updated": moment, "first_activity": moment, "last_activity": moment}
        incident = Incident(**shared, severity=fields.get("severity", "High"), **times)
        incident.save(force_insert=True)
        alert = Alert(
            **{
                **shared,
                **times,
                "id": f"ta{new_id().hex}",
                "incident": incident,
                "description": "Summary\n\nWhat happened",
                "severity": "High",
                "category": "Persistence",
                **fields,
            }
        )
        alert.save(force_insert=True)
        for place, entity in enumerate(entities):
            AlertEntity(
                tenant_id=scope.tenant, alert=alert, place=place, verdict="Suspicious", created=moment, **entity
            ).save()
        for part, event in enumerate(events):
            Detection(
                **{
                    "tenant_id": scope.tenant,
                    "alert": alert,
                    "part": part,
                    "at": moment,
                    "ticks": ticks_of(moment),
                    **event,
                }
            ).save(force_insert=True)
        return alert

    return make


@pytest.fixture(autouse=True)
def _fresh_limits():
    from huntline.compat import limits

    yield
    for limit in limits.ALL:
        limit.reset()
