"""Read where tenants stand."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from huntline.audit.queries import entries_about
from huntline.enrolment.errors import ApplicationNotFound
from huntline.enrolment.models import Application, ApplicationMessage, EligibilityTalk, Enrolment
from huntline.enrolment.states import Outcome, State
from huntline.identity import TenantScope
from huntline.kernel import Page, PageRequest


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a tenant stands. `service_on` is None while there is no switch to see: before approval."""

    state: State
    service_on: bool | None
    application: Application | None


NOT_APPLIED = Standing(State.NOT_APPLIED, None, None)


def standing_of(scope: TenantScope) -> Standing:
    """Return where the scope's one tenant stands."""
    row = Enrolment.objects.within(scope).filter(tenant_id=scope.tenant).select_related("application").first()
    return _standing(row) if row else NOT_APPLIED


def switches_of(scope: TenantScope) -> list[tuple[datetime, bool]]:
    """Return when the service of the scope's one tenant was switched on (first by the approval) and off, oldest first."""
    entries = entries_about(scope.tenant, ["application.approved", "service.switched"])
    return [(entry.at, entry.action == "application.approved" or bool(entry.detail.get("on"))) for entry in entries]


def standings_within(scope: TenantScope) -> dict[uuid.UUID, Standing]:
    """Return where each tenant of the scope stands, in one query; a tenant that never applied has its entry too."""
    rows = Enrolment.objects.within(scope).select_related("application")
    return dict.fromkeys(scope.tenants, NOT_APPLIED) | {row.tenant_id: _standing(row) for row in rows}


def applications_within(scope: TenantScope, page: PageRequest, outcome: Outcome | None = None) -> Page[Application]:
    """Return applications of the scope's tenants, newest first, each with its tenant."""
    rows = Application.objects.within(scope).select_related("tenant")
    if outcome is not None:
        rows = rows.filter(outcome=outcome)
    return Page(list(rows[page.offset : page.offset + page.size]), rows.count(), page)


def application_within(scope: TenantScope, application_id: uuid.UUID) -> Application:
    """Return one application with its tenant. Raises ApplicationNotFound."""
    row = Application.objects.within(scope).select_related("tenant").filter(pk=application_id).first()
    if row is None:
        raise ApplicationNotFound
    return row


def messages_of(scope: TenantScope, applications: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[ApplicationMessage]]:
    """Return what was asked and answered about each of the applications, in one query; nothing stands for the others."""
    found: dict[uuid.UUID, list[ApplicationMessage]] = defaultdict(list)
    for message in ApplicationMessage.objects.within(scope).filter(application_id__in=list(applications)):
        found[message.application_id].append(message)
    return found


def last_talks(scope: TenantScope) -> dict[uuid.UUID, EligibilityTalk]:
    """Return the newest recorded talk of each tenant of the scope that has one, in one query."""
    rows = EligibilityTalk.objects.within(scope).order_by("held", "recorded")
    return {row.tenant_id: row for row in rows}


def _standing(row: Enrolment) -> Standing:
    state = State(row.state)
    return Standing(state, row.service_on if state is State.APPROVED else None, row.application)
