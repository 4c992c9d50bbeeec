"""Run the rules that are due and raise alerts of what they find.

A turn is a row before it runs, and one worker at a time has it. One that was in hand when its process died is claimed again when its
lease is over and runs anew: an alert is known by its rule, its entity and its period, so that nothing is raised twice.
"""

import threading
import uuid
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from huntline.detections.entities import Group, grouped, held_by, table_for
from huntline.detections.errors import RuleTableUnknown
from huntline.detections.models import DetectionRule, RuleAlert, RuleTurn
from huntline.detections.services import LOOKBACK
from huntline.enrolment.queries import standings_within
from huntline.hunting.errors import HuntsBusy
from huntline.hunting.models import TurnState
from huntline.hunting.results import HuntResult, Window
from huntline.hunting.services import Question, question, run_unattended
from huntline.identity import Permission, TenantScope
from huntline.identity.models import Tenant, TenantKind
from huntline.identity.services import scope_of_job
from huntline.incidents import Category, Severity
from huntline.incidents.raising import MOST_EVENTS, AlertForm, EventRow, create_alert
from huntline.incidents.sources import DetectionSource
from huntline.kernel import HuntlineError, Unavailable, now

log = structlog.get_logger(__name__)

OWNER: Final = "custom detections"
_GRACE: Final = timedelta(minutes=5)
_FIRST_PAUSE: Final = timedelta(minutes=1)
MOST_TRIES: Final = 6
MOST_ROWS: Final = 10_000
# More alerts of one rule at once are a rule to be mended, not an attack to be understood.
MOST_ALERTS: Final = 150
_SERVES_ALL: Final = "the worker runs the rules of any tenant"


