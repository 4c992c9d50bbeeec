"""Tables about cloud apps, sign-ins to the cloud directory and its API."""

from huntline.telemetry.schema.declaration import EVENT_ID, FACTS, table
from huntline.telemetry.schema.spec import Meaning, TableSpec

TABLES: tuple[TableSpec, ...] = (
    table(
        "CloudAppEvents",
        "Activity of accounts in cloud apps and office services.",
        """
        Timestamp ActionType Application ApplicationId AccountObjectId AccountId AccountDisplayName IsAdminOperation
        DeviceType OSPlatform IPAddress IsAnonymousProxy CountryCode City Isp UserAgent ActivityType ActivityObjects
        ObjectName ObjectType ObjectId ReportId AccountType IsExternalUser IsImpersonated IPTags IPCategory
        UserAgentTags RawEventData AdditionalFields LastSeenForUser UncommonForUser AuditSource SessionData OAuthAppId
        """,
        overrides={
            "ApplicationId": Meaning("int", "Number that the service gave the application."),
            "ReportId": EVENT_ID,
            "AdditionalFields": FACTS,
        },
    ),
    table(
        "CloudAuditEvents",
        "Audit records of cloud platforms.",
        """
        Timestamp ReportId DataSource ActionType OperationName ResourceId IPAddress IsAnonymousProxy CountryCode City
        Isp UserAgent RawEventData AdditionalFields
        """,
        overrides={
            "ReportId": EVENT_ID,
            "AdditionalFields": FACTS,
        },
    ),
    table(
        "AADSignInEventsBeta",
        "Sign-ins of people to the cloud directory (older name of EntraIdSignInEvents).",
        """
        Timestamp Application ApplicationId LogonType ErrorCode CorrelationId SessionId AccountDisplayName
        AccountObjectId AccountUpn IsExternalUser IsGuestUser AlternateSignInName LastPasswordChangeTimestamp
        ResourceDisplayName ResourceId ResourceTenantId DeviceName AadDeviceId OSPlatform DeviceTrustType IsManaged
        IsCompliant AuthenticationProcessingDetails AuthenticationRequirement TokenIssuerType RiskLevelAggregated
        RiskDetails RiskState UserAgent ClientAppUsed Browser ConditionalAccessPolicies ConditionalAccessStatus
        IPAddress Country State City Latitude Longitude NetworkLocationDetails RequestId ReportId
        """,
        overrides={
            "LogonType": Meaning("string", "Kind of sign-in session: interactive, non-interactive."),
            "IsExternalUser": Meaning(
                "int", "Whether the user is not of the organisation: 1 not, 0 of it, -1 unknown."
            ),
            "IsCompliant": Meaning("int", "Whether the device keeps the policy: 1 it does, 0 it does not."),
            "ReportId": EVENT_ID,
        },
    ),
    table(
        "AADSpnSignInEventsBeta",
        "Sign-ins of service principals and managed identities to the cloud directory.",
        """
        Timestamp Application ApplicationId IsManagedIdentity ErrorCode CorrelationId ServicePrincipalName
        ServicePrincipalId ResourceDisplayName ResourceId ResourceTenantId IPAddress Country State City Latitude
        Longitude RequestId ReportId
        """,
        overrides={
            "ReportId": EVENT_ID,
        },
    ),
    table(
        "EntraIdSignInEvents",
        "Sign-ins of people to the cloud directory.",
        """
        Timestamp Application ApplicationId LogonType ErrorCode CorrelationId SessionId AccountDisplayName
        AccountObjectId AccountUpn IsExternalUser IsGuestUser AlternateSignInName LastPasswordChangeTimestamp
        ResourceDisplayName ResourceId ResourceTenantId DeviceName EntraIdDeviceId OSPlatform DeviceTrustType
        IsManaged IsCompliant AuthenticationProcessingDetails AuthenticationRequirement TokenIssuerType
        RiskLevelAggregated RiskDetails RiskState UserAgent ClientAppUsed Browser ConditionalAccessPolicies
        ConditionalAccessStatus IPAddress Country State City Latitude Longitude NetworkLocationDetails RequestId
        ReportId EndpointCall IsThroughGlobalSecureAccess UniqueTokenId GatewayJA4
        """,
        overrides={
            "LogonType": Meaning("string", "Kind of sign-in session: interactive, non-interactive."),
            "IsExternalUser": Meaning(
                "int", "Whether the user is not of the organisation: 1 not, 0 of it, -1 unknown."
            ),
            "IsCompliant": Meaning("int", "Whether the device keeps the policy: 1 it does, 0 it does not."),
            "ReportId": EVENT_ID,
        },
    ),
    table(
        "GraphAPIAuditEvents",
        "Requests to the Graph API of the organisation.",
        """
        Timestamp ResponseSize IdentityProvider ApiVersion ApplicationId IPAddress ClientRequestId EntityType
        RequestUri AccountObjectId OperationId Location RequestDuration RequestId RequestMethod ResponseStatusCode
        Scopes UniqueTokenIdentifier TargetWorkload ServicePrincipalId
        """,
        overrides={
            "EntityType": Meaning("string", "Kind of the resource in the request."),
        },
    ),
    table(
        "GraphApiAuditEvents",
        "The table GraphAPIAuditEvents by another spelling that is in use; one table stands behind both.",
        """
        Timestamp ResponseSize IdentityProvider ApiVersion ApplicationId IPAddress ClientRequestId EntityType
        RequestUri AccountObjectId OperationId Location RequestDuration RequestId RequestMethod ResponseStatusCode
        Scopes UniqueTokenIdentifier TargetWorkload ServicePrincipalId
        """,
        overrides={
            "EntityType": Meaning("string", "Kind of the resource in the request."),
        },
        stored_as="GraphAPIAuditEvents",
    ),
    table(
        "OAuthAppInfo",
        "OAuth applications that are registered with the cloud directory and what they may do.",
        """
        ReportId Timestamp OAuthAppId ServicePrincipalId AppName AddedOnTime LastModifiedTime AppStatus
        VerifiedPublisher PrivilegeLevel Permissions ConsentedUsersCount IsAdminConsented AppOrigin LastUsedTime
        AppOwnerTenantId RiskScore AssignedRoles
        """,
        overrides={
            "ReportId": Meaning("string", "Id of the row."),
            "Timestamp": Meaning("datetime", "When the row was written (UTC)."),
        },
    ),
)
