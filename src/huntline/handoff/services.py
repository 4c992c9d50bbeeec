"""Hand over and take back. Each is one transaction with its audit entry; no secret is in any."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from huntline.audit.services import record
from huntline.handoff.errors import (
    HandoffBeyondGroups,
    HandoffNotFound,
    HandoffNotReady,
    HandoffWithdrawn,
    RecipientInvalid,
    TooManyHandoffs,
)
from huntline.handoff.gathering import find_subject
from huntline.handoff.links import digest_of, token_of
from huntline.handoff.models import Handoff, HandoffState, Part, SubjectKind
from huntline.handoff.storage import file_of
from huntline.identity import SubjectKind as ActorKind
from huntline.identity import TenantScope
from huntline.identity.models import Language, Person
from huntline.identity.services import actor_of
from huntline.kernel import new_id, now
from huntline.outbox.services import announce
from huntline.telemetry.queries import groups_of_devices

# A package is a mail to anybody's address and a file on the server's disk.
MOST_A_DAY: Final = 100


@dataclass(frozen=True, slots=True)
class HandoffForm:
    """What is handed over, to whom, in which language; `parts` go in besides the alerts."""

    subject_kind: SubjectKind
    subject_id: str
    recipient_name: str
    recipient_email: str
    recipient_organization: str = ""
    language: str = Language.ENGLISH
    parts: Collection[str] = (Part.EVIDENCE,)


@transaction.atomic
def make_handoff(scope: TenantScope, form: HandoffForm) -> Handoff:
    """Queue a package; a job makes it, and its recipient is told when it is ready.

    Raises RecipientInvalid, TooManyHandoffs, IncidentNotFound, NotificationNotFound, HandoffBeyondGroups.
    """
    moment = now()
    made = Handoff.objects.within(scope).filter(created__gt=moment - timedelta(days=1)).count()
    if made >= MOST_A_DAY:
        raise TooManyHandoffs(MOST_A_DAY)
    subject = find_subject(scope, form.subject_kind, form.subject_id)
    if scope.device_groups is not None and not groups_of_devices(scope, subject.devices) <= scope.device_groups:
        raise HandoffBeyondGroups
    row = Handoff(
        id=new_id(),
        tenant_id=scope.tenant,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_title=subject.title,
        parts=[part.value for part in Part if part in form.parts],
        language=form.language,
        recipient_name=_line(form.recipient_name, "name"),
        recipient_organization=_line(form.recipient_organization, "organization", may_be_empty=True),
        recipient_email=_address(form.recipient_email),
        made_by_kind=scope.subject.kind,
        made_by_id=scope.subject.id,
        made_by=scope.subject.name,
        made_by_name=_name_of(scope),
        created=moment,
        expires=moment + timedelta(days=settings.HUNTLINE_HANDOFF_DAYS),
        due=moment,
    )
    row.token_sha256 = digest_of(token_of(row.pk, row.token_seed))
    row.save(force_insert=True)
    _audit(scope, "handoff.made", row, parts=row.parts, language=row.language)
    announce()
    return row


@transaction.atomic
def withdraw_handoff(scope: TenantScope, handoff_id: uuid.UUID) -> Handoff:
    """Take a package back: its link leads nowhere from now on, and the file goes. What was taken before stays with whoever took it.

    Raises HandoffNotFound, HandoffWithdrawn.
    """
    row = Handoff.objects.within(scope).select_for_update().filter(pk=handoff_id).first()
    if row is None:
        raise HandoffNotFound
    if row.state == HandoffState.WITHDRAWN:
        raise HandoffWithdrawn
    row.state, row.withdrawn, row.withdrawn_by = HandoffState.WITHDRAWN, now(), scope.subject.name
    row.claim = row.leased_until = None
    row.save(update_fields=["state", "withdrawn", "withdrawn_by", "claim", "leased_until"])
    _audit(scope, "handoff.withdrawn", row)
    transaction.on_commit(lambda: file_of(handoff_id).unlink(missing_ok=True))
    return row


@transaction.atomic
def take_file(scope: TenantScope, handoff_id: uuid.UUID) -> Handoff:
    """Record that a member takes the file of a package, and return its row. Raises HandoffNotFound, HandoffNotReady."""
    row = Handoff.objects.within(scope).filter(pk=handoff_id).first()
    if row is None:
        raise HandoffNotFound
    if not row.can_be_opened(now()) or not file_of(row.pk).is_file():
        raise HandoffNotReady
    _audit(scope, "handoff.downloaded", row)
    return row


def _name_of(scope: TenantScope) -> str:
    """Return what the maker is called; an API application is called by its name."""
    if scope.subject.kind is not ActorKind.PERSON:
        return scope.subject.name
    person = Person.objects.filter(pk=scope.subject.id).first()
    return person.get_short_name() if person else scope.subject.name


def _line(text: str, field: str, *, may_be_empty: bool = False) -> str:
    line = text.strip()
    if not line.isprintable() or len(line) > 200 or not (line or may_be_empty):
        raise RecipientInvalid(field)
    return line


def _address(text: str) -> str:
    address = text.strip()
    try:
        address.encode("ascii")
        validate_email(address)
    except (UnicodeError, ValidationError):
        raise RecipientInvalid("email") from None
    return address


def _audit(scope: TenantScope, action: str, row: Handoff, **detail: object) -> None:
    record(
        action,
        actor=actor_of(scope.subject),
        tenant_id=row.tenant_id,
        object_type="handoff",
        object_id=row.pk,
        detail={
            "subject": f"{row.subject_kind}:{row.subject_id}",
            "recipient": row.recipient_email,
            "organization": row.recipient_organization,
            "sha256": row.sha256,
            **detail,
        },
    )
