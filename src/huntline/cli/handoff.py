import sys
from pathlib import Path
from typing import Annotated

import typer

from huntline.cli.output import Json, console, errors, print_json

app = typer.Typer(help="Packages for incident responders.", no_args_is_help=True)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The package (zip).")],
    key: Annotated[Path | None, typer.Option(help="The expected public key (PEM).")] = None,
    fingerprint: Annotated[str, typer.Option(help="Its expected fingerprint: 64 hexadecimal digits.")] = "",
    as_json: Json = False,
) -> None:
    """Check a package offline: every hash, nothing missing, nothing added, the signature; and say what that does not prove.

    Needs no database and no server. Exits 1 where the package does not hold.

    Example: huntline handoff verify huntline-handoff.zip --fingerprint 3f1c…
    """
    from huntline.handoff.verifying import json_of, lines_of
    from huntline.handoff.verifying import verify as look

    if key is not None and fingerprint:
        raise typer.BadParameter("Give --key or --fingerprint, not both.")
    try:
        found = look(file, key=key.read_bytes() if key else None, fingerprint=fingerprint)
    except (OSError, ValueError) as error:
        errors.print(f"Cannot check it: {error}", soft_wrap=True)
        sys.exit(2)
    if as_json:
        print_json(json_of(found))
    else:
        for line in lines_of(found):
            console.print(line, soft_wrap=True)
    raise typer.Exit(0 if found.holds else 1)
