"""What crosses the wire."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime

from huntline.hunting.models import Disclosure, RunState, TurnState

QUERY = Field(description="The query, in KQL.")
STORABLE = r"^[^\x00]*$"  # PostgreSQL stores no NUL

Technique = Annotated[str, Field(pattern=r"^T\d{4}(\.\d{3})?$")]


class ColumnOut(Schema):
    """A column of an answer; `type` is its KQL type."""

    name: str
    type: str


class SchemaColumnOut(Schema):
    """A column of a hunting table; `type` is its KQL type."""

    name: str
    type: str
    documentation: str


class SchemaTableOut(Schema):
    """A hunting table."""

    name: str
    documentation: str
    columns: list[SchemaColumnOut]


class ParameterOut(Schema):
    """A parameter of a function: `type` is a KQL type, or `table` with its columns (none: any table); `default` in KQL."""

    name: str
    type: str
    default: str | None
    columns: list[ColumnOut]


class SchemaFunctionOut(Schema):
    """A function that queries call by its name. `body` gives an editor the columns of its answer; of Defender's own it is an outline."""

    name: str
    documentation: str
    library: Literal["defender", "tenant", "provider"]
    parameters: list[ParameterOut]
    body: str


class SchemaOut(Schema):
    """The hunting tables and the functions that can be called: what an editor completes from."""

    version: str
    tables: list[SchemaTableOut]
    functions: list[SchemaFunctionOut]


class FixOut(Schema):
    """A change of the text that would help: put `replacement` between `start` and `end`."""

    message: str
    start: int
    end: int
    replacement: str


class DiagnosticOut(Schema):
    """A finding about a query. `start` and `end` count characters (code points) from 0; `line` and `column` from 1."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    start: int
    end: int
    line: int
    column: int
    fix: FixOut | None


class DiagnosticsOut(Schema):
    """What is wrong with a query, in the order of its text; empty when it can be run."""

    diagnostics: list[DiagnosticOut]


class WindowOut(Schema):
    """A time window: start <= time < end."""

    start: datetime
    end: datetime


class QueryIn(Schema):
    """A query to check, or the body of a function together with its name and parameters."""

    query: str = QUERY
    function: str | None = Field(None, max_length=200, description="The name of the function whose body this is.")
    parameters: str = Field(
        "", max_length=10_000, description="Its parameters, such as `host: string, days: long = 7`."
    )


class HuntIn(Schema):
    """A query to run. `run_id`, chosen by the caller, is what cancels it.

    Without times the window is the last 30 days, or as far back as the query's own comparisons with Timestamp look.
    """

    query: str = QUERY
    run_id: uuid.UUID | None = None
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    limit: int | None = Field(None, description="Most rows to answer; by default as many as the service allows.")


class AnswerOut(Schema):
    """An answer. A value's JSON form is that of its column's KQL type.

    truncated: there were more rows than `limit`, and these are the first.
    """

    id: uuid.UUID
    run_id: uuid.UUID
    columns: list[ColumnOut]
    rows: list[list[object]]
    row_count: int
    limit: int
    truncated: bool
    duration_ms: int
    warnings: list[DiagnosticOut]
    render: dict[str, object] | None
    window: WindowOut


class ProviderHuntIn(HuntIn):
    """A query to run in several customers' tenants, named by their slugs; without names in all."""

    tenants: list[str] | None = None


class OutcomeErrorOut(Schema):
    """What went wrong in one tenant."""

    code: str
    message: str


class TenantOutcomeOut(Schema):
    """One tenant's part: its rows begin at `first_row`, and evidence is captured from `hunt_id` by row indexes counted from there."""

    tenant: str
    name: str
    hunt_id: uuid.UUID
    first_row: int
    row_count: int
    truncated: bool
    duration_ms: int
    error: OutcomeErrorOut | None


class ProviderAnswerOut(AnswerOut):
    """The answers of several tenants; the first two columns of every row are TenantId (the slug) and TenantName."""

    per_tenant: list[TenantOutcomeOut]


class CancelOut(Schema):
    """The run's state after the request to cancel; a run that had ended stays as it was."""

    state: RunState


class HuntRecordOut(Schema):
    """A hunt of the history."""

    id: uuid.UUID
    run_id: uuid.UUID
    query: str
    person: str
    at: datetime
    window: WindowOut
    duration_ms: int | None
    row_count: int | None
    truncated: bool
    state: RunState
    error_code: str | None


class SavedHuntIn(Schema):
    """A query or a function under a name. `query` is the body of a function; `parameters` are such as `host: string, days: long = 7`."""

    kind: Literal["query", "function"] = "query"
    parameters: str = Field("", max_length=10_000, pattern=STORABLE)
    name: str = Field(min_length=1, max_length=200, pattern=STORABLE)
    description: str = Field("", max_length=10_000, pattern=STORABLE)
    query: str = Field(min_length=1, max_length=262_144, pattern=STORABLE)
    report_title: str = Field("", max_length=200, pattern=STORABLE, description="What customers read of it in reports.")
    report_text: str = Field("", max_length=2_000, pattern=STORABLE, description="What it looks for, for customers.")
    techniques: list[Technique] = Field([], max_length=50, description="ATT&CK techniques, such as T1059.001.")


