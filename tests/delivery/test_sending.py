"""The sender, against real SMTP servers that do what mail servers do."""

import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import connection

from huntline.delivery import sending
from huntline.delivery.errors import MailServerInvalid
from huntline.delivery.models import Attempt, AttemptOutcome, Mail, MailKind, MailState
from huntline.delivery.post import Draft, queue
from huntline.delivery.sending import send_due
from huntline.delivery.server import server_from
from mail_servers import Mailbox, free_port, smtp_server

pytestmark = pytest.mark.django_db


def draft(recipient="mina@aurora.example", about="test:1", **fields):
    values = {"language": "en", "subject": "A test", "text": "Hello.\n", "html": "<p>Hello.</p>"}
    return Draft(kind=MailKind.TEST, about=about, recipient=recipient, **(values | fields))


def mails():
    return Mail.objects.unscoped("a test looks at the whole queue").order_by("id")


def mail_to(recipient):
    return mails().get(recipient=recipient)


def outcomes():
    return [(row.outcome, row.code) for row in Attempt.objects.order_by("at", "id")]


class TestSendDue:
    def test_hands_over_once_and_says_so(self, server):
        mail = queue(draft())
        assert send_due() == 1
        assert send_due() == 0
        assert server.ids == [mail.message_id]
        assert outcomes() == [(AttemptOutcome.ACCEPTED, 250)]
        assert mails().get().state == MailState.SENT

    def test_the_message_is_complete(self, server):
        queue(draft(subject="표적 공격 알림(높음)", text="본문\n", html="<p>본문</p>", language="ko"))
        send_due()
        message = server.taken[0]
        assert message["To"] == "mina@aurora.example"
        assert message["From"] == "Huntline <huntline@localhost>"
        assert message["Subject"] == "표적 공격 알림(높음)"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Content-Language"] == "ko"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert server.text_of(0) == "본문\n"
        assert server.html_of(0).strip() == "<p>본문</p>"

    def test_a_line_of_one_dot_and_very_long_lines_arrive_whole(self, server):
        text = ".\n..\n" + "가" * 5000 + "\n.\n"
        queue(draft(text=text))
        send_due()
        assert server.text_of(0) == text

    def test_many_mails_share_one_connection(self, server):
        for number in range(30):
            queue(draft(recipient=f"p{number}@aurora.example"))
        assert send_due() == 30
        assert len(set(server.ids)) == 30

    @pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
    def test_a_refusal_is_final_and_told_with_the_servers_words(self, server, stage):
        server.stage, server.script = stage, server.script.__class__(["550 5.1.1 no such mailbox"])
        queue(draft())
        queue(draft(recipient="second@aurora.example"))
        assert send_due() == 1
        refused = Attempt.objects.get(outcome=AttemptOutcome.REFUSED)
        assert refused.answer == "5.1.1 no such mailbox"
        assert refused.mail.state == MailState.FAILED
        assert sorted(mails().values_list("state", flat=True)) == [MailState.FAILED, MailState.SENT]

    @pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
    def test_greylisting_is_waited_out_with_growing_pauses(self, server, stage, clock):
        server.stage, server.script = stage, server.script.__class__(["451 4.7.1 greylisted"] * 3)
        mail = queue(draft())
        waited = []
        while send_due() == 0:
            due = mails().get().due
            waited.append((due - clock.now()).total_seconds())
            clock.advance(due - clock.now())
        assert waited == [30, 60, 120]
        assert server.ids == [mail.message_id]
        assert outcomes() == [(AttemptOutcome.DEFERRED, 451)] * 3 + [(AttemptOutcome.ACCEPTED, 250)]

    def test_a_server_that_breaks_off_after_the_text_is_asked_again_with_the_same_message_id(self, server, clock):
        server.script.append("drop")
        mail = queue(draft())
        assert send_due() == 0
        assert mails().get().state == MailState.QUEUED
        clock.advance(timedelta(minutes=1))
        assert send_due() == 1
        assert server.seen == [mail.message_id] * 2
        assert server.ids == [mail.message_id]

    def test_a_server_that_breaks_off_after_its_250_is_not_asked_again(self, server, clock):
        server.drop_on_quit = True
        mail = queue(draft())
        assert send_due() == 1
        clock.advance(timedelta(days=1))
        assert send_due() == 0
        assert server.seen == [mail.message_id]

    def test_a_connection_that_the_server_closed_between_two_mails_costs_nothing(self, server):
        server.stage = "MAIL"
        queue(draft())
        queue(draft(recipient="second@aurora.example"))
        server.script.extend(["250 OK", "drop"])
        assert send_due() == 2
        assert outcomes() == [(AttemptOutcome.ACCEPTED, 250)] * 2

    def test_a_server_that_is_down_makes_all_wait_and_loses_nothing(self, settings, clock):
        port = free_port()
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
        for number in range(5):
            queue(draft(recipient=f"p{number}@aurora.example"))
        for _ in range(4):
            assert send_due() == 0
            clock.advance(mails().first().due - clock.now())
        assert [outcome for outcome, _ in outcomes()] == [AttemptOutcome.UNREACHABLE] * 4
        assert set(Attempt.objects.values_list("mail", flat=True)) == {mails().first().pk}
        mailbox = Mailbox()
        with smtp_server(mailbox) as live:
            settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{live}"
            clock.advance(timedelta(hours=1))
            assert send_due() == 5
        assert sorted(mailbox.ids) == sorted(mails().values_list("message_id", flat=True))

    def test_a_server_that_says_nothing_is_left_after_the_timeout(self, settings, monkeypatch):
        monkeypatch.setattr(sending, "server_from", partial(server_from, timeout=0.2))
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
            queue(draft())
            assert send_due() == 0
        assert outcomes() == [(AttemptOutcome.UNREACHABLE, None)]

    def test_a_mail_is_given_up_after_five_days_and_says_so(self, server, clock):
        server.script.extend(["451 later"] * 2)
        queue(draft())
        send_due()
        clock.advance(timedelta(days=5))
        send_due()
        assert mails().get().state == MailState.FAILED
        assert "given up after 5 days" in Attempt.objects.last().answer

    def test_what_lets_somebody_in_is_wiped_once_it_is_sent(self, server):
        queue(draft("secret@aurora.example", secret=True))
        queue(draft("other@aurora.example"))
        send_due()
        secret, other = mail_to("secret@aurora.example"), mail_to("other@aurora.example")
        assert (secret.text, secret.html) == ("", "")
        assert other.text == "Hello.\n"

    def test_stops_when_asked(self, server):
        queue(draft())
        stop = Event()
        stop.set()
        assert send_due(stop) == 0
        assert mails().get().state == MailState.QUEUED

    def test_an_address_of_the_server_that_cannot_be_used_is_said(self, settings):
        settings.HUNTLINE_EMAIL_URL = "mail.example.org"
        with pytest.raises(MailServerInvalid, match="HUNTLINE_EMAIL_URL"):
            send_due()


