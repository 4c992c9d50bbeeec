"""What events mean for mail. Each handler queues rows in the transaction that marks the event as handled; `send_due` sends them."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Protocol

from django.conf import settings

from huntline.delivery import letters
from huntline.delivery.addresses import same_address
from huntline.delivery.choosing import Sight, Why, sight_of
from huntline.delivery.leaving import leave_url
from huntline.delivery.models import EmailRule, MailKind, RuleRecipient
from huntline.delivery.post import queue_letter
from huntline.delivery.queries import mails_about, provider_name, rules_with_recipients, told_of_incident
from huntline.delivery.sending import send_due
from huntline.delivery.sign_in import password_days, password_link
from huntline.delivery.tracing import judge
from huntline.enrolment.events import ApplicationApproved, ApplicationDeclined, ApplicationDetailsAsked
from huntline.enrolment.models import Application
from huntline.enrolment.queries import application_within, messages_of
from huntline.identity import Permission, TenantScope
from huntline.identity.events import MemberInvited
from huntline.identity.models import Person, Tenant, TenantKind
from huntline.identity.queries import tenant_within
from huntline.identity.services import scope_of_job
from huntline.incidents.events import NotificationPublished, NotificationUpdated, NotificationWithdrawn
from huntline.incidents.models import Alert, Notification
from huntline.incidents.queries import entities_of, find_alert, find_notification, versions_of
from huntline.incidents.vocabulary import THREAT_EXPERTS, EntityType
from huntline.reports.events import ReportReady
from huntline.reports.queries import months_within

__all__ = [
    "queue_alert_mails",
    "queue_decline_mail",
    "queue_invitation_mail",
    "queue_notification_mails",
    "queue_question_mail",
    "queue_report_mails",
    "queue_update_mails",
    "queue_welcome_mail",
    "queue_withdrawal_mails",
    "send_due",
]

OWNER: Final = "delivery"


def queue_notification_mails(happened: NotificationPublished) -> None:
    """Queue one mail for each address that an enabled rule names for the alert, however many rules name it.

    Nothing retroactive: rule, severity, device group and recipient must have been there when the notification was published.
    """
    scope = _scope(happened.tenant_id, Permission.ALERT_READ)
    notification = find_notification(scope, happened.notification_id)
    facts = notification_facts(scope, notification)
    _tell(scope, notification.alert, facts, MailKind.NOTIFICATION, f"notification:{notification.pk}")


class OfAlert(Protocol):
    """An event that names an alert."""

    @property
    def tenant_id(self) -> uuid.UUID:
        """Whose alert it is."""

    @property
    def alert_id(self) -> str:
        """Its id in every channel."""


def queue_alert_mails(happened: OfAlert) -> None:
    """Queue the mails about an alert of any other detection source, as rules have chosen them.

    An alert that is a notification has its own event, and its mails are queued by that one alone.
    """
    scope = _scope(happened.tenant_id, Permission.ALERT_READ)
    alert = find_alert(scope, happened.alert_id)
    if alert.detection_source != THREAT_EXPERTS:
        _tell(scope, alert, alert_facts(scope, alert), MailKind.ALERT, f"alert:{alert.pk}")


def _tell(scope: TenantScope, alert: Alert, facts: letters.AlertFacts, kind: MailKind, about: str) -> None:
    tenant, provider = tenant_within(scope), provider_name()
    for rule, recipient in _recipients(scope, sight_of(scope, alert)):
        url = leave_url(recipient.pk)
        letter = letters.notification_letter(rule.language, provider, facts, _rule_facts(rule, tenant, alert.pk, url))
        queue_letter(
            letter,
            kind,
            # One mail for an incident is one row, also when two workers have an alert of it each.
            about=f"incident:{alert.incident_id}:{rule.pk}" if rule.once_per_incident else about,
            recipient=recipient.address,
            tenant_id=rule.tenant_id,
            rule_id=rule.pk,
            alert_id=alert.pk,
            incident_id=alert.incident_id,
            leave_url=url,
        )


def queue_update_mails(happened: NotificationUpdated) -> None:
    """Queue a mail about the new version for each address that was told of the notification."""
    scope = _scope(happened.tenant_id, Permission.ALERT_READ)
    notification = find_notification(scope, happened.notification_id)
    version = next(one for one in versions_of(scope, notification.pk) if one.number == happened.version)
    _tell_again(
        scope,
        notification,
        MailKind.UPDATE,
        f"notification:{notification.pk}:{version.number}",
        letters.Again("update", version.change_note),
    )


def queue_withdrawal_mails(happened: NotificationWithdrawn) -> None:
    """Queue a mail for each address that was told of the notification: it is taken back."""
    scope = _scope(happened.tenant_id, Permission.ALERT_READ)
    notification = find_notification(scope, happened.notification_id)
    about = f"notification:{notification.pk}:withdrawn"
    again = letters.Again("withdrawal", notification.withdrawal_reason)
    _tell_again(scope, notification, MailKind.WITHDRAWAL, about, again)


def _tell_again(
    scope: TenantScope, notification: Notification, kind: MailKind, about: str, again: letters.Again
) -> None:
    facts = notification_facts(scope, notification)
    for told in mails_about(scope, notification.alert_id):
        letter = letters.notification_letter(
            told.language,
            provider_name(),
            facts,
            _rule_facts(told.rule, notification.tenant, notification.alert_id, told.leave_url if told.rule else ""),
            again,
        )
        queue_letter(
            letter,
            kind,
            about=about,
            recipient=told.recipient,
            tenant_id=told.tenant_id,
            rule_id=told.rule_id,
            alert_id=notification.alert_id,
            leave_url=told.leave_url if told.rule else "",
        )


def queue_report_mails(happened: ReportReady) -> None:
    """Queue one mail for each address of the enabled rules that want the reports of months, however many of them name it."""
    scope = _scope(happened.tenant_id, Permission.REPORT_READ)
    tenant, provider, month = tenant_within(scope), provider_name(), happened.month[:7]
    report = next(one for one in months_within(scope) if one.pk == happened.report_id)
    told: set[str] = set()
    for rule in rules_with_recipients(scope):
        for row in rule.recipients.all() if rule.enabled and rule.monthly_report else ():
            address = same_address(row.address)
            if row.left is not None or row.added > report.made or address in told:
                continue
            told.add(address)
            url = leave_url(row.pk)
            page = f"{_home(tenant.slug)}/reports?month={month}" if rule.include_tenant_link else ""
            letter = letters.report_letter(rule.language, provider, month, _rule_facts(rule, tenant, "", url), page)
            queue_letter(
                letter,
                MailKind.REPORT,
                about=f"report:{happened.report_id}",
                recipient=row.address,
                tenant_id=rule.tenant_id,
                rule_id=rule.pk,
                leave_url=url,
            )


def queue_welcome_mail(happened: ApplicationApproved) -> None:
    """Queue the mail that welcomes the applicant."""
    row = _application(happened.tenant_id, happened.application_id)
    letter = letters.welcome_letter(
        row.language,
        provider_name(),
        name=row.name,
        organization=row.tenant.name,
        portal_url=f"{_home(row.tenant.slug)}/incidents",
    )
    about = f"application-approved:{row.pk}"
    queue_letter(letter, MailKind.WELCOME, about=about, recipient=row.email, tenant_id=row.tenant_id)


def queue_decline_mail(happened: ApplicationDeclined) -> None:
    """Queue the mail that tells the applicant why."""
    row = _application(happened.tenant_id, happened.application_id)
    letter = letters.declined_letter(
        row.language,
        provider_name(),
        name=row.name,
        organization=row.tenant.name,
        reason=row.reason,
        portal_url=_home(row.tenant.slug),
    )
    about = f"application-declined:{row.pk}"
    queue_letter(letter, MailKind.DECLINED, about=about, recipient=row.email, tenant_id=row.tenant_id)


def queue_question_mail(happened: ApplicationDetailsAsked) -> None:
    """Queue the mail that asks the applicant for more details."""
    row = _application(happened.tenant_id, happened.application_id)
    messages = messages_of(_scope(happened.tenant_id, Permission.ENROLMENT_READ), [row.pk])[row.pk]
    letter = letters.question_letter(
        row.language,
        provider_name(),
        name=row.name,
        organization=row.tenant.name,
        question=next(message.text for message in messages if message.pk == happened.message_id),
        portal_url=f"{_home(row.tenant.slug)}/settings/advanced-features",
    )
    about = f"application-question:{happened.message_id}"
    queue_letter(letter, MailKind.QUESTION, about=about, recipient=row.email, tenant_id=row.tenant_id)


def queue_invitation_mail(happened: MemberInvited) -> None:
    """Queue the mail that tells somebody of a role, with a link to choose a password where there is none yet."""
    person = Person.objects.get(pk=happened.person_id)
    tenant = Tenant.objects.get(pk=happened.tenant_id)
    is_customer = tenant.kind == TenantKind.CUSTOMER
    letter = letters.invitation_letter(
        person.language,
        provider_name(),
        name=person.get_short_name(),
        organization=tenant.name,
        role=happened.role,
        password_url=password_link(person) if happened.new else "",
        portal_url=_home(tenant.slug) if is_customer else settings.HUNTLINE_PUBLIC_URL,
        days=password_days(),
    )
    about = f"invitation:{tenant.pk}:{person.pk}:{happened.role}"
    queue_letter(
        letter, MailKind.INVITATION, about=about, recipient=person.email, tenant_id=tenant.pk, secret=happened.new
    )


def _recipients(scope: TenantScope, sight: Sight) -> Iterator[tuple[EmailRule, RuleRecipient]]:
    """Yield each address once, with the oldest rule that names it: that one decides language and content."""
    told = told_of_incident(scope, sight.incident_id)
    seen: set[str] = set()
    for rule in rules_with_recipients(scope):
        for row in rule.recipients.all():
            address = same_address(row.address)
            why, _ = judge(rule, row, sight, told.get((rule.pk, address)))
            if why is Why.MATCHED and address not in seen:
                seen.add(address)
                yield rule, row


def notification_facts(scope: TenantScope, notification: Notification) -> letters.AlertFacts:
    """Return what a mail may say about a notification, in the experts' words."""
    facts = alert_facts(scope, notification.alert)
    return replace(facts, summary=notification.summary, steps=notification.recommended_steps)


