from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from huntline.cli.door import operate
from huntline.cli.output import Json, console, errors, print_json, print_table

# As in huntline.demo, which is loaded only when the command runs.
DEFAULT_SEED = 20_261_122


def demo(
    scale: Annotated[
        float, typer.Option(min=0.1, max=1000, help="How much telemetry: 1 is some ten thousand rows a customer.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same telemetry.")] = DEFAULT_SEED,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Load only where there is no tenant yet; say the sign-ins either way.")
    ] = False,
    exercise: Annotated[
        bool, typer.Option("--exercise", help="Load the exercise range too: a month with a catalogue of techniques.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Load the demo: a provider, three invented customers, their telemetry and one intrusion to find.

    Example: huntline demo --scale 10
    """
    done: dict[str, Any] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bars:
        tasks: dict[str, Any] = {}
        asked = {"scale": scale, "seed": seed, "if_empty": if_empty, "exercise": exercise}
        for event in operate("demo", asked):
            if "progress" in event:
                step = event["progress"]
                task = tasks.setdefault(step["step"], None)
                if task is None:
                    task = tasks[step["step"]] = bars.add_task(step["step"], total=step["total"])
                bars.update(task, completed=step["done"], total=step["total"])
            else:
                done = event["done"]
    if as_json:
        print_json(done)
        return
    if not done["sign_ins"]:
        return  # another installation's own tenants are here: nothing to say
    if done["loaded"]:
        console.print(f"Loaded {done['rows']:,} rows of telemetry.")
    rows = [(item["role"], item["tenant"], item["email"], item["password"]) for item in done["sign_ins"]]
    print_table(["Role", "Tenant", "E-mail", "Password"], rows, title="Sign-ins of the demo")
