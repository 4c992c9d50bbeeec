"""A piece of evidence as Graph writes it: its `@odata.type` says what it is, and clients decode it by that."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from huntline.compat.graph.names import VERDICTS, camel, graph_name
from huntline.compat.wire import instant
from huntline.incidents import EntityType
from huntline.incidents.models import AlertEntity

Body = dict[str, Any]
_TYPE: Final = "#microsoft.graph.security."
_HIVES: Final = {
    "HKEY_CLASSES_ROOT": "hkeyClassesRoot",
    "HKEY_CURRENT_CONFIG": "hkeyCurrentConfig",
    "HKEY_CURRENT_USER": "hkeyCurrentUser",
    "HKEY_LOCAL_MACHINE": "hkeyLocalMachine",
    "HKEY_USERS": "hkeyUsers",
}


def evidence_body(entity: AlertEntity, devices: Mapping[str, Any]) -> Body:
    """Return the evidence; `devices` are the machines concerned, by id."""
    kind, body = _KINDS[EntityType(entity.entity_type)]
    return {
        "@odata.type": f"{_TYPE}{kind}Evidence",
        "createdDateTime": instant(entity.created),
        "verdict": graph_name(entity.verdict, VERDICTS),
        "remediationStatus": "none",
        "remediationStatusDetails": None,
        "roles": [],
        "detailedRoles": [entity.role],
        "tags": [],
        **body(entity, devices.get(entity.device_id)),
    }


def _device(entity: AlertEntity, device: Any) -> Body:
    name, _, domain = entity.device_name.partition(".")
    return {
        "mdeDeviceId": entity.device_id or None,
        "azureAdDeviceId": None,
        "deviceDnsName": entity.device_name or None,
        "hostName": name or None,
        "ntDomain": None,
        "dnsDomain": domain or None,
        "osPlatform": (device.os_platform or None) if device else None,
        "osBuild": None,
        "version": None,
        "healthStatus": camel(device.health) if device else "unknown",
        "riskScore": camel(device.risk) if device else "none",
        "rbacGroupId": 0,
        "rbacGroupName": None,
        "firstSeenDateTime": instant(device.first_seen) if device else None,
        "onboardingStatus": camel(device.onboarding) if device else "insufficientInfo",
        "defenderAvStatus": "notReporting",
        "lastIpAddress": None,
        "lastExternalIpAddress": None,
        "ipInterfaces": [],
        "loggedOnUsers": [],
        "vmMetadata": None,
    }


def _file_details(entity: AlertEntity) -> Body:
    return {
        "sha1": entity.sha1 or None,
        "sha256": entity.sha256 or None,
        "md5": entity.md5 or None,
        "fileName": entity.file_name or None,
        "filePath": entity.folder_path or None,
        "fileSize": entity.file_size,
        "filePublisher": None,
        "signer": None,
        "issuer": None,
    }


def _account(entity: AlertEntity) -> Body | None:
    if not (entity.account_name or entity.account_sid or entity.account_upn):
        return None
    return {
        "accountName": entity.account_name or None,
        "domainName": entity.account_domain or None,
        "userSid": entity.account_sid or None,
        "azureAdUserId": entity.account_object_id or None,
        "userPrincipalName": entity.account_upn or None,
        "displayName": None,
    }


def _process(entity: AlertEntity, _device: Any) -> Body:
    parent = {**dict.fromkeys(_file_details(entity)), "fileName": entity.parent_file_name}
    return {
        "processId": entity.process_id,
        "parentProcessId": entity.parent_process_id,
        "processCommandLine": entity.process_command_line or None,
        "processCreationDateTime": instant(entity.process_created),
        "parentProcessCreationDateTime": instant(entity.parent_process_created),
        "detectionStatus": "detected",
        "mdeDeviceId": entity.device_id or None,
        "imageFile": _file_details(entity),
        "parentProcessImageFile": parent if entity.parent_file_name else None,
        "userAccount": _account(entity),
    }


def _file(entity: AlertEntity, _device: Any) -> Body:
    return {
        "detectionStatus": "detected",
        "mdeDeviceId": entity.device_id or None,
        "fileDetails": _file_details(entity),
    }


def _registry_key(entity: AlertEntity, _device: Any) -> Body:
    hive, _, key = entity.registry_key.partition("\\")
    known = _HIVES.get(hive)
    return {"registryHive": known, "registryKey": (key if known else entity.registry_key) or None}


def _registry_value(entity: AlertEntity, device: Any) -> Body:
    return {
        **_registry_key(entity, device),
        "mdeDeviceId": entity.device_id or None,
        "registryValueName": entity.registry_value_name or None,
        "registryValueType": entity.registry_value_type or None,
        "registryValue": entity.registry_value_data or None,
    }


_KINDS: Final[Mapping[EntityType, tuple[str, Callable[[AlertEntity, Any], Body]]]] = {
    EntityType.MACHINE: ("device", _device),
    EntityType.USER: ("user", lambda entity, _device: {"userAccount": _account(entity)}),
    EntityType.PROCESS: ("process", _process),
    EntityType.FILE: ("file", _file),
    EntityType.IP: ("ip", lambda entity, _device: {"ipAddress": entity.ip_address or None, "countryLetterCode": None}),
    EntityType.URL: ("url", lambda entity, _device: {"url": entity.url or None}),
    EntityType.REGISTRY_KEY: ("registryKey", _registry_key),
    EntityType.REGISTRY_VALUE: ("registryValue", _registry_value),
}
