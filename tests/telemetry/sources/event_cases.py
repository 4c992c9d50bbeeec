"""One hand-written event for every event id that is mapped, in the fields that Windows gives it, and what must come of it."""

from dataclasses import dataclass, field

SYSMON = "microsoft-windows-sysmon/operational"
POWERSHELL = "microsoft-windows-powershell/operational"
ANTIVIRUS = "microsoft-windows-windows defender/operational"
WMI = "microsoft-windows-wmi-activity/operational"
WMI_TRACE = "microsoft-windows-wmi-activity/trace"

WHO = {"ProcessGuid": "{0A}", "ProcessId": "4242", "Image": r"C:\Tools\x.exe", "User": r"CORP\Ada"}
SUBJECT = {
    "SubjectUserSid": "S-1-5-21-1-2-3-500",
    "SubjectUserName": "Ada",
    "SubjectDomainName": "CORP",
    "SubjectLogonId": "0x3e7",
}
BY_ADA = {"InitiatingProcessAccountName": "ada", "InitiatingProcessAccountDomain": "corp"}
BY_X = {
    "InitiatingProcessId": 4242,
    "InitiatingProcessFileName": "x.exe",
    "InitiatingProcessFolderPath": r"c:\tools\x.exe",
}
TARGET = {"TargetUserName": "Bob", "TargetDomainName": "CORP", "TargetSid": "S-1-5-21-1-2-3-1001"}
IS_BOB = {"AccountName": "bob", "AccountDomain": "corp", "AccountSid": "S-1-5-21-1-2-3-1001"}
GROUP = {"TargetUserName": "Administrators", "TargetDomainName": "Builtin", "TargetSid": "S-1-5-32-544"}
OF_GROUP = {"GroupName": "Administrators", "GroupDomainName": "Builtin", "GroupSid": "S-1-5-32-544"}
FLOW = {
    "Application": r"\device\harddiskvolume2\windows\system32\svchost.exe",
    "ProcessID": "968",
    "SourceAddress": "10.0.0.5",
    "SourcePort": "50000",
    "DestAddress": "::ffff:192.0.2.7",
    "DestPort": "443",
    "Protocol": "6",
}
HASHES = "SHA1=AA11,MD5=BB22,SHA256=CC33,IMPHASH=DD44"
DIGESTS = {"SHA1": "aa11", "MD5": "bb22", "SHA256": "cc33"}
CONTEXT = (
    "        Severity = Informational\r\n        Host Application = powershell.exe -nop\r\n"
    "        Command Name = Add-MpPreference\r\n        User = CORP\\Ada\r\n"
)


@dataclass(frozen=True)
class Case:
    channel: str
    event_id: int
    fields: dict
    table: str
    action: str
    expected: dict = field(default_factory=dict)
    extra: dict = field(default_factory=dict)
    provider: str = ""


def sysmon(event_id, fields, table, action, expected=None, extra=None):
    return Case(SYSMON, event_id, WHO | fields, table, action, BY_X | (expected or {}), extra or {})


def security(event_id, fields, table, action, expected=None, extra=None):
    return Case("security", event_id, fields, table, action, expected or {}, extra or {})


def file_event(event_id, action, expected=None, extra=None):
    fields = {"TargetFilename": r"C:\Users\ada\a.docm", "Hashes": HASHES, "IsExecutable": "true", "Archived": "false"}
    table = "DeviceEvents" if event_id in (2, 28) else "DeviceFileEvents"
    where = {"FolderPath": r"C:\Users\ada\a.docm", "FileName": "a.docm"}
    return sysmon(event_id, fields, table, action, where | (expected or {}), extra)


