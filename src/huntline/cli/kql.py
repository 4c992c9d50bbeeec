import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text
from rich.tree import Tree

from huntline.cli.output import Json, console, counted, errors, print_json, print_table

if TYPE_CHECKING:
    from huntline.kql import CompiledQuery, Diagnostic
    from huntline.kql.outline import Outline
    from huntline.scoring.score import Score

app = typer.Typer(
    help="The query compiler: look at what it makes of a query, and measure how good it is.", no_args_is_help=True
)

_IDS_SHOWN = 5
# Whose telemetry the SQL reads, in the place of a tenant.
_TENANT = "00000000-0000-0000-0000-000000000000"


@app.command("compile")
def compile_query(
    query: Annotated[
        str, typer.Argument(help="The query in KQL, or a file that holds it; '-' reads it from standard input.")
    ],
    only_sql: Annotated[bool, typer.Option("--sql", help="Print the SQL alone.")] = False,
    only_plan: Annotated[bool, typer.Option("--plan", help="Print the plan alone.")] = False,
    as_json: Json = False,
) -> None:
    """Show what becomes of a query: what is wrong with it, or its plan, its SQL and the columns of its answer. It is not run.

    Exits 1 where something is wrong with the query.

    Example: huntline kql compile 'DeviceProcessEvents | where FileName =~ "mshta.exe" | count'
    """
    from huntline import kql
    from huntline.kernel import now
    from huntline.kql.outline import outline
    from huntline.kql.pretty import pretty
    from huntline.telemetry.schema import CATALOG

    text = _text_of(query)
    found = kql.compile(text, catalog=CATALOG, scope=_Nobody(), now=now())
    if isinstance(found, kql.Diagnostics):
        if as_json:
            print_json({"compiled": False, "diagnostics": [_finding(item) for item in found]})
        else:
            _print_findings(text, found)
        raise typer.Exit(1)
    plan = outline(found.plan) if found.plan is not None else None
    if as_json:
        print_json(_compiled_json(found, plan))
        return
    _print_findings(text, found.warnings)
    everything = not (only_sql or only_plan)
    if plan is not None and (only_plan or everything):
        console.print(_tree(plan))
    if only_sql or everything:
        console.print(pretty(found.sql), soft_wrap=True)
    if everything:
        if found.parameters:
            print_table(["Parameter", "Value"], [(name, repr(value)) for name, value in found.parameters.items()])
        print_table(["Column", "Type"], [(column.name, column.type.value) for column in found.columns])
        if found.render is not None:
            console.print(f"Drawn as {found.render.kind}.")


