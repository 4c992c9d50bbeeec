"""What is wrong ends in a clear refusal or in a later attempt; nothing is lost, and what is right goes on beside it."""

import gzip
import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from huntline.delivery.jobs import send_due
from huntline.kernel import now
from huntline.outbox.services import dispatch
from huntline.telemetry.importing import import_paths
from huntline.web.subscribers import SUBSCRIBERS
from mail_servers import Mailbox, free_port, smtp_server
from stories.marked_tenant import Desk, draft_of, enrol

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).parents[3] / "shared" / "data"
LOG = SHARED / "evtxmitre-ID104-1102-Event_log_cleared.evtx"
DEEP = 10_000
QUICKLY = 5.0  # seconds, on a busy machine
QUERIES = {
    "a megabyte of text": "print '" + "x" * 1_000_000 + "'",
    "a megabyte of names": "DeviceEvents | project " + ", ".join(["FileName"] * 100_000),
    "a megabyte of conditions": "DeviceEvents | where " + " or ".join(["ActionType == 'a'"] * 50_000),
    "a megabyte of steps": "DeviceEvents" + " | where true" * 80_000,
    "a megabyte of blanks": " " * 1_000_000 + "print 1",
    "brackets": "print " + "(" * DEEP + "1" + ")" * DEEP,
    "brackets that never end": "print " + "(" * DEEP,
    "calls": "print " + "strcat(" * DEEP + "'a'" + ")" * DEEP,
    "signs": "print " + "-" * DEEP + "1",
    "sums": "print 1" + " + 1" * DEEP,
    "arrays": "print dynamic(" + "[" * DEEP + "]" * DEEP + ")",
    "members": "DeviceEvents | extend x = AdditionalFields" + ".a" * DEEP,
    "unions": "union (" * DEEP + "DeviceEvents" + ")" * DEEP,
    "lets": "".join(f"let a{n + 1} = a{n} + a{n}; " for n in range(DEEP)) + "print a1",
}


def json_of(answer):
    return json.loads(answer.content)


@pytest.fixture
def secret(sign_in):
    return Desk(sign_in("aurora_admin")).call("POST", "~/ingest-keys", {"name": "shipper"})["secret"]


@pytest.fixture
def send(secret):
    def post(path, body, **headers):
        headers |= {"Authorization": f"Bearer {secret}"}
        return Client().post(f"/ingest/v1/{path}", body, content_type="application/x-ndjson", headers=headers)

    return post


