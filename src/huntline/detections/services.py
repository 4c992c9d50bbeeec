"""Rules: make, change, delete. Each is tried before it is kept: it runs while nobody looks."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.detections.entities import ENTITIES, entities_in, missing_in, table_for
from huntline.detections.errors import (
    FrequencyInvalid,
    RuleColumnsMissing,
    RuleEntityInvalid,
    RuleNameInvalid,
    RuleNameTaken,
    RuleNotFound,
    RuleTableUnknown,
    TooManyRules,
)
from huntline.detections.models import DetectionRule
from huntline.detections.queries import rules_of
from huntline.hunting.services import Question, question
from huntline.identity import TenantScope
from huntline.identity.errors import TenantNotFound
from huntline.identity.queries import customers_within
from huntline.identity.services import actor_of
from huntline.incidents import Category, Severity
from huntline.incidents.services import checked_techniques, checked_text, checked_title
from huntline.kernel import now

# Hours between two runs, and hours that each looks back: an event that arrives late is found by a later run, and makes no second alert.
LOOKBACK: Final[Mapping[int, int]] = {1: 4, 3: 12, 12: 48, 24: 30 * 24}
LONGEST_NAME: Final = 200
MOST_RULES: Final = 200


@dataclass(frozen=True, slots=True)
class RuleForm:
    """What a rule is. entity_column: "" takes the first that the query returns. customers: slugs; None: all (the provider's rules only)."""

    name: str
    query: str
    title: str
    severity: Severity
    category: Category
    every_hours: int = 24
    entity_column: str = ""
    description: str = ""
    recommended_action: str = ""
    techniques: Sequence[str] = ()
    customers: Sequence[str] | None = None
    enabled: bool = True


@transaction.atomic
def create_rule(scope: TenantScope, owner: uuid.UUID, form: RuleForm) -> DetectionRule:
    """Make a rule of a tenant (the scope's own, or the provider's organisation); its first run is as soon as a worker is free.

    Raises QueryInvalid, RuleColumnsMissing, RuleEntityInvalid, RuleTableUnknown, RuleNameInvalid, RuleNameTaken, TitleInvalid,
    TextInvalid, TechniqueInvalid, FrequencyInvalid, TenantNotFound, TooManyRules.
    """
    if rules_of(scope, owner).count() >= MOST_RULES:
        raise TooManyRules(MOST_RULES)
    rule = DetectionRule(tenant_id=owner, next_due=now(), created_by=scope.subject.name)
    _fill(scope, rule, form)
    rule.save(force_insert=True)
    _note(scope, rule, "detection_rule.created")
    return rule


@transaction.atomic
def change_rule(scope: TenantScope, owner: uuid.UUID, rule_id: uuid.UUID, form: RuleForm) -> DetectionRule:
    """Change a rule; one that was off and is on again has its next run at once. Raises RuleNotFound, and as `create_rule`."""
    rule = _locked(scope, owner, rule_id)
    sooner = now() + timedelta(hours=form.every_hours)
    rule.next_due = now() if form.enabled and not rule.enabled else min(rule.next_due, sooner)
    _fill(scope, rule, form)
    rule.save()
    _note(scope, rule, "detection_rule.changed")
    return rule


@transaction.atomic
def delete_rule(scope: TenantScope, owner: uuid.UUID, rule_id: uuid.UUID) -> None:
    """Delete a rule; the alerts that it raised stay. Raises RuleNotFound."""
    rule = _locked(scope, owner, rule_id)
    _note(scope, rule, "detection_rule.deleted")
    rule.delete()


def _locked(scope: TenantScope, owner: uuid.UUID, rule_id: uuid.UUID) -> DetectionRule:
    rule = rules_of(scope, owner).select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise RuleNotFound
    return rule


def _fill(scope: TenantScope, rule: DetectionRule, form: RuleForm) -> None:
    rule.name = form.name.strip()
    if not rule.name or len(rule.name) > LONGEST_NAME or not rule.name.isprintable():
        raise RuleNameInvalid(LONGEST_NAME)
    if rules_of(scope, rule.tenant_id).filter(name=rule.name).exclude(pk=rule.pk).exists():
        raise RuleNameTaken(rule.name)
    if form.every_hours not in LOOKBACK:
        raise FrequencyInvalid(list(LOOKBACK))
    rule.entity_column = _entity(question(scope, form.query), form.entity_column)
    rule.query, rule.every_hours, rule.enabled = form.query, form.every_hours, form.enabled
    rule.title = checked_title(form.title)
    rule.description = checked_text("description", form.description)
    rule.recommended_action = checked_text("recommended_action", form.recommended_action)
    rule.severity, rule.category = form.severity, form.category
    rule.techniques = checked_techniques(form.techniques)
    rule.customers = [] if form.customers is None else _customers(scope, form.customers)
    rule.changed_by = scope.subject.name


def _entity(asked: Question, wanted: str) -> str:
    """Return the column that tells one alert from another."""
    columns = {column.name: column.type for column in asked.columns}
    missing = missing_in(columns)
    if missing:
        raise RuleColumnsMissing(missing, ENTITIES)
    possible = entities_in(columns)
    if wanted and wanted not in possible:
        raise RuleEntityInvalid(wanted, possible)
    able = [one for one in ([wanted] if wanted else possible) if table_for(asked.tables, columns, one)]
    if not able:
        raise RuleTableUnknown
    return able[0]


def _customers(scope: TenantScope, slugs: Sequence[str]) -> list[str]:
    known = {tenant.slug: tenant for tenant in customers_within(scope)}
    unknown = next((slug for slug in slugs if slug not in known), None)
    if unknown is not None or not slugs:
        raise TenantNotFound(unknown or "")
    return [str(known[slug].pk) for slug in dict.fromkeys(slugs)]


def _note(scope: TenantScope, rule: DetectionRule, action: str) -> None:
    record(
        action,
        actor=actor_of(scope.subject),
        tenant_id=rule.tenant_id,
        object_type="detection_rule",
        object_id=rule.pk,
        detail={
            "name": rule.name,
            "title": rule.title,
            "severity": rule.severity,
            "every_hours": rule.every_hours,
            "entity": rule.entity_column,
            "customers": rule.customers,
            "enabled": rule.enabled,
            "query": rule.query,
        },
    )