def run_due_rules(stop: threading.Event | None = None) -> int:
    """Run every rule that is due, and return how many turns ended well. Several workers may do this at once.

    Turns that were missed while no server ran are made up for by one.
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
    waiting = RuleTurn.objects.unscoped(_SERVES_ALL).filter(state=TurnState.WAITING)
    return waiting.exclude(leased_until=None).update(claim=None, leased_until=None)


def _plan() -> None:
    """Turn what is due into rows: one for each tenant in which a rule runs."""
    moment = now()
    due = DetectionRule.objects.unscoped(_SERVES_ALL).filter(enabled=True, next_due__lte=moment)
    if not due.exists():
        return
    with transaction.atomic():
        for rule in due.select_for_update(skip_locked=_can_skip(), of=("self",)).select_related("tenant"):
            turns = [RuleTurn(tenant_id=tenant, rule=rule, slot=rule.next_due, due=moment) for tenant in _tenants(rule)]
            RuleTurn.objects.unscoped(_SERVES_ALL).bulk_create(turns, ignore_conflicts=True)
            every = timedelta(hours=rule.every_hours)
            rule.next_due += every * ((moment - rule.next_due) // every + 1)
            rule.save(update_fields=["next_due"])


def _tenants(rule: DetectionRule) -> list[uuid.UUID]:
    """Return where a rule runs: a customer's own at home, the provider's where its service is on."""
    if rule.tenant.kind == TenantKind.CUSTOMER:
        return [rule.tenant_id]
    rows = Tenant.objects.filter(kind=TenantKind.CUSTOMER)
    if rule.customers:
        rows = rows.filter(pk__in=[uuid.UUID(text) for text in rule.customers])
    chosen = tuple(rows.values_list("pk", flat=True))
    if not chosen:
        return []
    standings = standings_within(scope_of_job(OWNER, chosen, frozenset({Permission.ENROLMENT_READ})))
    return [tenant for tenant in chosen if standings[tenant].service_on]


def _claim() -> RuleTurn | None:
    moment = now()
    free = Q(leased_until=None) | Q(leased_until__lt=moment)
    waiting = RuleTurn.objects.unscoped(_SERVES_ALL).filter(free, state=TurnState.WAITING, due__lte=moment)
    if not waiting.exists():  # most of the time, and SQLite would lock for a look
        return None
    with transaction.atomic():
        rows = waiting.select_for_update(skip_locked=_can_skip(), of=("self",)).select_related("rule__tenant")
        turn = rows.order_by("due", "id").first()
        if turn is None:
            return None
        turn.claim = uuid.uuid4()
        turn.leased_until = moment + timedelta(seconds=settings.HUNTLINE_HUNT_SECONDS) + _GRACE
        turn.tries += 1
        turn.save(update_fields=["claim", "leased_until", "tries"])
    return turn


def _run(turn: RuleTurn) -> bool:
    rule = turn.rule
    scope = scope_of_job(OWNER, (turn.tenant_id,), frozenset({Permission.HUNT_RUN, Permission.ALERT_MANAGE}))
    moment = now()
    window = Window(turn.slot - timedelta(hours=LOOKBACK[rule.every_hours]), moment)
    try:
        asked = question(scope, rule.query)
        found = run_unattended(
            scope,
            rule.query,
            window=window,
            max_rows=min(MOST_ROWS, settings.HUNTLINE_HUNT_ROWS),
            by_provider=rule.tenant_id != turn.tenant_id,
        )
        _raise(scope, turn, asked, found)
    except Exception as error:  # noqa: BLE001 - whatever a rule raises, the others go on
        _settle_failure(turn, error)
        return False
    return True


@transaction.atomic
def _raise(scope: TenantScope, turn: RuleTurn, asked: Question, found: HuntResult) -> None:
    """Raise the alerts and settle the turn, both or neither."""
    rule = DetectionRule.objects.unscoped(_SERVES_ALL).select_for_update().filter(pk=turn.rule_id).first()
    if rule is None:
        return  # deleted while it ran, and its turns with it
    columns = {column.name: column.type for column in asked.columns}
    table = table_for(asked.tables, columns, rule.entity_column)
    if table is None:
        raise RuleTableUnknown
    own = held_by(table, columns)
    groups, left_out = grouped(
        found.records(), rule=rule.pk, entity=rule.entity_column, hours=rule.every_hours, columns=own
    )
    new = sum(_raise_one(scope, rule, table, group) for group in groups[:MOST_ALERTS])
    _settle(
        turn,
        state=TurnState.DONE,
        ended=now(),
        error_code="",
        hunt_id=found.id,
        rows=found.row_count,
        raised=new,
        left_out=left_out + len(groups[MOST_ALERTS:]),
    )


def _raise_one(scope: TenantScope, rule: DetectionRule, table: str, group: Group) -> bool:
    """Raise the alert of an entity and period, and say whether it is new."""
    form = AlertForm(
        title=rule.title,
        description=rule.description,
        severity=Severity(rule.severity),
        category=Category(rule.category),
        detection_source=DetectionSource.CUSTOM_DETECTION,
        recommended_action=rule.recommended_action,
        events=[EventRow(table, row) for row in group.rows[:MOST_EVENTS]],
        techniques=rule.techniques,
        provider_alert_id=group.key,
    )
    raised = create_alert(scope, form)
    if raised.is_new:
        RuleAlert(tenant_id=scope.tenant, rule=rule, alert=raised.alert).save(force_insert=True)
    return raised.is_new


def _settle_failure(turn: RuleTurn, error: Exception) -> None:
    code = error.code if isinstance(error, HuntlineError) else "internal"
    passing = isinstance(error, HuntsBusy | Unavailable) and turn.tries < MOST_TRIES
    if passing:
        _settle(turn, state=TurnState.WAITING, due=now() + _FIRST_PAUSE * 2 ** (turn.tries - 1), error_code=code)
    else:
        _settle(turn, state=TurnState.FAILED, ended=now(), error_code=code)
    log.warning("detection_rule_failed", turn=str(turn.pk), tenant=str(turn.tenant_id), error=code, again=passing)
    if code == "internal":
        log.error("detection_rule_broke", turn=str(turn.pk), exc_info=error)


def _settle(turn: RuleTurn, **changes: object) -> None:
    """Write down what came of a turn, unless another worker has claimed it meanwhile."""
    ours = RuleTurn.objects.unscoped(_SERVES_ALL).filter(pk=turn.pk, claim=turn.claim)
    ours.update(claim=None, leased_until=None, **changes)


def _can_skip() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)
