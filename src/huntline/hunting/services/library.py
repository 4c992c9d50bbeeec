"""Queries and functions under a name: a tenant's own, and the provider's library."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import IntegrityError, transaction

from huntline.audit.services import record
from huntline.hunting.errors import Finding, FunctionInvalid, FunctionNameInvalid, LibraryNotOpen, SavedHuntNameTaken
from huntline.hunting.functions import LibraryCatalog
from huntline.hunting.models import SavedHunt
from huntline.hunting.queries import find_saved_hunt, functions_open_to, is_of_provider
from huntline.hunting.results import finding_of
from huntline.identity import TenantScope
from huntline.identity.models import Tenant, TenantKind
from huntline.identity.services import actor_of
from huntline.kernel import now
from huntline.kql import check_function as check
from huntline.kql import is_reserved
from huntline.kql.symbols import FunctionSymbol

Library = Literal["tenant", "provider"]
Kind = Literal["query", "function"]


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What customers read of a hunt in their reports, and the ATT&CK techniques that it looks for."""

    title: str = ""
    text: str = ""
    techniques: Sequence[str] = ()


NO_WORDS = ReportWords()


def save_hunt(
    scope: TenantScope,
    *,
    name: str,
    description: str,
    query: str,
    kind: Kind = "query",
    parameters: str = "",
    library: Library | None = None,
    words: ReportWords = NO_WORDS,
) -> SavedHunt:
    """Save a query or a function in the tenant or in the provider's library.

    library: by default the bearer's own organisation, so that what the provider's people save stays with the provider. A query is
    kept as it is, also while it does not compile; a function is called by others, and must.
    Raises SavedHuntNameTaken, LibraryNotOpen, FunctionNameInvalid, FunctionInvalid.
    """
    owner = _owner(scope, library)
    _refuse_bad_function(scope, kind, name, parameters, query)
    saved = SavedHunt(
        tenant_id=owner,
        kind=kind,
        name=name,
        parameters=parameters if kind == "function" else "",
        description=description,
        query=query,
        created_by=scope.subject.name,
        changed_by=scope.subject.name,
    )
    _say(saved, words)
    _write(scope, saved, "saved_hunt.created")
    return find_saved_hunt(scope, saved.pk)


def update_saved_hunt(
    scope: TenantScope,
    saved_hunt_id: uuid.UUID,
    *,
    name: str,
    description: str,
    query: str,
    kind: Kind = "query",
    parameters: str = "",
    words: ReportWords = NO_WORDS,
) -> SavedHunt:
    """Change a saved query or function. Raises SavedHuntNotFound, SavedHuntNameTaken, FunctionNameInvalid, FunctionInvalid."""
    saved = find_saved_hunt(scope, saved_hunt_id)
    _refuse_bad_function(scope, kind, name, parameters, query)
    saved.name, saved.description, saved.query = name, description, query
    saved.kind, saved.parameters = kind, parameters if kind == "function" else ""
    saved.changed_by, saved.updated = scope.subject.name, now()
    _say(saved, words)
    _write(scope, saved, "saved_hunt.changed")
    return saved


@transaction.atomic
def delete_saved_hunt(scope: TenantScope, saved_hunt_id: uuid.UUID) -> None:
    """Delete a saved hunt. Raises SavedHuntNotFound."""
    saved = find_saved_hunt(scope, saved_hunt_id)
    _note(scope, saved, "saved_hunt.deleted")
    saved.delete()


def check_function(scope: TenantScope, name: str, parameters: str, body: str) -> list[Finding]:
    """Return what is wrong with a function, by places in its body, and what is only worth a warning. Raises FunctionNameInvalid."""
    symbol = FunctionSymbol(name, parameters, body)
    catalog = LibraryCatalog({**functions_open_to(scope), name: symbol})
    if is_reserved(name, catalog):
        raise FunctionNameInvalid(name)
    return [finding_of(one) for one in check(symbol, catalog=catalog, scope=scope, now=now())]


def _refuse_bad_function(scope: TenantScope, kind: Kind, name: str, parameters: str, body: str) -> None:
    if kind == "function":
        findings = check_function(scope, name, parameters, body)
        if any(finding["severity"] == "error" for finding in findings):
            raise FunctionInvalid(findings)


def _say(saved: SavedHunt, words: ReportWords) -> None:
    saved.report_title, saved.report_text = words.title, words.text
    saved.techniques = list(dict.fromkeys(words.techniques))


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
        detail={"name": saved.name, "kind": saved.kind},
    )
