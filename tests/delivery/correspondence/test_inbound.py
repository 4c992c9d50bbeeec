"""A mail comes in by each door: into its case, once, and no machine talks with another for ever."""

import smtplib
import subprocess
import sys
import time
from email import policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from django.db import connections

from delivery.correspondence.conftest import reply_to
from huntline.delivery.correspondence.imap import fetch_mail
from huntline.delivery.correspondence.inbound import take_mail
from huntline.delivery.correspondence.lmtp import open_door
from huntline.delivery.errors import InboundServerInvalid, InboundUnknown, ReplyAddressForged
from huntline.delivery.models import InboundMail, InboundOutcome, Mail, MailState, Suppression
from huntline.delivery.signed_addresses import reply_address
from huntline.inquiries.answering import AnswerForm, answer
from huntline.inquiries.asking import withdraw
from huntline.inquiries.queries import find_inquiry, thread_of
from huntline.inquiries.states import State, Step
from huntline.samples.queries import samples_of
from mail_servers import free_port

pytestmark = pytest.mark.django_db
SOC, DESK = "soc@aurora.example", "desk@watchtower.example"


@pytest.fixture
def asked(case, hunter, deliver):
    """The mail by which the experts ask the customer something."""
    answer(hunter, case.number, AnswerForm(Step.ASK_SAMPLES, "Please send it."))
    return deliver(SOC)[-1]


def incoming():
    return InboundMail.objects.unscoped("a test")


class TestTakeMail:
    @pytest.mark.requirement("R57")
    def test_a_reply_with_an_attachment_is_in_the_thread_and_in_quarantine(self, admin, case, asked):
        message = reply_to(asked, "Here it is.")
        message.add_attachment(b"MZ malware", maintype="application", subtype="octet-stream", filename="x.exe")
        taken = take_mail(message.as_bytes(), asked["Reply-To"])
        assert (taken.outcome, taken.number) == (InboundOutcome.TAKEN, case.number)
        written = thread_of(admin, case)[-1]
        assert (written.text, written.channel, written.person_name) == ("Here it is.", "mail", SOC)
        [sample] = samples_of(admin, case.pk)
        assert (sample.name, written.sample_ids) == ("x.exe", [str(sample.pk)])
        assert find_inquiry(admin, case.number).state == State.IN_PROGRESS

    def test_the_same_mail_twice_is_one_message_and_one_sample(self, admin, case, asked):
        message = reply_to(asked, "Here it is.")
        message.add_attachment(b"MZ malware", maintype="application", subtype="octet-stream", filename="x.exe")
        for _ in range(2):
            take_mail(message.as_bytes(), asked["Reply-To"])
        assert len(thread_of(admin, case)) == 3
        assert len(samples_of(admin, case.pk)) == 1

    def test_one_that_died_before_it_was_settled_keeps_its_sample(self, admin, case, asked, monkeypatch):
        message = reply_to(asked, "Here it is.")
        message.add_attachment(b"MZ malware", maintype="application", subtype="octet-stream", filename="x.exe")
        with monkeypatch.context() as patched, pytest.raises(OSError, match="died"):
            patched.setattr("huntline.delivery.correspondence.inbound.reply", _die)
            take_mail(message.as_bytes(), asked["Reply-To"])
        assert not incoming().exists()
        take_mail(message.as_bytes(), asked["Reply-To"])
        assert len(samples_of(admin, case.pk)) == 1
        assert thread_of(admin, case)[-1].sample_ids

    def test_a_forged_address_is_refused_and_nothing_is_kept(self, admin, case, asked):
        forged = asked["Reply-To"].replace("-0-", "-1-")
        with pytest.raises(ReplyAddressForged):
            take_mail(reply_to(asked, "Hello.").as_bytes(), forged)
        assert not incoming().exists()
        assert len(thread_of(admin, case)) == 2

    def test_somebody_else_by_the_same_address_is_named(self, admin, case, asked):
        take_mail(reply_to(asked, "For Mina.", sender="boss@aurora.example").as_bytes(), asked["Reply-To"])
        assert thread_of(admin, case)[-1].person_name == f"boss@aurora.example ({SOC})"

    def test_a_holiday_reply_is_noted_and_answered_by_nobody(self, admin, case, asked, deliver):
        message = reply_to(asked, "I am away.", Auto_Submitted="auto-replied")
        before = len(deliver(SOC)), len(deliver(DESK))
        assert take_mail(message.as_bytes(), asked["Reply-To"]).outcome == InboundOutcome.AUTOMATIC
        assert (len(deliver(SOC)), len(deliver(DESK))) == before
        assert find_inquiry(admin, case.number).state == State.WAITING_SAMPLES

    def test_a_case_that_takes_none_says_why_and_keeps_the_note(self, admin, case, asked):
        withdraw(admin, case.number, "Found it.")
        taken = take_mail(reply_to(asked, "Still here?").as_bytes(), asked["Reply-To"])
        assert taken.outcome == InboundOutcome.REFUSED
        assert "withdrawn" in taken.reason

    def test_an_attachment_that_is_too_large_is_said_in_the_thread(self, admin, case, asked, settings):
        settings.HUNTLINE_SAMPLE_MIB = 0
        message = reply_to(asked, "Here it is.")
        message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="x.exe")
        take_mail(message.as_bytes(), asked["Reply-To"])
        assert "[x.exe:" in thread_of(admin, case)[-1].text

    def test_an_empty_mail_is_a_message_too(self, admin, case, asked):
        take_mail(reply_to(asked, "", quote=False).as_bytes(), asked["Reply-To"])
        assert "Re: [" in thread_of(admin, case)[-1].text

    def test_what_is_not_there_any_more_is_refused(self, case):
        message = EmailMessage()
        message.set_content("Hello.")
        with pytest.raises(InboundUnknown):
            take_mail(message.as_bytes(), reply_address("TE-ABCDEFGH", 0))
        with pytest.raises(InboundUnknown):
            take_mail(message.as_bytes(), reply_address(case.number, 7))


