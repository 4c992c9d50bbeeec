"""A detection as the SIEM interface writes it: one flat object for each event behind an alert, text empty where there is none.

Source: the field mapping of the SIEM interface. Of its fields, those of automatic remediation, indicators of compromise of other makers,
machine groups and device tags have nothing behind them here and are empty.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings

from huntline.compat.wire import instant, instant_of_ticks
from huntline.identity.models import Tenant
from huntline.incidents.models import Alert, AlertEntity, Detection


@dataclass(frozen=True, slots=True)
class DetectionRow:
    """One event of an alert; `event` is None for an alert whose evidence names none."""

    tenant: Tenant
    alert: Alert
    event: Detection | None
    users: Sequence[AlertEntity]

    @property
    def part(self) -> int:
        """Which of the alert's events it is."""
        return 0 if self.event is None else self.event.part

    @property
    def device_name(self) -> str:
        """The device of the event, or that of the alert."""
        return (self.event.device_name if self.event else "") or self.alert.device_name

    @property
    def unique_id(self) -> str:
        """What tells this detection from all others, the same at every pull."""
        return hashlib.sha256(f"{self.alert.pk}:{self.part}".encode()).hexdigest().upper()


def _event(field: str) -> Callable[[DetectionRow], str]:
    return lambda row: getattr(row.event, field) if row.event else ""


def _link(kind: str, number: Callable[[DetectionRow], object]) -> Callable[[DetectionRow], str]:
    return lambda row: f"{settings.HUNTLINE_PUBLIC_URL}/{kind}/{quote(str(number(row)))}?tenant={row.tenant.slug}"


def _event_time(row: DetectionRow) -> str | None:
    return instant_of_ticks(row.event.ticks) if row.event else instant(row.alert.last_activity)


def _users(row: DetectionRow) -> str:
    names = (f"{user.account_domain}\\{user.account_name}".lstrip("\\") for user in row.users if user.account_name)
    return "; ".join(dict.fromkeys(names))


def _always(value: object) -> Callable[[DetectionRow], object]:
    return lambda _row: value


_NONE: Final = _always("")
_ALERT_LINK: Final = _link("alerts", lambda row: row.alert.pk)
_INCIDENT_LINK: Final = _link("incidents", lambda row: row.alert.incident_id)

FIELDS: Final[Mapping[str, Callable[[DetectionRow], Any]]] = {
    "AlertTime": _event_time,
    "ComputerDnsName": lambda row: row.device_name,
    "AlertTitle": lambda row: row.alert.title,
    "Category": lambda row: row.alert.category,
    "Severity": lambda row: row.alert.severity,
    "AlertId": lambda row: row.alert.pk,
    "Actor": _NONE,
    "LinkToWDATP": _ALERT_LINK,
    "IocName": _NONE,
    "IocValue": _NONE,
    "CreatorIocName": _NONE,
    "CreatorIocValue": _NONE,
    "Sha1": _event("sha1"),
    "FileName": _event("file_name"),
    "FilePath": _event("folder_path"),
    "IpAddress": _event("remote_ip"),
    "Url": _event("remote_url"),
    "IoaDefinitionId": lambda row: str(row.alert.detector_id),
    "UserName": _event("account_name"),
    "AlertPart": lambda row: row.part,
    "FullId": lambda row: f"{row.alert.pk}:{row.unique_id}",
    "LastProcessedTimeUtc": lambda row: instant(row.alert.created),
    "ThreatCategory": _NONE,
    "ThreatFamily": lambda row: row.alert.threat_family,
    "ThreatName": _NONE,
    "RemediationAction": _NONE,
    "RemediationIsSuccess": _always(None),
    "Source": lambda row: row.alert.detection_source,
    "Md5": _event("md5"),
    "Sha256": _event("sha256"),
    "WasExecutingWhileDetected": _always(None),
    "FileHash": lambda row: (row.event.sha1 or row.event.sha256 or row.event.md5) if row.event else "",
    "UserDomain": _event("account_domain"),
    "LogOnUsers": _users,
    "MachineDomain": lambda row: row.device_name.partition(".")[2],
    "MachineName": lambda row: row.device_name.partition(".")[0],
    "InternalIPv4List": _NONE,
    "InternalIPv6List": _NONE,
    "DeviceID": lambda row: (row.event.device_id if row.event else "") or row.alert.device_id,
    "MachineGroup": _NONE,
    "Description": lambda row: row.alert.description,
    "DeviceCreatedMachineTags": _NONE,
    "CloudCreatedMachineTags": _NONE,
    "CommandLine": _event("command_line"),
    "ReportID": lambda row: row.event.report_id if row.event else None,
    "LinkToMTP": _ALERT_LINK,
    "IncidentLinkToMTP": _INCIDENT_LINK,
    "IncidentLinkToWDATP": _INCIDENT_LINK,
    "ExternalId": lambda row: hashlib.sha1(row.alert.pk.encode(), usedforsecurity=False).hexdigest().upper(),
    "IocUniqueId": lambda row: row.unique_id,
}


def detection_body(row: DetectionRow) -> dict[str, Any]:
    """Return the detection with every field."""
    return {name: read(row) for name, read in FIELDS.items()}
