"""The System log, PowerShell, Defender antivirus and WMI-Activity -> hunting tables."""

from typing import Final

from huntline.telemetry.sources.messages import (
    cleared_log,
    command_name,
    context_user,
    host_application,
    pipeline_execution,
    wmi_binding,
)
from huntline.telemetry.sources.spec import Actor, Effect, EventSpec, Merge, Rule, spread, take
from huntline.telemetry.sources.tables.security import SUBJECT_IS_ACCOUNT
from huntline.telemetry.sources.values import account, command_path, lower, number, path_and_name

# The process that wrote the event, of its System part.
WRITER: Final = Actor(pid=("ExecutionProcessID",))


def _context_account(value: object) -> tuple[str | None, str | None]:
    user = context_user(value)
    return account(user) if user else (None, None)


def _host_program(value: object) -> tuple[str | None, str | None]:
    """Return (InitiatingProcessFolderPath, InitiatingProcessFileName) of the process that ran the command."""
    path, name = command_path(host_application(value) or "")
    if path is None or name is None:
        return None, None
    ending = "" if "." in name else ".exe"  # as Windows completes it
    return (path + ending).lower(), name + ending


def _powershell_context(*fields: str) -> tuple[Rule, ...]:
    return (
        take("InitiatingProcessCommandLine", *fields, by=host_application),
        Rule(("InitiatingProcessFolderPath", "InitiatingProcessFileName"), fields, _host_program),
        Rule(("InitiatingProcessAccountDomain", "InitiatingProcessAccountName"), fields, _context_account),
        take("InitiatingProcessAccountSid", "UserID"),
    )


def _command(payload: tuple[str, ...], context: tuple[str, ...]) -> tuple[Rule, ...]:
    return take("Command", *payload), take("CommandName", *context, by=command_name)


SYSTEM: Final = (
    # Defender reports the Security log alone (1102); the other logs are cleared by the same hands, so they count here too.
    EventSpec(
        ids=(104,),
        provider="microsoft-windows-eventlog",
        table="DeviceEvents",
        action="SecurityLogCleared",
        rules=SUBJECT_IS_ACCOUNT,
        extra=(take("Channel", "ClearedChannel", "Channel"), take("BackupPath")),
        message=cleared_log,
    ),
    EventSpec(
        ids=(7045,),
        provider="service control manager",
        table="DeviceEvents",
        action="ServiceInstalled",
        rules=(
            spread("FolderPath FileName", "ImagePath", command_path),
            take("ProcessCommandLine", "ImagePath"),
            take("AccountSid", "UserID"),
        ),
        extra=(
            take("ServiceName"),
            take("ServiceType"),
            take("ServiceStartType", "StartType"),
            take("ServiceAccount", "AccountName"),
        ),
        merge=Merge(("ServiceName", "ProcessCommandLine"), rank=1, seconds=5),
    ),
)

POWERSHELL: Final = (
    EventSpec(
        ids=(4103,),
        table="DeviceEvents",
        action="PowerShellCommand",
        known_by=_powershell_context("ContextInfo"),
        extra=_command(("Payload",), ("ContextInfo",)),
        actor=WRITER,
    ),
    EventSpec(
        ids=(4104,),
        table="DeviceEvents",
        action="PowerShellCommand",
        rules=(
            spread("FolderPath FileName", "Path", path_and_name),
            take("InitiatingProcessAccountSid", "UserID"),
        ),
        extra=(take("Command", "ScriptBlockText"), take("ScriptBlockId")),
        actor=WRITER,
        effect=Effect.JOINS_PARTS,
    ),
)

# Classic log: told again by 4103, which `mapper` therefore prefers where a device has it.
CLASSIC_POWERSHELL: Final = (
    EventSpec(
        ids=(800,),
        provider="powershell",
        table="DeviceEvents",
        action="PowerShellCommand",
        known_by=_powershell_context("ContextInfo", "param2"),
        extra=_command(("Payload", "param3"), ("ContextInfo", "param2")),
        message=pipeline_execution,
    ),
)

