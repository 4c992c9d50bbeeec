"""What follows a publication, or an alert of another source: its rows in the hunting tables, a new version's in place of the old ones."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from huntline.identity import Permission
from huntline.identity.services import scope_of_job
from huntline.incidents.events import AlertExtended, AlertRaised, NotificationPublished, NotificationUpdated
from huntline.incidents.models import Alert, AlertEntity, Detection
from huntline.incidents.queries import detections_of, entities_of, find_alert
from huntline.incidents.sources import words_of
from huntline.incidents.vocabulary import EntityType
from huntline.kernel import now
from huntline.telemetry.columns import convert_rows
from huntline.telemetry.engine import get_engine
from huntline.telemetry.rows import MappedRows, Row
from huntline.telemetry.schema import find_table

OWNER: Final = "incidents.write_alert_rows"

# What each kind of entity is called in AlertEvidence.
ENTITY_NAMES: Final = {
    EntityType.MACHINE: "Machine",
    EntityType.USER: "User",
    EntityType.PROCESS: "Process",
    EntityType.FILE: "File",
    EntityType.IP: "Ip",
    EntityType.URL: "Url",
    EntityType.REGISTRY_KEY: "RegistryKey",
    EntityType.REGISTRY_VALUE: "RegistryValue",
}


class RowsRefused(RuntimeError):
    """A row of ours does not fit its table: a mistake in the program."""


def write_alert_rows(happened: NotificationPublished | NotificationUpdated | AlertRaised | AlertExtended) -> None:
    """Write the alert into DeviceAlertEvents, AlertInfo and AlertEvidence; the rows of the version before go.

    Twice is as once: rows are known by their token. Raises Unavailable while the engine does not take rows; the event is then handed out
    again.
    """
    scope = scope_of_job(OWNER, (happened.tenant_id,), frozenset({Permission.ALERT_READ}))
    alert = find_alert(scope, happened.alert_id)
    version = happened.version if isinstance(happened, NotificationUpdated | AlertExtended) else 1
    if version < alert.version:
        return  # a later version is there, and its event writes its rows
    _write(alert, version, "DeviceAlertEvents", device_alert_rows(alert, detections_of(scope, alert.pk)))
    _write(alert, version, "AlertInfo", [alert_info_row(alert)])
    _write(alert, version, "AlertEvidence", evidence_rows(alert, entities_of(scope, alert.pk)))


def device_alert_rows(alert: Alert, detections: Iterable[Detection]) -> list[Row]:
    """Return one row for each event, device, file, address and host of the alert.

    DeviceName, Timestamp and ReportId are those of the event's own row, which `Table` names: the three join the two.
    """
    rows: dict[tuple[object, ...], Row] = {}
    for detection in detections:
        row: Row = {
            "AlertId": alert.pk,
            "Timestamp": detection.ticks,
            "DeviceId": detection.device_id,
            "DeviceName": detection.device_name,
            "Severity": alert.severity,
            "Category": alert.category,
            "Title": alert.title,
            "FileName": detection.file_name,
            "SHA1": detection.sha1,
            "RemoteUrl": detection.remote_url,
            "RemoteIP": detection.remote_ip,
            "AttackTechniques": _techniques(alert),
            "ReportId": detection.report_id,
            "Table": detection.table,
        }
        rows[tuple(row.values())] = row
    return list(rows.values())


def alert_info_row(alert: Alert) -> Row:
    """Return the alert's row of AlertInfo."""
    return {
        "Timestamp": alert.created,
        "AlertId": alert.pk,
        "Title": alert.title,
        "Category": alert.category,
        "Severity": alert.severity,
        "ServiceSource": alert.service_source,
        "DetectionSource": words_of(alert.detection_source),
        "AttackTechniques": _techniques(alert),
    }


def evidence_rows(alert: Alert, entities: Iterable[AlertEntity]) -> list[Row]:
    """Return a row of AlertEvidence for each entity."""
    return [_evidence_row(alert, entity) for entity in entities]


def _evidence_row(alert: Alert, entity: AlertEntity) -> Row:
    further = {
        "Verdict": entity.verdict,
        "ProcessId": entity.process_id,
        "ProcessCreationTime": entity.process_created.isoformat() if entity.process_created else None,
        "ParentProcessId": entity.parent_process_id,
        "ParentProcessFileName": entity.parent_file_name or None,
        "MD5": entity.md5 or None,
        "RegistryValueType": entity.registry_value_type or None,
    }
    return {
        "Timestamp": alert.created,
        "AlertId": alert.pk,
        "Title": alert.title,
        "Categories": json.dumps([alert.category]),
        "AttackTechniques": _techniques(alert),
        "ServiceSource": alert.service_source,
        "DetectionSource": words_of(alert.detection_source),
        "EntityType": ENTITY_NAMES[EntityType(entity.entity_type)],
        "EvidenceRole": entity.role,
        "FileName": entity.file_name,
        "FolderPath": entity.folder_path,
        "SHA1": entity.sha1,
        "SHA256": entity.sha256,
        "FileSize": entity.file_size,
        "ThreatFamily": alert.threat_family,
        "RemoteIP": entity.ip_address,
        "RemoteUrl": entity.url,
        "AccountName": entity.account_name,
        "AccountDomain": entity.account_domain,
        "AccountSid": entity.account_sid,
        "AccountObjectId": entity.account_object_id,
        "AccountUpn": entity.account_upn,
        "DeviceId": entity.device_id,
        "DeviceName": entity.device_name,
        "ProcessCommandLine": entity.process_command_line,
        "RegistryKey": entity.registry_key,
        "RegistryValueName": entity.registry_value_name,
        "RegistryValueData": entity.registry_value_data,
        "Severity": alert.severity,
        "AdditionalFields": json.dumps({name: value for name, value in further.items() if value is not None}),
    }


def _techniques(alert: Alert) -> str:
    return json.dumps(alert.techniques) if alert.techniques else ""


def _write(alert: Alert, version: int, table: str, rows: Sequence[Row]) -> None:
    engine = get_engine()
    converted, refusals = convert_rows(MappedRows(table, rows))
    if refusals:
        raise RowsRefused(f"{table}: {refusals[0].reason}")
    if converted is not None:
        engine.insert(
            converted.table,
            alert.tenant_id,
            converted.columns,
            token=_token(alert, version, table),
            ingested=now(),
            again=True,
        )
    spec = find_table(table)
    if spec is None:
        raise RowsRefused(f"There is no table {table}.")
    for earlier in range(1, version):
        engine.remove(spec, alert.tenant_id, token=_token(alert, earlier, table))


def _token(alert: Alert, version: int, table: str) -> str:
    return f"alert:{alert.pk}:{version}:{table}"
