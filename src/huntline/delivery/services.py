"""E-mail rules: create, change, delete, test. Every change is in the audit record."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from huntline.audit.services import record
from huntline.delivery import letters
from huntline.delivery.addresses import checked_address, checked_line, same_address
from huntline.delivery.errors import (
    MOST_RECIPIENTS,
    NotARecipient,
    RuleIncomplete,
    RuleNotFound,
    SeverityUnknown,
)
from huntline.delivery.models import EmailRule, Mail, MailKind, RuleRecipient
from huntline.delivery.post import queue_letter
from huntline.delivery.queries import find_mail, find_rule, provider_name
from huntline.identity import TenantScope
from huntline.identity.models import Language
from huntline.identity.services import actor_of
from huntline.incidents import Severity
from huntline.kernel import new_id, now


@dataclass(frozen=True, slots=True)
class RuleForm:
    """What a rule says. `severities` are those of alerts; `recipients` are e-mail addresses; `language` is the mails'."""

    name: str
    severities: Sequence[str]
    recipients: Sequence[str]
    enabled: bool = True
    include_organization_name: bool = True
    include_tenant_link: bool = True
    include_device_information: bool = False
    language: str = Language.ENGLISH


@transaction.atomic
def create_rule(scope: TenantScope, form: RuleForm) -> EmailRule:
    """Create a rule; it mails alerts that are published from now on.

    Raises RuleIncomplete, SeverityUnknown, AddressInvalid, HeaderInvalid.
    """
    rule = EmailRule(tenant_id=scope.tenant, created_by=scope.subject.name)
    _fill(rule, form, was_enabled=False)
    _set_recipients(rule, form.recipients)
    _audit(scope, "email_rule.created", rule, form)
    return rule


@transaction.atomic
def change_rule(scope: TenantScope, rule_id: uuid.UUID, form: RuleForm) -> EmailRule:
    """Change a rule. What it now mails and did not before (severities, recipients) counts from now on.

    Raises RuleNotFound and what `create_rule` raises.
    """
    rule = _locked(scope, rule_id)
    _fill(rule, form, was_enabled=rule.enabled)
    _set_recipients(rule, form.recipients)
    _audit(scope, "email_rule.changed", rule, form)
    return rule


@transaction.atomic
def delete_rule(scope: TenantScope, rule_id: uuid.UUID) -> None:
    """Delete a rule; its mails stay in the record. Raises RuleNotFound."""
    rule = _locked(scope, rule_id)
    _audit(scope, "email_rule.deleted", rule, None)
    rule.delete()


@transaction.atomic
def send_test(scope: TenantScope, rule_id: uuid.UUID, recipient: str) -> Mail:
    """Queue a test mail to one of the rule's recipients, or to the one who asks.

    Raises RuleNotFound, AddressInvalid, NotARecipient.
    """
    rule = find_rule(scope, rule_id)
    address = checked_address(recipient)
    allowed = {same_address(row.address) for row in RuleRecipient.objects.within(scope).filter(rule=rule)}
    if same_address(address) not in allowed | {same_address(scope.subject.name)}:
        raise NotARecipient(address)
    letter = letters.rule_test_letter(rule.language, provider_name(), rule.name, scope.subject.name)
    mail = queue_letter(
        letter,
        MailKind.TEST,
        about=f"test:{new_id()}",
        recipient=address,
        tenant_id=rule.tenant_id,
        rule_id=rule.pk,
    )
    record(
        "email_rule.tested",
        actor=actor_of(scope.subject),
        tenant_id=rule.tenant_id,
        object_type="email_rule",
        object_id=rule.pk,
        detail={"recipient": address, "mail": str(mail.pk)},
    )
    return mail


def _locked(scope: TenantScope, rule_id: uuid.UUID) -> EmailRule:
    rule = EmailRule.objects.within(scope).select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise RuleNotFound
    return rule


def _fill(rule: EmailRule, form: RuleForm, *, was_enabled: bool) -> None:
    name = form.name.strip()
    if not name or len(name) > 200:
        raise RuleIncomplete("name")
    if not form.severities:
        raise RuleIncomplete("severities")
    moment = now()
    known = rule.severities if was_enabled else {}
    rule.severities = {_severity(text): known.get(text, moment.isoformat()) for text in form.severities}
    rule.name = checked_line(name, "name")
    rule.enabled = form.enabled
    rule.include_organization_name = form.include_organization_name
    rule.include_tenant_link = form.include_tenant_link
    rule.include_device_information = form.include_device_information
    rule.language = Language(form.language)
    rule.updated = moment
    rule.save()


def _severity(text: str) -> str:
    try:
        return Severity(text).value
    except ValueError:
        raise SeverityUnknown(text) from None


def _set_recipients(rule: EmailRule, wanted: Sequence[str]) -> None:
    addresses = {same_address(address): address for address in map(checked_address, wanted)}
    if not 1 <= len(addresses) <= MOST_RECIPIENTS:
        raise RuleIncomplete("recipients")
    rows = RuleRecipient.objects.unscoped("the caller holds the rule").filter(rule=rule)
    present = {same_address(row.address): row for row in rows}
    moment: datetime = now()
    for key, row in present.items():
        if key not in addresses:
            row.delete()
    for key, address in addresses.items():
        if key not in present:
            RuleRecipient(tenant_id=rule.tenant_id, rule=rule, address=address, added=moment).save(force_insert=True)


def _audit(scope: TenantScope, action: str, rule: EmailRule, form: RuleForm | None) -> None:
    detail: dict[str, object] = {"name": rule.name}
    if form is not None:
        detail = {**asdict(form), "severities": list(form.severities), "recipients": list(form.recipients)}
    record(
        action,
        actor=actor_of(scope.subject),
        tenant_id=rule.tenant_id,
        object_type="email_rule",
        object_id=rule.pk,
        detail=detail,
    )


def open_mail(scope: TenantScope, mail_id: uuid.UUID) -> Mail:
    """Return a mail of the outbox with its text, and write down who read it. Raises MailNotFound."""
    mail = find_mail(mail_id)
    record(
        "mail.read",
        actor=actor_of(scope.subject),
        tenant_id=mail.tenant_id,
        object_type="mail",
        object_id=mail.pk,
        detail={"kind": mail.kind, "recipient": mail.recipient},
    )
    return mail
