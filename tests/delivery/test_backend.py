"""What Django and django-allauth send becomes rows."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.utils import translation

from huntline.delivery.backend import CannotQueue
from huntline.delivery.errors import AddressInvalid, HeaderInvalid
from huntline.delivery.models import Mail, MailKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queued")]


@pytest.fixture
def queued(settings):
    """pytest-django puts its own mail door in place of the product's; put it back."""
    settings.EMAIL_BACKEND = "huntline.delivery.backend.Queue"


def mails():
    return Mail.objects.unscoped("a test looks at the whole queue").order_by("id")


class TestSendMessages:
    def test_one_mail_for_each_recipient(self):
        send_mail("A subject\n", "Text", None, ["a@x.example", "b@x.example"], html_message="<p>Text</p>")
        first, second = mails()
        assert {first.recipient, second.recipient} == {"a@x.example", "b@x.example"}
        assert (first.kind, first.secret, first.tenant_id) == (MailKind.SIGN_IN, True, None)
        assert (first.subject, first.text, first.html) == ("A subject", "Text", "<p>Text</p>")
        assert first.sender == "Huntline <huntline@localhost>"

    def test_two_mails_alike_are_two_mails(self):
        for _ in range(2):
            send_mail("Again", "Text", None, ["a@x.example"])
        assert mails().count() == 2

    def test_is_in_the_language_of_the_moment(self):
        with translation.override("ko"):
            send_mail("제목", "본문", None, ["a@x.example"])
        assert mails().get().language == "ko"

    def test_refuses_what_it_would_lose(self):
        message = EmailMessage("S", "T", None, ["a@x.example"])
        message.attach("x.txt", "text", "text/plain")
        with pytest.raises(CannotQueue):
            message.send()
        calendar = EmailMultiAlternatives("S", "T", None, ["a@x.example"])
        calendar.attach_alternative("BEGIN:VCALENDAR", "text/calendar")
        with pytest.raises(CannotQueue):
            calendar.send()
        assert not mails().exists()

    def test_refuses_smuggled_headers(self):
        with pytest.raises(HeaderInvalid):
            send_mail("A\r\nBcc: c@x.example", "T", None, ["a@x.example"])
        with pytest.raises(AddressInvalid):
            send_mail("A", "T", None, ["a@x.example\r\nBcc: c@x.example"])
