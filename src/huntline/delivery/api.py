"""Routes of e-mail rules, and of the outbox for operators."""

import uuid

from ninja import Query, Router, Status

from huntline.delivery import answers, queries, services, tracing
from huntline.delivery.choosing import require_all_groups
from huntline.delivery.schemas import (
    EmailRuleIn,
    EmailRuleList,
    EmailRuleOut,
    OutboxList,
    OutboxMailDetailOut,
    RuleMailList,
    RuleMailOut,
    SuppressionList,
    SuppressionOut,
    TestMailIn,
    TraceOut,
    TraceQuery,
)
from huntline.delivery.suppression import suppressed_within
from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, member, provider
from huntline.kernel import PageQuery

router = Router()
_manage = member(Permission.EMAIL_RULE_MANAGE)
_operate = provider(Permission.OPERATIONS_READ)


@router.get("/tenants/{tenant}/email-rules", auth=_manage, response=EmailRuleList)
def list_email_rules(request: ScopedRequest, tenant: str, page: Query[PageQuery]) -> EmailRuleList:  # noqa: ARG001 - the guard reads the path
    """List the tenant's e-mail rules."""
    found = queries.rules_within(request.auth, page.request())
    return EmailRuleList(items=[answers.rule(row) for row in found.items], total=found.total)


@router.post("/tenants/{tenant}/email-rules", auth=_manage, response={201: EmailRuleOut})
def create_email_rule(request: ScopedRequest, tenant: str, form: EmailRuleIn) -> Status[EmailRuleOut]:  # noqa: ARG001 - as above
    """Create an e-mail rule; it mails alerts that are published from now on."""
    rule = services.create_rule(request.auth, services.RuleForm(**form.model_dump()))
    return Status(201, answers.rule(queries.find_rule(request.auth, rule.pk)))


@router.get("/tenants/{tenant}/email-rules/{rule_id}", auth=_manage, response=EmailRuleOut)
def read_email_rule(request: ScopedRequest, tenant: str, rule_id: uuid.UUID) -> EmailRuleOut:  # noqa: ARG001 - as above
    """Read an e-mail rule."""
    return answers.rule(queries.find_rule(request.auth, rule_id))


@router.put("/tenants/{tenant}/email-rules/{rule_id}", auth=_manage, response=EmailRuleOut)
def change_email_rule(request: ScopedRequest, tenant: str, rule_id: uuid.UUID, form: EmailRuleIn) -> EmailRuleOut:  # noqa: ARG001 - as above
    """Change an e-mail rule; new recipients get only alerts that are published from now on."""
    services.change_rule(request.auth, rule_id, services.RuleForm(**form.model_dump()))
    return answers.rule(queries.find_rule(request.auth, rule_id))


@router.delete("/tenants/{tenant}/email-rules/{rule_id}", auth=_manage, response={204: None})
def delete_email_rule(request: ScopedRequest, tenant: str, rule_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Delete an e-mail rule."""
    services.delete_rule(request.auth, rule_id)
    return Status(204, None)


@router.post("/tenants/{tenant}/email-rules/{rule_id}/test", auth=_manage, response={202: RuleMailOut})
def send_test_mail(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    rule_id: uuid.UUID,
    wanted: TestMailIn,
) -> Status[RuleMailOut]:
    """Send a test mail; what became of it is in the rule's attempts."""
    mail = services.send_test(request.auth, rule_id, wanted.recipient)
    return Status(202, answers.rule_mail(mail))


@router.get("/tenants/{tenant}/email-rules/{rule_id}/attempts", auth=_manage, response=RuleMailList)
def list_attempts(request: ScopedRequest, tenant: str, rule_id: uuid.UUID, page: Query[PageQuery]) -> RuleMailList:  # noqa: ARG001 - as above
    """List the mails of a rule, each with every attempt and the mail server's answer."""
    found = queries.mails_of_rule(request.auth, rule_id, page.request())
    return RuleMailList(items=[answers.rule_mail(row) for row in found.items], total=found.total)


@router.get("/tenants/{tenant}/email-trace", auth=_manage, response=TraceOut)
def trace_mail(request: ScopedRequest, tenant: str, asked: Query[TraceQuery]) -> TraceOut:  # noqa: ARG001 - as above
    """Say why a recipient did or did not get the mail about an alert: each rule's answer, each attempt."""
    return answers.trace(tracing.trace(request.auth, asked.alert_id, asked.recipient))


@router.get("/tenants/{tenant}/email-suppressions", auth=_manage, response=SuppressionList)
def list_suppressions(request: ScopedRequest, tenant: str) -> SuppressionList:  # noqa: ARG001 - as above
    """List the addresses to which nothing is sent because mail servers said that they do not exist."""
    require_all_groups(request.auth)
    rows = [SuppressionOut.from_orm(row) for row in suppressed_within(request.auth)]
    return SuppressionList(items=rows, total=len(rows))


@router.delete("/tenants/{tenant}/email-suppressions/{suppression_id}", auth=_manage, response={204: None})
def lift_suppression(request: ScopedRequest, tenant: str, suppression_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Send to an address again."""
    services.lift_suppression(request.auth, suppression_id)
    return Status(204, None)


@router.get("/provider/outbox", auth=_operate, response=OutboxList)
def list_outbox(request: ScopedRequest, page: Query[PageQuery]) -> OutboxList:  # noqa: ARG001 - the guard is the right
    """List all mails of the installation, without their texts."""
    found = queries.outbox(page.request())
    return OutboxList(items=[answers.outbox_mail(row) for row in found.items], total=found.total)


@router.get("/provider/outbox/{mail_id}", auth=_operate, response=OutboxMailDetailOut)
def read_outbox_mail(request: ScopedRequest, mail_id: uuid.UUID) -> OutboxMailDetailOut:
    """Read one mail; the look is written to the audit record of the tenant that it belongs to."""
    return answers.outbox_mail_detail(services.open_mail(request.auth, mail_id))
