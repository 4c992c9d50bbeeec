"""Who belongs where, and the scopes that follow from it."""

import uuid

from huntline.identity.errors import TenantNotFound
from huntline.identity.models import ApiClient, Membership, Person, Tenant, TenantKind
from huntline.identity.permissions import Permission
from huntline.identity.scope import Subject, SubjectKind, TenantScope, make_scope


def subject_of(person: Person) -> Subject:
    """Return the person as the one who acts."""
    return Subject(SubjectKind.PERSON, str(person.pk), person.email)


def scope_of(person: Person, tenant: Tenant) -> TenantScope | None:
    """Return the person's scope in a tenant, or None for a stranger.

    A member has the permissions of the own role. The provider's people have those of their role in the provider's organisation in
    every customer, and such a scope says that it crosses.
    """
    memberships = Membership.objects.filter(person=person).select_related("tenant")
    if not person.is_active:
        return None
    for own in memberships:
        if own.tenant_id == tenant.pk:
            return make_scope(
                [tenant.pk],
                subject_of(person),
                own.permissions,
                crosses=False,
                device_groups=own.limited_to,
            )
    for own in memberships:
        if own.tenant.kind == TenantKind.PROVIDER:
            return make_scope([tenant.pk], subject_of(person), own.permissions, crosses=True)
    return None


def provider_membership(person: Person) -> Membership | None:
    """Return the person's place in the provider's organisation, if there is one."""
    return Membership.objects.filter(person=person, tenant__kind=TenantKind.PROVIDER).select_related("tenant").first()


def provider_tenant() -> Tenant:
    """Return the provider's organisation; whoever passed a provider's guard belongs to it."""
    return Tenant.objects.get(kind=TenantKind.PROVIDER)


def provider_scope_of(person: Person) -> TenantScope | None:
    """Return the scope over all customers for one of the provider's people; None for others, and while there is no customer."""
    own = provider_membership(person)
    customers = list(Tenant.objects.filter(kind=TenantKind.CUSTOMER).values_list("pk", flat=True))
    if own is None or not person.is_active:
        return None
    # Before the first customer the scope names the provider itself, which has no telemetry: lists are empty instead of an error.
    return make_scope(customers or [own.tenant_id], subject_of(person), own.permissions, crosses=True)


def scope_of_client(client: ApiClient, permissions: frozenset[Permission]) -> TenantScope:
    """Return the scope of an API client in its own tenant, with what its roles allow."""
    subject = Subject(SubjectKind.CLIENT, client.client_id, client.name)
    return make_scope([client.tenant_id], subject, permissions, crosses=False)


def customers_within(scope: TenantScope) -> list[Tenant]:
    """Return the scope's tenants, by name."""
    return list(Tenant.objects.filter(pk__in=scope.tenants).order_by("name"))


def tenant_within(scope: TenantScope) -> Tenant:
    """Return the scope's one tenant."""
    return Tenant.objects.get(pk=scope.tenant)


def members_within(scope: TenantScope) -> list[Membership]:
    """Return the members of the scope's tenants, by e-mail."""
    return list(
        Membership.objects.filter(tenant_id__in=scope.tenants)
        .select_related("person", "tenant")
        .order_by("person__email")
    )


def people_with(tenant_id: uuid.UUID, permission: Permission) -> list[Person]:
    """Return the active members of a tenant whose role holds `permission`."""
    members = Membership.objects.filter(tenant_id=tenant_id, person__is_active=True).select_related("person")
    return [member.person for member in members if permission in member.permissions]


def administrators_of(tenant_id: uuid.UUID, permission: Permission) -> list[Person]:
    """Return the active members of a tenant who hold `permission` for the whole of it."""
    members = Membership.objects.filter(tenant_id=tenant_id, person__is_active=True, device_groups__isnull=True)
    return [member.person for member in members.select_related("person") if permission in member.permissions]


def memberships_of(person: Person) -> list[Membership]:
    """Return the person's roles, by tenant."""
    return list(Membership.objects.filter(person=person).select_related("tenant").order_by("tenant__name"))


def tenants_open_to(person: Person) -> list[Tenant]:
    """Return the tenants that the person may open, by name."""
    own = {row.tenant_id for row in memberships_of(person)}
    if provider_membership(person) is not None:
        return list(Tenant.objects.order_by("name"))
    return list(Tenant.objects.filter(pk__in=own).order_by("name"))


def api_clients_within(scope: TenantScope) -> list[ApiClient]:
    """Return the API applications of the scope's tenants, by name."""
    return list(ApiClient.objects.filter(tenant_id__in=scope.tenants).order_by("name"))


def tenant_called(slug: str) -> Tenant:
    """Return a tenant by its short name, for the operator's own commands. Raises TenantNotFound."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise TenantNotFound(slug)
    return tenant