@app.command()
def score(
    files: Annotated[
        list[Path],
        typer.Argument(help="Files of queries, one JSON object a line: id, query, expected_columns, expected_rows."),
    ],
    shards: Annotated[
        int, typer.Option(min=1, max=2, help="Run on plain tables (1), or on a cluster of two shards (2).")
    ] = 1,
    only: Annotated[
        list[str] | None, typer.Option(help="Only lines in which this field is true; can be given more than once.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many lines of each file.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="How many seconds one query may run.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Score files of queries: how many parse, compile, run, and answer as documented, how long that takes, and why the others do not.

    They run on empty hunting tables in a temporary engine; the telemetry of an installation is not touched. The exit code does not depend
    on the score.

    Example: huntline kql score --only defender_only queries.jsonl
    """
    import logging

    from huntline.kernel import now
    from huntline.scoring.layouts import empty_tables
    from huntline.scoring.lines import read_lines
    from huntline.scoring.score import total_of
    from huntline.scoring.scorer import Scorer

    logging.getLogger("huntline.kql").setLevel(
        logging.CRITICAL
    )  # a query that fails is a line of the score, not of a log
    read = [(file, read_lines(file, only=only or (), limit=limit)) for file in files]
    for file in (file for file, lines in read if not lines):
        errors.print(f"Warning: {file} has no line to score.")
    scores: list[tuple[Path, Score]] = []
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        empty_tables(shards) as engine,
        Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bars,
    ):
        scorer = Scorer(engine, at=now(), seconds=timeout)
        for file, lines in read:
            bar = bars.add_task(file.name, total=len(lines))
            scores.append((file, scorer.score(lines, partial(bars.advance, bar))))
    whole = total_of(score for _, score in scores) if len(scores) > 1 else scores[0][1]
    if as_json:
        print_json(_as_json(whole, scores, shards))
    else:
        _print(whole, scores, shards)


@dataclass(frozen=True)
class _Nobody:
    """A scope to compile in."""

    tenant_ids: tuple[str, ...] = (_TENANT,)


def _text_of(query: str) -> str:
    if query == "-":
        return sys.stdin.read()
    try:
        return Path(query).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):  # a query is no name of a file
        return query


def _finding(item: "Diagnostic") -> dict[str, Any]:
    fix = None if item.fix is None else {"title": item.fix.title, "replacement": item.fix.replacement}
    return {
        "code": item.code,
        "severity": item.severity.value,
        "message": item.message,
        "line": item.span.line,
        "column": item.span.column,
        "start": item.span.start,
        "end": item.span.end,
        "fix": fix,
    }


def _print_findings(text: str, findings: "Iterable[Diagnostic]") -> None:
    """Print each finding over its line of the query, with a mark below its place."""
    lines = text.split("\n")
    for item in findings:
        colour = "red" if item.severity.value == "error" else "yellow"
        errors.print(
            Text.assemble((f"{item.severity.value} ", f"bold {colour}"), (item.message, "bold")), soft_wrap=True
        )
        line = lines[item.span.line - 1].rstrip("\r").replace("\t", " ")
        number, before = str(item.span.line), item.span.column - 1
        width = max(1, min(item.span.end - item.span.start, len(line) - before))
        errors.print(Text.assemble((f"{number} | ", "blue"), line), soft_wrap=True)
        mark = Text.assemble((" " * len(number) + " | ", "blue"), " " * before, ("^" * width, f"bold {colour}"))
        if item.fix is not None:
            mark.append(f" {item.fix.title}", colour)
        errors.print(mark, soft_wrap=True)


def _compiled_json(found: "CompiledQuery", plan: "Outline | None") -> dict[str, Any]:
    return {
        "compiled": True,
        "diagnostics": [_finding(item) for item in found.warnings],
        "columns": [{"name": column.name, "type": column.type.value} for column in found.columns],
        "tables": list(found.tables),
        "render": None if found.render is None else {"kind": found.render.kind, **dict(found.render.properties)},
        "sql": found.sql,
        "parameters": found.parameters,
        "plan": None if plan is None else asdict(plan),
    }


def _tree(plan: "Outline", into: Tree | None = None) -> Tree:
    label = Text(plan.title, "bold")
    for detail in plan.details:
        label.append(f"\n{detail}", "not bold")
    tree = Tree(label) if into is None else into.add(label)
    for one in plan.inputs:
        _tree(one, tree)
    return tree


def _as_json(whole: "Score", scores: "list[tuple[Path, Score]]", shards: int) -> dict[str, Any]:
    """One file is one object; several are one object with their sum, and `files`."""
    if len(scores) == 1:
        return {"file": str(scores[0][0]), "shards": shards, **whole.as_json()}
    parts = [{"file": str(file), "shards": shards, **part.as_json()} for file, part in scores]
    return {"shards": shards, **whole.as_json(), "files": parts}


def _print(whole: "Score", scores: "list[tuple[Path, Score]]", shards: int) -> None:
    shown = [(file.name, part.as_json()) for file, part in scores]
    if len(shown) > 1:
        shown.append(("all", whole.as_json()))
    measures = ("total", "parsed", "compiled", "refused", "executed", "comparable", "answered")
    rows: list[tuple[str, ...]] = [(name, *(f"{part[name]:,}" for _, part in shown)) for name in measures]
    for name in ("compile_ms", "execute_ms"):
        rows += [
            (f"{name} {share}", *(f"{part[name][share]:,.1f}" for _, part in shown)) for share in ("p50", "p99", "max")
        ]
    print_table([f"On {counted(shards, 'shard')}", *(name for name, _ in shown)], rows)
    if whole.failures:
        failures = [(len(one.ids), one.stage.value, one.cause, _some(one.ids)) for one in whole.failures]
        print_table(["Count", "At", "Cause", "Queries"], failures, title="Failures")
    for reason, ids in sorted(whole.skipped.items()):
        console.print(f"Not compared ({reason}): {_some(ids)}")


def _some(ids: "list[str] | tuple[str, ...]") -> str:
    left = len(ids) - _IDS_SHOWN
    return ", ".join(ids[:_IDS_SHOWN]) + (f" and {left:,} more" if left > 0 else "")
