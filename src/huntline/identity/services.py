"""Use cases: tenants, people and their roles; scopes for jobs; the note that an expert looked into a customer's data."""

import getpass
import secrets
import uuid
import zoneinfo
from collections.abc import Collection

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from huntline.audit.services import OVERVIEW, SYSTEM, Actor, record
from huntline.identity.api_roles import API_ROLES
from huntline.identity.errors import (
    AlreadyMember,
    ClientNameInvalid,
    ClientNotFound,
    LastAdmin,
    LimitOfProvider,
    MemberNotFound,
    OtherSide,
    PasswordTooWeak,
    PersonNotFound,
    RoleNotOfTenant,
    SlugTaken,
    UnknownApiRole,
    UnknownTimezone,
)
from huntline.identity.events import MemberInvited
from huntline.identity.models import ApiClient, Language, Membership, Person, Tenant, TenantKind
from huntline.identity.permissions import Permission, Role
from huntline.identity.scope import Subject, SubjectKind, TenantScope, make_scope
from huntline.outbox.services import record as record_event


def actor_of(subject: Subject) -> Actor:
    """Return the subject as the audit record names it."""
    return Actor(subject.kind, subject.id, subject.name)


@transaction.atomic
def create_tenant(
    slug: str,
    name: str,
    *,
    kind: TenantKind = TenantKind.CUSTOMER,
    language: str = Language.ENGLISH,
    timezone: str = "UTC",
    actor: Actor = SYSTEM,
) -> Tenant:
    """Create a tenant. Raises SlugTaken."""
    if Tenant.objects.filter(slug=slug).exists():
        raise SlugTaken(slug)
    tenant = Tenant.objects.create(slug=slug, name=name, kind=kind, language=language, timezone=timezone)
    record(
        "tenant.created",
        actor=actor,
        tenant_id=tenant.pk,
        object_type="tenant",
        object_id=tenant.pk,
        detail={"slug": slug, "kind": kind},
    )
    return tenant


@transaction.atomic
def invite(
    tenant: Tenant, email: str, role: Role, *, name: str = "", password: str | None = None, actor: Actor = SYSTEM
) -> Membership:
    """Give somebody a role in a tenant; a new person is created. Raises RoleNotOfTenant, AlreadyMember, OtherSide.

    They are told by mail, a new person with a link to choose a password, unless the caller gives a password and so tells it.
    """
    if role not in tenant.roles:
        raise RoleNotOfTenant(role)
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        person = Person.objects.create_user(
            email, password, name=name, language=tenant.language, timezone=tenant.timezone
        )
    if Membership.objects.filter(person=person, tenant=tenant).exists():
        raise AlreadyMember(person.email)
    # As a customer's member, one of the provider's people would look into its data without the entries that a crossing leaves.
    if Membership.objects.filter(person=person).exclude(tenant__kind=tenant.kind).exists():
        raise OtherSide(person.email)
    membership = Membership.objects.create(person=person, tenant=tenant, role=role)
    record(
        "member.added",
        actor=actor,
        tenant_id=tenant.pk,
        object_type="person",
        object_id=person.pk,
        detail={"email": person.email, "role": role},
    )
    if password is None:
        new = not person.has_usable_password()
        record_event(MemberInvited(tenant_id=tenant.pk, person_id=person.pk, role=role, new=new))
    return membership


@transaction.atomic
def remove_member(scope: TenantScope, membership_id: uuid.UUID) -> None:
    """Take somebody's role away. Raises MemberNotFound, LastAdmin."""
    membership = Membership.objects.filter(pk=membership_id, tenant_id=scope.tenant).select_related("person").first()
    if membership is None:
        raise MemberNotFound
    _require_another_admin(membership)
    record(
        "member.removed",
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="person",
        object_id=membership.person_id,
        detail={"email": membership.person.email, "role": membership.role},
    )
    membership.delete()


@transaction.atomic
def limit_member(
    scope: TenantScope, membership_id: uuid.UUID, device_groups: Collection[uuid.UUID] | None
) -> Membership:
    """Limit somebody's role to device groups, or lift the limit with None. Raises MemberNotFound, LimitOfProvider, LastAdmin."""
    membership = (
        Membership.objects.filter(pk=membership_id, tenant_id=scope.tenant).select_related("person", "tenant").first()
    )
    if membership is None:
        raise MemberNotFound
    if device_groups is not None:
        if membership.tenant.kind == TenantKind.PROVIDER:
            raise LimitOfProvider
        _require_another_admin(membership)
    membership.device_groups = None if device_groups is None else sorted(str(group) for group in set(device_groups))
    membership.save(update_fields=["device_groups"])
    record(
        "member.limited",
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="person",
        object_id=membership.person_id,
        detail={"email": membership.person.email, "device_groups": membership.device_groups},
    )
    return membership


