"""Addresses that servers say do not exist: nothing more is sent to them, the trace says so, an administrator lifts it."""

from collections import deque

import pytest

from huntline.audit.models import Entry
from huntline.delivery.models import AttemptOutcome, Mail, MailKind, MailState, Step, Suppression
from huntline.delivery.post import Draft, queue
from huntline.delivery.sending import send_due
from huntline.delivery.server import Answer
from huntline.delivery.suppression import REFUSALS, says_no_mailbox

pytestmark = pytest.mark.django_db
GONE = "gone@aurora.example"
PATH = "/api/v1/tenants/aurora/email-suppressions"


def mail(cast, number, tenant="aurora", **fields):
    values = {"tenant_id": cast.tenants[tenant].pk, "subject": "A test", "text": "Hello.\n", "language": "en"}
    kind = fields.pop("kind", MailKind.NOTIFICATION)
    return queue(Draft(kind=kind, about=f"{tenant}:{number}", recipient=GONE, **(values | fields)))


@pytest.fixture
def refused(server, cast):
    """The server has refused the address as often as it takes."""
    server.stage = "RCPT"
    for number in range(REFUSALS):
        server.script = deque(["550 5.1.1 no such mailbox"])
        mail(cast, number)
        send_due()
    return server


class TestSaysNoMailbox:
    @pytest.mark.parametrize(
        ("code", "text", "expected"),
        [
            (550, "5.1.1 no such mailbox", True),
            (550, "No such user here", True),
            (550, "5.2.1 mailbox disabled", True),
            (552, "5.2.2 mailbox full", False),
            (550, "5.7.1 relaying denied", False),
            (554, "Service unavailable; client host blocked", False),
        ],
    )
    def test_what_is_about_the_address(self, code, text, expected):
        assert says_no_mailbox(Answer(AttemptOutcome.REFUSED, code, text, Step.RECIPIENT)) is expected

    @pytest.mark.parametrize("step", [Step.SENDER, Step.TEXT])
    def test_what_is_about_us_or_the_text_is_not(self, step):
        assert not says_no_mailbox(Answer(AttemptOutcome.REFUSED, 550, "5.1.1 no such mailbox", step))


class TestSuppression:
    def test_nothing_more_is_sent_after_some_refusals(self, refused, cast):
        later = mail(cast, "later")
        assert later.state == MailState.SUPPRESSED
        assert send_due() == 0
        assert Entry.objects.get(action="email_address.suppressed").detail["address"] == GONE

    def test_one_organisation_learns_nothing_from_another(self, refused, cast):
        assert mail(cast, "later", tenant="bluefin").state == MailState.QUEUED

    def test_mails_that_let_somebody_in_are_always_sent(self, refused, cast):
        assert mail(cast, "in", kind=MailKind.INVITATION, secret=True).state == MailState.QUEUED

    def test_an_acceptance_makes_up_for_refusals(self, server, cast):
        server.stage = "RCPT"
        for number in range(2 * REFUSALS):
            server.script = deque(["550 5.1.1 no such mailbox"] if number % 2 else [])
            mail(cast, number)
            send_due()
        assert mail(cast, "later").state == MailState.QUEUED

    def test_a_server_that_refuses_us_suppresses_nobody(self, server, cast):
        server.stage = "RCPT"
        for number in range(REFUSALS):
            server.script = deque(["550 5.7.1 relaying denied"])
            mail(cast, number)
            send_due()
        assert not Suppression.objects.unscoped("a test").exists()


class TestRoutes:
    @pytest.mark.parametrize(
        ("part", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("aurora_admin", 200)]
    )
    def test_who_may_look(self, refused, sign_in, part, status):
        assert sign_in(part).get(PATH).status_code == status

    def test_an_administrator_sees_the_answer_and_lifts_it(self, refused, cast, sign_in):
        client = sign_in("aurora_admin")
        (row,) = client.get(PATH).json()["items"]
        assert (row["address"], row["refusals"], row["answer"]) == (GONE, REFUSALS, "5.1.1 no such mailbox")
        assert (
            sign_in("bluefin_admin").delete(f"/api/v1/tenants/bluefin/email-suppressions/{row['id']}").status_code
            == 404
        )
        assert client.delete(f"{PATH}/{row['id']}").status_code == 204
        assert client.get(PATH).json()["total"] == 0
        assert mail(cast, "later").state == MailState.QUEUED
        assert Mail.objects.unscoped("a test").filter(state=MailState.FAILED).count() == REFUSALS
