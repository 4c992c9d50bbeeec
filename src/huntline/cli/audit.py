from typing import Annotated

import typer

from huntline.cli import django
from huntline.cli.output import Json, console, print_json, print_table

app = typer.Typer(help="The audit record.", no_args_is_help=True)


@app.command()
def verify(as_json: Json = False) -> None:
    """Walk the whole chain and name every entry that was changed, removed or reordered. Exits 1 where there is one.

    Example: huntline audit verify
    """
    django.ready()
    from huntline.audit.queries import chain_head
    from huntline.audit.services import verify as faults_of

    faults = list(faults_of())
    count, head = chain_head()
    if as_json:
        print_json(
            {
                "entries": count,
                "head": head or None,
                "faults": [
                    {"sequence": fault.sequence, "kind": fault.kind, "explanation": fault.explanation}
                    for fault in faults
                ],
            }
        )
    elif faults:
        print_table(
            ["Entry", "Fault", "Explanation"], [(fault.sequence, fault.kind, fault.explanation) for fault in faults]
        )
    else:
        console.print(f"The chain of {count} entries holds. Its head is {head or 'empty'}.")
    raise typer.Exit(1 if faults else 0)


@app.command("list")
def list_entries(
    tenant: Annotated[str | None, typer.Option(help="Only entries that concern this tenant (short name).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List entries, newest first.

    Example: huntline audit list --tenant aurora --limit 20
    """
    django.ready()
    from huntline.audit.queries import newest_entries
    from huntline.identity.queries import tenant_called

    shown = newest_entries(limit, tenant_called(tenant).pk if tenant is not None else None)
    if as_json:
        print_json(
            [
                {
                    "sequence": row.sequence,
                    "at": row.at.isoformat(),
                    "actor": row.actor_name,
                    "action": row.action,
                    "object_type": row.object_type,
                    "object_id": row.object_id,
                    "detail": row.detail,
                    "hash": row.hash,
                }
                for row in shown
            ]
        )
        return
    print_table(
        ["Entry", "At (UTC)", "Who", "What", "Which"],
        [
            (
                row.sequence,
                f"{row.at:%Y-%m-%d %H:%M:%S}",
                row.actor_name,
                row.action,
                f"{row.object_type} {row.object_id}",
            )
            for row in shown
        ],
    )
