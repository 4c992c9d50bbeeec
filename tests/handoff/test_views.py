"""What responders see behind the link: nothing is recorded by looking, and nothing is sent without a receipt."""

import io
import zipfile
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.test import Client

from huntline.audit.models import Entry
from huntline.handoff.catalogue import say
from huntline.handoff.jobs import make_due
from huntline.handoff.links import url_of
from huntline.handoff.models import HandoffReceipt, SubjectKind
from huntline.handoff.queries import find_handoff
from huntline.handoff.services import HandoffForm, make_handoff, withdraw_handoff
from huntline.handoff.storage import file_of
from huntline.handoff.verifying import fingerprint_of, verify
from huntline.outbox.models import RecordedEvent
from publishing import enrol, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(clock, cast):
    return enrol(cast)


@pytest.fixture
def asked(admin, cast, settings):
    settings.HUNTLINE_RESPONDERS = "Watchtower CIRT, +1 555 0100"
    form = HandoffForm(
        SubjectKind.NOTIFICATION, str(publish(cast).pk), "Bo <b>", "bo@responders.example", "Responders Ltd"
    )
    return make_handoff(admin, form)


@pytest.fixture
def ready(admin, asked):
    assert make_due() == 1
    return find_handoff(admin, asked.pk)


def path_of(row):
    return url_of(row).removeprefix("http://127.0.0.1:8080")


def receipts(row):
    return list(HandoffReceipt.objects.unscoped("a test").filter(handoff=row))


class TestLook:
    @pytest.mark.requirement("R72", "R74")
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_shows_what_it_is_and_records_nothing(self, ready, method):
        answer = getattr(Client(headers={"User-Agent": "MailScanner/1.0"}), method)(path_of(ready))
        assert answer.status_code == 200
        assert receipts(ready) == []
        assert not Entry.objects.filter(action="handoff.opened").exists()
        if method == "get":
            text = answer.content.decode()
            for said in (ready.sha256, ready.fingerprint, "Bo &lt;b&gt;, Responders Ltd", "admin@aurora.example", "Aurora Grid",
                         "not incident response", "Watchtower CIRT, +1 555 0100", 'method="post"'):  # fmt: skip
                assert said in text

    def test_leaves_no_trace_of_the_secret(self, ready):
        answer = Client().get(path_of(ready))
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.content.decode()
        assert not answer.cookies


class TestTake:
    @pytest.mark.requirement("R75")
    def test_writes_a_receipt_and_sends_the_package(self, ready, tmp_path):
        client = Client(
            headers={"User-Agent": "Firefox\x1b[2J" + "x" * 400}, REMOTE_ADDR="203.0.113.50", enforce_csrf_checks=True
        )
        answer = client.post(path_of(ready))
        assert answer.status_code == 200
        (tmp_path / "got.zip").write_bytes(b"".join(answer.streaming_content))
        assert verify(tmp_path / "got.zip", fingerprint=ready.fingerprint).holds
        assert answer.headers["Content-Disposition"] == f'attachment; filename="huntline-handoff-{ready.pk}.zip"'
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
        (receipt,) = receipts(ready)
        assert receipt.address == "203.0.113.50"
        assert receipt.client.startswith("Firefox?[2J")
        assert len(receipt.client) == 300
        entry = Entry.objects.get(action="handoff.opened")
        assert (entry.tenant_id, entry.object_id, entry.detail["address"]) == (
            ready.tenant_id,
            str(ready.pk),
            "203.0.113.50",
        )
        event = RecordedEvent.objects.get(name="handoff_opened")
        assert event.payload["receipt_id"] == str(receipt.pk)

    def test_each_time(self, ready):
        for _ in range(2):
            Client().post(path_of(ready))
        assert len(receipts(ready)) == 2

    def test_past_the_operators_proxies(self, ready, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        Client(headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.51"}, REMOTE_ADDR="10.0.0.1").post(path_of(ready))
        assert receipts(ready)[0].address == "203.0.113.51"

    def test_not_without_end(self, ready, monkeypatch, clock):
        monkeypatch.setattr("huntline.handoff.opening.MOST_OPENINGS", 2)
        for _ in range(2):
            assert Client().post(path_of(ready)).status_code == 200
        refused = Client().post(path_of(ready))
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "3600"
        assert len(receipts(ready)) == 2
        clock.advance(timedelta(hours=1, seconds=1))
        assert Client().post(path_of(ready)).status_code == 200


class TestNothingThere:
    def answers(self, path):
        return [getattr(Client(), method)(path) for method in ("get", "post")]

    def body_of_none(self):
        return Client().get("/handoff/" + "A" * 43).content

    def test_the_same_for_every_reason(self, admin, asked, ready, clock):
        expected = self.body_of_none()
        gone = path_of(ready)
        clock.advance(timedelta(days=30))
        for answer in self.answers(gone):  # expired
            assert (answer.status_code, answer.content) == (404, expected)
        clock.advance(timedelta(days=-30))
        withdraw_handoff(admin, ready.pk)
        for answer in self.answers(gone):
            assert (answer.status_code, answer.content) == (404, expected)
        assert receipts(ready) == []

    def test_while_it_is_made(self, asked):
        for answer in self.answers(path_of(asked)):
            assert (answer.status_code, answer.content) == (404, self.body_of_none())

    def test_when_the_file_was_lost(self, ready):
        file_of(ready.pk).unlink()
        for answer in self.answers(path_of(ready)):
            assert (answer.status_code, answer.content) == (404, self.body_of_none())
        assert receipts(ready) == []

    @pytest.mark.parametrize("token", ["x", "%00", "../../etc", "é", "A" * 5000, "' OR 1=1"])
    def test_what_is_no_secret(self, db, token):
        assert Client().get(f"/handoff/{token}").status_code == 404

    @pytest.mark.parametrize("language", ["en", "ko", "ja"])
    def test_in_the_readers_language(self, db, language):
        answer = Client(headers={"Accept-Language": language}).get("/handoff/x")
        assert say(language, "page.gone_heading") in answer.content.decode()

    def test_other_methods(self, ready):
        assert Client().put(path_of(ready)).status_code == 405


class TestPublicKey:
    def test_anybody_compares_it(self, ready):
        answer = Client().get("/.well-known/huntline-handoff.pub")
        assert answer.status_code == 200
        assert fingerprint_of(load_pem_public_key(answer.content)) == ready.fingerprint
        assert ready.fingerprint in answer.content.decode()
        assert verify(file_of(ready.pk), key=answer.content).key_is_expected is True
        with zipfile.ZipFile(io.BytesIO(file_of(ready.pk).read_bytes())) as archive:
            assert archive.read("signing-key.pub") in answer.content
