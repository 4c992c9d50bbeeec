"""Tenants, people, roles, permissions, API clients. `TenantScope` is made here and nowhere else.

Doors: `identity.guards` for routes, `identity.services` and `identity.queries` for use cases, `identity.models.TenantModel` for tables.
"""

from huntline.identity.permissions import CUSTOMER_ROLES, PROVIDER_ROLES, ROLES, Permission, Role
from huntline.identity.scope import Subject, SubjectKind, TenantScope

__all__ = ["CUSTOMER_ROLES", "PROVIDER_ROLES", "ROLES", "Permission", "Role", "Subject", "SubjectKind", "TenantScope"]
