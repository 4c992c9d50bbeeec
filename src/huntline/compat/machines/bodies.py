"""A machine, and who signed in to it, as Defender for Endpoint writes them. Every key is always there; what is not known is null."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from huntline.compat.pages import by_lower_case
from huntline.compat.wire import instant
from huntline.telemetry.logons import Logon

Body = dict[str, Any]


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _row: value


_NULL: Final = _always(None)

# In the order of the contract. A row is a Device with the annotations of `rows.machine_rows`.
MACHINE_FIELDS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "id": lambda row: row.device_id,
    "mergedIntoMachineId": _NULL,
    "isPotentialDuplication": _always(False),  # noqa: FBT003 - the contract's own value
    "isExcluded": _always(False),  # noqa: FBT003 - as above
    "exclusionReason": _NULL,
    "computerDnsName": lambda row: row.name or None,
    "firstSeen": lambda row: instant(row.first_seen),
    "lastSeen": lambda row: instant(row.last_seen),
    "osPlatform": lambda row: row.os_platform or None,
    "osProcessor": _NULL,
    "osArchitecture": _NULL,
    "version": _NULL,
    "osBuild": _NULL,
    "lastIpAddress": _NULL,
    "lastExternalIpAddress": _NULL,
    "agentVersion": _NULL,
    "healthStatus": lambda row: row.health,
    "onboardingStatus": lambda row: row.onboarding,
    "deviceValue": lambda row: row.worth,
    "rbacGroupId": _always(0),
    "rbacGroupName": _NULL,
    "riskScore": lambda row: row.risk,
    "exposureLevel": _NULL,
    "isAadJoined": _NULL,
    "aadDeviceId": _NULL,
    "machineTags": _always([]),
    "ipAddresses": _always([]),
    "vmMetadata": _NULL,
    "managedBy": _NULL,
    "managedByStatus": _NULL,
}
SELECTABLE: Final = by_lower_case(tuple(MACHINE_FIELDS))


def machine_body(row: Any, names: Sequence[str] = ()) -> Body:
    """Return the machine with these properties (all, where none is named)."""
    return {name: MACHINE_FIELDS[name](row) for name in names or MACHINE_FIELDS}


def logon_body(logon: Logon) -> Body:
    """Return an account that signed in to a machine."""
    return {
        "id": f"{logon.account_domain}\\{logon.account_name}".lstrip("\\"),
        "accountName": logon.account_name,
        "accountDomain": logon.account_domain or None,
        "accountSid": logon.account_sid or None,
        "firstSeen": instant(logon.first),
        "lastSeen": instant(logon.last),
        "logonTypes": logon.logon_types or None,
        "isLocalAdmin": logon.is_local_admin,
        "isDomainAdmin": None,
        "isOnlyNetworkUser": logon.logon_types == "Network",
    }
