"""Why somebody did or did not get the mail about an alert: each rule's answer, and what the mail server said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from huntline.delivery.addresses import checked_address, same_address
from huntline.delivery.models import EmailRule, Mail, RuleRecipient
from huntline.delivery.queries import mail_about, rules_with_recipients
from huntline.identity import TenantScope
from huntline.incidents.models import Alert
from huntline.incidents.queries import find_alert


class Why(StrEnum):
    """What a rule says about an alert and an address."""

    MATCHED = "matched"
    RULE_OFF = "rule_off"
    SEVERITY_NOT_CHOSEN = "severity_not_chosen"
    SEVERITY_CHOSEN_LATER = "severity_chosen_later"
    NOT_A_RECIPIENT = "not_a_recipient"
    RECIPIENT_ADDED_LATER = "recipient_added_later"


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """A rule's answer. since: from when it would mail, where it was too late. changed_since: the rule is no longer as it was then."""

    rule: EmailRule
    why: Why
    since: datetime | None
    changed_since: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """All that is known. mail: with its attempts; None when there is none, and then the rules say why."""

    alert: Alert
    recipient: str
    mail: Mail | None
    rules: Sequence[RuleTrace]


def judge(
    rule: EmailRule, recipient: RuleRecipient | None, severity: str, published: datetime
) -> tuple[Why, datetime | None]:
    """Return what the rule says about an alert of that severity and time, and from when it would have mailed it.

    Nothing is retroactive: severity and recipient must have been chosen when the alert was published.
    """
    if not rule.enabled:
        return Why.RULE_OFF, None
    if severity not in rule.severities:
        return Why.SEVERITY_NOT_CHOSEN, None
    chosen = datetime.fromisoformat(rule.severities[severity])
    if chosen > published:
        return Why.SEVERITY_CHOSEN_LATER, chosen
    if recipient is None:
        return Why.NOT_A_RECIPIENT, None
    if recipient.added > published:
        return Why.RECIPIENT_ADDED_LATER, recipient.added
    return Why.MATCHED, None


def trace(scope: TenantScope, alert_id: str, recipient: str) -> Trace:
    """Answer why the recipient did or did not get the mail about the alert. Raises AlertNotFound, AddressInvalid."""
    alert = find_alert(scope, alert_id)
    address = checked_address(recipient)
    rules = [_rule(rule, address, alert) for rule in rules_with_recipients(scope)]
    return Trace(alert, address, mail_about(scope, alert_id, address), rules)


def _rule(rule: EmailRule, address: str, alert: Alert) -> RuleTrace:
    rows = {same_address(row.address): row for row in rule.recipients.all()}
    why, since = judge(rule, rows.get(same_address(address)), alert.severity, alert.created)
    return RuleTrace(rule, why, since, changed_since=rule.updated > alert.created)
