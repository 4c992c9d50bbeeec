"""What experts do among themselves: take a case, give it to the next shift, write notes, keep answers for another time."""

import uuid
from dataclasses import dataclass

from django.db import transaction

from huntline.audit.services import record as record_audit
from huntline.identity import Permission, TenantScope
from huntline.identity.models import Language, Person, Tenant, TenantKind, TenantQuerySet
from huntline.identity.queries import people_with
from huntline.identity.services import actor_of
from huntline.inquiries.access import require_access
from huntline.inquiries.errors import AssigneeInvalid, SavedAnswerExists, SavedAnswerNotFound
from huntline.inquiries.models import Inquiry, PrivateNote, SavedAnswer
from huntline.inquiries.moves import audit, checked_text, locked
from huntline.kernel import now


@transaction.atomic
def assign(scope: TenantScope, number: str, person_id: uuid.UUID | None, note: str = "") -> Inquiry:
    """Give a case to an expert, or to nobody; `note` says to the next shift where it stands, and is kept as a private note.

    Raises InquiryNotFound, AssigneeInvalid; with a note, CaseAccessMissing and InquiryTextInvalid.
    """
    inquiry = locked(scope, number)
    before = inquiry.assigned_to
    expert = next((one for one in experts() if one.pk == person_id), None) if person_id else None
    if person_id and expert is None:
        raise AssigneeInvalid
    inquiry.assigned_id, inquiry.assigned_to = (str(expert.pk), expert.email) if expert else ("", "")
    inquiry.updated = now()
    inquiry.save()
    if note.strip():
        _note(scope, inquiry, note)
    audit(scope, "inquiry.assigned", inquiry, before=before, after=inquiry.assigned_to)
    return inquiry


@transaction.atomic
def add_note(scope: TenantScope, number: str, text: str) -> PrivateNote:
    """Write a note that no customer reads. Raises InquiryNotFound, CaseAccessMissing, InquiryTextInvalid."""
    inquiry = locked(scope, number)
    return _note(scope, inquiry, text)


def notes_of(scope: TenantScope, inquiry: Inquiry) -> list[PrivateNote]:
    """Return the private notes of a case, the first one first. Raises CaseAccessMissing."""
    require_access(scope, inquiry)
    return list(PrivateNote.objects.within(scope).filter(inquiry=inquiry))


def experts() -> list[Person]:
    """Return the provider's people who may answer inquiries, by e-mail."""
    provider = Tenant.objects.filter(kind=TenantKind.PROVIDER).first()
    people = people_with(provider.pk, Permission.INQUIRY_ANSWER) if provider else []
    return sorted(people, key=lambda person: person.email)


@dataclass(frozen=True, slots=True)
class SavedAnswerForm:
    """Words to use again, under a title, in one language."""

    title: str
    language: Language
    text: str


def saved_answers() -> list[SavedAnswer]:
    """Return the saved answers of the provider, by title. They hold no customer's data."""
    return list(_library())


@transaction.atomic
def save_answer(scope: TenantScope, form: SavedAnswerForm, answer_id: uuid.UUID | None = None) -> SavedAnswer:
    """Keep an answer for another time, or change one. Raises InquiryTextInvalid, SavedAnswerNotFound, SavedAnswerExists."""
    title = checked_text("title", form.title, 200)
    row = _saved(answer_id) if answer_id else SavedAnswer(tenant_id=_provider().pk)
    if _library().filter(title=title, language=form.language).exclude(pk=row.pk).exists():
        raise SavedAnswerExists(title)
    row.title, row.language, row.text = title, form.language, checked_text("text", form.text)
    row.updated, row.changed_by = now(), scope.subject.name
    row.save()
    _audit_answer(scope, "saved_answer.saved", row)
    return row


@transaction.atomic
def delete_answer(scope: TenantScope, answer_id: uuid.UUID) -> None:
    """Delete a saved answer. Raises SavedAnswerNotFound."""
    row = _saved(answer_id)
    _audit_answer(scope, "saved_answer.deleted", row)
    row.delete()


def _note(scope: TenantScope, inquiry: Inquiry, text: str) -> PrivateNote:
    require_access(scope, inquiry)
    note = PrivateNote(
        tenant_id=inquiry.tenant_id,
        inquiry=inquiry,
        text=checked_text("text", text),
        person_id=scope.subject.id,
        person_name=scope.subject.name,
    )
    note.save(force_insert=True)
    audit(scope, "inquiry.noted", inquiry, note=str(note.pk))
    return note


def _provider() -> Tenant:
    return Tenant.objects.get(kind=TenantKind.PROVIDER)


def _library() -> TenantQuerySet[SavedAnswer]:
    rows = SavedAnswer.objects.unscoped("saved answers are the provider's own and hold no customer's data")
    return rows.filter(tenant__kind=TenantKind.PROVIDER)


def _saved(answer_id: uuid.UUID) -> SavedAnswer:
    row = _library().filter(pk=answer_id).first()
    if row is None:
        raise SavedAnswerNotFound
    return row


def _audit_answer(scope: TenantScope, action: str, row: SavedAnswer) -> None:
    record_audit(
        action,
        actor=actor_of(scope.subject),
        tenant_id=row.tenant_id,
        object_type="saved_answer",
        object_id=row.pk,
        detail={"title": row.title, "language": row.language},
    )
