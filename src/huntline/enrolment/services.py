"""Apply, withdraw, ask and answer, decide, switch. Each is one transaction with its audit entry and its event."""

import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from huntline.audit.services import record as record_audit
from huntline.enrolment.errors import (
    ApplicationNotFound,
    ContactInvalid,
    MessageEmpty,
    NotApproved,
    ReasonMissing,
    ServiceOff,
    StatementNotAccepted,
    StatementOutdated,
    StepNotPossible,
)
from huntline.enrolment.events import ApplicationApproved, ApplicationDeclined, ApplicationDetailsAsked
from huntline.enrolment.models import Application, ApplicationMessage, Enrolment
from huntline.enrolment.privacy import CURRENT, current_statement
from huntline.enrolment.states import Outcome, State, Step, follow
from huntline.identity import TenantScope
from huntline.identity.models import Person, Tenant
from huntline.identity.services import actor_of
from huntline.kernel import now
from huntline.outbox import Event
from huntline.outbox.services import record as record_event


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """What the applicant fills in: the contact, and which privacy statement was shown (version, language) and accepted."""

    name: str
    email: str
    statement_version: str
    accepted: bool
    statement_language: str | None = None  # else the applicant's own


@transaction.atomic
def submit_application(scope: TenantScope, form: ApplicationForm) -> Application:
    """Apply for the service in the scope's tenant, with the consent record.

    Raises ContactInvalid, StatementNotAccepted, StatementOutdated, StepNotPossible (applied already, or approved).
    """
    name = _checked_contact(form)
    if not form.accepted:
        raise StatementNotAccepted
    if form.statement_version != CURRENT:
        raise StatementOutdated(form.statement_version, CURRENT)
    enrolment = _locked(scope.tenant)
    state = follow(State(enrolment.state), Step.SUBMIT)
    language = _language_of(scope)
    statement = current_statement(form.statement_language or language)
    application = Application(
        tenant_id=scope.tenant,
        name=name,
        email=form.email,
        language=language,
        statement_version=statement.version,
        statement_language=statement.language,
        statement_sha256=statement.sha256,
        person_id=scope.subject.id,
        person_name=scope.subject.name,
    )
    application.save(force_insert=True)
    enrolment.application = application
    _move(enrolment, state)
    consent = {"version": statement.version, "language": statement.language, "sha256": statement.sha256}
    _audit(scope, "application.submitted", application, email=form.email, privacy_statement=consent)
    return application


@transaction.atomic
def withdraw_application(scope: TenantScope) -> None:
    """Take the tenant's open application back. Raises StepNotPossible."""
    enrolment = _locked(scope.tenant)
    state = follow(State(enrolment.state), Step.WITHDRAW)
    _settle(scope, enrolment, Outcome.WITHDRAWN, state, "")


@transaction.atomic
def ask_for_details(scope: TenantScope, application_id: uuid.UUID, question: str) -> ApplicationMessage:
    """Ask the applicant, who gets a mail. Raises MessageEmpty, ApplicationNotFound, StepNotPossible."""
    enrolment = _open(scope, application_id, Step.ASK)
    state = follow(State(enrolment.state), Step.ASK)
    application = _pending(enrolment)
    message = _write(scope, application, question, from_customer=False)
    _move(enrolment, state)
    _audit(scope, "application.details_asked", application, message=str(message.pk))
    record_event(
        ApplicationDetailsAsked(tenant_id=application.tenant_id, application_id=application.pk, message_id=message.pk)
    )
    return message


@transaction.atomic
def answer_question(scope: TenantScope, answer: str) -> ApplicationMessage:
    """Answer what was asked about the tenant's open application. Raises MessageEmpty, StepNotPossible."""
    enrolment = _locked(scope.tenant)
    state = follow(State(enrolment.state), Step.ANSWER)
    application = _pending(enrolment)
    message = _write(scope, application, answer, from_customer=True)
    _move(enrolment, state)
    _audit(scope, "application.details_answered", application, message=str(message.pk))
    return message


@transaction.atomic
def approve_application(scope: TenantScope, application_id: uuid.UUID) -> Application:
    """Approve: the service is on from now, and the applicant is welcomed. Raises ApplicationNotFound, StepNotPossible."""
    enrolment = _open(scope, application_id, Step.APPROVE)
    enrolment.service_on = True
    return _settle(scope, enrolment, Outcome.APPROVED, follow(State(enrolment.state), Step.APPROVE), "")


