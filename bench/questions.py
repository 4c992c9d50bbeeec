"""What the benchmark asks: each question in KQL, and in the engine's SQL as a person would write it by hand."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final

_TOOLS: Final = (
    "mimikatz",
    "comsvcs",
    "ntdsutil",
    "vssadmin",
    "whoami",
    "nltest",
    "psexec",
    "rclone",
    "schtasks",
    "certutil",
)
_LISTED: Final = ", ".join(f"'{tool}'" for tool in _TOOLS)
_SEARCHED: Final = (
    "DeviceName", "FileName", "FolderPath", "SHA1", "SHA256", "MD5", "ProcessCommandLine", "AccountName", "AccountSid", "AccountUpn",
    "InitiatingProcessFileName", "InitiatingProcessCommandLine", "InitiatingProcessFolderPath", "InitiatingProcessSHA1",
    "InitiatingProcessAccountName", "AdditionalFields",
)  # fmt: skip
_TERMS: Final = frozenset(
    ("FileName", "FolderPath", "ProcessCommandLine", "InitiatingProcessCommandLine", "InitiatingProcessFolderPath", "AdditionalFields")
)  # fmt: skip
_ANYWHERE: Final = " OR ".join(
    f"hasAllTokens({name}, 'sekurlsa')" if name in _TERMS else f"hasAllTokens(lower({name}), 'sekurlsa')"
    for name in _SEARCHED
)


class Whose(Enum):
    """Whose rows a question is about."""

    ALL = "all tenants"
    LARGEST = "the largest tenant"


@dataclass(frozen=True, slots=True)
class Question:
    """A hunt in KQL and by hand.

    sql: `{where}` stands for tenants and time, as both need them. days: how far back. whose: of all tenants, or of the largest.
    """

    name: str
    days: int
    whose: Whose
    kql: str
    sql: str

    def about(self, device: str) -> "Question":
        """Return the question about a device, for one that asks about a device."""
        return replace(self, kql=self.kql.replace("{device}", device), sql=self.sql.replace("{device}", device))

    def by_hand(self, tenants: tuple[str, ...], start: datetime, end: datetime) -> str:
        """Return the SQL for tenants and a window."""
        listed = ", ".join(f"'{tenant}'" for tenant in tenants)
        whose = f"_TenantId = {listed}" if len(tenants) == 1 else f"_TenantId IN ({listed})"
        bounds = [f"toDateTime64('{moment:%Y-%m-%d %H:%M:%S}', 7, 'UTC')" for moment in (start, end)]
        return self.sql.replace("{where}", f"{whose} AND Timestamp >= {bounds[0]} AND Timestamp < {bounds[1]}")


QUESTIONS: Final = (
    Question(
        "has, one tenant", 30, Whose.LARGEST,
        'DeviceProcessEvents | where ProcessCommandLine has "encodedcommand" | project Timestamp, DeviceName, ProcessCommandLine',
        "SELECT Timestamp, DeviceName, ProcessCommandLine FROM DeviceProcessEvents "
        "WHERE {where} AND hasAllTokens(ProcessCommandLine, 'encodedcommand')",
    ),
    Question(
        "has_any of ten", 7, Whose.ALL,
        f"DeviceProcessEvents | where ProcessCommandLine has_any ({_LISTED}) | summarize count() by FileName",
        "SELECT FileName, count() FROM DeviceProcessEvents WHERE {where} AND hasAnyTokens(ProcessCommandLine, [" + _LISTED + "]) "
        "GROUP BY FileName",
    ),
    Question(
        "contains", 30, Whose.ALL,
        'DeviceProcessEvents | where ProcessCommandLine contains "dsutil" | project Timestamp, DeviceName, ProcessCommandLine',
        "SELECT Timestamp, DeviceName, ProcessCommandLine FROM DeviceProcessEvents "
        "WHERE {where} AND lower(ProcessCommandLine) LIKE '%dsutil%'",
    ),
    Question(
        "search in 16 columns", 30, Whose.ALL,
        f"DeviceProcessEvents | project {', '.join(_SEARCHED)} | search 'sekurlsa'",
        "SELECT " + ", ".join(_SEARCHED) + " FROM DeviceProcessEvents WHERE {where} AND (" + _ANYWHERE + ")",
    ),
    Question(
        "top", 30, Whose.ALL,
        "DeviceProcessEvents | summarize count() by FileName | top 20 by count_",
        "SELECT FileName, count() AS n FROM DeviceProcessEvents WHERE {where} GROUP BY FileName ORDER BY n DESC LIMIT 20",
    ),
    Question(
        "matches regex", 7, Whose.ALL,
        r"DeviceProcessEvents | where ProcessCommandLine matches regex @'\s-[eE][nN]?[cC]?\w*\s+[A-Za-z0-9+/]{40,}' | count",
        r"SELECT count() FROM DeviceProcessEvents "
        r"WHERE {where} AND match(ProcessCommandLine, '\\s-[eE][nN]?[cC]?\\w*\\s+[A-Za-z0-9+/]{40,}')",
    ),
    Question(
        "parse_json", 7, Whose.ALL,
        "DeviceProcessEvents | extend Fields = parse_json(AdditionalFields) | summarize count() by tostring(Fields.TaskName)",
        "SELECT JSONExtractString(AdditionalFields, 'TaskName') AS name, count() FROM DeviceProcessEvents WHERE {where} GROUP BY name",
    ),
    Question(
        "summarize", 30, Whose.ALL,
        "DeviceProcessEvents | summarize Runs = count(), First = min(Timestamp), Last = max(Timestamp), Devices = dcount(DeviceId) "
        "by FileName, AccountDomain",
        "SELECT FileName, AccountDomain, count(), min(Timestamp), max(Timestamp), uniqExact(DeviceId) FROM DeviceProcessEvents "
        "WHERE {where} GROUP BY FileName, AccountDomain",
    ),
    Question(
        "bin", 30, Whose.ALL,
        "DeviceNetworkEvents | summarize Connections = count() by bin(Timestamp, 1h)",
        "SELECT toStartOfHour(Timestamp) AS hour, count() FROM DeviceNetworkEvents WHERE {where} GROUP BY hour",
    ),
    Question(
        "rare stack", 30, Whose.ALL,
        "DeviceProcessEvents | summarize Devices = dcount(DeviceId), Runs = count() by SHA256 | where Devices == 1 and Runs < 3",
        "SELECT SHA256, uniqExact(DeviceId) AS devices, count() AS runs FROM DeviceProcessEvents WHERE {where} GROUP BY SHA256 "
        "HAVING devices = 1 AND runs < 3",
    ),
    Question(
        "join", 7, Whose.ALL,
        'DeviceProcessEvents | where FileName =~ "powershell.exe" | join kind=inner (DeviceNetworkEvents | where RemotePort == 445) '
        "on DeviceId, $left.ProcessId == $right.InitiatingProcessId | summarize count() by RemoteUrl",
        "SELECT n.RemoteUrl, count() FROM (SELECT DeviceId, ProcessId FROM DeviceProcessEvents "
        "WHERE {where} AND lower(FileName) = 'powershell.exe') p "
        "JOIN (SELECT DeviceId, InitiatingProcessId, RemoteUrl FROM DeviceNetworkEvents WHERE {where} AND RemotePort = 445) n "
        "ON p.DeviceId = n.DeviceId AND p.ProcessId = n.InitiatingProcessId GROUP BY n.RemoteUrl",
    ),
    Question(
        "startswith", 30, Whose.ALL,
        r'DeviceProcessEvents | where FolderPath startswith "C:\\Users\\" | summarize count() by FileName',
        r"SELECT FileName, count() FROM DeviceProcessEvents WHERE {where} AND startsWith(lower(FolderPath), 'c:\\users\\') "
        r"GROUP BY FileName",
    ),
    Question(
        "device timeline", 30, Whose.LARGEST,
        "DeviceProcessEvents | where DeviceId == '{device}' "
        "| project Timestamp, DeviceName, FileName, ProcessCommandLine, AccountName, InitiatingProcessFileName | sort by Timestamp asc",
        "SELECT Timestamp, DeviceName, FileName, ProcessCommandLine, AccountName, InitiatingProcessFileName FROM DeviceProcessEvents "
        "WHERE {where} AND DeviceId = '{device}' ORDER BY Timestamp",
    ),
)  # fmt: skip