class TestLease:
    def test_a_mail_of_a_worker_that_died_is_sent_by_another_after_the_lease(self, server, clock):
        mail = queue(draft())
        assert [one.pk for one in sending._claim().mails] == [mail.pk]  # and the worker dies
        assert send_due() == 0
        clock.advance(sending.LEASE + timedelta(seconds=1))
        assert send_due() == 1
        assert server.ids == [mail.message_id]

    def test_who_knows_that_no_worker_is_left_need_not_wait(self, server, clock):
        mail = queue(draft())
        (dead,) = sending._claim().mails
        assert sending.forget_claims() == 1
        assert (send_due(), sending.forget_claims()) == (1, 0)
        assert server.ids == [mail.message_id]
        assert not sending._renew(dead)

    def test_a_worker_that_lost_its_claim_does_not_send(self, server, clock, monkeypatch):
        queue(draft())
        (slow,) = sending._claim().mails
        clock.advance(sending.LEASE + timedelta(seconds=1))
        assert send_due() == 1
        assert not sending._renew(slow)

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once_send_every_mail_once(self, server):
        for number in range(40):
            queue(draft(recipient=f"p{number}@aurora.example"))

        def work(_):
            try:
                return send_due()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            sent = list(pool.map(work, range(2)))
        assert sum(sent) == 40
        assert set(Counter(server.ids).values()) == {1}
        assert set(server.ids) == set(mails().values_list("message_id", flat=True))
        assert set(mails().values_list("state", flat=True)) == {MailState.SENT}
