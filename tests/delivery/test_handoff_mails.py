"""Mails about packages: the link to responders in their language, and word to the maker when it was opened first."""

import pytest
from django.test import Client

from huntline.delivery.jobs import send_due
from huntline.delivery.models import Mail, MailState
from huntline.handoff.jobs import make_due
from huntline.handoff.links import url_of
from huntline.handoff.models import SubjectKind
from huntline.handoff.queries import find_handoff
from huntline.handoff.services import HandoffForm, make_handoff, withdraw_handoff
from huntline.outbox.services import dispatch
from huntline.web.subscribers import SUBSCRIBERS
from publishing import enrol, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(clock, cast):
    return enrol(cast)


@pytest.fixture
def ask(admin, cast):
    def asked(**changes):
        values = {"recipient_name": "Bo", "recipient_email": "bo@responders.example"}
        return make_handoff(admin, HandoffForm(SubjectKind.NOTIFICATION, str(publish(cast).pk), **(values | changes)))

    return asked


def mails(kind):
    return list(Mail.objects.unscoped("a test").filter(kind=kind).order_by("created"))


def open_it(row):
    return Client(headers={"User-Agent": "Firefox"}, REMOTE_ADDR="203.0.113.50").post(
        url_of(row).removeprefix("http://127.0.0.1:8080")
    )


class TestToTheRecipient:
    @pytest.mark.requirement("R72", "R73")
    @pytest.mark.parametrize(
        ("language", "said"),
        [("en", "not incident response"), ("ko", "인시던트 대응이 아닙니다"), ("ja", "インシデント対応ではありません")],
    )
    def test_brings_the_link_and_the_fingerprint(self, ask, admin, language, said):
        made = ask(language=language)
        assert make_due() == 1
        dispatch(SUBSCRIBERS)
        (mail,) = mails("handoff")
        row = find_handoff(admin, made.pk)
        assert (mail.recipient, mail.language) == ("bo@responders.example", language)
        for part in (url_of(made), row.fingerprint, row.sha256, said):
            assert part in mail.text.replace("\n", " ")

    def test_not_before_it_is_ready(self, ask):
        ask()
        dispatch(SUBSCRIBERS)
        assert mails("handoff") == []

    def test_not_when_it_was_withdrawn_meanwhile(self, ask, admin):
        made = ask()
        make_due()
        withdraw_handoff(admin, made.pk)
        dispatch(SUBSCRIBERS)
        assert mails("handoff") == []

    def test_the_link_is_wiped_once_it_is_sent(self, ask, server):
        made = ask()
        make_due()
        dispatch(SUBSCRIBERS)
        assert send_due() >= 1
        (mail,) = mails("handoff")
        assert mail.state == MailState.SENT
        assert url_of(made) not in mail.text + mail.html


class TestToTheMaker:
    def test_tells_once_that_it_was_opened(self, ask, cast):
        cast.aurora_admin.language = "ko"
        cast.aurora_admin.save()
        made = ask()
        make_due()
        for _ in range(2):
            assert open_it(made).status_code == 200
        dispatch(SUBSCRIBERS)
        (mail,) = mails("receipt")
        assert (mail.recipient, mail.language) == ("admin@aurora.example", "ko")
        assert "203.0.113.50" in mail.text
        assert "인계 패키지가 열렸습니다" in mail.text
        assert f"/tenants/aurora/notifications/{made.subject_id}" in mail.text
        assert url_of(made) not in mail.text

    def test_who_has_left_hears_nothing(self, ask, cast):
        made = ask()
        make_due()
        cast.aurora_admin.is_active = False
        cast.aurora_admin.save()
        open_it(made)
        dispatch(SUBSCRIBERS)
        assert mails("receipt") == []