def alert_facts(scope: TenantScope, alert: Alert) -> letters.AlertFacts:
    """Return what a mail may say about an alert."""
    machines = entities_of(scope, alert.pk, EntityType.MACHINE)
    return letters.AlertFacts(
        alert_id=alert.pk,
        incident_id=alert.incident_id,
        source=alert.detection_source,
        title=alert.title,
        severity=alert.severity,
        category=alert.category,
        created=alert.created,
        first_activity=alert.first_activity,
        last_activity=alert.last_activity,
        timezone=tenant_within(scope).timezone,
        devices=[machine.device_name or machine.device_id for machine in machines],
        summary=alert.description,
        steps=[line.strip() for line in alert.recommended_actions.splitlines() if line.strip()],
    )


def _rule_facts(rule: EmailRule | None, tenant: Tenant, alert_id: str, leave: str) -> letters.RuleFacts:
    """Return what the rule wants the mail to say; one that is deleted wants nothing that could be too much."""
    if rule is None:
        return letters.RuleFacts("", "", "", settings.HUNTLINE_PUBLIC_URL, with_devices=False)
    return letters.RuleFacts(
        name=rule.name,
        organization=tenant.name if rule.include_organization_name else "",
        alert_url=f"{_home(tenant.slug)}/alerts/{alert_id}" if rule.include_tenant_link else "",
        portal_url=settings.HUNTLINE_PUBLIC_URL,
        with_devices=rule.include_device_information,
        leave_url=leave,
    )


def _application(tenant_id: uuid.UUID, application_id: uuid.UUID) -> Application:
    return application_within(_scope(tenant_id, Permission.ENROLMENT_READ), application_id)


def _scope(tenant_id: uuid.UUID, permission: Permission) -> TenantScope:
    return scope_of_job(OWNER, (tenant_id,), frozenset({permission}))


def _home(slug: str) -> str:
    return f"{settings.HUNTLINE_PUBLIC_URL}/tenants/{slug}"
