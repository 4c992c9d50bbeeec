"""Experts on demand as a story, on a real server with mail both ways: ask, send a sample over a broken line, answer, hand over.

The sample has 200 MB; the connection is cut in the middle of a part, and the server is killed between two.
"""

import hashlib
import io
import json
import random
import smtplib
import socket
import time
import zipfile
from email.message import EmailMessage

import pytest
import pyzipper
from stix2validator import ValidationOptions, validate_string

from mail_servers import Mailbox, free_port, smtp_server
from serving import Serving
from suite_settings import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MIB = 2**20
SIZE = 200 * MIB
SOC = "soc@aurora.example"
MARK = b"huntline-story-of-a-sample"
RULES = f'rule of_the_story {{ meta: family = "Story" strings: $mark = "{MARK.decode()}" condition: $mark }}'
PEOPLE = f"""
from huntline.cli import django; django.ready()
from huntline.enrolment.states import SubscriptionKind
from huntline.enrolment.subscription import SubscriptionForm, grant_subscription
from huntline.identity.models import TenantKind
from huntline.identity.permissions import Role
from huntline.identity.queries import scope_of
from huntline.identity.services import create_tenant, invite
provider = create_tenant("watchtower", "Watchtower", kind=TenantKind.PROVIDER)
aurora = create_tenant("aurora", "Aurora Grid")
invite(aurora, "admin@aurora.example", Role.ADMIN, password={PASSWORD!r})
invite(provider, "hunter@watchtower.example", Role.HUNTER, password={PASSWORD!r})
manager = invite(provider, "manager@watchtower.example", Role.ACCOUNT_MANAGER, password={PASSWORD!r}).person
grant_subscription(scope_of(manager, aurora), SubscriptionForm(SubscriptionKind.TRIAL))
"""


@pytest.fixture(scope="module")
def mailbox():
    return Mailbox()


@pytest.fixture(scope="module")
def mail_port():
    return free_port()


@pytest.fixture(scope="module")
def serving(tmp_path_factory, mailbox, mail_port):
    rules = tmp_path_factory.mktemp("rules")
    (rules / "story.yar").write_text(RULES)
    with smtp_server(mailbox) as port:
        server = Serving(
            tmp_path_factory.mktemp("consulting"),
            HUNTLINE_EMAIL_URL=f"smtp://127.0.0.1:{port}",
            HUNTLINE_INBOUND_ADDRESS="cases@hunt.example",
            HUNTLINE_INBOUND_LMTP=f"127.0.0.1:{mail_port}",
            HUNTLINE_YARA_RULES=str(rules),
        )
        server.python(PEOPLE)
        server.start()
        yield server
        server.stop()


class Desk:
    """A signed-in person."""

    def __init__(self, serving, email):
        self.client = serving.sign_in(email, PASSWORD)

    def call(self, method, path, body=None, *, expect=range(200, 300)):
        answer = self.client.request(method, f"/api/v1/tenants/aurora{path}", json=body)
        assert answer.status_code in expect, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def customer(serving):
    return Desk(serving, "admin@aurora.example")


@pytest.fixture(scope="module")
def expert(serving):
    return Desk(serving, "hunter@watchtower.example")


def wait_for(look, what, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"Nothing came of: {what}")


