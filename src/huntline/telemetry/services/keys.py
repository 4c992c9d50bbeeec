"""Ingest keys: make, list, revoke, and find out whose a key is."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from huntline.audit.services import SYSTEM, Actor, record
from huntline.identity.scope import TenantScope
from huntline.identity.services import actor_of
from huntline.kernel import now, short_id
from huntline.telemetry.errors import IngestKeyInvalid, IngestKeyNotFound, SourceNotAllowed
from huntline.telemetry.models import IngestKey

SCHEME: Final = "hlk"
# How late `last_used_at` may be: a write for every post would cost more than it tells.
USE_STEP: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends telemetry: the key, and the tenant whose rows they are. Made from a good key only."""

    key_id: uuid.UUID
    tenant_id: uuid.UUID
    sources: tuple[str, ...]

    def require(self, source: str) -> None:
        """Raise SourceNotAllowed unless the key may send this source."""
        if self.sources and source not in self.sources:
            raise SourceNotAllowed(source)


def create_key(
    scope: TenantScope, name: str, *, sources: Collection[str] = (), expires_at: datetime | None = None
) -> tuple[IngestKey, str]:
    """Make a key for the scope's tenant and return it with its secret, which nobody can ask for again."""
    return make_key(scope.tenant, name, sources=sources, expires_at=expires_at, actor=actor_of(scope.subject))


@transaction.atomic
def make_key(
    tenant_id: uuid.UUID,
    name: str,
    *,
    sources: Collection[str] = (),
    expires_at: datetime | None = None,
    actor: Actor = SYSTEM,
) -> tuple[IngestKey, str]:
    """Make a key for a tenant on behalf of `actor` (the system itself when the demo or the operator's shell does)."""
    prefix, secret = short_id(10).lower(), secrets.token_urlsafe(32)
    key = IngestKey(
        tenant_id=tenant_id,
        name=name,
        prefix=prefix,
        digest=_digest(secret),
        sources=sorted(sources),
        expires_at=expires_at,
    )
    key.save(force_insert=True)
    record(
        "ingest_key.created",
        actor=actor,
        tenant_id=tenant_id,
        object_type="ingest_key",
        object_id=key.id,
        detail={"name": name, "prefix": prefix, "sources": key.sources},
    )
    return key, f"{SCHEME}_{prefix}_{secret}"


@transaction.atomic
def revoke_key(scope: TenantScope, key_id: uuid.UUID) -> IngestKey:
    """Close the key for good. Raises IngestKeyNotFound."""
    key = IngestKey.objects.within(scope).select_for_update().filter(pk=key_id).first()
    if key is None:
        raise IngestKeyNotFound
    if key.revoked_at is None:
        key.revoked_at = now()
        key.save(update_fields=["revoked_at"])
        record(
            "ingest_key.revoked",
            actor=actor_of(scope.subject),
            tenant_id=key.tenant_id,
            object_type="ingest_key",
            object_id=key.id,
            detail={"name": key.name, "prefix": key.prefix},
        )
    return key


def sender_of(presented: str) -> Sender:
    """Return who shows this key. Raises IngestKeyInvalid for one that is wrong, expired or revoked."""
    scheme, _, rest = presented.partition("_")
    prefix, _, secret = rest.partition("_")
    keys = IngestKey.objects.unscoped("the key itself says which tenant sends")
    key = keys.filter(prefix=prefix).first() if scheme == SCHEME and secret else None
    moment = now()
    # The digest is compared also where there is no key, so that the time of the answer tells nothing.
    same = hmac.compare_digest(key.digest if key else _digest(""), _digest(secret))
    if key is None or not same or not key.is_good_at(moment):
        raise IngestKeyInvalid
    if key.last_used_at is None or moment - key.last_used_at > USE_STEP:
        keys.filter(pk=key.pk).update(last_used_at=moment)
    return Sender(key.id, key.tenant_id, tuple(key.sources))


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