CASES = [
    Case(
        SYSMON,
        1,
        {
            "UtcTime": "2026-03-02 12:00:00.250",
            "ProcessGuid": "{B0}",
            "ProcessId": 500,
            "Image": r"C:\Windows\System32\cmd.exe",
            "CommandLine": "cmd /c whoami",
            "User": r"NT AUTHORITY\SYSTEM",
            "LogonId": "0x3e7",
            "IntegrityLevel": "System",
            "Hashes": HASHES,
            "Company": "Microsoft Corporation",
            "OriginalFileName": "Cmd.Exe",
            "CurrentDirectory": "C:\\",
            "ParentProcessGuid": "{A0}",
            "ParentProcessId": "400",
            "ParentImage": r"C:\Windows\System32\inetsrv\w3wp.exe",
            "ParentCommandLine": "w3wp.exe -ap x",
        },
        "DeviceProcessEvents",
        "ProcessCreated",
        {
            "FileName": "cmd.exe",
            "FolderPath": r"C:\Windows\System32\cmd.exe",
            "ProcessCommandLine": "cmd /c whoami",
            "ProcessId": 500,
            "AccountDomain": "nt authority",
            "AccountName": "system",
            "LogonId": 999,
            "ProcessIntegrityLevel": "System",
            "ProcessVersionInfoOriginalFileName": "Cmd.Exe",
            "InitiatingProcessFileName": "w3wp.exe",
            "InitiatingProcessId": 400,
            "InitiatingProcessCommandLine": "w3wp.exe -ap x",
            **DIGESTS,
        },
        {"CurrentDirectory": "C:\\", "IMPHASH": "dd44"},
    ),
    file_event(2, "FileTimestampModificationEvent"),
    sysmon(
        3,
        {
            "Initiated": "true",
            "Protocol": "tcp",
            "SourceIp": "10.0.0.5",
            "SourcePort": "50000",
            "DestinationIp": "8.8.8.8",
            "DestinationPort": "53",
            "DestinationHostname": "dns.google",
        },
        "DeviceNetworkEvents",
        "ConnectionSuccess",
        {
            "LocalIP": "10.0.0.5",
            "LocalIPType": "Private",
            "LocalPort": 50000,
            "RemoteIP": "8.8.8.8",
            "RemoteIPType": "Public",
            "RemotePort": 53,
            "RemoteUrl": "dns.google",
            "Protocol": "Tcp",
        },
    ),
    sysmon(
        3,
        {
            "Initiated": False,
            "SourceIp": "10.0.0.9",
            "SourcePort": 1,
            "DestinationIp": "10.0.0.5",
            "DestinationPort": 445,
        },
        "DeviceNetworkEvents",
        "InboundConnectionAccepted",
        {"LocalIP": "10.0.0.5", "LocalPort": 445, "RemoteIP": "10.0.0.9", "RemotePort": 1},
    ),
    sysmon(
        6,
        {"ImageLoaded": r"C:\d.sys", "Hashes": HASHES, "Signed": "false"},
        "DeviceEvents",
        "DriverLoad",
        {"FileName": "d.sys", **DIGESTS},
        {"Signed": False},
    ),
    sysmon(
        7,
        {"ImageLoaded": r"C:\a\amsi.dll", "Hashes": HASHES},
        "DeviceImageLoadEvents",
        "ImageLoaded",
        {"FileName": "amsi.dll", "FolderPath": r"C:\a\amsi.dll", **DIGESTS},
    ),
    Case(
        SYSMON,
        8,
        {
            "SourceProcessGuid": "{0A}",
            "SourceProcessId": "4242",
            "SourceImage": r"C:\Tools\x.exe",
            "TargetProcessGuid": "{0B}",
            "TargetProcessId": "600",
            "TargetImage": r"C:\Windows\notepad.exe",
            "StartFunction": "LoadLibraryA",
        },
        "DeviceEvents",
        "CreateRemoteThreadApiCall",
        {**BY_X, "FileName": "notepad.exe", "FolderPath": r"C:\Windows\notepad.exe", "ProcessId": 600},
        {"StartFunction": "LoadLibraryA"},
    ),
    sysmon(
        9,
        {"Device": r"\Device\HarddiskVolume1"},
        "DeviceEvents",
        "RawDiskAccess",
        None,
        {"Device": r"\Device\HarddiskVolume1"},
    ),
    Case(
        SYSMON,
        10,
        {
            "SourceProcessGUID": "{0A}",
            "SourceProcessId": "4242",
            "SourceImage": r"C:\Tools\x.exe",
            "TargetProcessGUID": "{0C}",
            "TargetProcessId": "700",
            "TargetImage": r"C:\Windows\System32\lsass.exe",
            "GrantedAccess": "0x1010",
        },
        "DeviceEvents",
        "OpenProcessApiCall",
        {**BY_X, "FileName": "lsass.exe", "ProcessId": 700},
        {"DesiredAccess": 4112},
    ),
    file_event(11, "FileCreated"),
    sysmon(
        12,
        {"EventType": "CreateKey", "TargetObject": r"HKU\S-1-5-21\Software\X"},
        "DeviceRegistryEvents",
        "RegistryKeyCreated",
        {"RegistryKey": r"HKEY_USERS\S-1-5-21\Software\X"},
    ),
    sysmon(
        12,
        {"EventType": "DeleteKey", "TargetObject": r"HKLM\SOFTWARE\X"},
        "DeviceRegistryEvents",
        "RegistryKeyDeleted",
        {"RegistryKey": r"HKEY_LOCAL_MACHINE\SOFTWARE\X"},
    ),
    sysmon(
        12,
        {"EventType": "DeleteValue", "TargetObject": r"HKLM\SOFTWARE\X\v"},
        "DeviceRegistryEvents",
        "RegistryValueDeleted",
        {"RegistryKey": r"HKEY_LOCAL_MACHINE\SOFTWARE\X", "RegistryValueName": "v"},
    ),
    sysmon(
        13,
        {
            "EventType": "SetValue",
            "TargetObject": r"HKLM\System\CurrentControlSet\Control\Terminal Server\fDenyTSConnections",
            "Details": "DWORD (0x00000000)",
        },
        "DeviceRegistryEvents",
        "RegistryValueSet",
        {
            "RegistryKey": r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control\Terminal Server",
            "RegistryValueName": "fDenyTSConnections",
            "RegistryValueType": "Dword",
            "RegistryValueData": "0",
        },
    ),
    sysmon(
        14,
        {"EventType": "RenameKey", "TargetObject": r"HKLM\SOFTWARE\X", "NewName": r"HKLM\SOFTWARE\Y"},
        "DeviceRegistryEvents",
        "RegistryKeyRenamed",
        {"RegistryKey": r"HKEY_LOCAL_MACHINE\SOFTWARE\Y", "PreviousRegistryKey": r"HKEY_LOCAL_MACHINE\SOFTWARE\X"},
    ),
    sysmon(
        15,
        {
            "TargetFilename": r"C:\a.iso:Zone.Identifier",
            "Hash": HASHES,
            "Contents": "[ZoneTransfer]  ZoneId=3  ReferrerUrl=https://a.example/  HostUrl=https://a.example/a.iso",
        },
        "DeviceFileEvents",
        "FileCreated",
        {"FileOriginUrl": "https://a.example/a.iso", "FileOriginReferrerUrl": "https://a.example/", **DIGESTS},
    ),
    sysmon(
        17,
        {"PipeName": r"\psexesvc"},
        "DeviceEvents",
        "NamedPipeEvent",
        None,
        {"PipeName": r"\Device\NamedPipe\psexesvc", "FileOperation": "File created"},
    ),
    sysmon(18, {"PipeName": r"\lsass"}, "DeviceEvents", "NamedPipeEvent", None, {"FileOperation": "File opened"}),
    Case(
        SYSMON,
        19,
        {"User": r"CORP\Ada", "Operation": "Created", "Name": ' "Evil"', "Query": ' "select 1"'},
        "DeviceEvents",
        "WmiBindEventFilterToConsumer",
        {"AccountName": "ada"},
        {"Name": "Evil", "Query": "select 1", "Part": "Filter"},
    ),
    Case(
        SYSMON,
        20,
        {"User": r"CORP\Ada", "Destination": ' "powershell -enc x"'},
        "DeviceEvents",
        "WmiBindEventFilterToConsumer",
        {},
        {"Destination": "powershell -enc x", "Part": "Consumer"},
    ),
    Case(
        SYSMON,
        21,
        {"Consumer": ' "C.Name=\\"E\\""', "Filter": ' "F.Name=\\"E\\""'},
        "DeviceEvents",
        "WmiBindEventFilterToConsumer",
        {},
        {"Consumer": 'C.Name="E"', "ESS": 'F.Name="E"', "Part": "Binding"},
    ),
    sysmon(
        22,
        {"QueryName": "c2.example", "QueryStatus": "0", "QueryResults": "192.0.2.9;"},
        "DeviceEvents",
        "DnsQueryResponse",
        None,
        {"DnsQueryString": "c2.example", "DnsQueryResult": "192.0.2.9;", "QueryStatus": 0},
    ),
    file_event(23, "FileDeleted", DIGESTS, {"IsExecutable": True, "Archived": False}),
    sysmon(
        24, {"ClientInfo": "user: CORP\\Ada", "Session": "2"}, "DeviceEvents", "GetClipboardData", None, {"Session": 2}
    ),
    sysmon(25, {"Type": "Image is replaced"}, "DeviceEvents", "ProcessTampering", None, {"Type": "Image is replaced"}),
    file_event(26, "FileDeleted", DIGESTS),
    file_event(27, "FileCreated", DIGESTS, {"Blocked": True}),
    file_event(28, "FileShreddingBlocked", DIGESTS, {"Blocked": True}),
    file_event(29, "FileCreated", DIGESTS, {"ExecutableDetected": True}),
    Case(
        "linux-sysmon/operational",
        11,
        {
            "ProcessGuid": "{0A}",
            "ProcessId": "9",
            "Image": "/usr/bin/curl",
            "User": "root",
            "TargetFilename": "/tmp/.x",
        },
        "DeviceFileEvents",
        "FileCreated",
        {
            "FileName": ".x",
            "FolderPath": "/tmp/.x",
            "InitiatingProcessFileName": "curl",
            "InitiatingProcessAccountName": "root",
        },
    ),
    security(
        1102, SUBJECT, "DeviceEvents", "SecurityLogCleared", {"AccountName": "ada", **BY_ADA}, {"Channel": "Security"}
    ),
    security(
        4624,
        SUBJECT
        | {
            "TargetUserName": "Bob",
            "TargetDomainName": "CORP",
            "TargetUserSid": "S-1-5-21-1-2-3-1001",
            "TargetLogonId": "0x1f4",
            "LogonType": "10",
            "LmPackageName": "-",
            "AuthenticationPackageName": "Negotiate",
            "WorkstationName": "WS1",
            "IpAddress": "::ffff:10.0.0.9",
            "IpPort": "0",
            "ElevatedToken": "%%1842",
            "ProcessId": "0x2f4",
            "ProcessName": r"C:\Windows\System32\svchost.exe",
        },
        "DeviceLogonEvents",
        "LogonSuccess",
        {
            "LogonType": "RemoteInteractive",
            "LogonId": 500,
            "Protocol": "Negotiate",
            "RemoteDeviceName": "ws1",
            "RemoteIP": "10.0.0.9",
            "RemoteIPType": "Private",
            "IsLocalAdmin": True,
            "InitiatingProcessId": 756,
            "InitiatingProcessFileName": "svchost.exe",
            **IS_BOB,
            **BY_ADA,
        },
    ),
    security(
        4625,
        SUBJECT
        | {
            "TargetUserName": "Bob",
            "TargetUserSid": "S-1-0-0",
            "LogonType": 2,
            "Status": "0xc000006d",
            "SubStatus": "0xC0000234",
        },
        "DeviceLogonEvents",
        "LogonFailed",
        {"LogonType": "Interactive", "FailureReason": "AccountLockedOut", "AccountName": "bob"},
    ),
    security(
        4648,
        SUBJECT | {"TargetUserName": "Bob", "TargetServerName": "SRV1"},
        "DeviceLogonEvents",
        "LogonAttempted",
        {"RemoteDeviceName": "srv1", "AccountName": "bob", **BY_ADA},
    ),
    security(
        4688,
        SUBJECT
        | {
            "NewProcessId": "0x1f4",
            "NewProcessName": r"C:\Windows\System32\net.exe",
            "CommandLine": "net user",
            "ProcessId": "0x190",
            "ParentProcessName": r"C:\Windows\System32\cmd.exe",
            "TokenElevationType": "%%1937",
            "MandatoryLabel": "S-1-16-12288",
            "TargetUserName": "-",
            "TargetLogonId": "0x0",
        },
        "DeviceProcessEvents",
        "ProcessCreated",
        {
            "ProcessId": 500,
            "FileName": "net.exe",
            "ProcessCommandLine": "net user",
            "ProcessTokenElevation": "TokenElevationTypeFull",
            "ProcessIntegrityLevel": "High",
            "AccountName": "ada",
            "LogonId": 999,
            "InitiatingProcessId": 400,
            "InitiatingProcessFileName": "cmd.exe",
        },
    ),
    security(
        4697,
        SUBJECT | {"ServiceName": "Upd", "ServiceFileName": r'"C:\a b\u.exe" -s', "ServiceStartType": 3},
        "DeviceEvents",
        "ServiceInstalled",
        {"FolderPath": r"C:\a b\u.exe", "FileName": "u.exe", **BY_ADA},
        {"ServiceName": "Upd", "ServiceStartType": "3"},
    ),
    *[
        security(
            event_id,
            SUBJECT | {"TaskName": r"\Evil", "TaskContent": "<Task/>"},
            "DeviceEvents",
            action,
            BY_ADA,
            {"TaskName": r"\Evil", "TaskContent": "<Task/>"},
        )
        for event_id, action in (
            (4698, "ScheduledTaskCreated"),
            (4699, "ScheduledTaskDeleted"),
            (4700, "ScheduledTaskEnabled"),
            (4701, "ScheduledTaskDisabled"),
        )
    ],
    security(
        4702,
        SUBJECT | {"TaskName": r"\Evil", "TaskContentNew": "<Task/>"},
        "DeviceEvents",
        "ScheduledTaskUpdated",
        BY_ADA,
        {"TaskContent": "<Task/>"},
    ),
    security(
        4719,
        SUBJECT | {"SubcategoryGuid": "{0C}"},
        "DeviceEvents",
        "AuditPolicyModification",
        BY_ADA,
        {"SubcategoryGuid": "{0C}"},
    ),
    *[
        security(event_id, SUBJECT | TARGET, "DeviceEvents", action, IS_BOB | BY_ADA)
        for event_id, action in (
            (4720, "UserAccountCreated"),
            (4723, "PasswordChangeAttempt"),
            (4724, "PasswordChangeAttempt"),
            (4726, "UserAccountDeleted"),
            (4738, "UserAccountModified"),
            (4797, "AccountCheckedForBlankPassword"),
        )
    ],
    *[
        security(event_id, SUBJECT | GROUP | {"MemberSid": "S-1-5-21-9"}, "DeviceEvents", action, BY_ADA, OF_GROUP)
        for event_id, action in (
            (4731, "SecurityGroupCreated"),
            (4732, "UserAccountAddedToLocalGroup"),
            (4733, "UserAccountRemovedFromLocalGroup"),
            (4734, "SecurityGroupDeleted"),
        )
    ],
    *[
        security(
            event_id,
            {
                "TargetUserName": "Bob@CORP.EXAMPLE",
                "TargetDomainName": "CORP.EXAMPLE",
                "ServiceName": "sql",
                "TicketEncryptionType": "0x17",
                "IpAddress": "::ffff:10.0.0.9",
                "IpPort": "55180",
                "Status": status,
            },
            "IdentityLogonEvents",
            action,
            {
                "AccountName": "bob",
                "AccountDomain": "corp.example",
                "IPAddress": "10.0.0.9",
                "Port": 55180,
                "Protocol": "Kerberos",
                "DestinationDeviceName": "pc1.corp.example",
            },
            {"ServiceName": "sql", "TicketEncryptionType": "0x17"},
        )
        for event_id, status, action in (
            (4768, "0x0", "LogonSuccess"),
            (4769, "0x25", "LogonFailed"),
            (4771, "0x18", "LogonFailed"),
        )
    ],
    security(
        4776,
        {"TargetUserName": "Bob", "Workstation": "WS1", "Status": "0xc000006a"},
        "IdentityLogonEvents",
        "LogonFailed",
        {"Protocol": "Ntlm", "DeviceName": "ws1", "FailureReason": "InvalidUserNameOrPassword"},
    ),
    security(5025, {}, "DeviceEvents", "FirewallServiceStopped"),
    security(
        5031,
        {"Application": r"C:\srv.exe", "Profiles": "Domain"},
        "DeviceEvents",
        "FirewallInboundConnectionToAppBlocked",
        {"InitiatingProcessFileName": "srv.exe"},
        {"Profiles": "Domain"},
    ),
    security(
        5136,
        SUBJECT | {"ObjectDN": "CN=x", "AttributeValue": "1"},
        "DeviceEvents",
        "DirectoryServiceObjectModified",
        BY_ADA,
        {"ObjectDN": "CN=x", "AttributeValue": "1"},
    ),
    security(
        5137,
        SUBJECT | {"ObjectDN": "CN=x"},
        "DeviceEvents",
        "DirectoryServiceObjectCreated",
        BY_ADA,
        {"ObjectDN": "CN=x"},
    ),
    *[
        security(
            event_id,
            SUBJECT | {"IpAddress": "10.0.0.9", "IpPort": "5", "ShareName": r"\\*\C$", "AccessMask": "0x1"},
            "DeviceEvents",
            action,
            {"RemoteIP": "10.0.0.9", "RemotePort": 5, "AccountName": "ada"},
            {"ShareName": r"\\*\C$", "AccessMask": 1},
        )
        for event_id, action in (
            (5140, "NetworkShareObjectAccessChecked"),
            (5142, "NetworkShareObjectAdded"),
            (5143, "NetworkShareObjectModified"),
            (5144, "NetworkShareObjectDeleted"),
            (5145, "NetworkShareObjectAccessChecked"),
        )
    ],
    security(
        5154,
        FLOW,
        "DeviceNetworkEvents",
        "ListeningConnectionCreated",
        {"LocalIP": "10.0.0.5", "LocalPort": 50000, "InitiatingProcessId": 968},
    ),
    security(
        5156,
        FLOW | {"Direction": "%%14593"},
        "DeviceNetworkEvents",
        "ConnectionSuccess",
        {
            "LocalIP": "10.0.0.5",
            "RemoteIP": "192.0.2.7",
            "RemotePort": 443,
            "Protocol": "Tcp",
            "InitiatingProcessFileName": "svchost.exe",
        },
    ),
    security(
        5156,
        FLOW | {"Direction": "%%14592"},
        "DeviceNetworkEvents",
        "InboundConnectionAccepted",
        {"LocalIP": "192.0.2.7", "RemoteIP": "10.0.0.5"},
    ),
    security(
        5157,
        FLOW | {"Direction": "%%14592"},
        "DeviceEvents",
        "FirewallInboundConnectionBlocked",
        {"RemoteIP": "10.0.0.5", "LocalPort": 443},
    ),
    security(
        5157,
        FLOW | {"Direction": "%%14593"},
        "DeviceEvents",
        "FirewallOutboundConnectionBlocked",
        {"RemoteIP": "192.0.2.7"},
    ),
    security(5158, FLOW, "DeviceNetworkEvents", "ListeningConnectionCreated", {"LocalPort": 50000}),
    security(
        6416,
        SUBJECT | {"DeviceDescription": "USB disk", "ClassName": "DiskDrive"},
        "DeviceEvents",
        "PnpDeviceConnected",
        {},
        {"DeviceDescription": "USB disk"},
    ),
    Case(
        "system",
        104,
        {"SubjectUserName": "Ada", "SubjectDomainName": "CORP", "Channel": "Application"},
        "DeviceEvents",
        "SecurityLogCleared",
        {"AccountName": "ada"},
        {"Channel": "Application"},
        "Microsoft-Windows-Eventlog",
    ),
    Case(
        "system",
        7045,
        {
            "ServiceName": "Upd",
            "ImagePath": "%COMSPEC% /C x",
            "StartType": "demand start",
            "AccountName": "LocalSystem",
            "UserID": "S-1-5-21-9",
        },
        "DeviceEvents",
        "ServiceInstalled",
        {"FileName": "%COMSPEC%", "ProcessCommandLine": "%COMSPEC% /C x", "AccountSid": "S-1-5-21-9"},
        {"ServiceName": "Upd", "ServiceAccount": "LocalSystem", "ServiceStartType": "demand start"},
        "Service Control Manager",
    ),
    Case(
        POWERSHELL,
        4103,
        {"ContextInfo": CONTEXT, "Payload": "CommandInvocation(Add-MpPreference)", "UserID": "S-1-5-21-9"},
        "DeviceEvents",
        "PowerShellCommand",
        {
            "InitiatingProcessCommandLine": "powershell.exe -nop",
            "InitiatingProcessFileName": "powershell.exe",
            **BY_ADA,
        },
        {"Command": "CommandInvocation(Add-MpPreference)", "CommandName": "Add-MpPreference"},
    ),
    Case(
        POWERSHELL,
        4104,
        {
            "ScriptBlockText": "whoami",
            "ScriptBlockId": "s1",
            "MessageNumber": 1,
            "MessageTotal": 1,
            "Path": r"C:\a.ps1",
        },
        "DeviceEvents",
        "PowerShellCommand",
        {"FileName": "a.ps1"},
        {"Command": "whoami", "ScriptBlockId": "s1"},
    ),
    Case(
        "windows powershell",
        800,
        {
            "param1": "",
            "param2": "HostApplication=powershell.exe -nop\r\n\tUserId=CORP\\Ada",
            "param3": "CommandInvocation(x)",
        },
        "DeviceEvents",
        "PowerShellCommand",
        {"InitiatingProcessCommandLine": "powershell.exe -nop", **BY_ADA},
        {"Command": "CommandInvocation(x)"},
        "PowerShell",
    ),
    *[
        Case(
            ANTIVIRUS,
            event_id,
            {
                "Threat Name": "EICAR",
                "Severity Name": "High",
                "Path": r"file:_C:\Users\ada\eicar.com",
                "Process Name": r"C:\Windows\explorer.exe",
                "Detection User": r"CORP\Ada",
            },
            "DeviceEvents",
            action,
            {
                "FolderPath": r"C:\Users\ada\eicar.com",
                "FileName": "eicar.com",
                "AccountName": "ada",
                "InitiatingProcessFileName": "explorer.exe",
            },
            {"ThreatName": "EICAR", "SeverityName": "High"},
        )
        for event_id, action in (
            (1116, "AntivirusDetection"),
            (1117, "AntivirusMalwareBlocked"),
            (1118, "AntivirusMalwareActionFailed"),
            (1119, "AntivirusError"),
        )
    ],
    Case(
        ANTIVIRUS,
        2000,
        {"Current Signature Version": "1.2"},
        "DeviceEvents",
        "AntivirusDefinitionsUpdated",
        {},
        {"CurrentVersion": "1.2"},
    ),
    Case(
        ANTIVIRUS,
        2001,
        {"Error Code": "0x1"},
        "DeviceEvents",
        "AntivirusDefinitionsUpdateFailed",
        {},
        {"ErrorCode": "0x1"},
    ),
    Case(ANTIVIRUS, 5001, {}, "DeviceEvents", "AntivirusRealTimeProtectionDisabled"),
    Case(
        ANTIVIRUS,
        5007,
        {"Old Value": "a", "New Value": "b"},
        "DeviceEvents",
        "AntivirusConfigurationChanged",
        {},
        {"OldValue": "a", "NewValue": "b"},
    ),
    Case(ANTIVIRUS, 5013, {"Value": "x"}, "DeviceEvents", "TamperingAttempt", {}, {"Value": "x"}),
    Case(
        WMI,
        5861,
        {"Namespace": "//./root/subscription", "ESS": "F", "CONSUMER": "C", "PossibleCause": "P"},
        "DeviceEvents",
        "WmiBindEventFilterToConsumer",
        {},
        {"ESS": "F", "Consumer": "C"},
    ),
    Case(
        WMI_TRACE,
        11,
        {
            "IsLocal": "false",
            "User": r"CORP\Ada",
            "ClientMachine": "WS1",
            "Operation": "IWbemServices::ExecMethod",
            "ClientProcessId": "5",
        },
        "DeviceEvents",
        "RemoteWmiOperation",
        {"RemoteDeviceName": "ws1", "AccountName": "ada"},
        {"Operation": "IWbemServices::ExecMethod"},
    ),
    *[
        Case(
            WMI_TRACE,
            event_id,
            {"Commandline": "cmd /c x", "CreatedProcessId": "77", "User": r"CORP\Ada"},
            "DeviceEvents",
            "ProcessCreatedUsingWmiQuery",
            {"ProcessCommandLine": "cmd /c x", "ProcessId": 77},
        )
        for event_id in (22, 23)
    ],
]