class TestReports:
    def report(self, status="5.1.1", action="failed"):
        return (
            "From: MAILER-DAEMON@x.example\r\nTo: x\r\nMessage-ID: <dsn-1@x>\r\nAuto-Submitted: auto-replied\r\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
            f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} no such user\r\n\r\n--b--\r\n"
        ).encode()

    @pytest.fixture
    def sent(self, case, deliver):
        deliver(SOC)
        return Mail.objects.unscoped("a test").filter(recipient=SOC).latest("created")

    def address(self, mail):
        from huntline.delivery.signed_addresses import bounce_address

        return bounce_address(mail.pk)

    @pytest.mark.requirement("R31")
    def test_a_bounce_is_seen_on_the_mail_and_does_not_loop(self, sent, deliver):
        before = len(deliver(SOC))
        for _ in range(2):
            assert take_mail(self.report(), self.address(sent)).outcome == InboundOutcome.REPORT
        sent.refresh_from_db(from_queryset=Mail.objects.unscoped("a test"))
        assert sent.state == MailState.BOUNCED
        assert [one.outcome for one in sent.attempts.all()] == ["accepted", "bounced"]
        assert len(deliver(SOC)) == before
        assert Suppression.objects.unscoped("a test").get(address=SOC).refusals == 1

    def test_a_delay_is_noted_and_nothing_more(self, sent):
        take_mail(self.report("4.4.1", "delayed"), self.address(sent))
        sent.refresh_from_db(from_queryset=Mail.objects.unscoped("a test"))
        assert sent.state == MailState.SENT

    def test_servers_report_to_an_address_of_the_mail_alone(self, sent, mailbox, monkeypatch):
        from huntline.delivery.message import envelope_sender

        assert envelope_sender(sent) == self.address(sent)


def _die(*_):
    raise OSError("died")


