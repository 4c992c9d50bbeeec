"""From rows to what crosses the wire."""

import uuid
from collections.abc import Sequence

from huntline.detections.errors import RuleNotFound
from huntline.detections.models import DetectionRule
from huntline.detections.queries import alert_counts, alerts_of, last_turns, rules_of
from huntline.detections.schemas import (
    DetectionRuleIn,
    DetectionRuleList,
    DetectionRuleOut,
    RuleAlertList,
    RuleAlertOut,
    RuleTurnOut,
)
from huntline.identity import TenantScope
from huntline.identity.queries import customers_within


def rule_list(scope: TenantScope, owner: uuid.UUID) -> DetectionRuleList:
    """Return the rules of a tenant, in as many queries for many as for one."""
    rules = list(rules_of(scope, owner))
    return DetectionRuleList(items=_rules(scope, rules), total=len(rules))


def rule_out(scope: TenantScope, rule: DetectionRule) -> DetectionRuleOut:
    """Return one rule."""
    return _rules(scope, [rule])[0]


def alert_list(scope: TenantScope, owner: uuid.UUID, rule_id: uuid.UUID) -> RuleAlertList:
    """Return what a rule raised. Raises RuleNotFound."""
    rule = rules_of(scope, owner).filter(pk=rule_id).first()
    if rule is None:
        raise RuleNotFound
    items = [RuleAlertOut.from_orm(alert) for alert in alerts_of(scope, rule_id)]
    return RuleAlertList(items=items, total=alert_counts(scope, [rule])[rule_id])


def _rules(scope: TenantScope, rules: Sequence[DetectionRule]) -> list[DetectionRuleOut]:
    turns, counts = last_turns(scope, rules), alert_counts(scope, rules)
    slugs = (
        {str(tenant.pk): tenant.slug for tenant in customers_within(scope)} if any(r.customers for r in rules) else {}
    )
    return [
        DetectionRuleOut.model_validate(
            {
                **{name: getattr(rule, name) for name in DetectionRuleIn.model_fields},
                "id": rule.pk,
                "customers": [slugs[one] for one in rule.customers if one in slugs] if rule.customers else None,
                "next_due": rule.next_due,
                "created": rule.created,
                "created_by": rule.created_by,
                "changed_by": rule.changed_by,
                "alert_count": counts[rule.pk],
                "turns": [RuleTurnOut.from_orm(turn) for turn in turns[rule.pk]],
            }
        )
        for rule in rules
    ]
