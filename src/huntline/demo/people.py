"""Who signs in to the demo: one person for each role, with a password that only this installation has."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from huntline.demo.customers import AURORA, BLUEFIN, COBALT, CUSTOMERS
from huntline.identity.models import Membership, Person, Tenant, TenantKind
from huntline.identity.permissions import Role
from huntline.identity.services import create_tenant, invite

PROVIDER_SLUG = "watchtower"
PROVIDER_NAME = "Watchtower Hunting"
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in of the demo, to be shown to whoever runs it; the password is for the demo only."""

    role: str
    tenant: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class _Part:
    tenant: str
    role: Role
    name: str

    @property
    def email(self) -> str:
        return f"{self.role.replace('_', '-')}@{self.tenant}.example"


_PARTS: tuple[_Part, ...] = (
    _Part(AURORA.key, Role.ADMIN, "Haneul Byeolha"),
    _Part(AURORA.key, Role.ANALYST, "Sora Norang"),
    _Part(AURORA.key, Role.READER, "Garam Haeram"),
    _Part(BLUEFIN.key, Role.ADMIN, "Esmee Tidewell"),
    _Part(COBALT.key, Role.ADMIN, "Kaede Tsukinami"),
    _Part(PROVIDER_SLUG, Role.HUNTER, "Robin Larkfield"),
    _Part(PROVIDER_SLUG, Role.HUNT_LEAD, "Juno Ashgrove"),
    _Part(PROVIDER_SLUG, Role.ACCOUNT_MANAGER, "Wren Calloway-Thorn"),
    _Part(PROVIDER_SLUG, Role.PLATFORM_OPERATOR, "Ellis Brookmere"),
)
PEOPLE = len(_PARTS)


def demo_password() -> str:
    """Return the password of everybody in the demo: it follows from the installation's secret, so it need not be kept to be shown again."""
    digest = salted_hmac("huntline.demo.people", "password", algorithm="sha256").digest()
    letters = "".join(_READABLE[byte % len(_READABLE)] for byte in digest[:16])
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def sign_ins() -> tuple[SignIn, ...]:
    """Return the sign-ins of the demo, one for each role and customer."""
    password = demo_password()
    return tuple(SignIn(part.role, part.tenant, part.email, password) for part in _PARTS)


def create_provider() -> Tenant:
    """Create the organisation that hunts. Raises SlugTaken."""
    return create_tenant(PROVIDER_SLUG, PROVIDER_NAME, kind=TenantKind.PROVIDER)


def create_customers() -> dict[str, Tenant]:
    """Return the customers by their short names; those that are missing are created."""
    tenants = {tenant.slug: tenant for tenant in Tenant.objects.filter(kind=TenantKind.CUSTOMER)}
    for customer in CUSTOMERS:
        if customer.key not in tenants:
            tenants[customer.key] = create_tenant(
                customer.key, customer.name, language=customer.language, timezone=customer.zone
            )
    return tenants


def invite_people() -> Iterator[Person]:
    """Yield the people of the demo; those that are missing are invited."""
    tenants = {tenant.slug: tenant for tenant in Tenant.objects.all()}
    for part in _PARTS:
        tenant = tenants[part.tenant]
        member = Membership.objects.filter(tenant=tenant, person__email=part.email).select_related("person").first()
        if member is None:
            member = invite(tenant, part.email, part.role, name=part.name, password=demo_password())
        yield member.person


def person_of(tenant: str, role: Role) -> Person:
    """Return the demo's person with a role in a tenant. Raises Person.DoesNotExist."""
    return Person.objects.get(email=_Part(tenant, role, "").email)
