"""Load the demo."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from huntline.demo.services import Step, load_demo


def demo(parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield `{"progress": {"step", "done", "total"}}` as it goes, then `{"done": {...}}` with the sign-ins.

    parameters: scale, seed, if_empty, exercise.
    """
    for event in load_demo(**parameters):
        if isinstance(event, Step):
            yield {"progress": {"step": event.name, "done": event.done, "total": event.total}}
        else:
            yield {
                "done": {
                    "loaded": event.loaded,
                    "rows": event.total,
                    "tables": event.rows,
                    "sign_ins": [asdict(sign_in) for sign_in in event.sign_ins],
                }
            }
