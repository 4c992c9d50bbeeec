"""One object, five channels: after every change of state each channel says the same."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from huntline.delivery.jobs import send_due
from huntline.delivery.services import RuleForm, create_rule
from huntline.incidents import AlertStatus, Category, Classification, Determination, Severity
from huntline.incidents.grouping import merge_incidents, move_alerts_out
from huntline.incidents.raising import AlertForm, EventRow, create_alert
from huntline.incidents.revision import withdraw_notification
from huntline.incidents.sample import send_sample
from huntline.incidents.sources import DetectionSource
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


ELSEWHERE = SECOND | {"AccountName": "joon"}


class Stage:
    """The people and the object that a change of state is about."""

    def __init__(self, cast, scope_of):
        self.cast, self.scope_of = cast, scope_of
        self.notification = publish(cast)

    @property
    def analyst(self):
        return self.scope_of("aurora_analyst", "aurora")

    @property
    def lead(self):
        return self.scope_of("hunt_lead", "aurora")

    def change(self, **fields):
        change_alert(self.analyst, self.notification.alert_id, AlertChange(**fields))


def published(_stage):
    pass


def updated(stage):
    fields = {"title": "Script host on two devices", "severity": Severity.MEDIUM, "change_note": "A second device."}
    publish_again(stage.cast, stage.notification, rows=[ROW, SECOND], **fields)


def withdrawn(stage):
    withdraw_notification(stage.lead, stage.notification.pk, "It was an exercise.")


def begun(stage):
    stage.change(status=AlertStatus.IN_PROGRESS)


def resolved(stage):
    stage.change(status=AlertStatus.RESOLVED)


def classified(stage):
    stage.change(classification=Classification.TRUE_POSITIVE, determination=Determination.MALWARE)


def assigned(stage):
    stage.change(assigned_to="mina@aurora.example")


def commented(stage):
    stage.change(comment="We look into it.")


def joined(stage):
    create_alert(
        stage.analyst,
        AlertForm(
            "Macro blocked",
            "The sensor blocked a macro.",
            Severity.LOW,
            Category.EXECUTION,
            DetectionSource.THIRD_PARTY_SENSORS,
            events=[EventRow("DeviceEvents", {"Timestamp": ROW["Timestamp"], "DeviceId": ROW["DeviceId"]})],
        ),
    )


def merged(stage):
    """An incident of another device and account is merged into the first; what is looked at is the alert that moves."""
    newer = publish(stage.cast, rows=[ELSEWHERE], title="Elsewhere")
    merge_incidents(stage.analyst, [newer.alert.incident_id, stage.notification.alert.incident_id])
    stage.notification = newer


def divided(stage):
    other = publish(stage.cast, title="It goes on")
    move_alerts_out(stage.analyst, other.alert.incident_id, [other.alert_id])
    stage.notification = other


def sampled(stage):
    stage.notification = send_sample(stage.scope_of("aurora_admin", "aurora"))


@dataclass(frozen=True)
class Says:
    """What every channel says after a change; `mails` are those about the object."""

    status: str = "New"
    incident_status: str = "Active"
    tags: tuple[str, ...] = ("Threat experts",)
    mails: int = 1
    alerts_in_incident: int = 1
    title: str = "Script host started by a document"
    severity: str = "High"
    classification: str | None = None
    determination: str | None = None
    assigned_to: str | None = None
    comments: tuple[str, ...] = ()
    source_words: str = "ThreatExperts"


MATRIX = [
    (published, Says()),
    (updated, Says(title="Script host on two devices", severity="Medium", mails=2)),
    (withdrawn, Says("Resolved", "Resolved", ("Threat experts", "Withdrawn"), mails=2)),
    (begun, Says("InProgress", "InProgress")),
    (resolved, Says("Resolved", "Resolved")),
    (classified, Says(classification="TruePositive", determination="Malware")),
    (assigned, Says(assigned_to="mina@aurora.example")),
    (commented, Says(comments=("We look into it.",))),
    (joined, Says(alerts_in_incident=2)),
    (merged, Says(title="Elsewhere", alerts_in_incident=2)),
    (divided, Says(title="It goes on")),
    (sampled, Says(title="[Sample] Targeted attack notification", tags=("Threat experts", "Sample"))),
]


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    with smtp_server(box) as port:
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
        yield box


@pytest.mark.requirement("R17", "R18", "R19", "R20", "R21", "R22", "R23", "R24", "R25", "R26")
@pytest.mark.parametrize(("change", "says"), MATRIX, ids=[change.__name__ for change, _ in MATRIX])
def test_each_channel_says_what_the_object_is_now(cast, scope_of, sign_in, client, mailbox, clock, change, says):
    admin = enrol(cast)
    create_rule(admin, RuleForm("Watch", list(Severity), ["soc@aurora.example"], include_device_information=True))
    customer = Api(sign_in("aurora_admin"))
    machine = machine_of(customer, client)
    dispatch(SUBSCRIBERS)
    send_due()  # the welcome
    stage = Stage(cast, scope_of)
    dispatch(SUBSCRIBERS)
    clock.advance(timedelta(minutes=5))
    change(stage)
    dispatch(SUBSCRIBERS)
    send_due()
    number = stage.notification.pk
    page = customer.get(f"/alerts/{stage.notification.alert_id}")
    portal_says(customer, page, number, says)
    odata_says(machine, page, says)
    detections = siem_says(machine, page, says)
    tables_say(customer, page, detections, says)
    mailbox_says(mailbox, page, says)


def portal_says(customer, page, number, says):
    assert (page["title"], page["severity"], page["status"]) == (says.title, says.severity, says.status)
    assert (page["tags"], page["assigned_to"]) == (list(says.tags), says.assigned_to)
    assert tuple(comment["text"] for comment in page["comments"]) == says.comments
    listed = next(one for one in customer.get("/alerts")["items"] if one["id"] == page["id"])
    assert listed == {name: page[name] for name in listed}
    incident = customer.get(f"/incidents/{page['incident_id']}")
    assert (incident["status"], incident["redirect_incident_id"]) == (says.incident_status, None)
    assert incident["alert_count"] == says.alerts_in_incident
    assert next(one for one in incident["alerts"] if one["id"] == page["id"]) == listed
    assert incident["title"] == min(incident["alerts"], key=lambda one: one["created"])["title"]
    assert [tag for tag in says.tags if tag != "Withdrawn"] == incident["tags"]
    told = customer.get(f"/notifications/{number}")
    for shared in ("title", "severity", "tags", "created", "updated", "incident_id"):
        assert told[shared] == page[shared], shared


def odata_says(machine, page, says):
    odata = machine("get", f"/api/alerts/{page['id']}")
    assert (odata["title"], odata["severity"], odata["status"]) == (says.title, says.severity, says.status)
    assert (odata["classification"], odata["determination"]) == (says.classification, says.determination)
    assert (odata["assignedTo"], odata["incidentId"]) == (says.assigned_to, page["incident_id"])
    assert tuple(comment["comment"] for comment in odata["comments"]) == says.comments
    assert odata["detectionSource"] == "ThreatExperts"
    times = ("lastUpdateTime", "updated"), ("alertCreationTime", "created"), ("lastEventTime", "last_activity")
    assert all(moment(odata[theirs]) == moment(page[ours]) for theirs, ours in times)
    found = machine("get", f"/api/alerts?$filter=incidentId eq {page['incident_id']}")["value"]
    assert len(found) == says.alerts_in_incident


def siem_says(machine, page, says):
    detections = [row for row in machine("get", "/siem/api/alerts?ago=PT30M") if row["AlertId"] == page["id"]]
    assert {(row["AlertTitle"], row["Severity"]) for row in detections} == {(says.title, says.severity)}
    assert all(f"/incidents/{page['incident_id']}?" in row["IncidentLinkToMTP"] for row in detections)
    return detections


def tables_say(customer, page, detections, says):
    query = (
        f"DeviceAlertEvents | where AlertId == '{page['id']}' | project AlertId, Title, Severity, DeviceName"
        " | join kind=inner (AlertInfo | project AlertId, Named = Title, Source = DetectionSource) on AlertId"
        " | join kind=inner (AlertEvidence | summarize Devices = countif(EntityType == 'Machine') by AlertId) on AlertId"
    )
    window = {"start": "2026-11-01T00:00:00Z", "end": (now() + timedelta(hours=1)).isoformat()}
    answer = customer.post("/hunts", {"query": query, **window})
    names = [column["name"] for column in answer["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in answer["rows"]]
    assert {(row["Title"], row["Named"], row["Severity"], row["Source"], row["Devices"]) for row in rows} == {
        (says.title, says.title, says.severity, says.source_words, len(page["devices"]))
    }
    devices = {device["device_name"] for device in page["devices"]}
    assert {row["ComputerDnsName"] for row in detections} == {row["DeviceName"] for row in rows} == devices


def mailbox_says(mailbox, page, says):
    link = f"/tenants/aurora/alerts/{page['id']}"
    about = [
        n for n, mail in enumerate(mailbox.taken) if mail["To"] == "soc@aurora.example" and link in mailbox.text_of(n)
    ]
    assert len(about) == says.mails
    assert says.title in mailbox.taken[about[-1]]["Subject"]
