"""Where alerts come from: one row for each detection source, with its names in every contract (defender-apis, sections 2, 4, 8 and 9).

`DetectionSource` holds the names of the OData alerts API, which are also what we store. Graph has names of its own, and the hunting tables
(`AlertInfo`, `AlertEvidence`) have words. Some Graph names and words are not documented for that contract and follow the product's name.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from huntline.incidents.vocabulary import DETECTOR_ID, SERVICE_SOURCE


class DetectionSource(StrEnum):
    """What raised an alert, as the OData alerts API calls it."""

    THREAT_EXPERTS = "ThreatExperts"
    CUSTOM_DETECTION = "CustomDetection"
    CUSTOMER_TI = "CustomerTI"
    MANUAL = "Manual"
    THIRD_PARTY_SENSORS = "ThirdPartySensors"
    DEFENDER_ATP = "WindowsDefenderAtp"
    DEFENDER_AV = "WindowsDefenderAv"
    DEFENDER_SMART_SCREEN = "WindowsDefenderSmartScreen"
    AUTOMATED_INVESTIGATION = "AutomatedInvestigation"
    OFFICE_ATP = "OfficeATP"
    MTP = "MTP"
    MCAS = "MCAS"
    AZURE_ATP = "AzureATP"
    AAD = "AAD"


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A detection source: `graph` its name in Graph, `words` in the hunting tables, `prefix` of its alerts' ids, `service` the product.

    is_own: the organisation itself wrote what detected it (own threat intelligence, own rules).
    """

    graph: str
    words: str
    prefix: str
    service: str = SERVICE_SOURCE
    is_own: bool = False


_ENDPOINT: Final = "Microsoft Defender for Endpoint"
_OFFICE: Final = "Microsoft Defender for Office 365"
_IDENTITY: Final = "Microsoft Defender for Identity"
_CLOUD_APPS: Final = "Microsoft Defender for Cloud Apps"
_DIRECTORY: Final = "AAD Identity Protection"

SOURCES: Final[Mapping[DetectionSource, SourceSpec]] = {
    DetectionSource.THREAT_EXPERTS: SourceSpec("microsoftThreatExperts", "ThreatExperts", "ta"),
    DetectionSource.CUSTOM_DETECTION: SourceSpec("customDetection", "Custom detection", "ed", is_own=True),
    DetectionSource.CUSTOMER_TI: SourceSpec("customTi", "Custom TI", "da", is_own=True),
    DetectionSource.MANUAL: SourceSpec("manual", "Manual", "ra"),
    DetectionSource.THIRD_PARTY_SENSORS: SourceSpec("unknownFutureValue", "3rd party sensors", "ra"),
    DetectionSource.DEFENDER_ATP: SourceSpec("microsoftDefenderForEndpoint", "EDR", "da", _ENDPOINT),
    DetectionSource.DEFENDER_AV: SourceSpec("antivirus", "Antivirus", "da", _ENDPOINT),
    DetectionSource.DEFENDER_SMART_SCREEN: SourceSpec("smartScreen", "SmartScreen", "da", _ENDPOINT),
    DetectionSource.AUTOMATED_INVESTIGATION: SourceSpec(
        "automatedInvestigation", "Automated investigation", "da", _ENDPOINT
    ),
    DetectionSource.OFFICE_ATP: SourceSpec("microsoftDefenderForOffice365", _OFFICE, "fa", _OFFICE),
    DetectionSource.MTP: SourceSpec("microsoft365Defender", "Microsoft 365 Defender", "ra", "Microsoft 365 Defender"),
    DetectionSource.MCAS: SourceSpec("cloudAppSecurity", _CLOUD_APPS, "ca", _CLOUD_APPS),
    DetectionSource.AZURE_ATP: SourceSpec("microsoftDefenderForIdentity", _IDENTITY, "aa", _IDENTITY),
    DetectionSource.AAD: SourceSpec("azureAdIdentityProtection", _DIRECTORY, "ad", _DIRECTORY),
}

# Alerts of these are raised here: the first by publishing alone.
RAISED_BY_PUBLISHING: Final = DetectionSource.THREAT_EXPERTS


def words_of(detection_source: str) -> str:
    """Return what the hunting tables call a source; one that is not known keeps its name.

    >>> words_of("WindowsDefenderAtp"), words_of("Oracle")
    ('EDR', 'Oracle')
    """
    known = _BY_NAME.get(detection_source)
    return known.words if known else detection_source


def detector_of(source: DetectionSource) -> uuid.UUID:
    """Return the id of the detector behind a source: clients group alerts by it."""
    return DETECTOR_ID if source is RAISED_BY_PUBLISHING else uuid.uuid5(DETECTOR_ID, source)


_BY_NAME: Final = {source.value: spec for source, spec in SOURCES.items()}
