"""Run what is scheduled: a turn is a row before it runs, and one worker at a time has it.

A turn that was in hand when its process died is claimed again when its lease is over, and runs anew under a new run; the run that was cut
off stays in the history as interrupted. A result is a lead for a hunter to look at: nobody is notified by itself.
"""

import threading
import uuid
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from huntline.audit.services import record
from huntline.enrolment.queries import standings_within
from huntline.hunting.errors import HuntsBusy
from huntline.hunting.models import HuntRun, ScheduledHunt, ScheduledTurn, TurnState
from huntline.hunting.queries import functions_open_to
from huntline.hunting.results import Window
from huntline.hunting.services.runs import Started, begin, carry_out
from huntline.identity import Permission, TenantScope
from huntline.identity.models import Tenant, TenantKind
from huntline.identity.services import actor_of, scope_of_job
from huntline.kernel import HuntlineError, Unavailable, new_id, now

log = structlog.get_logger(__name__)

OWNER: Final = "scheduled hunts"
# Beyond the longest run: a worker that has not settled a turn by then is taken for dead.
_GRACE: Final = timedelta(minutes=5)
_FIRST_PAUSE: Final = timedelta(minutes=1)
MOST_TRIES: Final = 6
# A lead, no export: who wants more runs the hunt by hand.
MOST_ROWS: Final = 1000

_SERVES_ALL: Final = "the worker runs what is scheduled in any tenant"


def run_due_turns(stop: threading.Event | None = None) -> int:
    """Run every scheduled hunt that is due, in each of its customers, and return how many turns ended well.

    Several workers may do this at once. Turns that were missed while no server ran are made up for by one turn, whose look back is as long
    as that of any other.
    """
    _plan()
    done = 0
    while not (stop and stop.is_set()):
        turn = _claim()
        if turn is None:
            break
        done += _run(turn)
    return done


def forget_claims() -> int:
    """Make due what other processes had claimed, and return how much it was. For a process that knows that it is the only one left."""
    waiting = ScheduledTurn.objects.unscoped(_SERVES_ALL).filter(state=TurnState.WAITING)
    return waiting.exclude(leased_until=None).update(claim=None, leased_until=None)


def _plan() -> None:
    """Turn what is due into rows: one for each customer whose service is on."""
    moment = now()
    schedules = ScheduledHunt.objects.unscoped("schedules belong to the provider, and the worker has no scope of it")
    if not schedules.filter(enabled=True, next_due__lte=moment).exists():
        return
    with transaction.atomic():
        due = schedules.select_for_update(skip_locked=_can_skip()).filter(enabled=True, next_due__lte=moment)
        for schedule in due:
            turns = [
                ScheduledTurn(tenant_id=customer, schedule=schedule, slot=schedule.next_due, due=moment)
                for customer in _customers(schedule)
            ]
            ScheduledTurn.objects.unscoped(_SERVES_ALL).bulk_create(turns, ignore_conflicts=True)
            every = timedelta(hours=schedule.every_hours)
            schedule.next_due += every * ((moment - schedule.next_due) // every + 1)
            schedule.save(update_fields=["next_due"])


def _customers(schedule: ScheduledHunt) -> list[uuid.UUID]:
    rows = Tenant.objects.filter(kind=TenantKind.CUSTOMER)
    if schedule.customers:
        rows = rows.filter(pk__in=[uuid.UUID(text) for text in schedule.customers])
    chosen = tuple(rows.values_list("pk", flat=True))
    if not chosen:
        return []
    standings = standings_within(scope_of_job(OWNER, chosen, frozenset({Permission.ENROLMENT_READ})))
    return [tenant for tenant in chosen if standings[tenant].service_on]


def _claim() -> ScheduledTurn | None:
    moment = now()
    free = Q(leased_until=None) | Q(leased_until__lt=moment)
    waiting = ScheduledTurn.objects.unscoped(_SERVES_ALL).filter(free, state=TurnState.WAITING, due__lte=moment)
    if not waiting.exists():  # most of the time, and SQLite would lock for a look
        return None
    with transaction.atomic():
        rows = waiting.select_for_update(skip_locked=_can_skip(), of=("self",)).select_related("schedule__saved_hunt")
        turn = rows.order_by("due", "id").first()
        if turn is None:
            return None
        turn.claim = uuid.uuid4()
        turn.leased_until = moment + timedelta(seconds=settings.HUNTLINE_HUNT_SECONDS) + _GRACE
        turn.tries += 1
        turn.save(update_fields=["claim", "leased_until", "tries"])
    return turn


def _run(turn: ScheduledTurn) -> bool:
    scope = scope_of_job(OWNER, (turn.tenant_id,), frozenset({Permission.HUNT_RUN}))
    started: Started | None = None
    try:
        started = _begin(scope, turn)
        carry_out(started)
    except Exception as error:  # noqa: BLE001 - whatever a hunt raises, the others go on
        _settle_failure(turn, started.run if started else None, error)
        return False
    return _settle(turn, state=TurnState.DONE, run=started.run, ended=now(), error_code="")


def _begin(scope: TenantScope, turn: ScheduledTurn) -> Started:
    schedule, moment = turn.schedule, now()
    window = Window(turn.slot - timedelta(hours=schedule.lookback_hours), moment)
    with transaction.atomic():
        started = begin(
            scope,
            schedule.saved_hunt.query,
            run_id=new_id(),
            window=window,
            asked_at=moment,
            max_rows=min(MOST_ROWS, settings.HUNTLINE_HUNT_ROWS),
            functions=functions_open_to(scope),
            scheduled=True,
        )
        record(
            "hunt.scheduled",
            actor=actor_of(scope.subject),
            tenant_id=turn.tenant_id,
            object_type="hunt",
            object_id=started.run.pk,
            detail={"schedule": str(schedule.pk), "query_sha256": started.compiled.text_hash},
        )
    return started


def _settle_failure(turn: ScheduledTurn, run: HuntRun | None, error: Exception) -> None:
    code = error.code if isinstance(error, HuntlineError) else "internal"
    passing = isinstance(error, HuntsBusy | Unavailable) and turn.tries < MOST_TRIES
    if passing:
        pause = _FIRST_PAUSE * 2 ** (turn.tries - 1)
        _settle(turn, state=TurnState.WAITING, run=run, due=now() + pause, error_code=code)
    else:
        _settle(turn, state=TurnState.FAILED, run=run, ended=now(), error_code=code)
    log.warning("scheduled_hunt_failed", turn=str(turn.pk), tenant=str(turn.tenant_id), error=code, again=passing)
    if code == "internal":
        log.error("scheduled_hunt_broke", turn=str(turn.pk), exc_info=error)


def _settle(turn: ScheduledTurn, **changes: object) -> bool:
    """Write down what came of a turn, unless another worker has claimed it meanwhile."""
    ours = ScheduledTurn.objects.unscoped(_SERVES_ALL).filter(pk=turn.pk, claim=turn.claim)
    return ours.update(claim=None, leased_until=None, **changes) == 1


def _can_skip() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)
