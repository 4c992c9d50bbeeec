"""The queue: what may enter it."""

import pytest

from huntline.delivery.errors import AddressInvalid, HeaderInvalid
from huntline.delivery.models import Mail, MailKind, MailState
from huntline.delivery.post import Draft, queue
from huntline.delivery.sending import send_due

pytestmark = pytest.mark.django_db


def draft(recipient="mina@aurora.example", about="test:1", **fields):
    values = {"language": "en", "subject": "A test", "text": "Hello.\n", "html": "<p>Hello.</p>"}
    return Draft(kind=MailKind.TEST, about=about, recipient=recipient, **(values | fields))


def mails():
    return Mail.objects.unscoped("a test looks at the whole queue").order_by("id")


class TestQueue:
    def test_without_a_mail_server_a_mail_is_kept(self, settings):
        settings.HUNTLINE_EMAIL_URL = ""
        assert queue(draft()).state == MailState.KEPT
        assert send_due() == 0
        assert mails().get().state == MailState.KEPT

    def test_the_same_cause_and_recipient_is_one_mail(self, server):
        assert queue(draft()).pk == queue(draft()).pk
        assert queue(draft(about="test:2")).pk != queue(draft()).pk
        assert mails().count() == 2

    @pytest.mark.parametrize(
        "bad", ["", "nobody", "a@b\r\nBcc: c@d.example", "a b@c.example", "a@b.example,c@d.example"]
    )
    def test_refuses_what_is_no_address(self, server, bad):
        with pytest.raises(AddressInvalid):
            queue(draft(recipient=bad))

    @pytest.mark.parametrize("bad", ["A\r\nBcc: x@y.example", "A\nB", "A\x00B", "A\u2028B", "A\x85B"])
    def test_refuses_a_subject_that_smuggles_headers(self, server, bad):
        with pytest.raises(HeaderInvalid):
            queue(draft(subject=bad))
        assert not mails().exists()

    def test_an_international_domain_goes_as_ascii(self, server):
        assert queue(draft(recipient="mina@Bücher.example")).recipient == "mina@xn--bcher-kva.example"
