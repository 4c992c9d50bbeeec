"""The Windows Security log -> hunting tables. The action names are those that Defender itself gives to these event ids."""

from typing import Final

from huntline.telemetry.sources.messages import subject_of_message
from huntline.telemetry.sources.spec import Actor, Choice, Effect, EventSpec, Merge, Rule, spread, take
from huntline.telemetry.sources.tables.sysmon import same_flow, same_process
from huntline.telemetry.sources.values import (
    address_and_type,
    command_path,
    failure,
    integrity,
    is_elevated,
    logon_type,
    lower,
    nonzero,
    number,
    path_and_name,
    plain_account,
    text,
    token_elevation,
    transport,
)

# Who did it: Windows calls it the subject.
BY_SUBJECT: Final = (
    take("InitiatingProcessAccountDomain", "SubjectDomainName", by=lower),
    take("InitiatingProcessAccountName", "SubjectUserName", by=lower),
    take("InitiatingProcessAccountSid", "SubjectUserSid"),
)
SUBJECT_LOGON: Final = take("InitiatingProcessLogonId", "SubjectLogonId", by=number)
# Events of which the subject is the only account.
SUBJECT_IS_ACCOUNT: Final = (
    take("AccountDomain", "SubjectDomainName", by=lower),
    take("AccountName", "SubjectUserName", by=lower),
    take("AccountSid", "SubjectUserSid"),
    take("LogonId", "SubjectLogonId", by=number),
)
TARGET_IS_ACCOUNT: Final = (
    take("AccountDomain", "TargetDomainName", by=lower),
    take("AccountName", "TargetUserName", by=lower),
    take("AccountSid", "TargetSid", "TargetUserSid"),
)
GROUP: Final = (
    take("GroupName", "TargetUserName"),
    take("GroupDomainName", "TargetDomainName"),
    take("GroupSid", "TargetSid"),
)
FROM_ADDRESS: Final = (
    spread("RemoteIP RemoteIPType", "IpAddress", address_and_type),
    take("RemotePort", "IpPort", by=nonzero),
)
CALLER: Final = Actor(pid=("ProcessId",), image=("ProcessName",))
APPLICATION: Final = Actor(pid=("ProcessId", "ProcessID"), image=("Application",))
LOGON: Final = (
    *TARGET_IS_ACCOUNT,
    take("LogonType", by=logon_type),
    take("LogonId", "TargetLogonId", by=number),
    take("Protocol", "LmPackageName", "AuthenticationPackageName"),
    take("RemoteDeviceName", "WorkstationName", by=lower),
    *FROM_ADDRESS,
    *BY_SUBJECT,
)


def _changes(
    ids: tuple[int, ...], action: str | Choice, *extra: Rule, rules: tuple[Rule, ...] = (), actor: Actor | None = None
) -> EventSpec:
    """Build a spec for a change that the subject made: a row of DeviceEvents."""
    return EventSpec(
        ids=ids,
        table="DeviceEvents",
        action=action,
        rules=(*rules, *BY_SUBJECT, SUBJECT_LOGON),
        extra=extra,
        actor=actor,
    )


def _task(event_id: int, action: str) -> EventSpec:
    return _changes(
        (event_id,),
        action,
        take("TaskName"),
        take("TaskContent", "TaskContent", "TaskContentNew"),
        rules=SUBJECT_IS_ACCOUNT,
        actor=Actor(pid=("ClientProcessId",)),
    )


def _share(ids: tuple[int, ...], action: str, **constants: object) -> EventSpec:
    return EventSpec(
        ids=ids,
        table="DeviceEvents",
        action=action,
        rules=(take("RemoteIP", "IpAddress", by=_only_address), FROM_ADDRESS[1], *SUBJECT_IS_ACCOUNT),
        extra=(
            take("ShareName"),
            take("ShareLocalPath"),
            take("RelativeTargetName"),
            take("AccessMask", by=number),
            take("AccessList", by=_one_line),
        ),
        extra_constants=constants,
    )


def _only_address(value: object) -> str | None:
    return address_and_type(value)[0]


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


def _flow(action: str, direction: str, local: str, remote: str) -> EventSpec:
    return EventSpec(
        ids=(5156,),
        table="DeviceNetworkEvents",
        action=action,
        rules=(
            spread("LocalIP LocalIPType", f"{local}Address", address_and_type),
            take("LocalPort", f"{local}Port", by=nonzero),
            spread("RemoteIP RemoteIPType", f"{remote}Address", address_and_type),
            take("RemotePort", f"{remote}Port", by=nonzero),
            take("Protocol", by=transport),
        ),
        actor=APPLICATION,
        when=("Direction", frozenset({direction})),
        merge=same_flow(1),
    )


