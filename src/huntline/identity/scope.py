"""`TenantScope`: the key without which no tenant's data can be read. It is made in this package and nowhere else."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from huntline.identity.permissions import Permission

_SEAL: Final = object()


class SubjectKind(StrEnum):
    """What kind of caller acts."""

    PERSON = "person"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts: a person (id and e-mail), an API client (client id and name) or a job of the system."""

    kind: SubjectKind
    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class TenantScope:
    """Which tenants' data the bearer may touch, who the bearer is, and what the bearer may do there.

    `device_groups` are those to which the bearer is limited (the nil UUID stands for ungrouped devices); None is no limit. It holds for
    what is set up for device groups, such as e-mail rules.

    A frozen value. `identity.guards` makes it from a session or a token, `identity.services.scope_of_job` from a job's stored owner.
    """

    tenants: tuple[uuid.UUID, ...]
    subject: Subject
    permissions: frozenset[Permission]
    device_groups: frozenset[uuid.UUID] | None = None
    crosses: bool = False  # the subject belongs to the provider and looks into a customer's data
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("A TenantScope is made by huntline.identity only.")
        if not self.tenants:
            raise ValueError("A scope names at least one tenant.")

    @property
    def tenant(self) -> uuid.UUID:
        """The one tenant of this scope. Raises ValueError where there are several."""
        (tenant,) = self.tenants
        return tenant

    @property
    def tenant_ids(self) -> tuple[str, ...]:
        """The tenants as text: what the query compiler binds."""
        return tuple(str(tenant) for tenant in self.tenants)

    def may(self, permission: Permission) -> bool:
        """Whether the bearer holds `permission`."""
        return permission in self.permissions

    def narrowed_to(self, tenant: uuid.UUID) -> "TenantScope":
        """Return the scope of one of its tenants. Raises ValueError for any other."""
        if tenant not in self.tenants:
            raise ValueError("A scope can only be narrowed.")
        return TenantScope(
            (tenant,), self.subject, self.permissions, self.device_groups, crosses=self.crosses, seal=_SEAL
        )


def make_scope(
    tenants: Collection[uuid.UUID],
    subject: Subject,
    permissions: Collection[Permission],
    *,
    crosses: bool,
    device_groups: frozenset[uuid.UUID] | None = None,
) -> TenantScope:
    """Make a scope. Only this package calls it (held by an import contract)."""
    ordered = tuple(sorted(set(tenants)))
    return TenantScope(ordered, subject, frozenset(permissions), device_groups, crosses=crosses, seal=_SEAL)
