"""Routes of custom detection rules: a customer's own, and the provider's."""

import uuid

from ninja import Router, Status

from huntline.detections import answers, services
from huntline.detections.schemas import (
    DetectionRuleIn,
    DetectionRuleList,
    DetectionRuleOut,
    ProviderRuleIn,
    RuleAlertList,
)
from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, member, provider
from huntline.identity.queries import provider_tenant

router = Router()
_own = member(Permission.DETECTION_RULE_MANAGE)
_provider = provider(Permission.DETECTION_RULE_MANAGE)

# The `{tenant}` of a path is read by the guard, which hands the route a scope.


@router.get("/tenants/{tenant}/detection-rules", auth=_own, response=DetectionRuleList)
def list_rules(request: ScopedRequest, tenant: str) -> DetectionRuleList:  # noqa: ARG001 - the guard reads the path
    """List the custom detection rules, by name."""
    return answers.rule_list(request.auth, request.auth.tenant)


@router.post("/tenants/{tenant}/detection-rules", auth=_own, response={201: DetectionRuleOut})
def create_rule(request: ScopedRequest, tenant: str, form: DetectionRuleIn) -> Status[DetectionRuleOut]:  # noqa: ARG001 - as above
    """Make a custom detection rule; its first run is at once."""
    made = services.create_rule(request.auth, request.auth.tenant, services.RuleForm(**form.model_dump()))
    return Status(201, answers.rule_out(request.auth, made))


@router.put("/tenants/{tenant}/detection-rules/{detection_rule_id}", auth=_own, response=DetectionRuleOut)
def change_rule(
    request: ScopedRequest,
    tenant: str,  # noqa: ARG001 - as above
    detection_rule_id: uuid.UUID,
    form: DetectionRuleIn,
) -> DetectionRuleOut:
    """Change a custom detection rule, or switch it off or on."""
    wanted = services.RuleForm(**form.model_dump())
    changed = services.change_rule(request.auth, request.auth.tenant, detection_rule_id, wanted)
    return answers.rule_out(request.auth, changed)


@router.delete("/tenants/{tenant}/detection-rules/{detection_rule_id}", auth=_own, response={204: None})
def delete_rule(request: ScopedRequest, tenant: str, detection_rule_id: uuid.UUID) -> Status[None]:  # noqa: ARG001 - as above
    """Delete a custom detection rule; the alerts that it raised stay."""
    services.delete_rule(request.auth, request.auth.tenant, detection_rule_id)
    return Status(204, None)


@router.get("/tenants/{tenant}/detection-rules/{detection_rule_id}/alerts", auth=_own, response=RuleAlertList)
def list_rule_alerts(request: ScopedRequest, tenant: str, detection_rule_id: uuid.UUID) -> RuleAlertList:  # noqa: ARG001 - as above
    """List what a rule raised, newest first."""
    return answers.alert_list(request.auth, request.auth.tenant, detection_rule_id)


@router.get("/provider/detection-rules", auth=_provider, response=DetectionRuleList)
def list_provider_rules(request: ScopedRequest) -> DetectionRuleList:
    """List the provider's custom detection rules, by name."""
    return answers.rule_list(request.auth, provider_tenant().pk)


@router.post("/provider/detection-rules", auth=_provider, response={201: DetectionRuleOut})
def create_provider_rule(request: ScopedRequest, form: ProviderRuleIn) -> Status[DetectionRuleOut]:
    """Make a rule that runs in several customers; its first run is at once."""
    made = services.create_rule(request.auth, provider_tenant().pk, services.RuleForm(**form.model_dump()))
    return Status(201, answers.rule_out(request.auth, made))


@router.put("/provider/detection-rules/{detection_rule_id}", auth=_provider, response=DetectionRuleOut)
def change_provider_rule(
    request: ScopedRequest, detection_rule_id: uuid.UUID, form: ProviderRuleIn
) -> DetectionRuleOut:
    """Change a rule of the provider, or switch it off or on."""
    wanted = services.RuleForm(**form.model_dump())
    changed = services.change_rule(request.auth, provider_tenant().pk, detection_rule_id, wanted)
    return answers.rule_out(request.auth, changed)


@router.delete("/provider/detection-rules/{detection_rule_id}", auth=_provider, response={204: None})
def delete_provider_rule(request: ScopedRequest, detection_rule_id: uuid.UUID) -> Status[None]:
    """Delete a rule of the provider; the alerts that it raised stay."""
    services.delete_rule(request.auth, provider_tenant().pk, detection_rule_id)
    return Status(204, None)


@router.get("/provider/detection-rules/{detection_rule_id}/alerts", auth=_provider, response=RuleAlertList)
def list_provider_rule_alerts(request: ScopedRequest, detection_rule_id: uuid.UUID) -> RuleAlertList:
    """List what a rule of the provider raised, newest first."""
    return answers.alert_list(request.auth, provider_tenant().pk, detection_rule_id)
