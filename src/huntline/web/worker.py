"""The workers of this process: events, mails, hunts, reports, samples and packages that are due, until they are stopped."""

import threading
import time
from collections.abc import Callable
from functools import partial

import structlog
from django.conf import settings
from django.db import close_old_connections, connection

from huntline.delivery import sending as mails
from huntline.delivery.correspondence.imap import fetch_mail
from huntline.delivery.jobs import send_due
from huntline.delivery.models import MailRank
from huntline.delivery.webhooks import sending as calls
from huntline.delivery.webhooks.jobs import call_due
from huntline.detections import jobs as rules
from huntline.detections.jobs import run_due_rules
from huntline.handoff import jobs as handoffs
from huntline.hunting import jobs as hunts
from huntline.hunting.jobs import run_due_turns
from huntline.inquiries.jobs import remind_due
from huntline.outbox import services as outbox
from huntline.outbox.services import dispatch, listen
from huntline.reports.jobs import keep_due_reports
from huntline.samples import jobs as samples
from huntline.samples.jobs import delete_expired, examine_due
from huntline.web.subscribers import SUBSCRIBERS

log = structlog.get_logger(__name__)

# A commit of this process wakes the workers at once; the pause is for work that became due, and for other processes' commits.
PAUSE_SECONDS = 1.0
# What runs by the hour and by the month need not be looked for more often, and no commit makes it due.
LONG_PAUSE_SECONDS = 15.0
STOP_SECONDS = 10.0

Work = Callable[[threading.Event], object]


class Loop(threading.Thread):
    """One kind of work in one thread. Several loops, in this process or others, share the work without repeating it."""

    def __init__(self, name: str, work: Work, *, pause: float = PAUSE_SECONDS) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._pause = pause
        self._wake = threading.Event()
        self._stop_asked = threading.Event()
        if pause == PAUSE_SECONDS:
            listen(self._wake.set)

    def run(self) -> None:
        """Work until stopped; whatever fails is logged and tried again."""
        while not self._stop_asked.is_set():
            self._wake.clear()
            try:
                close_old_connections()
                self._work(self._stop_asked)
            except Exception:
                log.exception("worker_failed", worker=self.name)
            self._wake.wait(self._pause)
        connection.close()

    def ask_to_stop(self) -> None:
        """End after the piece of work in hand."""
        self._stop_asked.set()
        self._wake.set()


class Worker:
    """All loops of a server: events on one thread, each connection to the mail server on its own.

    A slow mail server holds up no event, no mail waits for a hunt, and a long queue holds up no mail about signing in: the first
    connection carries nothing else.
    """

    def __init__(self) -> None:
        lanes = [None] * max(1, settings.HUNTLINE_EMAIL_CONNECTIONS - 1)
        kept_free = [MailRank.SIGN_IN] if settings.HUNTLINE_EMAIL_CONNECTIONS > 1 else []
        self._loops = [
            Loop("events", lambda stop: dispatch(SUBSCRIBERS, stop=stop)),
            *(
                Loop(f"mail-{number}", partial(send_due, only=rank))
                for number, rank in enumerate([*kept_free, *lanes], 1)
            ),
            *(Loop(f"webhooks-{number}", call_due) for number in range(1, settings.HUNTLINE_WEBHOOK_CONNECTIONS + 1)),
            Loop("handoffs", handoffs.make_due),
            Loop("handoff-files", handoffs.sweep_files, pause=LONG_PAUSE_SECONDS),
            Loop("hunts", run_due_turns, pause=LONG_PAUSE_SECONDS),
            Loop("inbound-mail", fetch_mail, pause=LONG_PAUSE_SECONDS),
            Loop("detections", run_due_rules, pause=LONG_PAUSE_SECONDS),
            Loop("inquiries", remind_due, pause=LONG_PAUSE_SECONDS),
            Loop("reports", keep_due_reports, pause=LONG_PAUSE_SECONDS),
            Loop("samples", examine_due),
            Loop("sample-retention", delete_expired, pause=LONG_PAUSE_SECONDS),
        ]

    def start(self) -> None:
        """Begin."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """Finish the pieces of work in hand and end. Waits at most ten seconds."""
        for loop in self._loops:
            loop.ask_to_stop()
        until = time.monotonic() + STOP_SECONDS
        for loop in self._loops:
            loop.join(timeout=max(0.0, until - time.monotonic()))


def forget_claims() -> None:
    """Make due what other processes had in hand. For a process that knows that it is the only one left."""
    outbox.forget_claims()
    mails.forget_claims()
    calls.forget_claims()
    handoffs.forget_claims()
    hunts.forget_claims()
    samples.forget_claims()
    rules.forget_claims()
