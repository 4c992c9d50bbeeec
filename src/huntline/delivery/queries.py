"""Reads of rules, of their mails with every attempt, and of the outbox."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Prefetch, QuerySet

from huntline.delivery.addresses import same_address
from huntline.delivery.choosing import is_visible
from huntline.delivery.errors import MailNotFound, RuleNotFound
from huntline.delivery.models import Attempt, EmailRule, Mail, MailKind, RuleRecipient
from huntline.identity import TenantScope
from huntline.identity.models import Tenant, TenantKind, TenantQuerySet
from huntline.kernel import Page, PageRequest

# Mails that tell somebody of an alert for the first time.
ALERT_KINDS: Final = (MailKind.NOTIFICATION, MailKind.ALERT)


def rules_within(scope: TenantScope, page: PageRequest) -> Page[EmailRule]:
    """Return the rules that the bearer may see, oldest first, with their recipients."""
    rows = rules_with_recipients(scope)
    return Page(rows[page.offset : page.offset + page.size], len(rows), page)


def find_rule(scope: TenantScope, rule_id: uuid.UUID) -> EmailRule:
    """Return a rule with its recipients. Raises RuleNotFound, also for one that is beyond the bearer's device groups."""
    rule = _with_recipients(scope).filter(pk=rule_id).first()
    if rule is None or not is_visible(scope, rule):
        raise RuleNotFound
    return rule


def mails_of_rule(scope: TenantScope, rule_id: uuid.UUID, page: PageRequest) -> Page[Mail]:
    """Return the mails that a rule sent or tried to, newest first, with their attempts. Raises RuleNotFound."""
    rule = find_rule(scope, rule_id)
    rows = Mail.objects.within(scope).filter(rule=rule).defer("text", "html").prefetch_related(_attempts())
    return Page(list(rows[page.offset : page.offset + page.size]), rows.count(), page)


def rules_with_recipients(scope: TenantScope) -> list[EmailRule]:
    """Return every rule that the bearer may see, oldest first, with its recipients. An organisation has tens of them."""
    return [rule for rule in _with_recipients(scope) if is_visible(scope, rule)]


@dataclass(frozen=True, slots=True)
class Told:
    """The first mail of a rule to an address about an incident."""

    alert_id: str
    at: datetime


def told_of_incident(scope: TenantScope, incident_id: int) -> dict[tuple[uuid.UUID, str], Told]:
    """Return the first mail about the incident for each rule and address (as `same_address` writes it)."""
    rows = Mail.objects.within(scope).filter(incident_id=incident_id, kind__in=ALERT_KINDS).exclude(rule=None)
    told: dict[tuple[uuid.UUID, str], Told] = {}
    for rule, recipient, alert_id, created in rows.order_by("created", "id").values_list(
        "rule_id", "recipient", "alert_id", "created"
    ):
        told.setdefault((rule, same_address(recipient)), Told(alert_id, created))
    return told


def mail_about(scope: TenantScope, alert_id: str, recipient: str) -> Mail | None:
    """Return the mail that told the recipient of the alert, with its attempts, or None."""
    rows = Mail.objects.within(scope).filter(alert_id=alert_id, kind__in=ALERT_KINDS)
    return rows.filter(recipient__iexact=recipient).prefetch_related(_attempts()).first()


def mails_about(scope: TenantScope, alert_id: str) -> list[Mail]:
    """Return the mails that told people of the alert, one for each address, with the rules that sent them."""
    return list(
        Mail.objects.within(scope).filter(alert_id=alert_id, kind__in=ALERT_KINDS).select_related("rule").order_by("id")
    )


def outbox(page: PageRequest) -> Page[Mail]:
    """Return all mails, newest first, without their texts. The caller holds the right to read operations."""
    rows = _outbox().defer("text", "html")
    return Page(list(rows[page.offset : page.offset + page.size]), rows.count(), page)


def find_mail(mail_id: uuid.UUID) -> Mail:
    """Return a mail of the outbox with its attempts. Raises MailNotFound."""
    mail = _outbox().prefetch_related(_attempts()).filter(pk=mail_id).first()
    if mail is None:
        raise MailNotFound
    return mail


def provider_name() -> str:
    """Return the name of the organisation that hunts, for the small print of mails."""
    provider = Tenant.objects.filter(kind=TenantKind.PROVIDER).only("name").first()
    return provider.name if provider else "Huntline"


def _outbox() -> TenantQuerySet[Mail]:
    return Mail.objects.unscoped("operators see that every mail went out").select_related("tenant")


def _attempts() -> "Prefetch[str, QuerySet[Attempt], str]":
    return Prefetch("attempts", queryset=Attempt.objects.order_by("at", "id"))


def _with_recipients(scope: TenantScope) -> TenantQuerySet[EmailRule]:
    recipients = Prefetch("recipients", queryset=RuleRecipient.objects.within(scope))
    return EmailRule.objects.within(scope).prefetch_related(recipients)
