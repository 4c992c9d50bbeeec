"""From results and rows to what crosses the wire. An answer's rows are JSON already and are only joined."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

import orjson
from django.http import HttpResponse

from huntline.hunting.models import (
    EvidenceRerun,
    HuntRun,
    SavedHunt,
    SavedKind,
    ScheduledHunt,
    ScheduledTurn,
    TurnState,
)
from huntline.hunting.queries import EvidenceView, latest_turns, saved_hunts_open_to
from huntline.hunting.results import AcrossResult, HuntResult, JsonRows
from huntline.hunting.schemas import (
    ColumnOut,
    EvidenceOut,
    EvidenceSummaryOut,
    HuntRecordOut,
    ParameterOut,
    RerunOut,
    RerunRecordOut,
    SavedHuntIn,
    SavedHuntOut,
    ScheduleIn,
    ScheduleOut,
    SchemaColumnOut,
    SchemaFunctionOut,
    SchemaOut,
    SchemaTableOut,
    TurnOut,
)
from huntline.hunting.services import ReportWords, Rerun, ScheduleForm
from huntline.identity import TenantScope
from huntline.identity.models import TenantKind
from huntline.identity.queries import customers_within
from huntline.kql.defender import DEFENDER_FUNCTIONS
from huntline.kql.saved import parameters_of
from huntline.kql.symbols import FunctionSymbol
from huntline.telemetry.schema import SCHEMA_VERSION, TABLES


def schema(scope: TenantScope) -> SchemaOut:
    """Return the hunting tables as hunters see them, and the functions that the bearer may call."""
    functions = [_function(symbol, "defender") for symbol in DEFENDER_FUNCTIONS]
    for row in saved_hunts_open_to(scope).filter(kind=SavedKind.FUNCTION):
        symbol = FunctionSymbol(row.name, row.parameters, row.query, row.description)
        functions.append(_function(symbol, _library_of(row)))
    return SchemaOut(version=str(SCHEMA_VERSION), tables=_tables(), functions=functions)


def _function(symbol: FunctionSymbol, library: Literal["defender", "tenant", "provider"]) -> SchemaFunctionOut:
    return SchemaFunctionOut(
        name=symbol.name,
        documentation=symbol.doc,
        library=library,
        parameters=[
            ParameterOut(
                name=one.name,
                type=one.type,
                default=one.default,
                columns=[ColumnOut(name=name, type=kind) for name, kind in one.columns],
            )
            for one in parameters_of(symbol) or ()
        ],
        body=symbol.body,
    )


@cache
def _tables() -> list[SchemaTableOut]:
    return [
        SchemaTableOut(
            name=table.name,
            documentation=table.doc,
            columns=[SchemaColumnOut(name=c.name, type=c.type, documentation=c.doc) for c in table.columns],
        )
        for table in TABLES
    ]


def answer(result: HuntResult) -> HttpResponse:
    """Return an answer (`AnswerOut`)."""
    head = {"id": result.id, "duration_ms": result.duration_ms, "limit": result.limit}
    return _with_rows(result, head)


def answer_across(result: AcrossResult) -> HttpResponse:
    """Return an answer of several tenants (`ProviderAnswerOut`)."""
    head = {
        "id": result.run_id,
        "duration_ms": max(outcome.duration_ms for outcome in result.per_tenant),
        "limit": result.limit_per_tenant,
        "per_tenant": result.per_tenant,
    }
    return _with_rows(result, head)


def hunt_record(row: HuntRun) -> HuntRecordOut:
    """Return a run as the history lists it."""
    return HuntRecordOut.model_validate(
        {
            "id": row.pk,
            "run_id": row.run_id,
            "query": row.query,
            "person": row.subject_name,
            "at": row.started,
            "window": {"start": row.window_start, "end": row.window_end},
            "duration_ms": row.duration_ms,
            "row_count": row.row_count,
            "truncated": row.truncated,
            "state": row.state,
            "error_code": row.error_code or None,
        }
    )


def saved_hunt(row: SavedHunt) -> SavedHuntOut:
    """Return a saved hunt."""
    return SavedHuntOut(
        id=row.pk,
        kind="function" if row.kind == SavedKind.FUNCTION else "query",
        parameters=row.parameters,
        name=row.name,
        description=row.description,
        query=row.query,
        report_title=row.report_title,
        report_text=row.report_text,
        techniques=row.techniques,
        library=_library_of(row),
        created_by=row.created_by,
        changed_by=row.changed_by,
        created=row.created,
        updated=row.updated,
    )


def wanted_hunt(hunt: SavedHuntIn) -> dict[str, Any]:
    """Return what a request wants saved, as the use cases take it."""
    given = hunt.model_dump()
    title, text, techniques = (given.pop(name) for name in ("report_title", "report_text", "techniques"))
    return given | {"words": ReportWords(title, text, techniques)}


def schedules(scope: TenantScope, rows: Iterable[ScheduledHunt]) -> list[ScheduleOut]:
    """Return scheduled hunts with what came of them last."""
    turns = latest_turns(scope)
    slugs = {str(tenant.pk): tenant.slug for tenant in customers_within(scope)}
    return [
        ScheduleOut(
            id=row.pk,
            saved_hunt_id=row.saved_hunt_id,
            name=row.saved_hunt.name,
            query=row.saved_hunt.query,
            every_hours=row.every_hours,
            lookback_hours=row.lookback_hours,
            tenants=[slugs[pk] for pk in row.customers if pk in slugs] if row.customers else None,
            enabled=row.enabled,
            next_due=row.next_due,
            created_by=row.created_by,
            changed_by=row.changed_by,
            turns=[_turn(turn) for turn in turns.get(row.pk, ())],
        )
        for row in rows
    ]


def _turn(turn: ScheduledTurn) -> TurnOut:
    return TurnOut(
        tenant=turn.tenant.slug,
        name=turn.tenant.name,
        slot=turn.slot,
        state=TurnState(turn.state),
        ended=turn.ended,
        error_code=turn.error_code or None,
        hunt_id=turn.run_id,
        row_count=turn.run.row_count if turn.run else None,
        truncated=bool(turn.run and turn.run.truncated),
    )


def wanted_schedule(wanted: ScheduleIn) -> ScheduleForm:
    """Return what a request wants scheduled, as the use cases take it."""
    return ScheduleForm(wanted.every_hours, wanted.lookback_hours, wanted.tenants, wanted.enabled)


def _library_of(row: SavedHunt) -> Literal["tenant", "provider"]:
    return "provider" if row.tenant.kind == TenantKind.PROVIDER else "tenant"


def evidence(view: EvidenceView) -> EvidenceOut:
    """Return evidence as the reader may see it."""
    return EvidenceOut.from_orm(view)


def evidence_summary(view: EvidenceView) -> EvidenceSummaryOut:
    """Return evidence as a list shows it."""
    fields = {name: getattr(view, name) for name in EvidenceSummaryOut.model_fields if name != "rows"}
    return EvidenceSummaryOut.model_validate({**fields, "rows": len(view.rows)}, from_attributes=True)


def rerun(again: Rerun) -> RerunOut:
    """Return a re-run with the rows by which it differs."""
    row, difference = again.record, again.difference
    return RerunOut.model_validate(
        {
            "id": row.pk,
            "same": row.same,
            "added": difference.added,
            "removed": difference.removed,
            "added_count": row.added_count,
            "removed_count": row.removed_count,
            "compared": again.compared,
            "truncated": again.truncated,
            # The hash of the SQL may be withheld from this reader, and says nothing that the versions do not.
            "versions": {name: pair for name, pair in row.versions.items() if name != "sql_sha256"},
            "ran_at": row.ran_at,
            "ran_by": row.ran_by,
        }
    )


def rerun_record(row: EvidenceRerun) -> RerunRecordOut:
    """Return a re-run as a list shows it."""
    return RerunRecordOut.from_orm(row)


def _with_rows(result: HuntResult | AcrossResult, head: dict[str, object]) -> HttpResponse:
    rows: JsonRows = result.rows
    fields = {
        **head,
        "run_id": result.run_id,
        "columns": result.columns,
        "row_count": len(rows),
        "truncated": result.truncated,
        "warnings": result.warnings,
        "render": result.render,
        "window": result.window,
    }
    start = orjson.dumps(fields, option=orjson.OPT_UTC_Z)[:-1]
    return HttpResponse(b"".join([start, b',"rows":[', b",".join(rows.blocks), b"]}"]), content_type="application/json")