@pytest.mark.django_db(transaction=True)
class TestLmtp:
    @pytest.fixture
    def door(self):
        opened = open_door(f"127.0.0.1:{free_port()}")
        yield opened
        opened.stop()
        connections.close_all()

    def test_each_recipient_has_its_own_answer(self, door, admin, case, asked):
        message = reply_to(asked, "Here it is.").as_bytes(policy=policy.SMTP)
        forged = asked["Reply-To"].replace("-0-", "-1-")
        with smtplib.LMTP("127.0.0.1", door.port) as client:
            client.ehlo()
            client.mail("mina@aurora.example")
            assert client.rcpt(asked["Reply-To"])[0] == 250
            assert client.rcpt(forged)[0] == 550
            assert client.data(message)[0] == 250
        assert thread_of(admin, case)[-1].text == "Here it is."

    def test_what_cannot_be_kept_now_comes_again(self, door, admin, case, asked, monkeypatch):
        monkeypatch.setattr("huntline.delivery.correspondence.inbound.reply", _die)
        with smtplib.LMTP("127.0.0.1", door.port) as client:
            with pytest.raises(smtplib.SMTPDataError) as later:
                client.sendmail(
                    "mina@aurora.example", [asked["Reply-To"]], reply_to(asked, "Here.").as_bytes(policy=policy.SMTP)
                )
            assert later.value.smtp_code == 451


@pytest.mark.django_db(transaction=True)
class TestImap:
    @pytest.fixture
    def box(self, tmp_path, settings):
        """A real IMAP server with one user and an empty mailbox."""
        port = free_port()
        process = subprocess.Popen(
            [Path(sys.executable).with_name("pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls",
             "dict", "--demo-data", "--demo-user", "cases", "--demo-password", "secret"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        settings.HUNTLINE_INBOUND_IMAP = f"imap://cases:secret@127.0.0.1:{port}/INBOX"
        until = time.monotonic() + 20
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}", timeout=1)
            except httpx.ConnectError:
                assert time.monotonic() < until
                time.sleep(0.1)
            except httpx.HTTPError:
                break
        yield port
        process.terminate()
        process.wait(10)

    def test_what_lies_in_the_mailbox_is_taken_once(self, box, admin, case, asked):
        import imaplib

        with imaplib.IMAP4("127.0.0.1", box) as client:
            client.login("cases", "secret")
            client.append("INBOX", None, None, reply_to(asked, "By way of a mailbox.").as_bytes())
        assert fetch_mail() == 1
        assert thread_of(admin, case)[-1].text == "By way of a mailbox."
        assert fetch_mail() == 0

    @pytest.mark.parametrize("url", ["http://x", "imaps://host", "imaps:///INBOX"])
    def test_a_setting_that_cannot_be_is_refused(self, settings, url):
        settings.HUNTLINE_INBOUND_IMAP = url
        with pytest.raises(InboundServerInvalid):
            fetch_mail()


class TestWebhook:
    def post(self, client, message, address, secret="s3cret"):
        return client.post(
            f"/mail/inbound?recipient={address.replace('+', '%2B')}",
            message,
            content_type="message/rfc822",
            headers={"Authorization": f"Bearer {secret}"},
        )

    def test_takes_a_mail_with_the_secret(self, client, settings, admin, case, asked):
        settings.HUNTLINE_INBOUND_SECRET = "s3cret"
        answered = self.post(client, reply_to(asked, "Posted.").as_bytes(), asked["Reply-To"])
        assert (answered.status_code, answered.json()) == (200, {"outcome": "taken", "number": case.number})
        assert thread_of(admin, case)[-1].text == "Posted."

    def test_without_the_secret_there_is_no_such_door(self, client, settings, asked):
        message = reply_to(asked, "Posted.").as_bytes()
        assert self.post(client, message, asked["Reply-To"], "").status_code == 404
        settings.HUNTLINE_INBOUND_SECRET = "s3cret"
        assert self.post(client, message, asked["Reply-To"], "wrong").status_code == 404
        assert client.get("/mail/inbound").status_code == 405

    def test_an_address_that_is_not_ours_is_refused(self, client, settings, asked):
        settings.HUNTLINE_INBOUND_SECRET = "s3cret"
        assert self.post(client, b"From: a@b.example\r\n\r\nx", "cases+x@hunt.example").status_code == 422
