"""Print ratios, all measured in one run: `python -m bench [--scale 20]`.

Ingest: rows a second by Huntline's doors over the engine's own insert of the same rows. Hunts: the time of compiling, and the run time of a
compiled query over that of hand-written ClickHouse SQL for the same question on the same rows. Absolute times say little; ratios count.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from rich.console import Console


def main() -> None:
    """Make telemetry in a folder of its own, measure, and remove it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=20.0, help="telemetry: 1 is some sixty thousand rows")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="huntline-bench-"))
    os.environ |= {"HUNTLINE_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "huntline.web.settings"}
    os.environ.pop("HUNTLINE_DATABASE_URL", None)
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        from bench import hunts, ingest
        from bench.telemetry import make

        console = Console()
        stock = make(arguments.scale, console)
        ingest.measure(stock, console)
        hunts.measure(stock, console)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
