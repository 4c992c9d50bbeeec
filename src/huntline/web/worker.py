"""The workers of this process: they hand out events and send what is due, and run hunts and reports, until they are stopped."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog
from django.db import close_old_connections, connection

from huntline.delivery.jobs import send_due
from huntline.hunting.jobs import run_due_turns
from huntline.outbox.services import dispatch, listen
from huntline.reports.jobs import keep_due_reports
from huntline.web.subscribers import SUBSCRIBERS

log = structlog.get_logger(__name__)

Job = Callable[[threading.Event], Any]

# A commit of this process wakes the worker at once; the pause is for work that became due, and for other processes' commits.
PAUSE_SECONDS = 1.0
# What runs by the hour and by the month need not be looked for more often.
LONG_PAUSE_SECONDS = 15.0


def _dispatch(stop: threading.Event) -> int:
    return dispatch(SUBSCRIBERS, stop=stop)


# What must be quick has a worker of its own: no mail waits for a hunt.
PROMPT: Final[Sequence[Job]] = (_dispatch, send_due)
LONG: Final[Sequence[Job]] = (run_due_turns, keep_due_reports)


class Worker(threading.Thread):
    """One thread with its jobs. Several workers, in this process or others, share the work without repeating it."""

    def __init__(self, jobs: Sequence[Job] = PROMPT, *, name: str = "worker", pause: float = PAUSE_SECONDS) -> None:
        super().__init__(name=name, daemon=True)
        self._jobs = jobs
        self._pause = pause
        self._wake = threading.Event()
        self._stop_asked = threading.Event()
        if jobs is PROMPT:
            listen(self._wake.set)

    def run(self) -> None:
        """Work until stopped; whatever fails is logged and tried again."""
        while not self._stop_asked.is_set():
            self._wake.clear()
            for job in self._jobs:
                try:
                    close_old_connections()
                    job(self._stop_asked)
                except Exception:
                    log.exception("worker_failed")
            self._wake.wait(self._pause)
        connection.close()

    def stop(self) -> None:
        """Finish the piece of work in hand and end. Waits at most ten seconds."""
        self._stop_asked.set()
        self._wake.set()
        self.join(timeout=10)
