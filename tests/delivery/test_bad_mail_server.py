"""A mail server that is killed in the middle, slow, silent, greylisting, refusing, and that breaks off before its answer: no mail is lost,
none arrives twice, and the troubleshooting says of each what happened to it.

One thing SMTP itself cannot tell: the text is sent and no answer comes. Such a mail is sent again as the same message, the attempts say
that it may have been taken the first time, and only such a mail may be there twice, under one Message-ID.
"""

import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction

from huntline.delivery import sending
from huntline.delivery.models import AttemptOutcome, Mail, MailKind, MailRank, MailState, Step
from huntline.delivery.post import Draft, queue
from huntline.delivery.sending import send_due
from huntline.delivery.server import server_from
from huntline.delivery.tracing import trace
from huntline.incidents.models import Alert, Incident
from huntline.kernel import now
from mail_servers import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

# How many mails of each hundred meet what (see relay.py).
PARTS = {"ok": 62, "grey": 8, "greytext": 6, "refuse": 5, "refusetext": 3, "slow": 4, "taken": 6, "dropped": 6}
SILENT = 2
CONNECTIONS = 4
RUNS = [
    pytest.param(200, (30, 90), id="quick"),
    pytest.param(10_000, tuple(range(300, 9_000, 600)), id="long", marks=pytest.mark.slow),
]


