"""E-mail rules: create, change, delete, test. Every change is in the audit record."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction

from huntline.audit.services import record
from huntline.delivery import letters
from huntline.delivery.addresses import checked_address, checked_line, same_address
from huntline.delivery.choosing import Choice, choose, is_visible, require_all_groups
from huntline.delivery.errors import (
    MOST_RECIPIENTS,
    NotARecipient,
    RuleIncomplete,
    RuleNotFound,
    SuppressionNotFound,
)
from huntline.delivery.models import EmailRule, Mail, MailKind, RuleRecipient, Suppression
from huntline.delivery.post import queue_letter
from huntline.delivery.queries import find_mail, find_rule, provider_name
from huntline.identity import TenantScope
from huntline.identity.models import Language
from huntline.identity.services import actor_of
from huntline.kernel import new_id, now


@dataclass(frozen=True, slots=True)
class RuleForm:
    """What a rule says.

    severities: of targeted attack notifications. detections: severities of alerts of each other detection source. monthly_report: whether
    the recipients learn of it (not for somebody whose role is limited to device groups). recipients: e-mail
    addresses. device_groups: their ids, or None for all. language: the mails'.
    """

    name: str
    severities: Sequence[str]
    recipients: Sequence[str]
    description: str = ""
    enabled: bool = True
    detections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    device_groups: Collection[uuid.UUID] | None = None
    once_per_incident: bool = False
    monthly_report: bool = False
    include_organization_name: bool = True
    include_tenant_link: bool = True
    include_device_information: bool = False
    language: str = Language.ENGLISH


@transaction.atomic
def create_rule(scope: TenantScope, form: RuleForm) -> EmailRule:
    """Create a rule; it mails alerts that are raised from now on.

    Raises RuleIncomplete, AddressInvalid, HeaderInvalid and what `choosing.choose` raises.
    """
    rule = EmailRule(tenant_id=scope.tenant, created_by=scope.subject.name)
    _fill(scope, rule, form, was_enabled=False)
    _set_recipients(rule, form.recipients)
    _audit(scope, "email_rule.created", rule, form)
    return rule


@transaction.atomic
def change_rule(scope: TenantScope, rule_id: uuid.UUID, form: RuleForm) -> EmailRule:
    """Change a rule. What it now mails and did not before (severities, recipients) counts from now on.

    Raises RuleNotFound and what `create_rule` raises.
    """
    rule = _locked(scope, rule_id)
    _fill(scope, rule, form, was_enabled=rule.enabled)
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
    there = RuleRecipient.objects.within(scope).filter(rule=rule, left=None)
    allowed = {same_address(row.address) for row in there}
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


@transaction.atomic
def lift_suppression(scope: TenantScope, suppression_id: uuid.UUID) -> None:
    """Send to the address again; refusals are counted anew. Raises SuppressionNotFound, DeviceGroupsReserved."""
    require_all_groups(scope)
    row = Suppression.objects.within(scope).filter(pk=suppression_id, since__isnull=False).first()
    if row is None:
        raise SuppressionNotFound
    record(
        "email_address.lifted",
        actor=actor_of(scope.subject),
        tenant_id=row.tenant_id,
        object_type="email_address",
        object_id=row.pk,
        detail={"address": row.address},
    )
    row.delete()


def _locked(scope: TenantScope, rule_id: uuid.UUID) -> EmailRule:
    rule = EmailRule.objects.within(scope).select_for_update().filter(pk=rule_id).first()
    if rule is None or not is_visible(scope, rule):
        raise RuleNotFound
    return rule


def _fill(scope: TenantScope, rule: EmailRule, form: RuleForm, *, was_enabled: bool) -> None:
    name = form.name.strip()
    if not name or len(name) > 200:
        raise RuleIncomplete("name")
    if len(form.description) > 1000:
        raise RuleIncomplete("description")
    moment = now()
    choice = Choice(form.severities, form.detections, form.device_groups)
    choose(scope, rule, choice, moment, was_enabled=was_enabled)
    rule.name = checked_line(name, "name")
    rule.description = form.description.strip()
    rule.once_per_incident = form.once_per_incident
    if form.monthly_report:
        require_all_groups(scope)  # a report is about the whole organisation
    rule.monthly_report = form.monthly_report
    rule.enabled = form.enabled
    rule.include_organization_name = form.include_organization_name
    rule.include_tenant_link = form.include_tenant_link
    rule.include_device_information = form.include_device_information
    rule.language = Language(form.language)
    rule.updated = moment
    rule.save()


def _set_recipients(rule: EmailRule, wanted: Sequence[str]) -> None:
    addresses = {same_address(address): address for address in map(checked_address, wanted)}
    if not 1 <= len(addresses) <= MOST_RECIPIENTS:
        raise RuleIncomplete("recipients")
    rows = RuleRecipient.objects.unscoped("the caller holds the rule").filter(rule=rule)
    present = {same_address(row.address): row for row in rows}
    moment: datetime = now()
    for key, row in present.items():
        # Who left by the link stays on the list as one who left, so that the next look shows it.
        if key not in addresses and row.left is None:
            row.delete()
    for key, address in addresses.items():
        if key in present and present[key].left is not None:
            # Somebody has put them back who knows that they had left: as new as any other.
            present[key].left, present[key].added = None, moment
            present[key].save(update_fields=["left", "added"])
        elif key not in present:
            RuleRecipient(tenant_id=rule.tenant_id, rule=rule, address=address, added=moment).save(force_insert=True)


def _audit(scope: TenantScope, action: str, rule: EmailRule, form: RuleForm | None) -> None:
    detail: dict[str, object] = {"name": rule.name}
    if form is not None:
        groups = None if form.device_groups is None else sorted(str(group) for group in form.device_groups)
        detail = {
            **asdict(form),
            "severities": list(form.severities),
            "detections": {source: list(chosen) for source, chosen in form.detections.items()},
            "device_groups": groups,
            "recipients": list(form.recipients),
        }
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
