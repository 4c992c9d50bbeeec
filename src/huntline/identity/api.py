"""Routes of sign-in state, members, API applications and the audit record."""

import uuid
from collections.abc import Sequence

from django.views.decorators.csrf import ensure_csrf_cookie
from ninja import Query, Router, Status
from ninja.decorators import decorate_view

from huntline.audit.models import Entry
from huntline.audit.queries import entries_of
from huntline.identity import queries, services
from huntline.identity.guards import PersonRequest, ScopedRequest, member, signed_in
from huntline.identity.models import ApiClient, Membership, Person
from huntline.identity.permissions import Permission, Role
from huntline.identity.schemas import (
    ApiClientIn,
    ApiClientList,
    ApiClientOut,
    AuditEntryOut,
    AuditList,
    MemberIn,
    MemberLimitIn,
    MemberList,
    MemberOut,
    MembershipOut,
    NewApiClientOut,
    PersonOut,
    PreferencesIn,
    SessionOut,
    TenantOut,
)
from huntline.kernel import PageQuery

router = Router()


@router.get("/session", auth=signed_in(), response=SessionOut)
@decorate_view(ensure_csrf_cookie)
def read_session(request: PersonRequest) -> SessionOut:
    """Say who is signed in and where they may go."""
    return _session(request.auth)


@router.patch("/session", auth=signed_in(), response=SessionOut)
def change_preferences(request: PersonRequest, preferences: PreferencesIn) -> SessionOut:
    """Change the own name, language, theme or time zone."""
    return _session(services.change_preferences(request.auth, **preferences.model_dump(exclude_none=True)))


@router.get("/provider/tenants/names", auth=signed_in(), response=list[TenantOut])
def list_tenants(request: PersonRequest) -> Sequence[TenantOut]:
    """List the tenants that the person may open: the own ones, and all customers for the provider's people."""
    return [TenantOut.from_orm(tenant) for tenant in queries.tenants_open_to(request.auth)]


@router.get("/tenants/{tenant}/members", auth=member(Permission.TENANT_READ), response=MemberList)
def list_members(request: ScopedRequest, tenant: str) -> MemberList:  # noqa: ARG001 - the guard reads the path
    """List who has a role in the tenant."""
    members = [_member(row) for row in queries.members_within(request.auth)]
    return MemberList(items=members, total=len(members))


@router.post("/tenants/{tenant}/members", auth=member(Permission.MEMBER_MANAGE), response={201: MemberOut})
def add_member(request: ScopedRequest, tenant: str, new: MemberIn) -> Status[MemberOut]:  # noqa: ARG001 - as above
    """Invite somebody; a new person gets a mail to set the password."""
    return Status(201, _member(services.add_member(request.auth, new.email, new.role, name=new.name)))


@router.delete("/tenants/{tenant}/members/{membership_id}", auth=member(Permission.MEMBER_MANAGE), response={204: None})
def remove_member(request: ScopedRequest, tenant: str, membership_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Take somebody's role away."""
    services.remove_member(request.auth, membership_id)
    return Status(204, None)


@router.put(
    "/tenants/{tenant}/members/{membership_id}/device-groups",
    auth=member(Permission.MEMBER_MANAGE),
    response=MemberOut,
)
def limit_member(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    membership_id: uuid.UUID,
    limit: MemberLimitIn,
) -> MemberOut:
    """Limit somebody's role to device groups: to e-mail rules and webhooks inside them, and nothing of the whole organisation."""
    return _member(services.limit_member(request.auth, membership_id, limit.device_groups))


@router.get("/tenants/{tenant}/api-clients", auth=member(Permission.API_CLIENT_MANAGE), response=ApiClientList)
def list_api_clients(request: ScopedRequest, tenant: str) -> ApiClientList:  # noqa: ARG001 - as above
    """List the tenant's API applications."""
    clients = [_client(row) for row in queries.api_clients_within(request.auth)]
    return ApiClientList(items=clients, total=len(clients))


@router.post(
    "/tenants/{tenant}/api-clients", auth=member(Permission.API_CLIENT_MANAGE), response={201: NewApiClientOut}
)
def add_api_client(request: ScopedRequest, tenant: str, new: ApiClientIn) -> Status[NewApiClientOut]:  # noqa: ARG001 - as above
    """Create an API application; the answer holds its secret, which is kept only as a hash."""
    client, secret = services.create_api_client(request.auth, new.name, new.roles)
    return Status(201, NewApiClientOut(**_client(client).model_dump(), client_secret=secret))


@router.delete(
    "/tenants/{tenant}/api-clients/{client_id}", auth=member(Permission.API_CLIENT_MANAGE), response={204: None}
)
def remove_api_client(request: ScopedRequest, tenant: str, client_id: int) -> Status[None]:  # noqa: ARG001 - as above
    """Delete an API application; its tokens stop working at once."""
    services.remove_api_client(request.auth, client_id)
    return Status(204, None)


@router.get("/tenants/{tenant}/audit", auth=member(Permission.AUDIT_READ), response=AuditList)
def list_audit(request: ScopedRequest, tenant: str, page: Query[PageQuery]) -> AuditList:  # noqa: ARG001 - as above
    """List what was decided and looked at in the tenant, newest first."""
    found = entries_of(request.auth.tenants, page.request())
    return AuditList(items=[_entry(row) for row in found.items], total=found.total)


def _session(person: Person) -> SessionOut:
    memberships = [_membership(row) for row in queries.memberships_of(person)]
    provider = next((row for row in memberships if row.tenant.kind == "provider"), None)
    return SessionOut(person=PersonOut.from_orm(person), memberships=memberships, provider=provider)


def _membership(row: Membership) -> MembershipOut:
    return MembershipOut(
        tenant=TenantOut.from_orm(row.tenant),
        role=row.role,
        permissions=sorted(row.permissions),
        device_groups=_limit(row),
    )


def _member(row: Membership) -> MemberOut:
    return MemberOut(
        id=row.pk,
        email=row.person.email,
        name=row.person.name,
        role=Role(row.role),
        device_groups=_limit(row),
        created=row.created,
    )


def _limit(row: Membership) -> list[uuid.UUID] | None:
    return None if row.limited_to is None else sorted(row.limited_to)


def _client(row: ApiClient) -> ApiClientOut:
    return ApiClientOut(id=row.pk, client_id=row.client_id, name=row.name, roles=row.roles, created=row.created)


def _entry(row: Entry) -> AuditEntryOut:
    return AuditEntryOut(
        sequence=row.sequence,
        at=row.at,
        actor=row.actor_name,
        action=row.action,
        about=f"{row.object_type} {row.object_id}".strip(),
        detail=row.detail,
        hash=row.hash,
    )
