"""Which properties of a foreign machine can be filtered and ordered by.

Source of names and members: the machine page and the service metadata of Defender for Endpoint.
"""

from typing import Final

from huntline.compat.odata import DATETIME, INTEGER, TEXT, UNSTORED, Properties, Property, enumeration
from huntline.compat.odata.properties import Kind


def _members(name: str, *ours: str, others: tuple[str, ...] = ()) -> Kind:
    return enumeration(name, {**{member: member for member in ours}, **dict.fromkeys(others, UNSTORED)})


HEALTH: Final = _members(
    "HealthStatus",
    "Active",
    "Inactive",
    others=("ImpairedCommunication", "NoSensorData", "NoSensorDataImpairedCommunication", "Unknown"),
)
ONBOARDING: Final = _members(
    "OnboardingStatus", "Onboarded", others=("CanBeOnboarded", "Unsupported", "InsufficientInfo")
)
RISK: Final = _members("RiskScore", "None", "Informational", "Low", "Medium", "High")
VALUE: Final = _members("DeviceValue", "Normal", others=("Low", "High"))
EXPOSURE: Final = _members("ExposureLevel", others=("None", "Low", "Medium", "High"))

# `health`, `onboarding`, `risk` and `worth` are annotations of `rows.machine_rows`.
MACHINE: Final = Properties(
    "microsoft.windowsDefenderATP.api.Machine",
    [
        Property("id", TEXT, "device_id"),
        Property("computerDnsName", TEXT, "name", null=""),
        Property("firstSeen", DATETIME, "first_seen"),
        Property("lastSeen", DATETIME, "last_seen"),
        Property("osPlatform", TEXT, "os_platform", null=""),
        Property("healthStatus", HEALTH, "health"),
        Property("onboardingStatus", ONBOARDING, "onboarding"),
        Property("riskScore", RISK, "risk"),
        Property("deviceValue", VALUE, "worth"),
        Property("exposureLevel", EXPOSURE),
        Property("version", TEXT),
        Property("lastIpAddress", TEXT),
        Property("lastExternalIpAddress", TEXT),
        Property("aadDeviceId", TEXT),
        Property("machineTags", TEXT),
        Property("rbacGroupId", INTEGER),
        Property("rbacGroupName", TEXT),
    ],
)
