"""The commands, put together."""

import os
import sys

import typer

from huntline.cli import audit, demo, handoff, hunts, imports, keys, kql, samples, serve, tenants, users
from huntline.cli.output import fail

app = typer.Typer(
    name="huntline",
    help="Managed threat hunting: hunt in KQL over many customers' telemetry, and tell them what you found.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("import")(imports.import_files)
app.command("hunt")(hunts.hunt)
app.command("demo")(demo.demo)
app.add_typer(audit.app, name="audit")
app.add_typer(tenants.app, name="tenants")
app.add_typer(users.app, name="users")
app.add_typer(keys.app, name="keys")
app.add_typer(kql.app, name="kql")
app.add_typer(samples.app, name="samples")
app.add_typer(handoff.app, name="handoff")


def main() -> None:
    """Run the command line. An error that may be shown ends with exit code 1 and its message, a wrong call with 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huntline.web.settings")
    os.umask(0o077)  # what commands create holds secrets and customers' data
    from huntline.kernel import HuntlineError

    try:
        app()
    except HuntlineError as error:
        fail(error.code, error.message, error.detail)
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
