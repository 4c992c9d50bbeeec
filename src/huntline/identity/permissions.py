"""Who may do what: one enum of permissions (`resource:action`) and one table of roles."""

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What a person or a machine may do inside one tenant."""

    ALERT_MANAGE = "alert:manage"
    ALERT_READ = "alert:read"
    API_CLIENT_MANAGE = "api_client:manage"
    APPLICATION_DECIDE = "application:decide"
    AUDIT_READ = "audit:read"
    CASE_SAMPLE_DOWNLOAD = "case_sample:download"
    COVERAGE_READ = "coverage:read"
    DETECTION_RULE_MANAGE = "detection_rule:manage"
    DEVICE_READ = "device:read"
    DRAFT_PUBLISH = "draft:publish"
    DRAFT_WRITE = "draft:write"
    EMAIL_RULE_MANAGE = "email_rule:manage"
    ENROLMENT_APPLY = "enrolment:apply"
    ENROLMENT_READ = "enrolment:read"
    EVIDENCE_CAPTURE = "evidence:capture"
    HANDOFF_MAKE = "handoff:make"
    HUNT_RUN = "hunt:run"
    INGEST_KEY_MANAGE = "ingest_key:manage"
    INQUIRY_ANSWER = "inquiry:answer"
    INQUIRY_READ = "inquiry:read"
    INQUIRY_REPLY = "inquiry:reply"
    MEMBER_MANAGE = "member:manage"
    NOTIFICATION_READ = "notification:read"
    OPERATIONS_READ = "operations:read"
    REPORT_READ = "report:read"
    SAMPLE_SEND = "sample:send"
    SAVED_HUNT_MANAGE = "saved_hunt:manage"
    SCHEDULED_HUNT_MANAGE = "scheduled_hunt:manage"
    SECURITY_SETTINGS_MANAGE = "security_settings:manage"
    SUBSCRIPTION_DECIDE = "subscription:decide"
    TENANT_MANAGE = "tenant:manage"
    TENANT_READ = "tenant:read"
    WEBHOOK_MANAGE = "webhook:manage"


# The names under which users of a Defender portal know a permission; the others are shown by their own.
PORTAL_NAMES: Final = {Permission.SECURITY_SETTINGS_MANAGE: "Manage security settings in Security Center"}


class Role(StrEnum):
    """What a member is in a tenant. The first three belong to customers, the others to the provider."""

    ADMIN = "admin"
    ANALYST = "analyst"
    READER = "reader"
    ACCOUNT_MANAGER = "account_manager"
    HUNTER = "hunter"
    HUNT_LEAD = "hunt_lead"
    PLATFORM_OPERATOR = "platform_operator"


_READER: Final = frozenset(
    {
        Permission.ALERT_READ,
        Permission.COVERAGE_READ,
        Permission.DEVICE_READ,
        Permission.ENROLMENT_READ,
        Permission.INQUIRY_READ,
        Permission.NOTIFICATION_READ,
        Permission.REPORT_READ,
        Permission.TENANT_READ,
    }
)
_ANALYST: Final = _READER | {
    Permission.ALERT_MANAGE,
    Permission.CASE_SAMPLE_DOWNLOAD,
    Permission.DETECTION_RULE_MANAGE,
    Permission.EVIDENCE_CAPTURE,
    Permission.HANDOFF_MAKE,
    Permission.HUNT_RUN,
    Permission.SAVED_HUNT_MANAGE,
}
_HUNTER: Final = _ANALYST | {Permission.DRAFT_WRITE, Permission.INQUIRY_ANSWER, Permission.SCHEDULED_HUNT_MANAGE}

# A provider's role holds in every customer of the provider; each use there is written to the audit record.
ROLES: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMIN: _ANALYST
    | {
        Permission.API_CLIENT_MANAGE,
        Permission.AUDIT_READ,
        Permission.EMAIL_RULE_MANAGE,
        Permission.ENROLMENT_APPLY,
        Permission.INGEST_KEY_MANAGE,
        Permission.INQUIRY_REPLY,
        Permission.MEMBER_MANAGE,
        Permission.SAMPLE_SEND,
        Permission.SECURITY_SETTINGS_MANAGE,
        Permission.WEBHOOK_MANAGE,
    },
    Role.ANALYST: _ANALYST | {Permission.INQUIRY_REPLY},
    Role.READER: _READER,
    Role.ACCOUNT_MANAGER: frozenset(
        {
            Permission.APPLICATION_DECIDE,
            Permission.COVERAGE_READ,
            Permission.ENROLMENT_READ,
            Permission.NOTIFICATION_READ,
            Permission.REPORT_READ,
            Permission.SUBSCRIPTION_DECIDE,
            Permission.TENANT_READ,
        }
    ),
    Role.HUNTER: _HUNTER,
    Role.HUNT_LEAD: _HUNTER | {Permission.DRAFT_PUBLISH, Permission.SAMPLE_SEND},
    Role.PLATFORM_OPERATOR: frozenset(
        {
            Permission.API_CLIENT_MANAGE,
            Permission.AUDIT_READ,
            Permission.COVERAGE_READ,
            Permission.INGEST_KEY_MANAGE,
            Permission.MEMBER_MANAGE,
            Permission.OPERATIONS_READ,
            Permission.TENANT_MANAGE,
            Permission.TENANT_READ,
        }
    ),
}

# What concerns the whole organisation: a membership that is limited to device groups has none of these, whatever its role.
ORGANIZATION_WIDE: Final = frozenset(
    {
        Permission.API_CLIENT_MANAGE,
        Permission.DETECTION_RULE_MANAGE,
        Permission.ENROLMENT_APPLY,
        Permission.INGEST_KEY_MANAGE,
        Permission.MEMBER_MANAGE,
        Permission.SECURITY_SETTINGS_MANAGE,
    }
)

CUSTOMER_ROLES: Final = frozenset({Role.ADMIN, Role.ANALYST, Role.READER})
PROVIDER_ROLES: Final = frozenset(Role) - CUSTOMER_ROLES
