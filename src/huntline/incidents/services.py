"""Drafts: write, change, delete, put forward, send back. Publishing is in `incidents.publication`."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.hunting.models import Disclosure
from huntline.hunting.queries import find_all_evidence
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.incidents.errors import (
    DraftChanged,
    DraftIncomplete,
    DraftNotFound,
    ReturnReasonMissing,
    StepsInvalid,
    TechniqueInvalid,
    TextInvalid,
    TitleInvalid,
    TooMuchEvidence,
)
from huntline.incidents.models import Draft
from huntline.incidents.states import DraftState, DraftStep, follow
from huntline.incidents.vocabulary import Category, Severity
from huntline.kernel import now

MOST_EVIDENCE: Final = 20
MOST_STEPS: Final = 50
LONGEST_TEXT: Final = 50_000
LONGEST_TITLE: Final = 200
# What not every database holds: NUL, and half of a surrogate pair.
_UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")
_TECHNIQUE: Final = re.compile(r"T\d{4}(\.\d{3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class DraftForm:
    """What a hunter writes. `recommended_steps` in their order, containment first; `evidence_ids` in the order of the story."""

    title: str
    severity: Severity
    category: Category
    summary: str = ""
    what_happened: str = ""
    recommended_steps: Sequence[str] = ()
    techniques: Sequence[str] = ()
    evidence_ids: Sequence[uuid.UUID] = ()
    disclosure: Disclosure = Disclosure.FULL
    change_note: str = ""
    """What a new version changes, for those who read the one before."""


@transaction.atomic
def create_draft(scope: TenantScope, form: DraftForm) -> Draft:
    """Begin a draft in the scope's tenant.

    Raises TitleInvalid, TextInvalid, StepsInvalid, TechniqueInvalid, TooMuchEvidence, EvidenceNotFound.
    """
    draft = Draft(tenant_id=scope.tenant, author=scope.subject.name, revision=0)
    _write(scope, draft, form)
    _audit(scope, "draft.created", draft, title=draft.title)
    return draft


@transaction.atomic
def change_draft(scope: TenantScope, draft_id: uuid.UUID, form: DraftForm, *, seen: int | None = None) -> Draft:
    """Change a draft; who does so becomes one of its writers.

    seen: the revision that the caller changed, to notice that somebody saved meanwhile.
    Raises DraftNotFound, DraftStepNotPossible, DraftChanged, and what `create_draft` raises.
    """
    draft = locked(scope, draft_id)
    draft.state = follow(DraftState(draft.state), DraftStep.EDIT)
    require_revision(draft, seen)
    _write(scope, draft, form)
    _audit(scope, "draft.changed", draft, revision=draft.revision)
    return draft


@transaction.atomic
def delete_draft(scope: TenantScope, draft_id: uuid.UUID) -> None:
    """Delete a draft that is with its author. Raises DraftNotFound, DraftStepNotPossible."""
    draft = locked(scope, draft_id)
    follow(DraftState(draft.state), DraftStep.DELETE)
    _audit(scope, "draft.deleted", draft, title=draft.title)
    draft.delete()


@transaction.atomic
def submit_draft(scope: TenantScope, draft_id: uuid.UUID) -> Draft:
    """Put a draft forward for review. Raises DraftNotFound, DraftStepNotPossible, DraftIncomplete."""
    draft = locked(scope, draft_id)
    state = follow(DraftState(draft.state), DraftStep.SUBMIT)
    require_complete(draft)
    draft.state = state
    draft.submitted = draft.updated = now()
    draft.return_reason = draft.returned_by = ""
    _add_writer(draft, scope)
    draft.save()
    _audit(scope, "draft.submitted", draft, revision=draft.revision)
    return draft


@transaction.atomic
def return_draft(scope: TenantScope, draft_id: uuid.UUID, reason: str) -> Draft:
    """Send a draft back to its author. Raises ReturnReasonMissing, DraftNotFound, DraftStepNotPossible."""
    if not reason.strip():
        raise ReturnReasonMissing
    draft = locked(scope, draft_id)
    draft.state = follow(DraftState(draft.state), DraftStep.RETURN)
    draft.return_reason, draft.returned_by = reason.strip(), scope.subject.name
    draft.updated = now()
    draft.save()
    _audit(scope, "draft.returned", draft, reason=draft.return_reason)
    return draft


def locked(scope: TenantScope, draft_id: uuid.UUID) -> Draft:
    """Return a draft, locked until the end of the transaction. Raises DraftNotFound."""
    draft = Draft.objects.within(scope).select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise DraftNotFound
    return draft


def require_revision(draft: Draft, seen: int | None) -> None:
    """Refuse when the caller saw another revision than there is. Raises DraftChanged."""
    if seen is not None and seen != draft.revision:
        raise DraftChanged(seen, draft.revision)


def require_complete(draft: Draft) -> None:
    """Refuse a draft that lacks what every notification has. Raises DraftIncomplete."""
    for field in ("summary", "what_happened", "recommended_steps", "evidence_ids"):
        if not getattr(draft, field):
            raise DraftIncomplete(field)
    if draft.revises_id and not draft.change_note:
        raise DraftIncomplete("change_note")


def _write(scope: TenantScope, draft: Draft, form: DraftForm) -> None:
    draft.title = checked_title(form.title)
    draft.severity, draft.category = form.severity, form.category
    draft.summary, draft.what_happened = (
        checked_text("summary", form.summary),
        checked_text("what_happened", form.what_happened),
    )
    draft.recommended_steps = _steps(form.recommended_steps)
    draft.techniques = checked_techniques(form.techniques)
    draft.evidence_ids = _evidence(scope, form.evidence_ids)
    draft.disclosure = form.disclosure
    draft.change_note = checked_text("change_note", form.change_note)
    draft.revision += 1
    draft.updated = now()
    _add_writer(draft, scope)
    draft.save()


def _add_writer(draft: Draft, scope: TenantScope) -> None:
    draft.writers = sorted({*draft.writers, scope.subject.id})


def checked_title(text: str) -> str:
    """Return a title without blanks around it. Raises TitleInvalid."""
    title = text.strip()
    # The title becomes the subject of mails and a line of lists: one line, nothing invisible.
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise TitleInvalid(LONGEST_TITLE)
    return title


def checked_text(field: str, text: str, most: int = LONGEST_TEXT) -> str:
    """Return a text without blanks around it. Raises TextInvalid."""
    if len(text) > most or _UNWRITABLE.search(text):
        raise TextInvalid(field, most)
    return text.strip()


def _steps(steps: Sequence[str]) -> list[str]:
    written = [checked_text("recommended_steps", step) for step in steps]
    if len(written) > MOST_STEPS or not all(written):
        raise StepsInvalid(MOST_STEPS)
    return written


def checked_techniques(techniques: Sequence[str]) -> list[str]:
    """Return the numbers of ATT&CK techniques, each once. Raises TechniqueInvalid."""
    for technique in techniques:
        if not _TECHNIQUE.fullmatch(technique):
            raise TechniqueInvalid(technique)
    return list(dict.fromkeys(techniques))


def _evidence(scope: TenantScope, ids: Sequence[uuid.UUID]) -> list[str]:
    unique = list(dict.fromkeys(ids))
    if len(unique) > MOST_EVIDENCE:
        raise TooMuchEvidence(MOST_EVIDENCE)
    # Evidence of another tenant is not found, so that no notification can tell one customer about another.
    return [str(row.pk) for row in find_all_evidence(scope.narrowed_to(scope.tenant), unique)] if unique else []


def _audit(scope: TenantScope, action: str, draft: Draft, **detail: object) -> None:
    record(
        action,
        actor=actor_of(scope.subject),
        tenant_id=draft.tenant_id,
        object_type="draft",
        object_id=draft.pk,
        detail=detail,
    )