def _blocked(action: str, direction: str, local: str, remote: str) -> EventSpec:
    return EventSpec(
        ids=(5157,),
        table="DeviceEvents",
        action=action,
        rules=(
            take("LocalIP", f"{local}Address", by=_only_address),
            take("LocalPort", f"{local}Port", by=nonzero),
            take("RemoteIP", f"{remote}Address", by=_only_address),
            take("RemotePort", f"{remote}Port", by=nonzero),
        ),
        extra=(take("Protocol", by=transport),),
        actor=APPLICATION,
        when=("Direction", frozenset({direction})),
    )


def _identity(
    event_id: int, protocol: str, action: str | Choice, *rules: Rule, extra: tuple[Rule, ...] = ()
) -> EventSpec:
    """Build a spec for what a domain controller decided: it is the destination, the client is the device."""
    return EventSpec(
        ids=(event_id,),
        table="IdentityLogonEvents",
        action=action,
        rules=(
            take("AccountDomain", "TargetDomainName", by=lower),
            take("AccountName", "TargetUserName", by=plain_account),
            take("AccountSid", "TargetSid", "TargetUserSid"),
            take("IPAddress", "IpAddress", by=_only_address),
            take("Port", "IpPort", by=nonzero),
            take("FailureReason", "Status", by=failure),
            *rules,
        ),
        extra=(*extra, take("Status", by=text)),
        constants={"Protocol": protocol, "Application": "Active Directory"},
    )


_BY_STATUS: Final = Choice("Status", {"0x0": "LogonSuccess", "0": "LogonSuccess"}, "LogonFailed")
_TICKET: Final = (
    take("ServiceName"),
    take("ServiceSid"),
    take("TicketEncryptionType"),
    take("TicketOptions"),
    take("PreAuthType"),
)

