"""Hunts over the demo's data, as a hunter would write them: each finds steps of a storyline among work that looks alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoHunt:
    """A hunt of the provider's library.

    customer: whose data it finds something in; finds: the steps (`storyline.labels`) that it hits, and nothing else. Each row of the
    answer has the Timestamp and the DeviceName of a labelled row.
    """

    name: str
    description: str
    technique: str
    customer: str
    finds: tuple[str, ...]
    query: str


HUNTS: tuple[DemoHunt, ...] = (
    DemoHunt(
        "Disk image from the web, then mshta",
        "Files inside a downloaded .iso carry no mark of the web. mshta with an address, within half an hour after one came, is a lure "
        "at work; engineers' images and the intranet's help desk form are not.",
        "T1218.005",
        "aurora",
        ("mshta",),
        r"""let Images = DeviceFileEvents
    | where Timestamp > ago(30d)
    | where ActionType == "FileCreated" and FileName endswith ".iso" and isnotempty(FileOriginUrl)
    | project DeviceId, Downloaded = Timestamp, Image = FileName, FileOriginUrl;
DeviceProcessEvents
| where Timestamp > ago(30d)
| where FileName =~ "mshta.exe" and ProcessCommandLine matches regex @"https?://"
| join kind=inner Images on DeviceId
| where Timestamp between (Downloaded .. (Downloaded + 30m))
| project Timestamp, DeviceId, DeviceName, AccountDomain, AccountName, AccountSid, Image, FileOriginUrl,
    FileName, FolderPath, SHA1, ProcessId, ProcessCreationTime, ProcessCommandLine, ReportId
""",
    ),
    DemoHunt(
        "Encoded PowerShell that fetches and runs",
        "Decodes -EncodedCommand and reads it. The deployment tool encodes too, but it does not download strings and run them.",
        "T1059.001",
        "aurora",
        ("encoded-powershell",),
        r"""DeviceProcessEvents
| where Timestamp > ago(30d)
| where FileName in~ ("powershell.exe", "pwsh.exe")
| extend Encoded = extract(@"(?i)\s-e(?:nc|ncodedcommand)?\s+([a-z0-9+/=]{40,})", 1, ProcessCommandLine)
| where isnotempty(Encoded)
| extend Script = replace_regex(base64_decode_tostring(Encoded), @"\x00", "")
| where Script has_any ("IEX", "DownloadString", "DownloadFile", "Invoke-Expression")
| project Timestamp, DeviceId, DeviceName, AccountDomain, AccountName, AccountSid, Script,
    FileName, FolderPath, SHA1, ProcessId, ProcessCreationTime, ProcessCommandLine, InitiatingProcessFileName, ReportId
| sort by Timestamp asc
""",
    ),
    DemoHunt(
        "Many questions from one parent",
        "Four or more kinds of discovery tools under the same parent process. Someone who looks why the network is slow asks two or three.",
        "T1087.002",
        "aurora",
        ("discovery",),
        r"""let Tools = dynamic(["whoami.exe", "ipconfig.exe", "systeminfo.exe", "net.exe", "nltest.exe", "quser.exe", "tasklist.exe"]);
DeviceProcessEvents
| where Timestamp > ago(30d)
| where FileName in~ (Tools)
| summarize Timestamp = min(Timestamp), Last = max(Timestamp), Kinds = dcount(FileName), Commands = make_set(ProcessCommandLine)
    by DeviceId, DeviceName, AccountName, InitiatingProcessId, InitiatingProcessCreationTime, InitiatingProcessFileName
| where Kinds >= 4 and Last - Timestamp < 30m
| project Timestamp, DeviceId, DeviceName, AccountName, InitiatingProcessFileName, Kinds, Commands
""",
    ),
    DemoHunt(
        "Started again from AppData",
        "A Run key that a script interpreter sets, or a scheduled task, for a program below AppData. Chat and file programs renew their "
        "own entries.",
        "T1547.001",
        "aurora",
        ("run-key", "scheduled-task"),
        r"""let RunKeys = DeviceRegistryEvents
    | where Timestamp > ago(30d)
    | where ActionType == "RegistryValueSet" and RegistryKey endswith @"\CurrentVersion\Run" and RegistryValueData has "AppData"
    | where InitiatingProcessFileName in~ ("powershell.exe", "cmd.exe", "wscript.exe", "mshta.exe", "reg.exe")
    | extend Entry = RegistryValueName, Starts = RegistryValueData
    | project Timestamp, DeviceId, DeviceName, Entry, Starts, RegistryKey, RegistryValueName, RegistryValueData,
        InitiatingProcessFileName, ReportId;