def rows(*names, **more):
    moment = (now() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "\n".join(json.dumps({"Timestamp": moment, "DeviceId": "d", "FileName": name} | more) for name in names)


def count(sign_in, query="DeviceEvents"):
    [[found]] = Desk(sign_in("aurora_analyst")).call("POST", "~/hunts", {"query": f"{query} | count"})["rows"]
    return found


class TestQueries:
    @pytest.mark.parametrize("path", ["hunts", "hunts/check"])
    @pytest.mark.parametrize("what", sorted(QUERIES))
    def test_too_large_or_too_deep_is_said_quickly(self, sign_in, path, what):
        client = sign_in("aurora_analyst")
        started = time.process_time()
        answer = client.post(
            f"/api/v1/tenants/aurora/{path}", {"query": QUERIES[what]}, content_type="application/json"
        )
        assert time.process_time() - started < QUICKLY
        if path == "hunts":
            assert (answer.status_code, json_of(answer)["code"]) == (400, "query_invalid")
            findings = json_of(answer)["errors"]
        else:
            assert answer.status_code == 200
            findings = json_of(answer)["diagnostics"]
        assert findings[0]["severity"] == "error"
        assert findings[0]["message"]
        assert len(answer.content) < 100_000
        assert count(sign_in, "print 1") == 1

    @pytest.mark.parametrize("body", ["[" * 100_000, '{"query":' * 50_000, "{", "", "[]", '"print 1"', "\x00"])
    def test_a_body_that_is_no_request_is_said(self, sign_in, body):
        for path in ("hunts", "hunts/check", "saved-hunts", "evidence"):
            answer = sign_in("aurora_analyst").generic(
                "POST", f"/api/v1/tenants/aurora/{path}", body, "application/json"
            )
            assert 400 <= answer.status_code < 500, answer.content[:300]
            assert json_of(answer)["code"]


class TestBatches:
    @pytest.mark.parametrize(
        ("bad", "code"),
        [
            ("{broken", "not_json"),
            ("[" * 100_000, None),
            ('{"a":' * 100_000, None),
            ('"text"', None),
            ('{"Timestamp": "yesterday"}', None),
            ('{"Timestamp": "2026-03-02T12:00:00Z", "FileSize": "big"}', "wrong_type"),
        ],
    )
    def test_a_bad_line_is_named_and_the_good_ones_are_kept(self, send, sign_in, bad, code):
        answer = send("rows/DeviceEvents", f"{rows('a')}\n{bad}\n{rows('b')}")
        receipt = json_of(answer)
        assert answer.status_code == 200, receipt
        assert (receipt["stored"], receipt["refused"]) == ({"DeviceEvents": 2}, 1)
        [refusal] = receipt["refusals"]
        assert refusal["line"] == 2
        assert refusal["reason"]
        assert code in (None, refusal["code"])
        assert count(sign_in) == 2

    @pytest.mark.parametrize("path", ["defender", "rows/DeviceEvents", "events/nxlog", "events/evtx"])
    @pytest.mark.parametrize("body", [b"\x00\xff" * 1000, b"[" * 100_000, b"null", b"{}", b"\n\n"])
    def test_what_is_no_batch_stores_nothing_and_says_why(self, send, path, body):
        answer = send(path, body)
        assert answer.status_code == 400, answer.content[:300]
        assert json_of(answer)["code"] in {"rows_refused", "batch_empty"}

    def test_a_cut_archive_stores_nothing(self, send, sign_in):
        packed = gzip.compress(rows(*map(str, range(5_000))).encode())
        answer = send("rows/DeviceEvents", packed[: len(packed) // 2], **{"Content-Encoding": "gzip"})
        assert (answer.status_code, json_of(answer)["code"]) == (400, "body_broken")
        assert count(sign_in) == 0


@pytest.mark.corpus
class TestCutLog:
    """An EVTX file of 91 records of which the last twelve are cut off."""

    @pytest.fixture
    def half(self):
        data = LOG.read_bytes()
        return data[: len(data) // 2]

    def test_its_good_records_come_in_by_the_door(self, send, half):
        receipt = json_of(send("events/evtx", half))
        assert (sum(receipt["stored"].values()) > 0, receipt["refused"]) == (True, 1)
        [refusal] = receipt["refusals"]
        assert (refusal["line"], refusal["code"]) == (80, "evtx_cut")

    def test_a_door_that_takes_all_or_nothing_takes_nothing(self, send, half, sign_in):
        answer = send("events/evtx?on_error=reject", half)
        assert (answer.status_code, json_of(answer)["code"]) == (400, "rows_refused")
        assert count(sign_in, "union DeviceEvents, DeviceInfo | where Timestamp > datetime(2000-01-01)") == 0

    def test_an_import_goes_on_with_the_next_file(self, cast, half, tmp_path):
        (tmp_path / "1.evtx").write_bytes(half)
        (tmp_path / "2.evtx").write_bytes(LOG.read_bytes())
        steps = import_paths(cast.aurora.pk, [tmp_path])
        while True:
            try:
                next(steps)
            except StopIteration as end:
                summary = end.value
                break
        [refusal] = summary.refusals
        assert (Path(refusal.file).name, refusal.line, refusal.code) == ("1.evtx", 80, "evtx_cut")
        assert summary.rows["DeviceEvents"] == 79 + 91


@pytest.mark.requirement("R22", "R31")
def test_while_the_mail_server_is_down_all_else_goes_on_and_no_mail_is_lost(cast, sign_in, send, settings, clock):
    port = free_port()
    settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
    admin, hunter, lead = (Desk(sign_in(part)) for part in ("aurora_admin", "hunter", "hunt_lead"))
    enrol(admin, Desk(sign_in("account_manager")))
    rule = {"name": "All", "severities": ["High"], "recipients": ["soc@aurora.example"]}
    rule_id = admin.call("POST", "~/email-rules", rule)["id"]
    assert send("rows/DeviceEvents", rows("evil.exe")).status_code == 200
    hunt = hunter.call("POST", "~/hunts", {"query": "DeviceEvents"})["id"]
    evidence = hunter.call("POST", "~/evidence", {"hunt_id": hunt, "rows": [0]})["id"]
    draft = hunter.call("POST", "~/drafts", draft_of(evidence))["id"]
    hunter.call("POST", f"~/drafts/{draft}/submit")
    lead.call("POST", f"~/drafts/{draft}/publish")
    dispatch(SUBSCRIBERS)
    assert send_due() == 0
    assert count(sign_in, "DeviceAlertEvents") == 1
    [mail] = admin.call("GET", f"~/email-rules/{rule_id}/attempts")["items"]
    assert mail["state"] == "queued"
    assert send("rows/DeviceEvents", rows("later.exe")).status_code == 200

    mailbox = Mailbox()
    with smtp_server(mailbox) as live:
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{live}"
        clock.advance(timedelta(hours=1))
        send_due()
        send_due()
    assert mailbox.ids.count(mail["message_id"]) == 1
    assert len(mailbox.ids) == len(set(mailbox.ids))
    [mail] = admin.call("GET", f"~/email-rules/{rule_id}/attempts")["items"]
    assert mail["state"] == "sent"
    assert [tried["outcome"] for tried in mail["attempts"]].count("accepted") == 1
