"""Tables about accounts and the directories that hold them."""

from huntline.telemetry.schema.declaration import EVENT_ID, FACTS, table
from huntline.telemetry.schema.spec import Meaning, TableSpec

TABLES: tuple[TableSpec, ...] = (
    table(
        "IdentityInfo",
        "Accounts of the organisation, from all its directories.",
        """
        Timestamp ReportId AccountObjectId AccountUpn OnPremSid AccountDisplayName AccountName AccountDomain Type
        DistinguishedName CloudSid GivenName Surname Department JobTitle EmailAddress SipProxyAddress Address City
        Country IsAccountEnabled Manager Phone CreatedDateTime SourceProvider ChangeSource Tags AssignedRoles TenantId
        SourceSystem PrivilegedEntraPimRoles CriticalityLevel GroupMembership BlastRadius RiskLevel RiskStatus
        EmployeeId IdentityEnvironment SourceProviders UserAccountControl OnPremObjectId
        """,
        overrides={
            "Timestamp": Meaning("datetime", "When the row was written (UTC)."),
            "ReportId": Meaning("string", "Id of the row."),
            "Type": Meaning("string", "Kind of the account: user, service account."),
        },
    ),
    table(
        "IdentityLogonEvents",
        "Authentication that domain controllers and cloud services saw.",
        """
        Timestamp ActionType Application LogonType Protocol FailureReason AccountName AccountDomain AccountUpn
        AccountSid AccountObjectId AccountDisplayName DeviceName DeviceType OSPlatform IPAddress Port
        DestinationDeviceName DestinationIPAddress DestinationPort TargetDeviceName TargetAccountDisplayName Location
        Isp ReportId AdditionalFields
        """,
        overrides={
            "LogonType": Meaning(
                "string", "Kind of authentication, such as Kerberos interactive logon or resource access."
            ),
            "Protocol": Meaning("string", "Protocol of the request, such as Kerberos, Ntlm, Ldap, Dns, Samr."),
            "ReportId": EVENT_ID,
            "AdditionalFields": FACTS,
        },
    ),
    table(
        "IdentityQueryEvents",
        "Questions that were put to the directory: users, groups, devices, domains.",
        """
        Timestamp ActionType Application QueryType QueryTarget Query Protocol AccountName AccountDomain AccountUpn
        AccountSid AccountObjectId AccountDisplayName DeviceName IPAddress Port DestinationDeviceName
        DestinationIPAddress DestinationPort TargetDeviceName TargetAccountUpn TargetAccountDisplayName Location
        ReportId AdditionalFields
        """,
        overrides={
            "Protocol": Meaning("string", "Protocol of the request, such as Kerberos, Ntlm, Ldap, Dns, Samr."),
            "ReportId": EVENT_ID,
            "AdditionalFields": FACTS,
        },
    ),
    table(
        "IdentityDirectoryEvents",
        "What happened in the on-premises directory: changes, and system events of its controllers.",
        """
        Timestamp ActionType Application TargetAccountUpn TargetAccountDisplayName TargetDeviceName
        DestinationDeviceName DestinationIPAddress DestinationPort Protocol AccountName AccountDomain AccountUpn
        AccountSid AccountObjectId AccountDisplayName DeviceName IPAddress Port Location ISP ReportId AdditionalFields
        """,
        overrides={
            "Protocol": Meaning("string", "Protocol of the request, such as Kerberos, Ntlm, Ldap, Dns, Samr."),
            "ReportId": EVENT_ID,
            "AdditionalFields": FACTS,
        },
    ),
)