class NewSavedHuntIn(SavedHuntIn):
    """A query to save. `library`: by default the own organisation's."""

    library: Literal["tenant", "provider"] | None = None


class SavedHuntOut(SavedHuntIn):
    """A saved hunt."""

    id: uuid.UUID
    library: Literal["tenant", "provider"]
    created_by: str
    changed_by: str
    created: datetime
    updated: datetime


class ScheduleIn(Schema):
    """When and where a saved hunt runs by itself. tenants: slugs; null: all customers whose service is on."""

    every_hours: int = Field(description="Hours between two runs, 1 to 744.")
    lookback_hours: int = Field(description="How many hours each run looks back, no less than lie between two.")
    tenants: list[str] | None = None
    enabled: bool = True


class NewScheduleIn(ScheduleIn):
    """A saved hunt of the provider's library to run by itself."""

    saved_hunt_id: uuid.UUID


class TurnOut(Schema):
    """The newest turn of a scheduled hunt in one customer. hunt_id: its run in that customer's history, which a hunter looks at."""

    tenant: str
    name: str
    slot: datetime
    state: TurnState
    ended: datetime | None
    error_code: str | None
    hunt_id: uuid.UUID | None
    row_count: int | None
    truncated: bool


class ScheduleOut(ScheduleIn):
    """A scheduled hunt, with its newest turn in each customer."""

    id: uuid.UUID
    saved_hunt_id: uuid.UUID
    name: str
    query: str
    next_due: datetime
    created_by: str
    changed_by: str
    turns: list[TurnOut]


class ScheduleList(Schema):
    """Scheduled hunts, oldest first."""

    items: list[ScheduleOut]
    total: int


class EvidenceIn(Schema):
    """Rows of a finished hunt, by their index in its answer."""

    hunt_id: uuid.UUID
    rows: list[int]
    note: str = Field("", max_length=10_000, pattern=STORABLE)
    techniques: list[Technique] = Field([], max_length=50, description="ATT&CK techniques, such as T1059.001.")


class FunctionOut(Schema):
    """A saved function as it stood when a hunt called it."""

    name: str
    parameters: str
    body: str


class EvidenceOut(Schema):
    """Frozen rows and the question that found them. What a customer may not see of the question is null.

    rows_sha256 is the SHA-256 over the rows' canonical JSON: keys sorted, no blanks, UTF-8.
    """

    id: uuid.UUID
    query: str | None
    query_sha256: str | None
    functions: list[FunctionOut]
    parameters: dict[str, object]
    window: WindowOut
    asked_at: datetime
    schema_version: str
    engine_version: str
    compiler_version: str
    sql_sha256: str | None
    columns: list[ColumnOut]
    rows: list[list[object]]
    rows_sha256: str
    row_count: int
    truncated: bool
    techniques: list[str]
    note: str
    captured_at: datetime
    captured_by: str
    disclosure: Disclosure | None


class EvidenceSummaryOut(Schema):
    """Evidence as a list shows it, without its rows. `rows` counts the chosen ones; what a customer may not see of the question is null."""

    id: uuid.UUID
    query: str | None
    window: WindowOut
    rows: int
    techniques: list[str]
    note: str
    captured_at: datetime
    captured_by: str
    disclosure: Disclosure | None


class EvidenceList(Schema):
    """Evidence, newest first."""

    items: list[EvidenceSummaryOut]
    total: int


class RerunOut(Schema):
    """How the answer of today differs from the frozen one, rows as multisets.

    added, removed: the first 1,000 of each; the counts are of all. compared: the whole answers, or only the chosen rows where the
    first answer was too large to be kept. versions: what is not the same as then, as [then, now].
    """

    id: uuid.UUID
    same: bool
    added: list[list[object]]
    removed: list[list[object]]
    added_count: int
    removed_count: int
    compared: Literal["whole", "chosen"]
    truncated: bool
    versions: dict[str, list[object]]
    ran_at: datetime
    ran_by: str


class RerunRecordOut(Schema):
    """A re-run in the list of re-runs."""

    id: uuid.UUID
    same: bool
    added_count: int
    removed_count: int
    ran_at: datetime
    ran_by: str


class HuntList(Schema):
    """Hunts, newest first."""

    items: list[HuntRecordOut]
    total: int


class SavedHuntList(Schema):
    """Saved hunts, by name."""

    items: list[SavedHuntOut]
    total: int


class RerunList(Schema):
    """Re-runs, newest first."""

    items: list[RerunRecordOut]
    total: int
