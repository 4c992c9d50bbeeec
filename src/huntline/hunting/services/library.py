"""Queries under a name: a tenant's own, and the provider's library."""

import uuid
from typing import Literal

from django.db import IntegrityError, transaction

from huntline.audit.services import record
from huntline.hunting.errors import LibraryNotOpen, SavedHuntNameTaken
from huntline.hunting.models import SavedHunt
from huntline.hunting.queries import find_saved_hunt, is_of_provider
from huntline.identity import TenantScope
from huntline.identity.models import Tenant, TenantKind
from huntline.identity.services import actor_of
from huntline.kernel import now

Library = Literal["tenant", "provider"]


def save_hunt(
    scope: TenantScope, *, name: str, description: str, query: str, library: Library | None = None
) -> SavedHunt:
    """Save a query in the tenant or in the provider's library.

    library: by default the bearer's own organisation, so that what the provider's people save stays with the provider. A query is
    kept as it is, also while it does not compile. Raises SavedHuntNameTaken, LibraryNotOpen.
    """
    owner = _owner(scope, library)
    saved = SavedHunt(
        tenant_id=owner,
        name=name,
        description=description,
        query=query,
        created_by=scope.subject.name,
        changed_by=scope.subject.name,
    )
    _write(scope, saved, "saved_hunt.created")
    return find_saved_hunt(scope, saved.pk)


def update_saved_hunt(
    scope: TenantScope, saved_hunt_id: uuid.UUID, *, name: str, description: str, query: str
) -> SavedHunt:
    """Change a saved hunt. Raises SavedHuntNotFound, SavedHuntNameTaken."""
    saved = find_saved_hunt(scope, saved_hunt_id)
    saved.name, saved.description, saved.query = name, description, query
    saved.changed_by, saved.updated = scope.subject.name, now()
    _write(scope, saved, "saved_hunt.changed")
    return saved


@transaction.atomic
def delete_saved_hunt(scope: TenantScope, saved_hunt_id: uuid.UUID) -> None:
    """Delete a saved hunt. Raises SavedHuntNotFound."""
    saved = find_saved_hunt(scope, saved_hunt_id)
    _note(scope, saved, "saved_hunt.deleted")
    saved.delete()


def _owner(scope: TenantScope, library: Library | None) -> uuid.UUID:
    if library is None:
        library = "provider" if scope.crosses else "tenant"
    if library == "tenant":
        return scope.tenant
    if not is_of_provider(scope):
        raise LibraryNotOpen
    return Tenant.objects.get(kind=TenantKind.PROVIDER).pk


def _write(scope: TenantScope, saved: SavedHunt, action: str) -> None:
    try:
        with transaction.atomic():
            saved.save()
            _note(scope, saved, action)
    except IntegrityError as error:
        raise SavedHuntNameTaken(saved.name) from error


def _note(scope: TenantScope, saved: SavedHunt, action: str) -> None:
    record(
        action,
        actor=actor_of(scope.subject),
        tenant_id=saved.tenant_id,
        object_type="saved_hunt",
        object_id=saved.pk,
        detail={"name": saved.name},
    )
