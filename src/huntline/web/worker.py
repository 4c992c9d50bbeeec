"""The worker of this process: hands out events and sends what is due, until it is stopped."""

import threading

import structlog
from django.db import close_old_connections, connection

from huntline.delivery.jobs import send_due
from huntline.outbox.services import dispatch, listen
from huntline.web.subscribers import SUBSCRIBERS

log = structlog.get_logger(__name__)

# A commit of this process wakes the worker at once; the pause is for work that became due, and for other processes' commits.
PAUSE_SECONDS = 1.0


class Worker(threading.Thread):
    """One thread. Several workers, in this process or others, share the work without repeating it."""

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)
        self._wake = threading.Event()
        self._stop_asked = threading.Event()
        listen(self._wake.set)

    def run(self) -> None:
        """Work until stopped; whatever fails is logged and tried again."""
        while not self._stop_asked.is_set():
            self._wake.clear()
            try:
                close_old_connections()
                dispatch(SUBSCRIBERS, stop=self._stop_asked)
                send_due(stop=self._stop_asked)
            except Exception:
                log.exception("worker_failed")
            self._wake.wait(PAUSE_SECONDS)
        connection.close()

    def stop(self) -> None:
        """Finish the piece of work in hand and end. Waits at most ten seconds."""
        self._stop_asked.set()
        self._wake.set()
        self.join(timeout=10)
