"""Routes of enrolment: the customer's page, and the account manager's queue."""

import uuid
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router, Status

from huntline.enrolment import queries, services
from huntline.enrolment.eligibility import TalkForm, record_talk, talks_within
from huntline.enrolment.models import Application, ApplicationMessage
from huntline.enrolment.privacy import current_statement, find_statement
from huntline.enrolment.schemas import (
    ApplicationIn,
    ApplicationOut,
    DeclineIn,
    EnrolmentOut,
    MessageIn,
    MessageOut,
    PrivacyStatementOut,
    QueuedApplicationList,
    QueuedApplicationOut,
    ServiceIn,
    SubscriptionIn,
    SubscriptionList,
    SubscriptionOut,
    TalkIn,
    TalkList,
    TalkOut,
    TenantNameOut,
    TenantSubscriptionOut,
)
from huntline.enrolment.states import Outcome, State
from huntline.enrolment.subscription import (
    SubscriptionForm,
    end_subscription,
    grant_subscription,
    subscription_of,
    subscriptions_within,
)
from huntline.identity import Permission, TenantScope
from huntline.identity.guards import ScopedRequest, member, provider
from huntline.identity.queries import customers_within
from huntline.kernel import PageQuery

router = Router()


@router.get("/privacy-statements/{version}/{language}", auth=None)
def read_privacy_statement(request: HttpRequest, version: str, language: str) -> HttpResponse:  # noqa: ARG001 - public
    """Answer a version of the privacy statement as Markdown text."""
    return HttpResponse(find_statement(version, language).text, content_type="text/markdown; charset=utf-8")


@router.get("/tenants/{tenant}/enrolment", auth=member(Permission.ENROLMENT_READ), response=EnrolmentOut)
def read_enrolment(request: ScopedRequest, tenant: str) -> EnrolmentOut:  # noqa: ARG001 - the guard reads the path
    """Say where the tenant stands."""
    return _enrolment(request.auth)


@router.post(
    "/tenants/{tenant}/enrolment/application", auth=member(Permission.ENROLMENT_APPLY), response={201: EnrolmentOut}
)
def apply(request: ScopedRequest, tenant: str, form: ApplicationIn) -> Status[EnrolmentOut]:  # noqa: ARG001 - as above
    """Apply for the service."""
    filled = services.ApplicationForm(
        form.name, form.email, form.privacy_statement_version, form.accepted, get_language()
    )
    services.submit_application(request.auth, filled)
    return Status(201, _enrolment(request.auth))


@router.delete(
    "/tenants/{tenant}/enrolment/application", auth=member(Permission.ENROLMENT_APPLY), response=EnrolmentOut
)
def withdraw(request: ScopedRequest, tenant: str) -> EnrolmentOut:  # noqa: ARG001 - as above
    """Withdraw the open application."""
    services.withdraw_application(request.auth)
    return _enrolment(request.auth)


@router.post(
    "/tenants/{tenant}/enrolment/application/answer",
    auth=member(Permission.ENROLMENT_APPLY),
    response={201: EnrolmentOut},
)
def answer(request: ScopedRequest, tenant: str, message: MessageIn) -> Status[EnrolmentOut]:  # noqa: ARG001 - as above
    """Answer what the account manager asked about the open application."""
    services.answer_question(request.auth, message.text)
    return Status(201, _enrolment(request.auth))


@router.put(
    "/tenants/{tenant}/enrolment/service", auth=member(Permission.SECURITY_SETTINGS_MANAGE), response=EnrolmentOut
)
def switch(request: ScopedRequest, tenant: str, wanted: ServiceIn) -> EnrolmentOut:  # noqa: ARG001 - as above
    """Switch the service on or off."""
    services.switch_service(request.auth, on=wanted.on)
    return _enrolment(request.auth)


@router.get("/provider/applications", auth=provider(Permission.APPLICATION_DECIDE), response=QueuedApplicationList)
def list_applications(
    request: ScopedRequest, page: Query[PageQuery], state: Outcome | None = None
) -> QueuedApplicationList:
    """List the customers' applications, newest first."""
    found = queries.applications_within(request.auth, page.request(), state)
    return QueuedApplicationList(items=_queued(request.auth, found.items), total=found.total)


@router.post(
    "/provider/applications/{application_id}/approve",
    auth=provider(Permission.APPLICATION_DECIDE),
    response=QueuedApplicationOut,
)
def approve(request: ScopedRequest, application_id: uuid.UUID) -> QueuedApplicationOut:
    """Approve an application; the service is on from now."""
    services.approve_application(request.auth, application_id)
    return _queued_one(request.auth, application_id)


@router.post(
    "/provider/applications/{application_id}/decline",
    auth=provider(Permission.APPLICATION_DECIDE),
    response=QueuedApplicationOut,
)
def decline(request: ScopedRequest, application_id: uuid.UUID, decision: DeclineIn) -> QueuedApplicationOut:
    """Decline an application; the applicant reads the reason."""
    services.decline_application(request.auth, application_id, decision.reason)
    return _queued_one(request.auth, application_id)


