"""Why somebody did or did not get the mail about an alert: each rule's answer, and what the mail server said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huntline.delivery.addresses import checked_address, same_address
from huntline.delivery.choosing import Sight, Why, judge_alert, sight_of
from huntline.delivery.models import EmailRule, Mail, RuleRecipient
from huntline.delivery.queries import Told, mail_about, rules_with_recipients, told_of_incident
from huntline.identity import TenantScope
from huntline.incidents.models import Alert
from huntline.incidents.queries import find_alert


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """A rule's answer.

    since: from when it would mail, where it was too late; when the incident was told of; when the recipient left.
    changed_since: the rule is no longer as it was then.
    """

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
    rule: EmailRule, recipient: RuleRecipient | None, sight: Sight, told: Told | None = None
) -> tuple[Why, datetime | None]:
    """Return what the rule says about an alert and an address, and from when it would have mailed it.

    told: by which alert of the incident the rule has told the address first. Nothing is retroactive: severity, device group and
    recipient must have been chosen when the alert was raised.
    """
    why, since = judge_alert(rule, sight)
    if why is not Why.MATCHED:
        return why, since
    if recipient is None:
        return Why.NOT_A_RECIPIENT, None
    if recipient.left is not None:
        return Why.RECIPIENT_LEFT, recipient.left
    if recipient.added > sight.published:
        return Why.RECIPIENT_ADDED_LATER, recipient.added
    if rule.once_per_incident and told is not None and told.alert_id != sight.alert_id:
        return Why.INCIDENT_TOLD, told.at
    return Why.MATCHED, None


def trace(scope: TenantScope, alert_id: str, recipient: str) -> Trace:
    """Answer why the recipient did or did not get the mail about the alert. Raises AlertNotFound, AddressInvalid.

    Who is limited to device groups hears of the rules of these, and of the mails that these sent.
    """
    alert = find_alert(scope, alert_id)
    address = checked_address(recipient)
    sight = sight_of(scope, alert)
    told = told_of_incident(scope, alert.incident_id)
    visible = rules_with_recipients(scope)
    rules = [_rule(rule, address, sight, told.get((rule.pk, same_address(address)))) for rule in visible]
    mail = mail_about(scope, alert_id, address)
    if mail and scope.device_groups is not None and mail.rule_id not in {rule.pk for rule in visible}:
        mail = None
    return Trace(alert, address, mail, rules)


def _rule(rule: EmailRule, address: str, sight: Sight, told: Told | None) -> RuleTrace:
    rows = {same_address(row.address): row for row in rule.recipients.all()}
    why, since = judge(rule, rows.get(same_address(address)), sight, told)
    return RuleTrace(rule, why, since, changed_since=rule.updated > sight.published)
