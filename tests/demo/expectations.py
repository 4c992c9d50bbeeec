"""What each of the demo's hunts must hit, said in Python over the generated rows."""

import base64
import re
from collections import defaultdict
from dataclasses import dataclass

import orjson

from huntline.demo.generator import Batch, Plan, generate
from huntline.demo.hunts import HUNTS
from huntline.demo.moments import DAY, MINUTE


@dataclass(frozen=True)
class Week:
    """What a plan gave: its batches, rows by (customer, table) without resent ones, and the labels by step."""

    plan: Plan
    batches: list[Batch]

    def rows(self, customer: str, table: str) -> list[dict]:
        seen, rows = set(), []
        for batch in self.batches:
            if (batch.customer, batch.table) == (customer, table):
                fresh = [row for row in batch.rows if id(row) not in seen]
                seen.update(id(row) for row in fresh)
                rows += fresh
        return rows

    def labels(self) -> dict:
        by_step = defaultdict(list)
        for batch in self.batches:
            for label in batch.labels:
                by_step[label.step].append(label)
        return by_step


def generated(plan) -> Week:
    return Week(plan, list(generate(plan)))


def named(rows):
    return {(row["DeviceName"], row["Timestamp"]) for row in rows}


def lure(week):
    images = [
        row
        for row in week.rows("aurora", "DeviceFileEvents")
        if row["FileName"].endswith(".iso") and row.get("FileOriginUrl")
    ]
    assert len(images) > 1, "engineers download images too"
    return named(
        row
        for row in week.rows("aurora", "DeviceProcessEvents")
        if row["FileName"] == "mshta.exe" and "https://" in row["ProcessCommandLine"]
        for image in images
        if image["DeviceId"] == row["DeviceId"] and 0 <= row["Timestamp"] - image["Timestamp"] <= 30 * MINUTE
    )


def encoded(week):
    hits, seen = [], 0
    for row in week.rows("aurora", "DeviceProcessEvents"):
        match = re.search(r"(?i) -e(?:nc|ncodedcommand) (\S{40,})", row["ProcessCommandLine"])
        if row["FileName"] == "powershell.exe" and match:
            seen += 1
            if "DownloadString" in base64.b64decode(match[1]).decode("utf-16-le"):
                hits.append(row)
    assert seen > 10, "the deployment tool encodes too"
    return named(hits)


def discovery(week):
    tools = {"whoami.exe", "ipconfig.exe", "systeminfo.exe", "net.exe", "nltest.exe", "quser.exe"}
    asked = defaultdict(list)
    for row in week.rows("aurora", "DeviceProcessEvents"):
        if row["FileName"] in tools:
            asked[row["DeviceName"], row["InitiatingProcessUniqueId"]].append(row)
    assert len(asked) > 3, "others look at their network too"
    return {
        (name, min(row["Timestamp"] for row in rows))
        for (name, _), rows in asked.items()
        if len({row["FileName"] for row in rows}) >= 4
    }


def persistence(week):
    keys = [row for row in week.rows("aurora", "DeviceRegistryEvents") if row["RegistryKey"].endswith(r"\Run")]
    assert len(keys) > 3, "programs renew their own entries"
    tasks = [row for row in week.rows("aurora", "DeviceEvents") if row["ActionType"] == "ScheduledTaskCreated"]
    return named(row for row in keys if row["InitiatingProcessFileName"] == "powershell.exe") | named(tasks)


def lsass(week):
    dumped = {
        (row["DeviceId"], int(re.search(r"MiniDump (\d+)", row["ProcessCommandLine"])[1]))
        for row in week.rows("aurora", "DeviceProcessEvents")
        if "comsvcs" in row["ProcessCommandLine"]
    }
    assert len(dumped) == 2, "a web worker is dumped, too"
    opened = [
        row
        for row in week.rows("aurora", "DeviceEvents")
        if row["ActionType"] == "OpenProcessApiCall" and row["FileName"] == "lsass.exe"
    ]
    assert len(opened) > 10, "the virus scanner opens lsass.exe"
    return named(
        row
        for row in opened
        if (row["DeviceId"], row["ProcessId"]) in dumped
        and orjson.loads(row["AdditionalFields"])["DesiredAccess"] != 0x1000
    )


def kerberoast(week):
    tickets = defaultdict(list)
    for row in week.rows("aurora", "IdentityLogonEvents"):
        if '"0x17"' in row["AdditionalFields"]:
            tickets[row["AccountName"], row["DeviceName"]].append(row["Timestamp"])
    assert len(tickets) == 2, "an old service uses RC4, too"
    return {(device, min(times)) for (_, device), times in tickets.items() if max(times) - min(times) < 60 * MINUTE}


def lateral(week):
    installed = [row for row in week.rows("aurora", "DeviceEvents") if row["ActionType"] == "ServiceInstalled"]
    assert any(row["FileName"] == "farhandsvc.exe" for row in installed), "administrators install services, too"
    return named(row for row in installed if "Temp" in row["FolderPath"])


def directory(week):
    copies = [row for row in week.rows("aurora", "DeviceProcessEvents") if row["FileName"] == "ntdsutil.exe"]
    assert len(copies) == 2
    return named(row for row in copies if r"D:\Backup" not in row["ProcessCommandLine"])


def last_by_host(week, test):
    found = defaultdict(list)
    for row in week.rows("aurora", "DeviceNetworkEvents"):
        if row.get("RemoteUrl") and row["RemoteIPType"] == "Public" and row["ActionType"] == "ConnectionSuccess":
            found[row["RemoteUrl"]].append(row)
    hits = []
    for rows in found.values():
        days = {row["Timestamp"] // DAY for row in rows}
        last = max(rows, key=lambda row: row["Timestamp"])
        if len({row["DeviceId"] for row in rows}) == 1 and test(last, len(days)):
            hits.append(last)
    return named(hits)


def sending(week):
    def renamed(row, days):
        original = row.get("InitiatingProcessVersionInfoOriginalFileName", "")
        return days >= 3 and original and original.lower() != row["InitiatingProcessFileName"].lower()

    return last_by_host(week, renamed)


def beacon(week):
    return last_by_host(week, lambda row, days: days >= 4 and "appdata" in row["InitiatingProcessFolderPath"])


def shadows(week):
    asked = [row for row in week.rows("aurora", "DeviceProcessEvents") if row["FileName"] == "vssadmin.exe"]
    assert len(asked) > 20, "the backup lists shadow copies every night"
    return named(row for row in asked if "delete" in row["ProcessCommandLine"])


def web_shell(week):
    shells = [
        row
        for row in week.rows("bluefin", "DeviceProcessEvents")
        if row["InitiatingProcessFileName"] == "java" and row["FileName"] == "sh"
    ]
    assert sum("/opt/portal/bin/" in row["ProcessCommandLine"] for row in shells) >= 6
    return named(row for row in shells if "/opt/portal/bin/" not in row["ProcessCommandLine"])


def ways_back(week):
    written = [
        row
        for row in week.rows("bluefin", "DeviceFileEvents")
        if "/cron" in row["FolderPath"] or "authorized_keys" in row["FolderPath"]
    ]
    assert len(written) == 3, "an administrator adds a key, too"
    return named(row for row in written if row["InitiatingProcessParentFileName"] == "java")


PREDICATES = dict(
    zip(
        (hunt.name for hunt in HUNTS),
        (
            lure,
            encoded,
            discovery,
            persistence,
            lsass,
            kerberoast,
            lateral,
            directory,
            sending,
            beacon,
            shadows,
            web_shell,
            ways_back,
        ),
        strict=True,
    )
)
