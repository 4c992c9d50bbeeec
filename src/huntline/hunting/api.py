"""Routes of hunting: the schema, hunts, saved hunts, evidence; and hunts over several tenants for the provider's people."""

import uuid

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from huntline.hunting import answers, queries, services
from huntline.hunting.schemas import (
    AnswerOut,
    CancelOut,
    DiagnosticsOut,
    EvidenceIn,
    EvidenceList,
    EvidenceOut,
    HuntIn,
    HuntList,
    NewSavedHuntIn,
    NewScheduleIn,
    ProviderAnswerOut,
    ProviderHuntIn,
    QueryIn,
    RerunList,
    RerunOut,
    SavedHuntIn,
    SavedHuntList,
    SavedHuntOut,
    ScheduleIn,
    ScheduleList,
    ScheduleOut,
    SchemaOut,
)
from huntline.hunting.watching import Gone
from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, member, provider
from huntline.kernel import PageQuery

router = Router()

# The `{tenant}` of a path is read by the guard, which hands the route a scope.


def _gone(request: object) -> Gone | None:
    """Return what tells that the client has closed its connection, where the server knows how to tell."""
    return request.META.get("huntline.gone") if isinstance(request, HttpRequest) else None


@router.get("/tenants/{tenant}/schema", auth=member(Permission.HUNT_RUN), response=SchemaOut)
def read_schema(request: ScopedRequest, tenant: str) -> SchemaOut:  # noqa: ARG001 - the guard reads the path
    """Describe the hunting tables and the functions to call, for the editor's completion and the schema pane."""
    return answers.schema(request.auth)


@router.post("/tenants/{tenant}/hunts", auth=member(Permission.HUNT_RUN), response=AnswerOut)
def run_hunt(request: ScopedRequest, tenant: str, hunt: HuntIn) -> HttpResponse:  # noqa: ARG001 - as above
    """Run a query. A query that does not compile is answered 400 with its diagnostics under `errors`."""
    result = services.run(
        request.auth,
        hunt.query,
        run_id=hunt.run_id,
        start=hunt.start,
        end=hunt.end,
        max_rows=hunt.limit,
        gone=_gone(request),
    )
    return answers.answer(result)


@router.get("/tenants/{tenant}/hunts", auth=member(Permission.HUNT_RUN), response=HuntList)
def list_hunts(request: ScopedRequest, tenant: str, page: Query[PageQuery]) -> HuntList:  # noqa: ARG001 - as above
    """List what was run, newest first."""
    found = queries.history_within(request.auth, page.request())
    return HuntList(items=[answers.hunt_record(row) for row in found.items], total=found.total)


@router.post("/tenants/{tenant}/hunts/check", auth=member(Permission.HUNT_RUN), response=DiagnosticsOut)
def check_query(request: ScopedRequest, tenant: str, text: QueryIn) -> DiagnosticsOut:  # noqa: ARG001 - as above
    """Say what is wrong with a query, or with the body of a function, without running it: everything that can be found at once."""
    if text.function is None:
        found = services.check(request.auth, text.query)
    else:
        found = services.check_function(request.auth, text.function, text.parameters, text.query)
    return DiagnosticsOut.model_validate({"diagnostics": found})


@router.post("/tenants/{tenant}/hunts/{run_id}/cancel", auth=member(Permission.HUNT_RUN), response={202: CancelOut})
def cancel_hunt(request: ScopedRequest, tenant: str, run_id: uuid.UUID) -> Status[CancelOut]:  # noqa: ARG001 - as above
    """Stop a running hunt."""
    return Status(202, CancelOut(state=services.cancel(request.auth, run_id)))


@router.get("/tenants/{tenant}/saved-hunts", auth=member(Permission.HUNT_RUN), response=SavedHuntList)
def list_saved_hunts(request: ScopedRequest, tenant: str, page: Query[PageQuery]) -> SavedHuntList:  # noqa: ARG001 - as above
    """List the tenant's saved hunts, and the provider's library for the provider's people."""
    found = queries.saved_hunts_within(request.auth, page.request())
    return SavedHuntList(items=[answers.saved_hunt(row) for row in found.items], total=found.total)


@router.post("/tenants/{tenant}/saved-hunts", auth=member(Permission.SAVED_HUNT_MANAGE), response={201: SavedHuntOut})
def save_hunt(request: ScopedRequest, tenant: str, hunt: NewSavedHuntIn) -> Status[SavedHuntOut]:  # noqa: ARG001 - as above
    """Save a query under a name."""
    return Status(201, answers.saved_hunt(services.save_hunt(request.auth, **answers.wanted_hunt(hunt))))


@router.get("/tenants/{tenant}/saved-hunts/{saved_hunt_id}", auth=member(Permission.HUNT_RUN), response=SavedHuntOut)
def read_saved_hunt(request: ScopedRequest, tenant: str, saved_hunt_id: uuid.UUID) -> SavedHuntOut:  # noqa: ARG001 - as above
    """Read a saved hunt."""
    return answers.saved_hunt(queries.find_saved_hunt(request.auth, saved_hunt_id))


@router.put(
    "/tenants/{tenant}/saved-hunts/{saved_hunt_id}", auth=member(Permission.SAVED_HUNT_MANAGE), response=SavedHuntOut
)
def update_saved_hunt(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    saved_hunt_id: uuid.UUID,
    hunt: SavedHuntIn,
) -> SavedHuntOut:
    """Change a saved hunt."""
    return answers.saved_hunt(services.update_saved_hunt(request.auth, saved_hunt_id, **answers.wanted_hunt(hunt)))