@router.post(
    "/provider/applications/{application_id}/ask",
    auth=provider(Permission.APPLICATION_DECIDE),
    response={201: QueuedApplicationOut},
)
def ask(request: ScopedRequest, application_id: uuid.UUID, message: MessageIn) -> Status[QueuedApplicationOut]:
    """Ask the applicant for more details; the question goes there by mail too."""
    services.ask_for_details(request.auth, application_id, message.text)
    return Status(201, _queued_one(request.auth, application_id))


@router.get("/tenants/{tenant}/eligibility-talks", auth=member(Permission.APPLICATION_DECIDE), response=TalkList)
def list_talks(request: ScopedRequest, tenant: str) -> TalkList:  # noqa: ARG001 - the guard reads the path
    """List the talks about eligibility that were held with the customer."""
    talks = [TalkOut.from_orm(talk) for talk in talks_within(request.auth)]
    return TalkList(items=talks, total=len(talks))


@router.post("/tenants/{tenant}/eligibility-talks", auth=member(Permission.APPLICATION_DECIDE), response={201: TalkOut})
def add_talk(request: ScopedRequest, tenant: str, talk: TalkIn) -> Status[TalkOut]:  # noqa: ARG001 - as above
    """Record a talk about eligibility."""
    recorded = record_talk(request.auth, TalkForm(talk.held, talk.participants, talk.outcome, talk.notes))
    return Status(201, TalkOut.from_orm(recorded))


@router.get("/tenants/{tenant}/subscription", auth=member(Permission.ENROLMENT_READ), response=SubscriptionOut)
def read_subscription(request: ScopedRequest, tenant: str) -> SubscriptionOut:  # noqa: ARG001 - as above
    """Say which expert subscription the tenant has."""
    return SubscriptionOut.from_orm(subscription_of(request.auth))


@router.put("/tenants/{tenant}/subscription", auth=member(Permission.SUBSCRIPTION_DECIDE), response=SubscriptionOut)
def grant(request: ScopedRequest, tenant: str, form: SubscriptionIn) -> SubscriptionOut:  # noqa: ARG001 - as above
    """Grant a trial or a full subscription, or another term of it."""
    return SubscriptionOut.from_orm(
        grant_subscription(request.auth, SubscriptionForm(form.kind, form.until, form.credits))
    )


@router.delete("/tenants/{tenant}/subscription", auth=member(Permission.SUBSCRIPTION_DECIDE), response=SubscriptionOut)
def end(request: ScopedRequest, tenant: str) -> SubscriptionOut:  # noqa: ARG001 - as above
    """End the subscription now."""
    return SubscriptionOut.from_orm(end_subscription(request.auth))


@router.get("/provider/subscriptions", auth=provider(Permission.SUBSCRIPTION_DECIDE), response=SubscriptionList)
def list_subscriptions(request: ScopedRequest) -> SubscriptionList:
    """List what each customer has, by name."""
    standings = subscriptions_within(request.auth)
    items = [
        TenantSubscriptionOut.model_validate(
            {
                "tenant": TenantNameOut.from_orm(customer),
                **{
                    name: getattr(standings[customer.pk], name)
                    for name in TenantSubscriptionOut.model_fields
                    if name != "tenant"
                },
            }
        )
        for customer in customers_within(request.auth)
    ]
    return SubscriptionList(items=items, total=len(items))


def _enrolment(scope: TenantScope) -> EnrolmentOut:
    standing = queries.standing_of(scope)
    application = standing.application
    messages = queries.messages_of(scope, [application.pk] if application else [])
    statement = current_statement(get_language())
    return EnrolmentOut(
        state=standing.state,
        service_on=standing.service_on,
        application=_application(application, messages[application.pk]) if application else None,
        privacy_statement=PrivacyStatementOut(
            version=statement.version,
            language=statement.language,
            url=f"/api/v1/privacy-statements/{statement.version}/{statement.language}",
            text=statement.text,
        ),
    )


def _queued_one(scope: TenantScope, application_id: uuid.UUID) -> QueuedApplicationOut:
    return _queued(scope, [queries.application_within(scope, application_id)])[0]


def _queued(scope: TenantScope, rows: Sequence[Application]) -> list[QueuedApplicationOut]:
    standings, talks = queries.standings_within(scope), queries.last_talks(scope)
    messages = queries.messages_of(scope, [row.pk for row in rows])
    return [
        QueuedApplicationOut(
            **_application(row, messages[row.pk]).model_dump(),
            tenant=TenantNameOut.from_orm(row.tenant),
            decided_by=row.decided_by_name,
            waits_for_customer=row.outcome == Outcome.SUBMITTED
            and standings[row.tenant_id].state is State.DETAILS_ASKED,
            last_talk=TalkOut.from_orm(talk) if (talk := talks.get(row.tenant_id)) else None,
        )
        for row in rows
    ]


def _application(row: Application, messages: Sequence[ApplicationMessage]) -> ApplicationOut:
    return ApplicationOut(
        id=row.pk,
        state=Outcome(row.outcome),
        name=row.name,
        email=row.email,
        privacy_statement_version=row.statement_version,
        submitted_at=row.submitted,
        submitted_by=row.person_name,
        decided_at=row.decided,
        reason=row.reason,
        messages=[MessageOut.from_orm(message) for message in messages],
    )
