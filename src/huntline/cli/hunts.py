import csv
import json
import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from huntline.cli.door import operate
from huntline.cli.output import Json, console, counted, errors, print_table


def hunt(
    query: Annotated[str, typer.Argument(help="The query in KQL; '-' reads it from standard input.")],
    tenant: Annotated[str, typer.Option(help="Short name of the tenant.")],
    start: Annotated[datetime | None, typer.Option(help="Begin of the time window (UTC); default 30 days ago.")] = None,
    end: Annotated[datetime | None, typer.Option(help="End of the time window (UTC); default now.")] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Return at most so many rows.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: Json = False,
) -> None:
    """Run a query in a tenant's telemetry.

    Example: huntline hunt --tenant aurora 'DeviceProcessEvents | where FileName =~ "mshta.exe" | take 10'
    """
    text = sys.stdin.read() if query == "-" else query
    asked = {"tenant": tenant, "query": text, "start": _utc(start), "end": _utc(end), "rows": rows}
    columns: list[str] = []
    found: list[list[Any]] = []
    done: dict[str, Any] = {}
    writer = csv.writer(sys.stdout)
    for event in operate("hunt", asked):
        if "columns" in event:
            columns = [column["name"] for column in event["columns"]]
            if as_csv:
                writer.writerow(columns)
        elif "rows" in event:
            if as_csv:
                writer.writerows([[_plain(value) for value in row] for row in event["rows"]])
            else:
                found += event["rows"]
        else:
            done = event["done"]
    if as_json:
        print(json.dumps({**done, "columns": columns, "rows": found}, ensure_ascii=False))
    elif not as_csv:
        print_table(columns, [[_plain(value) for value in row] for row in found])
        console.print(f"{counted(done['rows'], 'row')} in {done['duration_ms']} ms")
    for warning in done["warnings"]:
        errors.print(f"Warning, line {warning['line']}: {warning['message']}")
    if done["truncated"]:
        errors.print("There are more rows than these: narrow the query, or raise --rows.")


def _plain(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _utc(moment: datetime | None) -> str | None:
    return (
        f"{moment.isoformat()}+00:00" if moment and moment.tzinfo is None else (moment.isoformat() if moment else None)
    )