def _require_another_admin(membership: Membership) -> None:
    """Raise LastAdmin when nobody else could manage the whole organisation."""
    others = Membership.objects.filter(tenant=membership.tenant_id, role=membership.role, device_groups__isnull=True)
    manages = membership.role in {Role.ADMIN, Role.PLATFORM_OPERATOR} and membership.device_groups is None
    if manages and not others.exclude(pk=membership.pk).exists():
        raise LastAdmin


def note_crossing(scope: TenantScope, tenant: Tenant, permission: Permission, what: str) -> None:
    """Record that one of the provider's people used a permission in a customer's tenant."""
    record(
        "tenant.crossed",
        actor=actor_of(scope.subject),
        tenant_id=tenant.pk,
        object_type="tenant",
        object_id=tenant.pk,
        detail={"permission": permission, "what": what[:500]},
    )


def note_overview(scope: TenantScope, permission: Permission, what: str) -> None:
    """Record that one of the provider's people looked over all customers at once; every customer reads this entry."""
    record(OVERVIEW, actor=actor_of(scope.subject), detail={"permission": permission, "what": what[:500]})


def scope_of_job(owner: str, tenant_ids: tuple[uuid.UUID, ...], permissions: frozenset[Permission]) -> TenantScope:
    """Return the scope of a job of the system that acts for these tenants. `owner` names the job in the audit record."""
    return make_scope(tenant_ids, Subject(SubjectKind.SYSTEM, owner, owner), permissions, crosses=False)


def add_member(scope: TenantScope, email: str, role: str, *, name: str = "") -> Membership:
    """Invite somebody into the scope's tenant. Raises RoleNotOfTenant, AlreadyMember, OtherSide."""
    tenant = Tenant.objects.get(pk=scope.tenant)
    if role not in tenant.roles:
        raise RoleNotOfTenant(role)
    return invite(tenant, email, Role(role), name=name, actor=actor_of(scope.subject))


def change_preferences(person: Person, **changed: str) -> Person:
    """Change the person's own name, language, theme or time zone. Raises UnknownTimezone."""
    if "timezone" in changed and changed["timezone"] not in zoneinfo.available_timezones():
        raise UnknownTimezone(changed["timezone"])
    for field, value in changed.items():
        setattr(person, field, value)
    person.save(update_fields=list(changed) or None)
    return person


@transaction.atomic
def create_api_client(scope: TenantScope, name: str, roles: Collection[str]) -> tuple[ApiClient, str]:
    """Create an API application and return it with its secret, which is kept only as a hash.

    Raises ClientNameInvalid, UnknownApiRole.
    """
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable() or "@" in name:
        raise ClientNameInvalid
    unknown = sorted(set(roles) - API_ROLES.keys())
    if unknown:
        raise UnknownApiRole(unknown[0])
    secret = secrets.token_urlsafe(40)
    client = ApiClient.objects.create(
        client_id=str(uuid.uuid4()),
        name=name,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
        tenant_id=scope.tenant,
        roles=sorted(set(roles)),
    )
    record(
        "api_client.created",
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="api_client",
        object_id=client.client_id,
        detail={"name": name, "roles": client.roles},
    )
    return client, secret


@transaction.atomic
def remove_api_client(scope: TenantScope, client_id: int) -> None:
    """Delete an API application with its tokens. Raises ClientNotFound."""
    client = ApiClient.objects.filter(pk=client_id, tenant_id=scope.tenant).first()
    if client is None:
        raise ClientNotFound
    record(
        "api_client.removed",
        actor=actor_of(scope.subject),
        tenant_id=scope.tenant,
        object_type="api_client",
        object_id=client.client_id,
    )
    client.delete()


@transaction.atomic
def set_password(email: str, password: str, *, actor: Actor = SYSTEM) -> Person:
    """Set a person's password. Raises PersonNotFound, PasswordTooWeak."""
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise PersonNotFound(email)
    try:
        validate_password(password, person)
    except ValidationError as weakness:
        raise PasswordTooWeak(" ".join(weakness.messages)) from weakness
    person.set_password(password)
    person.save(update_fields=["password"])
    record(
        "person.password_set", actor=actor, object_type="person", object_id=person.pk, detail={"email": person.email}
    )
    return person


def operator_scope(tenant: Tenant, permissions: Collection[Permission]) -> TenantScope:
    """Return the scope of a command that the operator runs on the server's own machine. It crosses, and is recorded as such."""
    name = f"{getpass.getuser()}@localhost"
    scope = make_scope([tenant.pk], Subject(SubjectKind.SYSTEM, name, name), permissions, crosses=True)
    for permission in sorted(scope.permissions):
        note_crossing(scope, tenant, permission, "command line")
    return scope
