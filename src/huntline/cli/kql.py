from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from huntline.cli.output import Json, console, counted, errors, print_json, print_table

if TYPE_CHECKING:
    from huntline.scoring.score import Score

app = typer.Typer(
    help="The query compiler: look at what it makes of a query, and measure how good it is.", no_args_is_help=True
)

_IDS_SHOWN = 5


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
    timeout: Annotated[float, typer.Option(min=0.1, help="How many seconds one query may run.")] = 20.0,
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
    read = {file: read_lines(file, only=only or (), limit=limit) for file in files}
    for file in (file for file, lines in read.items() if not lines):
        errors.print(f"Warning: {file} has no line to score.")
    scores: dict[Path, Score] = {}
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        empty_tables(shards) as engine,
        Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bars,
    ):
        scorer = Scorer(engine, at=now(), seconds=timeout)
        for file, lines in read.items():
            bar = bars.add_task(file.name, total=len(lines))
            scores[file] = scorer.score(lines, partial(bars.advance, bar))
    whole = total_of(scores.values()) if len(scores) > 1 else next(iter(scores.values()))
    if as_json:
        print_json(_as_json(whole, scores, shards))
    else:
        _print(whole, scores, shards)


def _as_json(whole: "Score", scores: "dict[Path, Score]", shards: int) -> dict[str, Any]:
    """One file is one object; several are one object with their sum, and `files`."""
    if len(scores) == 1:
        return {"file": str(next(iter(scores))), "shards": shards, **whole.as_json()}
    parts = [{"file": str(file), "shards": shards, **part.as_json()} for file, part in scores.items()]
    return {"shards": shards, **whole.as_json(), "files": parts}


def _print(whole: "Score", scores: "dict[Path, Score]", shards: int) -> None:
    shown = {file.name: part.as_json() for file, part in scores.items()}
    if len(shown) > 1:
        shown["all"] = whole.as_json()
    measures = ("total", "parsed", "compiled", "refused", "executed", "comparable", "answered")
    rows: list[tuple[str, ...]] = [(name, *(f"{part[name]:,}" for part in shown.values())) for name in measures]
    for name in ("compile_ms", "execute_ms"):
        rows += [
            (f"{name} {share}", *(f"{part[name][share]:,.1f}" for part in shown.values()))
            for share in ("p50", "p99", "max")
        ]
    print_table([f"On {counted(shards, 'shard')}", *shown], rows)
    if whole.failures:
        failures = [(len(one.ids), one.stage.value, one.cause, _some(one.ids)) for one in whole.failures]
        print_table(["Count", "At", "Cause", "Queries"], failures, title="Failures")
    for reason, ids in sorted(whole.skipped.items()):
        console.print(f"Not compared ({reason}): {_some(ids)}")


def _some(ids: "list[str] | tuple[str, ...]") -> str:
    left = len(ids) - _IDS_SHOWN
    return ", ".join(ids[:_IDS_SHOWN]) + (f" and {left:,} more" if left > 0 else "")
