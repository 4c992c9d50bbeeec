from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from huntline.cli.door import operate
from huntline.cli.output import Json, console, counted, errors, print_json, print_table


def import_files(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files or folders: EVTX, JSON lines, NDJSON; also in zip, tar.gz, gz.", exists=True),
    ],
    tenant: Annotated[str, typer.Option(help="Short name of the tenant whose telemetry it is.")],
    as_json: Json = False,
) -> None:
    """Import recorded telemetry. A file that was imported before adds nothing.

    Example: huntline import --tenant aurora /evidence/logs Security.evtx
    """
    done: dict[str, Any] = {}
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True) as bars:
        bar = bars.add_task("Importing", total=None)
        for event in operate("import", {"tenant": tenant, "paths": [str(path.absolute()) for path in paths]}):
            if "progress" in event:
                step = event["progress"]
                bars.update(
                    bar,
                    description=f"{step['rows']:,} rows  {step['file']}",
                    completed=step["bytes"],
                    total=step["bytes_total"],
                )
            else:
                done = event["done"]
    if as_json:
        print_json(done)
    else:
        _print(done)
    # A folder may hold files of other kinds; a record that was not taken is a reason to look.
    raise typer.Exit(1 if any(one["code"] != "format_unknown" for one in done["refusals"]) else 0)


def _print(done: dict[str, Any]) -> None:
    print_table(["Table", "Rows"], [(name, f"{count:,}") for name, count in sorted(done["tables"].items())])
    if done["not_mapped"]:
        rows = [(item["channel"], item["event_id"], item["count"], item["reason"]) for item in done["not_mapped"]]
        print_table(["Channel", "Event", "Count", "Why it has no row"], rows, title="Not mapped")
    if done["refusals"]:
        print_table(["Reason", "Count", "Where"], _grouped(done["refusals"]), title=f"Not taken: {done['refused']:,}")
    if done["skipped"]:
        console.print(f"Passed over, because it is no telemetry: {counted(len(done['skipped']), 'file')}.")
    said = f"{counted(done['rows'], 'row')} from {counted(done['files'], 'file')}"
    if done["repeated"]:
        said += f"; {done['repeated']:,} were there already"
    console.print(f"{said}.")


def _grouped(refusals: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    """One row for each reason, with the first places where it was met."""
    places: dict[str, list[str]] = {}
    for one in refusals:
        name = one["file"].rsplit("/", 1)[-1]
        places.setdefault(one["reason"], []).append(f"{name}, line {one['line']}" if one["line"] else name)
    return [
        (reason, len(where), "; ".join(where[:3]) + (" …" if len(where) > 3 else ""))
        for reason, where in places.items()
    ]