let Tasks = DeviceEvents
    | where Timestamp > ago(30d)
    | where ActionType == "ScheduledTaskCreated"
    | extend Task = parse_json(AdditionalFields)
    | where tostring(Task.TaskContent) has "AppData"
    | extend Entry = tostring(Task.TaskName), Starts = tostring(Task.TaskContent)
    | project Timestamp, DeviceId, DeviceName, Entry, Starts, InitiatingProcessFileName, ReportId;
union RunKeys, Tasks
| sort by Timestamp asc
""",
    ),
    DemoHunt(
        "Memory of lsass.exe dumped by comsvcs.dll",
        "comsvcs.dll dumps any process; the number in the command line must be that of lsass.exe, which the opened process says. "
        "Dumps of a web worker for its makers stay out.",
        "T1003.001",
        "aurora",
        ("lsass-dump",),
        r"""let Dumps = DeviceProcessEvents
    | where Timestamp > ago(30d)
    | where FileName =~ "rundll32.exe" and ProcessCommandLine has_all ("comsvcs", "MiniDump")
    | extend TargetId = tolong(extract(@"(?i)MiniDump\s+(\d+)", 1, ProcessCommandLine))
    | project DeviceId, TargetId, DumpedAt = Timestamp, Command = ProcessCommandLine, AccountName;
DeviceEvents
| where Timestamp > ago(30d)
| where ActionType == "OpenProcessApiCall" and FileName =~ "lsass.exe"
| extend Access = tolong(parse_json(AdditionalFields).DesiredAccess)
| where Access != 4096
| join kind=inner Dumps on DeviceId, $left.ProcessId == $right.TargetId
| where Timestamp between (DumpedAt .. (DumpedAt + 1m))
| project Timestamp, DeviceId, DeviceName, AccountName, Command, Access, InitiatingProcessFileName, InitiatingProcessCommandLine,
    InitiatingProcessParentFileName, ReportId
""",
    ),
    DemoHunt(
        "Many RC4 service tickets for one account",
        "Kerberoasting asks for tickets of many services with RC4 (0x17). One old report service still uses it, for itself alone.",
        "T1558.003",
        "aurora",
        ("kerberoast",),
        r"""IdentityLogonEvents
| where Timestamp > ago(30d)
| where Protocol == "Kerberos"
| extend Ticket = parse_json(AdditionalFields)
| where tostring(Ticket.TicketEncryptionType) == "0x17"
| extend Service = tostring(Ticket.ServiceName)
| summarize Timestamp = min(Timestamp), Last = max(Timestamp), Tickets = count(), Services = make_set(Service), Kinds = dcount(Service)
    by AccountName, DeviceName, Hour = bin(Timestamp, 1h)
| where Kinds >= 5
| project Timestamp, Last, DeviceName, AccountName, Tickets, Services
""",
    ),
    DemoHunt(
        "A service account signs in and installs a service",
        "A service installed from a writable folder within two minutes after a service account came over the network. "
        "The administrators' remote tool installs one too, but under their own account and from C:\\Windows.",
        "T1569.002",
        "aurora",
        ("lateral-service",),
        r"""let SignIns = DeviceLogonEvents
    | where Timestamp > ago(30d)
    | where ActionType == "LogonSuccess" and LogonType == "Network" and AccountName startswith "svc-"
    | project DeviceId, SignedIn = Timestamp, AccountName, RemoteDeviceName, RemoteIP;
DeviceEvents
| where Timestamp > ago(30d)
| where ActionType == "ServiceInstalled" and FolderPath has_any ("Temp", "ProgramData", "Users")
| extend Service = tostring(parse_json(AdditionalFields).ServiceName)
| join kind=inner SignIns on DeviceId
| where Timestamp between (SignedIn .. (SignedIn + 2m))
| summarize arg_max(SignedIn, AccountName, RemoteDeviceName, RemoteIP, Service, FileName, FolderPath, SHA1)
    by DeviceId, DeviceName, Timestamp, ReportId
| project Timestamp, DeviceId, DeviceName, Service, FileName, SHA1, ReportId, FolderPath, AccountName, RemoteDeviceName, RemoteIP
""",
    ),
    DemoHunt(
        "The directory's database is copied elsewhere",
        "ntdsutil makes a full copy outside the folder of the planned backups.",
        "T1003.003",
        "aurora",
        ("ntds-theft",),
        r"""DeviceProcessEvents
| where Timestamp > ago(30d)
| where FileName =~ "ntdsutil.exe" and ProcessCommandLine has "ifm"
| extend Folder = extract(@'create full ([^"]+)', 1, ProcessCommandLine)
| where Folder !startswith @"D:\Backup"
| project Timestamp, DeviceId, DeviceName, AccountDomain, AccountName, AccountSid, Folder,
    FileName, FolderPath, SHA1, ProcessId, ProcessCreationTime, ProcessCommandLine,
    InitiatingProcessFileName, InitiatingProcessParentFileName, ReportId
