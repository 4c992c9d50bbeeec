"""The published hunts of ../shared, run as they were published over the recorded attacks that they were written for.

Each case imports one recording into a customer and asks one query of somebody else's; the clock stands at the recording's last event,
so that `ago(7d)` means what its author meant.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from huntline.hunting.services import run
from huntline.kernel import FixedClock, use_clock
from huntline.telemetry.importing import import_paths

pytestmark = [pytest.mark.corpus, pytest.mark.django_db]

SHARED = Path(__file__).parents[3] / "shared"
# Where the recordings' events can be: none is older than this.
BEFORE_THEM = datetime(2015, 1, 1, tzinfo=UTC)
SPAN = "union DeviceProcessEvents, DeviceEvents, DeviceRegistryEvents | summarize min(Timestamp), max(Timestamp)"

# What the shared collection holds under another path, or as a rule in another language; these say in KQL what the originals say.
MOVED = {"V10": "DFIR/MDE - NetActivities.md"}
EQUIVALENTS = {
    "V04": r"""
        let commands = DeviceProcessEvents
            | where FileName =~ "reg.exe" and ProcessCommandLine has_all ("fDenyTSConnections", "REG_DWORD /d 0")
            | project DeviceId, DeviceName, ProcessCommandLine, Started = Timestamp;
        let changes = DeviceRegistryEvents
            | where ActionType == "RegistryValueSet" and InitiatingProcessFileName == "reg.exe"
            | where RegistryKey == @"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control\Terminal Server"
            | where RegistryValueName == "fDenyTSConnections" and RegistryValueData == "0"
            | project DeviceId, Changed = Timestamp;
        commands
        | join kind=inner changes on DeviceId
        | where (Changed - Started) between (0min .. 1min)""",
    "V13": r"""
        DeviceProcessEvents
        | where FileName endswith "rundll32.exe" or ProcessVersionInfoOriginalFileName =~ "RUNDLL32.EXE"
            or ProcessCommandLine contains "rundll32"
        | where ProcessCommandLine contains "comsvcs" and ProcessCommandLine contains "full"
        | where ProcessCommandLine matches regex @"(?i)#[-+]|24 |#24|#65560|MiniDump" """,
    "V14": r"""
        DeviceProcessEvents
        | where ProcessCommandLine contains " /INJECTRUNNING "
        | where InitiatingProcessFolderPath !~ @"C:\Windows\System32\AppVClient.exe" """,
}
# The place in a query that its author left to be filled in.
DEVICES = 'dynamic (["laptop1", "server1"])'


@dataclass(frozen=True)
class Expected:
    """Rows of the answer, and words that must stand in one row of it, each in its column (compared without case)."""

    rows: int
    holds: dict[str, str] = field(default_factory=dict)


# `expect` of cases.json. Two sources of one start are one row (docs/decisions/0005), so rows are the `distinct` ones.
EXPECTED = {
    "V01": Expected(2, {"FileName": "powershell.exe", "InitiatingProcessCommandLine": "vbscript:"}),
    "V02": Expected(
        1, {"ProcessCommandLine": " -enc  SQBm", "DecodedCommand": "If($PSVERSiOnTaBlE.PSVErSIOn.MajOR -gE 3)"}
    ),
    "V03": Expected(1, {"ProcessCommandLine": r"create full C:\Windows\Temp"}),
    "V04": Expected(1, {"ProcessCommandLine": "fDenyTSConnections"}),
    "V05": Expected(1, {"ProcessCommandLine": "advfirewall firewall add rule"}),
    "V06": Expected(1, {"FileName": "powershell.exe", "InitiatingProcessFileName": "wmiprvse.exe"}),
    "V07": Expected(91),
    "V08": Expected(1, {"LocalAdmins": "S-1-5-21-"}),
    "V09": Expected(4, {"AdditionalFields": "Set-MpPreference -ExclusionPath"}),
    "V10": Expected(2, {"ProcessCommandLine": "user /domain", "NetActionType": "USER"}),
    "V11": Expected(1, {"InitiatingProcessParentFileName": "w3wp.exe", "Reason": "Suspicious web shell execution"}),
    "V12": Expected(1, {"RegistryInfo": r"\\CurrentVersion\\Run"}),
    "V13": Expected(1, {"ProcessCommandLine": "MiniDump"}),
    "V14": Expected(1, {"ProcessCommandLine": "/INJECTRUNNING"}),
}


@cache
def cases():
    return {case["case"]: case for case in json.loads((SHARED / "data" / "cases.json").read_text())}


def recording(case):
    name = case["dataset"].replace(" ", "_")
    [found] = [path for path in (SHARED / "data").iterdir() if plain(path.name).endswith(plain(f"-{name}"))]
    return found


def plain(name):
    return "".join(letter for letter in name.lower() if letter.isalnum())


def published(case):
    """Return the query as its author published it for the Defender tables."""
    path = MOVED.get(case["case"], case["path"])
    with (SHARED / "kql" / "hunting.dev.jsonl").open() as lines:
        found = [
            entry["query"]
            for entry in map(json.loads, lines)
            if (entry["source_repo"], entry["path"]) == (case["repo"], path) and entry["defender_only"]
        ]
    return next((query for query in found if "TimeGenerated" not in query), None)


def imported(tenant, path):
    steps = import_paths(tenant.id, [path])
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_hunt_finds_what_was_recorded(cast, scope_of, name):
    case, expected = cases()[name], EXPECTED[name]
    assert imported(cast.aurora, recording(case)).rows[case["table"]] > 0
    query = EQUIVALENTS[name] if name in EQUIVALENTS else published(case)
    assert query, f"{case['repo']}: {case['path']} is not in the collection"
    analyst, stranger = scope_of("aurora_analyst", "aurora"), scope_of("bluefin_analyst", "bluefin")

    [[first, last]] = run(analyst, SPAN, start=BEFORE_THEM).rows
    window = {"start": datetime.fromisoformat(first), "end": datetime.fromisoformat(last) + timedelta(seconds=1)}
    if DEVICES in query:
        [[devices]] = run(analyst, f"{case['table']} | summarize make_set(DeviceName)", **window).rows
        query = query.replace(DEVICES, f"dynamic({json.dumps(devices)})")
    with use_clock(FixedClock(window["end"])):
        found = run(analyst, query, **window)
        nothing = run(stranger, query, **window)

    rows = list(found.records())
    assert len(rows) == expected.rows, rows[:5]
    assert any(
        all(words.lower() in text_of(row[column]).lower() for column, words in expected.holds.items()) for row in rows
    ), rows[:5]
    assert nothing.row_count == 0


def text_of(cell):
    return cell if isinstance(cell, str) else json.dumps(cell)


def test_every_case_is_told():
    assert set(cases()) == set(EXPECTED)
