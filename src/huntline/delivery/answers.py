"""From rows to what crosses the wire."""

import uuid
from collections.abc import Collection

from huntline.delivery.models import ALL_GROUPS, Attempt, Chooser, EmailRule, Mail, MailState
from huntline.delivery.schemas import (
    AttemptOut,
    EmailRuleOut,
    OutboxMailDetailOut,
    OutboxMailOut,
    RuleMailOut,
    RuleTraceOut,
    TraceOut,
)
from huntline.delivery.tracing import Trace
from huntline.incidents import Severity


def rule(row: EmailRule) -> EmailRuleOut:
    """Return a rule whose recipients are at hand."""
    return EmailRuleOut.model_validate(
        {
            "id": row.pk,
            "name": row.name,
            "enabled": row.enabled,
            "description": row.description,
            **chosen(row),
            "once_per_incident": row.once_per_incident,
            "monthly_report": row.monthly_report,
            "recipients": [recipient.address for recipient in row.recipients.all() if recipient.left is None],
            "left": [
                {"address": recipient.address, "at": recipient.left}
                for recipient in row.recipients.all()
                if recipient.left is not None
            ],
            "include_organization_name": row.include_organization_name,
            "include_tenant_link": row.include_tenant_link,
            "include_device_information": row.include_device_information,
            "language": row.language,
            "created": row.created,
            "updated": row.updated,
            "created_by": row.created_by,
        }
    )


def chosen(row: Chooser) -> dict[str, object]:
    """Return what a rule or a webhook is for, as its form says it."""
    everywhere = ALL_GROUPS in row.device_groups
    return {
        "severities": _in_order(row.severities),
        "detections": {source: _in_order(severities) for source, severities in row.detections.items()},
        "device_groups": None if everywhere else [uuid.UUID(group) for group in row.device_groups],
    }


def _in_order(severities: Collection[str]) -> list[Severity]:
    return [severity for severity in Severity if severity in severities]


def rule_mail(row: Mail) -> RuleMailOut:
    """Return a mail of a rule with its attempts."""
    return RuleMailOut.model_validate(
        {
            "id": row.pk,
            "kind": row.kind,
            "alert_id": row.alert_id or None,
            "recipient": row.recipient,
            "subject": row.subject,
            "message_id": row.message_id,
            "state": row.state,
            "created": row.created,
            "settled": row.settled,
            "next_at": row.due if row.state == MailState.QUEUED else None,
            "attempts": [_attempt(attempt) for attempt in row.attempts.all()],
        }
    )


def trace(found: Trace) -> TraceOut:
    """Return why somebody did or did not get a mail."""
    return TraceOut(
        alert_id=found.alert.pk,
        title=found.alert.title,
        severity=Severity(found.alert.severity),
        published=found.alert.created,
        recipient=found.recipient,
        mail=rule_mail(found.mail) if found.mail else None,
        rules=[
            RuleTraceOut(
                rule_id=one.rule.pk,
                name=one.rule.name,
                why=one.why,
                since=one.since,
                changed_since=one.changed_since,
            )
            for one in found.rules
        ],
    )


def outbox_mail(row: Mail) -> OutboxMailOut:
    """Return a mail as the outbox lists it."""
    return OutboxMailOut.model_validate(_in_outbox(row))


def outbox_mail_detail(row: Mail) -> OutboxMailDetailOut:
    """Return a mail of the outbox with its text and attempts.

    A link that lets somebody in is for its recipient: it is shown here only where there is no mail server, and no other way to it.
    """
    withheld = row.secret and row.state != MailState.KEPT
    more = {
        "language": row.language,
        "message_id": row.message_id,
        "text": "" if withheld else row.text,
        "html": "" if withheld else row.html,
        "attempts": [_attempt(attempt) for attempt in row.attempts.all()],
    }
    return OutboxMailDetailOut.model_validate(_in_outbox(row) | more)


def _in_outbox(row: Mail) -> dict[str, object]:
    return {
        "id": row.pk,
        "tenant": row.tenant.slug if row.tenant else None,
        "kind": row.kind,
        "to": row.recipient,
        "subject": row.subject,
        "state": row.state,
        "created": row.created,
        "sent_at": row.settled if row.state == MailState.SENT else None,
    }


def _attempt(row: Attempt) -> AttemptOut:
    return AttemptOut.from_orm(row)