@transaction.atomic
def decline_application(scope: TenantScope, application_id: uuid.UUID, reason: str) -> Application:
    """Decline, with the reason that the applicant reads. Raises ReasonMissing, ApplicationNotFound, StepNotPossible."""
    if not reason.strip():
        raise ReasonMissing
    enrolment = _open(scope, application_id, Step.DECLINE)
    state = follow(State(enrolment.state), Step.DECLINE)
    return _settle(scope, enrolment, Outcome.DECLINED, state, reason.strip())


@transaction.atomic
def switch_service(scope: TenantScope, *, on: bool) -> Enrolment:
    """Switch the service on or off for the scope's tenant; history stays. Raises NotApproved."""
    enrolment = _locked(scope.tenant)
    if enrolment.state != State.APPROVED:
        raise NotApproved
    if enrolment.service_on != on:
        enrolment.service_on = on
        enrolment.changed = now()
        enrolment.save()
        record_audit(
            "service.switched",
            actor=actor_of(scope.subject),
            tenant_id=scope.tenant,
            object_type="enrolment",
            object_id=enrolment.pk,
            detail={"on": on},
        )
    return enrolment


def require_service_on(scope: TenantScope) -> None:
    """Hold the tenant's switch until the end of the current transaction, and refuse when nothing may be sent.

    Call inside a transaction. Raises NotApproved, ServiceOff.
    """
    enrolment = Enrolment.objects.within(scope).select_for_update().first()
    if enrolment is None or enrolment.state != State.APPROVED:
        raise NotApproved
    if not enrolment.service_on:
        raise ServiceOff


def _checked_contact(form: ApplicationForm) -> str:
    name = form.name.strip()
    if not name or not name.isprintable():
        raise ContactInvalid("name")
    try:
        validate_email(form.email)
    except ValidationError:
        raise ContactInvalid("email") from None
    return name


def _language_of(scope: TenantScope) -> str:
    person = Person.objects.filter(pk=scope.subject.id).only("language").first()
    return person.language if person else Tenant.objects.only("language").get(pk=scope.tenant).language


def _locked(tenant_id: uuid.UUID) -> Enrolment:
    """Return the tenant's row, locked until the end of the transaction; made on first use."""
    rows = Enrolment.objects.unscoped("the caller's scope named the tenant")
    rows.get_or_create(tenant_id=tenant_id)
    return rows.select_for_update().get(tenant_id=tenant_id)


def _open(scope: TenantScope, application_id: uuid.UUID, step: Step) -> Enrolment:
    application = Application.objects.within(scope).filter(pk=application_id).first()
    if application is None:
        raise ApplicationNotFound
    enrolment = _locked(application.tenant_id)
    if enrolment.application_id != application_id:  # an older one, decided or withdrawn
        raise StepNotPossible(step, application.outcome)
    return enrolment


def _settle(scope: TenantScope, enrolment: Enrolment, outcome: Outcome, state: State, reason: str) -> Application:
    application = _pending(enrolment)
    application.outcome = outcome
    application.decided = now()
    application.decided_by_id, application.decided_by_name = scope.subject.id, scope.subject.name
    application.reason = reason
    application.save()
    _move(enrolment, state)
    _audit(scope, f"application.{outcome}", application, **({"reason": reason} if reason else {}))
    kind: type[ApplicationApproved | ApplicationDeclined] | None = _EVENTS.get(outcome)
    if kind is not None:
        happened: Event = kind(tenant_id=application.tenant_id, application_id=application.pk)
        record_event(happened)
    return application


def _pending(enrolment: Enrolment) -> Application:
    applications = Application.objects.unscoped("the caller holds its enrolment").filter(tenant_id=enrolment.tenant_id)
    return applications.get(outcome=Outcome.SUBMITTED)


def _write(scope: TenantScope, application: Application, text: str, *, from_customer: bool) -> ApplicationMessage:
    if not text.strip():
        raise MessageEmpty
    message = ApplicationMessage(
        tenant_id=application.tenant_id,
        application=application,
        from_customer=from_customer,
        text=text.strip(),
        person_id=scope.subject.id,
        person_name=scope.subject.name,
    )
    message.save(force_insert=True)
    return message


_EVENTS: dict[Outcome, type[ApplicationApproved | ApplicationDeclined]] = {
    Outcome.APPROVED: ApplicationApproved,
    Outcome.DECLINED: ApplicationDeclined,
}


def _move(enrolment: Enrolment, state: State) -> None:
    enrolment.state = state
    enrolment.changed = now()
    enrolment.save()


def _audit(scope: TenantScope, action: str, application: Application, **detail: object) -> None:
    record_audit(
        action,
        actor=actor_of(scope.subject),
        tenant_id=application.tenant_id,
        object_type="application",
        object_id=application.pk,
        detail=detail,
    )
