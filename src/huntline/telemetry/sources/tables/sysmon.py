"""Sysmon (Windows and Linux) -> hunting tables.

Event ids and field names: Sysmon's own manifest. Defender's side: the public documentation of the advanced hunting tables.
OWN marks a name of ours, where Defender has none.
"""

import re
from typing import Final

from huntline.telemetry.sources.spec import Actor, Effect, EventSpec, Merge, Rule, spread, take
from huntline.telemetry.sources.values import (
    account,
    address_and_type,
    guid,
    hashes,
    import_hash,
    integrity,
    moment,
    nonzero,
    number,
    path_and_name,
    pipe_name,
    registry_data,
    registry_key,
    registry_key_and_value,
    title,
    truth,
    unquoted,
)

ACTOR: Final = Actor(guid=("ProcessGuid",), pid=("ProcessId",), image=("Image",), user="User")
PARENT: Final = Actor(
    guid=("ParentProcessGuid",),
    pid=("ParentProcessId",),
    image=("ParentImage",),
    command_line="ParentCommandLine",
    user="ParentUser",
)
SOURCE: Final = Actor(
    guid=("SourceProcessGUID", "SourceProcessGuid"), pid=("SourceProcessId",), image=("SourceImage",), user="SourceUser"
)
TARGET: Final = Actor(
    guid=("TargetProcessGUID", "TargetProcessGuid"), pid=("TargetProcessId",), image=("TargetImage",), user="TargetUser"
)

RULE_NAME: Final = take("RuleName")
DIGESTS: Final = spread("SHA1 SHA256 MD5", "Hashes", hashes)
TARGET_FILE: Final = spread("FolderPath FileName", "TargetFilename", path_and_name)
LOADED_FILE: Final = spread("FolderPath FileName", "ImageLoaded", path_and_name)
SIGNATURE: Final = (take("Signed", by=truth), take("Signature"), take("SignatureStatus"))
WHOLE_KEY: Final = take("RegistryKey", "TargetObject", by=registry_key)
KEY_AND_VALUE: Final = spread("RegistryKey RegistryValueName", "TargetObject", registry_key_and_value)

SAME_FLOW: Final = ("LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Protocol")


def same_process(rank: int) -> Merge:
    """Tell that Sysmon 1 (rank 0) and Security 4688 (rank 1) are one start: one image, within two seconds, by the same parent."""
    return Merge(("FolderPath",), rank=rank, seconds=2, agree=("ProcessId", "InitiatingProcessId"))


def same_flow(rank: int) -> Merge:
    """Tell that Sysmon 3 (rank 0) and Security 5156 (rank 1) are one connection. Sysmon writes its own some seconds late."""
    return Merge(SAME_FLOW, rank=rank, seconds=5)


def _process_rules() -> tuple[Rule, ...]:
    return (
        spread("FolderPath FileName", "Image", path_and_name),
        take("ProcessCommandLine", "CommandLine"),
        take("ProcessId", by=number),
        take("ProcessUniqueId", "ProcessGuid", by=guid),
        take("ProcessCreationTime", "UtcTime", by=moment),
        spread("AccountDomain AccountName", "User", account),
        take("LogonId", by=number),
        take("ProcessIntegrityLevel", "IntegrityLevel", by=integrity),
        DIGESTS,
        take("ProcessVersionInfoCompanyName", "Company"),
        take("ProcessVersionInfoProductName", "Product"),
        take("ProcessVersionInfoProductVersion", "FileVersion"),
        take("ProcessVersionInfoOriginalFileName", "OriginalFileName"),
        take("ProcessVersionInfoFileDescription", "Description"),
        take("CreatedProcessSessionId", "TerminalSessionId", by=_session),
    )


def _session(value: object) -> int | None:
    # Sysmon for Linux writes 2**32 - 1 for "no session".
    return None if (session := number(value)) == 0xFFFFFFFF else session


def _flow(local: str, remote: str) -> tuple[Rule, ...]:
    return (
        spread("LocalIP LocalIPType", f"{local}Ip", address_and_type),
        take("LocalPort", f"{local}Port", by=nonzero),
        spread("RemoteIP RemoteIPType", f"{remote}Ip", address_and_type),
        take("RemotePort", f"{remote}Port", by=nonzero),
        # Sysmon looks the name up by the address: it is not the name that was asked for, but the best there is.
        take("RemoteUrl", f"{remote}Hostname"),
        take("Protocol", by=title),
    )


