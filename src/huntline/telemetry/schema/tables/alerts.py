"""Tables about what was found."""

from huntline.telemetry.schema.declaration import table
from huntline.telemetry.schema.spec import Meaning, TableSpec

TABLES: tuple[TableSpec, ...] = (
    table(
        "AlertInfo",
        "Alerts, one row each: title, category, severity, source.",
        """
        Timestamp AlertId Title Category Severity ServiceSource DetectionSource AttackTechniques
        """,
        overrides={
            "Timestamp": Meaning("datetime", "When the alert was made (UTC)."),
        },
    ),
    table(
        "AlertEvidence",
        "Files, addresses, accounts, devices and other entities that alerts are about.",
        """
        Timestamp AlertId Title Categories AttackTechniques ServiceSource DetectionSource EntityType EvidenceRole
        EvidenceDirection FileName FolderPath SHA1 SHA256 FileSize ThreatFamily RemoteIP RemoteUrl AccountName
        AccountDomain AccountSid AccountObjectId AccountUpn DeviceId DeviceName LocalIP NetworkMessageId EmailSubject
        Application ApplicationId OAuthApplicationId ProcessCommandLine RegistryKey RegistryValueName
        RegistryValueData AdditionalFields Severity CloudResource CloudPlatform ResourceType ResourceID SubscriptionId
        """,
        overrides={
            "Timestamp": Meaning("datetime", "When the evidence was recorded (UTC)."),
            "ApplicationId": Meaning("int", "Number that the service gave the application."),
            "AdditionalFields": Meaning("string", "Further facts of the entity as JSON text."),
        },
    ),
    table(
        "DeviceAlertEvents",
        "Alerts on devices with their file, address and host: the older form of AlertInfo and AlertEvidence.",
        """
        AlertId Timestamp DeviceId DeviceName Severity Category Title FileName SHA1 RemoteUrl RemoteIP
        AttackTechniques ReportId Table
        """,
        overrides={
            "ReportId": Meaning("long", "Number of the event behind the alert; unique with DeviceName and Timestamp."),
        },
    ),
    table(
        "BehaviorInfo",
        "Behaviours that were seen: notable activity that is no alert by itself.",
        """
        Timestamp BehaviorId ActionType Description Categories AttackTechniques ServiceSource DetectionSource
        DataSources DeviceId AccountUpn AccountObjectId StartTime EndTime AdditionalFields
        """,
    ),
    table(
        "BehaviorEntities",
        "Entities that took part in behaviours.",
        """
        Timestamp BehaviorId ActionType Categories ServiceSource DetectionSource DataSources EntityType EntityRole
        DetailedEntityRole FileName FolderPath SHA1 SHA256 FileSize ThreatFamily RemoteIP RemoteUrl AccountName
        AccountDomain AccountSid AccountObjectId AccountUpn DeviceId DeviceName LocalIP NetworkMessageId EmailSubject
        EmailClusterId Application ApplicationId OAuthApplicationId ProcessCommandLine RegistryKey RegistryValueName
        RegistryValueData AdditionalFields
        """,
        overrides={
            "EmailClusterId": Meaning("string", "Id shared by messages of like content."),
            "ApplicationId": Meaning("int", "Number that the service gave the application."),
            "AdditionalFields": Meaning("string", "Further facts of the entity as JSON text."),
        },
    ),
)
