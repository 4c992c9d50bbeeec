"""One object, five channels: after every change of state each channel says the same."""

from datetime import timedelta

import pytest

from huntline.delivery.jobs import send_due
from huntline.delivery.services import RuleForm, create_rule
from huntline.incidents import AlertStatus, Classification, Determination, Severity
from huntline.incidents.revision import withdraw_notification
from huntline.incidents.triage import AlertChange, change_alert
from huntline.kernel import now
from huntline.outbox.services import dispatch
from huntline.web.subscribers import SUBSCRIBERS
from mail_servers import Mailbox, smtp_server
from publishing import ROW, enrol, publish, publish_again
from stories.reading import Api, machine_of, moment

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = ROW | {
    "Timestamp": "2026-11-15T23:40:00.0000000Z",
    "DeviceId": "d2" * 20,
    "DeviceName": "ws02.aurora.example",
    "ReportId": 78,
}


def untouched(_cast, _scope_of, notification):
    return notification


def new_version(cast, _scope_of, notification):
    fields = {"title": "Script host on two devices", "severity": Severity.MEDIUM, "change_note": "A second device."}
    return publish_again(cast, notification, rows=[ROW, SECOND], **fields)


def triaged(_cast, scope_of, notification):
    change = AlertChange(
        AlertStatus.IN_PROGRESS, "mina", Classification.TRUE_POSITIVE, Determination.MALWARE, "We look into it."
    )
    change_alert(scope_of("aurora_analyst", "aurora"), notification.alert_id, change)


def resolved(_cast, scope_of, notification):
    change_alert(scope_of("aurora_analyst", "aurora"), notification.alert_id, AlertChange(AlertStatus.RESOLVED))


def withdrawn(_cast, scope_of, notification):
    withdraw_notification(scope_of("hunt_lead", "aurora"), notification.pk, "It was an exercise.")


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    with smtp_server(box) as port:
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
        yield box


@pytest.mark.requirement("R17", "R18", "R19", "R20", "R21", "R23", "R24", "R25", "R26")
@pytest.mark.parametrize(
    ("change", "status", "mails"),
    [
        (untouched, "New", 1),
        (new_version, "New", 2),
        (triaged, "InProgress", 1),
        (resolved, "Resolved", 1),
        (withdrawn, "Resolved", 2),
    ],
)
def test_each_channel_says_what_the_object_is_now(
    cast, scope_of, sign_in, client, mailbox, clock, change, status, mails
):
    admin = enrol(cast)
    create_rule(admin, RuleForm("Watch", list(Severity), ["soc@aurora.example"], include_device_information=True))
    customer = Api(sign_in("aurora_admin"))
    machine = machine_of(customer, client)
    dispatch(SUBSCRIBERS)
    send_due()  # the welcome
    notification = publish(cast)
    dispatch(SUBSCRIBERS)
    clock.advance(timedelta(minutes=5))
    change(cast, scope_of, notification)
    dispatch(SUBSCRIBERS)
    send_due()

    page = customer.get(f"/alerts/{notification.alert_id}")
    says = {"title": page["title"], "severity": page["severity"], "status": status, "updated": moment(page["updated"])}
    assert {name: page[name] for name in ("title", "severity", "status")} == {
        name: says[name] for name in ("title", "severity", "status")
    }

    (listed,) = customer.get("/alerts")["items"]
    assert {name: listed[name] for name in listed} == {name: page[name] for name in listed}
    incident = customer.get(f"/incidents/{page['incident_id']}")
    assert (incident["title"], incident["severity"]) == (says["title"], says["severity"])
    assert incident["status"] == {"New": "Active"}.get(status, status)
    told = customer.get(f"/notifications/{notification.pk}")
    assert (told["title"], told["severity"], moment(told["updated"])) == (
        says["title"],
        says["severity"],
        says["updated"],
    )

    odata = machine("get", f"/api/alerts/{notification.alert_id}")
    assert (odata["title"], odata["severity"], odata["status"]) == (says["title"], says["severity"], status)
    assert moment(odata["lastUpdateTime"]) == says["updated"]
    assert moment(odata["alertCreationTime"]) == moment(page["created"])

    detections = machine("get", "/siem/api/alerts?ago=PT30M")
    assert {(row["AlertId"], row["AlertTitle"], row["Severity"]) for row in detections} == {
        (notification.alert_id, says["title"], says["severity"])
    }
    query = (
        "DeviceAlertEvents | project AlertId, Title, Severity, DeviceName"
        " | join kind=inner (AlertInfo | project AlertId, Named = Title) on AlertId"
    )
    window = {"start": "2026-11-01T00:00:00Z", "end": (now() + timedelta(hours=1)).isoformat()}
    rows = customer.post("/hunts", {"query": query, **window})["rows"]
    assert {(row[0], row[1], row[2], row[5]) for row in rows} == {
        (notification.alert_id, says["title"], says["severity"], says["title"])
    }
    assert {row["ComputerDnsName"] for row in detections} == {row[3] for row in rows}
    assert {row[3] for row in rows} == {device["device_name"] for device in page["devices"]}

    about = [mail for mail in mailbox.taken if mail["To"] == "soc@aurora.example"]
    assert len(about) == mails
    assert says["title"] in about[-1]["Subject"]
    assert f"/tenants/aurora/alerts/{notification.alert_id}" in mailbox.text_of(-1)