_THREAT: Final = (
    take("ThreatName", "Threat Name"),
    take("SeverityName", "Severity Name"),
    take("CategoryName", "Category Name"),
    take("Action", "Action Name"),
    take("DetectionId", "Detection ID"),
    take("SourceName", "Source Name"),
    take("Path"),
    take("ErrorCode", "Error Code"),
    take("ErrorDescription", "Error Description"),
)


def _threat_path(value: object) -> tuple[str, str]:
    r"""Return (path, name) of `file:_C:\x.exe`; several are separated by `; ` and the first counts."""
    first = str(value).split("; ", 1)[0]
    _, cut, path = first.partition(":_")
    return path_and_name(path if cut else first)


def _threat(event_id: int, action: str) -> EventSpec:
    return EventSpec(
        ids=(event_id,),
        table="DeviceEvents",
        action=action,
        rules=(
            spread("FolderPath FileName", "Path", _threat_path),
            spread("AccountDomain AccountName", "Detection User", account),
        ),
        extra=_THREAT,
        actor=Actor(image=("Process Name",)),
    )


ANTIVIRUS: Final = (
    _threat(1116, "AntivirusDetection"),
    _threat(1117, "AntivirusMalwareBlocked"),
    _threat(1118, "AntivirusMalwareActionFailed"),
    _threat(1119, "AntivirusError"),
    EventSpec(
        ids=(2000,),
        table="DeviceEvents",
        action="AntivirusDefinitionsUpdated",
        extra=(
            take("CurrentVersion", "Current Signature Version", "Current security intelligence Version"),
            take("PreviousVersion", "Previous Signature Version", "Previous security intelligence Version"),
        ),
    ),
    EventSpec(
        ids=(2001,),
        table="DeviceEvents",
        action="AntivirusDefinitionsUpdateFailed",
        extra=(take("ErrorCode", "Error Code"), take("ErrorDescription", "Error Description")),
    ),
    # OWN names: Defender has no action for these two.
    EventSpec(ids=(5001,), table="DeviceEvents", action="AntivirusRealTimeProtectionDisabled"),
    EventSpec(
        ids=(5007,),
        table="DeviceEvents",
        action="AntivirusConfigurationChanged",
        extra=(take("OldValue", "Old Value"), take("NewValue", "New Value")),
    ),
    EventSpec(
        ids=(5013,),
        table="DeviceEvents",
        action="TamperingAttempt",
        extra=(take("Value"), take("ChangedType", "Changed Type")),
    ),
)

WMI: Final = (
    EventSpec(
        ids=(5861,),
        table="DeviceEvents",
        action="WmiBindEventFilterToConsumer",
        rules=(take("AccountSid", "UserID"),),
        extra=(
            take("Namespace"),
            take("ESS"),
            take("Consumer", "CONSUMER", "Consumer"),
            take("PossibleCause"),
        ),
        extra_constants={"Part": "Binding"},
        message=wmi_binding,
    ),
    EventSpec(
        ids=(11,),
        table="DeviceEvents",
        action="RemoteWmiOperation",
        rules=(
            spread("AccountDomain AccountName", "User", account),
            take("RemoteDeviceName", "ClientMachine", by=lower),
        ),
        extra=(take("Operation"), take("Namespace", "NamespaceName")),
        actor=Actor(pid=("ClientProcessId",)),
        when=("IsLocal", frozenset({"false", "0"})),
    ),
    EventSpec(
        ids=(22, 23),
        table="DeviceEvents",
        action="ProcessCreatedUsingWmiQuery",
        rules=(
            take("ProcessCommandLine", "Commandline", "CommandLine"),
            take("ProcessId", "CreatedProcessId", by=number),
            spread("AccountDomain AccountName", "User", account),
            take("RemoteDeviceName", "ClientMachine", by=lower),
        ),
        actor=Actor(pid=("ClientProcessId",)),
    ),
)
