"""Mails about signing in, and that their links do what they say."""

from datetime import timedelta

import pytest

from huntline.delivery import jobs
from huntline.delivery.models import Mail, MailKind
from huntline.delivery.sending import send_due
from huntline.identity.events import MemberInvited
from huntline.identity.permissions import Role
from huntline.identity.services import invite
from huntline.outbox.services import dispatch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queued")]

RESET = "/_allauth/browser/v1/auth/password/request"
CHOOSE = "/_allauth/browser/v1/auth/password/reset"
KEY = "http://127.0.0.1:8080/account/password/reset/key/"
SUBSCRIBERS = {MemberInvited: {"delivery.invitation_mail": jobs.queue_invitation_mail}}


@pytest.fixture
def queued(settings):
    """pytest-django puts its own mail door in place of the product's; put it back."""
    settings.EMAIL_BACKEND = "huntline.delivery.backend.Queue"


def mails():
    return Mail.objects.unscoped("a test looks at the whole queue")


def key_in(text):
    return next(line for line in text.splitlines() if line.startswith(KEY)).removeprefix(KEY)


def ask(client, email):
    return client.post(RESET, {"email": email}, content_type="application/json").status_code


def choose(client, key, password):
    body = {"key": key, "password": password}
    return client.post(CHOOSE, body, content_type="application/json").status_code


class TestPasswordReset:
    def test_is_in_the_persons_language_and_its_link_works_once(self, sign_in, cast):
        cast.aurora_admin.language = "ja"
        cast.aurora_admin.save()
        client = sign_in(None)
        assert ask(client, "admin@aurora.example") == 200
        mail = mails().get()
        assert (mail.kind, mail.recipient, mail.language) == (MailKind.SIGN_IN, "admin@aurora.example", "ja")
        assert mail.subject == "新しいパスワードの設定"
        key = key_in(mail.text)
        assert choose(client, key, "a-new-long-passphrase") in {200, 401}  # 401: chosen, and now sign in
        cast.aurora_admin.refresh_from_db()
        assert cast.aurora_admin.check_password("a-new-long-passphrase")
        assert choose(sign_in(None), key, "another-long-passphrase") == 400

    def test_is_wiped_once_it_is_sent(self, sign_in, server):
        ask(sign_in(None), "admin@aurora.example")
        assert send_due() == 1
        assert KEY in server.text_of(0)
        assert (mails().get().text, mails().get().html) == ("", "")

    def test_an_address_without_account_gets_no_link_and_the_page_says_the_same(self, sign_in):
        assert ask(sign_in(None), "nobody@elsewhere.example") == 200
        mail = mails().get()
        assert mail.recipient == "nobody@elsewhere.example"
        assert "no account" in mail.subject
        assert KEY not in mail.text


class TestInvitation:
    def test_a_new_person_chooses_a_password_by_its_link(self, sign_in, cast):
        person = invite(cast.aurora, "new@aurora.example", Role.READER, name="New Person").person
        dispatch(SUBSCRIBERS)
        mail = mails().get()
        assert (mail.kind, mail.recipient, mail.tenant_id) == (
            MailKind.INVITATION,
            "new@aurora.example",
            cast.aurora.pk,
        )
        assert "Aurora Grid" in mail.subject
        assert mail.secret
        choose(sign_in(None), key_in(mail.text), "a-new-long-passphrase")
        person.refresh_from_db()
        assert person.check_password("a-new-long-passphrase")

    def test_somebody_who_has_a_password_is_told_without_such_a_link(self, cast):
        invite(cast.aurora, "analyst@bluefin.example", Role.READER)
        dispatch(SUBSCRIBERS)
        mail = mails().get()
        assert KEY not in mail.text
        assert not mail.secret
        assert "http://127.0.0.1:8080/tenants/aurora" in mail.text

    def test_who_is_given_a_password_gets_no_mail(self, cast):
        invite(cast.aurora, "made@aurora.example", Role.READER, password="correct horse battery staple")
        dispatch(SUBSCRIBERS)
        assert not mails().exists()

    def test_the_link_ends_when_the_mail_says(self, cast, sign_in, settings):
        invite(cast.aurora, "new@aurora.example", Role.READER)
        dispatch(SUBSCRIBERS)
        assert "within 3 days" in mails().get().text.replace("\n", " ")
        settings.PASSWORD_RESET_TIMEOUT = -int(timedelta(seconds=1).total_seconds())
        assert choose(sign_in(None), key_in(mails().get().text), "a-new-long-passphrase") == 400
