"""Tables about mail."""

from huntline.telemetry.schema.declaration import EVENT_ID, table
from huntline.telemetry.schema.spec import Meaning, TableSpec

TABLES: tuple[TableSpec, ...] = (
    table(
        "EmailEvents",
        "Mail that was received or sent: delivery and blocking.",
        """
        Timestamp NetworkMessageId InternetMessageId SenderMailFromAddress SenderFromAddress SenderDisplayName
        SenderObjectId SenderMailFromDomain SenderFromDomain SenderIPv4 SenderIPv6 RecipientEmailAddress
        RecipientObjectId Subject EmailClusterId EmailDirection DeliveryAction DeliveryLocation ThreatTypes
        ThreatNames DetectionMethods ConfidenceLevel BulkComplaintLevel EmailAction EmailActionPolicy
        EmailActionPolicyGuid AuthenticationDetails AttachmentCount UrlCount EmailLanguage Connectors OrgLevelAction
        OrgLevelPolicy UserLevelAction UserLevelPolicy ReportId AdditionalFields LatestDeliveryLocation
        LatestDeliveryAction EmailSize ForwardingInformation To Cc DistributionList Context IsFirstContact
        """,
        overrides={
            "ReportId": EVENT_ID,
            "AdditionalFields": Meaning("string", "Further facts of the message as JSON text."),
        },
    ),
    table(
        "EmailAttachmentInfo",
        "Files attached to mail.",
        """
        Timestamp NetworkMessageId SenderFromAddress SenderDisplayName SenderObjectId RecipientEmailAddress
        RecipientObjectId FileName FileType SHA256 FileSize ThreatTypes ThreatNames DetectionMethods ReportId
        """,
        overrides={
            "ReportId": EVENT_ID,
        },
    ),
    table(
        "EmailUrlInfo",
        "Links in mail and its attachments.",
        """
        Timestamp NetworkMessageId Url UrlDomain UrlLocation ReportId
        """,
        overrides={
            "ReportId": EVENT_ID,
        },
    ),
    table(
        "EmailPostDeliveryEvents",
        "What was done to mail after it had been delivered.",
        """
        Timestamp NetworkMessageId InternetMessageId Action ActionType ActionTrigger ActionResult
        RecipientEmailAddress DeliveryLocation ThreatTypes DetectionMethods ReportId
        """,
        overrides={
            "ActionType": Meaning("string", "Kind of the action: manual remediation, phish ZAP, malware ZAP."),
            "ReportId": EVENT_ID,
        },
    ),
    table(
        "UrlClickEvents",
        "Clicks on protected links in mail, chat and documents.",
        """
        Timestamp Url ActionType AccountUpn Workload NetworkMessageId ThreatTypes DetectionMethods IPAddress
        IsClickedThrough UrlChain ReportId
        """,
        overrides={
            "ActionType": Meaning("string", "What became of the click: allowed, blocked, pending."),
            "IPAddress": Meaning("string", "Public address from which the user clicked."),
            "ReportId": EVENT_ID,
        },
    ),
)
