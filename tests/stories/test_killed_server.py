"""A real server that is killed (SIGKILL) while it takes telemetry in and while it publishes: nothing is lost, nothing happens twice.

There is one instant that SMTP itself cannot tell from a loss: the mail server has answered 250, and we die before that is written down.
The mail is then sent again under the same Message-ID, by which mail servers and readers know it as the same one; the test strikes in
that very instant and shows it. At every other moment a mail arrives exactly once.
"""

import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
import pytest

from mail_servers import Mailbox, smtp_server
from serving import Serving
from suite_settings import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# Few rounds find what is common, many what is rare.
ROUNDS = [2, 10]
SHIPPERS = 4
ROWS = 20
RECIPIENTS = ("soc@aurora.example", "night@aurora.example")


# One process for what would be seven commands.
PEOPLE = f"""
from huntline.cli import django; django.ready()
from huntline.identity.models import TenantKind
from huntline.identity.permissions import Role
from huntline.identity.services import create_tenant, invite
provider = create_tenant("watchtower", "Watchtower", kind=TenantKind.PROVIDER)
invite(create_tenant("aurora", "Aurora Grid"), "admin@aurora.example", Role.ADMIN, password={PASSWORD!r})
for role in (Role.ACCOUNT_MANAGER, Role.HUNTER, Role.HUNT_LEAD):
    invite(provider, f"{{role.value}}@watchtower.example", role, password={PASSWORD!r})
"""


@pytest.fixture(scope="module")
def mailbox():
    return DeadlyMailbox()


@pytest.fixture(scope="module")
def serving(tmp_path_factory, mailbox):
    """An installation with a customer, the provider and their people, and a mail server that lives in this process."""
    with smtp_server(mailbox) as port:
        server = Serving(tmp_path_factory.mktemp("killed"), HUNTLINE_EMAIL_URL=f"smtp://127.0.0.1:{port}")
        server.python(PEOPLE)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="module")
def key(serving):
    made = serving.command("keys", "create", "shipper", "--tenant", "aurora", "--json")
    return {"Authorization": f"Bearer {json.loads(made.stdout)['secret']}"}


@dataclass
class Shipper(threading.Thread):
    """Sends batches of two tables one after the other, each again and again until it is acknowledged."""

    url: str
    headers: dict[str, str]
    name_of_batches: str
    acknowledged: list[str] = field(default_factory=list)
    broken: int = 0
    enough: threading.Event = field(default_factory=threading.Event)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self):
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=60) as client:
            for number in itertools.count():
                if self.enough.is_set() or not self.send(client, f"{self.name_of_batches}-{number}"):
                    return

    def send(self, client, batch):
        """Send until the server says yes; False when it says no."""
        lines = "\n".join(json.dumps(record) for record in records(batch))
        while True:
            try:
                answer = client.post("/ingest/v1/defender", content=lines, headers={"Idempotency-Key": batch})
            except httpx.TransportError:
                self.broken += 1
                time.sleep(0.05)
                continue
            if answer.status_code in {429, 503}:
                time.sleep(0.05)
                continue
            if answer.status_code != 200:
                self.errors.append(f"{batch}: {answer.status_code} {answer.text}")
                return False
            self.acknowledged.append(batch)
            return True


def records(batch):
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    for number, table in itertools.product(range(ROWS), ("DeviceProcessEvents", "DeviceFileEvents")):
        row = {"Timestamp": moment, "DeviceId": "d1", "DeviceName": "pc1", "FileName": f"{batch}.{number}"}
        yield {"time": moment, "category": f"AdvancedHunting-{table}", "properties": row}


