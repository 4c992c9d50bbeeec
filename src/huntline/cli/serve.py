import os
import sys
from typing import Annotated

import typer


def serve(
    listen: Annotated[
        str | None, typer.Option(help="Address and port, for instance 127.0.0.1:8080. Also HUNTLINE_LISTEN.")
    ] = None,
) -> None:
    """Serve the portal and the APIs.

    Example: huntline serve --listen 127.0.0.1:8080
    """
    if listen is not None:
        os.environ["HUNTLINE_LISTEN"] = listen
    # In place of this process: a signal for the command is a signal for the server.
    os.execv(sys.executable, [sys.executable, "-m", "huntline.web"])  # noqa: S606 - no shell is wanted
