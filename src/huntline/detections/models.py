"""Rules, their turns, and which alerts they raised."""

from django.db import models

from huntline.hunting.models import TurnState
from huntline.identity.models import TenantModel
from huntline.incidents.models import Alert
from huntline.incidents.vocabulary import Category, Severity
from huntline.kernel import now


class DetectionRule(TenantModel):
    """A query that runs every so many hours, and what is said of each entity in its rows.

    One of the provider's organisation runs in `customers` (ids of tenants; none named: all whose service is on), any other in its own
    tenant. `entity_column` is the column that tells one alert from another. A new turn is due at `next_due`.
    """

    name = models.CharField(max_length=200)
    query = models.TextField()
    entity_column = models.CharField(max_length=50)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    recommended_action = models.TextField(blank=True)
    severity = models.CharField(max_length=13, choices=[(one.value, one.value) for one in Severity])
    category = models.CharField(max_length=24, choices=[(one.value, one.value) for one in Category])
    techniques = models.JSONField(default=list)
    every_hours = models.PositiveIntegerField()
    customers = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    next_due = models.DateTimeField()
    created = models.DateTimeField(default=now, editable=False)
    created_by = models.CharField(max_length=254)
    changed_by = models.CharField(max_length=254)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="detections_one_rule_per_name")]
        indexes = [models.Index(fields=["next_due"], condition=models.Q(enabled=True), name="detections_rules_due")]

    def __str__(self) -> str:
        return self.name


class RuleTurn(TenantModel):
    """One run of a rule in one tenant, due at `slot`: a row before it runs, claimed by one worker at a time.

    `rows` is what the query found, `raised` how many alerts are new, `left_out` how many rows or entities became no alert: rows without a
    time, a report or an entity, and entities beyond the most that one turn raises.
    """

    rule = models.ForeignKey(DetectionRule, on_delete=models.CASCADE, related_name="turns")
    slot = models.DateTimeField()
    state = models.CharField(max_length=8, choices=TurnState, default=TurnState.WAITING)
    due = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    claim = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=60, blank=True)
    hunt_id = models.UUIDField(null=True)
    rows = models.PositiveIntegerField(null=True)
    raised = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-slot", "-id"]
        constraints = [models.UniqueConstraint(fields=["rule", "tenant", "slot"], name="detections_one_turn_per_slot")]
        indexes = [models.Index(fields=["due"], condition=models.Q(state="waiting"), name="detections_turns_due")]

    def __str__(self) -> str:
        return f"turn of {self.rule_id} at {self.slot}"


class RuleAlert(TenantModel):
    """An alert that a rule raised."""

    rule = models.ForeignKey(DetectionRule, on_delete=models.CASCADE, related_name="alerts")
    alert = models.OneToOneField(Alert, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.alert_id} of {self.rule_id}"
