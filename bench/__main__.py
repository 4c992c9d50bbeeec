"""Print ratios, all measured in one run: `python -m bench [--scale 1]`.

Compiling: milliseconds of published hunts. Ingest: rows a second by Huntline's doors over the engine's own insert of the same rows. Hunts:
the run time of a compiled query over that of SQL written by hand, and over that of duckdb-kql, for the same question on the same rows.
Notifications: from publishing to visible in each channel, and lists of alerts over SQL written by hand. Absolute times say little;
ratios count.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from aiosmtpd.controller import Controller
from rich.console import Console

from bench.mailbox import Mailbox, free_port


def main() -> None:
    """Make telemetry in a folder of its own, measure, and remove it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="telemetry to hunt in: 1 is five million rows a table")
    scale = parser.parse_args().scale
    folder = Path(tempfile.mkdtemp(prefix="huntline-bench-"))
    for name in [name for name in os.environ if name.startswith("HUNTLINE_")]:
        del os.environ[name]
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    os.environ |= {
        "HUNTLINE_HOME": str(folder),
        "HUNTLINE_EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "DJANGO_SETTINGS_MODULE": "huntline.web.settings",
    }
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        from bench import compiling, hunts, ingest, notifications
        from bench.rival import Rival
        from bench.telemetry import fill, sample

        console = Console()
        compiling.measure(console, most=None if scale >= 0.1 else 50)
        sent = sample(scale, console)
        ingest.measure(sent, console)
        notifications.measure(sent, mailbox, scale, console)
        stock = fill(scale, console)
        hunts.measure(stock, Rival.of(stock, folder, console), console)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