def content_of(size, seed):
    """Bytes that no compression makes smaller, with the mark of the rule across the middle."""
    content = bytearray(random.Random(seed).randbytes(size))
    content[size // 2 : size // 2 + len(MARK)] = MARK
    return bytes(content)


def cut_in_the_middle(serving, customer, path, part):
    """Send half of a part by a connection that then breaks."""
    cookies = "; ".join(f"{name}={value}" for name, value in customer.client.cookies.items())
    csrf = customer.client.cookies["huntline_csrf"]
    head = (
        f"PUT /api/v1/tenants/aurora{path} HTTP/1.1\r\nHost: 127.0.0.1:{serving.port}\r\nCookie: {cookies}\r\n"
        f"X-CSRFToken: {csrf}\r\nContent-Type: application/octet-stream\r\nContent-Length: {len(part)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", serving.port), timeout=20) as connection:
        connection.sendall(head.encode() + part[: len(part) // 2])


def send_file(serving, customer, case, content):
    """Upload a file as the portal does, over a line that breaks and a server that dies; return the sample."""
    begun = {"name": "prnsvc_update.exe", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    upload = customer.call("POST", f"{case}/uploads", begun)
    parts = range(1, upload["parts"] + 1)
    middle = len(parts) // 2

    def send(number):
        piece = content[(number - 1) * upload["part_size"] : number * upload["part_size"]]
        path = f"{case}/uploads/{upload['id']}/parts/{number}"
        if number == middle:
            cut_in_the_middle(serving, customer, path, piece)
        answer = customer.client.put(f"/api/v1/tenants/aurora{path}", content=piece)
        assert answer.status_code == 204, answer.text

    for number in parts[:middle]:
        send(number)
    serving.kill()
    serving.start()
    received = customer.call("GET", f"{case}/uploads/{upload['id']}")["received"]
    assert received == list(parts[:middle])
    refused = customer.call("POST", f"{case}/uploads/{upload['id']}/finish", expect=[409])
    assert refused["code"] == "parts_missing"
    for number in parts:
        if number not in received:
            send(number)
    return customer.call("POST", f"{case}/uploads/{upload['id']}/finish")


def hand_over(customer, case, to):
    """Hand the case over and take the package as a member of the customer does."""
    wanted = {
        "subject_kind": "case",
        "subject_id": case.rpartition("/")[2],
        "recipient_name": "Response team",
        "recipient_email": "ir@responders.example",
        "parts": ["evidence", "samples"],
    }
    made = customer.call("POST", "/handoffs", wanted)
    path = f"/handoffs/{made['id']}"
    wait_for(lambda: customer.call("GET", path)["state"] == "ready", "package", 120)
    to.write_bytes(customer.client.get(f"/api/v1/tenants/aurora{path}/package.zip").content)
    return to


def check_package(serving, package, sha256):
    """Verify a package offline, hold its indicators against the standard, and take the sample out of it."""
    checked = serving.command("handoff", "verify", str(package), "--json")
    assert json.loads(checked.stdout)["holds"]
    with zipfile.ZipFile(package) as opened:
        validated = validate_string(opened.read("indicators.stix.json").decode(), ValidationOptions(version="2.1"))
        assert validated.is_valid, validated.errors
        with pyzipper.AESZipFile(io.BytesIO(opened.read("samples.zip"))) as samples:
            samples.setpassword(b"infected")
            assert hashlib.sha256(samples.read(sha256)).hexdigest() == sha256


@pytest.mark.requirement(
    "R34", "R38", "R40", "R41", "R46", "R47", "R50", "R52", "R53", "R54", "R56", "R57", "R62", "R71", "R75"
)
def test_from_the_question_to_the_responders(serving, mailbox, mail_port, customer, expert, tmp_path):
    alert = customer.call(
        "POST",
        "/alerts",
        {
            "title": "A script host loads from the internet",
            "severity": "Medium",
            "category": "Execution",
            "detection_source": "CustomDetection",
            "events": [],
        },
    )
    page = f"/tenants/aurora/alerts/{alert['id']}"
    asked = {
        "topic": f"{serving.url}{page}",
        "category": "alert",
        "text": "What does this alert mean, and what else do you see?",
        "reply_email": SOC,
        "subjects": [{"kind": "alert", "reference": alert["id"], "url": page}],
        "own_verdict": "benign",
    }
    checked = customer.call("POST", "/inquiries/check", {"subjects": asked["subjects"]})
    assert (checked["subscription"]["state"], checked["subjects"][0]["label"]) == ("trial", alert["title"])
    number = customer.call("POST", "/inquiries", asked)["number"]
    case = f"/inquiries/{number}"

    # The expert opens the case and needs the file.
    expert.call("GET", case, expect=[403])
    expert.call("POST", f"{case}/access", {"reason": "To answer it.", "hours": 2})
    assert customer.call("GET", case)["accesses"][0]["expert_name"] == "hunter@watchtower.example"
    expert.call("POST", f"{case}/answers", {"step": "ask_samples", "text": "Please send the file."})
    told = wait_for(
        lambda: [one for one in mailbox.taken if "file samples" in one["Subject"] and number in one["Subject"]], "mail"
    )

    # The customer sends it, and says so by mail.
    content = content_of(SIZE, number)
    sample = send_file(serving, customer, case, content)
    assert sample["sha256"] == hashlib.sha256(content).hexdigest()
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Message-ID"] = SOC, told[0]["Reply-To"], f"<{number}@aurora.example>"
    reply.set_content("It is in the portal.")
    reply.add_attachment(b"a note", maintype="application", subtype="octet-stream", filename="note.bin")
    with smtplib.LMTP("127.0.0.1", mail_port) as door:
        for _ in range(2):  # a mail server that has not seen the answer sends again
            door.send_message(reply, SOC, [told[0]["Reply-To"]])
        forged = told[0]["Reply-To"].replace("-0-", "-1-")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            door.send_message(reply, SOC, [forged])

    # The expert finds that a rule matches, takes the sample out, answers, concludes.
    def examined():
        rows = expert.call("GET", f"{case}/samples")["items"]
        return [one for one in rows if one["id"] == sample["id"] and one["examination"] == "done"]

    [seen] = wait_for(examined, "examination", 120)
    assert [one["rule"] for one in seen["rules"]] == ["of_the_story"]
    packed = expert.client.get(f"/api/v1/tenants/aurora{case}/samples/{sample['id']}/download").content
    with pyzipper.AESZipFile(io.BytesIO(packed)) as archive:
        archive.setpassword(b"infected")
        assert hashlib.sha256(archive.read(sample["sha256"])).hexdigest() == sample["sha256"]
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
    expert.call("POST", f"{case}/answers", {"step": "need_time", "text": "We compare it.", "promised": later})
    end = {
        "step": "conclude",
        "text": "It is of the family Story.",
        "verdict": "malicious",
        "references": ["https://example.org/story"],
    }
    expert.call("POST", f"{case}/answers", end)

    whole = customer.call("GET", case)
    assert [one["kind"] for one in whole["messages"]] == ["question", "ask_samples", "reply", "need_time", "conclude"]
    assert (whole["state"], whole["own_verdict"], whole["expert_verdict"]) == ("concluded", "benign", "malicious")
    assert whole["messages"][2]["channel"] == "mail"
    assert sorted(one["name"] for one in customer.call("GET", f"{case}/samples")["items"]) == [
        "note.bin",
        "prnsvc_update.exe",
    ]
    wait_for(
        lambda: [one for one in mailbox.taken if "concluded" in one["Subject"] and number in one["Subject"]],
        "last mail",
    )
    check_package(serving, hand_over(customer, case, tmp_path / "package.zip"), sample["sha256"])
    assert customer.call("GET", case)["handed_over"]
    assert serving.command("audit", "verify", "--json", check=False).returncode == 0
    assert json.dumps(whole).count("We compare it.") == 1
