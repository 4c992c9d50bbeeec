"""Subjects and tenants for every test: two customers that are strangers to each other, and the provider."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from hypothesis import settings

from suite_settings import PASSWORD

# Speed is held by benchmarks: no test fails because the machine is busy.
settings.register_profile("suite", parent=settings(), deadline=None)
settings.load_profile("suite")


@dataclass(frozen=True)
class Cast:
    """The people of a test by their part, e.g. `cast.aurora_admin`, `cast.hunter`."""

    people: dict[str, object]
    tenants: dict[str, object]

    def __getattr__(self, name: str):
        try:
            return self.people[name] if name in self.people else self.tenants[name]
        except KeyError:
            raise AttributeError(name) from None


@pytest.fixture
def cast(db) -> Cast:
    """The provider `watchtower`; the customers `aurora` and `bluefin`; one person for every role."""
    from huntline.identity.models import TenantKind
    from huntline.identity.permissions import Role
    from huntline.identity.services import create_tenant, invite

    tenants = {
        "watchtower": create_tenant("watchtower", "Watchtower", kind=TenantKind.PROVIDER),
        "aurora": create_tenant("aurora", "Aurora Grid"),
        "bluefin": create_tenant("bluefin", "Bluefin Logistics"),
    }
    people = {}
    for slug in ("aurora", "bluefin"):
        for role in (Role.ADMIN, Role.ANALYST, Role.READER):
            email = f"{role.value}@{slug}.example"
            people[f"{slug}_{role.value}"] = invite(
                tenants[slug], email, role, name=f"{slug} {role.value}", password=PASSWORD
            ).person
    for role in (Role.ACCOUNT_MANAGER, Role.HUNTER, Role.HUNT_LEAD, Role.PLATFORM_OPERATOR):
        email = f"{role.value}@watchtower.example"
        people[role.value] = invite(tenants["watchtower"], email, role, name=role.value, password=PASSWORD).person
    return Cast(people, tenants)


@pytest.fixture
def sign_in(cast) -> Callable[[str | None], Client]:
    """Return a browser-like client that is signed in as a part of the cast; None stays anonymous."""

    def signed_in(part: str | None) -> Client:
        client = Client()
        if part is not None:
            client.force_login(cast.people[part], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def scope_of(cast) -> Callable[[str, str], object]:
    """Return the scope of a part of the cast in a tenant, as a route's guard would make it."""
    from huntline.identity.queries import scope_of as scope_in

    def scope(part: str, tenant: str):
        return scope_in(cast.people[part], cast.tenants[tenant])

    return scope


@pytest.fixture
def clock():
    """A clock that the test moves; it starts on a Monday morning."""
    from datetime import UTC, datetime

    from huntline.kernel import FixedClock, use_clock

    with use_clock(FixedClock(datetime(2026, 11, 16, 9, 0, tzinfo=UTC))) as fixed:
        yield fixed
