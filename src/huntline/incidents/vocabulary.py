"""The words of alerts and incidents, spelled as existing clients of the Defender APIs know them (defender-apis, sections 2 and 4)."""

import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

# What marks a notification wherever it is shown, and where it comes from, as the alert APIs say it.
THREAT_EXPERTS_TAG: Final = "Threat experts"
WITHDRAWN_TAG: Final = "Withdrawn"
SAMPLE_TAG: Final = "Sample"
# The same in every language, so that a rule of a mailbox or a SIEM can name it.
SAMPLE_TITLE: Final = "[Sample] "
THREAT_EXPERTS: Final = "ThreatExperts"
SERVICE_SOURCE: Final = "Huntline"
# The detector behind every targeted attack notification: people. Any fixed GUID; clients group alerts by it.
DETECTOR_ID: Final = uuid.UUID("6d5b64ac-6f11-4b4c-9d1f-0d1f3d1c6a01")
ALERT_ID_PREFIX: Final = "ta"


class Severity(StrEnum):
    """How serious it is, the worst first."""

    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"
    INFORMATIONAL = "Informational"


class Category(StrEnum):
    """What kind of activity it is."""

    GENERAL = "General"
    COMMAND_AND_CONTROL = "CommandAndControl"
    COLLECTION = "Collection"
    CREDENTIAL_ACCESS = "CredentialAccess"
    DEFENSE_EVASION = "DefenseEvasion"
    DISCOVERY = "Discovery"
    EXFILTRATION = "Exfiltration"
    EXPLOIT = "Exploit"
    EXECUTION = "Execution"
    INITIAL_ACCESS = "InitialAccess"
    LATERAL_MOVEMENT = "LateralMovement"
    MALWARE = "Malware"
    PERSISTENCE = "Persistence"
    PRIVILEGE_ESCALATION = "PrivilegeEscalation"
    RANSOMWARE = "Ransomware"
    SUSPICIOUS_ACTIVITY = "SuspiciousActivity"


class AlertStatus(StrEnum):
    """Where the customer stands with an alert."""

    NEW = "New"
    IN_PROGRESS = "InProgress"
    RESOLVED = "Resolved"


class IncidentStatus(StrEnum):
    """Where the customer stands with an incident: it follows its alerts. One that was merged into another leads there."""

    ACTIVE = "Active"
    IN_PROGRESS = "InProgress"
    RESOLVED = "Resolved"
    REDIRECTED = "Redirected"


class Classification(StrEnum):
    """What the customer takes an alert for."""

    UNKNOWN = "Unknown"
    TRUE_POSITIVE = "TruePositive"
    INFORMATIONAL = "InformationalExpectedActivity"
    FALSE_POSITIVE = "FalsePositive"


class Determination(StrEnum):
    """What it was, in detail."""

    NOT_AVAILABLE = "NotAvailable"
    APT = "Apt"
    MALWARE = "Malware"
    SECURITY_PERSONNEL = "SecurityPersonnel"
    SECURITY_TESTING = "SecurityTesting"
    UNWANTED_SOFTWARE = "UnwantedSoftware"
    OTHER = "Other"
    MULTI_STAGED_ATTACK = "MultiStagedAttack"
    COMPROMISED_ACCOUNT = "CompromisedAccount"
    PHISHING = "Phishing"
    MALICIOUS_USER_ACTIVITY = "MaliciousUserActivity"
    NOT_MALICIOUS = "NotMalicious"
    NOT_ENOUGH_DATA = "NoEnoughDataToValidate"
    CONFIRMED_ACTIVITY = "ConfirmedActivity"
    LINE_OF_BUSINESS_APPLICATION = "LineOfBusinessApplication"


# Which determinations go with which classification; the first of each is "none given".
DETERMINATIONS: Final[Mapping[Classification, frozenset[Determination]]] = {
    Classification.UNKNOWN: frozenset({Determination.NOT_AVAILABLE}),
    Classification.TRUE_POSITIVE: frozenset(
        {
            Determination.NOT_AVAILABLE,
            Determination.APT,
            Determination.COMPROMISED_ACCOUNT,
            Determination.MALICIOUS_USER_ACTIVITY,
            Determination.MALWARE,
            Determination.MULTI_STAGED_ATTACK,
            Determination.OTHER,
            Determination.PHISHING,
            Determination.SECURITY_PERSONNEL,
            Determination.UNWANTED_SOFTWARE,
        }
    ),
    Classification.INFORMATIONAL: frozenset(
        {
            Determination.NOT_AVAILABLE,
            Determination.CONFIRMED_ACTIVITY,
            Determination.LINE_OF_BUSINESS_APPLICATION,
            Determination.OTHER,
            Determination.SECURITY_TESTING,
        }
    ),
    Classification.FALSE_POSITIVE: frozenset(
        {
            Determination.NOT_AVAILABLE,
            Determination.NOT_ENOUGH_DATA,
            Determination.NOT_MALICIOUS,
            Determination.OTHER,
        }
    ),
}


class EntityType(StrEnum):
    """What a piece of an alert's evidence is."""

    MACHINE = "Machine"
    USER = "User"
    PROCESS = "Process"
    FILE = "File"
    IP = "Ip"
    URL = "Url"
    REGISTRY_KEY = "RegistryKey"
    REGISTRY_VALUE = "Registry"


class EntityRole(StrEnum):
    """Whether it was hit, or only took part."""

    IMPACTED = "Impacted"
    RELATED = "Related"


class Verdict(StrEnum):
    """What the expert takes it for."""

    UNKNOWN = "Unknown"
    SUSPICIOUS = "Suspicious"
    MALICIOUS = "Malicious"
    CLEAN = "Clean"