def hunt(serving, query):
    """Return the rows of a hunt by the command line, which goes through the running server."""
    return json.loads(serving.command("hunt", "--tenant", "aurora", "--json", query).stdout)["rows"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_rows_are_stored_once_however_often_the_server_dies(serving, key, rounds):
    dice = random.Random(rounds)
    shippers = [Shipper(serving.url, key, f"{rounds}-{number}") for number in range(SHIPPERS)]
    for shipper in shippers:
        shipper.start()
    for _ in range(rounds):
        time.sleep(dice.uniform(0.2, 1.5))
        serving.kill()
        serving.start()
    time.sleep(0.5)
    for shipper in shippers:
        shipper.enough.set()
    for shipper in shippers:
        shipper.join(120)
        assert not shipper.is_alive()
        assert shipper.errors == []

    sent = {f"{batch}.{number}" for shipper in shippers for batch in shipper.acknowledged for number in range(ROWS)}
    assert len(sent) > rounds * ROWS
    assert sum(shipper.broken for shipper in shippers) >= rounds
    for table in ("DeviceProcessEvents", "DeviceFileEvents"):
        found = hunt(
            serving, f"{table} | where FileName startswith '{rounds}-' | summarize times = count() by FileName"
        )
        assert {name for name, _ in found} == sent
        assert {times for _, times in found} == {1}


@dataclass
class DeadlyMailbox(Mailbox):
    """A mail server during whose answer our server dies, where it is told to: at RCPT, at DATA, or once it has TAKEN the mail."""

    at: str = ""
    strike: Callable[[], None] = lambda: None
    struck: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - aiosmtpd's name
        self.die("RCPT")
        return await super().handle_RCPT(server, session, envelope, address, rcpt_options)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as above
        if self.die("DATA"):
            return "451 never read"
        answer = await super().handle_DATA(server, session, envelope)
        self.die("TAKEN")
        return answer

    def die(self, stage):
        if self.at != stage:
            return False
        self.at = ""
        self.strike()
        self.struck.set()
        return True


class Desk:
    """A signed-in person."""

    def __init__(self, serving, email):
        self.client = serving.sign_in(email, PASSWORD)

    def call(self, method, path, body=None):
        answer = self.client.request(method, f"/api/v1{path}", json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def customer(serving):
    return Desk(serving, "admin@aurora.example")


@pytest.fixture(scope="module")
def hunter(serving):
    return Desk(serving, "hunter@watchtower.example")


@pytest.fixture(scope="module")
def lead(serving):
    return Desk(serving, "hunt_lead@watchtower.example")


@pytest.fixture(scope="module")
def evidence(serving, key, customer, hunter):
    """A customer who is enrolled and wants mails, and two rows that a hunter froze."""
    version = customer.call("GET", "/tenants/aurora/enrolment")["privacy_statement"]["version"]
    form = {"name": "Mina", "email": RECIPIENTS[0], "privacy_statement_version": version, "accepted": True}
    customer.call("POST", "/tenants/aurora/enrolment/application", form)
    manager = Desk(serving, "account_manager@watchtower.example")
    [application] = manager.call("GET", "/provider/applications")["items"]
    manager.call("POST", f"/provider/applications/{application['id']}/approve")
    rule = {"name": "All", "severities": ["High"], "recipients": list(RECIPIENTS)}
    customer.call("POST", "/tenants/aurora/email-rules", rule)
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    row = {
        "Timestamp": moment,
        "DeviceId": "d1",
        "DeviceName": "pc1",
        "FileName": "evil.exe",
        "AccountName": "mina",
    }
    lines = "\n".join(json.dumps(row | {"ProcessId": number, "ReportId": number}) for number in (1, 2))
    address = f"{serving.url}/ingest/v1/rows/DeviceProcessEvents"
    assert httpx.post(address, content=lines, headers=key).status_code == 200
    found = hunter.call(
        "POST", "/tenants/aurora/hunts", {"query": "DeviceProcessEvents | where FileName == 'evil.exe'"}
    )
    return hunter.call("POST", "/tenants/aurora/evidence", {"hunt_id": found["id"], "rows": [0, 1]})["id"]


@pytest.fixture
def in_review(hunter, evidence):
    """Write a draft and put it forward; returns its id."""

    def write(title):
        form = {
            "title": title,
            "severity": "High",
            "category": "Execution",
            "summary": "A tool that nobody needs.",
            "what_happened": "It ran.",
            "recommended_steps": ["Isolate pc1."],
            "techniques": ["T1059"],
            "evidence_ids": [evidence],
        }
        draft = hunter.call("POST", "/tenants/aurora/drafts", form)["id"]
        hunter.call("POST", f"/tenants/aurora/drafts/{draft}/submit")
        return draft

    return write


def publish(lead, draft):
    return lead.call("POST", f"/tenants/aurora/drafts/{draft}/publish")["id"]


def published(lead, title):
    found = lead.call("GET", "/tenants/aurora/notifications?limit=200")["items"]
    return [row["id"] for row in found if row["title"] == title]


def wait_until(condition, what):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def mails_of(customer):
    """Return the notification mails with their attempts, as the customer reads them."""
    [rule] = customer.call("GET", "/tenants/aurora/email-rules")["items"]
    return customer.call("GET", f"/tenants/aurora/email-rules/{rule['id']}/attempts?limit=200")["items"]


@pytest.mark.requirement("R22", "R27")
@pytest.mark.parametrize("rounds", ROUNDS[1:])
def test_what_is_published_is_told_once_however_often_the_server_dies(
    serving, mailbox, customer, lead, in_review, rounds
):
    dice = random.Random(rounds)
    titles = [f"Killed {rounds}: {number}" for number in range(rounds)]
    drafts = [in_review(title) for title in titles]
    calm_title = f"Calm {rounds}"
    publish(lead, in_review(calm_title))
    for number, (title, draft) in enumerate(zip(titles, drafts, strict=True)):
        answers = []
        request = threading.Thread(target=try_to_publish, args=(lead, draft, answers))
        request.start()
        time.sleep((number + dice.random()) / rounds * 0.5)
        serving.kill()
        request.join()
        serving.start()
        there = published(lead, title)
        if answers:
            assert there == answers
        assert len(there) <= 1
        again = publish(lead, draft)
        assert published(lead, title) == [again]
        assert there in ([], [again])

    all_titles = [*titles, calm_title]
    wait_until(lambda: len(set(sent(mailbox, all_titles))) == len(all_titles) * len(RECIPIENTS), "mails are missing")
    wait_until(lambda: all(mail["state"] == "sent" for mail in mails_of(customer)), "mails are still queued")
    serving.kill()  # once more, with nothing to do: what is done must stay done
    serving.start()
    time.sleep(2)
    accepted = {
        mail["message_id"]: [tried["outcome"] for tried in mail["attempts"]].count("accepted")
        for mail in mails_of(customer)
    }
    for (message_id, _, _), times in Counter(sent(mailbox, all_titles)).items():
        # Twice only where the first 250 was never written down: the instant of the docstring.
        assert (accepted[message_id], times) in {(1, 1), (1, 2)}
    assert_rows_are_there_once(serving, lead, all_titles)


def try_to_publish(lead, draft, answers):
    with suppress(httpx.TransportError):
        answers.append(publish(lead, draft))


def sent(mailbox, titles):
    """Return what arrived: (Message-ID, recipient, subject), again where it came again."""
    return [
        (mail["Message-ID"], mail["To"], mail["Subject"])
        for mail in mailbox.taken
        if any(mail["Subject"].endswith(title) for title in titles)
    ]


def assert_rows_are_there_once(serving, lead, titles):
    alerts = {
        row["alert_id"]: row["title"]
        for row in lead.call("GET", "/tenants/aurora/notifications?limit=200")["items"]
        if row["title"] in titles
    }
    counts = {}
    for table in ("DeviceAlertEvents", "AlertInfo", "AlertEvidence"):
        wait_until(lambda t=table: set(alerts) <= counts_of(serving, t).keys(), f"{table} misses alerts")
        found = counts_of(serving, table)
        counts[table] = {found[alert] for alert in alerts}
    # The same evidence stands behind every one of them.
    assert counts["AlertInfo"] == {1}
    assert counts["DeviceAlertEvents"] == {2}
    assert len(counts["AlertEvidence"]) == 1


def counts_of(serving, table):
    return dict(hunt(serving, f"{table} | summarize count() by AlertId"))


@pytest.mark.requirement("R22")
@pytest.mark.parametrize(("stage", "times"), [("RCPT", 1), ("DATA", 1), ("TAKEN", 2)])
def test_a_mail_survives_a_death_in_the_middle_of_it(serving, mailbox, customer, lead, in_review, stage, times):
    title = f"Struck at {stage}"
    draft = in_review(title)
    mailbox.struck.clear()
    mailbox.strike, mailbox.at = serving.kill, stage
    try_to_publish(lead, draft, [])
    assert mailbox.struck.wait(30)
    serving.start()
    assert published(lead, title)
    wait_until(lambda: len({to for _, to, _ in sent(mailbox, [title])}) == len(RECIPIENTS), "mails are missing")
    wait_until(lambda: all(mail["state"] == "sent" for mail in mails_of(customer)), "mails are still queued")
    arrived = Counter(sent(mailbox, [title]))
    assert len(arrived) == len(RECIPIENTS)  # one Message-ID for each recipient, whatever came twice
    assert sorted(arrived.values()) == [1, times]
    attempts = [mail["attempts"] for mail in mails_of(customer) if mail["alert_id"] == alert_of(lead, title)]
    assert [len(tried) for tried in attempts] == [1, 1]


def alert_of(lead, title):
    found = lead.call("GET", "/tenants/aurora/notifications?limit=200")["items"]
    return next(row["alert_id"] for row in found if row["title"] == title)
