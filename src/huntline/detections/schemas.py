"""What crosses the wire."""

import uuid
from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from huntline.enrolment.schemas import TenantNameOut
from huntline.hunting.models import TurnState
from huntline.incidents import AlertStatus, Category, Severity

Frequency = Literal[1, 3, 12, 24]
"""Hours between two runs."""


class DetectionRuleIn(Schema):
    """A rule: a query that returns Timestamp, ReportId and an entity such as DeviceId, and what an alert says of each entity.

    `entity_column` is the column that tells one alert from another; without it the first that the query returns.
    """

    name: str = Field(min_length=1, max_length=200)
    query: str = Field(min_length=1, max_length=100_000)
    entity_column: str = Field("", max_length=50)
    title: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=50_000)
    recommended_action: str = Field("", max_length=50_000)
    severity: Severity
    category: Category
    techniques: list[str] = Field([], max_length=50)
    every_hours: Frequency = 24
    enabled: bool = True


class ProviderRuleIn(DetectionRuleIn):
    """A rule of the provider. `customers` are the short names of those where it runs; null: all whose service is on."""

    customers: list[str] | None = Field(None, max_length=1000)


class RuleTurnOut(Schema):
    """The last run of a rule in one tenant.

    `left_out` counts what became no alert: rows without a time, a report or an entity, and entities beyond the most of one run.
    """

    tenant: TenantNameOut
    slot: datetime
    state: TurnState
    ended: datetime | None
    error_code: str
    rows: int | None
    raised: int
    left_out: int


class DetectionRuleOut(DetectionRuleIn):
    """A rule with its last runs and how many alerts it raised. `customers` of a customer's own rule is null."""

    id: uuid.UUID
    customers: list[str] | None
    next_due: datetime
    created: datetime
    created_by: str
    changed_by: str
    alert_count: int
    turns: list[RuleTurnOut]


class DetectionRuleList(Schema):
    """Rules, by name."""

    items: list[DetectionRuleOut]
    total: int


class RuleAlertOut(Schema):
    """An alert that a rule raised."""

    id: str
    tenant: TenantNameOut
    incident_id: int
    title: str
    severity: Severity
    status: AlertStatus
    device_name: str
    created: datetime


class RuleAlertList(Schema):
    """What a rule raised, newest first, at most a hundred."""

    items: list[RuleAlertOut]
    total: int
