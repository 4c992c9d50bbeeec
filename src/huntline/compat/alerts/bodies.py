"""An alert and its evidence as Defender for Endpoint writes them. Every key is always there; what does not apply is null."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from huntline.compat.wire import instant
from huntline.incidents import Classification, Determination, EntityType
from huntline.incidents.models import Alert, AlertComment, AlertEntity

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert with what belongs to it; `entities` are all of them, or only users and addresses where no evidence is asked for."""

    alert: Alert
    entities: Sequence[AlertEntity]
    comments: Sequence[AlertComment]


def _of_type(row: AlertRow, kind: EntityType) -> Iterable[AlertEntity]:
    return (entity for entity in row.entities if entity.entity_type == kind)


def _related_user(row: AlertRow) -> Body | None:
    user = next(iter(_of_type(row, EntityType.USER)), None)
    return None if user is None else {"userName": user.account_name or None, "domainName": user.account_domain or None}


def _comments(row: AlertRow) -> list[Body]:
    return [
        {"comment": comment.text, "createdBy": comment.created_by, "createdTime": instant(comment.created)}
        for comment in row.comments
    ]


def _domains(row: AlertRow) -> list[Body]:
    hosts = (host_of(entity.url) for entity in _of_type(row, EntityType.URL))
    return [{"host": host} for host in dict.fromkeys(hosts) if host]


def host_of(url: str) -> str:
    """Return the host of an address, which may lack its scheme; empty where there is none.

    >>> host_of("evil.example/a"), host_of("https://evil.example:8443/a")
    ('evil.example', 'evil.example')
    """
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""


# In the order of the contract. Text that is empty with us is null there.
ALERT_FIELDS: Final[Mapping[str, Callable[[AlertRow], Any]]] = {
    "id": lambda row: row.alert.pk,
    "incidentId": lambda row: row.alert.incident_id,
    "investigationId": lambda _row: None,
    "assignedTo": lambda row: row.alert.assigned_to or None,
    "severity": lambda row: row.alert.severity,
    "status": lambda row: row.alert.status,
    "classification": lambda row: _unless(row.alert.classification, Classification.UNKNOWN),
    "determination": lambda row: _unless(row.alert.determination, Determination.NOT_AVAILABLE),
    # There are no automatic investigations here, and this is the contract's word for that.
    "investigationState": lambda _row: "UnsupportedAlertType",
    "detectionSource": lambda row: row.alert.detection_source,
    "detectorId": lambda row: str(row.alert.detector_id),
    "category": lambda row: row.alert.category,
    "threatFamilyName": lambda row: row.alert.threat_family or None,
    "title": lambda row: row.alert.title,
    "description": lambda row: row.alert.description,
    "alertCreationTime": lambda row: instant(row.alert.created),
    "firstEventTime": lambda row: instant(row.alert.first_activity),
    "lastEventTime": lambda row: instant(row.alert.last_activity),
    "lastUpdateTime": lambda row: instant(row.alert.updated),
    "resolvedTime": lambda row: instant(row.alert.resolved),
    "machineId": lambda row: row.alert.device_id or None,
    "computerDnsName": lambda row: row.alert.device_name or None,
    "rbacGroupName": lambda _row: None,
    "aadTenantId": lambda row: str(row.alert.tenant_id),
    "threatName": lambda _row: None,
    "mitreTechniques": lambda row: row.alert.techniques,
    "relatedUser": _related_user,
    "loggedOnUsers": lambda _row: [],
    "comments": _comments,
    "domains": _domains,
}
EVIDENCE: Final = "evidence"
_DETECTED: Final = frozenset({EntityType.FILE, EntityType.PROCESS})
_HIVE: Final = "HKEY_"

EVIDENCE_FIELDS: Final[Mapping[str, Callable[[AlertEntity], Any]]] = {
    "entityType": lambda entity: entity.entity_type,
    "evidenceCreationTime": lambda entity: instant(entity.created),
    "sha1": lambda entity: entity.sha1,
    "sha256": lambda entity: entity.sha256,
    "fileName": lambda entity: entity.file_name,
    "filePath": lambda entity: entity.folder_path,
    "processId": lambda entity: entity.process_id,
    "processCommandLine": lambda entity: entity.process_command_line,
    "processCreationTime": lambda entity: instant(entity.process_created),
    "parentProcessId": lambda entity: entity.parent_process_id,
    "parentProcessCreationTime": lambda entity: instant(entity.parent_process_created),
    "parentProcessFileName": lambda entity: entity.parent_file_name,
    "parentProcessFilePath": lambda _entity: None,
    "ipAddress": lambda entity: entity.ip_address,
    "url": lambda entity: entity.url,
    "registryKey": lambda entity: _split_hive(entity.registry_key)[1],
    "registryHive": lambda entity: _split_hive(entity.registry_key)[0],
    "registryValueType": lambda entity: entity.registry_value_type,
    "registryValue": lambda entity: entity.registry_value_data,
    "registryValueName": lambda entity: entity.registry_value_name,
    "accountName": lambda entity: entity.account_name,
    "domainName": lambda entity: entity.account_domain,
    "userSid": lambda entity: entity.account_sid,
    "aadUserId": lambda entity: entity.account_object_id,
    "userPrincipalName": lambda entity: entity.account_upn,
    "detectionStatus": lambda entity: "Detected" if entity.entity_type in _DETECTED else None,
}


def alert_body(row: AlertRow, names: Sequence[str], *, with_evidence: bool) -> Body:
    """Return the alert with these properties (all, where none is named); the evidence stands in it only where it is asked for."""
    body = {name: ALERT_FIELDS[name](row) for name in names or ALERT_FIELDS if name != EVIDENCE}
    if with_evidence or not names or EVIDENCE in names:
        body[EVIDENCE] = [evidence_body(entity) for entity in row.entities] if with_evidence else []
    return body


def evidence_body(entity: AlertEntity) -> Body:
    """Return a piece of evidence."""
    values = {name: read(entity) for name, read in EVIDENCE_FIELDS.items()}
    return {name: None if value == "" else value for name, value in values.items()}


def _unless(value: str, none: str) -> str | None:
    return None if value == none else value


def _split_hive(key: str) -> tuple[str, str]:
    """Return the hive and the key below it, which the contract names apart."""
    hive, backslash, rest = key.partition("\\")
    return (hive, rest) if backslash and hive.startswith(_HIVE) else ("", key)
