"""The mapping as tables: for each channel, how its events become rows; and why the rest does not."""

from typing import Final

from huntline.telemetry.sources.spec import EventSpec
from huntline.telemetry.sources.tables.security import SECURITY
from huntline.telemetry.sources.tables.sysmon import SYSMON
from huntline.telemetry.sources.tables.system import ANTIVIRUS, CLASSIC_POWERSHELL, POWERSHELL, SYSTEM, WMI

CHANNELS: Final[dict[str, tuple[EventSpec, ...]]] = {
    "linux-sysmon/operational": SYSMON,
    "microsoft-windows-powershell/operational": POWERSHELL,
    "microsoft-windows-sysmon/operational": SYSMON,
    "microsoft-windows-windows defender/operational": ANTIVIRUS,
    "microsoft-windows-wmi-activity/operational": WMI,
    "microsoft-windows-wmi-activity/trace": WMI,
    "security": SECURITY,
    "system": SYSTEM,
    "windows powershell": CLASSIC_POWERSHELL,
}

_NO_TABLE: Final = "no hunting table has a place for it"
_SENSOR: Final = "it tells the sensor's health, nothing that happened on the device"
_SESSION: Final = "the end of a session; the hunting tables hold logons alone"
_OBJECTS: Final = "access to a single object: bulk without a hunting table"
_PRIVILEGE: Final = "use of a privilege: bulk without a hunting table"
_PROCESS_END: Final = "the end of a process: it closes the process's entry, the hunting tables hold starts alone"
_CLASSIC: Final = "4103 and 4104 tell the same in full"

# Channel (lower case) -> event id -> why there is no row. What is in neither list is unknown to Huntline, and said to be.
NOT_MAPPED: Final[dict[str, dict[int, str]]] = {
    "microsoft-windows-sysmon/operational": {4: _SENSOR, 5: _PROCESS_END, 16: _SENSOR, 255: _SENSOR},
    "linux-sysmon/operational": {4: _SENSOR, 5: _PROCESS_END, 16: _SENSOR, 255: _SENSOR},
    "microsoft-windows-powershell/operational": {4105: _CLASSIC, 4106: _CLASSIC, 40961: _CLASSIC, 40962: _CLASSIC},
    "windows powershell": {400: _CLASSIC, 403: _CLASSIC, 600: _CLASSIC},
    "security": {
        4627: "the groups of a logon; 4624 has the logon",
        4634: _SESSION,
        4647: _SESSION,
        4656: _OBJECTS,
        4658: _OBJECTS,
        4660: _OBJECTS,
        4661: _OBJECTS,
        4662: _OBJECTS,
        4663: _OBJECTS,
        4670: _OBJECTS,
        4672: "the privileges of a logon: they mark the logon's own row",
        4673: _PRIVILEGE,
        4674: _PRIVILEGE,
        4689: _PROCESS_END,
        4690: _OBJECTS,
        4703: _PRIVILEGE,
        4742: "a computer account; the hunting tables hold users",
        4799: "a listing of a group's members: bulk without a hunting table",
        4985: _OBJECTS,
        5058: _OBJECTS,
        5061: _OBJECTS,
        5152: "a single packet; 5157 has the blocked connection",
        5447: "a filter of the firewall's engine",
    },
    "system": {7036: "a service changed its state: bulk without a hunting table", 7040: _NO_TABLE},
    "microsoft-windows-wmi-activity/operational": {
        5857: _NO_TABLE,
        5858: _NO_TABLE,
        5859: "the query of a subscription; 5861 has its binding",
        5860: "a temporary subscription: bulk without a hunting table",
    },
}


def reason_not_mapped(channel: str, event_id: int) -> str:
    """Return why events of this id become no rows."""
    known = NOT_MAPPED.get(channel)
    if known is not None and event_id in known:
        return known[event_id]
    return "this event id is not mapped yet" if channel in CHANNELS else "this log is not mapped"
