"""Reads of rules, of their last turns and of what they raised."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from huntline.detections.models import DetectionRule, RuleAlert, RuleTurn
from huntline.identity import TenantScope
from huntline.identity.models import TenantKind, TenantQuerySet
from huntline.incidents.models import Alert

MOST_ALERTS = 100


def rules_of(scope: TenantScope, owner: uuid.UUID) -> TenantQuerySet[DetectionRule]:
    """Return the rules of a tenant of the scope, by name; to the provider's people also those of the provider. For others none."""
    if owner in scope.tenants:
        return DetectionRule.objects.within(scope).filter(tenant_id=owner)
    rows = DetectionRule.objects.unscoped("the provider's rules are shared among the provider's people")
    rows = rows.filter(tenant_id=owner, tenant__kind=TenantKind.PROVIDER)
    return rows if scope.crosses else rows.none()


def last_turns(scope: TenantScope, rules: Iterable[DetectionRule]) -> dict[uuid.UUID, list[RuleTurn]]:
    """Return the last turn of each rule in each tenant of the scope, with the tenant, in one query."""
    newest = Window(
        RowNumber(), partition_by=[F("rule_id"), F("tenant_id")], order_by=[F("slot").desc(), F("id").desc()]
    )
    rows = RuleTurn.objects.within(scope).filter(rule__in=list(rules)).annotate(place=newest).filter(place=1)
    found: dict[uuid.UUID, list[RuleTurn]] = defaultdict(list)
    for turn in rows.select_related("tenant").order_by("tenant__name"):
        found[turn.rule_id].append(turn)
    return found


def alert_counts(scope: TenantScope, rules: Iterable[DetectionRule]) -> dict[uuid.UUID, int]:
    """Return how many alerts each rule raised in the scope's tenants."""
    counts: dict[uuid.UUID, int] = defaultdict(int)
    for rule_id in RuleAlert.objects.within(scope).filter(rule__in=list(rules)).values_list("rule_id", flat=True):
        counts[rule_id] += 1
    return counts


def alerts_of(scope: TenantScope, rule_id: uuid.UUID) -> list[Alert]:
    """Return the alerts that a rule raised in the scope's tenants, newest first, at most a hundred, with their tenants."""
    raised = RuleAlert.objects.within(scope).filter(rule_id=rule_id).values("alert_id")
    rows = Alert.objects.within(scope).filter(pk__in=raised).select_related("tenant")
    return list(rows.order_by("-created", "-id")[:MOST_ALERTS])
