"""Where a tenant stands with the service, its applications with the consent that went with each, and its expert subscription."""

from django.db import models

from huntline.enrolment.states import Outcome, State, SubscriptionKind, TalkOutcome
from huntline.identity.models import Language, TenantModel
from huntline.kernel import now


class Application(TenantModel):
    """One application: whom to contact, the consent record, and what was decided by whom."""

    outcome = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Outcome], default=Outcome.SUBMITTED)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    # The consent record: which text (by version, language and SHA-256), who accepted it, and when.
    statement_version = models.CharField(max_length=20)
    statement_language = models.CharField(max_length=2, choices=Language)
    statement_sha256 = models.CharField(max_length=64)
    person_id = models.CharField(max_length=100)
    person_name = models.CharField(max_length=254)
    submitted = models.DateTimeField(default=now)
    decided = models.DateTimeField(null=True)
    decided_by_id = models.CharField(max_length=100, blank=True)
    decided_by_name = models.CharField(max_length=254, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-submitted", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(outcome=Outcome.SUBMITTED), name="enrolment_one_open_application"
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.outcome})"


class ApplicationMessage(TenantModel):
    """One message of the talk about an application: a question of the account manager, or the applicant's answer."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    from_customer = models.BooleanField()
    text = models.TextField()
    written = models.DateTimeField(default=now)
    person_id = models.CharField(max_length=100)
    person_name = models.CharField(max_length=254)

    class Meta:
        ordering = ["written", "id"]

    def __str__(self) -> str:
        return f"{self.person_name}: {self.text[:40]}"


class EligibilityTalk(TenantModel):
    """The talk with the customer before it applies: who, when, and what it ended with. The provider's own record."""

    held = models.DateField()
    participants = models.CharField(max_length=1000)
    outcome = models.CharField(max_length=12, choices=[(o.value, o.value) for o in TalkOutcome])
    notes = models.TextField(blank=True)
    recorded = models.DateTimeField(default=now)
    recorded_by_id = models.CharField(max_length=100)
    recorded_by_name = models.CharField(max_length=254)

    class Meta:
        ordering = ["-held", "-recorded"]

    def __str__(self) -> str:
        return f"{self.held} ({self.outcome})"


class Enrolment(TenantModel):
    """The one row of a tenant: its state, the latest application, and the switch (meaningful once approved)."""

    state = models.CharField(max_length=13, choices=[(s.value, s.value) for s in State], default=State.NOT_APPLIED)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="+")
    service_on = models.BooleanField(default=False)
    changed = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="enrolment_one_per_tenant")]

    def __str__(self) -> str:
        return f"{self.tenant_id} is {self.state}"


class Subscription(TenantModel):
    """The one row of a tenant that has, or had, an expert subscription.

    `until` None is without end; `ended` is when somebody ended it before that.
    """

    kind = models.CharField(max_length=5, choices=[(k.value, k.value) for k in SubscriptionKind])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    credits = models.PositiveIntegerField(null=True)
    granted_by = models.CharField(max_length=254)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="enrolment_one_subscription")]

    def __str__(self) -> str:
        return f"{self.tenant_id} has {self.kind}"
