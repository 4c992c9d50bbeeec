"""Hunts: what the compiler makes of a question, over what a person would write for the engine."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.telemetry import Stock
from huntline.hunting.execution import compile_query, execute, window_of
from huntline.identity import Permission
from huntline.identity.services import scope_of_job
from huntline.telemetry.engine import get_engine

REPEATS: Final = 7


@dataclass(frozen=True, slots=True)
class Question:
    """A hunt in KQL, and in the engine's SQL by hand; `{where}` stands for tenant and time, as both need them."""

    name: str
    kql: str
    sql: str


QUESTIONS: Final = (
    Question(
        "has, one term",
        'DeviceProcessEvents | where ProcessCommandLine has "encodedcommand" | project Timestamp, DeviceName, ProcessCommandLine',
        "SELECT Timestamp, DeviceName, ProcessCommandLine FROM DeviceProcessEvents "
        "WHERE {where} AND hasAllTokens(ProcessCommandLine, 'encodedcommand')",
    ),
    Question(
        "has_any of ten",
        "DeviceProcessEvents | where ProcessCommandLine has_any ('mimikatz','comsvcs','ntdsutil','vssadmin','whoami','nltest','psexec',"
        "'rclone','schtasks','certutil') | summarize count() by FileName",
        "SELECT FileName, count() FROM DeviceProcessEvents WHERE {where} AND hasAnyTokens(ProcessCommandLine, ['mimikatz','comsvcs',"
        "'ntdsutil','vssadmin','whoami','nltest','psexec','rclone','schtasks','certutil']) GROUP BY FileName",
    ),
    Question(
        "contains",
        'DeviceProcessEvents | where ProcessCommandLine contains "dsutil" | project Timestamp, DeviceName, ProcessCommandLine',
        "SELECT Timestamp, DeviceName, ProcessCommandLine FROM DeviceProcessEvents "
        "WHERE {where} AND lower(ProcessCommandLine) LIKE '%dsutil%'",
    ),
    Question(
        "startswith",
        r'DeviceProcessEvents | where FolderPath startswith "C:\\Users\\" | summarize count() by FileName',
        r"SELECT FileName, count() FROM DeviceProcessEvents "
        r"WHERE {where} AND startsWith(lower(FolderPath), 'c:\\users\\') GROUP BY FileName",
    ),
    Question(
        "top twenty",
        "DeviceProcessEvents | summarize count() by FileName | top 20 by count_",
        "SELECT FileName, count() AS n FROM DeviceProcessEvents WHERE {where} GROUP BY FileName ORDER BY n DESC LIMIT 20",
    ),
    Question(
        "matches regex",
        r"DeviceProcessEvents | where ProcessCommandLine matches regex @'\s-[eE][nN]?[cC]?\w*\s+[A-Za-z0-9+/]{40,}' | count",
        r"SELECT count() FROM DeviceProcessEvents "
        r"WHERE {where} AND match(ProcessCommandLine, '\\s-[eE][nN]?[cC]?\\w*\\s+[A-Za-z0-9+/]{{40,}}')",
    ),
    Question(
        "parse_json",
        "DeviceEvents | extend Fields = parse_json(AdditionalFields) | summarize count() by tostring(Fields.TaskName)",
        "SELECT JSONExtractString(AdditionalFields, 'TaskName') AS name, count() FROM DeviceEvents WHERE {where} GROUP BY name",
    ),
    Question(
        "an hour's bins",
        "DeviceNetworkEvents | summarize Connections = count() by bin(Timestamp, 1h)",
        "SELECT toStartOfHour(Timestamp) AS hour, count() FROM DeviceNetworkEvents WHERE {where} GROUP BY hour",
    ),
    Question(
        "rare stack",
        "DeviceProcessEvents | summarize Devices = dcount(DeviceId), Runs = count() by SHA256 | where Devices == 1 and Runs < 3",
        "SELECT SHA256, uniqExact(DeviceId) AS devices, count() AS runs FROM DeviceProcessEvents WHERE {where} GROUP BY SHA256 "
        "HAVING devices = 1 AND runs < 3",
    ),
    Question(
        "join",
        'DeviceProcessEvents | where FileName =~ "powershell.exe" | join kind=inner (DeviceNetworkEvents | where '
        "RemotePort == 443) on DeviceId, "
        "$left.ProcessId == $right.InitiatingProcessId | summarize count() by RemoteUrl",
        "SELECT n.RemoteUrl, count() FROM (SELECT DeviceId, ProcessId FROM DeviceProcessEvents "
        "WHERE {where} AND lower(FileName) = 'powershell.exe') p "
        "JOIN (SELECT DeviceId, InitiatingProcessId, RemoteUrl FROM DeviceNetworkEvents WHERE {where} AND RemotePort = 443) n "
        "ON p.DeviceId = n.DeviceId AND p.ProcessId = n.InitiatingProcessId GROUP BY n.RemoteUrl",
    ),
)


@dataclass(frozen=True, slots=True)
class ByHand:
    """SQL that a person wrote."""

    sql: str
    parameters: dict[str, object]


def measure(stock: Stock, console: Console) -> None:
    """Print, for each question, the time of compiling and the ratio of the medians of running."""
    scope = scope_of_job("bench", (stock.tenant.pk,), frozenset({Permission.HUNT_RUN}))
    start, end = stock.until - timedelta(days=7), stock.until
    where = (
        f"_TenantId = '{stock.tenant.pk}' AND Timestamp >= toDateTime64('{start:%Y-%m-%d %H:%M:%S}', 7, 'UTC') "
        f"AND Timestamp < toDateTime64('{end:%Y-%m-%d %H:%M:%S}', 7, 'UTC')"
    )
    table = Table(
        "Question", "rows", "compile ms", "run ms", "by hand ms", "ratio", title="Hunts", title_justify="left"
    )
    ratios = []
    for question in QUESTIONS:
        window = window_of(question.kql, start, end, end)
        compiling, compiled = _median(
            lambda asked=question, within=window: compile_query(scope, asked.kql, window=within, at=end)
        )
        by_hand = ByHand(question.sql.format(where=where), {})
        count = len(execute(compiled, tenants=scope.tenant_ids, query_id="", max_rows=100_000).rows)
        ours, theirs = _alternate(
            lambda asked=compiled: _drain(scope.tenant_ids, asked),
            lambda asked=by_hand: _drain(scope.tenant_ids, asked),
        )
        ratios.append(ours / theirs)
        cells = (
            f"{count:,}",
            f"{compiling * 1000:.2f}",
            f"{ours * 1000:.1f}",
            f"{theirs * 1000:.1f}",
            f"{ours / theirs:.2f}",
        )
        table.add_row(question.name, *cells)
    console.print(table)
    console.print(f"Median ratio of running: {statistics.median(ratios):.2f}")


def _drain(tenants: tuple[str, ...], question: object) -> None:
    for _ in get_engine().run(question, tenants=tenants):
        pass


def _median(call: Callable[[], object]) -> tuple[float, object]:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        made = call()
        times.append(time.perf_counter() - started)
    return statistics.median(times), made


def _alternate(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Measure two calls in turns, so that whatever else the machine does falls on both."""
    first, second = [], []
    for _ in range(REPEATS):
        first.append(_timed(ours))
        second.append(_timed(theirs))
    return statistics.median(first), statistics.median(second)


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