@router.delete(
    "/tenants/{tenant}/saved-hunts/{saved_hunt_id}", auth=member(Permission.SAVED_HUNT_MANAGE), response={204: None}
)
def delete_saved_hunt(request: ScopedRequest, tenant: str, saved_hunt_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Delete a saved hunt."""
    services.delete_saved_hunt(request.auth, saved_hunt_id)
    return Status(204, None)


@router.get("/tenants/{tenant}/evidence", auth=member(Permission.EVIDENCE_CAPTURE), response=EvidenceList)
def list_evidence(request: ScopedRequest, tenant: str, page: Query[PageQuery]) -> EvidenceList:  # noqa: ARG001 - as above
    """List the evidence that the reader may see, newest first, without its rows."""
    found = queries.list_evidence(request.auth, page.request())
    return EvidenceList(items=[answers.evidence_summary(view) for view in found.items], total=found.total)


@router.post("/tenants/{tenant}/evidence", auth=member(Permission.EVIDENCE_CAPTURE), response={201: EvidenceOut})
def capture_evidence(request: ScopedRequest, tenant: str, chosen: EvidenceIn) -> Status[EvidenceOut]:  # noqa: ARG001 - as above
    """Freeze rows of a finished hunt."""
    captured = services.capture_evidence(
        request.auth, chosen.hunt_id, chosen.rows, note=chosen.note, techniques=chosen.techniques
    )
    return Status(201, answers.evidence(queries.view_evidence(request.auth, captured)))


@router.get("/tenants/{tenant}/evidence/{evidence_id}", auth=member(Permission.ALERT_READ), response=EvidenceOut)
def read_evidence(request: ScopedRequest, tenant: str, evidence_id: uuid.UUID) -> EvidenceOut:  # noqa: ARG001 - as above
    """Read evidence; a customer sees what was released, with as much of the query as was disclosed."""
    found = queries.find_evidence(request.auth, evidence_id)
    return answers.evidence(queries.view_evidence(request.auth, found))


@router.post("/tenants/{tenant}/evidence/{evidence_id}/rerun", auth=member(Permission.ALERT_READ), response=RerunOut)
def rerun_evidence(request: ScopedRequest, tenant: str, evidence_id: uuid.UUID) -> RerunOut:  # noqa: ARG001 - as above
    """Ask the same question again and answer the difference; no right to hunt is needed, since the question is not the caller's."""
    return answers.rerun(services.rerun(request.auth, evidence_id))


@router.get("/tenants/{tenant}/evidence/{evidence_id}/reruns", auth=member(Permission.ALERT_READ), response=RerunList)
def list_reruns(request: ScopedRequest, tenant: str, evidence_id: uuid.UUID, page: Query[PageQuery]) -> RerunList:  # noqa: ARG001 - as above
    """List when the question was asked again and what came of it, newest first."""
    evidence = queries.find_evidence(request.auth, evidence_id)
    found = queries.reruns_of(request.auth, evidence, page.request())
    return RerunList(items=[answers.rerun_record(row) for row in found.items], total=found.total)


@router.post("/provider/hunts", auth=provider(Permission.HUNT_RUN), response=ProviderAnswerOut)
def run_across(request: ScopedRequest, hunt: ProviderHuntIn) -> HttpResponse:
    """Run a query in several customers' tenants."""
    result = services.run_across(
        request.auth,
        hunt.query,
        tenants=hunt.tenants,
        run_id=hunt.run_id,
        start=hunt.start,
        end=hunt.end,
        max_rows=hunt.limit,
        gone=_gone(request),
    )
    return answers.answer_across(result)


@router.post("/provider/hunts/{run_id}/cancel", auth=provider(Permission.HUNT_RUN), response={202: CancelOut})
def cancel_across(request: ScopedRequest, run_id: uuid.UUID) -> Status[CancelOut]:
    """Stop a hunt in every tenant where it still runs."""
    return Status(202, CancelOut(state=services.cancel(request.auth, run_id)))


@router.get("/provider/scheduled-hunts", auth=provider(Permission.HUNT_RUN), response=ScheduleList)
def list_scheduled_hunts(request: ScopedRequest) -> ScheduleList:
    """List the hunts that run by themselves, with what came of each in each customer last."""
    rows = list(queries.schedules_of_provider(request.auth))
    return ScheduleList(items=answers.schedules(request.auth, rows), total=len(rows))


@router.post("/provider/scheduled-hunts", auth=provider(Permission.SCHEDULED_HUNT_MANAGE), response={201: ScheduleOut})
def schedule_hunt(request: ScopedRequest, wanted: NewScheduleIn) -> Status[ScheduleOut]:
    """Let a saved hunt of the provider's library run by itself."""
    row = services.schedule_hunt(request.auth, wanted.saved_hunt_id, answers.wanted_schedule(wanted))
    return Status(201, answers.schedules(request.auth, [row])[0])


@router.put(
    "/provider/scheduled-hunts/{schedule_id}", auth=provider(Permission.SCHEDULED_HUNT_MANAGE), response=ScheduleOut
)
def change_scheduled_hunt(request: ScopedRequest, schedule_id: uuid.UUID, wanted: ScheduleIn) -> ScheduleOut:
    """Change when and where a hunt runs, or switch it off and on."""
    row = services.change_schedule(request.auth, schedule_id, answers.wanted_schedule(wanted))
    return answers.schedules(request.auth, [row])[0]


@router.delete(
    "/provider/scheduled-hunts/{schedule_id}", auth=provider(Permission.SCHEDULED_HUNT_MANAGE), response={204: None}
)
def end_scheduled_hunt(request: ScopedRequest, schedule_id: uuid.UUID) -> Status[None]:
    """End a schedule; what it ran stays in the customers' histories."""
    services.end_schedule(request.auth, schedule_id)
    return Status(204, None)
