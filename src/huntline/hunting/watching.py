"""Stop what nobody waits for any more: a hunt whose client has gone."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_PAUSE: Final = 0.5

Gone = Callable[[], bool]
"""Says whether the client that asked has closed its connection."""


@contextmanager
def watched(gone: Gone | None, stop: Callable[[], object]) -> Iterator[None]:
    """Call `stop`, from a thread of its own, as soon as and as long as the client is gone while the block runs."""
    if gone is None:
        yield
        return
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_PAUSE):
            if gone():
                stop()

    watcher = threading.Thread(target=watch, name="hunt-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
