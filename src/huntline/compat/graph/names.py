"""Our words by the names that Graph has for them. Source: the alert, incident and evidence resources of Graph v1.0 (security)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from huntline.incidents import (
    SERVICE_SOURCE,
    THREAT_EXPERTS,
    AlertStatus,
    Classification,
    Determination,
    IncidentStatus,
    Severity,
    Verdict,
)

W = TypeVar("W", bound=StrEnum)

UNKNOWN: Final = "unknown"


def camel(word: str) -> str:
    """Return a word as Graph writes its own: the first letter small.

    >>> camel("InProgress")
    'inProgress'
    """
    return word[:1].lower() + word[1:]


def _names(words: Iterable[W], **other: str) -> dict[str, W]:
    """Return the words by Graph's names; `other` are the names that are not ours with a small letter."""
    return {other.get(word.name, camel(word.value)): word for word in words}


SEVERITIES: Final[Mapping[str, Severity]] = _names(reversed(Severity))
ALERT_STATUSES: Final[Mapping[str, AlertStatus]] = _names(AlertStatus)
INCIDENT_STATUSES: Final[Mapping[str, IncidentStatus]] = _names(IncidentStatus)
CLASSIFICATIONS: Final[Mapping[str, Classification]] = _names(Classification)
DETERMINATIONS: Final[Mapping[str, Determination]] = _names(
    Determination, NOT_AVAILABLE=UNKNOWN, NOT_ENOUGH_DATA="notEnoughDataToValidate"
)
VERDICTS: Final[Mapping[str, Verdict]] = _names(Verdict, CLEAN="noThreatsFound")
# Detections of other products keep their own name, with a small letter, where Graph has no other.
DETECTION_SOURCES: Final[Mapping[str, str]] = {
    "microsoftThreatExperts": THREAT_EXPERTS,
    "antivirus": "WindowsDefenderAv",
    "automatedInvestigation": "AutomatedInvestigation",
    "azureAdIdentityProtection": "AAD",
    "cloudAppSecurity": "MCAS",
    "customDetection": "CustomDetection",
    "customTi": "CustomerTI",
    "manual": "Manual",
    "microsoft365Defender": "MTP",
    "microsoftDefenderForEndpoint": "WindowsDefenderAtp",
    "microsoftDefenderForIdentity": "AzureATP",
    "microsoftDefenderForOffice365": "OfficeATP",
    "smartScreen": "WindowsDefenderSmartScreen",
}
SERVICE_SOURCES: Final[Mapping[str, str]] = {
    "microsoft365Defender": SERVICE_SOURCE,
    "azureAdIdentityProtection": "AADIdentityProtection",
    "microsoftDefenderForCloudApps": "MicrosoftCloudAppSecurity",
    "microsoftDefenderForEndpoint": "MicrosoftDefenderForEndpoint",
    "microsoftDefenderForIdentity": "MicrosoftDefenderForIdentity",
    "microsoftDefenderForOffice365": "MicrosoftDefenderForOffice365",
}


def graph_name(word: str, names: Mapping[str, str]) -> str:
    """Return Graph's name of a word of ours, or the word with a small letter where it has none."""
    return next((name for name, ours in names.items() if ours == word), camel(word))