""",
    ),
    DemoHunt(
        "A renamed tool sends to a host that nobody else talks to",
        "One device, three nights or more, and a program whose makers gave it another name.",
        "T1567.002",
        "aurora",
        ("exfiltration",),
        r"""DeviceNetworkEvents
| where Timestamp > ago(30d)
| where ActionType == "ConnectionSuccess" and RemoteIPType == "Public" and isnotempty(RemoteUrl)
| summarize Devices = dcount(DeviceId), Nights = dcount(startofday(Timestamp)), Connections = count(),
    arg_max(Timestamp, DeviceId, DeviceName, RemoteIP, InitiatingProcessFileName, InitiatingProcessSHA1,
        InitiatingProcessVersionInfoOriginalFileName, InitiatingProcessCommandLine)
    by RemoteUrl
| where Devices == 1 and Nights >= 3
| where isnotempty(InitiatingProcessVersionInfoOriginalFileName)
| where tolower(InitiatingProcessVersionInfoOriginalFileName) != tolower(InitiatingProcessFileName)
| project Timestamp, DeviceId, DeviceName, RemoteUrl, RemoteIP, Nights, Connections, InitiatingProcessFileName, InitiatingProcessSHA1,
    InitiatingProcessVersionInfoOriginalFileName, InitiatingProcessCommandLine
""",
    ),
    DemoHunt(
        "Called day after day, from one device only",
        "A host that one device alone talks to, on four days or more, from a program below AppData.",
        "T1071.001",
        "aurora",
        ("beacon",),
        r"""DeviceNetworkEvents
| where Timestamp > ago(30d)
| where ActionType == "ConnectionSuccess" and RemoteIPType == "Public" and isnotempty(RemoteUrl)
| summarize Devices = dcount(DeviceId), Days = dcount(bin(Timestamp, 1d)), Connections = count(),
    arg_max(Timestamp, DeviceId, DeviceName, RemoteIP, InitiatingProcessFolderPath) by RemoteUrl
| where Devices == 1 and Days >= 4 and InitiatingProcessFolderPath has "appdata"
| project Timestamp, DeviceId, DeviceName, RemoteUrl, RemoteIP, Days, Connections, InitiatingProcessFolderPath
""",
    ),
    DemoHunt(
        "Shadow copies deleted",
        "Backup agents list shadow copies; deleting all of them quietly comes before extortion.",
        "T1490",
        "aurora",
        ("shadow-copies",),
        r"""DeviceProcessEvents
| where Timestamp > ago(30d)
| where (FileName =~ "vssadmin.exe" and ProcessCommandLine has_all ("delete", "shadows"))
    or (FileName =~ "wmic.exe" and ProcessCommandLine has_all ("shadowcopy", "delete"))
| project Timestamp, DeviceId, DeviceName, AccountDomain, AccountName, AccountSid,
    FileName, FolderPath, SHA1, ProcessId, ProcessCreationTime, ProcessCommandLine, InitiatingProcessCommandLine, ReportId
""",
    ),
    DemoHunt(
        "A web server runs commands",
        "Shells under the servlet engine or the web server, apart from the portal's own scripts.",
        "T1505.003",
        "bluefin",
        ("web-shell-commands", "tool-fetch", "cron", "ssh-key", "linux-exfiltration"),
        r"""DeviceProcessEvents
| where Timestamp > ago(30d)
| where InitiatingProcessFileName in ("java", "nginx", "httpd", "php-fpm") and FileName in ("sh", "bash", "dash")
| where not(ProcessCommandLine has "/opt/portal/bin/")
| project Timestamp, DeviceId, DeviceName, AccountName, InitiatingProcessFileName,
    FileName, FolderPath, SHA1, ProcessId, ProcessCreationTime, ProcessCommandLine, ReportId
| sort by Timestamp asc
""",
    ),
    DemoHunt(
        "Ways back in, written by a web server",
        "cron tables and authorized_keys that a child of the servlet engine or the web server writes; administrators write them from "
        "their shells.",
        "T1098.004",
        "bluefin",
        ("cron", "ssh-key"),
        r"""DeviceFileEvents
| where Timestamp > ago(30d)
| where ActionType in ("FileCreated", "FileModified") and FolderPath has_any ("cron", "crontabs", "authorized_keys")
| where InitiatingProcessParentFileName in ("java", "nginx", "httpd", "php-fpm")
| project Timestamp, DeviceId, DeviceName, FileName, FolderPath, SHA1, ActionType, InitiatingProcessCommandLine, ReportId
| sort by Timestamp asc
""",
    ),
)
