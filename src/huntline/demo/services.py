"""Load the demo: a provider, three customers, their people, telemetry, the hunts, a notification, and inquiries to the experts.

Loading may be cut off and started again: what is there stays, what is missing follows, and no row comes twice.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from huntline.audit.queries import latest_entry
from huntline.audit.services import record
from huntline.delivery.queries import rules_within
from huntline.delivery.services import RuleForm, create_rule
from huntline.demo.customers import AURORA, BLUEFIN, CUSTOMERS
from huntline.demo.errors import DemoNeedsEmpty, DemoScaleInvalid, LoadedDifferently
from huntline.demo.exercise import RANGE
from huntline.demo.findings import report_findings
from huntline.demo.generator import DEFAULT_DAYS, DEFAULT_SEED, LARGEST_SCALE, Plan, exercise_plan, generate
from huntline.demo.hunts import HUNTS
from huntline.demo.inquiries import ask_experts
from huntline.demo.people import (
    PEOPLE,
    PROVIDER_SLUG,
    SignIn,
    create_customers,
    create_provider,
    invite_people,
    person_of,
    sign_ins,
)
from huntline.demo.stage import Row
from huntline.enrolment.privacy import CURRENT
from huntline.enrolment.queries import standing_of
from huntline.enrolment.services import ApplicationForm, approve_application, submit_application
from huntline.enrolment.states import State
from huntline.hunting.errors import SavedHuntNameTaken
from huntline.hunting.services import ReportWords, ScheduleForm, save_hunt, schedule_hunt
from huntline.identity import Role, TenantScope
from huntline.identity.models import Tenant
from huntline.identity.queries import scope_of
from huntline.identity.services import create_tenant
from huntline.incidents import Severity
from huntline.kernel import PageRequest, now
from huntline.telemetry.rows import MappedRows
from huntline.telemetry.services import OnError, Sending, ingest, portion_of

STARTED: Final = "demo.started"
LOADED: Final = "demo.loaded"
EXERCISE_STARTED: Final = "demo.exercise_started"
EXERCISE_LOADED: Final = "demo.exercise_loaded"
# Rows that are stored together: few enough for memory, enough for the engine.
PORTION: Final = 20_000


@dataclass(frozen=True, slots=True)
class Step:
    """How far a step is: `done` of `total`."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is there in the end. loaded: whether this call loaded it; rows: of telemetry, by customer and table."""

    loaded: bool
    sign_ins: tuple[SignIn, ...] = ()
    rows: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All rows of telemetry."""
        return sum(sum(tables.values()) for tables in self.rows.values())


def load_demo(
    *, scale: float = 1.0, seed: int = DEFAULT_SEED, if_empty: bool = False, exercise: bool = False
) -> Iterator[Step | Loaded]:
    """Load the demo, yielding the steps and at last what is there.

    if_empty: where there are other tenants, or another demo, change nothing and say so by `Loaded(loaded=False)`.
    exercise: load the exercise range too, as one more customer; it may follow when the demo is there already.

    Raises DemoScaleInvalid, DemoNeedsEmpty, LoadedDifferently; Unavailable when the engine is.
    """
    if not 0 < scale <= LARGEST_SCALE:
        raise DemoScaleInvalid(scale, LARGEST_SCALE)
    provider = Tenant.objects.filter(slug=PROVIDER_SLUG).first()
    started = latest_entry(provider.pk, STARTED) if provider else None
    if provider is None or started is None:
        if Tenant.objects.exists():
            if not if_empty:
                raise DemoNeedsEmpty
            yield Loaded(loaded=False)
            return
        detail = _start(scale, seed)
    else:
        detail = started.detail
        if not if_empty and (detail["scale"], detail["seed"]) != (scale, seed):
            raise LoadedDifferently(detail["scale"], detail["seed"])
        finished = latest_entry(provider.pk, LOADED)
        if finished is not None:
            is_new = exercise and not _exercise_rows()
            if is_new:
                yield from _load_exercise(detail["seed"])
            yield Loaded(loaded=is_new, sign_ins=sign_ins(), rows=finished.detail["rows"] | _exercise_rows())
            return
    rows = yield from _load(detail)
    if exercise:
        yield from _load_exercise(detail["seed"])
    yield Loaded(loaded=True, sign_ins=sign_ins(), rows=rows | _exercise_rows())


@transaction.atomic
def _start(scale: float, seed: int) -> dict[str, Any]:
    """Create the provider, and write down what is being loaded, so that a second attempt loads the same."""
    provider = create_provider()
    until = now().replace(microsecond=0).isoformat()
    entry = record(STARTED, tenant_id=provider.pk, detail={"scale": scale, "seed": seed, "until": until})
    detail: dict[str, Any] = entry.detail
    return detail


def _load(detail: dict[str, Any]) -> Generator[Step, None, dict[str, dict[str, int]]]:
    customers = create_customers()
    for number, _ in enumerate(invite_people(), 1):
        yield Step("People", number, PEOPLE)
    _enrol(customers)
    yield Step("Enrolment", 1, 1)
    rows: dict[str, dict[str, int]] = {}
    plan = Plan(
        datetime.fromisoformat(detail["until"]), detail["seed"], DEFAULT_DAYS, float(detail["scale"]), CUSTOMERS
    )
    for customer in CUSTOMERS:
        counts: Counter[str] = Counter()
        for done, stored in store_telemetry(customers[customer.key], plan):
            counts.update(stored)
            yield Step(f"Telemetry of {customer.name}", done, 100)
        rows[customer.key] = dict(sorted(counts.items()))
    _save_hunts(customers[AURORA.key])
    yield Step("Hunts", len(HUNTS), len(HUNTS))
    _add_email_rule(customers[AURORA.key])
    report_findings(
        _scope(customers[AURORA.key], PROVIDER_SLUG, Role.HUNTER),
        _scope(customers[AURORA.key], PROVIDER_SLUG, Role.HUNT_LEAD),
    )
    yield Step("Notification", 1, 1)
    ask_experts(
        _scope(customers[AURORA.key], AURORA.key, Role.ADMIN),
        _scope(customers[AURORA.key], PROVIDER_SLUG, Role.ACCOUNT_MANAGER),
        _scope(customers[AURORA.key], PROVIDER_SLUG, Role.HUNTER),
        AURORA,
    )
    yield Step("Inquiries", 1, 1)
    record(LOADED, tenant_id=Tenant.objects.get(slug=PROVIDER_SLUG).pk, detail={"rows": rows})
    return rows


def _load_exercise(seed: int) -> Iterator[Step]:
    """Load the exercise range; a second attempt, after one that was cut off, loads the same."""
    provider = Tenant.objects.get(slug=PROVIDER_SLUG)
    started = latest_entry(provider.pk, EXERCISE_STARTED)
    if started is None:
        until = now().replace(microsecond=0).isoformat()
        started = record(EXERCISE_STARTED, tenant_id=provider.pk, detail={"seed": seed, "until": until})
    tenant = Tenant.objects.filter(slug=RANGE.key).first() or create_tenant(
        RANGE.key, RANGE.name, language=RANGE.language, timezone=RANGE.zone
    )
    plan = exercise_plan(datetime.fromisoformat(started.detail["until"]), started.detail["seed"])
    counts: Counter[str] = Counter()
    for done, stored in store_telemetry(tenant, plan):
        counts.update(stored)
        yield Step(f"Telemetry of {RANGE.name}", done, 100)
    record(EXERCISE_LOADED, tenant_id=provider.pk, detail={"rows": {RANGE.key: dict(sorted(counts.items()))}})


def _exercise_rows() -> dict[str, dict[str, int]]:
    """Return the rows of the exercise range, by customer and table; empty where it was not loaded."""
    entry = latest_entry(Tenant.objects.get(slug=PROVIDER_SLUG).pk, EXERCISE_LOADED)
    rows: dict[str, dict[str, int]] = entry.detail["rows"] if entry else {}
    return rows


def store_telemetry(tenant: Tenant, plan: Plan) -> Iterator[tuple[int, Counter[str]]]:
    """Store a customer's rows by the ingest door, yielding how far it is (percent) and what a portion stored, by table.

    Rows that are stored already are not stored again: each portion goes by a key that follows from the plan.
    Raises Unavailable.
    """
    customers = [customer for customer in plan.customers if customer.key == tenant.slug]
    only = Plan(plan.until, plan.seed, plan.days, plan.scale, customers)
    waiting: defaultdict[str, list[Row]] = defaultdict(list)
    waiting_rows, number = 0, 0
    for batch in generate(only):
        waiting[batch.table].extend(batch.rows)
        waiting_rows += len(batch.rows)
        if waiting_rows >= PORTION:
            number += 1
            yield 100 * (batch.arrived - plan.first) // (plan.last - plan.first), _store(tenant, only, number, waiting)
            waiting.clear()
            waiting_rows = 0
    yield 100, _store(tenant, only, number + 1, waiting) if waiting else Counter()


def _store(tenant: Tenant, plan: Plan, number: int, tables: dict[str, list[Row]]) -> Counter[str]:
    key = f"demo {plan.seed} {plan.scale} {plan.days} {plan.until.isoformat()} {number}"
    # The same plan gives the same rows, so the key says what a digest of them would.
    sending = Sending(tenant.pk, "demo", hashlib.sha256(key.encode()).hexdigest(), key)
    mapped = [MappedRows(table, rows) for table, rows in sorted(tables.items())]
    count = sum(len(rows.rows) for rows in mapped)
    portions = (portion_of(count, mapped, ()) for _ in range(1))
    return ingest(sending, portions, source="demo", on_error=OnError.REJECT).stored


def _scope(tenant: Tenant, home: str, role: Role) -> TenantScope:
    scope = scope_of(person_of(home, role), tenant)
    assert scope is not None  # noqa: S101 (the demo's own people were just invited)
    return scope


def _enrol(customers: dict[str, Tenant]) -> None:
    """One customer is approved and on, one has applied, one has not."""
    for spec in (AURORA, BLUEFIN):
        tenant = customers[spec.key]
        admin = person_of(spec.key, Role.ADMIN)
        scope = _scope(tenant, spec.key, Role.ADMIN)
        if standing_of(scope).state == State.NOT_APPLIED:
            submit_application(scope, ApplicationForm(admin.name, admin.email, CURRENT, accepted=True))
    manager = _scope(customers[AURORA.key], PROVIDER_SLUG, Role.ACCOUNT_MANAGER)
    standing = standing_of(manager)
    if standing.state == State.SUBMITTED and standing.application is not None:
        approve_application(manager, standing.application.pk)


def _add_email_rule(tenant: Tenant) -> None:
    """The approved customer's analyst gets mails about what is serious."""
    scope = _scope(tenant, tenant.slug, Role.ADMIN)
    if rules_within(scope, PageRequest(1)).total:
        return
    recipient = person_of(tenant.slug, Role.ANALYST).email
    severities = [Severity.HIGH, Severity.MEDIUM]
    create_rule(scope, RuleForm("Security desk", severities, [recipient], language=tenant.language))


def _save_hunts(customer: Tenant) -> None:
    """Save the demo's hunts in the provider's library, and let them run by themselves; those that are there stay as they are."""
    lead = _scope(customer, PROVIDER_SLUG, Role.HUNT_LEAD)
    for hunt in HUNTS:
        text = f"{hunt.description} ({hunt.technique})"
        try:
            words = ReportWords(hunt.name, hunt.description, [hunt.technique])
            saved = save_hunt(lead, name=hunt.name, description=text, query=hunt.query, library="provider", words=words)
        except SavedHuntNameTaken:
            continue
        schedule_hunt(lead, saved.pk, ScheduleForm(every_hours=24, lookback_hours=(DEFAULT_DAYS + 1) * 24))