SECURITY: Final = (
    EventSpec(
        ids=(1102,),
        table="DeviceEvents",
        action="SecurityLogCleared",
        rules=(*SUBJECT_IS_ACCOUNT, *BY_SUBJECT, SUBJECT_LOGON),
        extra_constants={"Channel": "Security"},
        message=subject_of_message,
    ),
    EventSpec(
        ids=(4624,),
        table="DeviceLogonEvents",
        action="LogonSuccess",
        rules=(*LOGON, take("IsLocalAdmin", "ElevatedToken", by=is_elevated)),
        extra=(
            take("LogonProcessName", by=_one_line),
            take("AuthenticationPackageName"),
            take("TargetOutboundUserName"),
            take("TargetOutboundDomainName"),
        ),
        actor=CALLER,
    ),
    EventSpec(
        ids=(4625,),
        table="DeviceLogonEvents",
        action="LogonFailed",
        rules=(*LOGON, take("FailureReason", "SubStatus", "Status", by=failure)),
        extra=(take("LogonProcessName", by=_one_line), take("Status"), take("SubStatus")),
        actor=CALLER,
    ),
    EventSpec(
        ids=(4648,),
        table="DeviceLogonEvents",
        action="LogonAttempted",
        rules=(
            *TARGET_IS_ACCOUNT,
            take("RemoteDeviceName", "TargetServerName", by=lower),
            *FROM_ADDRESS,
            *BY_SUBJECT,
        ),
        extra=(take("TargetInfo"),),
        actor=CALLER,
    ),
    EventSpec(ids=(4672,), table=None, effect=Effect.MARKS_PRIVILEGE),
    EventSpec(
        ids=(4688,),
        table="DeviceProcessEvents",
        action="ProcessCreated",
        rules=(
            spread("FolderPath FileName", "NewProcessName", path_and_name),
            take("ProcessId", "NewProcessId", by=number),
            take("ProcessCommandLine", "CommandLine"),
            take("ProcessTokenElevation", "TokenElevationType", by=token_elevation),
            take("ProcessIntegrityLevel", "MandatoryLabel", by=integrity),
            take("AccountDomain", "TargetDomainName", "SubjectDomainName", by=lower),
            take("AccountName", "TargetUserName", "SubjectUserName", by=lower),
            take("AccountSid", "TargetUserSid", "SubjectUserSid"),
            take("LogonId", "TargetLogonId", "SubjectLogonId", by=nonzero),
            *BY_SUBJECT,
            SUBJECT_LOGON,
        ),
        actor=Actor(pid=("ProcessId",), image=("ParentProcessName",)),
        effect=Effect.STARTS_PROCESS,
        merge=same_process(1),
    ),
    EventSpec(
        ids=(4697,),
        table="DeviceEvents",
        action="ServiceInstalled",
        rules=(
            spread("FolderPath FileName", "ServiceFileName", command_path),
            take("ProcessCommandLine", "ServiceFileName"),
            *SUBJECT_IS_ACCOUNT,
            *BY_SUBJECT,
            SUBJECT_LOGON,
        ),
        extra=(
            take("ServiceName"),
            take("ServiceAccount"),
            take("ServiceType"),
            take("ServiceStartType"),
        ),
        merge=Merge(("ServiceName", "ProcessCommandLine"), rank=0, seconds=5),
    ),
    _task(4698, "ScheduledTaskCreated"),
    _task(4699, "ScheduledTaskDeleted"),
    _task(4700, "ScheduledTaskEnabled"),
    _task(4701, "ScheduledTaskDisabled"),
    _task(4702, "ScheduledTaskUpdated"),
    _changes(
        (4719,),
        "AuditPolicyModification",
        take("CategoryId"),
        take("SubcategoryId"),
        take("SubcategoryGuid"),
        take("AuditPolicyChanges"),
        rules=SUBJECT_IS_ACCOUNT,
    ),
    _changes((4720,), "UserAccountCreated", take("SamAccountName"), rules=TARGET_IS_ACCOUNT),
    _changes((4723, 4724), "PasswordChangeAttempt", rules=TARGET_IS_ACCOUNT),
    _changes((4726,), "UserAccountDeleted", rules=TARGET_IS_ACCOUNT),
    _changes((4731,), "SecurityGroupCreated", *GROUP),
    _changes(
        (4732,), "UserAccountAddedToLocalGroup", *GROUP, take("MemberName"), rules=(take("AccountSid", "MemberSid"),)
    ),
    _changes(
        (4733,),
        "UserAccountRemovedFromLocalGroup",
        *GROUP,
        take("MemberName"),
        rules=(take("AccountSid", "MemberSid"),),
    ),
    _changes((4734,), "SecurityGroupDeleted", *GROUP),
    _changes(
        (4738,), "UserAccountModified", take("SamAccountName"), take("UserAccountControl"), rules=TARGET_IS_ACCOUNT
    ),
    _identity(4768, "Kerberos", _BY_STATUS, extra=_TICKET),
    _identity(4769, "Kerberos", _BY_STATUS, extra=_TICKET),
    _identity(4771, "Kerberos", "LogonFailed", extra=_TICKET),
    EventSpec(
        ids=(4776,),
        table="IdentityLogonEvents",
        action=_BY_STATUS,
        rules=(
            take("AccountName", "TargetUserName", by=plain_account),
            take("DeviceName", "Workstation", by=lower),
            take("FailureReason", "Status", by=failure),
        ),
        extra=(take("PackageName"), take("Status")),
        constants={"Protocol": "Ntlm", "Application": "Active Directory", "LogonType": "Credentials validation"},
    ),
    _changes((4797,), "AccountCheckedForBlankPassword", take("Workstation"), rules=TARGET_IS_ACCOUNT),
    EventSpec(ids=(5025,), table="DeviceEvents", action="FirewallServiceStopped"),
    EventSpec(
        ids=(5031,),
        table="DeviceEvents",
        action="FirewallInboundConnectionToAppBlocked",
        extra=(take("Profiles"),),
        actor=Actor(image=("Application",)),
    ),
    _changes(
        (5136,),
        "DirectoryServiceObjectModified",
        take("ObjectDN"),
        take("ObjectClass"),
        take("ObjectGUID"),
        take("AttributeLDAPDisplayName"),
        take("AttributeValue"),
        take("OperationType"),
        rules=SUBJECT_IS_ACCOUNT,
    ),
    _changes(
        (5137,),
        "DirectoryServiceObjectCreated",
        take("ObjectDN"),
        take("ObjectClass"),
        take("ObjectGUID"),
        rules=SUBJECT_IS_ACCOUNT,
    ),
    # Defender has no event of its own for the access to a share as a whole; EventId tells it from the check of one object.
    _share((5140,), "NetworkShareObjectAccessChecked", EventId=5140),
    _share((5142,), "NetworkShareObjectAdded"),
    _share((5143,), "NetworkShareObjectModified"),
    _share((5144,), "NetworkShareObjectDeleted"),
    _share((5145,), "NetworkShareObjectAccessChecked"),
    _flow("InboundConnectionAccepted", "%%14592", "Dest", "Source"),
    _flow("ConnectionSuccess", "%%14593", "Source", "Dest"),
    _blocked("FirewallInboundConnectionBlocked", "%%14592", "Dest", "Source"),
    _blocked("FirewallOutboundConnectionBlocked", "%%14593", "Source", "Dest"),
    EventSpec(
        ids=(5154, 5158),
        table="DeviceNetworkEvents",
        action="ListeningConnectionCreated",
        rules=(
            spread("LocalIP LocalIPType", "SourceAddress", address_and_type),
            take("LocalPort", "SourcePort", by=nonzero),
            take("Protocol", by=transport),
        ),
        actor=APPLICATION,
    ),
    _changes(
        (6416,),
        "PnpDeviceConnected",
        take("DeviceDescription"),
        take("DeviceId"),
        take("ClassName"),
        take("ClassId"),
        take("VendorIds"),
        take("LocationInformation"),
        rules=SUBJECT_IS_ACCOUNT,
    ),
)
