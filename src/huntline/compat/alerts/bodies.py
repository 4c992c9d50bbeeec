"""An alert and its evidence as Defender for Endpoint writes them. Every key is always there; what does not apply is null."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from huntline.compat.prepared import Body, Prepared, Shown
from huntline.compat.wire import instant
from huntline.incidents import Classification, Determination, EntityType
from huntline.incidents.models import AlertEntity


def _unless(none: str) -> Callable[[str], str | None]:
    return lambda value: None if value == none else value


def _or_null(value: str) -> str | None:
    return value or None


# In the order of the contract. Text that is empty with us is null there. `_related` fills in what other tables hold.
_ALERT: Final[Mapping[str, Shown]] = {
    "id": Shown("id"),
    "incidentId": Shown("incident_id"),
    "investigationId": Shown(),
    "assignedTo": Shown("assigned_to", _or_null),
    "severity": Shown("severity"),
    "status": Shown("status"),
    "classification": Shown("classification", _unless(Classification.UNKNOWN)),
    "determination": Shown("determination", _unless(Determination.NOT_AVAILABLE)),
    # There are no automatic investigations here, and this is the contract's word for that.
    "investigationState": Shown(always="UnsupportedAlertType"),
    "detectionSource": Shown("detection_source"),
    "detectorId": Shown("detector_id"),
    "category": Shown("category"),
    "threatFamilyName": Shown("threat_family", _or_null),
    "title": Shown("title"),
    "description": Shown("description"),
    "alertCreationTime": Shown("created", instant),
    "firstEventTime": Shown("first_activity", instant),
    "lastEventTime": Shown("last_activity", instant),
    "lastUpdateTime": Shown("updated", instant),
    "resolvedTime": Shown("resolved", instant),
    "machineId": Shown("device_id", _or_null),
    "computerDnsName": Shown("device_name", _or_null),
    "rbacGroupName": Shown(),
    "aadTenantId": Shown("tenant_id"),
    "threatName": Shown(),
    "mitreTechniques": Shown("techniques"),
    "relatedUser": Shown(),
    "loggedOnUsers": Shown(always=()),
    "comments": Shown(always=()),
    "domains": Shown(always=()),
}
EVIDENCE: Final = "evidence"
ALERT_FIELDS: Final = tuple(_ALERT)
# What an alert tells of its entities without its evidence.
OF_ENTITIES: Final = frozenset({"relatedUser", "domains"})
_DETECTED: Final = frozenset({EntityType.FILE, EntityType.PROCESS})
_HIVE: Final = "HKEY_"

_EVIDENCE: Final[Mapping[str, Shown]] = {
    "entityType": Shown("entity_type"),
    "evidenceCreationTime": Shown("created", instant),
    "sha1": Shown("sha1"),
    "sha256": Shown("sha256"),
    "fileName": Shown("file_name"),
    "filePath": Shown("folder_path"),
    "processId": Shown("process_id"),
    "processCommandLine": Shown("process_command_line"),
    "processCreationTime": Shown("process_created", instant),
    "parentProcessId": Shown("parent_process_id"),
    "parentProcessCreationTime": Shown("parent_process_created", instant),
    "parentProcessFileName": Shown("parent_file_name"),
    "parentProcessFilePath": Shown(),
    "ipAddress": Shown("ip_address"),
    "url": Shown("url"),
    "registryKey": Shown("registry_key"),
    "registryHive": Shown(),
    "registryValueType": Shown("registry_value_type"),
    "registryValue": Shown("registry_value_data"),
    "registryValueName": Shown("registry_value_name"),
    "accountName": Shown("account_name"),
    "domainName": Shown("account_domain"),
    "userSid": Shown("account_sid"),
    "aadUserId": Shown("account_object_id"),
    "userPrincipalName": Shown("account_upn"),
    "detectionStatus": Shown(),
}
WHOLE_EVIDENCE: Final = Prepared(_EVIDENCE, _EVIDENCE, "alert_id")
# As much of it as the alert itself tells.
ALWAYS_TOLD: Final = Prepared(_EVIDENCE, ("entityType", "url", "accountName", "domainName"), "alert_id")


def prepare(names: Sequence[str]) -> Prepared:
    """Return these properties of an alert (all, where none is named), prepared for many."""
    return Prepared(_ALERT, [name for name in names or _ALERT if name != EVIDENCE], "pk")


def alert_body(body: Body, evidence: Sequence[Body], comments: Sequence[Body]) -> Body:
    """Fill in what other tables hold of an alert, where its body has a place for it; and return it."""
    if "relatedUser" in body:
        user = next((one for one in evidence if one["entityType"] == EntityType.USER), None)
        body["relatedUser"] = user and {"userName": user["accountName"], "domainName": user["domainName"]}
    if "domains" in body:
        hosts = (host_of(one["url"]) for one in evidence if one["entityType"] == EntityType.URL and one["url"])
        body["domains"] = [{"host": host} for host in dict.fromkeys(hosts) if host]
    if "comments" in body:
        body["comments"] = comments
    return body


def evidence_bodies(rows: Iterable[Sequence[Any]], prepared: Prepared) -> Iterable[tuple[str, Body]]:
    """Return the pieces of evidence of these rows, each after the id of its alert."""
    return ((row[0], _mended(prepared.body(row))) for row in rows)


def evidence_body(entity: AlertEntity) -> Body:
    """Return a piece of evidence."""
    return _mended(WHOLE_EVIDENCE.body_of(entity))


def host_of(url: str) -> str:
    """Return the host of an address, which may lack its scheme; empty where there is none.

    >>> host_of("evil.example/a"), host_of("https://evil.example:8443/a")
    ('evil.example', 'evil.example')
    """
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""


def _mended(body: Body) -> Body:
    """Write what follows from several values, and null where a text is empty."""
    if key := body.get("registryKey"):
        # The contract names the hive and the key below it apart.
        hive, backslash, rest = key.partition("\\")
        if backslash and hive.startswith(_HIVE):
            body["registryHive"], body["registryKey"] = hive, rest
    if "detectionStatus" in body and body["entityType"] in _DETECTED:
        body["detectionStatus"] = "Detected"
    return {name: None if value == "" else value for name, value in body.items()}