class Supervised:
    """The relay as a program of its own, that is killed each time when it has written down so many more things."""

    def __init__(self, folder):
        self.port, self.spool, self.killed = free_port(), Path(folder) / "spool", 0
        self._start()

    def _start(self):
        command = [sys.executable, str(Path(__file__).parent / "relay.py"), str(self.port), str(self.spool)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._process.stdout.readline() == b"ready\n"

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def lines(self):
        return [line.split("\t") for line in self.spool.read_text().splitlines()]

    @contextmanager
    def killed_at(self, moments):
        over = threading.Event()

        def watch():
            for moment in moments:
                while self.spool.read_bytes().count(b"\n") < moment:
                    if over.wait(0.02):
                        return
                self.kill()
                self.killed += 1
                self._start()

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


@pytest.fixture
def relay(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(sending, "server_from", partial(server_from, timeout=1.0))
    running = Supervised(tmp_path)
    settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{running.port}"
    yield running
    running.kill()


@pytest.fixture
def alert(cast):
    moment, tenant = now(), cast.aurora.pk
    facts = {"title": "A test", "severity": "High", "first_activity": moment, "last_activity": moment}
    incident = Incident(tenant_id=tenant, **facts)
    incident.save()
    row = Alert(
        id=f"ta{'0' * 32}", tenant_id=tenant, incident=incident, description="A test", category="General", **facts
    )
    row.save()
    return row


def recipients(count):
    for kind, share in PARTS.items():
        yield from (f"{kind}-{number}@aurora.example" for number in range(count * share // 100))
    yield from (f"silent-{number}@aurora.example" for number in range(SILENT))


def fill_queue(alert, count):
    with transaction.atomic():
        for address in recipients(count):
            queue(
                Draft(
                    MailKind.NOTIFICATION,
                    f"notification:{alert.pk}",
                    address,
                    "en",
                    subject="A test",
                    text="Hello.\n" * 200,
                    html="<p>Hello.</p>" * 200,
                    tenant_id=alert.tenant_id,
                    alert_id=alert.pk,
                )
            )


def mails():
    return Mail.objects.unscoped("a test looks at the whole queue").defer("text", "html")


def send_all(clock):
    """Send over several connections until nothing is left; whenever all wait, the time has come."""

    def one_connection(_):
        try:
            return send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for _ in range(200):
            list(pool.map(one_connection, range(CONNECTIONS)))
            if not mails().filter(state=MailState.QUEUED).exists():
                return
            clock.advance(timedelta(minutes=5))
    raise AssertionError("The queue never became empty.")


@pytest.mark.requirement("R31")
@pytest.mark.parametrize(("count", "kills"), RUNS)
def test_no_mail_is_lost_and_none_arrives_twice(relay, alert, scope_of, clock, count, kills):
    fill_queue(alert, count)
    with relay.killed_at(kills):
        send_all(clock)
    assert relay.killed == len(kills)

    arrived = defaultdict(list)
    for what, recipient, message_id in relay.lines():
        if what == "taken":
            arrived[recipient].append(message_id)
    rows = list(mails().prefetch_related("attempts"))
    assert len(rows) == len(list(recipients(count)))
    unanswered = Counter()
    for mail in rows:
        kind = mail.recipient.split("-")[0]
        attempts = list(mail.attempts.all())
        unanswered[kind] += (doubts := sum(row.outcome == AttemptOutcome.UNANSWERED for row in attempts)) > 0
        taken = arrived.pop(mail.recipient, [])
        assert len(attempts) == mail.tries
        if kind.startswith("refuse"):
            assert (mail.state, attempts[-1].outcome, taken) == (MailState.FAILED, AttemptOutcome.REFUSED, [])
            continue
        assert (mail.state, attempts[-1].outcome) == (MailState.SENT, AttemptOutcome.ACCEPTED)
        assert set(taken) == {mail.message_id}
        # Once; again only where an attempt says that nobody can know.
        assert 1 <= len(taken) <= 1 + doubts
    assert not arrived
    # The relay takes the text and breaks off, or breaks off without taking it: both look the same from here, and are said so.
    assert all(unanswered[kind] == count * PARTS[kind] // 100 for kind in ("taken", "dropped"))
    assert unanswered["silent"] == SILENT
    says_the_truth(scope_of("aurora_admin", "aurora"), alert)


# What the relay did to the first mail of each kind: the last two outcomes, with the code and the step of the conversation.
STORIES = {
    "ok": [(AttemptOutcome.ACCEPTED, 250, Step.TEXT)],
    "slow": [(AttemptOutcome.ACCEPTED, 250, Step.TEXT)],
    "grey": [(AttemptOutcome.DEFERRED, 451, Step.RECIPIENT), (AttemptOutcome.ACCEPTED, 250, Step.TEXT)],
    "greytext": [(AttemptOutcome.DEFERRED, 451, Step.TEXT), (AttemptOutcome.ACCEPTED, 250, Step.TEXT)],
    "refuse": [(AttemptOutcome.REFUSED, 550, Step.RECIPIENT)],
    "refusetext": [(AttemptOutcome.REFUSED, 554, Step.TEXT)],
    "taken": [(AttemptOutcome.UNANSWERED, None, Step.TEXT), (AttemptOutcome.ACCEPTED, 250, Step.TEXT)],
    "dropped": [(AttemptOutcome.UNANSWERED, None, Step.TEXT), (AttemptOutcome.ACCEPTED, 250, Step.TEXT)],
    "silent": [(AttemptOutcome.UNANSWERED, None, Step.TEXT), (AttemptOutcome.ACCEPTED, 250, Step.TEXT)],
}


def says_the_truth(scope, alert):
    for kind, story in STORIES.items():
        # A kill may have met one of them and added attempts before.
        told = [trace(scope, alert.pk, f"{kind}-{number}@aurora.example").mail for number in range(SILENT)]
        stories = [[(row.outcome, row.code, row.step) for row in mail.attempts.all()] for mail in told]
        assert any(attempts[-len(story) :] == story for attempts in stories), (kind, stories)
        assert all(attempts[-1] == story[-1] for attempts in stories), (kind, stories)
        assert all(mail.attempts.all()[0].server.startswith("127.0.0.1:") for mail in told)


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def state_of(mail):
    return mails().get(pk=mail.pk).state


def test_a_stuck_queue_holds_up_no_mail_about_signing_in_and_no_request(relay, alert, sign_in, monkeypatch):
    monkeypatch.setattr(sending, "server_from", server_from)
    with transaction.atomic():
        for number in range(60):
            address = f"{'silent' if number < 2 else 'ok'}-{number}@aurora.example"
            queue(Draft(MailKind.NOTIFICATION, "notification:1", address, "en", subject="A test", text="Hello.\n"))
    stop, client = threading.Event(), sign_in("aurora_admin")

    def work(only):
        try:
            while not stop.wait(0.01):
                send_due(stop, only=only)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(work, only) for only in (MailRank.SIGN_IN, None)]
        until(relay.lines)
        assert [what for what, *_ in relay.lines()] == ["silent"]
        secret = queue(
            Draft(MailKind.SIGN_IN, "sign-in:1", "ok-1@new.example", "en", "A link", "Hello.\n", secret=True)
        )
        until(lambda: state_of(secret) == MailState.SENT)
        zone = {"timezone": "Asia/Seoul"}
        assert client.patch("/api/v1/session", zone, content_type="application/json").status_code == 200
        # All that while the other connection waited for an answer to its first mail.
        assert [what for what, *_ in relay.lines()] == ["silent", "taken"]
        stop.set()
        for one in working:
            one.result()


def test_mails_about_signing_in_overtake_on_a_single_connection(relay, alert):
    fill_queue(alert, 100)
    secret = queue(Draft(MailKind.SIGN_IN, "sign-in:1", "ok-1@new.example", "en", "A link", "Hello.\n", secret=True))
    reset = queue(Draft(MailKind.NOTIFICATION, "reset:1", "ok-2@new.example", "en", "A link", "Hello.\n", secret=True))
    send_due()
    first = [message_id for what, _, message_id in relay.lines() if what == "taken"][:2]
    assert sorted(first) == sorted([secret.message_id, reset.message_id])
