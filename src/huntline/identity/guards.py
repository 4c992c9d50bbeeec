"""Guards of routes: each returns the scope that the route may use, or says why there is none.

A route declares `auth=member(Permission.ALERT_READ)` (one tenant, named by the `{tenant}` of its path), `auth=provider(...)` (all
customers, for the provider's people) or `auth=signed_in()`. What the guard returns is `request.auth`.
"""

from collections.abc import Callable
from typing import Protocol

from django.http import HttpRequest
from ninja.utils import check_csrf

from huntline.identity import queries, services, tokens
from huntline.identity.errors import CsrfFailed, NotSignedIn, PermissionMissing, TenantNotFound
from huntline.identity.models import Person, Tenant
from huntline.identity.permissions import Permission
from huntline.identity.scope import TenantScope


class ScopedRequest(Protocol):
    """A request that passed `member` or `provider`."""

    auth: TenantScope


class PersonRequest(Protocol):
    """A request that passed `signed_in`."""

    auth: Person


def signed_in() -> Callable[[HttpRequest], Person]:
    """Let any signed-in person pass. Raises NotSignedIn."""

    def guard(request: HttpRequest) -> Person:
        return _person(request)

    return guard


def member(permission: Permission) -> Callable[[HttpRequest], TenantScope]:
    """Let those pass who hold `permission` in the path's tenant.

    A script sends an API client's access token in place of a session.

    Raises NotSignedIn, TokenInvalid, CsrfFailed; TenantNotFound for a stranger as for a tenant that does not exist; PermissionMissing for
    a member without it.
    """

    def guard(request: HttpRequest) -> TenantScope:
        match = request.resolver_match
        slug = str(match.kwargs["tenant"]) if match else ""
        # No slug holds a NUL, and PostgreSQL refuses to look for one.
        tenant = None if "\0" in slug else Tenant.objects.filter(slug=slug).first()
        scope = _scope_in(request, tenant)
        if tenant is None or scope is None:
            raise TenantNotFound(slug)
        if not scope.may(permission):
            raise PermissionMissing(permission)
        if scope.crosses:
            services.note_crossing(scope, tenant, permission, f"{request.method} {request.path}")
        return scope

    guard.permission = permission  # type: ignore[attr-defined] # the permission matrix of the docs and the tests read it
    return guard


def provider(permission: Permission) -> Callable[[HttpRequest], TenantScope]:
    """Let the provider's people pass who hold `permission`; the scope holds all customers, and the look is recorded once for all.

    Raises NotSignedIn, TenantNotFound, PermissionMissing.
    """

    def guard(request: HttpRequest) -> TenantScope:
        scope = queries.provider_scope_of(_person(request))
        if scope is None:
            raise TenantNotFound("provider")
        if not scope.may(permission):
            raise PermissionMissing(permission)
        services.note_overview(scope, permission, f"{request.method} {request.path}")
        return scope

    guard.permission = permission  # type: ignore[attr-defined] # as above
    return guard


def bearer(request: HttpRequest, permission: Permission | None) -> TenantScope:
    """Return the scope of the API client whose access token the request bears, if it holds `permission` (None: any client).

    Raises NotSignedIn, TokenInvalid, PermissionMissing.
    """
    scope = tokens.scope_of_bearer(request.headers.get("Authorization", ""))
    if permission is not None and not scope.may(permission):
        raise PermissionMissing(permission)
    return scope


def _scope_in(request: HttpRequest, tenant: Tenant | None) -> TenantScope | None:
    """Return the caller's scope in a tenant, by token or by session; None for a stranger."""
    authorization = request.headers.get("Authorization", "")
    if tokens.bears_token(authorization):
        scope = tokens.scope_of_bearer(authorization)
        return scope if tenant and tenant.pk in scope.tenants else None
    person = _person(request)
    return queries.scope_of(person, tenant) if tenant else None


def _person(request: HttpRequest) -> Person:
    if not request.user.is_authenticated:
        raise NotSignedIn
    # django-ninja checks this only for its own cookie guards; every session comes through here.
    if check_csrf(request) is not None:
        raise CsrfFailed
    return request.user
