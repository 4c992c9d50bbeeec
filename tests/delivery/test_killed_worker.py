"""A worker that is killed while it sends: nothing is lost, and nothing that the mail server had accepted is sent again."""

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings as django_settings
from django.db import connection

from huntline.delivery.models import Mail, MailKind, MailState
from huntline.delivery.post import Draft, queue
from mail_servers import Mailbox, smtp_server

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import datetime, time
import django
django.setup()
from huntline.delivery import sending
from huntline.delivery.models import Mail
sending.LEASE = datetime.timedelta(seconds=1)  # else the test would wait for a quarter of an hour
for _ in range(60):
    sending.send_due()
    left = Mail.objects.unscoped("a worker of a test").filter(state="queued").count()
    if not left:
        break
    time.sleep(0.1)
"""


class Killer(Mailbox):
    """Kills the worker at the given moments: when it has said so many recipients, or sent so many texts."""

    worker: subprocess.Popen | None = None
    recipients = 0

    def kill(self):
        os.kill(self.worker.pid, signal.SIGKILL)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - aiosmtpd's name
        self.recipients += 1
        if self.stage == "RCPT" and self.recipients in {5, 12}:
            self.kill()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as above
        answer = await super().handle_DATA(server, session, envelope)
        if self.stage == "DATA" and len(self.seen) in {5, 12}:
            self.kill()
        return answer


def environment(port):
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "huntline.web.settings",
        "HUNTLINE_HOME": str(django_settings.HOME),
        "HUNTLINE_DATABASE_URL": url,
        "HUNTLINE_EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }


def send_all(killer, port):
    """Run workers one after the other, as a supervisor would, until one ends by itself."""
    for killed in range(10):
        killer.worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment(port))
        if killer.worker.wait(timeout=60) == 0:
            return killed
        assert killer.worker.returncode == -signal.SIGKILL
    raise AssertionError("The workers never came to an end.")


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_killed_worker_loses_nothing(settings, stage):
    killer = Killer(stage=stage)
    with smtp_server(killer) as port:
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
        for number in range(20):
            address = f"p{number}@aurora.example"
            queue(Draft(MailKind.TEST, f"test:{number}", address, "en", subject="A test", text="Hello.\n"))
        assert send_all(killer, port) == 2
    rows = Mail.objects.unscoped("a test looks at the whole queue")
    assert set(rows.values_list("state", flat=True)) == {MailState.SENT}
    assert set(killer.ids) == set(rows.values_list("message_id", flat=True))
    again = sum(times - 1 for times in Counter(killer.ids).values())
    # Killed before the text: never twice. Killed in the instant of the server's answer: that one mail again, as the same message.
    assert again == 0 if stage == "RCPT" else again <= 2
