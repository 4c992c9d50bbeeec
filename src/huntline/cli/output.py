"""How commands speak: tables for people, one JSON value for machines, errors on standard error."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, NoReturn

import typer
from rich.console import Console
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]

# A pipe or a file has no width, and ids that are cut in two cannot be searched for.
_WIDE: Final = 1000


def _console(*, stderr: bool = False) -> Console:
    # Names, queries and paths hold square brackets, which are no markup.
    made = Console(stderr=stderr, markup=False, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _WIDE
    return made


console = _console()
errors = _console(stderr=True)


def fail(code: str, message: str, detail: dict[str, Any] | None = None) -> NoReturn:
    """Say what went wrong and end with exit code 1; with `--json` anywhere on the line, as JSON."""
    if "--json" in sys.argv:
        print(
            json.dumps({"error": {"code": code, "message": message, "detail": detail or {}}}, ensure_ascii=False),
            file=sys.stderr,
        )
    else:
        errors.print(message, style="bold red", soft_wrap=True)
        for item in (detail or {}).get("errors", []):
            if not message.endswith(item["message"]):
                errors.print(f"  line {item['line']}, column {item['column']}: {item['message']}", soft_wrap=True)
    raise SystemExit(1)


def print_json(value: object) -> None:
    """Print one JSON value."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """Print a table; a terminal that is too narrow folds long values."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table)


def counted(count: int, what: str) -> str:
    """Say how many there are.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'}"