_ORIGIN = re.compile(r"^(ReferrerUrl|HostUrl)=(\S+)", re.MULTILINE)


def origin(value: object) -> tuple[str | None, str | None]:
    """Return (FileOriginReferrerUrl, FileOriginUrl) of a Zone.Identifier stream, where Sysmon recorded its text."""
    found = dict(_ORIGIN.findall(str(value).replace("  ", "\n").replace("\r", "\n")))
    return found.get("ReferrerUrl"), found.get("HostUrl")


def _events(ids: tuple[int, ...], action: str, *extra: Rule, rules: tuple[Rule, ...] = ()) -> EventSpec:
    return EventSpec(ids=ids, table="DeviceEvents", action=action, rules=rules, extra=extra, actor=ACTOR)


def _registry(event_id: int, event_type: str | None, action: str, *rules: Rule) -> EventSpec:
    return EventSpec(
        ids=(event_id,),
        table="DeviceRegistryEvents",
        action=action,
        rules=rules,
        actor=ACTOR,
        when=None if event_type is None else ("EventType", frozenset({event_type})),
    )


SYSMON: Final = (
    EventSpec(
        ids=(1,),
        table="DeviceProcessEvents",
        action="ProcessCreated",
        rules=_process_rules(),
        extra=(take("CurrentDirectory"), take("IMPHASH", "Hashes", by=import_hash), RULE_NAME),
        actor=PARENT,
        effect=Effect.STARTS_PROCESS,
        merge=same_process(0),
    ),
    _events(
        (2,),
        "FileTimestampModificationEvent",
        take("CreationUtcTime"),
        take("PreviousCreationUtcTime"),
        rules=(TARGET_FILE,),
    ),
    EventSpec(
        ids=(3,),
        table="DeviceNetworkEvents",
        action="ConnectionSuccess",
        rules=_flow("Source", "Destination"),
        extra=(RULE_NAME,),
        actor=ACTOR,
        when=("Initiated", frozenset({"true", "1"})),
        merge=same_flow(0),
    ),
    EventSpec(
        ids=(3,),
        table="DeviceNetworkEvents",
        action="InboundConnectionAccepted",
        rules=_flow("Destination", "Source"),
        extra=(RULE_NAME,),
        actor=ACTOR,
        when=("Initiated", frozenset({"false", "0"})),
        merge=same_flow(0),
    ),
    EventSpec(ids=(5,), table=None, actor=ACTOR, effect=Effect.ENDS_PROCESS),
    _events((6,), "DriverLoad", *SIGNATURE, RULE_NAME, rules=(LOADED_FILE, DIGESTS)),
    EventSpec(
        ids=(7,),
        table="DeviceImageLoadEvents",
        action="ImageLoaded",
        rules=(LOADED_FILE, DIGESTS),
        actor=ACTOR,
    ),
    EventSpec(
        ids=(8,),
        table="DeviceEvents",
        action="CreateRemoteThreadApiCall",
        extra=(
            take("StartAddress"),
            take("StartModule"),
            take("StartFunction"),
            take("NewThreadId", by=number),
            RULE_NAME,
        ),
        actor=SOURCE,
        target=TARGET,
    ),
    _events((9,), "RawDiskAccess", take("Device"), RULE_NAME),  # OWN
    EventSpec(
        ids=(10,),
        table="DeviceEvents",
        action="OpenProcessApiCall",
        extra=(take("DesiredAccess", "GrantedAccess", by=number), take("CallTrace"), RULE_NAME),
        actor=SOURCE,
        target=TARGET,
    ),
    EventSpec(
        ids=(11,),
        table="DeviceFileEvents",
        action="FileCreated",
        rules=(TARGET_FILE,),
        extra=(take("CreationUtcTime"), RULE_NAME),
        actor=ACTOR,
    ),
    _registry(12, "createkey", "RegistryKeyCreated", WHOLE_KEY),
    _registry(12, "deletekey", "RegistryKeyDeleted", WHOLE_KEY),
    _registry(12, "deletevalue", "RegistryValueDeleted", KEY_AND_VALUE),
    _registry(
        13,
        None,
        "RegistryValueSet",
        KEY_AND_VALUE,
        spread("RegistryValueType RegistryValueData", "Details", registry_data),
    ),
    _registry(
        14,
        None,
        "RegistryKeyRenamed",
        take("RegistryKey", "NewName", by=registry_key),
        take("PreviousRegistryKey", "TargetObject", by=registry_key),
    ),
    EventSpec(
        ids=(15,),
        table="DeviceFileEvents",
        action="FileCreated",
        rules=(
            TARGET_FILE,
            spread("SHA1 SHA256 MD5", "Hash", hashes),
            spread("FileOriginReferrerUrl FileOriginUrl", "Contents", origin),
        ),
        extra=(take("CreationUtcTime"), take("Contents"), RULE_NAME),
        actor=ACTOR,
    ),
    EventSpec(
        ids=(17,),
        table="DeviceEvents",
        action="NamedPipeEvent",
        extra=(take("PipeName", by=pipe_name), RULE_NAME),
        extra_constants={"FileOperation": "File created", "NamedPipeEnd": "Server"},
        actor=ACTOR,
    ),
    EventSpec(
        ids=(18,),
        table="DeviceEvents",
        action="NamedPipeEvent",
        extra=(take("PipeName", by=pipe_name), RULE_NAME),
        extra_constants={"FileOperation": "File opened", "NamedPipeEnd": "Client"},
        actor=ACTOR,
    ),
    # Defender has one action for the three steps of a WMI subscription; Operation and Part tell them apart.
    EventSpec(
        ids=(19,),
        table="DeviceEvents",
        action="WmiBindEventFilterToConsumer",
        rules=(spread("AccountDomain AccountName", "User", account),),
        extra=(
            take("Operation"),
            take("Name", by=unquoted),
            take("Query", by=unquoted),
            take("Namespace", "EventNamespace", by=unquoted),
        ),
        extra_constants={"Part": "Filter"},
    ),
    EventSpec(
        ids=(20,),
        table="DeviceEvents",
        action="WmiBindEventFilterToConsumer",
        rules=(spread("AccountDomain AccountName", "User", account),),
        extra=(
            take("Operation"),
            take("Name", by=unquoted),
            take("Type", by=unquoted),
            take("Destination", by=unquoted),
        ),
        extra_constants={"Part": "Consumer"},
    ),
    EventSpec(
        ids=(21,),
        table="DeviceEvents",
        action="WmiBindEventFilterToConsumer",
        rules=(spread("AccountDomain AccountName", "User", account),),
        extra=(take("Operation"), take("Consumer", by=unquoted), take("ESS", "Filter", by=unquoted)),
        extra_constants={"Part": "Binding"},
    ),
    _events(
        (22,),
        "DnsQueryResponse",
        take("DnsQueryString", "QueryName"),
        take("DnsQueryResult", "QueryResults"),
        take("QueryStatus", by=number),
        RULE_NAME,
    ),
    EventSpec(
        ids=(23, 26),
        table="DeviceFileEvents",
        action="FileDeleted",
        rules=(TARGET_FILE, DIGESTS),
        extra=(take("IsExecutable", by=truth), take("Archived", by=truth), RULE_NAME),
        actor=ACTOR,
    ),
    _events((24,), "GetClipboardData", take("ClientInfo"), take("Session", by=number), rules=(DIGESTS,)),
    _events((25,), "ProcessTampering", take("Type"), RULE_NAME),  # OWN
    EventSpec(
        ids=(27,),
        table="DeviceFileEvents",
        action="FileCreated",
        rules=(TARGET_FILE, DIGESTS),
        extra=(RULE_NAME,),
        extra_constants={"Blocked": True},
        actor=ACTOR,
    ),
    # OWN: the file was neither created nor deleted, so neither of Defender's names would be true.
    EventSpec(
        ids=(28,),
        table="DeviceEvents",
        action="FileShreddingBlocked",
        rules=(TARGET_FILE, DIGESTS),
        extra=(take("IsExecutable", by=truth), RULE_NAME),
        extra_constants={"Blocked": True},
        actor=ACTOR,
    ),
    EventSpec(
        ids=(29,),
        table="DeviceFileEvents",
        action="FileCreated",
        rules=(TARGET_FILE, DIGESTS),
        extra=(RULE_NAME,),
        extra_constants={"ExecutableDetected": True},
        actor=ACTOR,
    ),
)
