"""Columns about alerts, behaviours and their evidence."""

from huntline.telemetry.schema.spec import Meaning, columns

COLUMNS: dict[str, Meaning] = columns(
    ("AlertId", "string", "Id of the alert."),
    ("Title", "string", "Title of the alert."),
    ("Category", "string", "Kind of threat activity, after the tactics of MITRE ATT&CK."),
    ("Categories", "string", "Kinds of threat activity, as a JSON array."),
    ("Severity", "string", "How serious it is: informational, low, medium, high."),
    ("AttackTechniques", "string", "MITRE ATT&CK techniques, as a JSON array."),
    ("ServiceSource", "string", "Product or service that gave the information."),
    ("DetectionSource", "string", "Technology or sensor that found it."),
    ("EntityType", "string", "Kind of the object: file, process, device, user, mailbox."),
    ("EvidenceRole", "string", "Part of the entity in the alert: impacted, or only related."),
    ("EvidenceDirection", "string", "Whether the entity is the source or the target of a connection."),
    ("EntityRole", "string", "Part of the entity in the behaviour: impacted, or only related."),
    ("DetailedEntityRole", "string", "Finer part of the entity in the behaviour."),
    ("ThreatFamily", "string", "Malware family of the file or process."),
    ("EmailSubject", "string", "Subject of the message."),
    ("OAuthApplicationId", "string", "Id of the OAuth application."),
    ("CloudResource", "string", "Name of the cloud resource."),
    ("CloudPlatform", "string", "Cloud platform of the resource: Azure, AWS, Google Cloud."),
    ("ResourceType", "string", "Kind of the cloud resource."),
    ("ResourceID", "string", "Id of the cloud resource."),
    ("SubscriptionId", "string", "Cloud subscription that holds the resource."),
    ("BehaviorId", "string", "Id of the behaviour."),
    ("Description", "string", "What it is, in a sentence or more."),
    ("DataSources", "string", "Products or services whose data led to it."),
    ("StartTime", "datetime", "First activity of the behaviour."),
    ("EndTime", "datetime", "Last activity of the behaviour."),
    ("Table", "string", "Hunting table that holds the event behind the alert."),
)
